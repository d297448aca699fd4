// One side of a comparison: a document open in Terahex, with its unsaved edits; or a file as it is on disk. Opens and closes what
// nobody else has open. Extension host's main thread.
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import type { KeptSide, SideState } from "../../../../shared/compareProtocol";
import { EngineDocument, type Outside } from "../../engine/document";
import type { BinaryDocument } from "../binaryDocument";
import type { BinaryEditorProvider } from "../binaryEditorProvider";

export interface SideChoice {
  readonly uri: vscode.Uri;
  /** The file, whatever edits of it are open. */
  readonly saved?: boolean;
  readonly range?: ByteRange;
  /** Made for the comparison, which closes it at its end. */
  readonly made?: {
    readonly engine: EngineDocument;
    readonly what: string;
    /** Of git: what it can be made from again. */
    readonly revision?: string;
    /** Once it is closed. */
    readonly done?: () => void;
  };
}

export class Side {
  private own: EngineDocument | undefined;
  /** How the disk stood to the bytes that were compared. */
  private outside: Outside = "same";

  constructor(
    private readonly provider: BinaryEditorProvider,
    readonly choice: SideChoice,
  ) {}

  /** Open in an editor, edits included. */
  get document(): BinaryDocument | undefined {
    if (this.choice.saved || this.choice.made) return undefined;
    const uri = this.choice.uri.toString();
    return this.provider.documents.find((one) => one.uri.toString() === uri && one.engine !== null);
  }

  /** @throws EngineError where the file cannot be opened. */
  get engine(): EngineDocument {
    const open = this.choice.made?.engine ?? this.document?.engine;
    if (open) return open;
    return (this.own ??= EngineDocument.open(this.choice.uri.fsPath, { readOnly: true }));
  }

  get range(): ByteRange {
    const { size } = this.engine;
    const { start = 0, end = size } = this.choice.range ?? {};
    return { start: Math.min(start, size), end: Math.min(end, size) };
  }

  state(): SideState {
    const { uri, saved, made, range } = this.choice;
    const { size, version } = this.engine;
    const disk = saved ? vscode.l10n.t("on disk") : dirname(vscode.workspace.asRelativePath(uri));
    const where = made?.what ?? disk;
    const hex = (offset: number): string => offset.toString(16).toUpperCase();
    const part = range === undefined ? "" : `${hex(range.start)} – ${hex(range.end - 1)}`;
    const detail = [part, where === "." ? "" : where, this.document?.dirty ? vscode.l10n.t("unsaved") : ""];
    const fixed = saved
      ? vscode.l10n.t("This is the file on disk: Save writes it.")
      : (made?.what ?? this.document?.readOnlyReason);
    return {
      name: basename(uri.fsPath),
      detail: detail.filter((one) => one !== "").join(", "),
      size,
      version,
      range: this.range,
      ...(fixed === undefined || fixed === null ? {} : { fixedReason: fixed }),
    };
  }

  /** Undefined: it cannot be had again after a reload of the window. */
  kept(): KeptSide | undefined {
    const { uri, saved, made, range } = this.choice;
    const revision = made?.revision;
    if (made !== undefined && revision === undefined) return undefined;
    return { uri: uri.toString(), ...(saved && { saved }), ...(revision && { revision }), ...(range && { range }) };
  }

  /** Takes the file as it is on disk now, where this side is that. @throws as engine. */
  refresh(): void {
    this.letGo();
    this.outside = this.engine.checkOutside();
  }

  /** The file on disk is another than at the latest refresh(). An editor that has opened it anew since does not know; what was
   *  compared then does. @throws as engine. */
  get changedOutside(): boolean {
    if (this.own !== undefined && this.own.checkOutside() !== "same") return true;
    const outside = this.engine.checkOutside();
    return outside !== "same" && outside !== this.outside;
  }

  close(): void {
    this.letGo();
    this.choice.made?.engine.close(true);
    this.choice.made?.done?.();
  }

  private letGo(): void {
    this.own?.close(true);
    this.own = undefined;
  }
}
