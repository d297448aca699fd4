// gather() as it would be written without thinking of speed, and grids to hold it against.
import type { ByteSource, ElementGrid } from "../../../extension/src/engine/byteSource";

export function gatherNaively(source: ByteSource, grid: ElementGrid): { bytes: number[]; missing: number[] } {
  const bytes: number[] = [];
  const missing: number[] = [];
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      const at = grid.offset + row * grid.rowStride + column * grid.columnStride;
      const window = source.readSync(Math.min(at, source.size), grid.elementBytes);
      const whole = window.bytes.byteLength === grid.elementBytes && window.unreadable.length === 0;
      if (!whole) {
        if (missing.at(-1) === bytes.length) missing[missing.length - 1] = bytes.length + grid.elementBytes;
        else missing.push(bytes.length, bytes.length + grid.elementBytes);
      }
      for (let index = 0; index < grid.elementBytes; index += 1) {
        bytes.push(whole ? new Uint8Array(window.bytes)[index]! : 0);
      }
    }
  }
  return { bytes, missing };
}

/** Within the source or a little behind it. */
export function randomGrid(seed: number, size: number): ElementGrid {
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const rows = random(12);
  const rowStride = random(3) === 0 ? -random(300) : random(300);
  const down = rowStride < 0 && rows > 0 ? (rows - 1) * -rowStride : 0;
  return {
    offset: down + random(size + 50),
    rows,
    rowStride,
    columns: random(12),
    columnStride: random(4) === 0 ? 1000 + random(9000) : random(40),
    elementBytes: 1 + random(8),
  };
}
