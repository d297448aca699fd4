// Edits while a session goes on: what it kept from before must be what a fresh session finds.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { EngineDocument } from "../../../extension/src/engine/document";
import type { ByteSource } from "../../../extension/src/engine/byteSource";
import { Session } from "../../../extension/src/struct/reader/session";
import type { StructRow } from "../../../shared/structTree";
import { StructTree } from "../../../extension/src/struct/tree/structTree";
import { templateOf } from "./support";

const templates = [
  "meta: {id: a, endian: le}\nseq: [{id: r, type: rec, repeat: eos}]\ntypes: {rec: {seq: [{id: n, type: u1}, {id: b, size: n}]}}",
  `
meta: {id: b, endian: le}
seq: [{id: extra, type: u1}, {id: len, type: u2}, {id: body, size: len, type: body}, {id: after, type: u1}]
types:
  body:
    seq: [{id: r, type: rec, repeat: eos}]
  rec:
    seq: [{id: n, type: u1}, {id: skip, size: _root.extra & 1}, {id: b, size: n % 7}]
`,
  `
meta: {id: c, encoding: ASCII}
seq: [{id: count, type: u2be}, {id: r, type: rec, repeat: expr, repeat-expr: count}, {id: rest, size-eos: true}]
types: {rec: {seq: [{id: s, terminator: 3, consume: false, eos-error: false}, {id: t, type: u1}]}}
`,
];

/** Small numbers, so that elements are short and edits hit what decides their sizes. */
function randomBytes(length: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 5)));
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const arrayPath = (template: number): string => (template === 1 ? "body.r" : "r");

/** Asks again while a busy machine leaves rows pending. */
function rowsOf(tree: StructTree, at: string, from: number, count: number): readonly StructRow[] {
  for (;;) {
    tree.session.budget.start();
    const { rows } = tree.children(at, from, count);
    if (rows.every((row) => row.pending === undefined)) return rows;
  }
}

/** Everything that depends on where elements lie. */
function picture(source: ByteSource, tree: StructTree, array: string, picks: readonly number[]): unknown {
  const rows = picks.map((index) => {
    try {
      return rowsOf(tree, array, index, 2).map(({ path: at, place, fault }) => [at, place?.start, fault]);
    } catch (thrown) {
      return String(thrown);
    }
  });
  const top = rowsOf(tree, "", 0, 10).map(({ path: at, value, place, fault }) => [at, value, place?.start, fault]);
  tree.session.budget.start();
  return { rows, top, count: tree.count(array)?.size, size: source.size };
}

describe("edits", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "struct-edits-"));
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [number, text] of templates.entries()) {
    it(`leave of template ${number} what a fresh session finds`, () => {
      for (let seed = 1; seed <= 12; seed += 1) {
        const random = mulberry(seed * 100 + number);
        const pick = (below: number): number => Math.floor(random() * below);
        const file = path.join(folder, `${number}-${seed}.bin`);
        const bytes = randomBytes(6000, random);
        if (number === 1) bytes.writeUInt16LE(5900, 1);
        if (number === 2) bytes.writeUInt16BE(1000);
        fs.writeFileSync(file, bytes);
        const document = EngineDocument.open(file);
        const template = templateOf(text);
        const kept = new StructTree(new Session(template, document));
        try {
          for (let step = 0; step < 25; step += 1) {
            const near = random() < 0.3 ? 4 : document.size;
            const at = pick(Math.min(near, document.size));
            const change = randomBytes(1 + pick(4), random);
            const kind = random();
            if (kind < 0.75) document.overwrite(Math.min(at, document.size - change.length), change);
            else if (kind < 0.85) document.insert(at, change);
            else if (kind < 0.95) document.erase(at, Math.min(3, document.size - at));
            else document.undo();
            const picks = Array.from({ length: 6 }, () => pick(2500));
            const fresh = new StructTree(new Session(template, document));
            assert.deepEqual(
              picture(document, kept, arrayPath(number), picks),
              picture(document, fresh, arrayPath(number), picks),
              `seed ${seed}, step ${step}`,
            );
          }
        } finally {
          document.close(true);
        }
      }
    }).timeout(60_000);
  }

  it("do not make a counted array be counted again", () => {
    const bytes = Buffer.alloc(3_000_000);
    for (let at = 0; at < bytes.length; at += 30) bytes[at] = 29;
    const file = path.join(folder, "counted.bin");
    fs.writeFileSync(file, bytes);
    const document = EngineDocument.open(file);
    try {
      const reads: number[] = [];
      const source: ByteSource = {
        get size() {
          return document.size;
        },
        get version() {
          return document.version;
        },
        read: (offset, length) => document.read(offset, length),
        readSync: (offset, length) => {
          reads.push(offset);
          return document.readSync(offset, length);
        },
        changesSince: (version) => document.changesSince(version),
      };
      const tree = new StructTree(new Session(templateOf(templates[0] ?? ""), source));
      assert.equal(tree.count("r")?.size, 100_000);
      document.overwrite(1_500_005, Uint8Array.of(1, 2, 3));
      reads.length = 0;
      tree.session.budget.start();
      assert.equal(tree.children("r", 99_999, 5).total, 100_000);
      assert.ok(reads.length <= 4, `${reads.length} pages were read`);
      // A size: what lies behind has to be found anew, what lies before has not.
      document.overwrite(2_700_000, Uint8Array.of(59));
      reads.length = 0;
      tree.session.budget.start();
      assert.equal(tree.children("r", 99_000, 5).rows.length, 5);
      tree.session.budget.start();
      assert.equal(tree.count("r")?.size, 99_999);
      assert.ok(Math.min(...reads) > 2_500_000, `read from ${Math.min(...reads)}`);
    } finally {
      document.close(true);
    }
  });
});
