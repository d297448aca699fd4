// BPS patches: how to make the target from the source, with checksums of source, target and patch. Byuu's description, in the
// public domain: https://github.com/Alcaro/Flips/blob/master/bps_spec.md. Applying edits the source in place, so that what the two
// share is neither read into memory nor moved. Knows no editor.
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import {
  CHUNK_BYTES,
  chunksOf,
  damaged,
  Pace,
  PatchReader,
  readExactly,
  type ByteSink,
  type Difference,
  type PatchCall,
  type PatchTarget,
} from "./model";

const MAGIC = "BPS1";
/** Checksums of source, target, and of all before itself. */
const FOOTER_BYTES = 12;
/** What copies may add in all: a patch of a hundred bytes can ask for more than any disk holds. */
const MAX_COPIED_BYTES = 64 * 1024 ** 3;
/** One action's, so that its number stays exact: it holds four times as much. */
const MAX_RUN_BYTES = 2 ** 48;
const ACTS = ["sourceRead", "targetRead", "sourceCopy", "targetCopy"] as const;

type Action = { readonly from: "source" | "target" | "patch"; readonly start: number; readonly length: number };

interface Header {
  readonly sourceSize: number;
  readonly targetSize: number;
  /** Of the first action. */
  readonly start: number;
  readonly end: number;
  readonly sourceSum: number;
  readonly targetSum: number;
}

/** @throws EngineError "corrupt": the patch is damaged, or does not give what it should; "changed": it is for another file;
 *  "too-large", "cancelled". The target is then changed in part. */
export async function applyBps(patch: ByteSource, target: PatchTarget, call: PatchCall = {}): Promise<void> {
  const pace = new Pace(call);
  const header = await readHeader(patch, pace);
  const { sourceSize, targetSize } = header;
  if (target.size !== sourceSize) {
    throw new EngineError("changed", `The patch is for a file of ${sourceSize} bytes, this one has ${target.size}`);
  }
  const sum = await crcOf(target, target.size, pace);
  if (sum !== header.sourceSum) {
    const already = sum === header.targetSum && sourceSize === targetSize ? ". It has been applied already" : "";
    throw new EngineError("changed", `The patch is for a file with CRC-32 ${hex(header.sourceSum)}, this has ${hex(sum)}${already}`); // prettier-ignore
  }
  await saveForLater(patch, header, target, pace);
  await build(patch, header, target, pace);
  const made = await crcOf(target, target.size, pace);
  if (made !== header.targetSum) {
    throw new EngineError("corrupt", `The result has CRC-32 ${hex(made)}, and the patch says ${hex(header.targetSum)}`);
  }
}

async function readHeader(patch: ByteSource, pace: Pace): Promise<Header> {
  if (patch.size < MAGIC.length + 3 + FOOTER_BYTES) throw damaged("too short for a BPS patch", patch.size);
  const reader = new PatchReader(patch, patch.size - FOOTER_BYTES);
  if (Buffer.from(await reader.take(4)).toString("latin1") !== MAGIC) throw damaged("“BPS1” is missing here", 0);
  const footer = Buffer.from(await readExactly(patch, patch.size - FOOTER_BYTES, FOOTER_BYTES));
  const sum = await crcOf(patch, patch.size - 4, pace);
  if (sum !== footer.readUInt32LE(8)) {
    throw damaged(`the patch has CRC-32 ${hex(sum)}, and says ${hex(footer.readUInt32LE(8))}`, patch.size - 4);
  }
  const sourceSize = await readNumber(reader);
  const targetSize = await readNumber(reader);
  reader.skip(await readNumber(reader)); // metadata, for people
  const sums = { sourceSum: footer.readUInt32LE(0), targetSum: footer.readUInt32LE(4) };
  return { sourceSize, targetSize, start: reader.position, end: reader.end, ...sums };
}

/** Every action, checked against all sizes. */
async function* actionsOf(patch: ByteSource, header: Header, pace: Pace): AsyncGenerator<Action> {
  const reader = new PatchReader(patch, header.end);
  reader.position = header.start;
  let output = 0;
  let sourceAt = 0;
  let targetAt = 0;
  let copied = 0;
  const jump = async (): Promise<number> => {
    const number = await readNumber(reader);
    return (number % 2 === 1 ? -1 : 1) * Math.floor(number / 2);
  };
  while (reader.left > 0) {
    await pace.step(reader.position, reader.end);
    const at = reader.position;
    const number = await readNumber(reader);
    const act = ACTS[number % 4]!;
    const length = Math.floor(number / 4) + 1;
    if (length > header.targetSize - output) throw damaged("writes behind the target's end", at);
    switch (act) {
      case "sourceRead":
        if (output + length > header.sourceSize) throw damaged("reads behind the source's end", at);
        yield { from: "source", start: output, length };
        break;
      case "targetRead": {
        const start = reader.position;
        reader.skip(length);
        yield { from: "patch", start, length };
        break;
      }
      case "sourceCopy":
        sourceAt += await jump();
        if (sourceAt < 0 || length > header.sourceSize - sourceAt) throw damaged("copies from outside the source", at);
        yield { from: "source", start: sourceAt, length };
        sourceAt += length;
        break;
      case "targetCopy":
        targetAt += await jump();
        if (targetAt < 0 || targetAt >= output) throw damaged("copies what has not been written yet", at);
        copied += length;
        if (copied > MAX_COPIED_BYTES) throw new EngineError("too-large", "The patch makes too much out of too little");
        yield { from: "target", start: targetAt, length };
        targetAt += length;
        break;
      default:
        act satisfies never;
    }
    output += length;
  }
  if (output !== header.targetSize) throw damaged(`makes ${output} bytes of ${header.targetSize}`, header.end);
}

// While a target is built, the document is: [0, made) the target's beginning; what is left of the source, from `rest` on; what was
// saved for later. Source bytes that are wanted where they stand are kept, those in front of them erased.

/** Whether bytes of the source stay, and those before them go: never more than take their place, or than are kept. */
function stays({ start, length }: Action, made: number, rest: number): boolean {
  return start >= rest && (start === made || start - rest <= length);
}

/** Appends what building will want of the source when it is gone, in order of need. */
async function saveForLater(patch: ByteSource, header: Header, target: PatchTarget, pace: Pace): Promise<void> {
  let made = 0;
  let rest = 0;
  let saved = 0;
  for await (const action of actionsOf(patch, header, pace)) {
    const { from, start, length } = action;
    if (from === "source") {
      if (stays(action, made, rest)) rest = start + length;
      else {
        saved += length;
        if (saved > MAX_COPIED_BYTES) throw new EngineError("too-large", "The patch makes too much out of too little");
        for await (const bytes of chunksOf(target, start, start + length)) {
          target.insert(target.size, bytes);
          await pace.step(0, 1);
        }
      }
    }
    made += length;
  }
}

async function build(patch: ByteSource, header: Header, target: PatchTarget, pace: Pace): Promise<void> {
  let made = 0;
  let rest = 0;
  let used = 0;
  for await (const action of actionsOf(patch, header, pace)) {
    const { from, start, length } = action;
    const end = made + length;
    switch (from) {
      case "source":
        if (stays(action, made, rest)) {
          if (start > rest) target.erase(made, start - rest);
          rest = start + length;
          made = end;
        }
        while (made < end) {
          await pace.step(made, header.targetSize);
          const savedAt = made + (header.sourceSize - rest) + used;
          const bytes = await readExactly(target, savedAt, Math.min(CHUNK_BYTES, end - made));
          target.insert(made, bytes);
          used += bytes.length;
          made += bytes.length;
        }
        break;
      case "patch":
        for await (const bytes of chunksOf(patch, start, start + length)) {
          target.insert(made, bytes);
          made += bytes.length;
        }
        break;
      case "target":
        if (made - start <= CHUNK_BYTES && end - start > CHUNK_BYTES) {
          // A copy that reads what it writes: a pattern, which no one has to spell out.
          target.insertFill(made, length, await readExactly(target, start, made - start));
          made = end;
        }
        for (let at = start; made < end;) {
          await pace.step(made, header.targetSize);
          const bytes = await readExactly(target, at, Math.min(CHUNK_BYTES, end - made, made - at));
          target.insert(made, bytes);
          at += bytes.length;
          made += bytes.length;
        }
        break;
      default:
        from satisfies never;
    }
  }
  if (target.size > made) target.erase(made, target.size - made);
}

/** @param differences ascending; between them the two are equal. @throws EngineError "io", "cancelled". */
export async function writeBps(
  source: ByteSource,
  target: ByteSource,
  differences: Iterable<Difference>,
  sink: ByteSink,
  call: PatchCall = {},
): Promise<void> {
  const pace = new Pace(call);
  let sum = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    sum = crc32(bytes, sum);
    await sink.write(bytes);
  };
  let sourceAt = 0; // where the next copy from the source counts from
  const keep = async (from: number, to: number, length: number): Promise<void> => {
    for (let done = 0; done < length;) {
      const run = Math.min(length - done, MAX_RUN_BYTES);
      const head = encodeAction(from === to ? "sourceRead" : "sourceCopy", run);
      if (from === to) await put(head);
      else {
        const jump = from + done - sourceAt;
        await put(Buffer.concat([head, encodeNumber(Math.abs(jump) * 2 + (jump < 0 ? 1 : 0))]));
        sourceAt = from + done + run;
      }
      done += run;
    }
  };
  await put(Buffer.concat([Buffer.from(MAGIC, "latin1"), ...[source.size, target.size, 0].map(encodeNumber)]));
  let same = 0; // of the source, behind the latest difference
  let made = 0;
  for (const { start, end, newStart, newEnd } of differences) {
    await keep(same, made, start - same);
    if (newEnd > newStart) await put(encodeAction("targetRead", newEnd - newStart));
    for await (const bytes of chunksOf(target, newStart, newEnd)) {
      await pace.step(newStart, target.size);
      await put(bytes);
    }
    same = end;
    made = newEnd;
  }
  await keep(same, made, target.size - made);
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32LE(await crcOf(source, source.size, pace), 0);
  footer.writeUInt32LE(await crcOf(target, target.size, pace), 4);
  footer.writeUInt32LE(crc32(footer.subarray(0, 8), sum), 8);
  await sink.write(footer);
}

async function crcOf(source: Pick<ByteSource, "read">, length: number, pace: Pace): Promise<number> {
  let sum = 0;
  let done = 0;
  for await (const bytes of chunksOf(source, 0, length)) {
    sum = crc32(bytes, sum);
    done += bytes.length;
    await pace.step(done, length);
  }
  return sum;
}

/** Seven bits a byte, the lowest first; 80 marks the last. Each further byte counts from one, so that no number has two forms. */
async function readNumber(reader: PatchReader): Promise<number> {
  const at = reader.position;
  let value = 0;
  for (let unit = 1; ;) {
    const byte = await reader.byte();
    value += (byte % 128) * unit;
    if (byte < 128) value += unit *= 128;
    if (value > Number.MAX_SAFE_INTEGER) throw damaged("a number beyond 2^53", at);
    if (byte >= 128) return value;
  }
}

function encodeAction(act: (typeof ACTS)[number], length: number): Uint8Array {
  return encodeNumber((length - 1) * 4 + ACTS.indexOf(act));
}

export function encodeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128) - 1) {
    if (rest < 128) return Uint8Array.from([...bytes, 128 + rest]);
    bytes.push(rest % 128);
  }
}

function hex(sum: number): string {
  return sum.toString(16).toUpperCase().padStart(8, "0");
}
