// Checks what a picture's page asks; see validate.ts. Pure.
import type { Adjustment } from "./adjustment";
import { fields, flag, Malformed, offsetOf, oneOf, own, shown, unknownType, type Fields } from "./messageFields";
import { MAX_PICTURE_SIDE, MAX_SPANS, TILE_SIDE, type PaintColor, type PixelsQuestion } from "./pixelsProtocol";
import { MAX_RAW_WIDTH, RAW_FORMATS, type RawPixels } from "./rawPixels";

export function parsePixelsQuestion(raw: unknown): PixelsQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as PixelsQuestion["kind"];
  const pixels = (name: string, least: number): number => bounded(ask, name, least, MAX_PICTURE_SIDE);
  switch (kind) {
    case "picture":
    case "guess":
      return { kind };
    case "tile": {
      const [width, height, step] = [pixels("width", 1), pixels("height", 1), pixels("step", 1)];
      const samples = pixels("samples", 1);
      if (Math.max(width, height) > TILE_SIDE * step) throw new Malformed(`tile: more than ${TILE_SIDE} pixels wide`);
      if (samples > 4) throw new Malformed(`samples: not 1 to 4: ${samples}`);
      return { kind, x: pixels("x", 0), y: pixels("y", 0), width, height, step, samples };
    }
    case "paint": {
      const list = own(ask, "spans");
      if (!Array.isArray(list) || list.length % 3 !== 0 || list.length > 3 * MAX_SPANS) {
        throw new Malformed(`spans: no list of at most ${MAX_SPANS} triples`);
      }
      const spans = Array.from(list, (value: unknown) => bounded({ value }, "value", 0, MAX_PICTURE_SIDE));
      return { kind, paint: paintOf(ask), spans, merge: flag(ask, "merge") };
    }
    case "fill":
      return { kind, x: pixels("x", 0), y: pixels("y", 0), paint: paintOf(ask) };
    case "palette":
      return { kind, index: bounded(ask, "index", 0, 255), color: bounded(ask, "color", 0, 0xffffffff) };
    case "adjust": {
      const [width, height] = [pixels("width", 1), pixels("height", 1)];
      const adjustment = adjustmentOf(own(ask, "adjustment"));
      return { kind, x: pixels("x", 0), y: pixels("y", 0), width, height, adjustment };
    }
    default:
      return unknownType("question", kind);
  }
}

/** Nothing where there is none: a request without it asks for the picture that the file is. */
export function parseRawPixels(value: unknown): { readonly raw?: RawPixels } {
  if (value === undefined) return {};
  const raw = fields(value, "raw");
  const width = bounded(raw, "width", 1, MAX_RAW_WIDTH);
  const rowBytes = bounded(raw, "rowBytes", 1, 16 * MAX_RAW_WIDTH);
  return { raw: { format: oneOf(raw, "format", KNOWN_FORMATS), width, rowBytes, offset: offsetOf(raw, "offset") } };
}

const KNOWN_FORMATS = Object.fromEntries(Object.keys(RAW_FORMATS).map((name) => [name, true])) as Readonly<
  Record<RawPixels["format"], true>
>;

function bounded(of: Fields, name: string, least: number, most: number): number {
  const value = offsetOf(of, name);
  if (value < least || value > most) throw new Malformed(`${name}: not ${least} to ${most}: ${shown(value)}`);
  return value;
}

function paintOf(of: Fields): PaintColor {
  const paint = fields(own(of, "paint"), "paint");
  const color = bounded(paint, "color", 0, 0xffffffff);
  return own(paint, "index") === undefined ? { color } : { color, index: bounded(paint, "index", 0, 255) };
}

function adjustmentOf(raw: unknown): Adjustment {
  const of = fields(raw, "adjustment");
  const share = (name: string): number => {
    const value = own(of, name);
    if (typeof value !== "number" || !(value >= -100 && value <= 100)) {
      throw new Malformed(`${name}: not -100 to 100: ${shown(value)}`);
    }
    return value;
  };
  const list = own(of, "channels");
  if (!Array.isArray(list) || list.length !== 3) throw new Malformed("channels: not three");
  const [red, green, blue] = list.map((value: unknown) => bounded({ value }, "value", 0, 2)) as [
    number,
    number,
    number,
  ];
  const table = own(of, "table");
  if (table !== null && (!Array.isArray(table) || table.length !== 768)) throw new Malformed("table: not 768 levels");
  return {
    brightness: share("brightness"),
    contrast: share("contrast"),
    invert: flag(of, "invert"),
    channels: [red, green, blue],
    table: table === null ? null : table.map((value: unknown) => bounded({ value }, "value", 0, 255)),
  };
}
