// A worker thread of longCalls.test.ts: loads the addon anew in its own environment and does one task with it.
"use strict";
const { createHash } = require("node:crypto");
const { parentPort, workerData } = require("node:worker_threads");
const nodeGypBuild = require("node-gyp-build");

const { root, task, file, storage } = workerData;
const { NativeDocument } = nodeGypBuild(root);
const document = NativeDocument.open(file, { storageFolder: storage });

const tasks = {
  async readAll() {
    const { bytes } = await document.read(0, document.size);
    document.close();
    parentPort.postMessage(createHash("sha256").update(new Uint8Array(bytes)).digest("hex"));
  },
  /** Reads until it is ended, many at once; the document is never closed. */
  async read() {
    parentPort.postMessage("running");
    for (;;) await Promise.all(Array.from({ length: 8 }, () => document.read(0, 1 << 20)));
  },
  /** Commits the whole file, and is ended meanwhile. */
  async commit() {
    document.fill(0, document.size, Uint8Array.of(0x5a));
    const committing = document.commit({ onProgress: () => undefined });
    parentPort.postMessage("running");
    await committing;
  },
};
void tasks[task]();
