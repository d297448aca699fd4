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
