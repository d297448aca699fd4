// What a page's find bar and the extension host say to each other, inside the "find" messages of protocol.ts. The host holds
// the search and its list of hits; a page sees the hit it stands on, the rows it shows and how far the search has come.
import type { ByteRange } from "./byteRange";

/** Characters of a needle: the longest one of 64 KiB, written as hex with spaces. */
export const MAX_NEEDLE_TEXT = 3 * 64 * 1024;
/** Rows of the list that one question asks for. */
export const MAX_HIT_ROWS = 128;
/** Hits in one screen of bytes. */
export const MAX_MARKS = 4096;
/** Equal parts of the file that the scroll bar marks. */
export const MARK_BUCKETS = 512;
export const MAX_HISTORY = 30;
/** Characters that a string may have to have. */
export const MAX_LEAST = 1000;

/** "differs": bytes that are not those of the repeated pattern; "strings": stretches of text that contain what was typed. */
export type FindKind = "hex" | "text" | "regex" | "value" | "differs" | "strings";

export interface FindQuery {
  readonly kind: FindKind;
  readonly text: string;
  /** Of a text and of strings. */
  readonly encoding: string;
  /** Of a value: u1, s4be, f8le and so on. */
  readonly type: string;
  /** Of a value: only at multiples of its size. */
  readonly aligned: boolean;
  readonly matchCase: boolean;
  /** Of strings: characters. */
  readonly least: number;
  /** Absent: everywhere. */
  readonly within?: ByteRange;
}

export type FindQuestion =
  /** Begins another search, the one before ends. Answered as a step is; all hits are counted behind. */
  | { readonly kind: "start"; readonly query: FindQuery; readonly from: number; readonly backward: boolean }
  /** The first hit from `from` on, or backward the last that begins before it; around the end when there is none. */
  | { readonly kind: "step"; readonly from: number; readonly backward: boolean }
  /** Hits that touch [start, end). */
  | { readonly kind: "marks"; readonly start: number; readonly end: number }
  /** Of the list. */
  | { readonly kind: "rows"; readonly from: number; readonly count: number }
  /** Puts `text`, read as the needle was, in the place of one hit, when the bytes there still match. */
  | { readonly kind: "replace"; readonly hit: ByteRange; readonly text: string }
  | { readonly kind: "replaceAll"; readonly text: string }
  | { readonly kind: "list"; readonly to: "clipboard" | "file" }
  /** Ends the search, keeps what is listed. */
  | { readonly kind: "stop" }
  /** Counts again from the start: the list is out of date. */
  | { readonly kind: "refresh" }
  /** Keeps a query for later; answers with what is kept. */
  | { readonly kind: "history"; readonly used?: FindQuery }
  /** Ends the search and forgets the list. */
  | { readonly kind: "close" };

/** Nothing to search for: only strings can be searched for without a word in them. */
export function isBlank({ kind, text }: FindQuery): boolean {
  return text === "" && kind !== "strings";
}

/** What is wrong with what was typed. */
export interface FindProblem {
  readonly message: string;
  /** Characters of the text. */
  readonly at?: number;
  readonly length?: number;
}

export interface FindStep {
  readonly hit?: ByteRange;
  readonly wrapped?: boolean;
  readonly problem?: FindProblem;
}

export interface HitRow {
  readonly hit: ByteRange;
  /** Of the first byte of `context`. */
  readonly contextStart: number;
  readonly context: readonly number[];
  /** Of a string, or its beginning. */
  readonly text?: string;
}

export interface FindAnswer {
  start: FindStep;
  step: FindStep;
  marks: { readonly ranges: readonly number[]; readonly version: number };
  /** `from`: of the first row; fewer rows at the end of what was found so far. */
  rows: { readonly from: number; readonly rows: readonly HitRow[] };
  replace: { readonly replaced: boolean; readonly problem?: FindProblem; readonly end: number };
  /** `version`: the document's, with all of them replaced. */
  replaceAll: { readonly count: number; readonly version: number; readonly problem?: FindProblem };
  list: { readonly count: number };
  stop: object;
  refresh: object;
  history: { readonly queries: readonly FindQuery[] };
  close: object;
}

/** How far the search has come. */
export interface FindStatus {
  /** Another number: another list, whose rows have nothing to do with those before. */
  readonly list: number;
  readonly count: number;
  /** The list is full: there may be more hits. */
  readonly truncated: boolean;
  /** Stopped before its end. */
  readonly stopped: boolean;
  readonly searching: boolean;
  /** Bytes. */
  readonly done: number;
  readonly total: number;
  /** Edited since: the list is of another version. */
  readonly stale: boolean;
  readonly unreadableBytes: number;
  /** Of the hit that was answered last; absent while the list does not reach it. */
  readonly index?: number;
  /** Buckets with hits, when they are others than last told. */
  readonly marks?: readonly number[];
  readonly failure?: string;
}

export type FindCommand = "find" | "replace" | "next" | "previous" | "list" | "strings";

export type FindNews =
  | { readonly kind: "command"; readonly command: FindCommand }
  | { readonly kind: "status"; readonly status: FindStatus };
