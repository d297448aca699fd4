// Checks what a struct tree asks and tells; see validate.ts. Pure.
import {
  fields,
  flag,
  Malformed,
  offsetOf,
  oneOf,
  own,
  shown,
  textOf,
  unknownType,
  type Fields,
} from "./messageFields";
import {
  HUES,
  MAX_COLORS,
  MAX_FIELD_TEXT,
  MAX_PATH,
  type FieldRange,
  type StructCopy,
  type StructNotice,
  type StructQuestion,
} from "./structProtocol";
import { MAX_ROWS } from "./structTree";

export function parseStructQuestion(raw: unknown): StructQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as StructQuestion["kind"];
  const path = (): string => textOf(ask, "path", MAX_PATH);
  switch (kind) {
    case "open":
    case "close":
    case "pick":
      return { kind };
    case "children": {
      const count = offsetOf(ask, "count");
      if (count < 1 || count > MAX_ROWS) throw new Malformed(`count: not 1 to ${MAX_ROWS}: ${shown(count)}`);
      return { kind, path: path(), from: offsetOf(ask, "from"), count };
    }
    case "row":
    case "field":
    case "export":
      return { kind, path: path() };
    case "reveal":
      return { kind, offset: offsetOf(ask, "offset") };
    case "edit":
      return { kind, path: path(), text: textOf(ask, "text", MAX_FIELD_TEXT), despite: flag(ask, "despite") };
    case "copy":
      return { kind, path: path(), what: oneOf(ask, "what", STRUCT_COPIES) };
    case "template": {
      if (own(ask, "file") === undefined) return { kind };
      const file = textOf(ask, "file", MAX_PATH);
      return { kind, file, line: offsetOf(ask, "line"), column: offsetOf(ask, "column") };
    }
    case "docRef":
      return { kind, url: textOf(ask, "url", MAX_PATH) };
    case "showAbsent":
      return { kind, shown: flag(ask, "shown") };
    case "shareColumns": {
      const nameShare = own(ask, "nameShare");
      if (typeof nameShare !== "number" || !(nameShare > 0 && nameShare < 1))
        throw new Malformed(`nameShare: not between 0 and 1: ${shown(nameShare)}`);
      return { kind, nameShare };
    }
    case "colors": {
      const ranges = own(ask, "ranges");
      if (!Array.isArray(ranges) || ranges.length > MAX_COLORS)
        throw new Malformed(`ranges: no list of at most ${MAX_COLORS}`);
      return { kind, ranges: Array.from(ranges, fieldRange) };
    }
    default:
      return unknownType("question", kind);
  }
}

export function parseStructNotice(raw: unknown): StructNotice {
  const tell = fields(raw, "tell");
  const kind = own(tell, "kind") as StructNotice["kind"];
  return kind === "select" ? { kind, ...stretchOf(tell) } : unknownType("notice", kind);
}

function fieldRange(raw: unknown): FieldRange {
  const range = fields(raw, "range");
  const hue = offsetOf(range, "hue");
  if (hue >= HUES) throw new Malformed(`hue: not below ${HUES}: ${hue}`);
  return { ...stretchOf(range), hue, outer: flag(range, "outer"), closed: flag(range, "closed") };
}

function stretchOf(of: Fields): { readonly start: number; readonly end: number } {
  const start = offsetOf(of, "start");
  const end = offsetOf(of, "end");
  if (start >= end) throw new Malformed(`start ${start} not before end ${end}`);
  return { start, end };
}

const STRUCT_COPIES = { path: true, value: true, json: true } satisfies Record<StructCopy, true>;
