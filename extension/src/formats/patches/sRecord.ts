// Motorola S-records: lines of "S", a type, a count, an address of 2 to 4 bytes, data and a checksum in hex digits. S0 header, S1 to
// S3 data, S5 and S6 how many data records, S7 to S9 start address and end. Source: "S-Record Format", appendix C of the "M68000 Family
// Programmer's Reference Manual", Motorola 1992.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import type { AddressedBytes } from "./addressed";
import { atLine, linesOf } from "./lines";
import { bigEndian, chunksOf, Pace, type ByteSink, type PatchCall } from "./model";

/** "S", the type, a count and 255 bytes, and room for blanks. */
const MAX_LINE_BYTES = 1024;
const ROW_BYTES = 16;
const ADDRESS_SPACE = 2 ** 32;
/** By type; S4 is reserved. */
const ADDRESS_BYTES = [2, 2, 3, 4, 0, 2, 3, 4, 3, 2] as const;

/** @throws EngineError "corrupt" with the line. */
export async function* readSRecords(source: ByteSource): AsyncGenerator<AddressedBytes> {
  let ended = false;
  let dataRecords = 0;
  let lineNumber = 0;
  for await (const { text, number, end } of linesOf(source, MAX_LINE_BYTES)) {
    lineNumber = number;
    const line = text.trim();
    if (line === "") continue;
    try {
      if (ended) throw new EngineError("corrupt", "a record behind the end record");
      const { type, address, data } = parseRecord(line);
      if (type >= 1 && type <= 3) {
        dataRecords += 1;
        if (address + data.length > ADDRESS_SPACE) throw new EngineError("corrupt", "data behind address FFFFFFFF");
        yield { address, bytes: data, end };
      } else if (type === 5 || type === 6) {
        const limit = type === 5 ? 2 ** 16 : 2 ** 24;
        if (dataRecords < limit && address !== dataRecords) {
          throw new EngineError("corrupt", `says ${address} data records, there are ${dataRecords}`);
        }
      } else ended = type >= 7;
    } catch (error) {
      throw atLine(number, error);
    }
  }
  if (!ended) throw atLine(lineNumber + 1, new EngineError("corrupt", "the end record (S7, S8 or S9) is missing"));
}

interface SRecord {
  readonly type: number;
  readonly address: number;
  readonly data: Uint8Array;
}

function parseRecord(line: string): SRecord {
  if (!/^S[0-9](?:[0-9a-f]{2}){4,}$/i.test(line)) {
    throw new EngineError("corrupt", "not “S”, a digit and pairs of hex digits");
  }
  const type = Number(line[1]);
  const addressBytes = ADDRESS_BYTES[type] ?? 0;
  if (addressBytes === 0) throw new EngineError("corrupt", `there is no record type S${type}`);
  const bytes = Buffer.from(line.slice(2), "hex");
  if (bytes[0] !== bytes.length - 1 || bytes.length < addressBytes + 2) {
    throw new EngineError("corrupt", `says ${bytes[0]} bytes behind the count, and has ${bytes.length - 1}`);
  }
  const sum = bytes.reduce((total, byte) => total + byte, 0) % 256;
  if (sum !== 255)
    throw new EngineError("corrupt", `the checksum does not fit: all bytes add up to ${sum}, not to 255`);
  const data = bytes.subarray(1 + addressBytes, -1);
  if (type >= 5 && data.length > 0) throw new EngineError("corrupt", `S${type} holds no data`);
  return { type, address: bigEndian(bytes.subarray(1, 1 + addressBytes)), data };
}

/** @param address of the first byte; the last one's decides how long all are. @param name for the header, cut to 32 bytes.
 *  @throws EngineError "too-large" beyond 32 bits, "io", "cancelled". */
export async function writeSRecords(
  source: ByteSource,
  range: { readonly start: number; readonly end: number },
  address: number,
  name: string,
  sink: ByteSink,
  call: PatchCall = {},
): Promise<void> {
  const length = range.end - range.start;
  if (address + length > ADDRESS_SPACE) {
    throw new EngineError("too-large", "S-records have addresses of 32 bits: they end at 4 GiB");
  }
  const last = address + Math.max(0, length - 1);
  const type = last < 2 ** 16 ? 1 : last < 2 ** 24 ? 2 : 3;
  const pace = new Pace(call);
  let at = address;
  let count = 0;
  await sink.write(record(0, 0, Buffer.from(name, "utf8").subarray(0, 32)));
  for await (const bytes of chunksOf(source, range.start, range.end)) {
    const lines: Uint8Array[] = [];
    for (let from = 0; from < bytes.length; from += ROW_BYTES) {
      const row = bytes.subarray(from, from + ROW_BYTES);
      lines.push(record(type, at, row));
      at += row.length;
      count += 1;
    }
    await sink.write(Buffer.concat(lines));
    await pace.step(at - address, length);
  }
  if (count < 2 ** 24) await sink.write(record(count < 2 ** 16 ? 5 : 6, count, new Uint8Array(0)));
  await sink.write(record(10 - type, address, new Uint8Array(0)));
}

function record(type: number, address: number, data: Uint8Array): Buffer {
  const addressBytes = ADDRESS_BYTES[type]!;
  const head = Array.from(
    { length: addressBytes },
    (_, i) => Math.floor(address / 256 ** (addressBytes - 1 - i)) % 256,
  );
  const bytes = Buffer.from([head.length + data.length + 1, ...head, ...data, 0]);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes[bytes.length - 1] = 255 - (sum % 256);
  return Buffer.from(`S${type}${bytes.toString("hex").toUpperCase()}\n`, "latin1");
}
