// What a key means in the find bar: those of VS Code's find widget. Pure.
import type { FindKind } from "../../../shared/findProtocol";
import type { KeyPress } from "../grid/keyMap";

/** `plain`: says no more than its name. */
export type FindAction =
  | {
      readonly type:
        | "next"
        | "previous"
        | "case"
        | "within"
        | "list"
        | "close"
        | "replace"
        | "replaceAll"
        | "toggleReplace"
        | "stop"
        | "refresh";
      readonly plain?: true;
    }
  | { readonly type: "find" | "findAndReplace" | "aligned" | "regex" }
  | { readonly type: "typed" | "typedReplacement"; readonly text: string }
  | { readonly type: "kind"; readonly kind: FindKind }
  | { readonly type: "encoding"; readonly encoding: string }
  | { readonly type: "valueType"; readonly valueType: string }
  | { readonly type: "least"; readonly least: number }
  | { readonly type: "recall"; readonly older: boolean };

/** Letters that edit or mark text in a box, with Ctrl or Cmd. */
const BOX_LETTERS = /^[acvxyz]$/i;

/** @returns "box": the text box does it, and nobody else may; undefined: whoever else wants it. */
export function findActionOfKey(
  press: KeyPress,
  at: "find" | "replace" | "other",
  mac: boolean,
): FindAction | "box" | undefined {
  const { key, alt, shift } = press;
  const primary = mac ? press.meta : press.ctrl;
  const inBox = at !== "other";
  if (key === "Escape") return { type: "close" };
  if (key === "F3") return { type: shift ? "previous" : "next" };
  const toggles = mac ? alt && primary : alt && !primary;
  if (toggles) {
    // By place of the letter: Option types other characters on a Mac.
    const letter = key.toLowerCase();
    if (letter === "c" || letter === "ç") return { type: "case" };
    if (letter === "r" || letter === "®") return { type: "regex" };
    if (letter === "l" || letter === "¬") return { type: "within" };
  }
  if (primary && !alt && !shift && key.toLowerCase() === "f") return { type: "find" };
  if (primary && !shift && key.toLowerCase() === "h" && !mac) return { type: "findAndReplace" };
  if (key === "Enter" && inBox) {
    if (at === "replace" && primary) return { type: "replaceAll" };
    if (primary) return { type: "list" };
    if (at === "replace") return { type: "replace" };
    return { type: shift ? "previous" : "next" };
  }
  if (at === "find" && !primary && !alt && !shift && (key === "ArrowUp" || key === "ArrowDown")) {
    return { type: "recall", older: key === "ArrowUp" };
  }
  if (!inBox) return undefined;
  if (primary) return !alt && BOX_LETTERS.test(key) ? "box" : undefined;
  // Insert switches modes in the grid; the others move within the text.
  return key === "Tab" || /^F\d/.test(key) ? undefined : "box";
}
