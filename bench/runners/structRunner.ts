// One look at a large file through a template, in a process of its own, as the struct view does it: the document here, the
// interpreter in its thread. Prints what each step took as one line of JSON. Usage: structRunner.ts FILE TEMPLATE-TEXT INDEX,…
import fs from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { EngineDocument } from "../../extension/src/engine/document";
import { startStructService } from "../../extension/src/struct/worker/startStructService";

const [file = "", text = "", indexes = ""] = process.argv.slice(2);

/** Private memory of this process, the thread's included. @see proc(5), /proc/pid/status */
function memoryBytes(): number {
  return Number(/RssAnon:\s+(\d+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? NaN) * 1024;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; answer: T }> {
  const begun = performance.now();
  const answer = await work();
  return { ms: performance.now() - begun, answer };
}

async function main(): Promise<void> {
  const document = EngineDocument.open(file, { readOnly: true });
  const before = memoryBytes();
  const service = startStructService(
    { readerKey: document.readerKey },
    { workerFile: path.join(import.meta.dirname, "../../dist/struct.worker.js") },
  );
  const load = await timed(() =>
    service.load({ entry: "/t.ksy", texts: new Map([["/t.ksy", text]]), importPaths: [] }),
  );
  const first = await timed(() => service.children("records", 0, 100));
  const jumps = [];
  let peak = memoryBytes();
  for (const index of indexes.split(",").map(Number)) {
    const jump = await timed(() => service.children("records", index, 100));
    const [row] = jump.answer.rows;
    jumps.push({ ms: jump.ms, start: row?.place?.start ?? -1 });
    peak = Math.max(peak, memoryBytes());
  }
  service.dispose();
  document.close();
  console.log(JSON.stringify({ loadMs: load.ms, firstMs: first.ms, jumps, memoryBytes: peak - before }));
}

void main();
