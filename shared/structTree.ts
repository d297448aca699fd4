// Rows of the struct tree, as they cross from the interpreter's thread to the host and on to a webview. Offsets and lengths:
// bytes, safe integers, half-open. A node is named by its path, which holds from one version of the document to the next.

export type StructKind =
  "struct" | "array" | "int" | "float" | "bool" | "str" | "bytes" | "enum" | "null" | "io" | "ref" | "error";

/** One node. What it says is for people and short: a value is cut at MAX_VALUE_TEXT characters. */
export interface StructRow {
  /** Kaitai expression from the root: "" for the root, "header.len", "records[5]". */
  readonly path: string;
  /** Last part of the path: "len", "[5]"; of the root the template's id. */
  readonly name: string;
  readonly kind: StructKind;
  /** As a template would write it: "u4le", "png::chunk", "chunk[]". */
  readonly type: string;
  readonly value: string;
  /** Absent for what lies nowhere: value instances, parameters, what failed before it had a place. */
  readonly place?: StructPlace;
  /** 0: a leaf; null: nobody has counted yet. */
  readonly childCount: number | null;
  readonly isInstance: boolean;
  /** The rest is not known before what precedes it has been counted: ask again when progress is done. */
  readonly pending?: true;
  readonly editable: boolean;
  /** `doc` and `doc-ref` of the field, else of its type. */
  readonly doc?: string;
  readonly docRefs?: readonly string[];
  readonly fault?: StructFault;
}

export interface StructPlace {
  readonly start: number;
  /** Absent where it cannot be known without reading much more. */
  readonly end?: number;
  /** Of a bit field: first bit within `start`, number of bits. */
  readonly bits?: readonly [number, number];
  /** The place is one in bytes that the field at this path was decoded to, not in the file. */
  readonly in?: string;
}

export interface StructFault {
  /** Class name: "EndOfStreamError", "ValidationNotEqualError", ... */
  readonly error: string;
  readonly message: string;
}

export const MAX_VALUE_TEXT = 256;
/** Rows that one question may ask for. */
export const MAX_ROWS = 1000;

export interface StructChildren {
  readonly rows: readonly StructRow[];
  /** Children of the node in all; null: not counted. `atLeast`: as far as is known. */
  readonly total: number | null;
  readonly atLeast: number;
  /** Of the document that all rows belong to. */
  readonly version: number;
}

/** From the root's child down to the innermost node over an offset; `index`: which child of its parent each is. */
export interface StructTrail {
  readonly steps: readonly { readonly index: number; readonly row: StructRow }[];
  readonly version: number;
}

/** Counting the elements of an array in the background. `done`: rows that were pending may be asked for again. */
export interface StructProgress {
  readonly path: string;
  readonly scannedBytes: number;
  readonly totalBytes: number;
  readonly elements: number;
  readonly done: boolean;
}

/** How a field's value is edited. `text` is what encoding takes back unchanged. */
export type StructFieldEditor =
  | { readonly kind: "text"; readonly text: string; readonly hint: string }
  | { readonly kind: "bool"; readonly text: "true" | "false" }
  | {
      readonly kind: "enum";
      readonly text: string;
      readonly labels: readonly { readonly text: string; readonly value: string }[];
    }
  /** Why not; `sources`: paths of the fields that the value is computed from. */
  | { readonly kind: "none"; readonly reason: string; readonly sources: readonly string[] };

/** Where the template has something to say about itself. Lines and columns from 1; `at`: path within the YAML ("/seq/0/type"). */
export interface TemplateDiagnostic {
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly at: string;
  readonly line: number;
  readonly column: number;
}
