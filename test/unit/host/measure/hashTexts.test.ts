// Sums as coreutils write them, and values that people paste.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  fittingAlgorithms,
  judgeExpected,
  parseExpected,
  sumLines,
} from "../../../../extension/src/host/measure/hashTexts";

const sum = (name: string): string => createHash(name).update("abc").digest("hex");
const digests = new Map([
  ["sha256", sum("sha256")],
  ["md5", sum("md5")],
]);

describe("sums as text", () => {
  it("are lines that sha256sum and cksum check, also for names with a backslash or a line's end", function () {
    if (process.platform !== "linux") this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), "terahex-sums-"));
    try {
      for (const name of ["plain.bin", "two words.bin", "back\\slash\nline.bin"]) {
        writeFileSync(path.join(folder, name), "abc");
        const check = (lines: string): string =>
          execFileSync("sha256sum", ["--check", "--strict"], { cwd: folder, input: lines, encoding: "utf8" });
        assert.match(check(sumLines(new Map([["sha256", sum("sha256")]]), name)), /: OK\n$/);
        const tagged = sumLines(digests, name);
        assert.match(check(tagged.split("\n").slice(0, 1).join("\n") + "\n"), /: OK\n$/);
        assert.match(tagged, /^\\?MD5 \(.*\) = [0-9a-f]{32}$/m);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("are understood in the shapes that they come in", () => {
    const hex = sum("sha256");
    for (const text of [hex, hex.toUpperCase(), ` ${hex}\n`, `${hex}  a.bin`, `${hex} *a.bin`, `\\${hex}  a\\\\b`]) {
      assert.equal(parseExpected(text)?.hex, hex, text);
    }
    assert.deepEqual(parseExpected(`SHA256 (a (1).bin) = ${hex}`), { hex, tag: "SHA256" });
    assert.equal(parseExpected("DE AD:be-ef")?.hex, "deadbeef");
    assert.equal(parseExpected("0xCBF43926")?.hex, "cbf43926");
    for (const text of ["", "x", "hello world", "SHA256 (a) = zz"]) assert.equal(parseExpected(text), undefined, text);
  });

  it("tell the algorithm by their length, or by the line's tag", () => {
    const lengths = { md5: 32, sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };
    for (const [name, digits] of Object.entries(lengths)) {
      assert.equal(fittingAlgorithms({ hex: "a".repeat(digits) })[0], name);
    }
    assert.deepEqual(fittingAlgorithms({ hex: "a".repeat(64), tag: "SHA3-256" }), ["sha3-256"]);
    assert.deepEqual(fittingAlgorithms({ hex: "abc" }), []);
  });

  it("are the same, different, or yet to be computed", () => {
    assert.deepEqual(judgeExpected("", digests), { kind: "empty" });
    assert.deepEqual(judgeExpected(sum("sha256").toUpperCase(), digests), { kind: "same", names: ["sha256"] });
    assert.deepEqual(judgeExpected(sum("sha1"), digests), { kind: "unknown", names: ["sha1"] });
    assert.deepEqual(judgeExpected("0".repeat(32), digests), { kind: "different", names: ["md5"] });
    assert.equal(judgeExpected("0".repeat(64), digests).kind, "unknown");
    assert.deepEqual(judgeExpected(`SHA256 (a) = ${"0".repeat(64)}`, digests), {
      kind: "different",
      names: ["sha256"],
    });
    assert.deepEqual(judgeExpected("abcd", digests), { kind: "malformed", digits: 4 });
    assert.deepEqual(judgeExpected("ABCD", new Map([["crc-16/arc", "abcd"]])), { kind: "same", names: ["crc-16/arc"] });
  });
});
