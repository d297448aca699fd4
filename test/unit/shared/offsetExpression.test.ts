// Go to Offset: what expressions mean, against a small model, and what nonsense gets.
import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluateOffset } from "../../../shared/offsetExpression";

const size = 8 * 1024 ** 4;
const context = { cursor: 0x1000, size };

function offsetOf(text: string, where = context): number {
  const result = evaluateOffset(text, where);
  assert.ok(result.ok, `${text}: ${result.ok ? "" : result.message}`);
  return result.offset;
}

function mistakeOf(text: string, where = context): { message: string; position: number } {
  const result = evaluateOffset(text, where);
  assert.ok(!result.ok, `${text} should be refused, but is ${result.ok ? result.offset : ""}`);
  return result;
}

describe("evaluateOffset", () => {
  const meanings: readonly (readonly [string, number])[] = [
    ["0", 0],
    ["1234", 1234],
    ["1_000_000", 1_000_000],
    ["0x1F00", 0x1f00],
    ["0XdeadBEEF", 0xdeadbeef],
    ["0x1_0000", 0x10000],
    ["1F00h", 0x1f00],
    ["10h", 16],
    ["4K", 4096],
    ["1.5k", 1536],
    ["2GiB", 2 * 1024 ** 3],
    ["7T", 7 * 1024 ** 4],
    ["0x10K", 16 * 1024],
    ["0x1000+4*16", 0x1000 + 64],
    [" ( 1 + 2 ) * 3 ", 9],
    ["7/2", 3],
    ["1<<40", 2 ** 40],
    ["1+1<<4", 32],
    ["+0x10", 0x1010],
    ["-16", 0xff0],
    ["+ 2*8", 0x1010],
    ["-1K*2+1K", 0x1000 - 1024],
    ["cursor+8", 0x1008],
    ["CURSOR / 2", 0x800],
    ["start + 5", 5],
    ["end", size],
    ["end-16", size - 16],
    ["end-(4K+1)", size - 4097],
    ["50%", size / 2],
    ["100%", size],
    ["12.5%", size / 8],
    ["50%-1", size / 2 - 1],
    ["10--5", 15],
  ];
  for (const [text, offset] of meanings) {
    it(`reads "${text}" as ${offset}`, () => assert.equal(offsetOf(text), offset));
  }

  it("is exact at the last offset that JavaScript can name", () => {
    const huge = { cursor: 0, size: Number.MAX_SAFE_INTEGER };
    assert.equal(offsetOf("end", huge), Number.MAX_SAFE_INTEGER);
    assert.equal(offsetOf("0x1fffffffffffff - 1", huge), Number.MAX_SAFE_INTEGER - 1);
    assert.equal(offsetOf("(1 << 60) / 1024 + 3", huge), 2 ** 50 + 3);
  });

  const mistakes: readonly (readonly [string, RegExp, number])[] = [
    ["", /missing/, 0],
    ["   ", /missing/, 3],
    ["1F00", /hex is written 0x1F00/, 0],
    ["FF", /hex is written 0xFF/, 0],
    ["12x", /not a number/, 0],
    ["0x", /not a number/, 0],
    ["1__0", /not a number/, 0],
    ["1 2", /does not belong/, 2],
    ["1+", /missing at the end/, 2],
    ["(1+2", /not closed/, 0],
    ["1)", /does not belong/, 1],
    ["1/0", /division by zero/, 1],
    ["1/(2-2)", /division by zero/, 1],
    ["1.5", /whole number/, 0],
    ["1<<65", /shift must be/, 1],
    ["1<<-1", /shift must be/, 1],
    ["nowhere", /known names/, 0],
    ["__proto__", /does not belong/, 0],
    ["constructor", /known names/, 0],
    ["end+1", /past the end/, 0],
    ["-0x1001", /before the start/, 0],
    ["0-1", /before the start/, 0],
    ["18446744073709551616", /past the end/, 0],
    ["NaN", /known names/, 0],
    ["Infinity", /known names/, 0],
    ["1;alert(1)", /does not belong/, 1],
  ];
  for (const [text, message, position] of mistakes) {
    it(`refuses "${text}" and points at ${position}`, () => {
      const mistake = mistakeOf(text);
      assert.match(mistake.message, message);
      assert.equal(mistake.position, position);
    });
  }

  it("ends at once on texts made to fill memory or stack", () => {
    mistakeOf("9".repeat(501));
    mistakeOf("(".repeat(400));
    mistakeOf(Array.from({ length: 60 }, () => "(1<<64)").join("*"));
    mistakeOf("1" + "<<64".repeat(100));
  });

  /** A random expression with its value, computed without the parser. */
  const tree = fc.letrec<{ expression: { text: string; value: bigint } }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5 },
      fc.bigInt({ min: 0n, max: 1n << 44n }).map((value) => ({ text: value.toString(), value })),
      fc.bigInt({ min: 0n, max: 1n << 44n }).map((value) => ({ text: `0x${value.toString(16)}`, value })),
      fc.tuple(tie("expression"), fc.constantFrom("+", "-", "*"), tie("expression")).map(([a, operator, b]) => ({
        text: `(${a.text} ${operator}${b.text})`,
        value: apply(operator, a.value, b.value),
      })),
    ),
  })).expression;

  it("agrees with bigint arithmetic on random expressions", () => {
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        fc.pre(text.length <= 500);
        const result = evaluateOffset(text, context);
        const inside = value >= 0n && value <= BigInt(size);
        if (inside) assert.deepEqual(result, { ok: true, offset: Number(value) });
        else assert.equal(result.ok, false);
      }),
      { numRuns: 2000 },
    );
  });

  it("answers any text with an offset inside the document or a place inside the text", () => {
    const alphabet = fc.string({ unit: fc.constantFrom(..."0123456789abcdefhxKMGT+-*/()<<%._ endcursor") });
    fc.assert(
      fc.property(fc.oneof(fc.string(), alphabet), (text) => {
        const result = evaluateOffset(text, context);
        if (result.ok) assert.ok(Number.isSafeInteger(result.offset) && result.offset >= 0 && result.offset <= size);
        else assert.ok(result.message !== "" && result.position >= 0 && result.position <= text.length);
      }),
      { numRuns: 3000 },
    );
  });
});

function apply(operator: string, a: bigint, b: bigint): bigint {
  if (operator === "+") return a + b;
  return operator === "-" ? a - b : a * b;
}

describe("evaluateOffset in a program", () => {
  const addresses = {
    base: 0x1_4000_0000n,
    offsetOf: (rva: number) => (rva >= 0x1000 && rva < 0x2000 ? rva - 0xc00 : undefined),
    sectionStart: (name: string) => (name === ".text" ? 0x400 : undefined),
  };
  const at = (text: string): number | string => {
    const result = evaluateOffset(text, { cursor: 0, size: 0x2000, addresses });
    return result.ok ? result.offset : result.message;
  };

  it("goes to addresses relative to the image base, to whole ones, and into sections", () => {
    assert.equal(at("rva:0x1000"), 0x400);
    assert.equal(at("RVA: 0x1000 + 4*4"), 0x410);
    assert.equal(at("va:0x140001010"), 0x410);
    assert.equal(at("section:.text"), 0x400);
    assert.equal(at("section:.text+0x20"), 0x420);
    assert.equal(at(" section:.text - 1"), 0x3ff);
  });

  it("keeps apart the programs of one file: that at the cursor, or the one that is named", () => {
    const program = (shift: number, names: readonly string[]) => ({
      names,
      start: shift,
      end: shift + 0x1000,
      addresses: { base: 0x1000n, offsetOf: (rva: number) => shift + rva, sectionStart: () => shift + 0x80 },
    });
    const several = { ...addresses, programs: [program(0x1000, ["x86_64", "x64"]), program(0x2000, ["arm64"])] };
    const from = (cursor: number, text: string): number | string => {
      const result = evaluateOffset(text, { cursor, size: 0x4000, addresses: several });
      return result.ok ? result.offset : result.message;
    };
    assert.equal(from(0x2010, "va:0x1020"), 0x2020);
    assert.equal(from(0x1010, "va:0x1020"), 0x1020);
    assert.equal(from(0x10, "rva:0x1000"), 0x400, "in none of them");
    assert.equal(from(0x2010, "x64:va:0x1020"), 0x1020);
    assert.equal(from(0x10, "ARM64:RVA:0x20+4"), 0x2024);
    assert.equal(from(0x10, "arm64:section:__text+1"), 0x2081);
    assert.match(String(from(0x10, "mips:va:0")), /no program "mips" in this file; there are: x86_64, arm64/);
    assert.match(String(at("arm64:va:0")), /no program "arm64"/);
  });

  it("says what leads nowhere", () => {
    assert.match(String(at("rva:0x3000")), /holds nothing/);
    assert.match(String(at("va:0x10")), /holds nothing/);
    assert.match(String(at("section:.rsrc")), /no section ".rsrc"/);
    assert.match(String(at("rva:")), /missing/);
    assert.match(String(at("rva:0x1000)")), /does not belong/);
    const outside = evaluateOffset("rva:16", { cursor: 0, size: 100 });
    assert.ok(!outside.ok && outside.message.includes("no program"));
  });
});
