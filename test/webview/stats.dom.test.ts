// The page of statistics in a real browser: figures, plots by mouse and keys, the table; pictures of each theme (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const SIZE = 2 ** 30;

async function opened(theme: ThemeName = "dark"): Promise<View> {
  const view = await openView({ size: SIZE, page: "stats", theme, height: 1100 });
  await view.page.waitForSelector(".stats dd");
  await view.rest();
  return view;
}

const asked = (view: View) => view.page.evaluate(() => window.fakeHost.requests("measure").map((one) => ("ask" in one ? one.ask : one))); // prettier-ignore

describe("statistics", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("shows figures and says each bar, by mouse and by keys", async () => {
    const view = await opened();
    assert.match(
      (await view.page.locator(".stats dl").textContent()) ?? "",
      /Length1,073,741,824 bytes.*Entropy\d\.\d+/,
    );
    const histogram = view.page.getByRole("slider", { name: "Histogram" });
    await histogram.focus();
    await view.press("Home", "ArrowRight");
    assert.match((await histogram.getAttribute("aria-valuetext")) ?? "", /^01: 1,0.*times/);
    await view.press("End");
    assert.equal(await histogram.getAttribute("aria-valuenow"), "255");
    await view.close();
  });

  it("selects what is pressed in the entropy plot, zooms in and back to the whole", async () => {
    const view = await opened();
    const entropy = view.page.getByRole("slider", { name: "Entropy along the range" });
    await entropy.focus();
    await view.press("Home", "Enter");
    const told = await view.page.evaluate(() => window.fakeHost.log.flatMap((one) => (one.kind === "notice" ? [one.body] : []))); // prettier-ignore
    assert.deepEqual(told.at(-1), { type: "struct", tell: { kind: "select", start: 0, end: SIZE / 512 } });
    await view.press("+");
    assert.deepEqual((await asked(view)).at(-1), { kind: "stats", start: 0, end: SIZE / 2 });
    await view.page.getByRole("button", { name: "Whole Range" }).click();
    await view.rest();
    assert.deepEqual((await asked(view)).at(-1), { kind: "stats", start: 0, end: SIZE });
    await view.close();
  });

  it("has a table for who cannot see plots, and says when bytes were edited", async () => {
    const view = await opened();
    await view.page.locator("summary").click();
    await view.page.waitForFunction(() => document.querySelectorAll(".stats tr").length === 257);
    await view.page.evaluate(() => window.fakeHost.send({ type: "measure", news: { kind: "edited" } }));
    await view.rest();
    assert.match((await view.page.getByRole("status").textContent()) ?? "", /Edited since/);
    await view.close();
  });

  for (const theme of ["dark", "light", "hcDark"] as ThemeName[]) {
    it(`${theme}: is drawn in the theme's colours`, async () => {
      const view = await opened(theme);
      const drawn = await view.page.evaluate(() =>
        [...document.querySelectorAll<HTMLCanvasElement>(".plot > canvas")].map((canvas) => {
          const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, at) => at % 4 === 3 && value > 0);
        }),
      );
      assert.deepEqual(drawn, [true, true, true]);
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/stats-${theme}.png` });
      await view.close();
    });
  }
});
