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
  | { readonly kind: "fixChecksum" }
  /** The picture of a row. */
  | { readonly kind: "picture"; readonly id: number }
  /** Selects bytes and shows the field that they are in the struct tree. */
  | { readonly kind: "showField"; readonly start: number; readonly end: number }
  /** An editor wants to know what program it shows. */
  | { readonly kind: "program" };

/** "sections": all of them, where the table has room for the first ones alone. */
export type SectionsList =
  "sections" | "directories" | "segments" | "imports" | "exports" | "resources" | "exceptions" | "details";

export interface SectionsAnswer {
  open: SectionsState;
  rows: { readonly rows: readonly ListRow[]; readonly total: number };
  measure: Measures;
  fixChecksum: { readonly version: number };
  picture: ProgramPicture;
  showField: object;
  /** Absent: it is none. */
  program: { readonly program?: ShownProgram; readonly signature?: ProgramSignature };
}

/** As a browser shows it. */
export interface ProgramPicture {
  readonly mime: string;
  readonly bytes: ArrayBuffer;
}

export interface ListRow {
  readonly depth: number;
  readonly text: string;
  readonly detail: string;
  /** Its bytes; absent where it has none in the file. */
  readonly start?: number;
  readonly end?: number;
  /** What to ask for its picture by. */
  readonly picture?: number;
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

export type ProgramKind = "pe" | "elf" | "mach-o";

/** What is where: what an editor knows of the program in it. */
export interface ShownProgram {
  readonly kind: ProgramKind;
  /** Hex; what addresses are relative to. */
  readonly base: string;
  /** What each stretch of the file is, ascending. */
  readonly regions: readonly RegionRow[];
  /** What of it is in memory. */
  readonly spans: readonly AddressSpan[];
}

export interface ProgramImage extends ShownProgram {
  /** "PE32+ for x64, DLL". */
  readonly format: string;
  readonly size: number;
  readonly sections: readonly SectionRow[];
  /** How many more sections there are than are told. */
  readonly moreSections: number;
  readonly lists: readonly { readonly list: SectionsList; readonly title: string; readonly count: number }[];
  readonly warnings: readonly { readonly offset: number; readonly message: string }[];
  readonly hasChecksum: boolean;
  readonly signature?: ProgramSignature;
}

export interface ProgramSignature {
  /** Who claims to have signed it. */
  readonly signer: string;
  /** Unsaved edits are in what is signed. */
  readonly touched: boolean;
}

/** Numbers as the file states them, hex. */
export interface SectionRow {
  readonly name: string;
  readonly address: string;
  readonly memorySize: string;
  readonly offset: string;
  readonly fileSize: string;
  /** "r-x code" */
  readonly summary: string;
  /** All of them, spelled out. */
  readonly flags: readonly string[];
  /** What is there of it in the file. */
  readonly start: number;
  readonly end: number;
  /** What of the file says all this. */
  readonly headerStart: number;
  readonly headerEnd: number;
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
  | { readonly kind: "addresses"; readonly column?: AddressColumnKind }
  /** To an editor: whether its bytes show the colours of their sections. */
  | { readonly kind: "colors"; readonly shown: boolean };

export type AddressColumnKind = "rva" | "va";
