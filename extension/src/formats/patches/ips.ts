// IPS and IPS32 patches: bytes at fixed offsets, runs of one byte, a new length at the end. No checksum, nothing about the
// source. Formats: https://zerosoft.zophar.net/ips.php (records, runs); the truncation and the trap of an offset that spells the end
// mark as in Flips and the `ips` crate (https://docs.rs/ips). IPS32 is the same with 4-byte offsets; its truncation has 4 bytes.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";
import { EngineError } from "../../engine/engineError";
import {
  bigEndian,
  CHUNK_BYTES,
  damaged,
  Pace,
  PatchReader,
  readExactly,
  type ByteSink,
  type Difference,
  type PatchCall,
  type PatchTarget,
} from "./model";

interface Form {
  readonly name: string;
  readonly magic: string;
  readonly end: string;
  readonly offsetBytes: number;
}

export const IPS: Form = { name: "IPS", magic: "PATCH", end: "EOF", offsetBytes: 3 };
export const IPS32: Form = { name: "IPS32", magic: "IPS32", end: "EEOF", offsetBytes: 4 };

const MAX_RECORD_BYTES = 0xffff;
/** A run costs 8 bytes, and 5 more where it parts literal bytes. */
const MIN_RUN_BYTES = 14;
/** Equal bytes between two differences that cost less than another record. */
const MAX_JOINED_BYTES = 5;
/** Equal bytes that cost less to read than another read. */
const READ_TOGETHER_BYTES = 16 * 1024;

/** The number that the end mark would be as an offset: no record may begin there. */
function trapOf(form: Form): number {
  return bigEndian(Buffer.from(form.end, "latin1"));
}

/** @throws EngineError "corrupt" with the offset in the patch, "cancelled"; the target is then changed in part. */
export async function applyIps(patch: ByteSource, target: PatchTarget, call: PatchCall = {}): Promise<void> {
  const reader = new PatchReader(patch);
  const magic = Buffer.from(await reader.take(Math.min(5, reader.left))).toString("latin1");
  const form = [IPS, IPS32].find((one) => one.magic === magic);
  if (form === undefined) throw damaged("neither “PATCH” nor “IPS32” stands here", 0);
  const trap = trapOf(form);
  const pace = new Pace(call);
  for (;;) {
    await pace.step(reader.position, patch.size);
    const offset = bigEndian(await reader.take(form.offsetBytes));
    // A record takes 3 bytes more at the least, and the end mark must still follow: this can be nothing but the end.
    if (offset === trap && (reader.left === 0 || reader.left === form.offsetBytes)) break;
    const length = bigEndian(await reader.take(2));
    if (length > 0) {
      growTo(target, offset);
      target.overwrite(offset, await reader.take(length));
    } else {
      const at = reader.position;
      const count = bigEndian(await reader.take(2));
      if (count === 0) throw damaged("a run of no bytes", at);
      putRun(target, offset, count, (await reader.take(1)).slice());
    }
  }
  if (reader.left === 0) return;
  const length = bigEndian(await reader.take(form.offsetBytes));
  if (length < target.size) target.erase(length, target.size - length);
}

function growTo(target: PatchTarget, size: number): void {
  if (size > target.size) target.insertFill(target.size, size - target.size, new Uint8Array(1));
}

function putRun(target: PatchTarget, offset: number, count: number, value: Uint8Array): void {
  growTo(target, offset);
  const inside = Math.min(count, target.size - offset);
  if (inside > 0) target.fill(offset, inside, value);
  if (inside < count) target.insertFill(target.size, count - inside, value);
}

/** The bytes of `target` that differ from those of `source` in the same places. @param differences ascending: elsewhere
 *  nothing is looked at.
 *  @throws EngineError "too-large" where a difference lies beyond the format's reach; "io", "cancelled". */
export async function writeIps(
  form: Form,
  source: ByteSource,
  target: ByteSource,
  differences: Iterable<Difference>,
  sink: ByteSink,
  call: PatchCall = {},
): Promise<void> {
  const pace = new Pace(call);
  const writer = new RecordWriter(form, target, sink);
  await sink.write(Buffer.from(form.magic, "latin1"));
  for (const [from, to] of placesOf(differences, target.size)) {
    for (let at = from; at < to; at += CHUNK_BYTES) {
      await pace.step(at, target.size);
      const length = Math.min(CHUNK_BYTES, to - at);
      const after = await readExactly(target, at, length);
      const before = at < source.size ? await readExactly(source, at, Math.min(length, source.size - at)) : EMPTY;
      for (const [start, end] of differing(before, after)) await writer.put(at + start, after.subarray(start, end));
    }
  }
  await sink.write(Buffer.from(form.end, "latin1"));
  if (target.size < source.size) await sink.write(writer.number(target.size, form.offsetBytes));
}

/** Where the same offsets may hold other bytes: everything behind the first change of length. */
function* placesOf(differences: Iterable<Difference>, size: number): Generator<[number, number]> {
  let place: [number, number] | undefined;
  for (const { start, end, newStart, newEnd } of differences) {
    const to = end === newEnd && start === newStart ? newEnd : size;
    if (place !== undefined && newStart - place[1] <= READ_TOGETHER_BYTES) place[1] = to;
    else {
      if (place !== undefined) yield place;
      place = [newStart, to];
    }
    if (to === size) break;
  }
  if (place !== undefined) yield place;
}

const EMPTY = new Uint8Array(0);

function differing(before: Uint8Array, after: Uint8Array): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < after.length; i++) {
    if (after[i] === before[i]) continue;
    const last = found.at(-1);
    if (last !== undefined && i - last[1] <= MAX_JOINED_BYTES) last[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}

class RecordWriter {
  private readonly trap: number;
  constructor(
    private readonly form: Form,
    private readonly target: ByteSource,
    private readonly sink: ByteSink,
  ) {
    this.trap = trapOf(form);
  }

  number(value: number, length: number): Uint8Array {
    if (value >= 256 ** length) {
      const message = `${this.form.name} reaches as far as ${256 ** length} bytes; choose IPS32, BPS or JSON lines`;
      throw new EngineError("too-large", message, { offset: value });
    }
    const bytes = new Uint8Array(length);
    for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
    return bytes;
  }

  /** Literal bytes and runs, in records of the length that there may be. */
  async put(offset: number, bytes: Uint8Array): Promise<void> {
    let literal = 0;
    for (let i = 0; i < bytes.length;) {
      let end = i + 1;
      while (end < bytes.length && bytes[end] === bytes[i]) end++;
      if (end - i >= MIN_RUN_BYTES) {
        await this.putLiteral(offset + literal, bytes.subarray(literal, i));
        await this.putRun(offset + i, end - i, bytes[i]!);
        literal = end;
      }
      i = end;
    }
    await this.putLiteral(offset + literal, bytes.subarray(literal));
  }

  private async putLiteral(offset: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      // A record that would begin at the trap begins a byte earlier.
      const early = offset + at === this.trap;
      const length = Math.min(bytes.length - at, MAX_RECORD_BYTES - (early ? 1 : 0));
      const first = early ? await readExactly(this.target, this.trap - 1, 1) : EMPTY;
      const head = this.number(offset + at - first.length, this.form.offsetBytes);
      const body = [head, this.number(length + first.length, 2), first, bytes.subarray(at, at + length)];
      await this.sink.write(Buffer.concat(body));
      at += length;
    }
  }

  private async putRun(offset: number, count: number, value: number): Promise<void> {
    for (let at = 0; at < count;) {
      if (offset + at === this.trap) {
        await this.putLiteral(this.trap, Uint8Array.of(value));
        at += 1;
        continue;
      }
      const length = Math.min(count - at, MAX_RECORD_BYTES);
      const head = this.number(offset + at, this.form.offsetBytes);
      await this.sink.write(Buffer.concat([head, this.number(0, 2), this.number(length, 2), Uint8Array.of(value)]));
      at += length;
    }
  }
}
