// Waits for the first .ksy file to open, and only then loads what helps to write one.
import * as vscode from "vscode";
import type { LazyTemplates } from "../templates/lazyTemplates";
import { KSY_LANGUAGE } from "./language";

export function serveKsyFiles(templates: LazyTemplates): vscode.Disposable {
  let serving: vscode.Disposable | undefined;
  let isDisposed = false;
  const start = async (): Promise<void> => {
    waiting.dispose();
    const [{ KsyLanguage }, { TemplateTexts }] = await Promise.all([
      import("./ksyLanguage"),
      import("./templateTexts"),
    ]);
    if (!isDisposed) serving = new KsyLanguage(new TemplateTexts(templates));
  };
  const waiting = vscode.workspace.onDidOpenTextDocument(({ languageId }) => {
    if (languageId === KSY_LANGUAGE && serving === undefined) void start();
  });
  if (vscode.workspace.textDocuments.some(({ languageId }) => languageId === KSY_LANGUAGE)) void start();
  return new vscode.Disposable(() => {
    isDisposed = true;
    waiting.dispose();
    serving?.dispose();
  });
}
