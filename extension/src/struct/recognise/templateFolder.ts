// The templates that lie in a folder of the disk, by their heads. Files that cannot be read or name no template are left out:
// whoever looks for one format must not stumble over another.
import fs from "node:fs";
import path from "node:path";
import { readHead, type TemplateHead } from "./templateHead";

export interface FolderTemplate {
  readonly file: string;
  readonly head: TemplateHead;
}

const maxTextBytes = 8 * 1024 * 1024;

/** Those directly in the folder: deeper ones are parts that several templates import. */
export function readTemplateFolder(folder: string): FolderTemplate[] {
  return templatesIn(folder).flatMap((file) => {
    const text = readTemplateText(file);
    const head = text === undefined ? undefined : readHead(text);
    return head?.id === undefined ? [] : [{ file, head }];
  });
}

export function templatesIn(folder: string): string[] {
  try {
    const names = fs.readdirSync(folder).filter((name) => name.endsWith(".ksy"));
    return names.sort().map((name) => path.join(folder, name));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Undefined: no such file, no permission, or far too large for a template. */
export function readTemplateText(file: string): string | undefined {
  try {
    return fs.statSync(file).size > maxTextBytes ? undefined : fs.readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return ["ENOENT", "ENOTDIR", "EISDIR", "EACCES", "EPERM", "ELOOP", "ENAMETOOLONG"].includes(code ?? "");
}
