// The child process of faults.test.ts: truncates and regrows a file under running reads and commits of a document of it, then
// prints counts. Any failure that is no plain engine error ends it with status 1; a crash with a signal.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { NativeDocument } = require("node-gyp-build")(path.join(__dirname, "../../.."));

const [file, storageFolder, listener, rounds] = process.argv.slice(2);
const length = 1 << 20;
const full = Buffer.alloc(length, 0x77);
const allowed = new Set(["changed", "vanished", "io", "busy", "closed", "out-of-range"]);
const counts = { truncations: 0, reads: 0, unreadable: 0, commits: 0 };

async function readOn(document, running) {
  while (running.on) {
    const offset = Math.floor(Math.random() * length);
    try {
      const { unreadable } = await document.read(offset, 1 << 16);
      counts.reads++;
      if (unreadable.length > 0) counts.unreadable++;
    } catch (error) {
      if (!allowed.has(error.code)) throw error;
    }
  }
}

async function commitOn(document, running) {
  while (running.on) {
    try {
      document.fill(0, Math.min(document.size, length / 2), Uint8Array.of(counts.commits % 256));
      await document.commit();
    } catch (error) {
      if (!allowed.has(error.code)) throw error;
      // Somebody else changed the file: take it as it is, and go on.
      document.reload();
      await new Promise((resolve) => setImmediate(resolve));
    }
    counts.commits++;
  }
}

async function main() {
  if (listener === "sigbus") process.on("SIGBUS", () => undefined);
  fs.writeFileSync(file, full);
  const document = NativeDocument.open(file, { storageFolder });
  const reader = NativeDocument.open(file, { readOnly: true });
  const running = { on: true };
  const work = [
    readOn(reader, running),
    readOn(reader, running),
    readOn(document, running),
    commitOn(document, running),
  ];
  const failed = Promise.all(work);
  for (; counts.truncations < Number(rounds); counts.truncations++) {
    fs.truncateSync(file, Math.floor(Math.random() * length));
    await Promise.race([failed, new Promise((resolve) => setImmediate(resolve))]);
    reader.readSync(0, 1 << 16);
    fs.truncateSync(file, length);
    if (counts.truncations % 10 === 0) await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 2))]);
  }
  running.on = false;
  await failed;
  document.close();
  reader.close();
  console.log(JSON.stringify(counts));
}
void main();
