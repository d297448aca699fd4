// One contender in a process of its own: performs one operation of the engine (or of plain file reads, the thing to compare
// with) and prints what it took as one line of JSON. Usage: engineRunner.ts '{"via":"engine","operation":"open",…}'
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { performance } from "node:perf_hooks";
import { EngineDocument } from "../../extension/src/engine/document";

interface Task {
  readonly via: "engine" | "plain";
  readonly operation: "open" | "readRandom" | "overwriteAndSave" | "browse" | "scatterAndSave" | "insertAndSave";
  readonly file: string;
  readonly storageFolder: string;
  /** Of readRandom, browse and scatterAndSave. */
  readonly count: number;
}

interface Figures {
  readonly ms: number;
  /** From and to the device and the file, as the kernel counts them for this process. */
  readonly diskReadBytes: number;
  readonly writtenBytes: number;
  readonly writtenToDiskBytes: number;
  readonly memoryBytes: number;
  /** What was read, for the caller to check: the last byte as a number, or -1. */
  readonly answer: number;
}

const windowBytes = 4096;
const rowBytes = 16;

interface Counters {
  readonly read: number;
  readonly written: number;
  readonly writtenToDisk: number;
}

/** @see proc(5), /proc/pid/io */
function counters(): Counters {
  const text = fs.readFileSync("/proc/self/io", "utf8");
  const field = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { read: field("read_bytes"), written: field("wchar"), writtenToDisk: field("write_bytes") };
}

/** The same places in every run: a linear congruence, in doubles. */
function* places(count: number, size: number): Generator<number> {
  let state = 12345;
  for (let index = 0; index < count; index++) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield Math.floor((state / 2 ** 31) * Math.max(1, size / rowBytes)) * rowBytes;
  }
}

async function openAndRead(task: Task): Promise<number> {
  if (task.via === "plain") {
    const handle = fs.openSync(task.file, "r+");
    const bytes = new Uint8Array(windowBytes);
    fs.readSync(handle, bytes, 0, windowBytes, 0);
    fs.closeSync(handle);
    return bytes[rowBytes - 1] ?? -1;
  }
  const document = EngineDocument.open(task.file, { storageFolder: task.storageFolder });
  const { bytes } = await document.read(0, windowBytes);
  const answer = new Uint8Array(bytes)[rowBytes - 1] ?? -1;
  document.close();
  return answer;
}

async function readRandom(task: Task): Promise<number> {
  const size = fs.statSync(task.file).size;
  let answer = 0;
  if (task.via === "plain") {
    const handle = fs.openSync(task.file, "r");
    for (const offset of places(task.count, size)) {
      const bytes = new Uint8Array(windowBytes);
      fs.readSync(handle, bytes, 0, windowBytes, offset);
      answer += bytes[0] ?? 0;
    }
    fs.closeSync(handle);
    return answer;
  }
  const document = EngineDocument.open(task.file, { storageFolder: task.storageFolder });
  for (const offset of places(task.count, size)) {
    const { bytes } = await document.read(offset, windowBytes);
    answer += new Uint8Array(bytes)[0] ?? 0;
  }
  document.close();
  return answer;
}

async function overwriteAndSave(task: Task): Promise<number> {
  const offset = Math.floor(fs.statSync(task.file).size / 2);
  if (task.via === "plain") {
    const handle = fs.openSync(task.file, "r+");
    const bytes = new Uint8Array(1);
    fs.readSync(handle, bytes, 0, 1, offset);
    fs.writeSync(
      handle,
      bytes.map((value) => 255 - value),
      0,
      1,
      offset,
    );
    fs.fdatasyncSync(handle);
    fs.closeSync(handle);
    return 255 - (bytes[0] ?? 0);
  }
  const document = EngineDocument.open(task.file, { storageFolder: task.storageFolder });
  const before = new Uint8Array(document.readSync(offset, 1).bytes);
  document.overwrite(
    offset,
    before.map((value) => 255 - value),
  );
  await document.commit();
  document.close();
  return 255 - (before[0] ?? 0);
}

const scatteredBytes = 8;

/** Eight bytes at each of `count` random places, saved once; the plain way has no journal and is not safe. */
async function scatterAndSave(task: Task): Promise<number> {
  const size = fs.statSync(task.file).size;
  const bytes = new Uint8Array(scatteredBytes).fill(Math.floor(Math.random() * 256));
  if (task.via === "plain") {
    const handle = fs.openSync(task.file, "r+");
    for (const offset of places(task.count, size)) fs.writeSync(handle, bytes, 0, scatteredBytes, offset);
    fs.fdatasyncSync(handle);
    fs.closeSync(handle);
    return task.count;
  }
  const document = EngineDocument.open(task.file, { storageFolder: task.storageFolder });
  for (const offset of places(task.count, size)) document.overwrite(offset, bytes);
  await document.commit();
  document.close();
  return task.count;
}

/** A few bytes before all others; the plain way is `cp` and a sync, which is the least that a new file takes. */
async function insertAndSave(task: Task): Promise<number> {
  if (task.via === "plain") {
    const copy = `${task.file}.copy`;
    execFileSync("cp", ["--reflink=never", task.file, copy]);
    execFileSync("sync", [copy]);
    fs.rmSync(copy);
    return 0;
  }
  const document = EngineDocument.open(task.file, { storageFolder: task.storageFolder });
  document.insert(0, new Uint8Array([1, 2, 3]));
  await document.commit();
  document.close();
  return 0;
}

const operations: Record<Task["operation"], (task: Task) => Promise<number>> = {
  open: openAndRead,
  readRandom,
  browse: readRandom,
  overwriteAndSave,
  scatterAndSave,
  insertAndSave,
};

async function main(): Promise<void> {
  const task = JSON.parse(process.argv[2] ?? "{}") as Task;
  // Loads the addon, so that its own start is not counted to the file.
  EngineDocument.open("/proc/self/exe", { readOnly: true }).close();
  const before = counters();
  const memoryBefore = process.memoryUsage.rss();
  const started = performance.now();
  const answer = await operations[task.operation](task);
  const ms = performance.now() - started;
  const after = counters();
  const figures: Figures = {
    ms,
    diskReadBytes: after.read - before.read,
    writtenBytes: after.written - before.written,
    writtenToDiskBytes: after.writtenToDisk - before.writtenToDisk,
    memoryBytes: process.memoryUsage.rss() - memoryBefore,
    answer,
  };
  console.log(JSON.stringify(figures));
}

void main();
