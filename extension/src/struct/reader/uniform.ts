// Whether all elements of a repeated field have one size, so that element N is arithmetic: sizes, conditions, counts and
// switches inside must not depend on the element itself. Looks at the template alone. Memory: one entry per field.
import { partsOf, type Expression } from "../expression/ast";
import type { DataType, FieldDef, Formula, Repeat, TypeDef } from "../ksy/model";

/** A struct that lies in the element: the element itself, or one of its unsized parts. */
interface Frame {
  readonly type: TypeDef;
  /** Which of its params do not depend on the element. */
  readonly constantParams: readonly boolean[];
  /** Undefined: beyond is the array's owner, which is the same for all. */
  readonly outer: Frame | undefined;
  /** `_parent` is not simply the frame outside. */
  readonly otherParent: boolean;
  /** `_root` is a struct within the element, or none. */
  readonly ownRoot: boolean;
}

const known = new WeakMap<FieldDef, boolean>();
const maxDepth = 40;
/** Looks this far at most, so that types that hold each other many times over cost nothing. */
const maxWork = 20_000;

export function isUniform(field: FieldDef): boolean {
  let result = known.get(field);
  if (result === undefined) {
    result = new Check().data(field.data, undefined, 0);
    known.set(field, result);
  }
  return result;
}

class Check {
  #work = 0;
  readonly #busy = new Set<Formula>();

  data(data: DataType, frame: Frame | undefined, depth: number): boolean {
    this.#work += 1;
    if (this.#work > maxWork || depth > maxDepth) return false;
    switch (data.kind) {
      case "int":
      case "float":
      case "bits":
        return true;
      case "bytes":
      case "str":
        return this.#sized(data.area.size, frame);
      case "struct":
        if (data.area !== undefined) return this.#sized(data.area.size, frame);
        return !data.opaque && this.#struct(data, frame, depth);
      case "switch":
        return (
          this.#constant(data.on, frame) &&
          data.cases.every(({ when, type }) => this.#constant(when, frame) && this.data(type, frame, depth + 1)) &&
          (data.otherwise === undefined || this.data(data.otherwise, frame, depth + 1))
        );
    }
  }

  #struct(use: Extract<DataType, { kind: "struct" }>, outer: Frame | undefined, depth: number): boolean {
    const frame: Frame = {
      type: use.type,
      constantParams: use.args.map((arg) => this.#constant(arg, outer)),
      outer,
      otherParent: use.parent !== undefined || use.external,
      ownRoot: use.external || (outer?.ownRoot ?? false),
    };
    return use.type.seq.every(
      (field) =>
        (field.condition === undefined || this.#constant(field.condition, frame)) &&
        this.#repeat(field.repeat, frame) &&
        this.data(field.data, frame, depth + 1),
    );
  }

  #repeat(repeat: Repeat | undefined, frame: Frame): boolean {
    if (repeat === undefined) return true;
    return repeat.kind === "count" && this.#constant(repeat.count, frame);
  }

  #sized(size: Formula | undefined, frame: Frame | undefined): boolean {
    return size !== undefined && this.#constant(size, frame);
  }

  #constant(formula: Formula, frame: Frame | undefined): boolean {
    if (formula.positional || this.#busy.has(formula)) return false;
    this.#busy.add(formula);
    const result = this.#tree(formula.tree, frame);
    this.#busy.delete(formula);
    return result;
  }

  #tree(tree: Expression, frame: Frame | undefined): boolean {
    this.#work += 1;
    if (this.#work > maxWork) return false;
    switch (tree.kind) {
      case "int":
      case "float":
      case "bool":
      case "str":
      case "enum":
      case "sizeof":
        return true;
      case "format":
        return tree.parts.every((part) => typeof part === "string" || this.#tree(part, frame));
      case "list":
        return tree.items.every((item) => this.#tree(item, frame));
      case "unary":
        return this.#tree(tree.operand, frame);
      case "binary":
        return this.#tree(tree.left, frame) && this.#tree(tree.right, frame);
      case "choice":
        return this.#tree(tree.condition, frame) && this.#tree(tree.yes, frame) && this.#tree(tree.no, frame);
      case "index":
        return this.#tree(tree.target, frame) && this.#tree(tree.index, frame);
      case "cast":
        return this.#tree(tree.target, frame);
      case "call":
        return this.#tree(tree.target, frame) && tree.args.every((arg) => this.#tree(arg, frame));
      case "name":
        return this.#name(tree.name, frame);
      case "attribute":
        return this.#attribute(tree, frame);
    }
  }

  /** A bare name in a struct of the element; without a frame, in the array's owner. */
  #name(name: string, frame: Frame | undefined): boolean {
    if (name === "_index" || name === "_" || name === "_io") return false;
    if (frame === undefined || name === "_on") return true;
    if (name === "_root") return !frame.ownRoot;
    if (name === "_parent") return !frame.otherParent && frame.outer === undefined;
    const member = frame.type.members.get(name);
    if (member?.role === "param") return frame.constantParams[member.index] ?? false;
    if (member?.role !== "value") return false;
    return (
      this.#constant(member.value, frame) && (member.condition === undefined || this.#constant(member.condition, frame))
    );
  }

  /** `_parent._parent.x` walks outwards; once outside of the element everything is the same for all. */
  #attribute(tree: Extract<Expression, { kind: "attribute" }>, frame: Frame | undefined): boolean {
    const place = this.#walk(tree.target, frame);
    if (place === "outside") return tree.name !== "pos" && tree.name !== "eof";
    if (place !== undefined) return this.#name(tree.name, place);
    return this.#tree(tree.target, frame);
  }

  /** The struct of the element that a chain of `_parent` names; "outside" beyond it; undefined for other expressions. */
  #walk(tree: Expression, frame: Frame | undefined): Frame | "outside" | undefined {
    if (frame === undefined) return undefined;
    let from: Frame | "outside" | undefined = frame;
    if (tree.kind === "attribute" && tree.name === "_parent") from = this.#walk(tree.target, frame);
    else if (tree.kind !== "name" || tree.name !== "_parent") return undefined;
    if (from === undefined || from === "outside") return from;
    if (from.otherParent) return undefined;
    return from.outer ?? "outside";
  }
}

/** Elements are told of others of the array, as by `type: entry(entries[_index - 1].kind)`. */
export function isChain({ data, id }: FieldDef): boolean {
  const names = (tree: Expression): boolean => (tree.kind === "name" && tree.name === id) || partsOf(tree).some(names);
  return data.kind === "struct" && data.args.some((arg) => names(arg.tree));
}

/** Made of bits only, so that elements are never aligned to bytes. */
export function isBitsOnly(data: DataType, depth = 0): boolean {
  if (data.kind === "bits") return true;
  if (data.kind !== "struct" || data.area !== undefined || data.opaque || depth > 8) return false;
  return data.type.seq.every((field) => field.condition === undefined && isBitsOnly(field.data, depth + 1));
}

/** Begins at a byte whatever stood before: so does a struct whose first field does. */
export function beginsAligned(data: DataType, depth = 0): boolean {
  if (data.kind !== "struct" || data.area !== undefined) return isAligned(data);
  const first = data.opaque || depth > 20 ? undefined : data.type.seq[0];
  return first !== undefined && beginsAligned(first.data, depth + 1);
}

/** Begins at a byte whatever stood before, and ends at one. */
export function isAligned(data: DataType): boolean {
  return (
    data.kind === "int" ||
    data.kind === "float" ||
    (data.kind !== "bits" && data.kind !== "switch" && data.area !== undefined)
  );
}
