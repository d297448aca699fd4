// "LIVE" or "LIVE ARMED" in VS Code's status bar while a Terahex editor in live mode is active, and the context key of the
// commands. Thread rule: extension host's main thread.
import * as vscode from "vscode";
import type { LiveState } from "../../../shared/protocol";
import type { BinaryEditorProvider } from "./binaryEditorProvider";

const CONTEXT_KEY = "terahex.live";

export class LiveStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("terahex.live", vscode.StatusBarAlignment.Right, 105);
  private readonly subscription: vscode.Disposable;
  private shown: LiveState | undefined;

  constructor(provider: BinaryEditorProvider) {
    this.item.name = vscode.l10n.t("Terahex Live Mode");
    this.subscription = provider.onDidChangeActive((session) => this.show(session?.document.live.state));
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private show(state: LiveState | undefined): void {
    if (state === this.shown) return;
    this.shown = state;
    void vscode.commands.executeCommand("setContext", CONTEXT_KEY, state !== undefined);
    if (state === undefined) {
      this.item.hide();
      return;
    }
    const armed = state === "armed";
    this.item.text = armed ? vscode.l10n.t("$(warning) LIVE ARMED") : vscode.l10n.t("$(pulse) LIVE");
    this.item.tooltip = armed
      ? vscode.l10n.t("What you type is in the file at once, without undo. Click to disarm.")
      : vscode.l10n.t("The view follows the file as others write it. Click to write into it at once.");
    this.item.backgroundColor = armed ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.command = "terahex.armLive";
    this.item.show();
  }
}
