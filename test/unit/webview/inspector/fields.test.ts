import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeField, encodeField, inspectorFields } from "../../../../webview/src/inspector/fields";

const field = (id: string) => {
  const found = inspectorFields.find((other) => other.id === id);
  if (found === undefined) throw new Error(`no field ${id}`);
  return found;
};
const decoded = (id: string, bytes: number[], littleEndian = true): string => {
  const result = decodeField(field(id), Uint8Array.from(bytes), littleEndian);
  return result.ok ? result.text : `(${result.problem})`;
};
const encoded = (id: string, text: string, old: number[], littleEndian = true): readonly number[] | string => {
  const result = encodeField(field(id), text, littleEndian, Uint8Array.from(old));
  return result.ok ? result.bytes : result.problem;
};
/** Plain bytes, and the patterns where numbers have their edges. */
const edgeByte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xf0, 0xff));

/** Sixteen bytes; some are the same from one place on, as small numbers and times are. */
const patterns = fc
  .tuple(fc.array(edgeByte, { minLength: 16, maxLength: 16 }), fc.integer({ min: 0, max: 16 }), fc.constantFrom(0, 255))
  .map(([bytes, from, fill]) => bytes.map((byte, at) => (at < from ? byte : fill)));

describe("inspector fields", () => {
  for (const one of inspectorFields) {
    it(`${one.id}: encode(decode(bytes)) gives the same bytes`, () => {
      let values = 0;
      fc.assert(
        fc.property(patterns, fc.boolean(), (raw, littleEndian) => {
          const bytes = Uint8Array.from(raw);
          const value = decodeField(one, bytes, littleEndian);
          if (!value.ok) return;
          values += 1;
          const back = encodeField(one, value.text, littleEndian, bytes);
          assert.ok(back.ok, `${value.text}: ${back.ok ? "" : back.problem}`);
          assert.deepEqual([...back.bytes], raw.slice(0, value.length), value.text);
        }),
        { numRuns: 1000 },
      );
      assert.ok(values > 10, `only ${values} of 1000 patterns had a value`);
    });

    it(`${one.id}: says so when too few bytes are left`, () => {
      const bytes = new Uint8Array(one.minBytes - 1).fill(0x80);
      const value = decodeField(one, bytes, true);
      assert.ok(!value.ok && /left|end of the file/.test(value.problem));
      assert.ok(!encodeField(one, "0", true, bytes).ok);
    });
  }

  it("f16 and bf16: every one of the 65,536 patterns comes back", () => {
    for (const id of ["f16", "bf16"]) {
      for (let bits = 0; bits < 65536; bits++) {
        const bytes = [bits % 256, (bits - (bits % 256)) / 256];
        assert.deepEqual(encoded(id, decoded(id, bytes), bytes), bytes, `${id} ${bits.toString(16)}`);
      }
    }
  });

  it("f32: agrees with the machine, rounding included", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const rounded = Math.fround(number);
        if (!Number.isFinite(rounded)) return;
        const machine = [...new Uint8Array(Float32Array.of(number).buffer)];
        assert.deepEqual(encoded("f32", Object.is(number, -0) ? "-0" : String(number), [0, 0, 0, 0]), machine);
        assert.equal(Math.fround(Number(decoded("f32", machine))), rounded);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads known values", () => {
    const ascending = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    assert.equal(
      decoded(
        "u64",
        Array.from({ length: 8 }, () => 255),
      ),
      "18446744073709551615",
    );
    assert.equal(decoded("i64", [0, 0, 0, 0, 0, 0, 0, 0x80]), "-9223372036854775808");
    assert.equal(decoded("u64", ascending, false), "72623859790382856");
    assert.equal(decoded("u16", ascending), "513");
    assert.equal(decoded("f32", [0x3d, 0xcc, 0xcc, 0xcd], false), "0.1");
    assert.equal(decoded("f16", [0x00, 0x3c]), "1");
    assert.equal(decoded("bf16", [0x40, 0x49], false), "3.14");
    assert.equal(decoded("f64", [0, 0, 0, 0, 0, 0, 0, 0x80]), "-0");
    assert.equal(decoded("f32", [1, 0, 0x80, 0x7f]), "NaN(0x7f800001)");
    assert.equal(decoded("uleb128", [0xe5, 0x8e, 0x26]), "624485");
    assert.equal(decoded("sleb128", [0xc0, 0xbb, 0x78]), "-123456");
    assert.equal(decoded("guid", ascending), "04030201-0605-0807-090a-0b0c0d0e0f10");
    assert.equal(decoded("guid", ascending, false), "01020304-0506-0708-090a-0b0c0d0e0f10");
    assert.equal(decoded("time32", [0xff, 0xff, 0xff, 0x7f]), "2038-01-19 03:14:07Z");
    assert.equal(decoded("filetime", [0x00, 0x80, 0x3e, 0xd5, 0xde, 0xb1, 0x9d, 0x01]), "1970-01-01 00:00:00Z");
    assert.equal(decoded("dostime", [0x7d, 0xbf, 0x9f, 0x5b]), "2025-12-31 23:59:58");
    assert.equal(decoded("dostime", [0, 0, 0, 0]), "(not a DOS time)");
    assert.equal(decoded("utf8", [0xe2, 0x82, 0xac]), "€");
    assert.equal(decoded("utf8", [0xc0, 0x80]), "(not UTF-8)");
    assert.equal(decoded("utf8", [0x0a]), "U+000A");
    assert.equal(decoded("utf16", [0x3d, 0xd8, 0x00, 0xde]), "\u{1f600}");
    assert.equal(decoded("binary8", [0x41]), "01000001");
  });

  it("refuses what the bytes cannot hold, and says what they can", () => {
    assert.equal(encoded("u8", "256", [0]), "u8 holds 0 to 255.");
    assert.equal(encoded("i16", "-32769", [0, 0]), "i16 holds -32768 to 32767.");
    assert.deepEqual(encoded("i16", "-0x8000", [0, 0]), [0, 0x80]);
    assert.deepEqual(encoded("u32", "0xDEAD_BEEF", [0, 0, 0, 0], false), [0xde, 0xad, 0xbe, 0xef]);
    assert.match(String(encoded("u8", "1e3", [0])), /whole number/);
    assert.match(String(encoded("f16", "70000", [0, 0])), /range/);
    assert.match(String(encoded("f32", "1e39", [0, 0, 0, 0])), /range/);
    assert.match(String(encoded("uleb128", "128", [0])), /1 bytes|0 to 127/);
    assert.deepEqual(encoded("uleb128", "1", [0x80, 0x80, 0]), [0x81, 0x80, 0]);
    assert.match(String(encoded("utf8", "é", [0x41])), /2 bytes/);
    assert.match(String(encoded("time32", "2039-01-01 00:00:00", [0, 0, 0, 0])), /2038/);
    assert.match(String(encoded("time32", "2026-02-30 00:00:00", [0, 0, 0, 0])), /time such as/);
    assert.match(String(encoded("dostime", "2026-02-03 00:00:01", [0, 0, 0, 0])), /even/);
    assert.match(String(encoded("guid", "123", new Array<number>(16).fill(0))), /32 hex/);
  });
});
