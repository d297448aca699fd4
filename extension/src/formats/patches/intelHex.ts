// Intel HEX: lines of ":", length, address, type, data and checksum in hex digits. Types 00 data, 01 end, 02 and 04 upper address
// bits, 03 and 05 start address. Source: "Hexadecimal Object File Format Specification", revision A, Intel 1988.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import type { AddressedBytes } from "./addressed";
import { atLine, linesOf } from "./lines";
import { bigEndian, chunksOf, Pace, type ByteSink, type PatchCall } from "./model";

/** ":" and 255 bytes of data with their five around them, and room for blanks. */
const MAX_LINE_BYTES = 1024;
const ROW_BYTES = 16;
const SEGMENT = 0x10000;
const ADDRESS_SPACE = 2 ** 32;
/** Data bytes that the types other than 00 carry. */
const LENGTHS: Readonly<Record<number, number>> = { 1: 0, 2: 2, 3: 4, 4: 2, 5: 4 };

/** @throws EngineError "corrupt" with the line. */
export async function* readIntelHex(source: ByteSource): AsyncGenerator<AddressedBytes> {
  const state: State = { base: 0, segmented: false };
  let ended = false;
  let lineNumber = 0;
  for await (const { text, number, end } of linesOf(source, MAX_LINE_BYTES)) {
    lineNumber = number;
    const line = text.trim();
    if (line === "") continue;
    try {
      if (ended) throw new EngineError("corrupt", "a record behind the end record");
      const record = parseRecord(line);
      ended = record.type === 1;
      for (const part of placed(record, state)) yield { ...part, end };
    } catch (error) {
      throw atLine(number, error);
    }
  }
  if (!ended) throw atLine(lineNumber + 1, new EngineError("corrupt", "the end record (type 01) is missing"));
}

interface State {
  base: number;
  segmented: boolean;
}

interface HexRecord {
  readonly type: number;
  readonly address: number;
  readonly data: Uint8Array;
}

function parseRecord(line: string): HexRecord {
  if (!/^:(?:[0-9a-f]{2}){5,}$/i.test(line)) throw new EngineError("corrupt", "not “:” and pairs of hex digits");
  const bytes = Buffer.from(line.slice(1), "hex");
  const [length = 0, , , type = 0] = bytes;
  if (bytes.length !== length + 5) {
    throw new EngineError("corrupt", `says ${length} bytes of data, and has ${bytes.length - 5}`);
  }
  const sum = bytes.reduce((total, byte) => total + byte, 0) % 256;
  if (sum !== 0) throw new EngineError("corrupt", `the checksum does not fit: all bytes add up to ${sum}, not to 0`);
  const wanted = LENGTHS[type];
  if (type !== 0 && wanted === undefined) throw new EngineError("corrupt", `there is no record type ${type}`);
  if (wanted !== undefined && wanted !== length) {
    throw new EngineError("corrupt", `type ${type} has ${wanted} bytes of data, not ${length}`);
  }
  return { type, address: bigEndian(bytes.subarray(1, 3)), data: bytes.subarray(4, 4 + length) };
}

/** Data where it belongs: an address wraps inside its segment (type 02), or in 32 bits (type 04). */
function placed({ type, address, data }: HexRecord, state: State): Omit<AddressedBytes, "end">[] {
  if (type === 2 || type === 4) {
    state.segmented = type === 2;
    state.base = bigEndian(data) * (state.segmented ? 16 : SEGMENT);
  }
  if (type !== 0) return [];
  const room = state.segmented ? SEGMENT - address : ADDRESS_SPACE - state.base - address;
  const first = { address: state.base + address, bytes: data.subarray(0, room) };
  if (data.length <= room) return [first];
  return [first, { address: state.segmented ? state.base : 0, bytes: data.subarray(room) }];
}

/** @param address of the first byte. @throws EngineError "too-large" beyond 32 bits, "io", "cancelled". */
export async function writeIntelHex(
  source: ByteSource,
  range: { readonly start: number; readonly end: number },
  address: number,
  sink: ByteSink,
  call: PatchCall = {},
): Promise<void> {
  const length = range.end - range.start;
  if (address + length > ADDRESS_SPACE) {
    throw new EngineError("too-large", "Intel HEX has addresses of 32 bits: it ends at 4 GiB");
  }
  const pace = new Pace(call);
  let at = address;
  let upper = 0;
  for await (const bytes of chunksOf(source, range.start, range.end)) {
    const lines: string[] = [];
    for (let from = 0; from < bytes.length;) {
      if (Math.floor(at / SEGMENT) !== upper) {
        upper = Math.floor(at / SEGMENT);
        lines.push(record(4, 0, Uint8Array.of(Math.floor(upper / 256), upper % 256)));
      }
      // Rows end at multiples of 16, so that none crosses a segment.
      const count = Math.min(ROW_BYTES - (at % ROW_BYTES), bytes.length - from);
      lines.push(record(0, at % SEGMENT, bytes.subarray(from, from + count)));
      from += count;
      at += count;
    }
    await sink.write(Buffer.from(lines.join(""), "latin1"));
    await pace.step(at - address, length);
  }
  await sink.write(Buffer.from(record(1, 0, new Uint8Array(0)), "latin1"));
}

function record(type: number, address: number, data: Uint8Array): string {
  const bytes = Buffer.from([data.length, Math.floor(address / 256), address % 256, type, ...data, 0]);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes[bytes.length - 1] = (256 - (sum % 256)) % 256;
  return `:${bytes.toString("hex").toUpperCase()}\n`;
}
