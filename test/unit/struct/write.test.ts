// decode(encode(x)) = x for every kind that can be edited, in place, through the reader; nothing beside the field changes.
import assert from "node:assert/strict";
import fc from "fast-check";
import { StructError } from "../../../extension/src/struct/errors";
import { equalValues } from "../../../extension/src/struct/expression/operators";
import { LazyNode } from "../../../extension/src/struct/reader/lazyNode";
import { Bytes, Float, normalize, type Value } from "../../../extension/src/struct/reader/values";
import { editField } from "../../../extension/src/struct/write/editable";
import { sessionOf } from "./support";

function nodeOf(text: string, bytes: Uint8Array, index: number): LazyNode {
  const slot = sessionOf(text, bytes).root.slot(index);
  assert.ok(slot instanceof LazyNode);
  return slot;
}

/** Writes the value into field 1 of [before, field, after] and reads it back. */
function roundTrip(field: string, bytes: Uint8Array, value: Value): void {
  const text = `meta: {id: x, encoding: UTF-8}\nseq:\n  - {id: before, type: b3}\n  - {id: a, ${field}}\n  - {id: after, type: b2}`;
  const edit = editField(nodeOf(text, bytes, 1), value);
  const changed = Uint8Array.from(bytes);
  changed.set(edit.bytes, edit.offset);
  const read = nodeOf(text, changed, 1).value();
  assert.ok(equalValues(read, value) || (read instanceof Float && Number.isNaN(read.value)), `in ${field}`);
  for (const index of [0, 2]) assert.equal(nodeOf(text, changed, index).value(), nodeOf(text, bytes, index).value());
}

const noise = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });

describe("writing back", () => {
  it("gives integers back in their range, and refuses others", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 8),
        fc.boolean(),
        fc.boolean(),
        fc.bigInt(),
        noise(16),
        (bytes, signed, little, any, old) => {
          const bits = BigInt(bytes * 8);
          const value = signed ? BigInt.asIntN(Number(bits), any) : BigInt.asUintN(Number(bits), any);
          const type = `type: ${signed ? "s" : "u"}${bytes}${bytes === 1 ? "" : little ? "le" : "be"}`;
          roundTrip(type, old, normalize(value));
          if (value !== any) assert.throws(() => roundTrip(type, old, normalize(any)), StructError);
        },
      ),
    );
  });

  it("gives bit fields back and leaves their neighbours", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.bigInt(), noise(16), (bits, any, old) => {
        roundTrip(`type: b${bits}`, old, normalize(BigInt.asUintN(bits, any)));
      }),
    );
    fc.assert(fc.property(fc.boolean(), noise(4), (value, old) => roundTrip("type: b1", old, value)));
  });

  it("gives little-endian bit fields back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 2, max: 64 }),
        fc.bigInt(),
        noise(24),
        (skip, bits, any, old) => {
          const text = `meta: {id: x, bit-endian: le}\nseq:\n  - {id: p, type: b${skip}}\n  - {id: a, type: b${bits}}\n  - {id: q, type: b7}`;
          const value = normalize(BigInt.asUintN(bits, any));
          const edit = editField(nodeOf(text, old, 1), value);
          const changed = Uint8Array.from(old);
          changed.set(edit.bytes, edit.offset);
          assert.deepEqual(
            [0, 1, 2].map((index) => nodeOf(text, changed, index).value()),
            [nodeOf(text, old, 0).value(), value, nodeOf(text, old, 2).value()],
          );
        },
      ),
    );
  });

  it("gives floats back", () => {
    fc.assert(fc.property(fc.double(), noise(16), (value, old) => roundTrip("type: f8le", old, new Float(value))));
    fc.assert(fc.property(fc.float(), noise(16), (value, old) => roundTrip("type: f4be", old, new Float(value))));
    assert.throws(() => roundTrip("type: f4be", new Uint8Array(16), new Float(1e300)), StructError);
  });

  it("gives byte arrays and strings back when they fit", () => {
    fc.assert(
      fc.property(noise(8), noise(16), (value, old) => roundTrip("size: 8", old, Bytes.of(Uint8Array.from(value)))),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 6 }), noise(64), (value, old) => {
        if (value.includes("\0") || Buffer.byteLength(value) > 32) return;
        roundTrip("type: strz, size: 32", old, value);
      }),
    );
    assert.throws(() => roundTrip("type: str, size: 4", new Uint8Array(16), "abc"), StructError);
    assert.throws(() => roundTrip("type: str, size: 4", new Uint8Array(16), "abcde"), StructError);
    roundTrip("type: str, size: 4, pad-right: 0x20", new Uint8Array(16), "abc");
    assert.throws(() => roundTrip("type: str, size: 1, encoding: ASCII", new Uint8Array(16), "é"), StructError);
  });
});
