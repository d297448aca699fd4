// What the struct view asks of whoever chooses templates (host/templates): which one a document is read with, and why. The
// view knows nothing of magics, folders, settings or pickers; the other side nothing of trees and services.
import type { Event, Uri } from "vscode";
import type { TemplateDiagnostic } from "../../../../shared/structTree";
import type { TemplateFiles } from "../../struct/structService";
import type { BinaryDocument } from "../binaryDocument";

export interface ChosenTemplate {
  /** For people: the template's title or id. */
  readonly name: string;
  /** For people, why it was chosen: "by its first bytes", "chosen by you". */
  readonly reason: string;
  readonly files: TemplateFiles;
  /** Where a key of `files.texts` can be opened in an editor. */
  uriOf(file: string): Uri | undefined;
}

export interface TemplateChoice {
  /** undefined: nothing fits and the person chose none. Texts of .ksy files that are being edited count as they are typed. */
  chosen(document: BinaryDocument): Promise<ChosenTemplate | undefined>;
  /** Of a document's URI: ask `chosen` again, because another template was chosen or a text of it changed. */
  readonly onDidChange: Event<Uri>;
  /** Lets the person choose, remembers it, and fires onDidChange; undefined: dismissed, and nothing changes. */
  pick(document: BinaryDocument): Promise<ChosenTemplate | undefined>;
  /** What loading found, for Problems, where each finding stands once however many documents use the template. */
  report(template: ChosenTemplate, diagnostics: readonly TemplateDiagnostic[]): void;
  dispose(): void;
}
