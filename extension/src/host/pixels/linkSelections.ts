// Keeps the picture and the bytes of one document in step: what is selected in one is selected in the others.
// Thread rule: extension host's main thread.
import type { EditorSession } from "../editorSession";

/** @param moved the one of `sessions` that the person moved in, whether or not VS Code takes its panel for the active one */
export function linkSelections(sessions: Iterable<EditorSession>, moved: EditorSession): void {
  const { anchor, focus } = moved.selection;
  for (const other of sessions) {
    // Two views of the bytes go their own ways.
    if (other.shows === moved.shows) continue;
    const { selection } = other;
    if (selection.anchor === anchor && selection.focus === focus) continue;
    other.select({ anchor, focus, column: selection.column });
  }
}
