// What a page's overview strip and the extension host say to each other, inside the "measure" messages of protocol.ts. The
// document is divided into cells (overviewCells.ts); of each cross some bytes, however large it is.

/** View to host; each gets one answer or failure. */
export type MeasureQuestion =
  /** The strip is on screen: answered with what samples tell, news follow until all is looked at, and when bytes change. */
  | { readonly kind: "overview" }
  /** The strip is gone. */
  | { readonly kind: "close" };

export interface MeasureAnswer {
  overview: OverviewCells;
  close: Record<string, never>;
}

export interface OverviewCells {
  /** Of the document that all cells divide. */
  readonly size: number;
  /** Index of the first cell that is told. */
  readonly from: number;
  /** CELL_BYTES for each cell, as Cell of overviewCells.ts says. */
  readonly cells: ArrayBuffer;
}

/** Host to view, unanswered. */
export type MeasureNews = { readonly kind: "cells"; readonly told: OverviewCells };
