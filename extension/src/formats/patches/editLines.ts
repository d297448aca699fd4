// Patches as lines of JSON, as `terahex patch` takes them: one edit a line (editLine.ts), each at the state that those above it
// leave. Applies and writes them; knows no editor and no command line.
import { Buffer } from "node:buffer";
import type { ByteSource } from "../../engine/byteSource";
import { applyEditLine } from "./editLine";
import { atLine, linesOf } from "./lines";
import { Pace, readExactly, type ByteSink, type Difference, type PatchCall, type PatchTarget } from "./model";

const MAX_LINE_BYTES = 64 * 1024 ** 2;
/** Of one line that we write. */
const MAX_EDIT_BYTES = 32 * 1024;

/** @throws EngineError "invalid-argument", "out-of-range" and others with the line; the target is then changed in part. */
export async function applyEditLines(patch: ByteSource, target: PatchTarget, call: PatchCall = {}): Promise<void> {
  const pace = new Pace(call);
  for await (const { text, number, end } of linesOf(patch, MAX_LINE_BYTES)) {
    await pace.step(end, patch.size);
    if (text.trim() === "") continue;
    try {
      applyEditLine(target, text);
    } catch (error) {
      throw atLine(number, error);
    }
  }
}

/** @param differences ascending. */
export async function writeEditLines(
  target: ByteSource,
  differences: Iterable<Difference>,
  sink: ByteSink,
  call: PatchCall = {},
): Promise<void> {
  const pace = new Pace(call);
  const put = (edit: object): Promise<void> => sink.write(Buffer.from(`${JSON.stringify(edit)}\n`, "utf8"));
  for (const { start, end, newStart, newEnd } of differences) {
    // All in front of it is the target's already, so that its offsets count.
    const shared = newStart + Math.min(end - start, newEnd - newStart);
    for (let offset = newStart; offset < newEnd;) {
      await pace.step(offset, target.size);
      const limit = offset < shared ? shared : newEnd;
      const bytes = await readExactly(target, offset, Math.min(MAX_EDIT_BYTES, limit - offset));
      const hex = Buffer.from(bytes).toString("hex");
      await put({ op: offset < shared ? "overwrite" : "insert", offset, hex });
      offset += bytes.length;
    }
    const length = end - start - (shared - newStart);
    if (length > 0) await put({ op: "erase", offset: shared, length });
  }
}
