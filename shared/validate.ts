// Checks what a webview sent before anything acts on it: a message is either rebuilt from scratch as the protocol's type or
// refused with the reason. Knows no vscode, Node or DOM; reads own properties only, so a prototype carries nothing in.
import { MAX_RANGES, type ByteRange } from "./byteRange";
import {
  MAX_WINDOW_BYTES,
  type CopyFormat,
  type EditColumn,
  type EditLabel,
  type EditMode,
  type HostNotice,
  type HostRequest,
  type PaneSizes,
  type Selection,
  type ToHost,
  type TroubleAction,
} from "./protocol";
import type { CompareQuestion } from "./compareProtocol";
import {
  MAX_HIT_ROWS,
  MAX_LEAST,
  MAX_NEEDLE_TEXT,
  type FindKind,
  type FindQuery,
  type FindQuestion,
} from "./findProtocol";
import type { MeasureQuestion } from "./measureProtocol";
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
import { MAX_SECTION_ROWS, type SectionsList, type SectionsQuestion } from "./sectionsProtocol";
import { parsePixelsQuestion, parseRawPixels } from "./validatePixels";
import { parseStructNotice, parseStructQuestion } from "./validateStruct";

/** `id`: of the request to be answered with a failure; null when the message cannot be answered. */
export type ParsedMessage =
  | { readonly ok: true; readonly message: ToHost }
  | { readonly ok: false; readonly id: number | null; readonly reason: string };

/** Characters of an encoding's or a type's name. */
const MAX_NAME = 40;

/** @param raw anything at all. Never throws. */
export function parseToHost(raw: unknown): ParsedMessage {
  let id: number | null = null;
  try {
    const message = fields(raw, "message");
    const kind = own(message, "kind");
    switch (kind) {
      case "request":
        id = offsetOf(message, "id");
        return { ok: true, message: { kind, id, body: parseRequest(own(message, "body")) } };
      case "cancel":
        return { ok: true, message: { kind, id: offsetOf(message, "id") } };
      case "notice":
        return { ok: true, message: { kind, body: parseNotice(own(message, "body")) } };
      default:
        throw new Malformed(`unknown kind ${shown(kind)}`);
    }
  } catch (error) {
    if (!(error instanceof Malformed)) return { ok: false, id, reason: "the message could not be read" };
    return { ok: false, id, reason: error.message };
  }
}

function parseRequest(raw: unknown): HostRequest {
  const body = fields(raw, "body");
  const type = own(body, "type") as HostRequest["type"];
  switch (type) {
    case "open":
      return own(body, "shows") === undefined ? { type } : { type, shows: oneOf(body, "shows", SHOWN) };
    case "echo":
      return { type };
    case "readWindow":
    case "readLive":
      return { type, offset: offsetOf(body, "offset"), length: windowLength(own(body, "length"), "length") };
    case "overwrite": {
      const offset = offsetOf(body, "offset");
      const bytes = own(body, "bytes");
      if (!(bytes instanceof ArrayBuffer)) throw new Malformed("bytes: not an ArrayBuffer");
      windowLength(bytes.byteLength, "bytes");
      if (!Number.isSafeInteger(offset + bytes.byteLength)) throw new Malformed("offset: past the last offset");
      return { type, offset, bytes, merge: flag(body, "merge"), label: oneOf(body, "label", EDIT_LABELS) };
    }
    case "replace": {
      const ranges = rangesOf(body, "ranges");
      const bytes = own(body, "bytes");
      if (!(bytes instanceof ArrayBuffer)) throw new Malformed("bytes: not an ArrayBuffer");
      if (bytes.byteLength > 0) windowLength(bytes.byteLength, "bytes");
      if (bytes.byteLength === 0 && ranges.length === 0) throw new Malformed("replace: nothing to take out or put in");
      const offset = offsetOf(body, "offset");
      return { type, ranges, offset, bytes, merge: flag(body, "merge"), label: oneOf(body, "label", EDIT_LABELS) };
    }
    case "copy": {
      const format = oneOf(body, "format", COPY_FORMATS);
      return { type, ranges: rangesOf(body, "ranges"), format, cut: flag(body, "cut") };
    }
    case "paste": {
      const offset = offsetOf(body, "offset");
      const column = oneOf(body, "column", COLUMNS);
      return { type, offset, column, mode: oneOf(body, "mode", EDIT_MODES), ranges: rangesOf(body, "ranges") };
    }
    case "find":
      return { type, ask: parseFindQuestion(own(body, "ask")) };
    case "measure":
      return { type, ask: parseMeasureQuestion(own(body, "ask")) };
    case "compare":
      return { type, ask: parseCompareQuestion(own(body, "ask")) };
    case "sections":
      return { type, ask: parseSectionsQuestion(own(body, "ask")) };
    case "struct":
      return { type, ask: parseStructQuestion(own(body, "ask")) };
    case "pixels":
      return { type, ask: parsePixelsQuestion(own(body, "ask")), ...parseRawPixels(own(body, "raw")) };
    default:
      return unknownType("request", type);
  }
}

function parseFindQuestion(raw: unknown): FindQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as FindQuestion["kind"];
  switch (kind) {
    case "start":
      return { kind, query: queryOf(ask, "query"), from: offsetOf(ask, "from"), backward: flag(ask, "backward") };
    case "step":
      return { kind, from: offsetOf(ask, "from"), backward: flag(ask, "backward") };
    case "marks":
      return { kind, ...rangeOf(own(ask, "start"), own(ask, "end"), "marks") };
    case "rows": {
      const count = offsetOf(ask, "count");
      if (count < 1 || count > MAX_HIT_ROWS) throw new Malformed(`count: not 1 to ${MAX_HIT_ROWS}: ${shown(count)}`);
      return { kind, from: offsetOf(ask, "from"), count };
    }
    case "replace": {
      const hit = fields(own(ask, "hit"), "hit");
      const text = textOf(ask, "text", MAX_NEEDLE_TEXT);
      return { kind, hit: rangeOf(own(hit, "start"), own(hit, "end"), "hit"), text };
    }
    case "replaceAll":
      return { kind, text: textOf(ask, "text", MAX_NEEDLE_TEXT) };
    case "list":
      return { kind, to: oneOf(ask, "to", LIST_TARGETS) };
    case "history":
      return own(ask, "used") === undefined ? { kind } : { kind, used: queryOf(ask, "used") };
    case "stop":
    case "refresh":
    case "close":
      return { kind };
    default:
      return unknownType("question", kind);
  }
}

function queryOf(of: Fields, name: string): FindQuery {
  const query = fields(own(of, name), name);
  const within = own(query, "within");
  const least = offsetOf(query, "least");
  if (least < 1 || least > MAX_LEAST) throw new Malformed(`least: not 1 to ${MAX_LEAST}: ${shown(least)}`);
  const range = within === undefined ? undefined : fields(within, "within");
  return {
    kind: oneOf(query, "kind", FIND_KINDS),
    text: textOf(query, "text", MAX_NEEDLE_TEXT),
    encoding: textOf(query, "encoding", MAX_NAME),
    type: textOf(query, "type", MAX_NAME),
    aligned: flag(query, "aligned"),
    matchCase: flag(query, "matchCase"),
    least,
    ...(range === undefined ? {} : { within: rangeOf(own(range, "start"), own(range, "end"), "within") }),
  };
}

function rangeOf(start: unknown, end: unknown, name: string): ByteRange {
  const range = { start: offsetOf({ start }, "start"), end: offsetOf({ end }, "end") };
  if (range.start >= range.end) throw new Malformed(`${name}: start ${range.start} not before end ${range.end}`);
  return range;
}

function parseMeasureQuestion(raw: unknown): MeasureQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as MeasureQuestion["kind"];
  switch (kind) {
    case "overview":
    case "close":
    case "subject":
      return { kind };
    case "stats":
      return { kind, ...rangeOf(own(ask, "start"), own(ask, "end"), "stats") };
    default:
      return unknownType("question", kind);
  }
}

function parseCompareQuestion(raw: unknown): CompareQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as CompareQuestion["kind"];
  switch (kind) {
    case "open":
    case "again":
    case "stop":
      return { kind };
    case "read":
      return {
        kind,
        side: oneOf(ask, "side", SIDES),
        offset: offsetOf(ask, "offset"),
        length: windowLength(own(ask, "length"), "length"),
      };
    case "apply":
      return { kind, index: offsetOf(ask, "index"), to: oneOf(ask, "to", SIDES), run: offsetOf(ask, "run") };
    default:
      return unknownType("question", kind);
  }
}

const SIDES = { left: true, right: true } as const;

function parseSectionsQuestion(raw: unknown): SectionsQuestion {
  const ask = fields(raw, "ask");
  const kind = own(ask, "kind") as SectionsQuestion["kind"];
  switch (kind) {
    case "open":
    case "measure":
    case "fixChecksum":
    case "program":
      return { kind };
    case "picture":
      return { kind, id: offsetOf(ask, "id") };
    case "showField":
      return { kind, ...rangeOf(own(ask, "start"), own(ask, "end"), "showField") };
    case "rows": {
      const count = offsetOf(ask, "count");
      if (count < 1 || count > MAX_SECTION_ROWS)
        throw new Malformed(`count: not 1 to ${MAX_SECTION_ROWS}: ${shown(count)}`);
      return { kind, list: oneOf(ask, "list", SECTION_LISTS), from: offsetOf(ask, "from"), count };
    }
    default:
      return unknownType("question", kind);
  }
}

function parseNotice(raw: unknown): HostNotice {
  const body = fields(raw, "body");
  const type = own(body, "type") as HostNotice["type"];
  switch (type) {
    case "selectionChanged":
      return { type, selection: selectionOf(body, "selection") };
    case "modeChanged":
      return { type, mode: oneOf(body, "mode", EDIT_MODES) };
    case "troubleAction":
      return { type, action: oneOf(body, "action", TROUBLE_ACTIONS) };
    case "settingChanged":
      return {
        type,
        ...(own(body, "inspector") === undefined ? {} : { inspector: flag(body, "inspector") }),
        ...(own(body, "structTree") === undefined ? {} : { structTree: flag(body, "structTree") }),
        ...(own(body, "overview") === undefined ? {} : { overview: flag(body, "overview") }),
        ...(own(body, "panes") === undefined ? {} : { panes: paneSizesOf(own(body, "panes")) }),
      };
    case "struct":
      return { type, tell: parseStructNotice(own(body, "tell")) };
    case "firstRows":
      return { type, elapsedMs: lengthOf(body, "elapsedMs") };
    default:
      return unknownType("notice", type);
  }
}

function paneSizesOf(raw: unknown): PaneSizes {
  const panes = fields(raw, "panes");
  return {
    paneWidthPx: lengthOf(panes, "paneWidthPx"),
    paneHeightPx: lengthOf(panes, "paneHeightPx"),
    treeWidthPx: lengthOf(panes, "treeWidthPx"),
    treeHeightPx: lengthOf(panes, "treeHeightPx"),
  };
}

function lengthOf(of: Fields, name: string): number {
  const value = own(of, name);
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) {
    throw new Malformed(`${name}: no length: ${shown(value)}`);
  }
  return value;
}

// `satisfies` makes the compiler name a member of the protocol's union that is missing here.
const EDIT_LABELS = {
  type: true,
  delete: true,
  inspector: true,
  field: true,
  paste: true,
} satisfies Record<EditLabel, true>;
const SECTION_LISTS = {
  directories: true,
  sections: true,
  segments: true,
  imports: true,
  exports: true,
  resources: true,
  exceptions: true,
  details: true,
} satisfies Record<SectionsList, true>;
const FIND_KINDS = {
  hex: true,
  text: true,
  regex: true,
  value: true,
  differs: true,
  strings: true,
} satisfies Record<FindKind, true>;
const SHOWN = { pixels: true } as const;
const LIST_TARGETS = { clipboard: true, file: true } as const;
const COLUMNS = { hex: true, text: true } satisfies Record<EditColumn, true>;
const EDIT_MODES = { overwrite: true, insert: true } satisfies Record<EditMode, true>;
const TROUBLE_ACTIONS = {
  keepMine: true,
  reload: true,
  compare: true,
  saveAs: true,
  dismiss: true,
} satisfies Record<TroubleAction, true>;
const COPY_FORMATS = {
  hex: true,
  text: true,
  "c-array": true,
  base64: true,
  hexdump: true,
} satisfies Record<CopyFormat, true>;

export function isCopyFormat(value: unknown): value is CopyFormat {
  return typeof value === "string" && Object.hasOwn(COPY_FORMATS, value);
}

/** The settings contract: 1 to 256, or "fit". Anything else, from a settings file edited by hand, is the default. */
export function bytesPerRowOf(value: unknown): number | "fit" {
  if (value === "fit") return "fit";
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 256 ? value : 16;
}

/** The mode that new panels begin in; anything else is the one that changes no length. */
export function editModeOf(value: unknown): EditMode {
  return value === "insert" ? "insert" : "overwrite";
}

function windowLength(value: unknown, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > MAX_WINDOW_BYTES) {
    throw new Malformed(`${name}: not 1 to ${MAX_WINDOW_BYTES} bytes: ${shown(value)}`);
  }
  return value;
}

/** In normal form: an edit of ranges that overlap would take out other bytes than the person saw. */
function rangesOf(of: Fields, name: string): readonly ByteRange[] {
  const list = own(of, name);
  if (!Array.isArray(list)) throw new Malformed(`${name}: not a list`);
  if (list.length > MAX_RANGES) throw new Malformed(`${name}: more than ${MAX_RANGES} ranges`);
  let previousEnd = -1;
  return Array.from(list, (one: unknown) => {
    const range = fields(one, name);
    const start = offsetOf(range, "start");
    const end = offsetOf(range, "end");
    if (start >= end) throw new Malformed(`${name}: start ${start} not before end ${end}`);
    if (start <= previousEnd) throw new Malformed(`${name}: ${start} touches the range before it`);
    previousEnd = end;
    return { start, end };
  });
}

function selectionOf(of: Fields, name: string): Selection {
  const selection = fields(own(of, name), name);
  return {
    anchor: offsetOf(selection, "anchor"),
    focus: offsetOf(selection, "focus"),
    column: oneOf(selection, "column", COLUMNS),
    ...(own(selection, "more") === undefined ? {} : { more: rangesOf(selection, "more") }),
  };
}
