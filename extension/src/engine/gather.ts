// Elements at even distances, rows and columns of them, in one call: what pictures and overviews read. Here through plain
// reads, for sources that have nothing faster. Thread rule: none, works on the calling thread.
import type { ByteSource, ElementGrid, GatheredElements } from "./byteSource";
import { EngineError } from "./engineError";
import { checkSafeInteger, MAX_READ_BYTES } from "./readRequest";

/** Elements closer together than this are read with what is between them. */
const NEAR_BYTES = 4096;
const RUN_BYTES = 1024 * 1024;

/** @throws EngineError "out-of-range", "invalid-argument", "too-large" (64 MiB), "closed". */
export function gather(source: ByteSource, grid: ElementGrid): GatheredElements {
  return source.gather === undefined ? gatherByReads(source, grid) : source.gather(grid);
}

/** The same, one read after the other. */
export function gatherByReads(source: ByteSource, grid: ElementGrid): GatheredElements {
  checkGrid(grid);
  const { offset, rows, rowStride, columns, columnStride, elementBytes } = grid;
  const bytes = new Uint8Array(rows * columns * elementBytes);
  const missing: number[] = [];
  const { version } = source;
  const perRun =
    columnStride > NEAR_BYTES ? 1 : Math.max(1, Math.floor((RUN_BYTES - elementBytes) / Math.max(columnStride, 1)) + 1);
  for (let row = 0; row < rows; row += 1) {
    const rowOffset = offset + row * rowStride;
    for (let first = 0; first < columns; first += perRun) {
      const held = Math.min(perRun, columns - first);
      const into = (row * columns + first) * elementBytes;
      const at = rowOffset + first * columnStride;
      const span = (held - 1) * columnStride + elementBytes;
      const window = at < source.size ? source.readSync(at, span) : undefined;
      const got = new Uint8Array(window?.bytes ?? new ArrayBuffer(0));
      const unreadable = window?.unreadable ?? [];
      for (let column = 0; column < held; column += 1) {
        const from = column * columnStride;
        const to = into + column * elementBytes;
        const bad =
          from + elementBytes > got.length ||
          unreadable.some(({ start, end }) => start < at + from + elementBytes && at + from < end);
        if (bad) addMissing(missing, to, to + elementBytes);
        else bytes.set(elementBytes === 1 ? [got[from]!] : got.subarray(from, from + elementBytes), to);
      }
    }
  }
  return { bytes: bytes.buffer, version, missing };
}

/** @throws EngineError as gather(). */
export function checkGrid({ offset, rows, rowStride, columns, columnStride, elementBytes }: ElementGrid): void {
  checkSafeInteger(offset, "offset");
  checkSafeInteger(rows, "rows");
  checkSafeInteger(columns, "columns");
  checkSafeInteger(columnStride, "columnStride");
  checkSafeInteger(elementBytes, "elementBytes");
  checkSafeInteger(Math.abs(rowStride), "rowStride");
  if (elementBytes === 0) throw new EngineError("invalid-argument", "elementBytes must be at least 1");
  if (rows === 0 || columns === 0) return;
  if (rows * columns * elementBytes > MAX_READ_BYTES) {
    throw new EngineError("too-large", "a grid may hold at most 64 MiB", { offset });
  }
  checkSafeInteger(offset + (rows - 1) * rowStride, "offset of the last row");
  checkSafeInteger(
    Math.max(offset, offset + (rows - 1) * rowStride) + (columns - 1) * columnStride + elementBytes,
    "end of the grid",
  );
}

function addMissing(missing: number[], start: number, end: number): void {
  if (missing.at(-1) === start) missing[missing.length - 1] = end;
  else missing.push(start, end);
}
