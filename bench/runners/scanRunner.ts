// Searches a document with unsaved edits, and without: the same process, the same file, taking turns. Prints one line of JSON:
// milliseconds of each, and the private memory that a search takes above idle. Arguments: FILE EDITS ROUNDS.
import fs from "node:fs";
import { EngineDocument } from "../../extension/src/engine/document";
import { find } from "../../extension/src/engine/scan";
import { textNeedle } from "../../extension/src/engine/textNeedle";

const [file = "", edits = "100000", rounds = "5"] = process.argv.slice(2);
const needle = textNeedle("no such needle", "utf-8", false);

/** Bytes that belong to this process alone; 0 where the system does not tell. */
function privateBytes(): number {
  if (process.platform !== "linux") return 0;
  const text = fs.readFileSync("/proc/self/status", "utf8");
  return Number(/RssAnon:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
}

async function timed(document: EngineDocument): Promise<number> {
  const start = performance.now();
  await find(document, needle, { onHits: () => undefined });
  return performance.now() - start;
}

async function main(): Promise<void> {
  const plain = EngineDocument.open(file, { readOnly: true });
  const edited = EngineDocument.open(file);
  for (let i = 0; i < Number(edits); i++) {
    const offset = Math.floor((i * 0.6180339887498949 * edited.size) % (edited.size - 8));
    edited.overwrite(offset, Uint8Array.of(i & 0xff, 1, 2, 3));
  }
  const idle = privateBytes();
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, privateBytes())), 5);
  const withEdits: number[] = [];
  const without: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    without.push(await timed(plain));
    withEdits.push(await timed(edited));
  }
  clearInterval(watch);
  console.log(
    JSON.stringify({
      edited: Math.min(...withEdits),
      plain: Math.min(...without),
      memoryBytes: Math.max(0, most - idle),
    }),
  );
  edited.close(true);
  plain.close();
}

void main();
