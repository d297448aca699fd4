// A template with everything that it may import, by names that begin with "/" and use "/" whatever the system: what the
// interpreter's thread is given, which touches no disk itself. Where files come from is the caller's business.
import path from "node:path";
import type { TemplateFiles } from "../structService";
import { parseTypeWord } from "../ksy/typeWords";
import { readHead } from "./templateHead";

/** As many as the interpreter reads. */
const maxFiles = 1000;

/** @param entry the template's name, "/…/png.ksy" @param read the text of a file; undefined when there is none
 *  @returns undefined when there is no such template */
export function gatherTemplate(
  entry: string,
  importPaths: readonly string[],
  read: (file: string) => string | undefined,
): TemplateFiles | undefined {
  const texts = new Map<string, string>();
  const take = (file: string): boolean => {
    if (texts.has(file)) return true;
    const text = texts.size < maxFiles ? read(file) : undefined;
    if (text !== undefined) texts.set(file, text);
    return text !== undefined;
  };
  if (!take(entry)) return undefined;
  // Grows while it is walked: what is imported may import.
  for (const [file, text] of texts) {
    const { imports, opaqueTypes } = readHead(text);
    for (const name of opaqueTypes ? [...imports, ...namedTypes(text)] : imports) {
      importCandidates(name, file, importPaths).find(take);
    }
  }
  return { entry, texts, importPaths };
}

/** Where an import may lie, in order: relative ones beside the importing file first. */
export function importCandidates(name: string, from: string, importPaths: readonly string[]): string[] {
  const relative = `${name.replace(/^\//, "")}.ksy`;
  const folders = name.startsWith("/") ? importPaths : [path.posix.dirname(from), ...importPaths];
  return folders.map((folder) => joined(folder, relative));
}

/** What begins with "//" lies on another machine. */
function joined(folder: string, relative: string): string {
  const file = path.posix.join(folder, relative);
  return folder.startsWith("//") ? `/${file}` : file;
}

/** Names that may be types declared elsewhere: too many rather than too few, each costs a look for a file. */
function namedTypes(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, name = ""] of text.matchAll(/:[ \t]*['"]?([a-z][a-z0-9_]*)\b/g)) {
    if (parseTypeWord(name) === undefined) names.add(name);
  }
  return names;
}
