// Arrays of any length: elements of one size are arithmetic, others leave bounded marks; nothing is read that was not asked for.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ByteSource, ByteWindow } from "../../../extension/src/engine/byteSource";
import { PositionalByteSource } from "../../../extension/src/engine/positionalByteSource";
import { defaultLimits } from "../../../extension/src/struct/limits";
import { ArrayIndex } from "../../../extension/src/struct/reader/arrayIndex";
import { LazyArray } from "../../../extension/src/struct/reader/lazyArray";
import { Session } from "../../../extension/src/struct/reader/session";
import { dump, evaluate, nodeAt, sessionOf, templateOf } from "./support";

/** Bytes made by a rule, of any size; counts what is read. */
class RuleSource implements ByteSource {
  version = 1;
  bytesRead = 0;

  constructor(
    public size: number,
    public byteAt: (offset: number) => number,
  ) {}

  readSync(offset: number, length: number): ByteWindow {
    this.bytesRead += length;
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index += 1) bytes[index] = this.byteAt(offset + index);
    return { bytes: bytes.buffer, version: this.version, unsaved: [], unreadable: [] };
  }

  read(offset: number, length: number): Promise<ByteWindow> {
    return Promise.resolve(this.readSync(offset, length));
  }
}

const fixed = `
meta: {id: fixed, endian: le}
seq:
  - {id: head, type: u4}
  - {id: records, type: rec(head), repeat: eos}
types:
  rec:
    params: [{id: n, type: u4}]
    seq:
      - {id: x, type: u8}
      - {id: flags, type: b3}
      - {id: tail, size: n}
      - {id: inner, type: inner}
  inner: {seq: [{id: v, type: u4, if: _parent.n > 0}]}
`;

describe("scale", () => {
  it("finds record 500,000,000,000 of an 8 TiB file in constant time, reading a few pages", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "struct-scale-"));
    const file = path.join(folder, "sparse.bin");
    try {
      const handle = fs.openSync(file, "w");
      fs.ftruncateSync(handle, 8 * 1024 ** 4);
      fs.writeSync(handle, Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]), 0, 8, 500_000_000_000 * 16);
      fs.closeSync(handle);
      const text =
        "meta: {id: x, endian: be}\nseq: [{id: records, type: rec, repeat: eos}]\ntypes: {rec: {seq: [{id: x, type: u8}, {id: y, size: 8}]}}";
      const source = PositionalByteSource.open(file);
      try {
        const session = new Session(templateOf(text), source);
        assert.equal(evaluate(session, "records[500000000000].x").value, 0x0102030405060708n);
        assert.equal(evaluate(session, "records.size").value, (8 * 1024 ** 4) / 16);
        assert.equal(evaluate(session, "records[500000000000]").start, 8_000_000_000_000);
        assert.equal(evaluate(session, "records.last.x").value, 0);
        assert.equal(evaluate(session, "records[549755813888]").error, "IndexError");
      } finally {
        source.close();
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("sees one size through params, parents, bits and conditions that do not vary", () => {
    const source = new RuleSource(4 + 16 * 1e12 + 5, (offset) => (offset === 0 ? 3 : 0));
    const session = new Session(templateOf(fixed), source);
    assert.equal(evaluate(session, "records.size").value, 1e12 + 1);
    const element = evaluate(session, "records[999999999999]");
    assert.deepEqual([element.start, element.end], [4 + 16 * (1e12 - 1), 4 + 16 * 1e12]);
    assert.equal(evaluate(session, "records.last.x").error, "EndOfStreamError");
    assert.ok(source.bytesRead < 1024 * 1024, `${source.bytesRead} bytes read`);
  });

  it("reads three elements for three elements", () => {
    const source = new RuleSource(1e12, (offset) => (offset % 100 === 0 ? 99 : 1));
    const session = new Session(
      templateOf(
        "meta: {id: x}\nseq: [{id: a, type: r, repeat: eos}]\ntypes: {r: {seq: [{id: n, type: u1}, {id: b, size: n}]}}",
      ),
      source,
    );
    const tree = dump(session, { maxItems: 3 });
    assert.equal(nodeAt(tree, "a").items?.length, 3);
    assert.deepEqual([nodeAt(tree, "a").size, nodeAt(tree, "a").truncated], [null, true]);
    assert.ok(source.bytesRead <= 64 * 1024);
  });

  it("reads of elements of varying size only the pages that tell their sizes", () => {
    const record = 10_000_000;
    const source = new RuleSource(record * 100, (offset) => (offset % record === 0 ? 1 : 0));
    const text = `meta: {id: x}\nseq: [{id: a, type: r, repeat: eos}]\ntypes: {r: {seq: [{id: n, type: u1}, {id: b, size: n * ${record - 1}}]}}`;
    const session = new Session(templateOf(text), source);
    assert.equal(evaluate(session, "a.size").value, 100);
    assert.ok(source.bytesRead <= 101 * 64 * 1024, `${source.bytesRead} bytes read`);
  });

  it("jumps back and forth among a million elements with bounded marks", () => {
    const source = new RuleSource(3_500_000, (offset) => (Math.floor(offset / 7) % 2) + 1);
    const text =
      "meta: {id: x}\nseq: [{id: a, type: r, repeat: eos}]\ntypes: {r: {seq: [{id: n, type: u1}, {id: b, size: n}]}}";
    const session = new Session(templateOf(text), source, defaultLimits);
    const starts: number[] = [];
    for (let at = 0; at < source.size; at += 1 + source.byteAt(at)) starts.push(at);
    const { root } = session;
    const array = root.fieldValue(0);
    assert.ok(array instanceof LazyArray);
    assert.equal(array.size, starts.length);
    for (let step = 0; step < 300; step += 1) {
      const index = (step * 7_919_317) % starts.length;
      assert.equal(array.node(index).start, starts[index]);
    }
    assert.ok(array.indexBytes <= defaultLimits.maxIndexBytes);
  });

  it("keeps marks in bounded memory and finds the last one before", () => {
    const marks = new ArrayIndex(defaultLimits.maxIndexBytes);
    for (let index = 0; index < 1_000_000; index += 1) marks.add(index, index * 3);
    assert.ok(marks.memoryBytes <= defaultLimits.maxIndexBytes);
    for (const index of [0, 1, 17, 65_535, 65_536, 123_456, 999_999]) {
      const mark = marks.before(index);
      assert.ok(mark.index <= index && index - mark.index < 128);
      assert.equal(mark.position, mark.index * 3);
    }
  });

  it("starts over when the source changes, also in the middle", () => {
    const source = new RuleSource(300_000, () => 1);
    const session = new Session(
      templateOf("meta: {id: x}\nseq: [{id: a, type: u1}, {id: b, size: 250000}, {id: c, type: u1}]"),
      source,
    );
    assert.equal(evaluate(session, "a + c").value, 2);
    source.byteAt = () => 5;
    source.version = 2;
    assert.equal(evaluate(session, "a + c").value, 10);
    const changing: RuleSource = new RuleSource(300_000, (offset) => {
      if (offset === 250_001 && changing.version < 3) changing.version += 1;
      return changing.version;
    });
    const other = new Session(
      templateOf("meta: {id: x}\nseq: [{id: a, type: u1}, {id: b, size: 250000}, {id: c, type: u1}]"),
      changing,
    );
    assert.equal(evaluate(other, "a == c").value, true);
  });

  it("reads numbers, bits and terminators across the borders of pages", () => {
    const source = new RuleSource(200_000, (offset) => ((offset * 31 + Math.floor(offset / 256)) % 255) + 1);
    const text =
      "meta: {id: x}\nseq: [{id: skip, size: 65530}, {id: a, type: u1}, {id: v, type: r, repeat: expr, repeat-expr: 3}]\ntypes: {r: {seq: [{id: n, type: u8be}, {id: b, type: b63}, {id: c, type: b1}, {id: s, size: 65519}]}}\ninstances: {end: {pos: 65500, terminator: [7, 8], eos-error: false}}";
    const session = new Session(templateOf(text), source);
    const big = (offset: number): bigint =>
      Array.from({ length: 8 }, (_, n) => source.byteAt(offset + n)).reduce(
        (sum, byte) => sum * 256n + BigInt(byte),
        0n,
      );
    for (const [index, start] of [65_531, 131_066].entries()) {
      assert.equal(BigInt(evaluate(session, `v[${index}].n`).value as bigint), big(start));
      assert.equal(BigInt(evaluate(session, `v[${index}].b`).value as bigint), big(start + 8) / 2n);
    }
    let wanted = 65_500;
    while (wanted < source.size && !(source.byteAt(wanted) === 7 && source.byteAt(wanted + 1) === 8)) wanted += 2;
    assert.equal(evaluate(session, "end.length").value, Math.min(wanted, source.size) - 65_500);
  });

  it("tells of bytes that cannot be read where they are needed, and reads the rest", () => {
    const source = new RuleSource(200_000, () => 1);
    const { readSync } = RuleSource.prototype;
    source.readSync = (offset, length) => {
      if (offset >= 65_536 && offset < 131_072) throw new Error("disk on fire");
      return {
        ...readSync.call(source, offset, length),
        unreadable: offset === 131_072 ? [{ start: 131_072, end: 131_080 }] : [],
      };
    };
    const session = new Session(
      templateOf(
        "meta: {id: x}\nseq: [{id: a, type: u1}, {id: b, size: 69999}, {id: c, type: u1}, {id: d, size: 69999}, {id: e, type: u1}]\ninstances: {f: {pos: 199999, type: u1}}",
      ),
      source,
    );
    const tree = dump(session, { maxBytes: 4 });
    assert.deepEqual(
      ["a", "b", "c", "d", "e", "f"].map((id) => nodeAt(tree, id).error ?? "fine"),
      ["fine", "fine", "ReadError", "ReadError", "fine", "fine"],
    );
    assert.match(nodeAt(tree, "c").message ?? "", /disk on fire/);
  });

  it("DL-28: keeps numbers exact beyond 2^53", () => {
    const session = sessionOf(
      "meta: {id: x, endian: le}\nseq: [{id: a, type: u8}, {id: b, type: s8}]",
      new Uint8Array(16).fill(255),
    );
    assert.equal(evaluate(session, "a * a - a").value, 0xffff_ffff_ffff_ffffn ** 2n - 0xffff_ffff_ffff_ffffn);
    assert.equal(evaluate(session, "b").value, -1);
  });
});
