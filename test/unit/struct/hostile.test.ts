// Templates and files that mean harm: each ends in an error node within bounded time and memory, and spoils nothing else.
import assert from "node:assert/strict";
import { getHeapStatistics } from "node:v8";
import zlib from "node:zlib";
import { TemplateError } from "../../../extension/src/struct/errors";
import { loadTemplate } from "../../../extension/src/struct/ksy/load";
import { nodeToJson } from "../../../extension/src/struct/reader/nodeText";
import { dump, evaluate, nodeAt, sessionOf, templateOf } from "./support";

const soon = { timeoutMs: 300 };

function within(limitMs: number, work: () => void): void {
  const started = performance.now();
  work();
  const took = performance.now() - started;
  assert.ok(took < limitMs, `took ${took} ms`);
}

describe("hostile templates", () => {
  it("end an array whose elements take no bytes", () => {
    const session = sessionOf("meta: {id: x}\nseq:\n  - {id: a, size: 0, repeat: eos}\n  - {id: b, type: u1}", [1]);
    assert.equal(nodeAt(dump(session), "a").error, "LimitError");
  });

  it("end a repetition that never meets its condition", () => {
    const session = sessionOf(
      "meta: {id: x}\nseq:\n  - {id: a, size: 0, repeat: until, repeat-until: false}",
      [1],
      soon,
    );
    within(3000, () => assert.equal(evaluate(session, "a.size").error, "LimitError"));
  });

  it("print the start of an endless repetition and stop", () => {
    const session = sessionOf(
      "meta: {id: x}\nseq:\n  - {id: a, type: e, repeat: until, repeat-until: false}\ntypes: {e: {}}",
      [1],
      soon,
    );
    within(3000, () => assert.equal(nodeAt(dump(session, { maxItems: 3 }), "a").items?.length, 3));
  });

  it("end a repetition in which no case of a switch ever holds", () => {
    const empty = "type: {switch-on: _index % 2, cases: {7: u1}}";
    for (const repeat of ["expr, repeat-expr: 1 << 40", "until, repeat-until: false", "eos"]) {
      const session = sessionOf(`meta: {id: x}\nseq:\n  - {id: a, ${empty}, repeat: ${repeat}}`, [1, 2], soon);
      assert.equal(evaluate(session, "a.size").error, "LimitError", repeat);
      assert.equal(evaluate(session, "_io.size").value, 2, repeat);
    }
  });

  it("refuse what no template of use has: a million types, a literal of 100,000 numbers", () => {
    const types = Array.from({ length: 1_000_000 }, (_, n) => ` t${n}: {}`).join("\n");
    assert.throws(() => templateOf(`meta: {id: x}\ntypes:\n${types}`), TemplateError);
    const literal = `[${"1, ".repeat(100_000)}1]`;
    assert.throws(() => templateOf(`meta: {id: x}\ninstances:\n  v: {value: "${literal}"}`), TemplateError);
  });

  it("bound the memory that structs without end take", () => {
    const types = Array.from(
      { length: 60 },
      (_, at) => `  t${at}: {seq: [{id: a, type: t${at + 1}}, {id: b, type: t${at + 1}}]}`,
    );
    const text = `meta: {id: x}\nseq: [{id: all, type: t0}]\ntypes:\n${types.join("\n")}\n  t60: {seq: [{id: z, size: 0}]}`;
    const maxHeapBytes = getHeapStatistics().used_heap_size + 32 * 1024 * 1024;
    const result = evaluate(sessionOf(text, [1], { maxHeapBytes }), "_io.pos");
    assert.match(result.message ?? "", /bytes of memory/);
  });

  it("bound a type that holds itself", () => {
    const session = sessionOf("meta: {id: x}\nseq:\n  - {id: a, type: x}", [1]);
    within(3000, () => assert.match(nodeToJson(dump(session)), /truncated/));
    within(3000, () => assert.equal(evaluate(session, "a.a._io.pos").error, "LimitError"));
  });

  it("bound a type that holds itself by instances", () => {
    const session = sessionOf("meta: {id: x}\ninstances:\n  a: {pos: 0, type: x}\n  b: {pos: 0, type: x}", [1], soon);
    within(5000, () => assert.match(nodeToJson(dump(session, { maxNodes: 10_000 })), /truncated/));
  });

  it("follow a chain of parts within parts, and bound a longer one", () => {
    const text = "meta: {id: x}\nseq:\n  - {id: more, type: u1}\n  - {id: next, type: x, if: more != 0}";
    const chain = sessionOf(text, [...new Uint8Array(400).fill(1), 0]);
    assert.equal(evaluate(chain, "next.next.next.more").value, 1);
    assert.equal(evaluate(chain, "_io.pos").value, 401);
    within(3000, () =>
      assert.equal(evaluate(sessionOf(text, new Uint8Array(1_000_000).fill(1)), "_io.pos").error, "LimitError"),
    );
  });

  it("refuse sizes, counts and positions that are negative or beyond any file", () => {
    for (const size of ["0 - 1", "1 << 62", "1 << 200", "0xffffffffffffffff"]) {
      const session = sessionOf(`meta: {id: x}\nseq:\n  - {id: a, size: ${size}}\n  - {id: b, type: u1}`, [1, 2]);
      assert.match(nodeAt(dump(session), "a").error ?? "", /RangeError|EndOfStreamError/, size);
      const counted = sessionOf(
        `meta: {id: x}\nseq:\n  - {id: a, type: u1, repeat: expr, repeat-expr: ${size}}`,
        [1, 2],
      );
      assert.match(nodeToJson(dump(counted)), /RangeError|EndOfStreamError|"size":0/, size);
    }
  });

  it("count no further than the bytes go", () => {
    const session = sessionOf("meta: {id: x}\nseq:\n  - {id: a, type: u1, repeat: expr, repeat-expr: 1 << 40}", [1, 2]);
    assert.equal(evaluate(session, "a.size").value, 3);
    assert.equal(evaluate(session, "a.last").error, "EndOfStreamError");
  });

  it("bound numbers and texts that double", () => {
    const doubling = (first: string, operator: string): string =>
      [
        "meta: {id: x}",
        "instances:",
        `  v0: {value: ${first}}`,
        ...Array.from({ length: 80 }, (_, n) => `  v${n + 1}: {value: v${n} ${operator} v${n}}`),
      ].join("\n");
    within(5000, () => assert.equal(evaluate(sessionOf(doubling("3", "*"), [1]), "v80").error, "LimitError"));
    within(5000, () => assert.equal(evaluate(sessionOf(doubling("'\"abc\"'", "+"), [1]), "v80").error, "LimitError"));
    assert.equal(evaluate(sessionOf("meta: {id: x}", [1]), "1 << 100000000").error, "LimitError");
  });

  it("bound what zlib makes", () => {
    const bomb = zlib.deflateSync(Buffer.alloc(64 * 1024 * 1024));
    const text = `meta: {id: x}\nseq:\n  - {id: a, size: ${bomb.length}, process: zlib}\n  - {id: b, type: u1}`;
    const session = sessionOf(text, [...bomb, 7], { maxValueBytes: 1024 * 1024 });
    const tree = dump(session);
    assert.equal(nodeAt(tree, "a").error, "LimitError");
    assert.equal(nodeAt(tree, "b").value, 7);
  });

  it("find cycles of values", () => {
    const session = sessionOf("meta: {id: x}\nseq:\n  - {id: a, size: n}\ninstances:\n  n: {value: a.length}", [1, 2]);
    assert.equal(nodeAt(dump(session), "a").kind, "error");
  });

  it("bound aliases that multiply", () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) =>
        `  - &l${n} [${
          n === 0
            ? "a"
            : Array(9)
                .fill(`*l${n - 1}`)
                .join(", ")
        }]`,
    );
    within(5000, () => assert.throws(() => templateOf(`meta: {id: x}\n-bomb:\n${levels.join("\n")}`), TemplateError));
  });

  it("bound nesting of YAML and of expressions", () => {
    assert.throws(() => templateOf(`meta: {id: x}\n-a: ${"[".repeat(20_000)}`), TemplateError);
    assert.throws(() => templateOf(`meta: {id: x}\ninstances: {v: {value: "${"-".repeat(5000)}1"}}`), TemplateError);
    assert.throws(() => templateOf(`meta: {id: x}\ninstances: {v: {value: "${"1+".repeat(30_000)}1"}}`), TemplateError);
  });

  it("bound definitions that lean on each other without end", () => {
    const chain = Array.from({ length: 10_000 }, (_, n) => `  v${n}: {value: v${n + 1} + 1}`);
    const session = sessionOf(`meta: {id: x}\ninstances:\n${chain.join("\n")}\n  v10000: {value: 1}`, [1]);
    assert.equal(evaluate(session, "v0").error, "LimitError");
    assert.equal(evaluate(session, "v9990").value, 11);
  });

  it("read a file that imports itself once", () => {
    const text = "meta: {id: me, imports: [me]}\nseq:\n  - {id: a, type: u1}";
    const template = loadTemplate({ file: "me.ksy", text }, () => ({ file: "me.ksy", text }));
    assert.equal(template.files.length, 1);
  });

  it("take names of Object.prototype for names", () => {
    const session = sessionOf(
      "meta: {id: x}\nseq:\n  - {id: constructor, type: u1}\n  - {id: value_of, type: to_string}\ntypes:\n  to_string: {seq: [{id: has_own_property, type: u1}]}",
      [1, 2],
    );
    assert.equal(evaluate(session, "constructor + value_of.has_own_property").value, 3);
    for (const name of ["__proto__", "toString", "valueOf"])
      assert.equal(evaluate(session, name).error, "TemplateError");
  });

  it("keep types that multiply from taking time", () => {
    const types = Array.from(
      { length: 40 },
      (_, n) => `  t${n}: {seq: [{id: a, type: t${n + 1}}, {id: b, type: t${n + 1}}]}`,
    );
    const text = `meta: {id: x}\nseq:\n  - {id: a, type: t0}\n  - {id: list, type: t0, repeat: eos}\ntypes:\n${types.join("\n")}\n  t40: {seq: [{id: v, type: u1}]}`;
    within(3000, () =>
      assert.equal(nodeAt(dump(sessionOf(text, [1, 2, 3], soon), { depth: 3, maxNodes: 1000 }), "a").kind, "struct"),
    );
  });
});
