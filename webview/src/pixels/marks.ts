// The rectangles of a picture whose pixels hold any of some bytes: at most three, since bytes run along rows. Pure.
import type { ByteRange } from "../../../shared/byteRange";
import { rowsOfBytes, type PictureGeometry } from "../../../shared/pictureGeometry";

export type Mark = readonly [x: number, y: number, width: number, height: number];

export function marksOf(geometry: PictureGeometry, bytes: ByteRange): Mark[] {
  const { width, height, rowBytes, pixels, topDown } = geometry;
  if (rowsOfBytes(geometry, bytes) === undefined) return [];
  const start = Math.max(0, bytes.start - pixels);
  const end = Math.min(rowBytes * height, bytes.end - pixels);
  const first = Math.floor(start / rowBytes);
  const last = Math.floor((end - 1) / rowBytes);
  const fromTop = (row: number) => (topDown ? row : height - 1 - row);
  const part = (row: number, from: number, to: number): Mark[] => {
    const left = Math.floor((from * 8) / geometry.bitsPerPixel);
    const right = Math.min(width, Math.ceil((to * 8) / geometry.bitsPerPixel));
    return left < right ? [[left, fromTop(row), right - left, 1]] : [];
  };
  if (first === last) return part(first, start - first * rowBytes, end - first * rowBytes);
  const between = last - first - 1;
  const middle: Mark[] = between === 0 ? [] : [[0, Math.min(fromTop(first + 1), fromTop(last - 1)), width, between]];
  return [...part(first, start - first * rowBytes, rowBytes), ...middle, ...part(last, 0, end - last * rowBytes)];
}
