// What the page of a picture says in words. Pure.
import { bytesOfPixel, type PictureGeometry, type PixelPlace } from "../../../shared/pictureGeometry";

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

export interface StatusPart {
  readonly label: string;
  readonly text: string;
  /** Of a swatch before it. */
  readonly color?: string;
}

/** The line below the picture: what is pointed at, and how far a compressed picture has been looked through. */
export function statusParts(of: {
  readonly place: PixelPlace | undefined;
  /** Undefined: not known yet. */
  readonly color: PixelColor | undefined;
  /** Of pictures whose pixels have bytes of their own. */
  readonly geometry: PictureGeometry | undefined;
  readonly walked: number;
}): StatusPart[] {
  const parts: StatusPart[] = [];
  if (of.place !== undefined) {
    parts.push({ label: "Pixel: x, y", text: placeText(of.place) });
    if (of.color !== undefined) {
      const text = colorText(of.color);
      const { red, green, blue, alpha } = of.color;
      parts.push({ label: `Red ${red}, green ${green}, blue ${blue}, alpha ${alpha}`, text, color: text });
    }
    const bytes = of.geometry === undefined ? undefined : bytesOfPixel(of.geometry, of.place);
    if (bytes !== undefined) {
      parts.push({ label: "Offset of its bytes", text: `0x${bytes.start.toString(16).toUpperCase()}` });
    }
  }
  if (of.walked < 1) {
    parts.push({ label: "Compressed rows", text: `looked through ${Math.floor(of.walked * 100)} %` });
  }
  return parts;
}
