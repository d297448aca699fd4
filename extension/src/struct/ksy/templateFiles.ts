// Template texts that someone has read already -> a Template: imports are looked up among them as on a disk, relative ones
// beside the importing file first, then like absolute ones in the import paths. Touches no disk.
import type { TemplateFiles } from "../structService";
import { loadTemplate } from "./load";
import type { Template } from "./model";

/** @throws TemplateError with all problems found */
export function loadTemplateFiles(files: TemplateFiles): Template {
  const byPath = new Map([...files.texts].map(([file, text]) => [normalPath(file), { file, text }]));
  const entry = byPath.get(normalPath(files.entry)) ?? { file: files.entry, text: "" };
  return loadTemplate(entry, (name, from) => {
    for (const candidate of importCandidates(name, from, files.importPaths)) {
      const found = byPath.get(candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  });
}

/** Where an import may be found, in order. @param name as the template has it, without `.ksy` @param from the importing file */
export function importCandidates(name: string, from: string, importPaths: readonly string[]): readonly string[] {
  const relative = `${name.replace(/^\//, "")}.ksy`;
  const beside = normalPath(from).replace(/[^/]*$/, "");
  const folders = name.startsWith("/") ? importPaths : [beside, ...importPaths];
  return folders.map((folder) => normalPath(folder === "" ? relative : `${folder}/${relative}`));
}

/** With forward slashes, without "." and "..": one spelling for one file. */
function normalPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && (part !== "" || parts.length === 0)) parts.push(part);
  }
  return parts.join("/");
}
