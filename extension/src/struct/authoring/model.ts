// What is known of a template that is being written: its types, fields and enums, even where the text has faults that would
// refuse it. Bridges the line under the cursor when the YAML is broken just there. Never used to read bytes.
import { infer, type CheckScope } from "../expression/check";
import { parseExpression } from "../expression/parse";
import { ExpressionSyntaxError } from "../expression/tokens";
import type { StaticType } from "../expression/staticType";
import { StructError } from "../errors";
import { allTypes, linkTypes, type Parents } from "../ksy/linkTypes";
import type { Loader, SourceFile } from "../ksy/load";
import type { DataType, KsyFile, Template, TypeDef } from "../ksy/model";
import { Names } from "../ksy/names";
import { parseFile } from "../ksy/parseType";
import { Problems } from "../ksy/reading";
import { resolve, scopeIn } from "../ksy/resolve";
import { parseYaml } from "../ksy/yamlTree";

export interface KsyModel {
  readonly template: Template;
  readonly names: Names;
  readonly file: KsyFile;
}

const maxFiles = 200;

/** @param line from 0, of the cursor: left out where the text is no YAML with it. undefined: not even then. */
export function modelOf(source: SourceFile, loader: Loader, line?: number): KsyModel | undefined {
  const whole = read(source, loader);
  if (whole !== undefined || line === undefined) return whole;
  const lines = source.text.split("\n");
  const text = lines[line];
  if (text === undefined) return undefined;
  for (const instead of [text.replace(/(:\s).*$/, "$1"), text.replace(/^(\s*(?:- )*).*$/, "$1"), ""]) {
    const model = read({ file: source.file, text: lines.with(line, instead).join("\n") }, loader);
    if (model !== undefined) return model;
  }
  return undefined;
}

function read(source: SourceFile, loader: Loader): KsyModel | undefined {
  const names = new Names();
  const parents: Parents = new Map();
  const unheard = new Problems("");
  const byFile = new Map<string, KsyFile | undefined>();
  const take = (from: SourceFile): KsyFile | undefined => {
    if (byFile.has(from.file) || byFile.size >= maxFiles) return byFile.get(from.file);
    const { root, faults } = parseYaml(from.text);
    const file = faults.length > 0 ? undefined : parseFile(new Problems(from.file), root);
    byFile.set(from.file, file);
    if (file === undefined) return undefined;
    names.files.push(file);
    for (const { name } of file.meta.imports) {
      const found = loader(name, from.file);
      const imported = found === undefined ? undefined : take(found);
      if (imported === undefined) continue;
      file.imported.set(imported.meta.id, imported.top);
      const base = name.slice(name.lastIndexOf("/") + 1);
      if (!file.imported.has(base)) file.imported.set(base, imported.top);
    }
    return file;
  };
  try {
    const file = take(source);
    if (file === undefined) return undefined;
    for (const one of names.files) {
      for (const type of allTypes(one.top)) {
        linkTypes(type, names, unheard, parents, () => undefined);
        for (const field of [...type.seq, ...type.instances]) {
          if (field.role !== "value") forgetUnknown(field.data);
        }
      }
    }
    const template: Template = { root: file.top, files: names.files, warnings: [] };
    resolve(template, names, parents, () => unheard);
    return { template, names, file };
  } catch (error) {
    // Definitions that depend on each other too deeply: loading the template tells of it.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A type that nobody declares is one that anything may be. */
function forgetUnknown(data: DataType): void {
  if (data.kind === "switch") {
    for (const one of data.cases) forgetUnknown(one.type);
    if (data.otherwise !== undefined) forgetUnknown(data.otherwise);
  } else if (data.kind === "struct" && !("members" in data.type)) data.opaque = true;
}

/** The type whose body holds what this path leads to. */
export function typeAt(model: KsyModel, path: readonly string[]): TypeDef {
  let type = model.file.top;
  for (let at = 0; path[at] === "types"; at += 2) {
    const inner = type.types.get(path[at + 1] ?? "");
    if (inner === undefined) break;
    type = inner;
  }
  return type;
}

/** Expressions at this path: within which type, and what `_` is. */
export function scopeAt(model: KsyModel, path: readonly string[]): CheckScope | undefined {
  const type = typeAt(model, path);
  const plain = scopeIn(model.template, type, undefined);
  const place = path.findLastIndex((step) => step === "seq" || step === "instances");
  const name = path[place + 1];
  const member =
    place < 0 || name === undefined
      ? undefined
      : path[place] === "seq"
        ? type.seq.find(({ index }) => index === Number(name))
        : type.instances.find(({ id }) => id === name);
  const found = member === undefined ? undefined : plain?.memberType(type, member.id);
  return scopeIn(model.template, type, found?.kind === "array" ? found.item : found);
}

/** undefined: not an expression. */
export function typeOfExpression(text: string, scope: CheckScope): StaticType | undefined {
  try {
    return infer(parseExpression(text), scope);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError || error instanceof StructError) return undefined;
    throw error;
  }
}
