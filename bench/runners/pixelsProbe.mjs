// Runs inside the page of a picture (its text is handed to the page): pans it and counts frames; jumps and waits for tiles.
// Knows the page's class names, nothing of its code. Self-contained.

/** Turns the wheel over the picture once a frame. @param {{ x: number, y: number, lengthMs: number }} pan CSS pixels a frame
 *  @returns {Promise<{ frames: number, ms: number, slowestMs: number }>} */
export async function panPicture({ x, y, lengthMs }) {
  const canvas = document.querySelector(".pixels-stage canvas");
  const started = performance.now();
  let [frames, slowestMs, before] = [0, 0, started];
  while (performance.now() - started < lengthMs) {
    canvas?.dispatchEvent(new WheelEvent("wheel", { deltaX: x, deltaY: y, bubbles: true, cancelable: true }));
    const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
    frames += 1;
    slowestMs = Math.max(slowestMs, now - before);
    before = now;
  }
  return { frames, ms: performance.now() - started, slowestMs };
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
