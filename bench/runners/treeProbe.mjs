// Runs inside the page of a struct tree (its text is handed to the page): from a press of the mouse or a key until the rows that
// it asks for have been painted. Knows the tree's roles and class names, nothing of its code. Self-contained.

/** Records in window.terahexTree, for each press on the twistie of row `name` and each Enter in the box for going somewhere, milliseconds from
 *  the event until `asked` (the page is done with it), `answered` (the host's first rows came) and `ms` (they were painted).
 *  @param {string} name */
export function watchTree(name) {
  const page = /** @type {any} */ (window);
  page.terahexTree = [];
  /** @type {{ started: number, isThere: () => boolean, answered: number, asked: number } | undefined} */
  let watched;
  const shown = () => [...document.querySelectorAll(".field-row[aria-level]:not([hidden])")];
  const isLoading = () => document.querySelector(".field-row.loading:not([hidden])") !== null;
  window.addEventListener("message", ({ data }) => {
    if (watched === undefined || watched.answered > 0) return;
    if (data?.kind === "reply" && data.body?.rows !== undefined) watched.answered = performance.now() - watched.started;
  });
  /** @param {Event} event @param {() => boolean} isThere */
  const watch = (event, isThere) => {
    const mine = { started: event.timeStamp, isThere, answered: 0, asked: 0 };
    watched = mine;
    const channel = new MessageChannel();
    // A message that a frame sends arrives when that frame has been painted.
    channel.port1.onmessage = () => {
      if (watched !== mine) return;
      if (mine.asked === 0) mine.asked = performance.now() - mine.started;
      if (!mine.isThere() || isLoading()) return;
      watched = undefined;
      page.terahexTree.push({ ...mine, ms: performance.now() - mine.started, isThere: undefined });
    };
    const look = () => {
      if (watched !== mine) return;
      channel.port2.postMessage(undefined);
      requestAnimationFrame(look);
    };
    channel.port2.postMessage(undefined);
    requestAnimationFrame(look);
  };
  document.addEventListener(
    "mousedown",
    (event) => {
      const target = event.target instanceof Element ? event.target : undefined;
      const row = target?.closest(".twistie")?.closest(".field-row");
      if (row === null || row === undefined || row.getAttribute("aria-expanded") === "true") return;
      if (row.querySelector(".label")?.textContent !== name) return;
      const level = String(Number(row.getAttribute("aria-level")) + 1);
      watch(event, () => shown().filter((one) => one.getAttribute("aria-level") === level).length > 2);
    },
    true,
  );
  document.addEventListener(
    "keydown",
    (event) => {
      const input = event.target;
      if (event.key !== "Enter" || !(input instanceof HTMLInputElement) || input.closest(".go-to") === null) return;
      const element = `[${input.value}]`;
      watch(event, () => shown().some((row) => row.querySelector(".label")?.textContent === element));
    },
    true,
  );
}
