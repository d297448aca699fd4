// Answers what the view of sections and editors ask about the program in a document, at the version that the document has by then.
// Loaded with the first question. Keeps one reading of each document. Extension host's main thread; each reading is bounded.
import * as vscode from "vscode";
import type { ByteRange } from "../../../../shared/byteRange";
import type { OffsetAddresses } from "../../../../shared/offsetExpression";
import type { CancelFlag } from "../../../../shared/rpc";
import type {
  Measures,
  SectionsAnswer,
  SectionsQuestion,
  SectionsState,
  ShownProgram,
} from "../../../../shared/sectionsProtocol";
import { checksumBytes, imageChecksum } from "../../formats/pe/checksum";
import { sectionEntropies } from "../../formats/program/entropy";
import type { BinaryDocument } from "../binaryDocument";
import { HostError } from "../errors";
import { MAX_TABLE_ROWS, type Program } from "./program";
import { readProgram, type ProgramResult } from "./readProgram";

/** More unsaved ranges than anybody makes by hand: a signature is touched by then. */
const MAX_UNSAVED = 10_000;

interface Reading {
  readonly version: number;
  readonly result: ProgramResult;
}

export class Sections implements vscode.Disposable {
  private readonly readings = new WeakMap<BinaryDocument, Reading>();

  private readonly ending = new AbortController();

  /** What is being added up is given up. */
  dispose(): void {
    this.ending.abort();
  }

  /** @throws HostError, EngineError */
  async answer(
    document: BinaryDocument | undefined,
    ask: SectionsQuestion,
    cancel: CancelFlag,
  ): Promise<SectionsAnswer[SectionsQuestion["kind"]]> {
    if (document === undefined) {
      if (ask.kind === "open") return {};
      throw new HostError("closed", vscode.l10n.t("No file is open in Terahex."));
    }
    switch (ask.kind) {
      case "open":
        return this.state(document);
      case "program": {
        const result = this.read(document);
        if (!result.ok) return {};
        const signature = result.program.signature(unsavedOf(document));
        return { program: result.program.shown, ...(signature !== undefined && { signature }) };
      }
      case "rows":
        return this.program(document).rows(ask.list, ask.from, ask.count);
      case "picture": {
        const picture = this.program(document).picture(ask.id);
        if (picture === undefined)
          throw new HostError("unsupported", vscode.l10n.t("This is no picture that can be shown."));
        return picture;
      }
      case "measure": {
        const abort = new AbortController();
        cancel.onCancel(() => abort.abort());
        return this.measure(document, AbortSignal.any([abort.signal, this.ending.signal]));
      }
      case "fixChecksum":
        return this.fixChecksum(document);
      case "showField":
        throw new HostError("unsupported", vscode.l10n.t("This is not possible here."));
      default:
        return ask satisfies never;
    }
  }

  state(document: BinaryDocument): SectionsState {
    const { name, readOnlyReason } = document.state();
    const { content } = document;
    if (content.kind === "failed") return { reason: vscode.l10n.t("The file cannot be read.") };
    const result = this.read(document);
    const about = {
      name,
      version: document.source.version,
      ...(readOnlyReason === undefined ? {} : { readOnlyReason }),
    };
    if (!result.ok) return { document: about, reason: result.reason };
    return { document: about, image: result.program.image(unsavedOf(document)) };
  }

  /** Of the program in it; or why there is none. */
  shown(document: BinaryDocument): ShownProgram | string {
    const result = this.read(document);
    return result.ok ? result.program.shown : result.reason;
  }

  /** What Go to Offset knows of the document's addresses; undefined where it is no program. */
  addressesOf(document: BinaryDocument): OffsetAddresses | undefined {
    const result = this.read(document);
    return result.ok ? result.program.addresses : undefined;
  }

  private read(document: BinaryDocument): ProgramResult {
    const { source } = document;
    const known = this.readings.get(document);
    if (known?.version === source.version) return known.result;
    const result = readProgram(source);
    this.readings.set(document, { version: source.version, result });
    return result;
  }

  private program(document: BinaryDocument): Program {
    const result = this.read(document);
    if (!result.ok) throw new HostError("unsupported", result.reason);
    return result.program;
  }

  private async measure(document: BinaryDocument, signal: AbortSignal): Promise<Measures> {
    const { checksum, parts } = this.program(document);
    const { engine, source } = document;
    const shown = parts.slice(0, MAX_TABLE_ROWS);
    const entropies = engine === null ? [] : await sectionEntropies(engine, shown, signal);
    if (checksum === undefined) return { entropies };
    const computed = await imageChecksum(source, checksum.offset, { signal });
    return { entropies, checksum: { ...checksum, computed } };
  }

  private async fixChecksum(document: BinaryDocument): Promise<SectionsAnswer["fixChecksum"]> {
    const offset = this.checksumOffset(document);
    const { source } = document;
    const { version } = source;
    const computed = await imageChecksum(source, offset, { signal: this.ending.signal });
    // The document may have changed since: then the sum would be another file's.
    if (document.source !== source || source.version !== version) {
      throw new HostError("changed", vscode.l10n.t("The file keeps changing; try again."));
    }
    return { version: document.overwrite(offset, checksumBytes(computed), false, "field") };
  }

  private checksumOffset(document: BinaryDocument): number {
    const { checksum } = this.program(document);
    if (checksum === undefined)
      throw new HostError("unsupported", vscode.l10n.t("Files of this kind have no checksum."));
    return checksum.offset;
  }
}

const unsavedOf = ({ engine }: BinaryDocument): readonly ByteRange[] => engine?.unsaved(MAX_UNSAVED) ?? [];
