// What the view of sections and the extension host say to each other, inside the "sections" messages of protocol.ts. Offsets and
// lengths in bytes; addresses relative to the image base, which itself is text: it may have 64 bits.
import type { AddressSpan } from "./addressMap";

/** Rows of one answer. */
export const MAX_SECTION_ROWS = 500;

export type SectionsQuestion =
  /** The view is on screen. */
  | { readonly kind: "open" }
  | { readonly kind: "rows"; readonly list: SectionsList; readonly from: number; readonly count: number }
  /** What takes a pass over the file: entropies, the checksum. */
  | { readonly kind: "measure" }
  /** Writes the checksum as one undo step. */
  | { readonly kind: "fixChecksum" };

export type SectionsList = "directories" | "imports" | "exports" | "resources" | "details";

export interface SectionsAnswer {
  open: SectionsState;
  rows: { readonly rows: readonly ListRow[]; readonly total: number };
  measure: Measures;
  fixChecksum: { readonly version: number };
}

export interface ListRow {
  readonly depth: number;
  readonly text: string;
  readonly detail: string;
  /** Its bytes; absent where it has none in the file. */
  readonly start?: number;
  readonly end?: number;
}

export interface Measures {
  /** For each section: bits a byte; null: not measured. */
  readonly entropies: readonly (number | null)[];
  readonly checksum?: { readonly stated: number; readonly computed: number; readonly offset: number };
}

export interface SectionsState {
  /** Absent where no Terahex editor is open. */
  readonly document?: { readonly name: string; readonly version: number; readonly readOnlyReason?: string };
  /** Absent: the file is no program. */
  readonly image?: ProgramImage;
  /** Why there is no image. */
  readonly reason?: string;
}

export interface ProgramImage {
  /** "PE32+ for x64, DLL". */
  readonly format: string;
  readonly size: number;
  /** Hex. */
  readonly base: string;
  readonly sections: readonly SectionRow[];
  /** What each stretch of the file is, ascending. */
  readonly regions: readonly RegionRow[];
  /** What of it is in memory. */
  readonly spans: readonly AddressSpan[];
  readonly lists: readonly { readonly list: SectionsList; readonly title: string; readonly count: number }[];
  readonly warnings: readonly { readonly offset: number; readonly message: string }[];
  readonly hasChecksum: boolean;
  /** Who signed it, and whether unsaved edits touch what is signed. */
  readonly signature?: { readonly signer: string; readonly touched: boolean };
}

export interface SectionRow {
  readonly name: string;
  readonly rva: number;
  readonly virtualSize: number;
  readonly offset: number;
  readonly rawSize: number;
  readonly flags: readonly string[];
  /** What is there of it in the file. */
  readonly start: number;
  readonly end: number;
}

export interface RegionRow {
  readonly kind: "headers" | "section" | "symbols" | "certificates" | "overlay" | "gap";
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Index in `sections`. */
  readonly section?: number;
}

/** Host to view, unanswered. */
export type SectionsNews =
  | { readonly kind: "state"; readonly state: SectionsState }
  | { readonly kind: "cursor"; readonly offset: number }
  /** To an editor: what stands in front of its rows; absent: offsets. */
  | { readonly kind: "addresses"; readonly shown?: ShownAddresses };

export type AddressColumnKind = "rva" | "va";

export interface ShownAddresses {
  readonly kind: AddressColumnKind;
  /** Hex. */
  readonly base: string;
  readonly spans: readonly AddressSpan[];
}
