// The overview strip in a real browser: drawn, pointed at, dragged, reached by keys; pictures of each theme (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const SIZE = 2 ** 30;
const settings = { overview: true };

async function strip(view: View): Promise<{ x: number; y: number; width: number; height: number }> {
  await view.settled();
  const box = await view.page.locator(".overview").boundingBox();
  assert.ok(box !== null);
  return box;
}

const topOffset = (view: View): Promise<number> =>
  view.page.evaluate(() => Number(document.querySelector<HTMLElement>(".cell[data-offset]")?.dataset["offset"]));

const inkIn = (view: View, leftPx: number, widthPx: number): Promise<number> =>
  view.page.evaluate(
    ([left, width]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(".overview > canvas")!;
      const { data } = canvas.getContext("2d")!.getImageData(left, 0, width, canvas.height);
      return data.filter((value, at) => at % 4 === 3 && value > 0).length;
    },
    [leftPx, widthPx] as const,
  );

describe("overview", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("is not there, and asks for nothing, until it is switched on; then beside the bytes, none of them covered", async () => {
    const view = await openView({ size: SIZE });
    await view.settled();
    assert.equal(await view.page.locator(".overview").count(), 0);
    assert.equal(await view.page.evaluate(() => window.fakeHost.requests("measure").length), 0);
    await view.page.evaluate(() =>
      window.fakeHost.send({
        type: "settings",
        settings: { bytesPerRow: 16, inspector: false, structTree: false, overview: true },
      }),
    );
    await view.page.waitForSelector(".overview");
    const box = await strip(view);
    const grid = await view.page.locator(".grid").boundingBox();
    assert.ok(grid !== null && grid.x + grid.width <= box.x + 1);
    assert.ok((await inkIn(view, 6, 22)) > 1000, "byte classes");
    assert.ok((await inkIn(view, 30, 10)) > 1000, "entropy");
    assert.equal(await inkIn(view, 1, 3), 0, "nothing is unsaved");
    await view.close();
  });

  it("jumps to where it is pressed and dragged, the cursor stays; a double click takes it along", async () => {
    const view = await openView({ size: SIZE, settings });
    const box = await strip(view);
    await view.page.mouse.move(box.x + 10, box.y + box.height / 2);
    await view.page.mouse.down();
    await view.settled();
    assert.ok(Math.abs((await topOffset(view)) - SIZE / 2) < SIZE / 100);
    await view.page.mouse.move(box.x + 10, box.y + box.height * 2);
    await view.page.mouse.up();
    await view.settled();
    assert.notEqual(await view.cell(SIZE - 1), undefined);
    await view.page.mouse.move(box.x + 10, box.y + 5);
    await view.rest();
    assert.notEqual(await view.cell(SIZE - 1), undefined, "no drag any more");
    assert.equal((await view.selection())?.focus ?? 0, 0);
    await view.page.mouse.dblclick(box.x + 10, box.y + box.height / 4);
    await view.settled();
    assert.ok(Math.abs(((await view.selection())?.focus ?? 0) - SIZE / 4) < SIZE / 100);
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "grid");
    await view.close();
  });

  it("tells of the cell under the pointer, and of what keys reach", async () => {
    const view = await openView({ size: SIZE, settings });
    const box = await strip(view);
    await view.page.mouse.move(box.x + 10, box.y + box.height / 2 + 1);
    const tip = view.page.locator(".overview-tip");
    await view.rest();
    assert.match((await tip.textContent()) ?? "", /^0x2[0-9A-F]{7} – 0x2[0-9A-F]{7}.*Entropy \d\.\d\d bits of 8.*%/);
    await view.page.mouse.move(5, 5);
    await tip.waitFor({ state: "hidden" });
    await view.page.locator(".overview").focus();
    await view.press("End");
    await view.settled();
    assert.notEqual(await view.cell(SIZE - SIZE / 512), undefined);
    const slider = view.page.getByRole("slider", { name: "Overview of the whole file" });
    assert.equal(await slider.getAttribute("aria-valuenow"), "511");
    assert.match((await slider.getAttribute("aria-valuetext")) ?? "", /^offset 0x3FE00000, entropy .* from samples$/);
    await view.press("ArrowUp", "PageUp", "Enter");
    await view.settled();
    assert.equal((await view.selection())?.focus, (SIZE / 512) * 494);
    await view.close();
  });

  it("shows what changes, and what is found", async () => {
    const view = await openView({ size: SIZE, settings });
    await strip(view);
    await view.page.evaluate(() => {
      window.fakeHost.change(2 ** 29, [1]);
      window.fakeHost.send({ type: "measure", news: { kind: "cells", told: window.fakeHost.measure.overview() } });
    });
    await view.rest();
    const ink = await inkIn(view, 1, 3);
    assert.ok(ink > 0 && ink < 40, `${ink} pixels`);
    await view.close();
  });

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: is drawn in the theme's colours`, async () => {
      const view = await openView({ size: 2 ** 43, theme, settings });
      const box = await strip(view);
      await view.page.evaluate(() => {
        window.fakeHost.edits.set(2 ** 42, 1);
        window.fakeHost.measure.holes = [0.6, 0.8];
        window.fakeHost.send({ type: "measure", news: { kind: "cells", told: window.fakeHost.measure.overview() } });
      });
      await view.page.mouse.move(box.x + 10, box.y + box.height / 3);
      await view.page.mouse.down();
      await view.page.mouse.up();
      await view.settled();
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/overview-${theme}.png` });
      assert.ok((await inkIn(view, 6, 22)) > 1000);
      await view.close();
    });
  }
});
