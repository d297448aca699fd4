// Second half of resolving: gives every formula its type and its closure, and says what is certainly wrong with it.
// After this a template is ready to read with; before, its formulas refuse to be evaluated.
import { castType, infer, isComparable, isKind, simpleType, type CheckScope, type Report } from "../expression/check";
import { compile, type CompileScope, type Evaluate } from "../expression/evaluate";
import { parseExpression } from "../expression/parse";
import { ExpressionSyntaxError } from "../expression/tokens";
import { heightOf, partsOf } from "../expression/ast";
import { anyType, combine, describeType, intType, byteType, type StaticType } from "../expression/staticType";
import type { Expression, TypeName } from "../expression/ast";
import { TemplateError } from "../errors";
import type {
  Area,
  DataType,
  FieldDef,
  Formula,
  Member,
  ParamDef,
  StructUse,
  Template,
  TypeDef,
  Valid,
  ValueDef,
} from "./model";
import type { Names } from "./names";
import { allTypes, type Parents } from "./linkTypes";
import { makeFormula, type Problems } from "./reading";
import { bitsAfterData, declaredBits, declaredElementBits } from "./sizes";
import { parseTypeWord } from "./typeWords";

const linkers = new WeakMap<Template, Linker>();

export function resolve(
  template: Template,
  names: Names,
  parents: Parents,
  problemsOf: (type: TypeDef) => Problems,
): void {
  const linker = new Linker(names, parents);
  linkers.set(template, linker);
  for (const file of template.files) {
    for (const type of allTypes(file.top)) linker.link(type, problemsOf(type));
  }
}

/** A formula as a value instance of the root type would have it. @throws TemplateError */
export function compileInRoot(template: Template, text: string): Formula {
  const place = { path: "/", line: 1, column: 1 };
  const refuse = (message: string): never => {
    throw new TemplateError([
      { severity: "error", message: `in '${text}': ${message}`, file: "", at: "/", line: 1, column: 1 },
    ]);
  };
  let tree: Expression;
  try {
    tree = parseExpression(text);
  } catch (thrown) {
    if (thrown instanceof ExpressionSyntaxError) return refuse(`at character ${thrown.offset + 1}: ${thrown.message}`);
    throw thrown;
  }
  const formula = makeFormula(tree, place);
  linkers.get(template)?.formula(formula, template.root, undefined, undefined, (message) => refuse(message));
  return formula;
}

/** What expressions of a type may name: for tools that help to write them. @param item what `_` is there */
export function scopeIn(template: Template, type: TypeDef, item: StaticType | undefined): CheckScope | undefined {
  return linkers.get(template)?.scope(type, item, undefined);
}

class Linker {
  readonly #memberTypes = new Map<Member, StaticType | "busy">();

  constructor(
    private readonly names: Names,
    private readonly parents: Parents,
  ) {}

  scope(type: TypeDef, item: StaticType | undefined, on: StaticType | undefined): CheckScope & CompileScope {
    const scope: CheckScope & CompileScope = {
      type,
      item,
      on,
      typeNamed: (name) => this.names.typeOf(type, name),
      enumNamed: (path, absolute) => this.names.enumOf(type, path, absolute),
      enumOf: (path, absolute) => this.names.enumOf(type, path, absolute),
      memberType: (owner, name) => this.memberType(owner, name),
      parentType: (of) => this.#parentType(of),
      rootType: (of) => ({ kind: "struct", of: of.file.top }),
      castType: (name) => castType(name, scope),
      bitSizeOf: (name) => this.#bitSizeOf(type, name),
      bitSizeOfMember: (target) => this.#bitSizeOfMember(target, scope),
      variesInSize: (target) => {
        const member = this.#memberNamed(target, scope);
        return member !== undefined && declaredBits(member) === undefined;
      },
      infer: (tree) => infer(tree, scope),
    };
    return scope;
  }

  #parentType(of: TypeDef): StaticType {
    const holders = this.parents.get(of);
    const only = holders?.size === 1 && of.outer !== undefined ? [...holders][0] : undefined;
    const isMany = holders !== undefined && holders.size > 1 && !holders.has("other") && of.outer !== undefined;
    return { kind: "struct", of: only === "other" ? undefined : only, ...(isMany && { many: true }) };
  }

  #bitSizeOf(from: TypeDef, name: TypeName): number | undefined {
    const word = name.path.length === 1 ? parseTypeWord(name.path[0] ?? "") : undefined;
    if (word?.kind === "bits") return word.bits;
    if (word !== undefined && word.kind !== "str") return word.bytes * 8;
    const type = this.names.typeOf(from, name);
    return type === undefined ? undefined : declaredBits(type);
  }

  #bitSizeOfMember(target: Expression, scope: CheckScope): number | undefined {
    if (target.kind === "index") {
      const array = this.#memberNamed(target.target, scope);
      return array?.repeat === undefined ? undefined : declaredElementBits(array);
    }
    const member = this.#memberNamed(target, scope);
    return member === undefined ? undefined : declaredBits(member);
  }

  /** The field that `x` or `a.x` names, where that is certain. */
  #memberNamed(target: Expression, scope: CheckScope): FieldDef | undefined {
    let owner: TypeDef | undefined = scope.type;
    if (target.kind === "attribute") {
      const type = infer(target.target, scope);
      owner = type.kind === "struct" ? type.of : undefined;
    } else if (target.kind !== "name") return undefined;
    const member = owner?.members.get(target.name);
    return member?.role === "seq" || member?.role === "instance" ? member : undefined;
  }

  #inferring = 0;

  memberType(owner: TypeDef, name: string): StaticType | undefined {
    const member = owner.members.get(name);
    if (member === undefined) return undefined;
    const known = this.#memberTypes.get(member);
    if (known !== undefined) return known === "busy" ? anyType : known;
    // Values that need values that need values: what lies deeper is found out while reading.
    if (this.#inferring > maxInference) return anyType;
    this.#memberTypes.set(member, "busy");
    this.#inferring += 1;
    const type = this.#typeOfMember(owner, member);
    this.#inferring -= 1;
    this.#memberTypes.set(member, type);
    return type;
  }

  #typeOfMember(owner: TypeDef, member: Member): StaticType {
    switch (member.role) {
      case "param":
        return paramType(member);
      case "value":
        return member.enumName === undefined
          ? infer(member.value.tree, this.scope(owner, undefined, undefined))
          : { kind: "enum", of: member.enumName.enumDef };
      case "seq":
      case "instance": {
        const item = elementType(member);
        return member.repeat === undefined ? item : { kind: "array", item };
      }
    }
  }

  formula(
    formula: Formula,
    type: TypeDef,
    item: StaticType | undefined,
    on: StaticType | undefined,
    report: Report,
  ): void {
    const scope = this.scope(type, item, on);
    formula.type = infer(formula.tree, scope, report);
    formula.positional = asksPosition(formula.tree);
    formula.evaluate = counted(compile(formula.tree, scope), heightOf(formula.tree));
  }

  link(type: TypeDef, problems: Problems): void {
    const link = (formula: Formula | undefined, item?: StaticType, on?: StaticType): StaticType => {
      if (formula === undefined) return anyType;
      this.formula(formula, type, item, on, (message) => problems.error(message, formula.at));
      return formula.type;
    };
    const want = (formula: Formula | undefined, kind: StaticType["kind"], what: string, item?: StaticType): void => {
      const found = link(formula, item);
      if (formula !== undefined && !isKind(found, kind)) {
        problems.error(`invalid type: expected ${what}, got ${describeType(found)}`, formula.at);
      }
    };
    if (typeof type.endian === "object") {
      const on = link(type.endian.on);
      for (const { when } of type.endian.cases) link(when, undefined, on);
    }
    want(type.toText, "str", "string");
    for (const instance of type.instances)
      if (instance.role === "value") this.#linkValue(instance, link, want, problems);
    for (const field of [...type.seq, ...type.instances]) {
      if (field.role === "value") continue;
      want(field.condition, "bool", "boolean");
      want(field.pos, "int", "integer");
      want(field.io, "io", "stream");
      this.#linkData(field.data, link, want, problems);
      const item = elementType(field);
      if (field.repeat?.kind === "count") want(field.repeat.count, "int", "integer");
      if (field.repeat?.kind === "until") want(field.repeat.until, "bool", "boolean", item);
      linkValid(field.valid, item, link, want, problems);
      field.fixedBytes = fixedBytesOf(field);
    }
  }

  #linkValue(instance: ValueDef, link: Link, want: Want, problems: Problems): void {
    want(instance.condition, "bool", "boolean");
    const type = link(instance.value);
    if (instance.enumName !== undefined && !isKind(type, "int")) {
      const at = { ...instance.at, path: `${instance.at.path}/enum` };
      problems.error(`invalid type: expected integer, got ${describeType(type)}`, at);
    }
    linkValid(
      instance.valid,
      instance.enumName === undefined ? type : { kind: "enum", of: instance.enumName.enumDef },
      link,
      want,
      undefined,
    );
  }

  #linkData(data: DataType, link: Link, want: Want, problems: Problems): void {
    switch (data.kind) {
      case "int":
      case "float":
      case "bits":
        return;
      case "bytes":
      case "str":
        return linkArea(data.area, link, want);
      case "struct":
        if (data.area !== undefined) linkArea(data.area, link, want);
        if (data.parent !== undefined && data.parent !== null) want(data.parent, "struct", "struct");
        return linkArgs(data, link, problems);
      case "switch": {
        const on = link(data.on);
        for (const { when, type } of data.cases) {
          const found = link(when, undefined, on);
          if (!isComparable(on, found, false))
            problems.error(`can't compare ${describeType(on)} and ${describeType(found)}`, when.at);
          this.#linkData(type, link, want, problems);
        }
        if (data.otherwise !== undefined) this.#linkData(data.otherwise, link, want, problems);
      }
    }
  }
}

const maxInference = 100;

/** Trees that are taller than what each level reserves of the stack reserve their own. */
function counted(evaluate: Evaluate, height: number): Evaluate {
  if (height <= 6) return evaluate;
  const frames = height * 2;
  return (self, environment) => {
    const { budget } = self.session;
    budget.enter(frames);
    try {
      return evaluate(self, environment);
    } finally {
      budget.leave(frames);
    }
  };
}

type Link = (formula: Formula | undefined, item?: StaticType, on?: StaticType) => StaticType;
type Want = (formula: Formula | undefined, kind: StaticType["kind"], what: string, item?: StaticType) => void;

function linkArea(area: Area, link: Link, want: Want): void {
  want(area.size, "int", "integer");
  for (const arg of area.process?.args ?? []) link(arg);
}

function linkArgs(use: StructUse, link: Link, problems: Problems): void {
  for (const [index, arg] of use.args.entries()) {
    const found = link(arg);
    const param = use.opaque ? undefined : use.type.params?.[index];
    if (param === undefined) continue;
    const wanted = paramType(param);
    if (!fits(found, wanted)) {
      problems.error(`can't pass ${describeType(found)} as parameter '${param.id}' of ${describeType(wanted)}`, arg.at);
    }
  }
}

function fits(found: StaticType, wanted: StaticType): boolean {
  if (found.kind === "any" || wanted.kind === "any") return true;
  if (wanted.kind === "enum" || found.kind === "enum") return found.kind === wanted.kind || found.kind === "int";
  if (found.kind === "struct" && wanted.kind === "struct") return true;
  const lists = ["array", "bytes"];
  return combine(found, wanted) !== undefined || (lists.includes(found.kind) && lists.includes(wanted.kind));
}

function linkValid(
  valid: Valid | undefined,
  item: StaticType,
  link: Link,
  want: Want,
  problems: Problems | undefined,
): void {
  if (valid === undefined) return;
  for (const formula of [valid.eq, ...(valid.anyOf ?? [])]) {
    const found = link(formula, item);
    if (formula !== undefined && !isComparable(item, found, false)) {
      problems?.error(`can't compare ${describeType(item)} and ${describeType(found)}`, formula.at);
    }
  }
  for (const formula of [valid.min, valid.max]) {
    const found = link(formula, item);
    if (formula !== undefined && !isComparable(item, found, item.kind !== "enum")) {
      problems?.error(`can't compare ${describeType(item)} and ${describeType(found)}`, formula.at);
    }
  }
  want(valid.expr, "bool", "boolean", item);
}

function paramType(param: ParamDef): StaticType {
  if (param.enumName !== undefined) return { kind: "enum", of: param.enumName.enumDef };
  let type: StaticType =
    param.type.kind === "struct" ? { kind: "struct", of: param.type.type } : simpleType(param.type.name, param.type.u1);
  for (let count = 0; count < param.type.arrays; count += 1) type = { kind: "array", item: type };
  return type;
}

/** Of a field without its repetition. */
function elementType(field: FieldDef): StaticType {
  const plain = dataType(field.data);
  if (field.enumName === undefined) return plain;
  return plain.kind === "int" ? { kind: "enum", of: field.enumName.enumDef } : anyType;
}

function dataType(data: DataType): StaticType {
  switch (data.kind) {
    case "int":
      return data.bytes === 1 && !data.signed ? byteType : intType;
    case "bits":
      return data.asBool ? { kind: "bool" } : intType;
    case "float":
    case "bytes":
    case "str":
      return { kind: data.kind };
    case "struct":
      return data.opaque ? anyType : { kind: "struct", of: data.type };
    case "switch": {
      const types = [
        ...data.cases.map((one) => one.type),
        ...(data.otherwise === undefined ? [] : [data.otherwise]),
      ].map(dataType);
      return types.reduce<StaticType>((all, next) => combine(all, next) ?? anyType, types[0] ?? anyType);
    }
  }
}

function asksPosition(tree: Expression): boolean {
  const isAsking = (tree.kind === "attribute" || tree.kind === "call") && (tree.name === "pos" || tree.name === "eof");
  return isAsking || partsOf(tree).some(asksPosition);
}

/** Only of data that begin at a byte whatever was before. */
function fixedBytesOf(field: FieldDef): number | undefined {
  if (field.condition !== undefined || field.repeat !== undefined) return undefined;
  const { data } = field;
  if (data.kind === "bits" || data.kind === "switch") return undefined;
  if (data.kind === "struct" && data.area === undefined) return undefined;
  const bits = bitsAfterData(data, 0);
  return bits === undefined ? undefined : bits / 8;
}
