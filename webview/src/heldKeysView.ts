// VS Code's keys that act on the document (undo, redo, save) wait for edits that are still on their way to the host: pressed
// right behind a keystroke on a slow connection, they would act on the document as it was before it.
import type { HostClient } from "./hostClient";

/** By `KeyboardEvent.code`: what these keys write differs between layouts, their places under Ctrl hardly do. */
const HELD: ReadonlySet<string> = new Set(["KeyZ", "KeyY", "KeyS"]);

export function holdKeysBehindEdits(client: HostClient): void {
  // Of one batch, in the order they were pressed.
  let held: { readonly target: EventTarget; readonly event: KeyboardEvent }[] = [];

  const release = (): void => {
    const keys = held;
    held = [];
    for (const { target, event } of keys) target.dispatchEvent(copyOf(event));
  };
  // Capturing at the window: before any view of ours, and before VS Code's own listener there.
  window.addEventListener(
    "keydown",
    (event) => {
      const relevant = event.isTrusted && (event.ctrlKey || event.metaKey) && HELD.has(event.code);
      if (!relevant || event.target === null || (held.length === 0 && !client.editing)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      held.push({ target: event.target, event });
      if (held.length === 1) void client.editsAnswered().then(release);
    },
    true,
  );
}

function copyOf(event: KeyboardEvent): KeyboardEvent {
  const { key, code, keyCode, location, repeat, ctrlKey, shiftKey, altKey, metaKey } = event;
  const modifiers = { ctrlKey, shiftKey, altKey, metaKey };
  // VS Code goes by keyCode; the types leave it out of the options that browsers take.
  const options: KeyboardEventInit = Object.assign({ key, code, location, repeat, ...modifiers }, { keyCode });
  return new KeyboardEvent("keydown", { ...options, bubbles: true, cancelable: true });
}
