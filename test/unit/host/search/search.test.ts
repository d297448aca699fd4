// A search over a real document against a search of the bytes by hand: next, previous, marks and list, before and after edits.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { after, describe, it } from "mocha";
import { EngineDocument } from "../../../../extension/src/engine/document";
import { Search } from "../../../../extension/src/host/search/search";
import { needleOfQuery } from "../../../../extension/src/host/search/needleOfQuery";
import type { FindQuery } from "../../../../shared/findProtocol";

const QUERY: FindQuery = {
  kind: "hex",
  text: "",
  encoding: "utf-8",
  type: "u2le",
  aligned: false,
  matchCase: true,
  least: 4,
};
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-search-"));
const signal = new AbortController().signal;
let files = 0;

function openBytes(bytes: Uint8Array): EngineDocument {
  const file = path.join(folder, `${files++}.bin`);
  fs.writeFileSync(file, bytes);
  return EngineDocument.open(file);
}

function searchFor(engine: EngineDocument, query: FindQuery, told = (): void => undefined): Search {
  const made = needleOfQuery(query, 0);
  if ("problem" in made) assert.fail(made.problem.message);
  return new Search(engine, query, made.needle, made.length, told);
}

async function filled(search: Search): Promise<void> {
  search.fill();
  const began = Date.now();
  while (search.status().searching) {
    assert.ok(Date.now() - began < 10_000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe("Search", function () {
  this.timeout(30_000);
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  it("goes to the hits that a search by hand finds, with the list and without it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 60 }),
        fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 3 }),
        fc.nat(60),
        fc.boolean(),
        async (bytes, needle, at, listed) => {
          const engine = openBytes(Uint8Array.from(bytes));
          const from = Math.min(at, bytes.length - 1);
          const hits = bytes.flatMap((_, start) =>
            needle.every((byte, index) => bytes[start + index] === byte) ? [start] : [],
          );
          const search = searchFor(engine, { ...QUERY, text: needle.map((byte) => `0${byte}`).join(" ") });
          if (listed) await filled(search);
          const next = await search.next(from, signal);
          assert.equal(next.hit?.start, hits.find((hit) => hit >= from) ?? hits[0]);
          const previous = await search.previous(from, signal);
          assert.equal(previous.hit?.start, hits.findLast((hit) => hit < from) ?? hits.at(-1));
          if (listed)
            assert.deepEqual(
              search.rows(0, 100).map(({ start }) => start),
              hits,
            );
          const marks = await search.marksIn(from, from + 5);
          assert.deepEqual(
            marks.filter((_, index) => index % 2 === 0),
            hits.filter((hit) => hit < from + 5 && hit + needle.length > from),
          );
          search.close();
          engine.close(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("steps back to a pattern's match at once, however far the list has come", async () => {
    const bytes = new Uint8Array(5 * 1024 * 1024);
    const put = (text: string, at: number): void => bytes.set(Buffer.from(text), at);
    // Over the edge of the first window before the end, and much longer than a window.
    put("word", bytes.length - 64 * 1024 - 2);
    put("long".repeat(300_000), 1_000_000);
    put("first", 10);
    const engine = openBytes(bytes);
    const search = searchFor(engine, { ...QUERY, kind: "regex", text: "[a-z]{3,}" });
    const found: unknown[] = [];
    for (let from = bytes.length, step = 0; step < 4; step++) {
      const { hit, wrapped } = await search.previous(from, signal);
      found.push([hit?.start, hit?.end, wrapped]);
      from = hit?.start ?? 0;
    }
    const word = bytes.length - 64 * 1024 - 2;
    assert.deepEqual(found, [
      [word, word + 4, false],
      [1_000_000, 2_200_000, false],
      [10, 15, false],
      [word, word + 4, true],
    ]);
    // From within a match: that one begins before, and ends behind the cursor.
    assert.deepEqual((await search.previous(1_500_000, signal)).hit, { start: 1_000_000, end: 2_200_000 });
    assert.deepEqual((await search.previous(1_000_001, signal)).hit, { start: 1_000_000, end: 2_200_000 });
    assert.equal(search.status().searching, false);
    assert.equal(search.status().count, 0);
    search.close();
    engine.close(true);
  });

  it("steps back over the matches of a pattern as the list has them", async () => {
    const engine = openBytes(Buffer.from("aXbb aaXb X aXb"));
    const search = searchFor(engine, { ...QUERY, kind: "regex", text: "a+Xb+" });
    await filled(search);
    const starts: (number | undefined)[] = [];
    for (let from = 15, step = 0; step < 4; step++) {
      const { hit } = await search.previous(from, signal);
      starts.push(hit?.start);
      from = hit?.start ?? 0;
    }
    assert.deepEqual(starts, [12, 5, 0, 12]);
    assert.deepEqual(await search.marksIn(0, 100), [0, 4, 5, 9, 12, 15]);
    search.close();
    engine.close(true);
  });

  it("sees unsaved edits, is out of date after one, and lists anew by itself", async () => {
    const engine = openBytes(Buffer.from("..ab....ab.."));
    const search = searchFor(engine, { ...QUERY, kind: "text", text: "ab" });
    await filled(search);
    assert.equal(search.status().count, 2);
    engine.overwrite(4, Buffer.from("ab"));
    search.changed();
    assert.equal(search.status().stale, true);
    assert.equal((await search.next(3, signal)).hit?.start, 4);
    assert.equal((await search.previous(8, signal)).hit?.start, 4);
    assert.deepEqual(await search.marksIn(0, 12), [2, 4, 4, 6, 8, 10]);
    const began = Date.now();
    while (search.status().stale && Date.now() - began < 5000) await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      search.rows(0, 10).map(({ start }) => start),
      [2, 4, 8],
    );
    search.close();
    engine.close(true);
  });

  it("finds strings of each encoding, and those with a word in them", async () => {
    const parts = [
      Buffer.from([0, 1]),
      Buffer.from("plain text"),
      Buffer.from([0, 0xff]),
      Buffer.from("abc"),
      Buffer.from([0]),
      Buffer.from("größer"),
      Buffer.from([0xfe, 1]),
      Buffer.from("wide Text", "utf16le"),
      Buffer.from([1]),
    ];
    const bytes = Buffer.concat(parts);
    const engine = openBytes(bytes);
    const texts = async (query: Partial<FindQuery>): Promise<string[]> => {
      const search = searchFor(engine, { ...QUERY, kind: "strings", ...query });
      await filled(search);
      const found = search.rows(0, 10).map(({ start, end }) => bytes.subarray(start, end));
      search.close();
      return found.map((one) => one.toString(query.encoding === "utf-16le" ? "utf16le" : "utf8"));
    };
    assert.deepEqual(await texts({ encoding: "ascii" }), ["plain text"]);
    assert.deepEqual(await texts({ encoding: "utf-8" }), ["plain text", "größer"]);
    assert.deepEqual(await texts({ encoding: "utf-8", least: 3 }), ["plain text", "abc", "größer"]);
    assert.deepEqual(await texts({ encoding: "utf-16le" }), ["wide Text"]);
    assert.deepEqual(await texts({ encoding: "utf-8", text: "ain", matchCase: true }), ["plain text"]);
    assert.deepEqual(await texts({ encoding: "utf-16le", text: "TEXT", matchCase: false }), ["wide Text"]);
    engine.close(true);
  });

  it("stays within the selection", async () => {
    const engine = openBytes(Buffer.from("ababababab"));
    const search = searchFor(engine, { ...QUERY, kind: "text", text: "ab", within: { start: 2, end: 7 } });
    await filled(search);
    assert.deepEqual(
      search.rows(0, 10).map(({ start }) => start),
      [2, 4],
    );
    assert.deepEqual(await search.next(5, signal), { hit: { start: 2, end: 4 }, wrapped: true });
    assert.deepEqual(await search.previous(2, signal), { hit: { start: 4, end: 6 }, wrapped: true });
    assert.deepEqual(await search.marksIn(0, 10), [2, 4, 4, 6]);
    search.close();
    engine.close(true);
  });
});
