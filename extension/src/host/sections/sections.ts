// Answers what the view of sections asks about a document, at the version that the document has by then. Loaded with the first
// question. Keeps one reading of each document. Extension host's main thread; each reading is bounded.
import * as vscode from "vscode";
import type { CancelFlag } from "../../../../shared/rpc";
import type {
  ListRow,
  Measures,
  SectionsAnswer,
  SectionsQuestion,
  SectionsState,
} from "../../../../shared/sectionsProtocol";
import { checksumBytes, imageChecksum } from "../../formats/pe/checksum";
import { sectionEntropies } from "../../formats/program/entropy";
import { PeFile } from "../../formats/pe/peFile";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type { BinaryDocument } from "../binaryDocument";
import { HostError } from "../errors";
import { describeImage, listRows, sectionAddresses } from "./describePe";

interface Reading {
  readonly version: number;
  readonly pe: PeFile | undefined;
  readonly reason: string;
}

export class Sections {
  private readonly readings = new WeakMap<BinaryDocument, Reading>();

  /** @throws HostError, EngineError */
  answer(
    document: BinaryDocument | undefined,
    ask: SectionsQuestion,
    cancel: CancelFlag,
  ): Promise<SectionsAnswer[SectionsQuestion["kind"]]> {
    if (document === undefined) {
      if (ask.kind === "open") return Promise.resolve({});
      throw new HostError("closed", vscode.l10n.t("No file is open in Terahex."));
    }
    switch (ask.kind) {
      case "open":
        return Promise.resolve(this.state(document));
      case "rows":
        return Promise.resolve(this.rows(document, ask));
      case "measure": {
        const abort = new AbortController();
        cancel.onCancel(() => abort.abort());
        return this.measure(document, abort.signal);
      }
      case "fixChecksum":
        return this.fixChecksum(document);
      default:
        return ask satisfies never;
    }
  }

  state(document: BinaryDocument): SectionsState {
    const { name, readOnlyReason } = document.state();
    if (document.content.kind === "failed") return { reason: vscode.l10n.t("The file cannot be read.") };
    const { version, pe, reason } = this.read(document);
    const about = { name, version, ...(readOnlyReason === undefined ? {} : { readOnlyReason }) };
    return pe === undefined ? { document: about, reason } : { document: about, image: describeImage(pe, document) };
  }

  /** What Go to Offset knows of the document's addresses; undefined where it is no program. */
  addressesOf(document: BinaryDocument): OffsetAddresses | undefined {
    const { pe } = this.read(document);
    return pe === undefined ? undefined : sectionAddresses(pe);
  }

  private read(document: BinaryDocument): Reading {
    const { source } = document;
    const known = this.readings.get(document);
    if (known?.version === source.version) return known;
    const result = PeFile.read(source);
    const reading = result.ok
      ? { version: source.version, pe: result.pe, reason: "" }
      : { version: source.version, pe: undefined, reason: result.fault.message };
    this.readings.set(document, reading);
    return reading;
  }

  private program(document: BinaryDocument): PeFile {
    const { pe, reason } = this.read(document);
    if (pe === undefined) throw new HostError("unsupported", reason);
    return pe;
  }

  private rows(
    document: BinaryDocument,
    { list, from, count }: Extract<SectionsQuestion, { kind: "rows" }>,
  ): SectionsAnswer["rows"] {
    const rows: readonly ListRow[] = listRows(this.program(document), list);
    return { rows: rows.slice(from, from + count), total: rows.length };
  }

  private async measure(document: BinaryDocument, signal: AbortSignal): Promise<Measures> {
    const pe = this.program(document);
    const { checksum: stated, checksumOffset: offset } = pe.headers;
    const { engine, source } = document;
    const entropies = engine === null ? [] : await sectionEntropies(engine, pe.sections, signal);
    const computed = await imageChecksum(source, offset, { signal });
    return { entropies, checksum: { stated, computed, offset } };
  }

  private async fixChecksum(document: BinaryDocument): Promise<SectionsAnswer["fixChecksum"]> {
    const { checksumOffset } = this.program(document).headers;
    const computed = await imageChecksum(document.source, checksumOffset);
    // The document may have changed since: then the sum would be another file's.
    if (this.program(document).headers.checksumOffset !== checksumOffset) {
      throw new HostError("changed", vscode.l10n.t("The file keeps changing; try again."));
    }
    return { version: document.overwrite(checksumOffset, checksumBytes(computed), false, "field") };
  }
}
