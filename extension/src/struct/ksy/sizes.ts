// Sizes that a template alone tells: sizeof, bitsizeof, and the fields whose place needs no reading. Sizes are bits.
// Pure; no formulas are evaluated but those of constants.
import { StructError } from "../errors";
import type { Expression } from "../expression/ast";
import { applyUnary, operations, truth } from "../expression/operators";
import type { Value } from "../reader/values";
import type { Area, DataType, FieldDef, Formula, TypeDef } from "./model";

const maxDepth = 50;

class Sizes {
  /** By how many bits of a byte were taken before: types within types would be measured over and over. */
  readonly #known = new WeakMap<TypeDef, Map<number, number | undefined>>();

  /** @param countsAbsent whether a field with an `if` counts as there; else its size varies */
  constructor(private readonly countsAbsent: boolean) {}

  /** Adds a field to `bits`, aligned to a byte where the field needs it; undefined when its size varies. */
  afterField(field: FieldDef, bits: number, depth: number): number | undefined {
    if (field.condition !== undefined && !this.countsAbsent) return undefined;
    if (field.repeat === undefined) return this.afterData(field.data, bits, depth);
    if (field.repeat.kind !== "count") return undefined;
    const count = constantOf(field.repeat.count);
    if (count === undefined) return undefined;
    const first = this.afterData(field.data, bits, depth);
    if (first === undefined || count === 0) return count === 0 ? bits : undefined;
    const second = this.afterData(field.data, first, depth);
    // Where alignment makes the first element larger than the others.
    return second === undefined ? undefined : checked(first + (count - 1) * (second - first));
  }

  afterData(data: DataType, bits: number, depth: number): number | undefined {
    const aligned = Math.ceil(bits / 8) * 8;
    switch (data.kind) {
      case "int":
      case "float":
        return aligned + data.bytes * 8;
      case "bits":
        return bits + data.bits;
      case "bytes":
      case "str":
        return sized(data.area, aligned);
      case "struct":
        if (data.area !== undefined) return sized(data.area, aligned);
        return data.opaque || depth > maxDepth ? undefined : this.afterType(data.type, bits, depth + 1);
      case "switch": {
        const ends = new Set(data.cases.map((one) => this.afterData(one.type, bits, depth)));
        ends.add(data.otherwise === undefined ? undefined : this.afterData(data.otherwise, bits, depth));
        return ends.size === 1 ? [...ends][0] : undefined;
      }
    }
  }

  afterType(type: TypeDef, bits: number, depth: number): number | undefined {
    const offset = bits % 8;
    const sizes = this.#known.get(type) ?? new Map<number, number | undefined>();
    this.#known.set(type, sizes);
    if (!sizes.has(offset)) {
      sizes.set(offset, undefined);
      let at: number | undefined = offset;
      for (const [index, field] of type.seq.entries()) {
        at = this.afterField(field, at, depth);
        if (at === undefined) break;
        if (skipsRestOfByte(type.seq, index)) at = Math.ceil(at / 8) * 8;
      }
      sizes.set(offset, at);
    }
    const size = sizes.get(offset);
    return size === undefined ? undefined : checked(bits - offset + size);
  }
}

const asRead = new Sizes(false);
const asDeclared = new Sizes(true);

export function bitsAfterField(field: FieldDef, bits: number): number | undefined {
  return asRead.afterField(field, bits, 0);
}

export function bitsAfterData(data: DataType, bits: number): number | undefined {
  return asRead.afterData(data, bits, 0);
}

export function bitsAfterType(type: TypeDef, bits: number): number | undefined {
  return asRead.afterType(type, bits, 0);
}

/** What `sizeof` says: a field with an `if` counts whatever becomes of it, as in the reference compiler. */
export function declaredBits(of: TypeDef | FieldDef): number | undefined {
  return "seq" in of ? asDeclared.afterType(of, 0, 0) : asDeclared.afterField(of, 0, 0);
}

/** The same for one element of an array. */
export function declaredElementBits(of: FieldDef): number | undefined {
  return asDeclared.afterData(of.data, 0, 0);
}

function sized(area: Area, aligned: number): number | undefined {
  const size = area.size === undefined ? undefined : constantOf(area.size);
  return size === undefined ? undefined : checked(aligned + size * 8);
}

/** Whether what a bit field leaves of its byte is skipped: the next field of the `seq` is not of bits, even when its type is. */
export function skipsRestOfByte(seq: readonly FieldDef[], index: number): boolean {
  const next = seq[index + 1];
  return next !== undefined && next.data.kind !== "bits" && seq[index]?.data.kind === "bits";
}

function checked(bits: number): number | undefined {
  return Number.isSafeInteger(bits) && bits >= 0 ? bits : undefined;
}

function constantOf(formula: Formula): number | undefined {
  const value = constantInteger(formula.tree);
  return value === undefined || value < 0 ? undefined : value;
}

/** Of literals, operators on them and choices between them. */
export function constantInteger(tree: Expression): number | undefined {
  const value = constant(tree);
  return typeof value === "number" ? value : undefined;
}

function constant(tree: Expression): Value | undefined {
  switch (tree.kind) {
    case "int":
    case "bool":
      return tree.value;
    case "unary": {
      const operand = constant(tree.operand);
      return operand === undefined ? undefined : folded(() => applyUnary(tree.operator, operand));
    }
    case "binary": {
      const left = constant(tree.left);
      const right = constant(tree.right);
      if (left === undefined || right === undefined) return undefined;
      const { operator } = tree;
      if (operator === "and") return folded(() => truth(left) && truth(right));
      if (operator === "or") return folded(() => truth(left) || truth(right));
      return folded(() => operations[operator](left, right));
    }
    case "choice": {
      const condition = constant(tree.condition);
      return typeof condition === "boolean" ? constant(condition ? tree.yes : tree.no) : undefined;
    }
    default:
      return undefined;
  }
}

/** Undefined where the operator has no result: reading says why. */
function folded(operate: () => Value): Value | undefined {
  try {
    return operate();
  } catch (thrown) {
    if (thrown instanceof StructError) return undefined;
    throw thrown;
  }
}
