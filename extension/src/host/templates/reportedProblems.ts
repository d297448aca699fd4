// Problems of templates that are in use but not open in an editor: those that are open tell of theirs while one types
// (host/ksy), and a finding must stand once.
import * as vscode from "vscode";
import type { TemplateDiagnostic } from "../../../../shared/structTree";
import { KSY_LANGUAGE } from "../ksy/language";
import { uriOfKey } from "./templateLibrary";

export class ReportedProblems implements vscode.Disposable {
  private readonly shown = vscode.languages.createDiagnosticCollection("terahex-templates");
  private readonly byEntry = new Map<string, readonly TemplateDiagnostic[]>();
  private readonly subscriptions = [
    vscode.workspace.onDidOpenTextDocument(() => this.show()),
    vscode.workspace.onDidCloseTextDocument(() => this.show()),
  ];

  set(entry: string, problems: readonly TemplateDiagnostic[]): void {
    this.byEntry.set(entry, problems);
    this.show();
  }

  dispose(): void {
    for (const one of this.subscriptions) one.dispose();
    this.shown.dispose();
  }

  private show(): void {
    const byFile = new Map<string, Map<string, vscode.Diagnostic>>();
    for (const problem of [...this.byEntry.values()].flat()) {
      const found = byFile.get(problem.file) ?? new Map<string, vscode.Diagnostic>();
      byFile.set(problem.file, found.set(`${problem.at} ${problem.message}`, diagnosticOf(problem)));
    }
    this.shown.clear();
    for (const [file, found] of byFile) {
      const uri = uriOfKey(file);
      if (uri !== undefined && !isBeingEdited(uri)) this.shown.set(uri, [...found.values()]);
    }
  }
}

function isBeingEdited(uri: vscode.Uri): boolean {
  return vscode.workspace.textDocuments.some(
    (document) => document.languageId === KSY_LANGUAGE && document.uri.toString() === uri.toString(),
  );
}

export function diagnosticOf({ severity, message, line, column }: TemplateDiagnostic): vscode.Diagnostic {
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  const level = severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(new vscode.Range(at, at.translate(0, 1)), message, level);
  diagnostic.source = "Terahex";
  return diagnostic;
}
