// Random templates over random bytes, against the naive twin: the whole tree, single values in any order, and any element.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { StructNode } from "../../../extension/src/struct/reader/describe";
import { dump, evaluate, sessionOf } from "./support";
import { hexOf, modelText, NaiveEnd, readNaively, type Field, type Kind, type Model, type Size } from "./naiveStruct";

const ints = fc.record({
  kind: fc.constant("int" as const),
  bytes: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
  signed: fc.boolean(),
  little: fc.boolean(),
});
const bits = fc.record({ kind: fc.constant("bits" as const), bits: fc.integer({ min: 1, max: 64 }) });

interface Draft {
  readonly choice: number;
  readonly int: Extract<Kind, { kind: "int" }>;
  readonly bits: Extract<Kind, { kind: "bits" }>;
  readonly numbers: readonly number[];
}
const draft: fc.Arbitrary<Draft> = fc.record({
  choice: fc.nat(99),
  int: ints,
  bits,
  numbers: fc.array(fc.nat(999), { minLength: 8, maxLength: 8 }),
});

/** Makes of arbitrary numbers a field that is legal after the fields before it. */
function fieldOf(
  plan: Draft,
  index: number,
  earlier: readonly string[],
  type: number,
  typeCount: number,
  isLast: boolean,
): Field {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = plan.numbers;
  const id = `f${index}`;
  const size = (number: number): Size => {
    const base = earlier.length > 0 && number % 3 !== 0 ? earlier[number % earlier.length] : undefined;
    return { base, modulo: (number % 5) + 1, plus: number % 4 };
  };
  const later = typeCount - type - 1;
  let kind: Kind = plan.int;
  if (plan.choice < 20) kind = plan.bits;
  else if (plan.choice < 30) kind = { kind: "bytes", size: size(a) };
  else if (plan.choice < 36) kind = { kind: "strz" };
  else if (plan.choice < 60 && later > 0)
    kind = { kind: "struct", type: type + 1 + (a % later), size: b % 3 === 0 ? size(c + 20) : undefined };
  else if (plan.choice < 68 && earlier.length > 0) {
    const cases: { when: number; kind: Kind }[] = [{ when: 0, kind: plan.int }];
    if (later > 0) cases.push({ when: 1, kind: { kind: "struct", type: type + 1 + (a % later), size: undefined } });
    kind = { kind: "switch", on: earlier[b % earlier.length] ?? "", cases };
  }
  const condition =
    d % 5 === 0 && earlier.length > 0 ? { field: earlier[d % earlier.length] ?? "", modulo: (d % 3) + 1 } : undefined;
  let repeat: Field["repeat"];
  if (e % 4 === 0) repeat = { kind: "count", count: size(f) };
  else if (e % 9 === 1 && kind.kind === "int") repeat = { kind: "until", bits: 1 };
  else if (isLast && e % 3 === 1 && (kind.kind === "int" || kind.kind === "bits" || kind.kind === "strz"))
    repeat = { kind: "eos" };
  return { id, kind, condition, repeat };
}

const model: fc.Arbitrary<Model> = fc
  .record({
    types: fc.array(fc.array(draft, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 }),
    bitOrder: fc.constantFrom("be" as const, "le" as const),
  })
  .map(({ types, bitOrder }) => ({
    bitOrder,
    types: types.map((plans, type) => {
      const fields: Field[] = [];
      const earlier: string[] = [];
      for (const [index, plan] of plans.entries()) {
        const field = fieldOf(plan, index, earlier, type, types.length, index === plans.length - 1);
        fields.push(field);
        const isNumber = field.kind.kind === "int" || (field.kind.kind === "bits" && field.kind.bits > 1);
        if (isNumber && field.repeat === undefined && field.condition === undefined) earlier.push(field.id);
      }
      return fields;
    }),
  }));

function plain(node: StructNode): unknown {
  switch (node.kind) {
    case "int":
      return `${node.value as number | bigint}`;
    case "bool":
      return node.value;
    case "bytes":
      return node.value;
    case "str":
      return `s${hexOf(Array.from(Buffer.from(node.value as string, "latin1")))}`;
    case "null":
      return null;
    case "array":
      return node.items?.map(plain);
    case "struct":
      return Object.fromEntries([...(node.fields ?? [])].map(([id, field]) => [id, plain(field)]));
    default:
      return { error: node.error };
  }
}

/** All places of a tree, with what is there. */
function* places(value: unknown, at = ""): Generator<[string, unknown]> {
  if (at !== "") yield [at, value];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* places(item, `${at}[${index}]`);
  else if (typeof value === "object" && value !== null) {
    for (const [id, item] of Object.entries(value)) yield* places(item, at === "" ? id : `${at}.${id}`);
  }
}

describe("random templates", () => {
  it("read as the naive twin reads, in any order", () => {
    let complete = 0;
    fc.assert(
      fc.property(
        model,
        fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 }),
        fc.nat(),
        (template, bytes, seed) => {
          const text = modelText(template);
          let wanted: unknown;
          try {
            wanted = readNaively(template, bytes);
          } catch (thrown) {
            if (!(thrown instanceof NaiveEnd)) throw thrown;
          }
          const session = sessionOf(text, bytes);
          const tree = plain(dump(session));
          if (wanted === undefined) {
            assert.match(JSON.stringify(tree), /EndOfStreamError|LimitError/);
            return;
          }
          complete += 1;
          assert.deepEqual(tree, wanted);
          const all = [...places(wanted)];
          const fresh = sessionOf(text, bytes);
          for (let step = 0; step < Math.min(5, all.length); step += 1) {
            const [at, value] = all[(seed + step * 7919) % all.length] ?? ["_io.size", undefined];
            assert.deepEqual(plain(evaluate(fresh, at)), value, at);
          }
        },
      ),
      { numRuns: Number(process.env["STRUCT_RUNS"] ?? 1500) },
    );
    assert.ok(complete > 100, `only ${complete} of the templates fit their bytes`);
  });
});
