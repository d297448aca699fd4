// What type an expression has, and what is certainly wrong with it. Whatever is not certain is let pass: reading will tell.
// Messages go to `report`; without one, only the type is asked.
import type { EnumDef, TypeDef } from "../ksy/model";
import { parseSimpleType } from "../ksy/typeWords";
import type { Expression, TypeName } from "./ast";
import {
  anyType,
  boolType,
  bytesType,
  byteType,
  combine,
  describeType,
  floatType,
  intType,
  ioType,
  strType,
  type StaticType,
} from "./staticType";

export interface CheckScope {
  readonly type: TypeDef;
  /** What `_` and `_on` are, where they are anything. */
  readonly item: StaticType | undefined;
  readonly on: StaticType | undefined;
  typeNamed(name: TypeName): TypeDef | undefined;
  enumNamed(path: readonly string[], absolute: boolean): EnumDef | undefined;
  memberType(owner: TypeDef, name: string): StaticType | undefined;
  parentType(of: TypeDef): StaticType;
  rootType(of: TypeDef): StaticType;
  /** Bits of a type that always has the same size. */
  bitSizeOf(name: TypeName): number | undefined;
  /** Whether the expression names a member whose size varies. */
  variesInSize(target: Expression): boolean;
}

export type Report = (message: string) => void;

const silent: Report = () => undefined;

export function infer(tree: Expression, scope: CheckScope, report: Report = silent): StaticType {
  const check = (inner: Expression): StaticType => infer(inner, scope, report);
  switch (tree.kind) {
    case "int":
      return tree.value >= 0 && tree.value <= 255 ? byteType : intType;
    case "float":
      return floatType;
    case "bool":
      return boolType;
    case "str":
      return strType;
    case "format":
      for (const part of tree.parts) {
        const type = typeof part === "string" ? strType : check(part);
        if (!isKind(type, "int", "str")) report(`unable to convert ${describeType(type)} to string in format string`);
      }
      return strType;
    case "name":
      return nameType(tree.name, scope, report);
    case "enum":
      return enumType(tree, scope, report);
    case "list":
      return listType(tree.items.map(check), report);
    case "unary":
      return unaryType(tree.operator, check(tree.operand), report);
    case "binary":
      return binaryType(tree.operator, check(tree.left), check(tree.right), report);
    case "choice": {
      const condition = check(tree.condition);
      if (!isKind(condition, "bool"))
        report(`invalid type: expected boolean condition, got ${describeType(condition)}`);
      const yes = check(tree.yes);
      const no = check(tree.no);
      const both = combine(yes, no);
      if (both === undefined && !(yes.kind === "array" && no.kind === "array"))
        report(`can't combine output types: ${describeType(yes)} and ${describeType(no)}`);
      return both ?? anyType;
    }
    case "attribute":
      if (isSizeof(tree.name) && scope.variesInSize(tree.target)) report(varyingSize(tree.target));
      return attributeType(check(tree.target), tree.name, [], scope, report);
    case "call": {
      const target = check(tree.target);
      const args = tree.args.map(check);
      // As the reference compiler from 0.11 on: which bytes mean what must not depend on the file.
      if (target.kind === "bytes" && tree.name === "to_s" && tree.args.length === 1 && tree.args[0]?.kind !== "str")
        report("to_s: the encoding must be a string literal");
      return attributeType(target, tree.name, args, scope, report);
    }
    case "index":
      return indexType(check(tree.target), check(tree.index), report);
    case "cast":
      check(tree.target);
      return castType(tree.type, scope, report);
    case "sizeof":
      if (tree.type.path.length > 1 || parseSimpleType(tree.type.path[0] ?? "") === undefined) {
        if (scope.typeNamed(tree.type) === undefined) report(unknownType(tree.type, scope.type));
        else if (scope.bitSizeOf(tree.type) === undefined) report(varyingSize(tree));
      }
      return intType;
  }
}

function isSizeof(name: string): boolean {
  return name === "_sizeof" || name === "_bitsizeof";
}

function varyingSize(of: Expression): string {
  const name =
    of.kind === "name" || of.kind === "attribute" ? of.name : of.kind === "sizeof" ? of.type.path.join("::") : "";
  return `unable to derive sizeof of '${name}': its size varies`;
}

export function unknownType(name: TypeName, from: TypeDef): string {
  return `unable to find type '${name.path.join("::")}', searching from ${from.name}`;
}

export function isKind(type: StaticType, ...kinds: readonly StaticType["kind"][]): boolean {
  return type.kind === "any" || kinds.includes(type.kind);
}

function nameType(name: string, scope: CheckScope, report: Report): StaticType {
  switch (name) {
    case "_sizeof":
    case "_bitsizeof":
      if (scope.bitSizeOf({ path: [scope.type.name], absolute: true, arrays: 0 }) === undefined)
        report(`unable to derive sizeof of '${scope.type.name}': its size varies`);
      return intType;
    case "_index":
      return intType;
    case "_io":
      return ioType;
    case "_is_le":
      return boolType;
    case "_root":
      return scope.rootType(scope.type);
    case "_parent":
      return scope.parentType(scope.type);
    case "_":
      return scope.item ?? anyType;
    case "_on":
      return scope.on ?? anyType;
  }
  const type = scope.memberType(scope.type, name);
  if (type === undefined) report(`unable to access '${name}' in ${scope.type.name} context`);
  return type ?? anyType;
}

function enumType(tree: Extract<Expression, { kind: "enum" }>, scope: CheckScope, report: Report): StaticType {
  const def = scope.enumNamed(tree.path, tree.absolute);
  if (def === undefined) report(`unable to find enum '${tree.path.join("::")}', searching from ${scope.type.name}`);
  else if (!def.byLabel.has(tree.label)) report(`unable to find enum member '${tree.path.join("::")}::${tree.label}'`);
  return { kind: "enum", of: def };
}

function listType(items: readonly StaticType[], report: Report): StaticType {
  let item: StaticType | undefined = items[0];
  for (const next of items.slice(1)) {
    const both = item === undefined ? undefined : combine(item, next);
    if (both === undefined && item !== undefined) {
      report(`can't combine ${describeType(item)} and ${describeType(next)} in one array`);
    }
    item = both ?? anyType;
  }
  if (item?.kind === "int" && item.byte) return bytesType;
  return { kind: "array", item: item ?? anyType };
}

function unaryType(operator: string, operand: StaticType, report: Report): StaticType {
  if (operator === "not") {
    if (!isKind(operand, "bool")) report(`can't apply operator 'not' to ${describeType(operand)}`);
    return boolType;
  }
  if (!isKind(operand, "int", "float") || (operator === "~" && operand.kind === "float")) {
    report(`can't apply operator '${operator}' to ${describeType(operand)}`);
    return anyType;
  }
  return operand.kind === "int" ? intType : operand;
}

function binaryType(operator: string, left: StaticType, right: StaticType, report: Report): StaticType {
  const complain = (): void =>
    report(`can't apply operator '${operator}' to ${describeType(left)} and ${describeType(right)}`);
  switch (operator) {
    case "and":
    case "or":
      if (!isKind(left, "bool") || !isKind(right, "bool")) complain();
      return boolType;
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const isOrder = operator !== "==" && operator !== "!=";
      if (!isComparable(left, right, isOrder)) report(`can't compare ${describeType(left)} and ${describeType(right)}`);
      return boolType;
    }
    case "&":
    case "|":
    case "^":
    case "<<":
    case ">>":
      if (!isKind(left, "int", "float") || !isKind(right, "int", "float")) complain();
      return intType;
  }
  if (operator === "+" && left.kind === "str" && right.kind === "str") return strType;
  if (left.kind === "any" || right.kind === "any") {
    const other = left.kind === "any" ? right : left;
    if (!isKind(other, "int", "float") && !(operator === "+" && other.kind === "str")) complain();
    return other.kind === "str" || other.kind === "float" ? other : anyType;
  }
  if (!isKind(left, "int", "float") || !isKind(right, "int", "float")) {
    complain();
    return anyType;
  }
  return left.kind === "int" && right.kind === "int" ? intType : floatType;
}

export function isComparable(left: StaticType, right: StaticType, isOrder: boolean): boolean {
  if (left.kind === "any" || right.kind === "any") return true;
  // A list whose items the checker does not know may turn out to be bytes.
  const mayBeBytes = (type: StaticType): boolean =>
    type.kind === "bytes" || (type.kind === "array" && type.item.kind === "any");
  if (mayBeBytes(left) && mayBeBytes(right)) return true;
  if (left.kind === "array" || left.kind === "struct") return false;
  if (isOrder && (left.kind === "bool" || left.kind === "enum" || left.kind === "io")) return false;
  return combine(left, right) !== undefined;
}

const textMethods = new Map<string, readonly [StaticType, number, number]>([
  ["length", [intType, 0, 0]],
  ["size", [intType, 0, 0]],
  ["reverse", [strType, 0, 0]],
  ["substring", [strType, 2, 2]],
  ["to_i", [intType, 0, 1]],
  ["to_s", [strType, 0, 0]],
]);
const methods: Readonly<Record<string, ReadonlyMap<string, readonly [StaticType, number, number]>>> = {
  int: new Map([
    ["to_s", [strType, 0, 0]],
    ["to_i", [intType, 0, 0]],
  ]),
  float: new Map<string, readonly [StaticType, number, number]>([
    ["to_i", [intType, 0, 0]],
    ["to_s", [strType, 0, 0]],
  ]),
  bool: new Map([["to_i", [intType, 0, 0]]]),
  enum: new Map([["to_i", [intType, 0, 0]]]),
  str: textMethods,
  io: new Map<string, readonly [StaticType, number, number]>([
    ["size", [intType, 0, 0]],
    ["pos", [intType, 0, 0]],
    ["eof", [boolType, 0, 0]],
  ]),
  bytes: new Map<string, readonly [StaticType, number, number]>([
    ["length", [intType, 0, 0]],
    ["size", [intType, 0, 0]],
    ["first", [byteType, 0, 0]],
    ["last", [byteType, 0, 0]],
    ["min", [byteType, 0, 0]],
    ["max", [byteType, 0, 0]],
    ["to_s", [strType, 1, 1]],
  ]),
};

function attributeType(
  target: StaticType,
  name: string,
  args: readonly StaticType[],
  scope: CheckScope,
  report: Report,
): StaticType {
  if (isSizeof(name)) return intType;
  switch (target.kind) {
    case "any":
      return anyType;
    case "struct":
      if (target.of !== undefined) return structAttribute(target.of, name, scope, report);
      if (target.many !== true || name.startsWith("_")) return anyType;
      break;
    case "array":
      if (name === "size" || name === "length") return intType;
      if (["first", "last", "min", "max"].includes(name)) return target.item;
      break;
    default: {
      const method = methods[target.kind]?.get(name);
      if (method !== undefined) {
        const [type, least, most] = method;
        if (args.length < least || args.length > most) {
          report(
            `method '${name}' of ${describeType(target)} takes ${least === most ? least : `${least} to ${most}`} arguments, got ${args.length}`,
          );
        }
        // All arguments of text's own methods are numbers; the one of `bytes.to_s` is looked at where it is called.
        if (target.kind === "str" && args.some((arg) => !isKind(arg, "int")))
          report(
            `method '${name}' of ${describeType(target)} takes integers, got ${args.map(describeType).join(", ")}`,
          );
        return type;
      }
    }
  }
  report(`don't know how to call method '${name}' of object type '${describeType(target)}'`);
  return anyType;
}

function structAttribute(of: TypeDef, name: string, scope: CheckScope, report: Report): StaticType {
  switch (name) {
    case "_io":
      return ioType;
    case "_root":
      return scope.rootType(of);
    case "_parent":
      return scope.parentType(of);
    case "_is_le":
      return boolType;
  }
  const type = scope.memberType(of, name);
  if (type === undefined) report(`unable to access '${name}' in ${of.name} context`);
  return type ?? anyType;
}

function indexType(target: StaticType, index: StaticType, report: Report): StaticType {
  if (!isKind(index, "int")) report(`unable to index by ${describeType(index)}: expected an integer`);
  switch (target.kind) {
    case "any":
      return anyType;
    case "array":
      return target.item;
    case "bytes":
      return byteType;
    default:
      report(`unable to index ${describeType(target)}`);
      return anyType;
  }
}

export function castType(name: TypeName, scope: CheckScope, report: Report = silent): StaticType {
  const [word = ""] = name.path;
  // `int` and `float` without a width are types of params only.
  const isSimple = name.path.length === 1 && !name.absolute && word !== "int" && word !== "float";
  const simple = isSimple ? parseSimpleType(word) : undefined;
  const own = scope.typeNamed(name);
  let type: StaticType;
  if (own !== undefined && (simple === undefined || simple.name === "any" || simple.name === "struct"))
    type = { kind: "struct", of: own };
  else if (simple !== undefined) type = simpleType(simple.name, simple.u1);
  else {
    report(unknownType(name, scope.type));
    return anyType;
  }
  for (let count = 0; count < name.arrays; count += 1) type = { kind: "array", item: type };
  return type;
}

export function simpleType(
  name: "int" | "float" | "bool" | "str" | "bytes" | "struct" | "io" | "any",
  u1: boolean,
): StaticType {
  if (name === "int") return u1 ? byteType : intType;
  if (name === "struct") return { kind: "struct", of: undefined };
  return { kind: name };
}
