// What may be written where the cursor stands in a .ksy text: keys by place, types, enums and their members, encodings, names
// and methods in expressions with their types. Pure: files to import come from the caller's loader.
import { describeType, type StaticType } from "../expression/staticType";
import type { CheckScope } from "../expression/check";
import type { Loader, SourceFile } from "../ksy/load";
import type { EnumDef, TypeDef } from "../ksy/model";
import {
  attributeKeys,
  enumMemberKeys,
  instanceKeys,
  metaKeys,
  paramKeys,
  switchKeys,
  typeKeys,
  validKeys,
} from "../ksy/schema";
import { chainBefore } from "./chain";
import { cursorPlace, isExpressionKey, type CursorPlace } from "./cursorPlace";
import { docOf, enumLine, memberLine, memberPlace, typeSize } from "./describeMember";
import {
  encodings,
  keyDocs,
  keyValues,
  methodDocs,
  nameDocs,
  paramTypeWords,
  typeWordDocs,
  type Place,
} from "./keyDocs";
import { modelOf, scopeAt, typeAt, typeOfExpression, type KsyModel } from "./model";

export interface Proposal {
  readonly label: string;
  readonly kind: "key" | "type" | "enum" | "enumMember" | "field" | "value" | "method" | "word";
  /** Instead of the label. In VS Code's snippet syntax when it has "$". */
  readonly insert?: string;
  /** Beside the label: a type, a value. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** Asks for completion again once it is inserted. */
  readonly goOn?: boolean;
}

export interface Completion {
  /** Column from 0 in the cursor's line: from here to the cursor is what a proposal replaces. */
  readonly from: number;
  readonly proposals: readonly Proposal[];
}

const keysOf: Readonly<Partial<Record<Place, readonly string[]>>> = {
  type: typeKeys,
  meta: metaKeys,
  attribute: attributeKeys,
  instance: instanceKeys.filter((key) => key !== "id"),
  param: paramKeys,
  switch: switchKeys,
  valid: validKeys.flat(),
  enumMember: enumMemberKeys,
};

/** Keys that hold a map or a list: what follows them. */
const bodies: Readonly<Record<string, string>> = {
  meta: "meta:\n  id: ${1:name}\n  endian: ${2|le,be|}\n$0",
  seq: "seq:\n  - id: ${1:name}\n    type: $0",
  params: "params:\n  - id: ${1:name}\n    type: $0",
  types: "types:\n  ${1:name}:\n    seq:\n      - id: $0",
  instances: "instances:\n  ${1:name}:\n    $0",
  enums: "enums:\n  ${1:name}:\n    0: $0",
  imports: "imports:\n  - $0",
  cases: "cases:\n  ${1:value}: $0",
};

/** @param line from 0 @param column from 0 */
export function complete(source: SourceFile, loader: Loader, line: number, column: number): Completion {
  const at = cursorPlace(source.text, line, column);
  if (at.isText) return { from: column, proposals: [] };
  const before = (source.text.split("\n")[line] ?? "").slice(0, column);
  const typed = at.key === undefined ? /[\w-]*$/ : /[\w.-]*$/;
  const word = typed.exec(before)?.[0] ?? "";
  const model = (): KsyModel | undefined => modelOf(source, loader, line);
  if (at.key === undefined) {
    const proposals = at.place === "cases" ? caseKeys(at, model()) : keyProposals(at);
    return { from: column - word.length, proposals };
  }
  const here = (proposals: readonly Proposal[], length = word.length): Completion => ({
    from: column - length,
    proposals,
  });
  const fixed = fixedValues(at, at.key, word);
  return fixed === undefined ? valueProposals(at, at.key, model(), here) : here(fixed);
}

function keyProposals({ place, siblings, isItem }: CursorPlace): Proposal[] {
  const listed = place === "seqList" || place === "paramList";
  if (listed && !isItem) {
    return [{ label: "- id", kind: "key", insert: "- id: ${1:name}\n  type: $0", doc: "Another one.", goOn: true }];
  }
  const keys = keysOf[place] ?? [];
  return keys
    .filter((key) => !siblings.has(key))
    .map((key) => {
      const doc = keyDocs[place][key];
      const insert = bodies[key] ?? `${key}: `;
      return { label: key, kind: "key", insert, goOn: !(key in bodies), ...(doc === undefined ? {} : { doc }) };
    });
}

function caseKeys({ path }: CursorPlace, model: KsyModel | undefined): Proposal[] {
  const other: Proposal = { label: "_", kind: "key", insert: "_: ", doc: "Any other value.", goOn: true };
  if (model === undefined) return [other];
  const on = scopeAt(model, path);
  const found = on === undefined ? [] : [...enumsInScope(on.type).values()];
  const members = found.flatMap(([name, def]) =>
    [...def.byLabel.values()].map((member): Proposal => {
      const label = `${name}::${member.label}`;
      return {
        label,
        kind: "enumMember",
        insert: `${label}: `,
        detail: String(member.value),
        doc: docOf(member),
        goOn: true,
      };
    }),
  );
  return [other, ...members];
}

/** Of keys whose values need no template to be known. */
function fixedValues(at: CursorPlace, key: string, word: string): Proposal[] | undefined {
  if (key === "encoding") return encodings.map((label) => ({ label, kind: "value" }));
  const values = keyValues[key];
  if (values === undefined || at.value.length > word.length) return undefined;
  return Object.entries(values).map(([label, doc]) => ({
    label: label.replace("()", ""),
    kind: "value",
    ...(label.endsWith("()") ? { insert: label.replace("()", "($0)") } : {}),
    doc,
  }));
}

function valueProposals(
  at: CursorPlace,
  key: string,
  model: KsyModel | undefined,
  here: (proposals: readonly Proposal[], length?: number) => Completion,
): Completion {
  const type = model === undefined ? undefined : typeAt(model, at.path);
  const name = /\w*$/.exec(at.value)?.[0] ?? "";
  const isTypeValue = (key === "type" && ["attribute", "instance", "param"].includes(at.place)) || at.place === "cases";
  if (isTypeValue && !at.value.includes("(")) {
    const words = at.place === "param" ? [...paramTypeWords, ...Object.keys(typeWordDocs)] : Object.keys(typeWordDocs);
    return here(typeProposals(at.value, words, type), name.length);
  }
  if (key === "enum") return here(enumProposals(at.value, type), name.length);
  const isExpression = isExpressionKey(key) || key === "process" || isTypeValue;
  if (!isExpression || model === undefined || type === undefined) return here([]);
  const scope = scopeAt(model, at.path);
  return here(scope === undefined ? [] : expressionProposals(at.value, scope, type), name.length);
}

function typeProposals(written: string, words: readonly string[], from: TypeDef | undefined): Proposal[] {
  const path = written.split("::").slice(0, -1);
  if (from === undefined) return words.map(wordProposal);
  if (path.length > 0) {
    const inner = typesInScope(from).get(path[0] ?? "");
    const found = path.slice(1).reduce<TypeDef | undefined>((type, name) => type?.types.get(name), inner);
    return [...(found?.types.values() ?? [])].map((type) => typeProposal(type.id, type));
  }
  return [...[...typesInScope(from)].map(([name, type]) => typeProposal(name, type)), ...words.map(wordProposal)];
}

function wordProposal(label: string): Proposal {
  const doc = typeWordDocs[label];
  return { label, kind: "word", ...(doc === undefined ? {} : { doc }) };
}

function typeProposal(label: string, type: TypeDef): Proposal {
  const insert = type.params.length === 0 ? {} : { insert: `${label}($0)` };
  return { label, kind: "type", detail: `${type.name}, ${typeSize(type)}`, doc: docOf(type), ...insert };
}

/** By the name that reaches it: inner types first, then those of the types around, then what is imported. */
function typesInScope(from: TypeDef): Map<string, TypeDef> {
  const found = new Map<string, TypeDef>();
  const add = (name: string, type: TypeDef): void => {
    if (!found.has(name)) found.set(name, type);
  };
  for (let at: TypeDef | undefined = from; at !== undefined; at = at.outer) {
    for (const [name, type] of at.types) add(name, type);
  }
  for (const [name, type] of from.file.imported) add(name, type);
  return found;
}

function enumsInScope(from: TypeDef): Map<string, readonly [string, EnumDef]> {
  const found = new Map<string, readonly [string, EnumDef]>();
  for (let at: TypeDef | undefined = from; at !== undefined; at = at.outer) {
    for (const [name, def] of at.enums) if (!found.has(name)) found.set(name, [name, def]);
  }
  // Of types that can be named from here, by their paths.
  for (const [typeName, type] of typesInScope(from)) {
    for (const [name, def] of type.enums) {
      const path = `${typeName}::${name}`;
      if (![...found.values()].some(([, known]) => known === def)) found.set(path, [path, def]);
    }
  }
  return found;
}

function enumProposals(written: string, from: TypeDef | undefined): Proposal[] {
  if (from === undefined) return [];
  const prefix = written.slice(0, written.lastIndexOf("::") + 2).replace(/^[^:]*$/, "");
  const isScoped = written.includes("::");
  return [...enumsInScope(from).values()].flatMap(([name, def]): Proposal[] => {
    if (!isScoped) return [{ label: name, kind: "enum", detail: enumLine(def) }];
    return name.startsWith(prefix) ? [{ label: name.slice(prefix.length), kind: "enum", detail: enumLine(def) }] : [];
  });
}

function expressionProposals(text: string, scope: CheckScope, type: TypeDef): Proposal[] {
  const chain = chainBefore(text);
  switch (chain.kind) {
    case "none":
      return [];
    case "type":
      return typeProposals(chain.word, [...paramTypeWords, "u1"], type);
    case "scoped":
      return scopedProposals(chain.path, scope, type);
    case "member": {
      const target = typeOfExpression(chain.target, scope);
      return target === undefined ? [] : memberProposals(target, scope);
    }
    case "name":
      return nameProposals(scope, type);
    default:
      return chain satisfies never;
  }
}

function scopedProposals(path: readonly string[], scope: CheckScope, type: TypeDef): Proposal[] {
  const def = scope.enumNamed(path, false);
  if (def !== undefined) {
    return [...def.byLabel.values()].map((member) => ({
      label: member.label,
      kind: "enumMember",
      detail: String(member.value),
      doc: docOf(member),
    }));
  }
  const owner = path.length === 0 ? type : scope.typeNamed({ path, absolute: false, arrays: 0 });
  return [...(owner?.enums ?? [])].map(([name, found]) => enumInExpression(name, found));
}

function enumInExpression(label: string, def: EnumDef): Proposal {
  return { label, kind: "enum", insert: `${label}::`, detail: enumLine(def), goOn: true };
}

function nameProposals(scope: CheckScope, type: TypeDef): Proposal[] {
  const builtIn = Object.entries(nameDocs).map(([label, doc]): Proposal => {
    const found = typeOfExpression(label, scope);
    return { label, kind: "word", doc, ...(found === undefined ? {} : { detail: describeType(found) }) };
  });
  const words = ["true", "false", "not", "and", "or", "sizeof", "bitsizeof"].map((label): Proposal => {
    const doc =
      label === "sizeof" ? "Size of a type in bytes." : label === "bitsizeof" ? "Size of a type in bits." : "";
    return { label, kind: "word", doc, ...(label.endsWith("sizeof") ? { insert: `${label}<$0>` } : {}) };
  });
  const enums = [...enumsInScope(type)].map(([name, [, def]]) => enumInExpression(name, def));
  return [...fieldProposals(type, scope), ...enums, ...builtIn, ...words];
}

function fieldProposals(owner: TypeDef, scope: CheckScope): Proposal[] {
  return [...owner.members.values()].map((member) => ({
    label: member.id,
    kind: "field",
    detail: memberLine(owner, member, scope).slice(member.id.length + 2),
    doc: [memberPlace(owner, member), docOf(member)].filter((text) => text !== "").join("\n\n"),
  }));
}

const methodsOf: Readonly<Record<StaticType["kind"], readonly string[]>> = {
  any: [],
  int: ["to_s"],
  float: ["to_i", "to_s"],
  bool: ["to_i"],
  enum: ["to_i"],
  str: ["length", "to_i", "reverse", "substring"],
  bytes: ["length", "first", "last", "min", "max", "to_s"],
  array: ["size", "first", "last", "min", "max"],
  struct: [],
  io: ["size", "pos", "eof"],
};
const withArguments = new Set(["substring"]);

function memberProposals(target: StaticType, scope: CheckScope): Proposal[] {
  const methods = methodsOf[target.kind].map((label): Proposal => {
    const isCall = withArguments.has(label) || (target.kind === "bytes" && label === "to_s");
    return { label, kind: "method", doc: methodDocs[label] ?? "", ...(isCall ? { insert: `${label}($0)` } : {}) };
  });
  const cast: Proposal = { label: "as", kind: "method", insert: "as<$0>", doc: methodDocs.as ?? "", goOn: true };
  if (target.kind !== "struct") return target.kind === "any" ? [cast] : [...methods, cast];
  const fields = target.of === undefined ? [] : fieldProposals(target.of, scope);
  const own = ["_io", "_parent", "_root"].map((label): Proposal => ({
    label,
    kind: "word",
    doc: nameDocs[label] ?? "",
  }));
  return [...fields, ...own, cast];
}
