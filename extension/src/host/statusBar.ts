// Offset, selection, mode and what Save will cost, in VS Code's status bar, while a Terahex editor is active.
// Thread rule: extension host's main thread.
import * as vscode from "vscode";
import { totalLength } from "../../../shared/byteRange";
import { formatByteCount, formatExact, formatExactBytes } from "../../../shared/formatNumber";
import { hexOffset } from "./binaryDocument";
import type { BinaryEditorProvider } from "./binaryEditorProvider";
import type { EditorSession } from "./editorSession";
import { ASK_FROM_BYTES } from "./saveChoice";

/** Cursor keys repeat 30 times a second; the cost of a save is summed over all pieces. */
const UPDATE_DELAY_MS = 60;

export class StatusBar implements vscode.Disposable {
  private readonly offset = item("offset", 104, vscode.l10n.t("Terahex Offset"));
  private readonly selection = item("selection", 103, vscode.l10n.t("Terahex Selection"));
  private readonly mode = item("mode", 102, vscode.l10n.t("Terahex Mode"));
  private readonly cost = item("cost", 101, vscode.l10n.t("Terahex Save Cost"));
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly provider: BinaryEditorProvider) {
    this.offset.command = "terahex.goToOffset";
    this.selection.command = "terahex.selectRange";
    this.mode.command = "terahex.toggleInsertMode";
    this.cost.command = "terahex.saveChanges";
    this.subscription = provider.onDidChangeActive((session) => {
      if (session === undefined) this.update();
      else this.timer ??= setTimeout(() => this.update(), UPDATE_DELAY_MS);
    });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    for (const one of [this.offset, this.selection, this.mode, this.cost]) one.dispose();
  }

  private update(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const session = this.provider.activeSession;
    if (session === undefined || session.document.content.kind === "failed") {
      for (const one of [this.offset, this.selection, this.mode, this.cost]) one.hide();
      return;
    }
    this.showOffset(session);
    this.showSelection(session);
    this.showMode(session);
    this.showCost(session);
  }

  private showOffset({ selection, document }: EditorSession): void {
    const { size } = document.state();
    const { focus } = selection;
    this.offset.text = hexOffset(focus);
    this.offset.tooltip = vscode.l10n.t(
      "Offset {0} of {1} — go to another (Ctrl+G)",
      formatExact(focus),
      formatExactBytes(size),
    );
    this.offset.show();
  }

  private showSelection({ selectedRange, selectedRanges, hasRange }: EditorSession): void {
    const length = totalLength(selectedRanges);
    if (!hasRange || length <= 0) {
      this.selection.hide();
      return;
    }
    if (selectedRanges.length > 1) {
      const count = formatExact(selectedRanges.length);
      this.selection.text = vscode.l10n.t("{0} in {1} ranges", formatExactBytes(length), count);
      this.selection.tooltip = vscode.l10n.t("{0} ranges, {1} bytes", count, hexOffset(length));
      this.selection.show();
      return;
    }
    this.selection.text = vscode.l10n.t("{0} selected", formatExactBytes(length));
    this.selection.tooltip = vscode.l10n.t("{0} to {1}, {2} bytes", hexOffset(selectedRange.start), hexOffset(selectedRange.end - 1), hexOffset(length)); // prettier-ignore
    this.selection.show();
  }

  private showMode({ document, mode }: EditorSession): void {
    const reason = document.readOnlyReason;
    const insert = mode === "insert";
    const name = insert ? vscode.l10n.t("INS") : vscode.l10n.t("OVR");
    this.mode.text = reason === null ? name : vscode.l10n.t("$(lock) Read-only");
    this.mode.tooltip =
      reason ??
      (insert
        ? vscode.l10n.t("Insert mode: typing makes the file longer — click, or press Insert, to overwrite")
        : vscode.l10n.t("Overwrite mode: typing replaces bytes, the length stays — click, or press Insert, to insert"));
    this.mode.show();
  }

  private showCost({ document: { engine } }: EditorSession): void {
    if (engine === null || !engine.dirty) {
      this.cost.hide();
      return;
    }
    const { bytes, ranges, how } = engine.estimateSave();
    const amount = formatByteCount(bytes);
    if (how === "rewritten") {
      const { movedBytes, firstChanged, blockBytes } = engine.estimateChoices();
      if (blockBytes !== null && movedBytes >= ASK_FROM_BYTES) {
        this.cost.text = vscode.l10n.t("Save: moves no data");
        this.cost.tooltip = vscode.l10n.t(
          "Saving moves whole blocks in the file system’s map and writes {0} bytes of the file",
          formatExact(blockBytes),
        );
        this.cost.show();
        return;
      }
      this.cost.text = vscode.l10n.t("Save: moves {0}", formatByteCount(movedBytes));
      this.cost.tooltip = vscode.l10n.t(
        "Saving moves {0} bytes of the file, from {1} on",
        formatExact(movedBytes),
        hexOffset(firstChanged),
      );
      this.cost.show();
      return;
    }
    this.cost.text =
      how === "in-place" ? vscode.l10n.t("Save: {0} in place", amount) : vscode.l10n.t("Save: {0}", amount);
    this.cost.tooltip = vscode.l10n.t(
      "Saving writes {0} bytes in {1} places of the file",
      formatExact(bytes),
      formatExact(ranges),
    );
    this.cost.show();
  }
}

function item(id: string, priority: number, name: string): vscode.StatusBarItem {
  const made = vscode.window.createStatusBarItem(`terahex.${id}`, vscode.StatusBarAlignment.Right, priority);
  made.name = name;
  return made;
}
