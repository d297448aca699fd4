// What a struct tree and the extension host say to each other, inside the "struct" messages of protocol.ts. Rows are those of
// structTree.ts; a path or an expression is at most MAX_PATH characters, what a person types into a field MAX_FIELD_TEXT.
import type { StructChildren, StructFieldEditor, StructRow, StructTrail, TemplateDiagnostic } from "./structTree";

export const MAX_PATH = 4096;
export const MAX_FIELD_TEXT = 64 * 1024;

/** View to host; each gets one answer or failure. */
export type StructQuestion =
  /** The tree is on screen: starts the interpreter where it does not run. */
  | { readonly kind: "open" }
  /** The tree is no longer on screen: nobody needs the interpreter for it. */
  | { readonly kind: "close" }
  | { readonly kind: "children"; readonly path: string; readonly from: number; readonly count: number }
  /** The node that an expression names. */
  | { readonly kind: "row"; readonly path: string }
  | { readonly kind: "reveal"; readonly offset: number }
  | { readonly kind: "field"; readonly path: string }
  /** `despite`: also where the template's `contents` or `valid` forbid it. */
  | { readonly kind: "edit"; readonly path: string; readonly text: string; readonly despite: boolean }
  | { readonly kind: "copy"; readonly path: string; readonly what: StructCopy }
  | { readonly kind: "export"; readonly path: string }
  /** Asks the person which template to use. */
  | { readonly kind: "pick" }
  /** Opens the template in an editor, at a finding or at its beginning. */
  | { readonly kind: "template"; readonly file?: string; readonly line?: number; readonly column?: number }
  /** Opens a `doc-ref` that is a web address. */
  | { readonly kind: "docRef"; readonly url: string }
  /** Every tree shows fields whose `if` is false, or none: remembered. */
  | { readonly kind: "showAbsent"; readonly shown: boolean }
  /** Names get this part of what names and values share, 0 to 1, in every tree: remembered. */
  | { readonly kind: "shareColumns"; readonly nameShare: number }
  /** Of a tree outside of the editor's page: its colours, for the bytes there. At most MAX_COLORS, parents before children. */
  | { readonly kind: "colors"; readonly ranges: readonly FieldRange[] };

export type StructCopy = "path" | "value" | "json";

export interface StructAnswer {
  open: StructState;
  close: Record<string, never>;
  children: StructChildren;
  row: StructRow;
  reveal: StructTrail | Record<string, never>;
  field: StructFieldEditor;
  /** Warnings without a version: nothing was written, the person is to decide. */
  edit: { readonly version?: number; readonly warnings: readonly string[] };
  copy: Record<string, never>;
  export: { readonly written: boolean };
  pick: { readonly picked: boolean };
  template: Record<string, never>;
  docRef: Record<string, never>;
  showAbsent: Record<string, never>;
  shareColumns: Record<string, never>;
  colors: Record<string, never>;
}

/** What the tree stands on. */
export interface StructState {
  /** Absent where no Terahex editor is open. */
  readonly document?: { readonly name: string; readonly version: number; readonly readOnlyReason?: string };
  /** Absent: none was chosen, and none fits. */
  readonly template?: { readonly name: string; readonly reason: string };
  /** Absent: the template cannot be used; then `diagnostics` or `failure` say why. */
  readonly root?: StructRow;
  readonly diagnostics: readonly TemplateDiagnostic[];
  readonly failure?: string;
}

export const MAX_DIAGNOSTICS_SHOWN = 100;

/** Host to view, unanswered. */
export type StructNews =
  /** Another document, another template, or another text of it: everything begins anew. */
  | { readonly kind: "state"; readonly state: StructState }
  /** The document is at this version: rows on screen are asked for again. */
  | { readonly kind: "changed"; readonly version: number; readonly readOnlyReason?: string }
  | {
      readonly kind: "progress";
      readonly path: string;
      readonly scannedBytes: number;
      readonly totalBytes: number;
      readonly elements: number;
    }
  /** Whether fields whose `if` is false have a row: told when a tree opens, and when the person changes it in any. */
  | { readonly kind: "absent"; readonly shown: boolean }
  /** Told when a tree opens, where the person has ever moved the line between the columns. */
  | { readonly kind: "columns"; readonly nameShare: number }
  /** For the editor's page: what a tree outside of it colours. */
  | { readonly kind: "colors"; readonly ranges: readonly FieldRange[] }
  /** For a tree outside of the editor's page: the cursor's byte, and whether the tree is to follow. */
  | { readonly kind: "cursor"; readonly offset: number }
  | { readonly kind: "command"; readonly command: StructCommand };

/** Of the tree, by VS Code's menus, keys and palette. */
export type StructCommand =
  "focus" | "find" | "goTo" | "edit" | "copyPath" | "copyValue" | "copyJson" | "export" | "collapseAll";

/** View to host, unanswered. */
export type StructNotice =
  /** A tree outside of the editor's page: the row's bytes are to be selected there. */
  { readonly kind: "select"; readonly start: number; readonly end: number };

export const MAX_COLORS = 16_384;
/** Colours that neighbouring fields take in turn. */
export const HUES = 6;

/** A field, or a struct around fields. */
export interface FieldRange {
  readonly start: number;
  readonly end: number;
  /** 0 to HUES - 1. */
  readonly hue: number;
  /** Something open: its fields are coloured, and it is underlined. */
  readonly outer: boolean;
  /** Has fields, which nobody sees: fainter, or a large closed array would shout. */
  readonly closed: boolean;
}
