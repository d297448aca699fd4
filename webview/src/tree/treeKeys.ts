// What a key means in the tree: as in VS Code's own trees. Pure. Keys that are not named here stay VS Code's.
import type { KeyPress } from "../grid/keyMap";

export type TreeAction =
  | { readonly type: "move"; readonly rows: number }
  | { readonly type: "page"; readonly pages: number }
  | { readonly type: "edge"; readonly end: boolean }
  /** Opens, or goes to the first child. */
  | { readonly type: "inward" }
  /** Closes, or goes to the parent. */
  | { readonly type: "outward" }
  | { readonly type: "activate" }
  | { readonly type: "edit" }
  | { readonly type: "select" }
  | { readonly type: "find" }
  | { readonly type: "goTo" }
  | { readonly type: "copy" }
  | { readonly type: "escape" }
  | { readonly type: "typed"; readonly text: string };

/** @param mac Cmd takes Ctrl's part */
export function treeActionOfKey(press: KeyPress, mac: boolean): TreeAction | undefined {
  const { key, alt, shift } = press;
  const primary = mac ? press.meta : press.ctrl;
  if ((mac ? press.ctrl : press.meta) || alt) return undefined;
  if (primary) return withPrimary(key, shift);
  switch (key) {
    case "ArrowUp":
      return { type: "move", rows: -1 };
    case "ArrowDown":
      return { type: "move", rows: 1 };
    case "PageUp":
      return { type: "page", pages: -1 };
    case "PageDown":
      return { type: "page", pages: 1 };
    case "Home":
      return { type: "edge", end: false };
    case "End":
      return { type: "edge", end: true };
    case "ArrowRight":
      return { type: "inward" };
    case "ArrowLeft":
      return { type: "outward" };
    case "Enter":
      return { type: "activate" };
    case "F2":
      return { type: "edit" };
    case " ":
      return { type: "select" };
    case "Escape":
      return { type: "escape" };
    default:
      return [...key].length === 1 ? { type: "typed", text: key } : undefined;
  }
}

function withPrimary(key: string, shift: boolean): TreeAction | undefined {
  if (shift) return undefined;
  switch (key.toLowerCase()) {
    case "f":
      return { type: "find" };
    case "g":
      return { type: "goTo" };
    case "c":
      return { type: "copy" };
    case "home":
      return { type: "edge", end: false };
    case "end":
      return { type: "edge", end: true };
    default:
      return undefined;
  }
}
