// What a page's overview strip and the extension host say to each other, inside the "measure" messages of protocol.ts. The
// document is divided into cells (overviewCells.ts); of each cross some bytes, however large it is.

/** View to host; each gets one answer or failure. */
export type MeasureQuestion =
  /** The strip is on screen: answered with what samples tell, news follow until all is looked at, and when bytes change. */
  | { readonly kind: "overview" }
  /** The strip is gone. */
  | { readonly kind: "close" }
  /** Of a page of statistics: what it is about. */
  | { readonly kind: "subject" }
  /** A pass over the range; the last question of a page ends the one before it. */
  | { readonly kind: "stats"; readonly start: number; readonly end: number };

export interface MeasureAnswer {
  overview: OverviewCells;
  close: Record<string, never>;
  subject: StatsSubject;
  stats: StatsOfRange;
}

export interface OverviewCells {
  /** Of the document that all cells divide. */
  readonly size: number;
  /** Index of the first cell that is told. */
  readonly from: number;
  /** CELL_BYTES for each cell, as Cell of overviewCells.ts says. */
  readonly cells: ArrayBuffer;
}

export interface StatsSubject {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Parts of equal length, as far as bytes go round. */
export const STATS_BUCKETS = 512;

export interface StatsOfRange {
  readonly start: number;
  readonly end: number;
  /** How often each of the 256 bytes occurs. */
  readonly counts: readonly number[];
  /** Bits for each byte, 0 to 8, of each bucket. */
  readonly entropy: readonly number[];
  /** How often each pair of neighbours occurs, 256 rows by first byte, as brightness: 0 none, 255 most, logarithmic. */
  readonly pairs: ArrayBuffer;
  /** Bytes whose pairs were counted: samples of a long range. */
  readonly pairBytes: number;
  readonly unreadableBytes: number;
  /** Edited meanwhile: the figures belong to no single version. */
  readonly stale: boolean;
}

/** Host to view, unanswered. */
export type MeasureNews =
  | { readonly kind: "cells"; readonly told: OverviewCells }
  /** To a page of statistics: its figures are of older bytes. */
  | { readonly kind: "edited" };
