// What a key means in the grid. Pure: takes the few fields of a key event that matter. Keys that are not named here stay
// VS Code's (Ctrl+Z, Ctrl+S, Ctrl+C, Ctrl+G, F6, ...), which gets them because nobody stops them.
import type { Motion } from "../store/selectionModel";

export interface KeyPress {
  readonly key: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

export type GridAction =
  | { readonly type: "move"; readonly motion: Motion; readonly extend: boolean }
  | { readonly type: "scrollRows"; readonly rows: number }
  | { readonly type: "scrollPages"; readonly pages: number }
  | { readonly type: "selectAll" }
  | { readonly type: "switchColumn" }
  | { readonly type: "toggleMode" }
  | { readonly type: "delete"; readonly backward: boolean }
  | { readonly type: "escape" };

/** @param mac Cmd takes Ctrl's part, Option moves by groups. */
export function actionOfKey(press: KeyPress, mac: boolean): GridAction | undefined {
  const { key, shift, alt } = press;
  const primary = mac ? press.meta : press.ctrl;
  const other = mac ? press.ctrl : press.meta;
  if (other) return undefined;
  const byGroup = mac ? alt && !primary : primary && !alt;
  const plain = !primary && !alt;
  const move = (motion: Motion): GridAction => ({ type: "move", motion, extend: shift });
  switch (key) {
    case "ArrowLeft":
      if (byGroup) return move("groupLeft");
      return mac && primary ? move("rowStart") : plain ? move("left") : undefined;
    case "ArrowRight":
      if (byGroup) return move("groupRight");
      return mac && primary ? move("rowEnd") : plain ? move("right") : undefined;
    case "ArrowUp":
      if (plain) return move("up");
      if (alt) return undefined;
      return mac ? move("documentStart") : { type: "scrollRows", rows: -1 };
    case "ArrowDown":
      if (plain) return move("down");
      if (alt) return undefined;
      return mac ? move("documentEnd") : { type: "scrollRows", rows: 1 };
    case "PageUp":
      return plain ? move("pageUp") : alt && !primary ? { type: "scrollPages", pages: -1 } : undefined;
    case "PageDown":
      return plain ? move("pageDown") : alt && !primary ? { type: "scrollPages", pages: 1 } : undefined;
    case "Home":
      return alt ? undefined : move(primary ? "documentStart" : "rowStart");
    case "End":
      return alt ? undefined : move(primary ? "documentEnd" : "rowEnd");
    case "a":
    case "A":
      return primary && !alt && !shift ? { type: "selectAll" } : undefined;
    case "Tab":
      return plain ? { type: "switchColumn" } : undefined;
    // With Shift these two are paste and cut of VS Code.
    case "Insert":
      return plain && !shift ? { type: "toggleMode" } : undefined;
    case "Delete":
      return plain && !shift ? { type: "delete", backward: false } : undefined;
    case "Backspace":
      return plain ? { type: "delete", backward: true } : undefined;
    case "Escape":
      return plain && !shift ? { type: "escape" } : undefined;
    default:
      return undefined;
  }
}

/** A character that the key types, where the browser offers no better way to learn of typed text. */
export function typedText(press: KeyPress, altGraph: boolean): string | undefined {
  if ([...press.key].length !== 1) return undefined;
  return altGraph || (!press.ctrl && !press.meta && !press.alt) ? press.key : undefined;
}

/** The value of a typed hexadecimal digit. */
export function hexDigit(text: string): number | undefined {
  return /^[0-9a-fA-F]$/.test(text) ? Number.parseInt(text, 16) : undefined;
}
