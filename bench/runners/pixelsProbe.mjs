// Runs inside the page of a picture (its text is handed to the page): pans it and counts frames; jumps and waits for tiles.
// Knows the page's class names and the event that names the tiles of a frame, nothing of its code. Each function self-contained.

/** Turns the wheel over the picture once a frame. @param {{ x: number, y: number, lengthMs: number }} pan CSS pixels a frame
 *  @returns {Promise<{ frames: number, ms: number, slowestMs: number, askedMs: number[], missedMs: number[] }>}
 *    of each tile, until the frame that draws it: since it was asked for; since it was in sight, of those that were not there */
export async function panPicture({ x, y, lengthMs }) {
  const canvas = document.querySelector(".pixels-stage canvas");
  /** @type {number[]} */
  const askedMs = [];
  /** @type {number[]} */
  const missedMs = [];
  const drawn = (/** @type {Event} */ event) => {
    for (const { askedAt, seenAt } of /** @type {CustomEvent} */ (event).detail) {
      askedMs.push(performance.now() - askedAt);
      if (seenAt !== undefined) missedMs.push(performance.now() - seenAt);
    }
  };
  document.querySelector(".pixels")?.addEventListener("tilesdrawn", drawn);
  const started = performance.now();
  let [frames, slowestMs, before] = [0, 0, started];
  while (performance.now() - started < lengthMs) {
    canvas?.dispatchEvent(new WheelEvent("wheel", { deltaX: x, deltaY: y, bubbles: true, cancelable: true }));
    const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
    frames += 1;
    slowestMs = Math.max(slowestMs, now - before);
    before = now;
  }
  document.querySelector(".pixels")?.removeEventListener("tilesdrawn", drawn);
  return { frames, ms: performance.now() - started, slowestMs, askedMs, missedMs };
}

/** Moves by many screens at once. @param {{ x: number, y: number }} by CSS pixels
 *  @returns {Promise<number>} milliseconds until all tiles in sight are drawn */
export async function jumpInPicture({ x, y }) {
  const page = /** @type {HTMLElement | null} */ (document.querySelector(".pixels"));
  const started = performance.now();
  if (page !== null) page.dataset["complete"] = "";
  document
    .querySelector(".pixels-stage canvas")
    ?.dispatchEvent(new WheelEvent("wheel", { deltaX: x, deltaY: y, bubbles: true, cancelable: true }));
  while (page?.dataset["complete"] !== "true") await new Promise((resolve) => requestAnimationFrame(resolve));
  return performance.now() - started;
}

/** @returns {{ at: number, inPage: number }} when the whole picture was on screen: of the clock, and since the page began */
export function whenShown() {
  const page = /** @type {HTMLElement} */ (document.querySelector(".pixels"));
  // VS Code hides a page until it has loaded.
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const inPage = Math.max(Number(page.dataset["shownMs"]), painted);
  return { at: performance.timeOrigin + inPage, inPage };
}
