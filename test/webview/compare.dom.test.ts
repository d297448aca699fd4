// The page of a comparison in a real Chromium: both sides and their colours, scrolling together across an insertion and a deletion,
// going from difference to difference, applying one; pictures of each theme (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";

async function open(theme: ThemeName = "dark"): Promise<View> {
  const view = await openView({ theme, size: 0, page: "compare", width: 1440, height: 420 });
  await view.page.waitForFunction(
    () =>
      document.querySelectorAll(".compare-pane .patch:not([hidden])").length > 3 &&
      document.querySelector(".row:not([hidden]) .cell.unloaded") === null,
  );
  await view.rest();
  return view;
}

const summary = (view: View) => view.page.textContent(".compare-summary");
/** What the first rows are called: the offsets of their first bytes. */
const topOffsets = (view: View) =>
  view.page.evaluate(() =>
    ["left", "right"].map((side) => {
      const pane = document.querySelector(`.compare-pane.${side}`)!;
      const head = pane.querySelector(".body")!.getBoundingClientRect().top;
      const first = [...pane.querySelectorAll<HTMLElement>(".row > .offset")].find(
        (name) => name.getBoundingClientRect().bottom > head + 1,
      );
      return Number.parseInt(first?.textContent ?? "", 16);
    }),
  );
/** A byte of a side, by its place in the rows that both share. */
const cell = (view: View, side: string, place: number) =>
  view.page.locator(`.compare-pane.${side} .cell[data-column="hex"][data-offset="${place}"]`);

describe("comparison", function () {
  this.timeout(120_000);
  after(closeBrowser);

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: shows both sides, and tells what was changed, inserted and deleted`, async () => {
      const view = await open(theme);
      assert.equal(await summary(view), "4 differences: 2 changed, 1 only on the right, 1 only on the left");
      await view.press("F7", "F7", "F7");
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/compare-${theme}.png` });
      const hues = await view.page.evaluate(() =>
        ["left", "right"].map((side) => {
          const patches = [...document.querySelectorAll(`.compare-pane.${side} .field-colors .patch:not([hidden])`)];
          return [0, 1, 2].map((hue) => patches.some((one) => one.classList.contains(`hue${hue}`)));
        }),
      );
      assert.deepEqual(hues, [[true, false, true], [true, true, false]]); // prettier-ignore
      await view.close();
    });
  }

  it("goes to the next difference and the one before, around the ends, and says which it is", async () => {
    const view = await open();
    await view.press("F7");
    assert.match((await summary(view)) ?? "", /^1 of 4 differences/);
    await view.press("Shift+F7");
    assert.match((await summary(view)) ?? "", /^4 of 4/);
    const [left = 0, right = 0] = await topOffsets(view);
    assert.ok(left > 0x900 && left <= 0xc00, `left at ${left}`);
    assert.equal(left - right, 28, "4 bytes were put in, 32 taken out");
    await view.press("F7");
    assert.match((await summary(view)) ?? "", /^1 of 4/);
    assert.deepEqual(await topOffsets(view), [0, 0]);
    await view.close();
  });

  it("shows the same place in the same column behind an insertion, and a gap where a side has no bytes", async () => {
    const view = await open();
    // 4 bytes are only on the right, at 0x80.
    for (const place of [0x80, 0x83]) {
      assert.equal(await cell(view, "left", place).getAttribute("aria-label"), "Missing here");
      assert.equal(await cell(view, "left", place).textContent(), "");
      assert.match((await cell(view, "right", place).textContent()) ?? "", /^F\d$/);
    }
    for (const place of [0x7f, 0x84, 0x103]) {
      const text = await cell(view, "right", place).textContent();
      assert.match(text ?? "", /^[\dA-F]{2}$/);
      assert.equal(await cell(view, "left", place).textContent(), text);
    }
    const gap = await view.page.locator(".compare-pane.left .patch.hue3").first().boundingBox();
    const beside = await cell(view, "left", 0x81).boundingBox();
    assert.ok(gap !== null && beside !== null && gap.x <= beside.x && gap.x + gap.width >= beside.x + beside.width);
    // The row behind the gap begins 4 bytes earlier on the left.
    const names = await view.page.evaluate(() =>
      ["left", "right"].map(
        (side) => document.querySelectorAll(`.compare-pane.${side} .row > .offset`)[9]?.textContent,
      ),
    );
    assert.deepEqual(names, ["0000008C", "00000090"]);
    await view.close();
  });

  it("scrolls both sides together, whichever the person moves", async () => {
    const view = await open();
    await view.page.locator(".compare-pane.right .body").hover();
    await view.page.mouse.wheel(0, 600);
    // The wheel is on its way yet when the call comes back.
    await view.page.waitForFunction(
      () => document.querySelector('.compare-pane.left .row:not([hidden]) .cell[data-offset="0"]') === null,
    );
    await view.rest();
    const [left = 0, right = 0] = await topOffsets(view);
    assert.ok(right > 0x100 && [0, 4, 28].includes(Math.abs(left - right)), `${left} and ${right}`);
    await view.page.locator(".compare-pane.left .grid").focus();
    await view.press("Home");
    assert.deepEqual(await topOffsets(view), [0, 0]);
    await view.close();
  });

  it("applies a difference to a side that can be edited, and says why not to the other", async () => {
    const view = await open();
    const button = (command: string) => view.page.locator(`.compare-button[data-command="${command}"]`);
    assert.equal(await button("toRight").isDisabled(), true, "no difference is chosen");
    await view.press("F7");
    assert.match((await button("toLeft").getAttribute("title")) ?? "", /file on disk/);
    assert.equal(await button("toLeft").isDisabled(), true);
    await view.press("Alt+ArrowLeft", "Alt+ArrowRight");
    const applied = await view.page.evaluate(() =>
      window.fakeHost.compare.asked.filter(({ kind }) => kind === "apply"),
    );
    assert.deepEqual(applied, [{ kind: "apply", index: 0, to: "right", run: 1 }]);
    await view.close();
  });

  it("shows that it runs, and stops when asked to", async () => {
    const view = await open();
    await view.page.evaluate(() => {
      window.fakeHost.compare.running = true;
      window.fakeHost.send({ type: "compare", news: { kind: "status", status: window.fakeHost.compare.status() } });
    });
    await view.rest();
    assert.equal(await view.page.getAttribute(".compare-progress", "aria-valuenow"), "75");
    await view.press("Escape");
    assert.ok(await view.page.evaluate(() => window.fakeHost.compare.asked.some(({ kind }) => kind === "stop")));
    await view.close();
  });
});
