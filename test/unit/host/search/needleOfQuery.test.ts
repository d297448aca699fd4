// What is typed into the find bar, as bytes or as a problem with its place.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { needleOfQuery, patternProblem, replacementOf } from "../../../../extension/src/host/search/needleOfQuery";
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
const bytesOf = (query: Partial<FindQuery>): number[] => {
  const made = needleOfQuery({ ...QUERY, ...query }, 0);
  if ("problem" in made || made.needle.kind !== "bytes") return assert.fail(JSON.stringify(made));
  return [...made.needle.value];
};
const problemOf = (query: Partial<FindQuery>) => {
  const made = needleOfQuery({ ...QUERY, ...query }, 0);
  return "problem" in made ? made.problem : assert.fail("no problem");
};

describe("needleOfQuery", () => {
  it("reads hex, text and numbers", () => {
    assert.deepEqual(bytesOf({ text: "DE ad" }), [0xde, 0xad]);
    assert.deepEqual(bytesOf({ kind: "text", text: "é", encoding: "utf-16le" }), [0xe9, 0]);
    assert.deepEqual(bytesOf({ kind: "value", text: "0x102", type: "u4be" }), [0, 0, 1, 2]);
  });

  it("reads a tolerance behind ±, and a range", () => {
    const made = needleOfQuery({ ...QUERY, kind: "value", text: "3.5 ± 0.25", type: "f8le" }, 0);
    assert.deepEqual(made, { needle: { kind: "range", type: "f8le", low: 3.25, high: 3.75 }, length: 8 });
    assert.equal(problemOf({ kind: "value", text: "3 ± x" }).message.includes("±"), true);
  });

  it("tells where hex goes wrong", () => {
    assert.deepEqual({ ...problemOf({ text: "DE G0" }), message: "" }, { message: "", at: 3, length: 1 });
    assert.deepEqual({ ...problemOf({ text: "DE ABC 00" }), message: "" }, { message: "", at: 5, length: 1 });
  });

  it("tells where a pattern goes wrong, from the engine's words", () => {
    assert.deepEqual(
      patternProblem("The pattern cannot be understood: invalid character class range: z-b", "a[z-b]c"),
      {
        message: "The pattern cannot be understood: invalid character class range: z-b",
        at: 2,
        length: 3,
      },
    );
  });

  it("reads a replacement as the needle is read, and refuses wildcards in it", () => {
    assert.deepEqual(replacementOf("0A", QUERY), Buffer.from([10]));
    assert.deepEqual(replacementOf("", QUERY), new Uint8Array(0));
    assert.deepEqual([...(replacementOf("ä", { ...QUERY, kind: "regex" }) as Uint8Array)], [0xc3, 0xa4]);
    assert.ok("problem" in replacementOf("?A", QUERY));
    assert.ok("problem" in replacementOf("1..5", { ...QUERY, kind: "value" }));
  });
});
