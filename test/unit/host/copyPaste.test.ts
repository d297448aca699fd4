// Copy formats and the readings of pasted text: what one writes, the other reads back.
import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { describe, it } from "mocha";
import { clipboardChars, formatBytes } from "../../../extension/src/host/copyFormats";
import { parseBase64, parseHex, readingsOf } from "../../../extension/src/host/pasteText";
import type { CopyFormat } from "../../../shared/protocol";

const FORMATS: readonly CopyFormat[] = ["hex", "text", "c-array", "base64", "hexdump"];
const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("copy formats", () => {
  it("writes pairs, a C array, base64 and a dump as other programs do", () => {
    const bytes = bytesOf(0xde, 0xad, 0x00, 0x41);
    assert.equal(formatBytes("hex", bytes, 0), "de ad 00 41");
    assert.equal(formatBytes("c-array", bytes, 0), "unsigned char data[4] = {\n  0xde, 0xad, 0x00, 0x41\n};\n");
    assert.equal(formatBytes("base64", bytes, 0), "3q0AQQ==");
    assert.equal(
      formatBytes("hexdump", bytes, 0x10),
      "00000010  de ad 00 41                                       |...A|\n00000014\n",
    );
  });

  it("copies the exact view, not the buffer behind it", () => {
    const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    assert.equal(formatBytes("base64", view, 0), "AgM=");
    assert.equal(formatBytes("hex", view, 0), "02 03");
  });

  it("keeps offsets past 2^32 exact in a dump", () => {
    const dump = formatBytes("hexdump", bytesOf(0), 2 ** 43 - 1);
    assert.ok(dump.startsWith("7ffffffffff  00 "));
    assert.ok(dump.endsWith("\n80000000000\n"));
  });

  it("decodes text as UTF-8 and marks what is none", () => {
    assert.equal(formatBytes("text", new TextEncoder().encode("grün €"), 0), "grün €");
    assert.equal(formatBytes("text", bytesOf(0x41, 0xff, 0x42), 0), "A\ufffdB");
    assert.equal(formatBytes("text", bytesOf(0xef, 0xbb, 0xbf, 0x41), 0), "\ufeffA");
  });

  it("never makes more characters than it announced", () => {
    for (const format of FORMATS) {
      for (const length of [0, 1, 11, 12, 13, 15, 16, 17, 4096]) {
        const made = formatBytes(format, new Uint8Array(randomBytes(length)), 2 ** 52).length;
        const announced = clipboardChars(format, length);
        assert.ok(made <= announced + 16, `${format} of ${length}: ${made} > ${announced}`);
      }
    }
  });

  it("is read back to the same bytes by paste", () => {
    for (let round = 0; round < 200; round++) {
      const bytes = new Uint8Array(randomBytes(randomInt(1, 70)));
      for (const format of ["hex", "c-array", "hexdump"] as const) {
        const text = formatBytes(format, bytes, randomInt(0, 2 ** 40));
        const readings = readingsOf(text, "hex");
        assert.equal(readings.length, 1, `${format}: ${text}`);
        assert.equal(readings[0]!.kind, "hex");
        assert.deepEqual(readings[0]!.bytes, bytes, `${format}: ${text}`);
      }
      assert.deepEqual(parseBase64(formatBytes("base64", bytes.slice(0, 3 * 20), 0)) ?? bytes, bytes.slice(0, 60));
    }
  });
});

describe("paste", () => {
  it("reads the ways in which people write hex", () => {
    const expected = bytesOf(0xde, 0xad, 0xbe, 0xef);
    const writings = ["deadbeef", "DE AD BE EF", "de:ad:be:ef", "0xde, 0xad, 0xbe, 0xef", "\\xde\\xad\\xbe\\xef", "de ad\nbe ef\n",
      '"\\xDE\\xAD\\xBE\\xEF"', "0xdeadbeef", "{0xDE,0xAD,0xBE,0xEF}", "DEh ADh BEh EFh", "00000000: dead beef                                ....",
      "00000000  de ad be ef                                       |....|\n00000004\n"]; // prettier-ignore
    for (const text of writings) assert.deepEqual(parseHex(text), expected, text);
  });

  it("takes no half bytes, words or broken dumps for hex", () => {
    for (const text of ["abc", "de a", "hello", "0x", "12 34 zz", "{}", " ", "00000000  zz |.|", "de ad // comment"]) {
      assert.equal(parseHex(text), null, text);
    }
    assert.equal(parseHex("00000000  41                |A|\n00000005  42                |B|\n"), null);
  });

  it("asks only where it matters", () => {
    assert.deepEqual(
      readingsOf("deadbeef", "hex").map((reading) => reading.kind),
      ["hex"],
    );
    assert.deepEqual(
      readingsOf("deadbeef", "text").map((reading) => reading.kind),
      ["text"],
    );
    assert.deepEqual(
      readingsOf("SGVsbG8h", "hex").map((reading) => reading.kind),
      ["text", "base64"],
    );
    assert.deepEqual(
      readingsOf("hello world", "hex").map((reading) => reading.kind),
      ["text"],
    );
    assert.deepEqual(readingsOf("", "hex"), []);
  });

  it("asks about hex digits that make no whole bytes, instead of writing their letters", () => {
    const writings: [string, number[]][] = [["deadbee", [0x0d, 0xea, 0xdb, 0xee]], ["1 2 3", [1, 2, 3]], ["0x123", [1, 0x23]], ["00, 1", [0, 1]]]; // prettier-ignore
    for (const [text, bytes] of writings) {
      const readings = readingsOf(text, "hex");
      assert.deepEqual(
        readings.map(({ kind }) => kind),
        ["padded-hex", "text"],
        text,
      );
      assert.deepEqual(readings[0]!.bytes, bytesOf(...bytes), text);
      assert.equal(readingsOf(text, "text").length, 1);
    }
  });

  it("pastes text as UTF-8, byte for byte", () => {
    assert.deepEqual(readingsOf("ü\u0000€", "text")[0]!.bytes, bytesOf(0xc3, 0xbc, 0, 0xe2, 0x82, 0xac));
  });

  it("takes no broken base64", () => {
    for (const text of ["abc", "abcde", "ab=c", "abcd=", "a b", "====", "äöü="])
      assert.equal(parseBase64(text), null, text);
    assert.deepEqual(parseBase64("3q2-7w=="), bytesOf(0xde, 0xad, 0xbe, 0xef));
  });
});
