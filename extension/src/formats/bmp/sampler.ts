// What turns bytes into pixels: one implementation for each way of holding them.

/** Pixels of a picture at even distances; all of them lie within it. Row 0 is the top one. */
export interface SampleGrid {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
  /** Pixels from one sample to the next, in both directions; at least 1. */
  readonly step: number;
}

export interface Sampler {
  /** Fills `out` row by row with colours as palette.ts packs them; 0, wholly transparent, where the file has no pixel.
   *  At most MAX_SAMPLES at once. */
  sample(grid: SampleGrid, out: Uint32Array): void;
}

export const MAX_SAMPLES = 1024 * 1024;
