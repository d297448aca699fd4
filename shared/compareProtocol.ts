// What the page of a comparison and the extension host say to each other, inside the "compare" messages of protocol.ts. Offsets and
// lengths in bytes of the whole side, also where two ranges are compared.
import type { ByteRange } from "./byteRange";
import type { WindowReply } from "./protocol";

/** More are counted, but not listed. */
export const MAX_DIFFERENCES = 100_000;

export type CompareSide = "left" | "right";

export type CompareQuestion =
  /** The page is on screen: what was found so far follows as news. */
  | { readonly kind: "open" }
  | { readonly kind: "read"; readonly side: CompareSide; readonly offset: number; readonly length: number }
  /** Makes `to` in the place of a difference what the other side is, as one undo step. */
  | { readonly kind: "apply"; readonly index: number; readonly to: CompareSide; readonly run: number }
  | { readonly kind: "again" }
  | { readonly kind: "stop" };

export interface CompareAnswer {
  open: CompareState;
  read: WindowReply;
  apply: Done;
  again: Done;
  stop: Done;
}
export interface Done {
  readonly done: true;
}

export interface CompareState {
  readonly left: SideState;
  readonly right: SideState;
  /** The most; fewer where two sides have no room for them. */
  readonly bytesPerRow: number | "fit";
  /** The page keeps it for the host, so that the panel is there again after a reload of the window. */
  readonly kept?: KeptComparison;
}

export interface KeptComparison {
  readonly left: KeptSide;
  readonly right: KeptSide;
}
export interface KeptSide {
  readonly uri: string;
  readonly saved?: boolean;
  /** Of git: the file as it is there. */
  readonly revision?: string;
  readonly range?: ByteRange;
}

export interface SideState {
  readonly name: string;
  /** "saved", a folder. */
  readonly detail: string;
  readonly size: number;
  readonly version: number;
  /** What of it is compared. */
  readonly range: ByteRange;
  /** Why nothing can be applied to it. */
  readonly fixedReason?: string;
}

export interface CompareStatus {
  /** Grows with each comparison: a list of another one is forgotten. */
  readonly run: number;
  readonly running: boolean;
  readonly done: number;
  readonly total: number;
  readonly count: number;
  /** There are more than were listed. */
  readonly truncated: boolean;
  /** The person stopped it, or a side was edited since. */
  readonly stopped: boolean;
  readonly stale: boolean;
  readonly unreadableBytes: number;
  readonly failure?: string;
}

export type CompareNews =
  | { readonly kind: "state"; readonly state: CompareState }
  | { readonly kind: "status"; readonly status: CompareStatus }
  /** Fours: start and end on the left, start and end on the right, behind the first `from` ones of the run. */
  | { readonly kind: "differences"; readonly run: number; readonly from: number; readonly fours: readonly number[] };
