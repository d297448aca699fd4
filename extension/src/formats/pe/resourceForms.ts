// Menus, keys and dialogs among the resources, as lines for people: what each item says, its number, where a control stands. Pure.
// Source: learn.microsoft.com/windows/win32: MENUHEADER, NORMALMENUITEM, POPUPMENUITEM, MENUEX_TEMPLATE_HEADER, MENUEX_TEMPLATE_ITEM,
// ACCELTABLEENTRY, DLGTEMPLATE, DLGITEMTEMPLATE, DLGTEMPLATEEX, DLGITEMTEMPLATEEX, "Virtual-Key Codes".
import { type ResourceReader } from "./resourceReader";

type Bits = readonly (readonly [bit: number, word: string])[];

const words = (value: number, bits: Bits): string[] =>
  bits.filter(([bit]) => (value & bit) !== 0).map(([, word]) => word);
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join(", ");

const MENU_TYPES: Bits = [
  [0x20, "in a new column, with a line"],
  [0x40, "in a new column"],
  [0x100, "drawn by the program"],
  [0x4000, "at the right"],
];
const MENU_STATES: Bits = [
  [0x1, "greyed"],
  [0x2, "disabled"],
  [0x8, "ticked"],
];
const POPUP = 0x10;
const POPUP_EX = 0x01;
const LAST = 0x80;
const SEPARATOR = 0x800;
const RADIO = 0x200;
const DEFAULT_ITEM = 0x1000;

interface MenuItem {
  readonly text: string;
  readonly value: string;
  readonly isPopup: boolean;
  /** Of its level. */
  readonly isLast: boolean;
}

export function menuLines(reader: ResourceReader): void {
  const version = reader.u16();
  const behind = reader.u16();
  if (version > 1) reader.stop(`a menu of version ${version}, which is not known`, 0);
  reader.at = 4 + behind;
  /** Whether the popups that are open are the last of their levels. */
  const open: boolean[] = [];
  for (;;) {
    if (version === 1) reader.align4();
    const start = reader.at;
    const { text, value, isPopup, isLast } = version === 1 ? itemEx(reader) : item(reader);
    reader.line(start, text, value, 1 + open.length);
    if (isPopup) {
      open.push(isLast);
      continue;
    }
    for (let ends = isLast; ends;) {
      const above = open.pop();
      if (above === undefined) return;
      ends = above;
    }
  }
}

function item(reader: ResourceReader): MenuItem {
  const flags = reader.u16();
  const isPopup = (flags & POPUP) !== 0;
  const id = isPopup ? undefined : reader.u16();
  const text = reader.text();
  const value = joined(id === undefined ? "menu" : `#${id}`, ...words(flags, MENU_STATES), ...words(flags, MENU_TYPES));
  return { ...shown(text, (flags & SEPARATOR) !== 0 || id === 0, value), isPopup, isLast: (flags & LAST) !== 0 };
}

function itemEx(reader: ResourceReader): MenuItem {
  const [type, state, id, flags] = [reader.u32(), reader.u32(), reader.u32(), reader.u16()];
  const isPopup = (flags & POPUP_EX) !== 0;
  const text = reader.text();
  // What the help calls a popup; other items have no such field.
  if (isPopup) {
    reader.align4();
    reader.skip(4);
  }
  const value = joined(
    isPopup ? `menu #${id}` : `#${id}`,
    ...((state & 3) !== 0 ? ["greyed"] : []),
    ...((state & 8) !== 0 ? ["ticked"] : []),
    ...((state & DEFAULT_ITEM) !== 0 ? ["the default"] : []),
    ...((type & RADIO) !== 0 ? ["one of several"] : []),
    ...words(type, MENU_TYPES),
  );
  return { ...shown(text, (type & SEPARATOR) !== 0, value), isPopup, isLast: (flags & LAST) !== 0 };
}

const shown = (text: string, mayBeLine: boolean, value: string): Pick<MenuItem, "text" | "value"> =>
  text === "" && mayBeLine ? { text: "separator", value: "" } : { text: text.replaceAll("\t", "  "), value };

const KEY_NAMES: Readonly<Record<number, string>> = {
  0x08: "Backspace",
  0x09: "Tab",
  0x0d: "Enter",
  0x1b: "Esc",
  0x20: "Space",
  0x21: "Page Up",
  0x22: "Page Down",
  0x23: "End",
  0x24: "Home",
  0x25: "Left",
  0x26: "Up",
  0x27: "Right",
  0x28: "Down",
  0x2d: "Insert",
  0x2e: "Delete",
  0x6a: "Num *",
  0x6b: "Num +",
  0x6d: "Num -",
  0x6f: "Num /",
};

function keyName(code: number, isVirtual: boolean): string {
  const isPlain = (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a);
  if (!isVirtual) return code < 0x20 ? `Ctrl+${String.fromCharCode(code + 0x40)}` : String.fromCharCode(code);
  if (isPlain) return String.fromCharCode(code);
  if (code >= 0x70 && code <= 0x87) return `F${code - 0x6f}`;
  return KEY_NAMES[code] ?? `key 0x${code.toString(16).toUpperCase()}`;
}

export function acceleratorLines(reader: ResourceReader): void {
  while (reader.at < reader.size) {
    const start = reader.at;
    const [flags, code, id] = [reader.u16(), reader.u16(), reader.u16()];
    reader.skip(2);
    const held = words(flags, [
      [0x08, "Ctrl"],
      [0x10, "Alt"],
      [0x04, "Shift"],
    ]);
    reader.line(start, [...held, keyName(code, (flags & 1) !== 0)].join("+"), `#${id}`);
    if ((flags & LAST) !== 0) return;
  }
}

const CLASSES: Readonly<Record<number, string>> = {
  0x80: "button",
  0x81: "edit field",
  0x82: "static",
  0x83: "list",
  0x84: "scroll bar",
  0x85: "combo box",
};
const HAS_FONT = 0x40;

/** A number behind 0xFFFF, or a text, or nothing (0). */
function numberOrText(reader: ResourceReader): number | string {
  const [start, first] = [reader.at, reader.u16()];
  if (first === 0xffff) return reader.u16();
  reader.at = start;
  return reader.text();
}

const placeText = (reader: ResourceReader): string => {
  const [x, y, width, height] = [reader.i16(), reader.i16(), reader.i16(), reader.i16()];
  return `${width} x ${height} at ${x}, ${y}`;
};
const named = (what: string, value: number | string): string =>
  value === "" ? "" : `${what} ${typeof value === "number" ? `#${value}` : value}`;

export function dialogLines(reader: ResourceReader): void {
  const isEx = reader.u16() === 1 && reader.u16() === 0xffff;
  reader.at = isEx ? 12 : 0;
  const style = reader.u32();
  if (!isEx) reader.skip(4);
  const count = reader.u16();
  const place = placeText(reader);
  const [menu, kind] = [numberOrText(reader), numberOrText(reader)];
  const title = reader.text();
  let font = "";
  if ((style & HAS_FONT) !== 0) {
    const points = reader.u16();
    const weight = isEx ? reader.u16() : 0;
    const italic = isEx && reader.u16() % 256 !== 0;
    font = joined(`${points} pt ${reader.text()}`, weight >= 600 ? "bold" : "", italic ? "italic" : "");
  }
  const about = joined("dialog", place, font, named("menu", menu), named("class", kind));
  reader.line(0, title === "" ? "(no title)" : title, `${about}, ${count} control${count === 1 ? "" : "s"}`);
  for (let index = 0; index < count; index++) {
    reader.align4();
    control(reader, isEx);
  }
}

function control(reader: ResourceReader, isEx: boolean): void {
  const start = reader.at;
  // Help, and both styles in either order.
  reader.skip(isEx ? 12 : 8);
  const place = placeText(reader);
  const id = isEx ? reader.u32() : reader.u16();
  const kind = numberOrText(reader);
  const title = numberOrText(reader);
  const extra = reader.u16();
  const className = typeof kind === "string" ? kind : (CLASSES[kind] ?? `class #${kind}`);
  const number = id === 0xffff_ffff || (!isEx && id === 0xffff) ? "" : ` #${id}`;
  if (extra > 0) reader.skip(extra);
  const text = typeof title === "number" ? `resource #${title}` : title;
  // Without a title its class stands in that place.
  const what = text === "" ? number.trim() : `${className}${number}`;
  const about = joined(what, place, extra === 0 ? "" : `${extra} bytes of its own`);
  reader.line(start, text === "" ? className : text, about, 2);
}
