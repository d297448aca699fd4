// Answers the struct tree's questions, whichever webview it stands in. Loaded with the first question, so that opening a file
// does not wait for it. Holds the interpreter of each document with a tree. Extension host's main thread.
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { CancelFlag } from "../../../../shared/rpc";
import type { StructAnswer, StructCopy, StructQuestion, StructState } from "../../../../shared/structProtocol";
import type { StructRow } from "../../../../shared/structTree";
import { EngineError } from "../../engine/engineError";
import type { StructService } from "../../struct/structService";
import type { BinaryDocument } from "../binaryDocument";
import { describeError, HostError, isCode } from "../errors";
import { withProgress, type Dialogs } from "../notify";
import { StructDocument, type StructPage } from "./structDocument";
import type { TemplateChoice } from "./templateChoice";

export interface StructsServices {
  readonly dialogs: () => Dialogs;
  readonly choice: TemplateChoice;
  readonly makeService: (document: BinaryDocument) => StructService;
  /** What the extension remembers from one session of VS Code to the next. */
  readonly memento: vscode.Memento;
}

const ABSENT_KEY = "terahex.structAbsent";
const COLUMNS_KEY = "terahex.structColumns";

/** The document may change between encoding and writing; then the place may be another one. */
const MAX_ENCODE_ATTEMPTS = 5;

export class Structs implements vscode.Disposable {
  private readonly documents = new Map<BinaryDocument, StructDocument>();

  constructor(private readonly services: StructsServices) {}

  /** @throws HostError, its message for the person */
  async answer(
    page: StructPage,
    document: BinaryDocument | undefined,
    ask: StructQuestion,
    cancel: CancelFlag,
  ): Promise<StructAnswer[StructQuestion["kind"]]> {
    if (document === undefined) {
      if (ask.kind === "open") return { diagnostics: [] };
      if (ask.kind === "close") return {};
      throw new HostError("closed", vscode.l10n.t("No file is open in Terahex."));
    }
    const abort = new AbortController();
    cancel.onCancel(() => abort.abort());
    try {
      return await this.answerFor(page, document, ask, abort.signal);
    } catch (error) {
      if (error instanceof HostError || error instanceof EngineError) throw error;
      if (abort.signal.aborted) throw new HostError("cancelled", vscode.l10n.t("Cancelled."));
      // Written by the interpreter for the template's author: said as it is.
      throw new HostError("unsupported", error instanceof Error ? error.message : String(error));
    }
  }

  open(page: StructPage, document: BinaryDocument): Promise<StructState> {
    const { memento } = this.services;
    page.tell({ kind: "absent", shown: memento.get(ABSENT_KEY, false) });
    const nameShare = memento.get<number>(COLUMNS_KEY);
    if (nameShare !== undefined) page.tell({ kind: "columns", nameShare });
    return this.of(document).open(page);
  }

  /** The page shows no tree any more, or another document's. */
  close(page: StructPage, document: BinaryDocument): void {
    this.documents.get(document)?.close(page);
  }

  dispose(): void {
    for (const struct of this.documents.values()) struct.dispose();
    this.documents.clear();
    this.services.choice.dispose();
  }

  private async answerFor(
    page: StructPage,
    document: BinaryDocument,
    ask: StructQuestion,
    signal: AbortSignal,
  ): Promise<StructAnswer[StructQuestion["kind"]]> {
    const struct = this.of(document);
    switch (ask.kind) {
      case "open":
        return this.open(page, document);
      case "close":
        struct.close(page);
        return {};
      case "children":
        return (await struct.ready()).children(ask.path, ask.from, ask.count, signal);
      case "row":
        return (await struct.ready()).row(ask.path, signal);
      case "reveal":
        // The list of hits names fields also where no tree is shown.
        struct.join(page);
        return (await (await struct.ready()).reveal(ask.offset, signal)) ?? {};
      case "field": {
        const reason = document.readOnlyReason ?? document.live.lockedReason;
        if (reason !== null) return { kind: "none", reason, sources: [] };
        return (await struct.ready()).field(ask.path, signal);
      }
      case "edit":
        return this.edit(document, await struct.ready(), ask.path, ask.text, ask.despite, signal);
      case "copy":
        await this.copy(await struct.ready(), ask.path, ask.what, signal);
        return {};
      case "export":
        return { written: await this.export(document, await struct.ready(), ask.path) };
      case "pick":
        return { picked: (await this.services.choice.pick(document)) !== undefined };
      case "template":
        await this.showTemplate(struct, ask.file, ask.line, ask.column);
        return {};
      case "docRef":
        if (/^https?:\/\//i.test(ask.url)) await vscode.env.openExternal(vscode.Uri.parse(ask.url, true));
        return {};
      case "showAbsent":
        await this.services.memento.update(ABSENT_KEY, ask.shown);
        for (const other of this.documents.values()) other.tell({ kind: "absent", shown: ask.shown });
        return {};
      case "shareColumns":
        await this.services.memento.update(COLUMNS_KEY, ask.nameShare);
        return {};
      case "colors":
        return {}; // The view that has the tree hands them on.
      default:
        return ask satisfies never;
    }
  }

  private of(document: BinaryDocument): StructDocument {
    const known = this.documents.get(document);
    if (known !== undefined) return known;
    const struct = new StructDocument(document, this.services.choice, this.services.makeService);
    this.documents.set(document, struct);
    document.onDidDispose(() => {
      struct.dispose();
      this.documents.delete(document);
    });
    return struct;
  }

  private async edit(
    document: BinaryDocument,
    service: StructService,
    path: string,
    text: string,
    despite: boolean,
    signal: AbortSignal,
  ): Promise<StructAnswer["edit"]> {
    for (let attempt = 0; attempt < MAX_ENCODE_ATTEMPTS; attempt++) {
      const { version } = document.source;
      const { offset, bytes, warnings } = await service.encode(path, text, signal);
      if (document.source.version !== version) continue;
      if (warnings.length > 0 && !despite) return { warnings };
      return { version: document.overwrite(offset, bytes, false, "field"), warnings };
    }
    throw new HostError("busy", vscode.l10n.t("The file keeps changing; try again."));
  }

  private async copy(service: StructService, path: string, what: StructCopy, signal: AbortSignal): Promise<void> {
    await this.services.dialogs().writeClipboard(await copied(service, path, what, signal));
  }

  private async export(document: BinaryDocument, service: StructService, path: string): Promise<boolean> {
    const dialogs = this.services.dialogs();
    const part = path === "" ? "" : `.${path.replaceAll(/[^\w.-]+/g, "_")}`;
    const suggestion = vscode.Uri.file(`${document.path}${part}.json`);
    const target = await dialogs.saveTarget(vscode.l10n.t("Export Structure"), suggestion);
    if (target === undefined) return false;
    if (target.scheme !== "file") {
      dialogs.warn(vscode.l10n.t("Terahex writes files of the disk that VS Code runs on."));
      return false;
    }
    const name = basename(target.fsPath);
    try {
      await withProgress(vscode.l10n.t("Exporting to {0}", name), undefined, async (_report, signal) =>
        writeFile(target.fsPath, `${await service.json(path, signal)}\n`, { signal }),
      );
      dialogs.inform(vscode.l10n.t("Exported {0} to {1}.", path === "" ? document.state().name : path, name));
      return true;
    } catch (error) {
      if (isCode(error, "cancelled") || (error instanceof Error && error.name === "AbortError")) return false;
      const reason = error instanceof EngineError ? describeError(error).message : (error as Error).message;
      dialogs.warn(vscode.l10n.t("Nothing was exported. {0}", reason));
      return false;
    }
  }

  private async showTemplate(struct: StructDocument, file?: string, line = 1, column = 1): Promise<void> {
    const template = struct.chosen;
    const uri = template?.uriOf(file ?? template.files.entry);
    if (uri === undefined) {
      this.services.dialogs().inform(vscode.l10n.t("This template is built in and has no file to open."));
      return;
    }
    const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
    await vscode.window.showTextDocument(uri, {
      selection: new vscode.Range(at, at),
      viewColumn: vscode.ViewColumn.Beside,
    });
  }
}

async function copied(service: StructService, path: string, what: StructCopy, signal: AbortSignal): Promise<string> {
  if (what === "path") return path;
  if (what === "json") return service.json(path, signal);
  const row: StructRow = await service.row(path, signal);
  // The row's own text is cut; the editor's is whole.
  if (!row.editable) return row.value;
  const field = await service.field(path, signal);
  return field.kind === "text" ? field.text : row.value;
}
