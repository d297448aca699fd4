// Scans as the extension calls them: needles against plain searches over a buffer and JavaScript's own patterns, streaming, limits,
// cancellation, replacing as one step, hashes against Node's own. DL-6, DL-7, DL-12, DL-24.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { crc32 } from "node:zlib";
import { EngineDocument } from "../../../extension/src/engine/document";
import { EngineError } from "../../../extension/src/engine/engineError";
import {
  diff,
  find,
  stats,
  strings,
  unsavedDifferences,
  type FindOptions,
  type Needle,
  type TextKind,
} from "../../../extension/src/engine/scan";
import { hash, hashNames } from "../../../extension/src/engine/scanHash";
import { hexNeedle, valueNeedle } from "../../../extension/src/engine/scanNeedle";
import { textNeedle } from "../../../extension/src/engine/textNeedle";
import { replaceAll } from "../../../extension/src/engine/scanReplace";
import { patternBytes, temporaryFolder, writeSparse } from "./files";

const MIB = 1024 ** 2;

/** Whole numbers below `limit`, the same for each seed. */
function mulberry32(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** For cancelling: quick machines are through before. */
async function endlessly(scan: () => Promise<unknown>): Promise<never> {
  for (;;) await scan();
}

describe("scans", () => {
  const folder = temporaryFolder();
  let count = 0;

  function documentOf(bytes: Uint8Array | string): EngineDocument {
    const file = folder.file(`scan-${count++}.bin`);
    fs.writeFileSync(file, bytes);
    return EngineDocument.open(file, { storageFolder: folder.file("storage") });
  }

  async function hitsOf(document: EngineDocument, needle: Needle, options: FindOptions = {}): Promise<number[]> {
    const hits: number[] = [];
    const outcome = await find(document, needle, { ...options, onHits: (some) => hits.push(...some) });
    assert.equal(outcome.count, needle.kind === "regex" ? hits.length / 2 : hits.length);
    return hits;
  }

  const contentOf = (document: EngineDocument): Buffer => Buffer.from(document.readSync(0, document.size).bytes);

  it("DL-6, DL-12: finds what stands in the edited document, and only that", async () => {
    const document = documentOf("one needle, two needles");
    document.overwrite(4, Buffer.from("NEEDLE"));
    document.insert(0, Buffer.from("needle "));
    assert.deepEqual(await hitsOf(document, textNeedle("needle", "utf-8", false)), [0, 23]);
    assert.deepEqual(await hitsOf(document, textNeedle("needle", "utf-8", true)), [0, 11, 23]);
    assert.deepEqual(await hitsOf(document, textNeedle("needle", "utf-8", true), { from: 1, to: 29 }), [11, 23]);
    assert.deepEqual(await hitsOf(document, textNeedle("needle", "utf-8", true), { limit: 1 }), [0]);
    document.close(true);
  });

  it("reads hex with wildcards, and says what is wrong with it", async () => {
    const document = documentOf(Buffer.from("dead00efdeadbeefdea0b0ef", "hex"));
    assert.deepEqual(await hitsOf(document, hexNeedle("DE AD ?? EF")), [0, 4]);
    assert.deepEqual(await hitsOf(document, hexNeedle("dea? b?")), [4, 8]);
    for (const wrong of ["", "D", "DE A", "XY", "??"]) assert.throws(() => hexNeedle(wrong), EngineError, wrong);
    document.close();
  });

  it("folds case in every encoding, umlauts and Greek included", async () => {
    for (const [encoding, text] of [
      ["utf-8", "Straße ÄÖÜ Ωmega"],
      ["utf-16le", "Straße ÄÖÜ Ωmega"],
      ["utf-16be", "ÄÖÜ жук"],
      ["windows-1252", "ÄÖÜ"],
      ["koi8-r", "Жук"],
      ["shift_jis", "カナABC"],
    ] as const) {
      const needle = textNeedle(text, encoding, false);
      assert.equal(needle.kind, "bytes");
      const document = documentOf(
        Buffer.concat([Buffer.from("--"), needle.kind === "bytes" ? needle.value : Buffer.of()]),
      );
      const lower = text.toLowerCase().length === text.length ? text.toLowerCase() : text;
      assert.deepEqual(await hitsOf(document, textNeedle(lower, encoding, true)), [2], encoding);
      document.close();
    }
    assert.throws(() => textNeedle("ж", "windows-1252", false), { code: "invalid-argument" });
    assert.throws(() => textNeedle("a", "no-such", false), { code: "invalid-argument" });
    assert.throws(() => textNeedle("a", "base64", false), { code: "invalid-argument" });
  });

  it("finds numbers of every type, in ranges, with a tolerance, aligned", async () => {
    const bytes = Buffer.alloc(64, 0xee);
    bytes.writeUInt32LE(1337, 5);
    bytes.writeUInt32LE(1337, 16);
    bytes.writeInt16BE(-5, 30);
    bytes.writeFloatLE(1.1, 36);
    bytes.writeDoubleBE(Math.PI, 48);
    bytes.writeBigUInt64LE(2n ** 64n - 2n, 56);
    const document = documentOf(bytes);
    assert.deepEqual(await hitsOf(document, valueNeedle("1337", "u4le")), [5, 16]);
    assert.deepEqual(await hitsOf(document, valueNeedle("1337", "u4le", undefined, 4)), [16]);
    assert.deepEqual(await hitsOf(document, valueNeedle("1300..1400", "u4le", undefined, 4)), [16]);
    assert.deepEqual(await hitsOf(document, valueNeedle("-5", "s2be")), [30]);
    assert.deepEqual(await hitsOf(document, valueNeedle("1.1", "f4le")), [36]);
    assert.deepEqual(await hitsOf(document, valueNeedle("3.14", "f8be", 0.01)), [48]);
    assert.deepEqual(await hitsOf(document, valueNeedle("18446744073709551614", "u8le")), [56]);
    assert.throws(() => valueNeedle("256", "u1"), { code: "out-of-range" });
    assert.throws(() => valueNeedle("1", "u3le"), { code: "invalid-argument" });
    assert.throws(() => valueNeedle("1.5", "u4le"), { code: "invalid-argument" });
    document.close();
  });

  it("DL-7: patterns match what JavaScript's own match in the same bytes, from 0x80 on too", async () => {
    const bytes = patternBytes(200_000, 7);
    const text = Buffer.from(bytes).toString("latin1");
    const document = documentOf(bytes);
    for (const pattern of [
      "[a-f]{2,}",
      "\\xff[^\\x00-\\x7f]+",
      "a.c|b..d",
      "\\b\\w{3}\\b",
      "(?:ab|cd)+?e?",
      "[\\x80-\\x8f]{2}$",
    ]) {
      const expected = [...text.matchAll(new RegExp(pattern, "g"))].flatMap((m) => [m.index, m.index + m[0].length]);
      assert.deepEqual(await hitsOf(document, { kind: "regex", pattern }), expected, pattern);
    }
    await assert.rejects(find(document, { kind: "regex", pattern: "(" }), { code: "invalid-argument" });
    document.close();
  });

  it("streams millions of hits in order, and waits for a slow reader", async () => {
    const document = documentOf(new Uint8Array(3 * MIB).fill(0x61));
    let next = 0;
    const { count: total } = await find(document, hexNeedle("61"), {
      threads: 4,
      onHits: (hits) => {
        for (const hit of hits) assert.equal(hit, next++);
      },
    });
    assert.equal(total, 3 * MIB);
    assert.equal(next, 3 * MIB);
    document.close();
  });

  it("is cancelled within 50 ms, whatever it does, and leaves nothing behind", async () => {
    const random = documentOf(patternBytes(64 * MIB));
    const same = documentOf(new Uint8Array(64 * MIB).fill(0x61));
    const scans: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
      "a hostile pattern": (signal) => find(same, { kind: "regex", pattern: "(?:[ab]*a[ab]{8})+x" }, { signal }),
      "hits that nobody takes quickly": (signal) => find(same, hexNeedle("61"), { signal, onHits: () => undefined }),
      statistics: (signal) => endlessly(() => stats(random, { signal, buckets: 1000 })),
      "a checksum of many threads": (signal) => endlessly(() => hash(random, ["crc-32"], { signal })),
      "a checksum in turn": (signal) => endlessly(() => hash(random, ["xxh32"], { signal })),
      "hashes of both kinds": (signal) => endlessly(() => hash(random, ["sha3-512", "xxh3"], { signal })),
      strings: (signal) => endlessly(() => strings(random, ["ascii", "utf-8", "utf-16le", "utf-16be"], { signal })),
      "a comparison": (signal) => endlessly(() => diff(random, same, { signal })),
    };
    for (const [name, scan] of Object.entries(scans)) {
      const tookMs: number[] = [];
      for (let round = 0; round < 5; round++) {
        const abort = new AbortController();
        const running = scan(abort.signal);
        running.catch(() => undefined); // told below
        await new Promise((resolve) => setTimeout(resolve, 5 + 3 * round));
        const asked = performance.now();
        abort.abort();
        await assert.rejects(running, { code: "cancelled" }, name);
        tookMs.push(performance.now() - asked);
      }
      tookMs.sort((a, b) => a - b);
      // Other work on the machine may delay any of them, but a step that takes longer would be met each time.
      assert.ok(tookMs[0]! < 50 && tookMs[4]! < 10_000, `${name}: ${tookMs.map((ms) => ms.toFixed(1)).join(", ")} ms`);
    }
    random.close();
    same.close();
  });

  it("steps over holes of terabytes", async () => {
    const file = folder.file("sparse.bin");
    writeSparse(file, 8 * 1024 ** 4, [{ offset: 8 * 1024 ** 4 - 6, bytes: Buffer.from("needle") }]);
    const document = EngineDocument.open(file, { readOnly: true });
    assert.deepEqual(await hitsOf(document, textNeedle("needle", "utf-8", false)), [8 * 1024 ** 4 - 6]);
    assert.equal((await stats(document)).counts[0], 8 * 1024 ** 4 - 6);
    assert.equal((await hash(document, ["crc-32"])).size, 1);
    document.close();
  });

  it("DL-24: replaces all as one step, of the same length or not, and takes it back in one", async () => {
    for (const replacement of ["12345", "1", ""]) {
      const before = "abcdeabcde-".repeat(20_000);
      const document = documentOf(before);
      const outcome = await replaceAll(document, textNeedle("abcde", "utf-8", false), Buffer.from(replacement));
      assert.equal(outcome.count, 40_000);
      assert.equal(contentOf(document).toString(), before.replaceAll("abcde", replacement));
      document.undo();
      assert.equal(contentOf(document).toString(), before);
      assert.equal(document.dirty, false);
      document.close(true);
    }
  });

  it("replaces matches that overlap from the left, and pattern matches over their whole span", async () => {
    const document = documentOf(Buffer.from("aaaaa\xff\xfe\xfdb", "latin1"));
    assert.equal((await replaceAll(document, hexNeedle("6161"), Buffer.from("x"))).count, 2);
    assert.equal(contentOf(document).toString("latin1"), "xxa\xff\xfe\xfdb");
    assert.equal((await replaceAll(document, { kind: "regex", pattern: "[\\xf0-\\xff]+" }, Buffer.from("!"))).count, 1);
    assert.equal(contentOf(document).toString("latin1"), "xxa!b");
    document.close(true);
  });

  it("a cancelled replacement changes nothing", async () => {
    const document = documentOf("ab".repeat(100_000));
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 5);
    await replaceAll(document, hexNeedle("61"), Buffer.from("xyz"), { signal: abort.signal }).then(
      () => document.undo(),
      (error: unknown) => assert.equal(error instanceof EngineError && error.code, "cancelled"),
    );
    assert.equal(contentOf(document).toString(), "ab".repeat(100_000));
    document.close(true);
  });

  it("hashes the edited document as Node does, all at once", async () => {
    const document = documentOf(patternBytes(3 * MIB + 17));
    document.insert(1000, Buffer.from("unsaved"));
    const content = contentOf(document);
    const names = hashNames();
    const all = await hash(document, names);
    for (const name of ["md5", "sha1", "sha256", "sha512", "sha3-256", "blake2b512", "blake2s256"]) {
      assert.equal(all.get(name), createHash(name).update(content).digest("hex"), name);
    }
    assert.equal(all.get("CRC-32/ISO-HDLC"), crc32(content).toString(16).padStart(8, "0"));
    const part = await hash(document, ["SHA-256", "crc32"], { from: 5, to: 2005 });
    assert.equal(part.get("SHA-256"), createHash("sha256").update(content.subarray(5, 2005)).digest("hex"));
    assert.equal(part.get("crc32"), crc32(content.subarray(5, 2005)).toString(16).padStart(8, "0"));
    await assert.rejects(hash(document, ["sha257"]), { code: "invalid-argument" });
    document.close(true);
  });

  it("BLAKE3 of nothing is the published one", async () => {
    const document = documentOf("");
    const digest = (await hash(document, ["blake3"])).get("blake3");
    assert.equal(digest, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    document.close();
  });

  it("lists strings and compares documents", async () => {
    const document = documentOf("\x00\x01hello world\x02abc\x00");
    const triples: number[] = [];
    const onStrings = (some: Float64Array): unknown => triples.push(...some);
    await strings(document, ["ascii"], { min: 4, onStrings });
    assert.deepEqual(triples.splice(0), [2, 13, 0]);
    const wide = documentOf(Buffer.concat([Buffer.from("\x00plain\xff", "latin1"), Buffer.from("wide", "utf16le")]));
    assert.equal((await strings(wide, ["utf-16le", "ascii"], { min: 4, onStrings })).count, 2);
    assert.deepEqual(triples, [1, 6, 1, 7, 15, 0]);
    wide.close();
    for (const wrong of [[], ["ascii", "ascii"], ["latin1"]]) {
      await assert.rejects(strings(document, wrong as TextKind[]), { code: "invalid-argument" });
    }
    const other = documentOf("\x00\x01hello, world\x02abc\x00");
    const fours: number[] = [];
    await diff(document, other, { onDifferences: (some) => fours.push(...some) });
    assert.equal(fours.length, 4);
    document.close();
    await assert.rejects(find(document, hexNeedle("00")), { code: "closed" });
    other.close();
  });

  it("tells what the unsaved edits make of the file, without reading it", () => {
    const before = patternBytes(5000);
    for (let seed = 1; seed <= 40; seed++) {
      const document = documentOf(before);
      const random = mulberry32(seed);
      for (let edits = random(12); edits > 0; edits--) {
        const at = random(document.size + 1);
        const kind = random(4);
        if (kind === 0) document.insert(at, new Uint8Array(1 + random(50)));
        else if (kind === 1) document.overwrite(at, new Uint8Array(1 + random(50)).fill(7));
        else if (kind === 2) document.erase(at, random(document.size - at + 1) >> 2);
        else if (document.position > 0) document.undo();
      }
      const after = contentOf(document);
      const fours = unsavedDifferences(document);
      const parts: Uint8Array[] = [];
      let same = 0;
      for (let i = 0; i < fours.length; i += 4) {
        const [start = 0, end = 0, newStart = 0, newEnd = 0] = fours.subarray(i, i + 4);
        assert.ok(start >= same && end - start + (newEnd - newStart) > 0, `seed ${seed}`);
        parts.push(before.subarray(same, start), after.subarray(newStart, newEnd));
        same = end;
      }
      assert.deepEqual(Buffer.concat([...parts, before.subarray(same)]), after, `seed ${seed}`);
      document.close(true);
    }
  });
});
