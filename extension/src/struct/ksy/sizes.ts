// Sizes that a template alone tells: sizeof, bitsizeof, and the fields whose place needs no reading. Sizes are bits.
// Pure; no formulas are evaluated but integer constants.
import type { Expression } from "../expression/ast";
import type { Area, DataType, FieldDef, Formula, TypeDef } from "./model";

const maxDepth = 50;

/** Adds a field to `bits`, aligned to a byte where the field needs it; undefined when its size varies. */
export function bitsAfterField(field: FieldDef, bits: number, depth = 0): number | undefined {
  if (field.condition !== undefined) return undefined;
  if (field.repeat === undefined) return bitsAfterData(field.data, bits, depth);
  if (field.repeat.kind !== "count") return undefined;
  const count = constantOf(field.repeat.count);
  if (count === undefined) return undefined;
  const first = bitsAfterData(field.data, bits, depth);
  if (first === undefined || count === 0) return count === 0 ? bits : undefined;
  const second = bitsAfterData(field.data, first, depth);
  // Where alignment makes the first element larger than the others.
  return second === undefined ? undefined : checked(first + (count - 1) * (second - first));
}

export function bitsAfterData(data: DataType, bits: number, depth = 0): number | undefined {
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
      return data.opaque || depth > maxDepth ? undefined : bitsAfterType(data.type, bits, depth + 1);
    case "switch": {
      const ends = new Set(data.cases.map((one) => bitsAfterData(one.type, bits, depth)));
      ends.add(data.otherwise === undefined ? undefined : bitsAfterData(data.otherwise, bits, depth));
      return ends.size === 1 ? [...ends][0] : undefined;
    }
  }
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

/** By how many bits of a byte were taken before: types within types would be measured over and over. */
const known = new WeakMap<TypeDef, Map<number, number | undefined>>();

export function bitsAfterType(type: TypeDef, bits: number, depth = 0): number | undefined {
  const offset = bits % 8;
  const sizes = known.get(type) ?? new Map<number, number | undefined>();
  known.set(type, sizes);
  if (!sizes.has(offset)) {
    sizes.set(offset, undefined);
    let at: number | undefined = offset;
    for (const [index, field] of type.seq.entries()) {
      at = bitsAfterField(field, at, depth);
      if (at === undefined) break;
      if (skipsRestOfByte(type.seq, index)) at = Math.ceil(at / 8) * 8;
    }
    sizes.set(offset, at);
  }
  const size = sizes.get(offset);
  return size === undefined ? undefined : checked(bits - offset + size);
}

function checked(bits: number): number | undefined {
  return Number.isSafeInteger(bits) && bits >= 0 ? bits : undefined;
}

function constantOf(formula: Formula): number | undefined {
  const value = constantInteger(formula.tree);
  return value === undefined || value < 0 ? undefined : value;
}

/** Of literals and sums of them. */
export function constantInteger(tree: Expression): number | undefined {
  if (tree.kind === "int") return typeof tree.value === "number" ? tree.value : undefined;
  if (tree.kind !== "binary") return undefined;
  const left = constantInteger(tree.left);
  const right = constantInteger(tree.right);
  if (left === undefined || right === undefined) return undefined;
  const result =
    tree.operator === "+"
      ? left + right
      : tree.operator === "-"
        ? left - right
        : tree.operator === "*"
          ? left * right
          : NaN;
  return Number.isSafeInteger(result) ? result : undefined;
}
