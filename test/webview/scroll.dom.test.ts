// Wheel scrolling in real Chromium: frames are sampled and cells watched; the budgets are wide, the bench prints the figures.
import assert from "node:assert/strict";
import { closeBrowser, openView } from "./harness/openView";
import { measureScroll } from "./harness/measureScroll";

const TIB_8 = 2 ** 43;

describe("scrolling", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("keeps every cell loaded while 200 rows go by at each wheel tick", async () => {
    const view = await openView({ size: TIB_8, latencyMs: 7 });
    await view.settled();
    const result = await measureScroll(view, { seconds: 3, rowsPerTick: 200 });
    console.log(`      ${JSON.stringify(result)}`);
    // Far above what any machine needs: cells that load only once the wheel rests would be unloaded for all of the time.
    assert.ok(result.longestUnloadedMs < 2500, `a cell was unloaded for ${result.longestUnloadedMs} ms`);
    assert.ok(result.rowsMoved >= 200 * (result.ticks - 1), `${result.rowsMoved} rows in ${result.ticks} ticks`);
    await view.close();
  });
});
