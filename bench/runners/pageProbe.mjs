// Runs inside the editor's frame (its text is handed to the page): watches what a person would see. Knows the grid's roles and
// class names, nothing of its code. Self-contained: a page function sees no import.

/** Records, for each pointer move that jumps, how long it takes until other rows stand there and none is unloaded.
 *  The record is window.terahexJumps: { ms, frames, waited }[]. `frames`: made until the rows were painted; `waited`: those of
 *  them that passed while the bytes were on their way, between the first frame, which asks, and the last reply. */
export function watchJumps() {
  const page = /** @type {any} */ (window);
  page.terahexJumps = [];
  const firstOffset = () =>
    document.querySelector('[role="gridcell"][data-column="hex"][data-offset]')?.getAttribute("data-offset");
  let [frames, arrivedIn, latest] = [0, 1, 0];
  window.addEventListener("message", ({ data }) => {
    if (data?.kind === "reply" && data.body?.bytes !== undefined) arrivedIn = Math.max(1, frames);
  });
  document.addEventListener(
    "pointermove",
    () => {
      const started = performance.now();
      const before = firstOffset();
      [frames, arrivedIn, latest] = [0, 1, started];
      const look = () => {
        if (started !== latest) return;
        // What stands there when a frame begins was painted in the one before.
        const shown = firstOffset() !== before && document.querySelector(".cell.unloaded") === null;
        if (shown) page.terahexJumps.push({ ms: performance.now() - started, frames, waited: arrivedIn - 1 });
        else if (frames++ < 600) requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    },
    true,
  );
}

/** Turns the wheel `rowsPerTick` rows at a time for `lengthMs` and tells what the frames were like.
 *  @param {{ rowsPerTick: number, tickMs: number, lengthMs: number }} how
 *  @returns {Promise<{ frames: number, seconds: number, slowestMs: number, slowFrames: number, longestUnloadedMs: number, unloadedFrames: number, movedBytes: number }>} */
export function turnWheel({ rowsPerTick, tickMs, lengthMs }) {
  const grid = document.querySelector('[role="grid"]');
  const row = document.querySelector('[role="row"] [role="gridcell"]');
  if (grid === null || row === null) throw new Error("no grid");
  const rowPx = row.getBoundingClientRect().height;
  const deltaY = rowsPerTick * rowPx;
  const firstOffset = () =>
    Number(document.querySelector('[role="gridcell"][data-column="hex"][data-offset]')?.getAttribute("data-offset"));
  const startOffset = firstOffset();
  let unloadedFrames = 0;
  /** @type {Map<string, number>} since when an offset on screen is unloaded */
  const unloadedSince = new Map();
  return new Promise((resolve) => {
    const started = performance.now();
    let [previous, frames, slowestMs, slowFrames, longestUnloadedMs, nextTick] = [started, 0, 0, 0, 0, started];
    /** @param {number} now */
    const frame = (now) => {
      const tookMs = now - previous;
      if (frames > 0) {
        slowestMs = Math.max(slowestMs, tookMs);
        slowFrames += tookMs > 50 ? 1 : 0;
      }
      previous = now;
      frames += 1;
      const unloaded = new Set(
        [...document.querySelectorAll(".cell.hex.unloaded[data-offset]")].map(
          (cell) => cell.getAttribute("data-offset") ?? "",
        ),
      );
      for (const [offset, since] of unloadedSince) {
        longestUnloadedMs = Math.max(longestUnloadedMs, now - since);
        if (!unloaded.has(offset)) unloadedSince.delete(offset);
      }
      unloadedFrames += unloaded.size > 0 ? 1 : 0;
      for (const offset of unloaded) if (!unloadedSince.has(offset)) unloadedSince.set(offset, now);
      if (now - started > lengthMs) {
        return resolve({
          frames,
          seconds: (now - started) / 1000,
          slowestMs,
          slowFrames,
          longestUnloadedMs,
          unloadedFrames,
          movedBytes: firstOffset() - startOffset,
        });
      }
      if (now >= nextTick) {
        nextTick += tickMs;
        grid.dispatchEvent(new WheelEvent("wheel", { deltaY, bubbles: true, cancelable: true }));
      }
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}
