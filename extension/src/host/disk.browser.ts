// As disk.ts, where there is no disk: everything has a URI, and VS Code's own file systems serve it.
import * as vscode from "vscode";

export function pathOf(uri: vscode.Uri): string {
  return uri.toString();
}

export function uriOf(path: string): vscode.Uri {
  return vscode.Uri.parse(path, true);
}

export function isSameFile(a: string, b: string): Promise<boolean> {
  return Promise.resolve(a === b);
}

/** Writing a file makes its folder. */
export function makeFolderOf(): Promise<void> {
  return Promise.resolve();
}

export async function copyFile(from: string, to: string): Promise<void> {
  await vscode.workspace.fs.copy(vscode.Uri.parse(from), vscode.Uri.parse(to), { overwrite: true });
}

export async function removeFile(path: string): Promise<void> {
  await vscode.workspace.fs.delete(vscode.Uri.parse(path));
}
