// VS Code's keys that act on the document (undo, redo, save) reach it one by one, each behind the edits that were made before
// it and behind the key before it: pressed right behind a keystroke on a slow connection, an undo would act on the document as
// it was before that, and VS Code drops one that comes while another is under way. Edits made meanwhile wait their turn.
import type { HostClient } from "./hostClient";

/** By `KeyboardEvent.code`: what these keys write differs between layouts, their places under Ctrl hardly do. */
const HELD: ReadonlySet<string> = new Set(["KeyZ", "KeyY", "KeyS"]);

export function holdKeysBehindEdits(client: HostClient): void {
  // In the order they were made: keys, and edits behind a key.
  const held: (() => Promise<void>)[] = [];
  let passing = false;

  const release = async (): Promise<void> => {
    passing = true;
    for (let next = held.shift(); next !== undefined; next = held.shift()) await next();
    passing = false;
  };
  const press = async (target: EventTarget, event: KeyboardEvent): Promise<void> => {
    await client.editsAnswered();
    target.dispatchEvent(copyOf(event));
    await client.arrived();
  };
  const letPass = async (): Promise<void> => {
    passing = true;
    // VS Code's own listener, which hears the key last, passes it on before the echo is asked for.
    await new Promise((resolve) => setTimeout(resolve));
    await client.arrived();
    await release();
  };
  client.orderEdit = (post) => {
    if (passing) held.push(async () => post());
    else post();
  };
  // Capturing at the window: before any view of ours, and before VS Code's own listener there.
  window.addEventListener(
    "keydown",
    (event) => {
      const relevant = event.isTrusted && (event.ctrlKey || event.metaKey) && HELD.has(event.code);
      if (!relevant || event.target === null) return;
      // A field undoes its own text, and takes that from none but real keys.
      if (event.target instanceof HTMLInputElement && event.code !== "KeyS") return;
      if (!passing && !client.editing) return void letPass();
      event.preventDefault();
      event.stopImmediatePropagation();
      const { target } = event;
      held.push(() => press(target, event));
      if (!passing) void release();
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
