// Integer expressions as functions on numbers, for the sizer. Booleans are 0 and 1; whatever is not exact, or not plain
// arithmetic on earlier integer fields, is NaN, and NaN spreads. numeric() answers null for what it does not cover.
import type { BinaryOperator, Expression } from "../expression/ast";
import type { DataType, FieldDef, Formula, TypeDef } from "../ksy/model";
import { readBits, readInteger } from "./primitive";
import type { Budget } from "../limits";
import { enumLiterals } from "../expression/evaluate";
import { StructError } from "../errors";
import type { LazyStruct } from "./lazyStruct";
import { EnumValue, type Value, isStruct } from "./values";
import type { Stream } from "./stream";

/** The values that expressions need, of all structs of the element that is being measured. */
export class SizeMachine {
  stream!: Stream;
  readonly registers: number[] = [];
  budget!: Budget;
  #owner: LazyStruct | undefined;
  readonly #constants: { readonly register: number; readonly chain: readonly string[] }[] = [];

  /** Values outside of the element are the same for all elements of one array: read once. */
  begin(owner: LazyStruct): void {
    if (this.#owner === owner) return;
    this.#owner = undefined;
    for (const { register, chain } of this.#constants) this.registers[register] = follow(owner, chain);
    this.#owner = owner;
  }

  /** A register for what a chain of names from the array's owner leads to. */
  constant(chain: readonly string[]): number {
    const register = this.registers.push(NaN) - 1;
    this.#constants.push({ register, chain });
    return register;
  }

  constants(): readonly number[] {
    return this.#constants.map(({ register }) => this.registers[register] ?? NaN);
  }

  reader(data: Extract<DataType, { kind: "int" | "bits" }>): (machine: SizeMachine, position: number) => number {
    if (data.kind === "bits") {
      const { bits, order } = data;
      return (machine, position) => exact(Number(readBits(machine.stream, position, bits, order)));
    }
    const { bytes, signed, endian } = data;
    if (endian === undefined) return () => NaN;
    const little = endian === "le";
    return (machine, position) => {
      const value = readInteger(machine.stream, Math.ceil(position), bytes, signed, little);
      return typeof value === "number" ? value : NaN;
    };
  }
}

/** A struct of the element. */
export interface Frame {
  readonly type: TypeDef;
  /** Of the members that some expression asks for. */
  readonly registers: Map<string, number>;
  /** "owner": the struct that has the array; undefined: some struct that is not followed. */
  readonly parent: Frame | "owner" | undefined;
  /** `_root` is that of the array's owner. */
  readonly sharesRoot: boolean;
}

export type Numeric = (machine: SizeMachine) => number;

const maxNesting = 60;

function follow(owner: LazyStruct, chain: readonly string[]): number {
  try {
    let at: Value = owner;
    for (const name of chain) {
      if (!isStruct(at)) return NaN;
      at = at.named(name);
    }
    if (at instanceof EnumValue) at = at.value;
    if (typeof at === "boolean") return Number(at);
    return typeof at === "number" ? at : NaN;
  } catch (thrown) {
    // The ordinary way says what is wrong, where it is wrong.
    if (thrown instanceof StructError && thrown.className !== "LimitError") return NaN;
    throw thrown;
  }
}

function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : NaN;
}

/** The integer that a case stands for; null when it takes evaluating. */
export function constantOf(formula: Formula): number | null {
  const { tree } = formula;
  if (tree.kind === "int" && typeof tree.value === "number") return tree.value;
  if (tree.kind === "unary" && tree.operator === "-" && tree.operand.kind === "int") return -Number(tree.operand.value);
  if (tree.kind === "bool") return Number(tree.value);
  const value = enumLiterals.get(tree)?.value;
  return typeof value === "number" ? value : null;
}

export function numeric(tree: Expression, frame: Frame | undefined, machine: SizeMachine, depth = 0): Numeric | null {
  if (depth > maxNesting) return null;
  const inner = (part: Expression): Numeric | null => numeric(part, frame, machine, depth + 1);
  switch (tree.kind) {
    case "int": {
      const { value } = tree;
      return typeof value === "number" ? () => value : null;
    }
    case "bool": {
      const value = Number(tree.value);
      return () => value;
    }
    case "enum": {
      const value = enumLiterals.get(tree)?.value;
      return typeof value === "number" ? () => value : null;
    }
    case "unary": {
      const operand = inner(tree.operand);
      if (operand === null) return null;
      if (tree.operator === "-") return (m) => 0 - operand(m);
      if (tree.operator === "~") return (m) => -1 - operand(m);
      return tree.operator === "not" ? (m) => 1 - operand(m) : operand;
    }
    case "binary": {
      const left = inner(tree.left);
      const right = inner(tree.right);
      return left === null || right === null ? null : arithmetic(tree.operator, left, right);
    }
    case "choice": {
      const condition = inner(tree.condition);
      const yes = inner(tree.yes);
      const no = inner(tree.no);
      if (condition === null || yes === null || no === null) return null;
      return (m) => {
        const holds = condition(m);
        return holds === 1 ? yes(m) : holds === 0 ? no(m) : NaN;
      };
    }
    case "name":
      return frame === undefined ? null : memberValue(tree.name, frame, machine, depth);
    case "attribute":
      return attributeValue(tree, frame, machine, depth);
    default:
      return null;
  }
}

function memberValue(name: string, frame: Frame, machine: SizeMachine, depth: number): Numeric | null {
  const member = frame.type.members.get(name);
  if (member === undefined) return null;
  if (member.role === "value") {
    if (member.condition !== undefined || member.enumName !== undefined || member.value.positional) return null;
    return numeric(member.value.tree, frame, machine, depth + 1);
  }
  if (member.role === "instance" || (member.role === "seq" && !isInteger(member))) return null;
  if (member.role === "param" && !(member.type.kind === "simple" && /^(int|bool)$/.test(member.type.name))) return null;
  const register = frame.registers.get(name) ?? machine.registers.length;
  if (!frame.registers.has(name)) {
    frame.registers.set(name, register);
    machine.registers.push(NaN);
  }
  return (m) => m.registers[register] ?? NaN;
}

function isInteger(field: FieldDef): boolean {
  const { data } = field;
  if (field.repeat !== undefined) return false;
  return data.kind === "bits" || (data.kind === "int" && data.endian !== undefined);
}

function attributeValue(
  tree: Extract<Expression, { kind: "attribute" }>,
  frame: Frame | undefined,
  machine: SizeMachine,
  depth: number,
): Numeric | null {
  const place = frame === undefined ? undefined : placeOf(tree.target, frame);
  if (place !== undefined) {
    if ("type" in place) return memberValue(tree.name, place, machine, depth);
    const register = machine.constant([...place.chain, tree.name]);
    return (m) => m.registers[register] ?? NaN;
  }
  return tree.name === "to_i" ? numeric(tree.target, frame, machine, depth + 1) : null;
}

/** The struct that `_root.a.b` or `_parent._parent` names: one of the element, or one that is reached from the array's owner. */
function placeOf(tree: Expression, frame: Frame): Frame | { readonly chain: readonly string[] } | undefined {
  if (tree.kind === "name") {
    if (tree.name === "_root") return frame.sharesRoot ? { chain: ["_root"] } : undefined;
    if (tree.name !== "_parent") return undefined;
    return frame.parent === "owner" ? { chain: [] } : frame.parent;
  }
  if (tree.kind === "cast") return placeOf(tree.target, frame);
  if (tree.kind !== "attribute") return undefined;
  const outer = placeOf(tree.target, frame);
  if (outer === undefined) return undefined;
  if ("chain" in outer) return { chain: [...outer.chain, tree.name] };
  if (tree.name !== "_parent") return undefined;
  return outer.parent === "owner" ? { chain: [] } : outer.parent;
}

const small = 2 ** 31;

function arithmetic(operator: BinaryOperator, left: Numeric, right: Numeric): Numeric | null {
  const checked = (operate: (a: number, b: number) => number): Numeric => {
    return (m) => exact(operate(left(m), right(m)));
  };
  const relation = (holds: (a: number, b: number) => boolean): Numeric => {
    return (m) => {
      const a = left(m);
      const b = right(m);
      if (a !== a || b !== b) return NaN;
      return holds(a, b) ? 1 : 0;
    };
  };
  const bitwise = (operate: (a: number, b: number) => number): Numeric => {
    return (m) => {
      const a = left(m);
      const b = right(m);
      return a >= 0 && a < small && b >= 0 && b < small ? operate(a, b) : NaN;
    };
  };
  switch (operator) {
    case "+":
      return checked((a, b) => a + b);
    case "-":
      return checked((a, b) => a - b);
    case "*":
      return checked((a, b) => a * b + 0);
    case "/":
      return checked((a, b) => Math.floor((a - mod(a, b)) / b) + 0);
    case "%":
      return checked(mod);
    case "<<":
      return checked((a, b) => (b >= 0 && b < 53 ? a * 2 ** b : NaN));
    case ">>":
      return checked((a, b) => (b >= 0 && b < 1000 ? Math.floor(a / 2 ** b) + 0 : NaN));
    case "&":
      return bitwise((a, b) => a & b);
    case "|":
      return bitwise((a, b) => a | b);
    case "^":
      return bitwise((a, b) => a ^ b);
    case "==":
      return relation((a, b) => a === b);
    case "!=":
      return relation((a, b) => a !== b);
    case "<":
      return relation((a, b) => a < b);
    case "<=":
      return relation((a, b) => a <= b);
    case ">":
      return relation((a, b) => a > b);
    case ">=":
      return relation((a, b) => a >= b);
    case "and":
      return shortCircuit(left, right, 0);
    case "or":
      return shortCircuit(left, right, 1);
  }
}

/** What is not asked for must not spoil the answer: the left side may decide alone. */
function shortCircuit(left: Numeric, right: Numeric, decisive: 0 | 1): Numeric {
  return (m) => {
    const first = left(m);
    if (first === decisive) return decisive;
    return first === 1 - decisive ? right(m) : NaN;
  };
}

function mod(a: number, b: number): number {
  const remainder = a % b;
  return (remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder) + 0;
}
