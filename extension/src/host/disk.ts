// What the host does with the disk itself, besides documents. In a browser: disk.browser.ts.
import { promises as fs } from "node:fs";
import { dirname } from "node:path";
import { Uri } from "vscode";

/** How the engine names a file. */
export function pathOf(uri: Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

/** A path of the disk, or a URI: what pathOf() makes. */
export function uriOf(path: string): Uri {
  return /^[a-z][a-z0-9+.-]+:/i.test(path) ? Uri.parse(path, true) : Uri.file(path);
}

export async function isSameFile(a: string, b: string): Promise<boolean> {
  try {
    const [left, right] = await Promise.all([fs.stat(a, { bigint: true }), fs.stat(b, { bigint: true })]);
    return left.dev === right.dev && left.ino === right.ino;
  } catch {
    return a === b; // one of them does not exist, or is none of the disk's
  }
}

export async function makeFolderOf(path: string): Promise<void> {
  await fs.mkdir(dirname(path), { recursive: true });
}

export async function copyFile(from: string, to: string): Promise<void> {
  await fs.copyFile(from, to);
}

/** Gone already is fine. */
export async function removeFile(path: string): Promise<void> {
  await fs.rm(path, { force: true });
}
