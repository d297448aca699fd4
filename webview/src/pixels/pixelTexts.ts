// What the page of a picture says in words. Pure.
import type { PixelPlace } from "../../../shared/pictureGeometry";

export interface PixelColor {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

export function colorText({ red, green, blue, alpha }: PixelColor): string {
  const hex = (level: number) => level.toString(16).toUpperCase().padStart(2, "0");
  return `#${hex(red)}${hex(green)}${hex(blue)}${alpha === 255 ? "" : hex(alpha)}`;
}

export function placeText({ x, y }: PixelPlace): string {
  return `${x}, ${y}`;
}

/** 400 %, 12.5 %, 0.87 %. */
export function zoomText(scale: number): string {
  const percent = scale * 100;
  const digits = percent >= 100 ? 0 : percent >= 10 ? 1 : 2;
  return `${String(Number(percent.toFixed(digits)))} %`;
}

/** Red in the lowest byte, alpha in the highest. */
export function unpacked(color: number): PixelColor {
  return { red: color & 255, green: (color >>> 8) & 255, blue: (color >>> 16) & 255, alpha: color >>> 24 };
}

/** "#rrggbb", opaque. */
export function packedColor(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return 0xff000000 + blue * 65536 + green * 256 + red;
}
