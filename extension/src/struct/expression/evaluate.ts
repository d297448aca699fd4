// Expression tree -> a closure that evaluates it in a struct. No code is ever made of text: closures call closures.
// Names of types and enums are resolved here, once; names of members too, as far as the struct's type is known.
import { StructError } from "../errors";
import type { EnumDef, TypeDef } from "../ksy/model";
import type { LazyStruct } from "../reader/lazyStruct";
import { Stream } from "../reader/stream";
import {
  Bytes,
  EnumValue,
  Float,
  isInteger,
  kindOf,
  List,
  typeFault,
  type Value,
  isArray,
  isStruct,
} from "../reader/values";
import type { Expression, TypeName } from "./ast";
import { callMethod, elementOf } from "./methods";
import { applyUnary, operations, truth } from "./operators";
import type { StaticType } from "./staticType";

/** What an expression may name beside the members of its struct. */
export interface Environment {
  /** `_index`; -1 outside of repetitions. */
  readonly index: number;
  /** `_`: the element just read, or the value to validate. */
  readonly item: Value | undefined;
  /** `_on`: what a switch is about. */
  readonly on: Value | undefined;
}

export const noEnvironment: Environment = { index: -1, item: undefined, on: undefined };

export type Evaluate = (self: LazyStruct, environment: Environment) => Value;

export const unlinked: Evaluate = () => {
  throw new StructError("TemplateError", "the template was not resolved");
};

/** What compile() asks of the template. Its answers may be undefined after it has noted a problem. */
export interface CompileScope {
  readonly type: TypeDef;
  castType(name: TypeName): StaticType | undefined;
  enumOf(path: readonly string[], absolute: boolean): EnumDef | undefined;
  /** Bits of a type that always has the same size. */
  bitSizeOf(name: TypeName): number | undefined;
  /** Bits of the member that the expression names; undefined when it varies. */
  bitSizeOfMember(target: Expression): number | undefined;
  infer(tree: Expression): StaticType;
}

function fault(message: string): Evaluate {
  return () => {
    throw typeFault(message);
  };
}

export function compile(tree: Expression, scope: CompileScope): Evaluate {
  switch (tree.kind) {
    case "int":
    case "bool":
    case "str": {
      const { value } = tree;
      return () => value;
    }
    case "float": {
      const value = new Float(tree.value);
      return () => value;
    }
    case "format":
      return compileFormat(tree.parts, scope);
    case "name":
      return compileName(tree.name, scope);
    case "enum":
      return compileEnum(tree, scope);
    case "list":
      return compileList(tree.items, scope, isByteList(tree.items, scope));
    case "unary": {
      const operand = compile(tree.operand, scope);
      const { operator } = tree;
      return (self, environment) => applyUnary(operator, operand(self, environment));
    }
    case "binary":
      return compileBinary(tree, scope);
    case "choice": {
      const condition = compile(tree.condition, scope);
      const yes = compile(tree.yes, scope);
      const no = compile(tree.no, scope);
      return (self, environment) => (truth(condition(self, environment)) ? yes : no)(self, environment);
    }
    case "attribute":
      return compileAttribute(tree.target, tree.name, scope);
    case "call":
      return compileCall(tree, scope);
    case "index": {
      const target = compile(tree.target, scope);
      const index = compile(tree.index, scope);
      return (self, environment) => elementOf(target(self, environment), index(self, environment));
    }
    case "cast":
      return compileCast(tree, scope);
    case "sizeof": {
      const bits = scope.bitSizeOf(tree.type);
      if (bits === undefined) return fault(`size of ${tree.type.path.join("::")} is not fixed`);
      const size = tree.bits ? bits : Math.ceil(bits / 8);
      return () => size;
    }
  }
}

function compileFormat(parts: readonly (string | Expression)[], scope: CompileScope): Evaluate {
  const pieces = parts.map((part) => (typeof part === "string" ? part : compile(part, scope)));
  return (self, environment) => {
    let text: Value = "";
    for (const piece of pieces) {
      const next = typeof piece === "string" ? piece : formatValue(piece(self, environment));
      text = operations["+"](text, next);
    }
    return text;
  };
}

function formatValue(value: Value): string {
  if (typeof value === "string") return value;
  if (isInteger(value) || typeof value === "boolean") return String(value);
  if (value instanceof Float) return String(value.value);
  if (value instanceof EnumValue) return value.label ?? String(value.value);
  throw typeFault(`can't put ${kindOf(value)} into a string`);
}

function compileName(name: string, scope: CompileScope): Evaluate {
  switch (name) {
    case "_root":
      return (self) => self.root;
    case "_parent":
      return (self) => self.parent;
    case "_io":
      return (self) => self.stream;
    case "_index":
      return (_, environment) => {
        if (environment.index < 0) throw new StructError("NullError", "'_index' outside of a repetition");
        return environment.index;
      };
    case "_":
      return (_, environment) => named("_", environment.item);
    case "_on":
      return (_, environment) => named("_on", environment.on);
    case "_is_le":
      return (self) => self.littleEndian();
    case "_sizeof":
    case "_bitsizeof": {
      const bits = scope.bitSizeOf({ path: [scope.type.name], absolute: true, arrays: 0 });
      const size = bits === undefined ? undefined : name === "_sizeof" ? Math.ceil(bits / 8) : bits;
      return size === undefined ? (self) => sizeOfStruct(self, name === "_bitsizeof") : () => size;
    }
  }
  const member = scope.type.members.get(name);
  if (member === undefined) return fault(`unable to access '${name}' in ${scope.type.name} context`);
  switch (member.role) {
    case "param":
      return (self) => self.paramValue(member.index);
    case "seq":
      return (self) => self.fieldValue(member.index);
    case "instance":
    case "value":
      return (self) => self.instanceValue(member.index);
  }
}

function named(name: string, value: Value | undefined): Value {
  if (value === undefined) throw new StructError("NullError", `'${name}' means nothing here`);
  return value;
}

function sizeOfStruct(self: LazyStruct, bits: boolean): Value {
  const size = self.end() - self.start;
  return bits ? size * 8 : Math.ceil(size);
}

/** What the enum literals of compiled expressions mean. */
export const enumLiterals = new WeakMap<Expression, EnumValue>();

function compileEnum(tree: Extract<Expression, { kind: "enum" }>, scope: CompileScope): Evaluate {
  const def = scope.enumOf(tree.path, tree.absolute);
  const member = def?.byLabel.get(tree.label);
  if (def === undefined || member === undefined)
    return fault(`unknown enum member '${tree.path.join("::")}::${tree.label}'`);
  const value = new EnumValue(def, member.value);
  enumLiterals.set(tree, value);
  return () => value;
}

/** Byte arrays and arrays of integers are written alike: all elements known to be bytes make a byte array. */
export function isByteList(items: readonly Expression[], scope: Pick<CompileScope, "infer">): boolean {
  return (
    items.length > 0 &&
    items.every((item) => {
      const type = scope.infer(item);
      return type.kind === "int" && type.byte;
    })
  );
}

function compileList(items: readonly Expression[], scope: CompileScope, asBytes: boolean): Evaluate {
  const parts = items.map((item) => compile(item, scope));
  if (!asBytes) return (self, environment) => new List(parts.map((part) => part(self, environment)));
  if (items.every((item) => item.kind === "int")) {
    const constant = toBytes(new List(items.map((item) => (item as { value: Value }).value)));
    return () => constant;
  }
  return (self, environment) => toBytes(new List(parts.map((part) => part(self, environment))));
}

function toBytes(list: List): Bytes {
  const bytes = new Uint8Array(list.items.length);
  for (const [index, item] of list.items.entries()) {
    if (typeof item !== "number" || item < 0 || item > 255) throw typeFault(`${kindOf(item)} is no byte`);
    bytes[index] = item;
  }
  return Bytes.of(bytes);
}

function compileBinary(tree: Extract<Expression, { kind: "binary" }>, scope: CompileScope): Evaluate {
  const left = compile(tree.left, scope);
  const right = compile(tree.right, scope);
  if (tree.operator === "and") {
    return (self, environment) => truth(left(self, environment)) && truth(right(self, environment));
  }
  if (tree.operator === "or") {
    return (self, environment) => truth(left(self, environment)) || truth(right(self, environment));
  }
  const operate = operations[tree.operator];
  return (self, environment) => operate(left(self, environment), right(self, environment));
}

function compileAttribute(target: Expression, name: string, scope: CompileScope): Evaluate {
  if (name === "_sizeof" || name === "_bitsizeof") {
    const bits = scope.bitSizeOfMember(target);
    if (bits !== undefined) {
      const size = name === "_sizeof" ? Math.ceil(bits / 8) : bits;
      return () => size;
    }
  }
  const value = compile(target, scope);
  return (self, environment) => attributeOf(value(self, environment), name, self);
}

function attributeOf(target: Value, name: string, self: LazyStruct): Value {
  if (isStruct(target)) return target.named(name);
  if ((name === "_sizeof" || name === "_bitsizeof") && target instanceof Bytes) {
    return name === "_sizeof" ? target.length : target.length * 8;
  }
  return callMethod(target, name, [], self.session.budget);
}

function compileCall(tree: Extract<Expression, { kind: "call" }>, scope: CompileScope): Evaluate {
  const target = compile(tree.target, scope);
  const args = tree.args.map((arg) => compile(arg, scope));
  const { name } = tree;
  return (self, environment) => {
    const value = target(self, environment);
    if (isStruct(value)) {
      if (args.length > 0) throw typeFault(`'${name}' of a struct takes no arguments`);
      return value.named(name);
    }
    return callMethod(
      value,
      name,
      args.map((arg) => arg(self, environment)),
      self.session.budget,
    );
  };
}

function compileCast(tree: Extract<Expression, { kind: "cast" }>, scope: CompileScope): Evaluate {
  const type = scope.castType(tree.type);
  if (tree.target.kind === "list" && (type?.kind === "bytes" || type?.kind === "array")) {
    return compileList(tree.target.items, scope, type.kind === "bytes");
  }
  const target = compile(tree.target, scope);
  if (type === undefined) return target;
  return (self, environment) => castValue(target(self, environment), type);
}

/** A cast states what the author knows; only what is plainly something else is refused. */
function castValue(value: Value, type: StaticType): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "float":
      return isInteger(value) ? new Float(Number(value)) : value;
    case "bytes":
      return value instanceof List ? toBytes(value) : value;
    case "array":
      if (value instanceof Bytes) return new List(Array.from(value.backing.copy(value.start, value.length)));
      return value;
    case "struct":
      if (isStruct(value)) return value;
      throw typeFault(`can't cast ${kindOf(value)} to a struct`);
    case "int":
    case "str":
    case "bool":
      if (isStruct(value) || isArray(value) || value instanceof Stream) {
        throw typeFault(`can't cast ${kindOf(value)} to ${type.kind}`);
      }
      return value;
    default:
      return value;
  }
}
