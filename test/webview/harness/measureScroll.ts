// Turns the wheel in the page and measures what a person would see: frame times, and how long a cell stays unloaded.
import type { View } from "./openView";

export interface ScrollResult {
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  readonly framesOver50Ms: number;
  readonly longestUnloadedMs: number;
  readonly ticks: number;
  readonly rowsMoved: number;
}

export async function measureScroll(
  view: View,
  { seconds, rowsPerTick }: { readonly seconds: number; readonly rowsPerTick: number },
): Promise<ScrollResult> {
  return view.page.evaluate(
    async ([durationMs, rows]) => {
      const grid = document.querySelector<HTMLElement>(".grid")!;
      const topRow = (): number => Number(document.querySelector(".row")!.getAttribute("aria-rowindex"));
      const rowPx = document.querySelector<HTMLElement>(".row")!.offsetHeight;
      const firstRow = topRow();
      const start = performance.now();
      let last = start;
      let frames = 0;
      let longest = 0;
      let slow = 0;
      let ticks = 0;
      let unloadedSince: number | undefined;
      let longestUnloaded = 0;
      await new Promise<void>((done) => {
        const frame = (now: number): void => {
          const took = now - last;
          last = now;
          if (frames > 0) {
            longest = Math.max(longest, took);
            if (took > 50) slow += 1;
          }
          frames += 1;
          const waiting = document.querySelector(".row:not([hidden]) .cell.unloaded") !== null;
          if (waiting) unloadedSince ??= now;
          else unloadedSince = undefined;
          if (unloadedSince !== undefined) longestUnloaded = Math.max(longestUnloaded, now - unloadedSince);
          if (now - start >= durationMs) return done();
          ticks += 1;
          grid.dispatchEvent(new WheelEvent("wheel", { deltaY: rows * rowPx, bubbles: true, cancelable: true }));
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      await new Promise((next) => setTimeout(next, 100));
      const elapsed = last - start;
      return {
        framesPerSecond: Math.round((frames / elapsed) * 10_000) / 10,
        longestFrameMs: Math.round(longest * 10) / 10,
        framesOver50Ms: slow,
        longestUnloadedMs: Math.round(longestUnloaded),
        ticks,
        rowsMoved: topRow() - firstRow,
      };
    },
    [seconds * 1000, rowsPerTick] as const,
  );
}
