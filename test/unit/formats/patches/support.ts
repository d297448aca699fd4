// What patch tests stand on: documents on files of their own, a sink in memory, an edit that all formats must carry across.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fs from "node:fs";
import fc from "fast-check";
import { EngineDocument } from "../../../../extension/src/engine/document";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { diff } from "../../../../extension/src/engine/scan";
import type { ByteSink, Difference, PatchCall } from "../../../../extension/src/formats/patches/model";

export class MemorySink implements ByteSink {
  private readonly parts: Uint8Array[] = [];
  write(bytes: Uint8Array): Promise<void> {
    this.parts.push(bytes.slice());
    return Promise.resolve();
  }
  get bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}

export const sourceOf = (bytes: Uint8Array | string): MemoryByteSource =>
  new MemoryByteSource(new Uint8Array(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes));

export function openOn(file: string, content: Uint8Array): EngineDocument {
  fs.writeFileSync(file, content);
  return EngineDocument.open(file);
}

export async function contentOf(document: EngineDocument): Promise<Buffer> {
  return Buffer.from((await document.read(0, document.size)).bytes);
}

type Apply = (patch: MemoryByteSource, target: EngineDocument, call?: PatchCall) => Promise<void>;

export async function applied(file: string, content: Uint8Array, patch: Uint8Array, apply: Apply): Promise<Buffer> {
  const document = openOn(file, content);
  try {
    document.beginStep();
    try {
      await apply(sourceOf(patch), document);
    } finally {
      document.endStep();
    }
    const result = await contentOf(document);
    assert.ok(document.position <= 1, "one step");
    if (document.position === 1) document.undo();
    assert.deepEqual(await contentOf(document), Buffer.from(content), "undone");
    return result;
  } finally {
    document.close(true);
  }
}

export async function differencesOf(file: string, from: Uint8Array, to: Uint8Array): Promise<Difference[]> {
  const source = openOn(`${file}.from`, from);
  const target = openOn(`${file}.to`, to);
  const found: Difference[] = [];
  try {
    await diff(source, target, {
      onDifferences: (fours) => {
        for (let i = 0; i < fours.length; i += 4) {
          const [start = 0, end = 0, newStart = 0, newEnd = 0] = fours.subarray(i, i + 4);
          found.push({ start, end, newStart, newEnd });
        }
      },
    });
    return found;
  } finally {
    source.close();
    target.close();
  }
}

const stretch = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }),
  fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 300 })).map(([value, count]) => new Uint8Array(count).fill(value)),
);

/** A file, and the same after overwrites, insertions and deletions. */
export const editedFile = fc
  .tuple(
    fc.array(stretch, { maxLength: 12 }),
    fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(30), put: stretch }), {
      maxLength: 5,
    }),
  )
  .map(([parts, edits]) => {
    const before = Buffer.concat(parts);
    let after = before;
    for (const { at, removed, put } of edits) {
      const start = Math.floor(at * after.length);
      after = Buffer.concat([after.subarray(0, start), put, after.subarray(start + removed)]);
    }
    return { before, after };
  });
