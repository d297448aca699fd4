// A .ksy text and everything it imports -> a Template. Files come from the caller's loader; nothing here touches a disk.
import { TemplateError, type TemplateProblem } from "../errors";
import { allTypes, linkTypes, type Parents } from "./linkTypes";
import type { KsyFile, Template, TypeDef } from "./model";
import { Names } from "./names";
import { parseFile } from "./parseType";
import { Problems } from "./reading";
import { resolve } from "./resolve";
import { parseYaml } from "./yamlTree";

export interface SourceFile {
  /** One name for one file, however it was asked for: the loader's own. */
  readonly file: string;
  readonly text: string;
}

/** @param name as imported: `foo`, `../bar/foo`, `/common/foo`. @param from the importing file.
 *  @returns undefined when there is none */
export type Loader = (name: string, from: string) => SourceFile | undefined;

const maxFiles = 1000;

/** @throws TemplateError with all problems found */
export function loadTemplate(entry: SourceFile, loader: Loader): Template {
  try {
    return new TemplateLoader(loader).load(entry);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    // Values that need values that need values: no template of use does that a thousand times over.
    const message = `definitions depend on each other too deeply (${thrown.message})`;
    throw new TemplateError([{ severity: "error", message, file: entry.file, at: "/", line: 1, column: 1 }]);
  }
}

class TemplateLoader {
  readonly #names = new Names();
  readonly #parents: Parents = new Map();
  readonly #byFile = new Map<string, KsyFile | undefined>();
  readonly #problems = new Map<string, Problems>();

  constructor(private readonly loader: Loader) {}

  load(entry: SourceFile): Template {
    const top = this.#read(entry);
    const { files } = this.#names;
    this.#refuse();
    if (top === undefined) throw new TemplateError(this.#all());
    // Opaque types may bring further files while earlier ones are linked.
    for (let index = 0; index < files.length; index += 1) {
      const file = files[index];
      for (const type of file === undefined ? [] : allTypes(file.top)) {
        linkTypes(type, this.#names, this.#problemsOf(type.file.file), this.#parents, (from, name) =>
          this.#opaque(from, name),
        );
      }
    }
    this.#refuse();
    const warnings: TemplateProblem[] = [];
    const template: Template = { root: top.top, files, warnings };
    resolve(template, this.#names, this.#parents, (type) => this.#problemsOf(type.file.file));
    this.#refuse();
    warnings.push(...this.#all());
    return template;
  }

  #problemsOf(file: string): Problems {
    const problems = this.#problems.get(file) ?? new Problems(file);
    this.#problems.set(file, problems);
    return problems;
  }

  #all(): TemplateProblem[] {
    return [...this.#problems.values()].flatMap((problems) => problems.list);
  }

  #refuse(): void {
    if (this.#all().some((problem) => problem.severity === "error")) throw new TemplateError(this.#all());
  }

  #read(source: SourceFile): KsyFile | undefined {
    const problems = this.#problemsOf(source.file);
    const { root, faults } = parseYaml(source.text);
    for (const fault of faults) problems.error(fault.message, { path: "/", line: fault.line, column: fault.column });
    const file = faults.length > 0 ? undefined : parseFile(problems, root);
    this.#byFile.set(source.file, file);
    if (file === undefined) return undefined;
    this.#names.files.push(file);
    for (const { name, at } of file.meta.imports) {
      const found = this.loader(name, source.file);
      if (found === undefined) {
        problems.error(`no file to import as '${name}'`, at);
        continue;
      }
      const imported = this.#once(found);
      if (imported === undefined) continue;
      file.imported.set(imported.meta.id, imported.top);
      const base = name.slice(name.lastIndexOf("/") + 1);
      if (!file.imported.has(base)) file.imported.set(base, imported.top);
    }
    return file;
  }

  /** Cycles of imports end here: a file is read once. */
  #once(source: SourceFile): KsyFile | undefined {
    if (this.#byFile.has(source.file)) return this.#byFile.get(source.file);
    if (this.#byFile.size >= maxFiles) {
      this.#problemsOf(source.file).error(`more than ${maxFiles} files`, { path: "/meta/imports", line: 1, column: 1 });
      return undefined;
    }
    return this.#read(source);
  }

  #opaque(from: TypeDef, name: string): TypeDef | undefined {
    const found = this.loader(name, from.file.file);
    return found === undefined ? undefined : this.#once(found)?.top;
  }
}
