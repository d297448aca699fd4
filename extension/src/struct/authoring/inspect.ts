// What the word under the cursor in a .ksy text is: its explanation for a hover, and where it is defined. Pure: files to import
// come from the caller's loader.
import { describeType, type StaticType } from "../expression/staticType";
import type { CheckScope } from "../expression/check";
import type { Loader, SourceFile } from "../ksy/load";
import type { EnumDef, EnumMember, Member, TypeDef } from "../ksy/model";
import { parseTypeWord } from "../ksy/typeWords";
import { chainBefore } from "./chain";
import { cursorPlace, isExpressionKey, placeOf } from "./cursorPlace";
import { docOf, enumLine, memberLine, memberPlace, typeSize } from "./describeMember";
import { keyDocs, keyValues, methodDocs, nameDocs, typeWordDocs } from "./keyDocs";
import { modelOf, scopeAt, typeAt, typeOfExpression, type KsyModel } from "./model";
import type { Definition, TextRange } from "./places";

export interface Inspection {
  readonly range: TextRange;
  /** A line of template-like code; "" when the words say it all. */
  readonly code: string;
  /** Markdown. */
  readonly doc: string;
  readonly definition?: Definition;
}

type Found = Omit<Inspection, "range">;

/** @param line from 0 @param column from 0 */
export function inspect(source: SourceFile, loader: Loader, line: number, column: number): Inspection | undefined {
  const text = source.text.split("\n")[line] ?? "";
  const range = wordAt(text, line, column);
  if (range === undefined) return undefined;
  // As if the cursor stood behind the word: what is before it decides.
  const at = cursorPlace(source.text, line, range.to);
  if (at.isText) return undefined;
  const word = text.slice(range.from, range.to);
  const model = modelOf(source, loader, line);
  const found = isKey(text, range)
    ? atKey(word, at.path, model)
    : atValue(at.key, at.value, word, at.path, model, source, loader);
  return found === undefined || (found.code === "" && found.doc === "") ? undefined : { range, ...found };
}

function wordAt(text: string, line: number, column: number): TextRange | undefined {
  for (const match of text.matchAll(/[A-Za-z_][\w]*(?:-[a-z]+)*/g)) {
    const to = match.index + match[0].length;
    if (match.index <= column && column <= to) return { line, from: match.index, to };
  }
  return undefined;
}

const isKey = (text: string, { to }: TextRange): boolean => /^['"]?[ \t]*:([ \t]|$)/.test(text.slice(to));

function atKey(word: string, path: readonly string[], model: KsyModel | undefined): Found | undefined {
  const place = placeOf(path);
  const doc = keyDocs[place][word];
  if (doc !== undefined) return { code: "", doc };
  if (model === undefined) return undefined;
  const owner = typeAt(model, path);
  if (place === "instanceMap") return memberFound(owner, word, scopeAt(model, [...path, word]));
  if (place === "typeMap") return typeFound(owner.types.get(word));
  if (place === "enumMap") return enumFound(owner.enums.get(word), owner);
  return undefined;
}

function atValue(
  key: string | undefined,
  value: string,
  word: string,
  path: readonly string[],
  model: KsyModel | undefined,
  source: SourceFile,
  loader: Loader,
): Found | undefined {
  const place = placeOf(path);
  if (place === "importList" || key === "imports") {
    const file = loader(value, source.file)?.file;
    return file === undefined ? undefined : { code: `import ${value}`, doc: "", definition: { file } };
  }
  if (key === undefined) return undefined;
  const fixed = keyValues[key]?.[word] ?? keyValues[key]?.[`${word}()`];
  if (fixed !== undefined) return { code: word, doc: fixed };
  if (model === undefined) return undefined;
  const owner = typeAt(model, path);
  const scope = scopeAt(model, path);
  if (scope === undefined) return undefined;
  if (key === "id" && (place === "attribute" || place === "param")) return memberFound(owner, word, scope);
  if (key === "enum") return enumFound(scope.enumNamed(value.split("::"), false), owner);
  const isType = (key === "type" || place === "cases") && !value.includes("(");
  if (isType) return typeNamed(value, scope);
  return isExpressionKey(key) || key === "type" || key === "process" || place === "cases"
    ? inExpression(value, scope, owner)
    : undefined;
}

function typeNamed(text: string, scope: CheckScope): Found | undefined {
  const word = parseTypeWord(text);
  if (word !== undefined) {
    const bits = word.kind === "bits" ? `Unsigned integer of ${word.bits} bits.` : "";
    return { code: text, doc: typeWordDocs[text] ?? bits };
  }
  return typeFound(
    scope.typeNamed({ path: text.split("::").filter((part) => part !== ""), absolute: false, arrays: 0 }),
  );
}

function typeFound(type: TypeDef | undefined): Found | undefined {
  if (type === undefined) return undefined;
  const definition = { file: type.file.file, path: type.at.path === "/" ? "/meta/id" : type.at.path };
  return { code: `type ${type.name}`, doc: joined(typeSize(type), docOf(type)), definition };
}

function enumFound(def: EnumDef | undefined, owner: TypeDef): Found | undefined {
  if (def === undefined) return undefined;
  const shown = [...def.byLabel.values()].slice(0, 12).map(({ label, value }) => `- \`${label}\` ${value}`);
  const more = def.byLabel.size > shown.length ? [`- … ${def.byLabel.size - shown.length} more`] : [];
  const file = fileOfEnum(def, owner);
  return { code: enumLine(def), doc: [...shown, ...more].join("\n"), definition: { file, path: def.at.path } };
}

function enumMemberFound(def: EnumDef, member: EnumMember, owner: TypeDef): Found {
  const hex = typeof member.value === "number" && member.value >= 10 ? ` = 0x${member.value.toString(16)}` : "";
  return {
    code: `${def.name}::${member.label} = ${member.value}${hex}`,
    doc: docOf(member),
    definition: { file: fileOfEnum(def, owner), path: `${def.at.path}/${member.value}` },
  };
}

/** An enum knows its name, which begins with its file's id. */
function fileOfEnum(def: EnumDef, from: TypeDef): string {
  const id = def.name.split("::")[0] ?? "";
  if (from.file.meta.id === id) return from.file.file;
  return from.file.imported.get(id)?.file.file ?? from.file.file;
}

function memberFound(owner: TypeDef, name: string, scope: CheckScope | undefined): Found | undefined {
  const member = owner.members.get(name);
  if (member === undefined || scope === undefined) return undefined;
  const doc = joined(memberPlace(owner, member), docOf(member), typeDocOf(member));
  return { code: memberLine(owner, member, scope), doc, definition: { file: owner.file.file, path: member.at.path } };
}

function typeDocOf(member: Member): string {
  if (member.role === "value" || member.role === "param" || member.data.kind !== "struct" || member.data.opaque)
    return "";
  return member.doc === undefined ? docOf(member.data.type) : "";
}

function inExpression(text: string, scope: CheckScope, owner: TypeDef): Found | undefined {
  const chain = chainBefore(text);
  switch (chain.kind) {
    case "none":
      return undefined;
    case "type":
      return typeNamed(chain.word, scope);
    case "scoped": {
      const def = scope.enumNamed(chain.path, false);
      const member = def?.byLabel.get(chain.word);
      if (def !== undefined && member !== undefined) return enumMemberFound(def, member, owner);
      return enumFound(scope.enumNamed([...chain.path, chain.word], false), owner);
    }
    case "member": {
      const target = typeOfExpression(chain.target, scope);
      return target === undefined ? undefined : memberOf(target, chain.word, scope);
    }
    case "name": {
      const found = memberFound(owner, chain.word, scope) ?? enumFound(scope.enumNamed([chain.word], false), owner);
      if (found !== undefined) return found;
      const doc = nameDocs[chain.word];
      const type = doc === undefined ? undefined : typeOfExpression(chain.word, scope);
      return doc === undefined ? undefined : { code: `${chain.word}: ${describeType(type ?? { kind: "any" })}`, doc };
    }
    default:
      return chain satisfies never;
  }
}

function memberOf(target: StaticType, word: string, scope: CheckScope): Found | undefined {
  const found = target.kind === "struct" && target.of !== undefined ? memberFound(target.of, word, scope) : undefined;
  if (found !== undefined) return found;
  const doc = methodDocs[word] ?? nameDocs[word];
  return doc === undefined ? undefined : { code: `${describeType(target)}.${word}`, doc };
}

const joined = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join("\n\n");
