// Where in a .ksy text a cursor stands: which map or list it is in, which key's value it writes. Goes by lines and indentation,
// because text that is being typed is rarely whole YAML. Flow style is followed within the cursor's line. Pure.
import type { Place } from "./keyDocs";

export interface CursorPlace {
  /** Keys and indices down to the map or list that holds the cursor. */
  readonly path: readonly string[];
  readonly place: Place;
  /** The key whose value the cursor is in; undefined: the cursor is where a key or a list item goes. */
  readonly key: string | undefined;
  /** What stands of the value before the cursor, without its opening quote. */
  readonly value: string;
  /** Keys that the map has already, apart from the one that is being typed. */
  readonly siblings: ReadonlySet<string>;
  /** The cursor is in a text for people or in a comment. */
  readonly isText: boolean;
  /** The cursor's line has "- " before it, so that a list item begins here. */
  readonly isItem: boolean;
}

interface LineParts {
  /** Columns of the "-" of list items. */
  readonly items: readonly number[];
  readonly key: { readonly column: number; readonly text: string; readonly valueColumn: number } | undefined;
  /** Column of what stands behind the items. */
  readonly column: number;
}

const keyPattern =
  /^(?:'((?:[^']|'')*)'|"((?:[^"\\]|\\.)*)"|([^\s#'"{}[\],&*!|>%@`-][^#{}[\],]*?|-[\w-]+))[ \t]*:(?=[ \t]|$)/;

function partsOf(line: string): LineParts {
  const items: number[] = [];
  let column = line.search(/\S|$/);
  for (;;) {
    const item = /^-(?:[ \t]+|$)/.exec(line.slice(column));
    if (item === null) break;
    items.push(column);
    column += item[0].length;
  }
  const found = keyPattern.exec(line.slice(column));
  if (found === null) return { items, key: undefined, column };
  const after = column + found[0].length;
  const valueColumn = after + (/^[ \t]*/.exec(line.slice(after))?.[0].length ?? 0);
  return { items, key: { column, text: found[1] ?? found[2] ?? found[3] ?? "", valueColumn }, column };
}

const isBlank = (line: string): boolean => /^\s*(#|$)/.test(line);

/** @param line from 0 @param column from 0 */
export function cursorPlace(text: string, line: number, column: number): CursorPlace {
  const lines = text.split(/\r?\n/);
  const whole = lines[line] ?? "";
  const before = whole.slice(0, column);
  const parts = partsOf(before);
  const own =
    parts.items.length > 0 ? Math.min(parts.column, before.length) : /\S/.test(before) ? parts.column : column;
  const { path, blockKey } = ancestors(lines, line, parts.items[0] ?? own, parts.items.length > 0);
  for (let count = 0; count < parts.items.length; count += 1) {
    path.push(String(itemIndex(lines, line, parts.items[count] ?? 0, count > 0)));
  }
  const isComment = /(^|\s)#/.test(withoutQuoted(before));
  if (blockKey !== undefined) {
    return {
      ...describe(path.slice(0, -1), blockKey, blockText(lines, line, before), parts),
      isText: !isExpressionKey(blockKey),
    };
  }
  const flow = flowPlace(before.slice(parts.key?.valueColumn ?? parts.column));
  if (flow !== undefined) {
    const inner = [...path, ...(parts.key === undefined ? [] : [parts.key.text]), ...flow.path];
    return { ...describe(inner, flow.key, flow.value, parts), siblings: flow.siblings, isText: isComment };
  }
  const key = parts.key?.text;
  const value = parts.key === undefined ? "" : before.slice(parts.key.valueColumn).replace(/^['"]/, "");
  const siblings = key === undefined ? siblingKeys(lines, line, own) : new Set<string>();
  return { ...describe(path, key, value, parts), siblings, isText: isComment || key === "doc" || key === "title" };
}

function describe(path: readonly string[], key: string | undefined, value: string, parts: LineParts): CursorPlace {
  const isItem = parts.items.length > 0;
  return { path, place: placeOf(path), key, value, siblings: new Set(), isText: false, isItem };
}

/** The keys and items that hold what begins at `column` of `line`; `blockKey`: its text is a block scalar of that key. */
function ancestors(
  lines: readonly string[],
  line: number,
  column: number,
  isItem: boolean,
): { path: string[]; blockKey: string | undefined } {
  const path: string[] = [];
  let limit = column;
  let below = isItem;
  let blockKey: string | undefined;
  for (let at = line - 1; at >= 0 && (limit > 0 || below); at -= 1) {
    const text = lines[at] ?? "";
    if (isBlank(text)) continue;
    const { items, key } = partsOf(text);
    if (key !== undefined && (key.column < limit || (below && key.column === limit && items.length === 0))) {
      if (path.length === 0 && /^[|>][-+0-9]*[ \t]*(#.*)?$/.test(text.slice(key.valueColumn))) blockKey = key.text;
      path.unshift(key.text);
      limit = key.column;
      below = false;
    }
    for (const item of [...items].reverse()) {
      if (item >= limit) continue;
      path.unshift(String(itemIndex(lines, at, item, item !== items[0])));
      limit = item;
      below = true;
    }
  }
  return { path, blockKey };
}

/** Which item of its list the one at this column is. @param isNested it stands behind another item's dash on its line */
function itemIndex(lines: readonly string[], line: number, column: number, isNested: boolean): number {
  let index = 0;
  if (isNested) return 0;
  for (let at = line - 1; at >= 0; at -= 1) {
    const text = lines[at] ?? "";
    if (isBlank(text)) continue;
    const { items, key } = partsOf(text);
    if (items.includes(column)) {
      index += 1;
      if (items[0] !== column) break;
    } else if ((items[0] ?? key?.column ?? text.search(/\S/)) <= column) break;
  }
  return index;
}

function siblingKeys(lines: readonly string[], line: number, column: number): Set<string> {
  const found = new Set<string>();
  const take = (at: number): boolean => {
    const text = lines[at] ?? "";
    if (isBlank(text)) return true;
    const { items, key } = partsOf(text);
    if (key?.column === column) found.add(key.text);
    return (items[0] ?? text.search(/\S/)) >= column;
  };
  if (partsOf(lines[line] ?? "").items.length === 0) {
    for (let at = line - 1; at >= 0 && take(at); at -= 1);
  }
  for (let at = line + 1; at < lines.length; at += 1) {
    const text = lines[at] ?? "";
    if (!isBlank(text) && (partsOf(text).items[0] ?? Infinity) < column) break;
    if (!take(at)) break;
  }
  return found;
}

/** Lines of a block scalar up to the cursor, joined. */
function blockText(lines: readonly string[], line: number, before: string): string {
  const indent = before.search(/\S|$/);
  const found = [before.trimStart()];
  for (let at = line - 1; at >= 0; at -= 1) {
    const text = lines[at] ?? "";
    if (text.trim() !== "" && text.search(/\S/) < indent) break;
    found.unshift(text.trim());
  }
  return found.join(" ");
}

function withoutQuoted(text: string): string {
  return text.replace(/'[^']*'|"(?:[^"\\]|\\.)*"/g, "");
}

interface FlowLevel {
  readonly isMap: boolean;
  key: string | undefined;
  index: number;
  value: string;
  readonly keys: Set<string>;
}

/** Within `{…` or `[…`; undefined when everything that was opened is closed. */
function flowPlace(
  text: string,
): { path: string[]; key: string | undefined; value: string; siblings: Set<string> } | undefined {
  if (!/^[{[]/.test(text)) return undefined;
  const levels: FlowLevel[] = [];
  const open = (isMap: boolean): void => {
    levels.push({ isMap, key: undefined, index: 0, value: "", keys: new Set() });
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const level = levels.at(-1);
    const quoted = /^'[^']*'|^"(?:[^"\\]|\\.)*"/.exec(text.slice(at))?.[0];
    if (level !== undefined && quoted !== undefined) {
      level.value += quoted;
      at += quoted.length - 1;
    } else if ((sign === "{" || sign === "[") && (level === undefined || level.value.trim() === "")) open(sign === "{");
    else if (level === undefined) return undefined;
    else if (sign === (level.isMap ? "}" : "]")) levels.pop();
    else if (sign === ",") {
      level.key = undefined;
      level.value = "";
      level.index += 1;
    } else if (sign === ":" && level.isMap && level.key === undefined && /^:(\s|$)/.test(text.slice(at))) {
      level.key = level.value.trim().replace(/^(['"])(.*)\1$/, "$2");
      level.keys.add(level.key);
      level.value = "";
    } else level.value += sign;
  }
  const last = levels.at(-1);
  if (last === undefined) return undefined;
  const path = levels.slice(0, -1).map(({ isMap, key, index }) => (isMap ? (key ?? "") : String(index)));
  if (!last.isMap) {
    // A list's items belong to the key that has it.
    const key = path.pop();
    return { path, key, value: last.value.trimStart().replace(/^['"]/, ""), siblings: new Set() };
  }
  return { path, key: last.key, value: last.value.trimStart().replace(/^['"]/, ""), siblings: last.keys };
}

const steps: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  type: {
    meta: "meta",
    seq: "seqList",
    params: "paramList",
    instances: "instanceMap",
    types: "typeMap",
    enums: "enumMap",
  },
  meta: { endian: "switch", imports: "importList" },
  attribute: { type: "switch", valid: "valid" },
  instance: { type: "switch", valid: "valid" },
  switch: { cases: "cases" },
};
const memberSteps: Readonly<Partial<Record<Place, Place>>> = {
  seqList: "attribute",
  paramList: "param",
  instanceMap: "instance",
  typeMap: "type",
  enumMap: "enum",
  enum: "enumMember",
};

export function placeOf(path: readonly string[]): Place {
  let place: Place = "type";
  for (const step of path) {
    const named: Readonly<Record<string, Place>> | undefined = steps[place];
    place =
      memberSteps[place] ?? (named !== undefined && Object.hasOwn(named, step) ? (named[step] ?? "other") : "other");
  }
  return place;
}

const expressionKeys = new Set([
  "if",
  "size",
  "repeat-expr",
  "repeat-until",
  "value",
  "pos",
  "io",
  "valid",
  "eq",
  "min",
  "max",
  "any-of",
  "expr",
  "switch-on",
  "parent",
  "to-string",
]);

export function isExpressionKey(key: string): boolean {
  return expressionKeys.has(key);
}
