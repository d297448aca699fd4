// Gives the focus back to the element that had it. VS Code gives it to frames only, and a frame forgets its element when
// another one takes the focus (the command palette, the Explorer): without this, no key would reach the bytes behind Ctrl+G.

/** What takes the focus of a page where nothing had it yet, the first of these that is there. */
const MAIN = [".grid", '[role="application"]', '[role="treegrid"]'];

export function keepFocus(): void {
  let last: HTMLElement | undefined;
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement) last = target;
  });
  const restore = (): void => {
    if (!document.hasFocus() || document.activeElement !== document.body) return;
    const had = last?.isConnected === true && last.checkVisibility() ? last : undefined;
    const main = MAIN.map((selector) => document.querySelector<HTMLElement>(selector)).find((found) => found !== null);
    (had ?? main)?.focus({ preventScroll: true });
  };
  // Behind the press of the mouse, or the call, that brought the focus: it may be about to go to an element.
  window.addEventListener("focus", () => setTimeout(restore));
  setTimeout(restore);
}
