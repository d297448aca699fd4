// Runs inside the page of a struct tree (its text is handed to the page): from a press of the mouse or a key until the rows that
// it asks for are on screen. Knows the tree's roles and class names, nothing of its code. Self-contained.

/** Records in window.terahexTree, for each press on the twistie of row `name` and each Enter in the box for going somewhere, milliseconds from
 *  the event until `asked` (the page is done with it), `answered` (the host's first rows came) and `ms` (they were painted, and
 *  the page could go on). `presented`: what the browser says of the frame after the event, to its 8 ms, where that frame had the rows:
 *  after a press Chromium does frames before anything else, so a page can only tell later that one is on screen.
 *  @see Event Timing API, PerformanceEventTiming.duration
 *  @param {string} name */
export function watchTree(name) {
  const page = /** @type {any} */ (window);
  page.terahexTree = [];
  /** @type {{ started: number, isThere: () => boolean, answered: number, asked: number, first: boolean } | undefined} */
  let watched;
  /** By the event's time. @type {Map<number, number>} */
  const durations = new Map();
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) durations.set(entry.startTime, entry.duration);
  }).observe(/** @type {PerformanceObserverInit} */ ({ type: "event", durationThreshold: 16 }));
  /** Shorter ones are not told of. */
  const untold = 8;
  page.terahexPresses = () =>
    page.terahexTree.map((/** @type {any} */ press) => ({
      ...press,
      presented: press.first ? (durations.get(press.started) ?? untold) : undefined,
    }));
  const shown = () => [...document.querySelectorAll(".field-row[aria-level]:not([hidden])")];
  const isLoading = () => document.querySelector(".field-row.loading:not([hidden])") !== null;
  window.addEventListener("message", ({ data }) => {
    if (watched === undefined || watched.answered > 0) return;
    if (data?.kind === "reply" && data.body?.rows !== undefined) watched.answered = performance.now() - watched.started;
  });
  /** @param {Event} event @param {() => boolean} isThere */
  const watch = (event, isThere) => {
    const mine = { started: event.timeStamp, isThere, answered: 0, asked: 0, first: false };
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
    // Behind what the page does in its next frame: it has asked for that when the event has been through all of the page.
    const lookOnce = () => {
      if (watched === mine) mine.first = mine.isThere() && !isLoading();
    };
    document.addEventListener(event.type, () => requestAnimationFrame(lookOnce), { once: true });
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
