// Bookmarks in a real browser: under the bytes, before the rows, beside the scroll bar, in the overview; pictures of each theme.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { BookmarkMark } from "../../shared/bookmarks";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const MARKS: readonly BookmarkMark[] = [
  { start: 4, end: 8, name: "magic", color: "blue" },
  { start: 0x24, end: 0x4a, name: "header", color: "green" },
  { start: 0x30, end: 0x34, name: "", color: "red" },
  { start: 0x80, end: 0x81, name: "flags", color: "yellow" },
  { start: 0xa2, end: 0xb0, name: "checksum", color: "orange" },
  { start: 0xc8, end: 0xd8, name: "payload", color: "purple" },
  { start: 0x8000, end: 0x8010, name: "far", color: "green" },
];

async function mark(view: View, marks: readonly BookmarkMark[]): Promise<void> {
  await view.settled();
  await view.page.evaluate((sent) => window.fakeHost.send({ type: "bookmarks", marks: sent }), marks);
  await view.page.waitForFunction(
    (count) => document.querySelectorAll(".bookmark-ruler > .stripe").length === count,
    marks.length,
  );
}

describe("bookmarks", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("stand under their bytes in both columns, with a flag before the row where they begin", async () => {
    const view = await openView({ size: 0x10000 });
    await mark(view, MARKS);
    const under = async (offset: number, column: "hex" | "text"): Promise<string[]> => {
      const { x, y } = await view.box(offset, column);
      return view.page.evaluate(
        ([left, top]) =>
          [...document.querySelectorAll<HTMLElement>(".bookmark")]
            .filter((one) => {
              const box = one.getBoundingClientRect();
              return box.left <= left && left < box.right && box.top <= top && top < box.bottom;
            })
            .map((one) => one.className),
        [x, y] as const,
      );
    };
    assert.deepEqual(await under(3, "hex"), []);
    for (const column of ["hex", "text"] as const) {
      assert.deepEqual(await under(4, column), ["bookmark blue begins ends"]);
      assert.deepEqual(await under(0x31, column), ["bookmark green", "bookmark red begins ends"]);
      assert.deepEqual(await under(0x49, column), ["bookmark green ends"]);
    }
    const titles = await view.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".bookmark-flag")].map((one) => one.title),
    );
    assert.deepEqual(titles.slice(0, 4), ["Bookmark: magic", "Bookmark: header", "Bookmark", "Bookmark: flags"]);
    const flag = await view.page.locator(".bookmark-flag").nth(1).boundingBox();
    const cell = await view.box(0x24);
    assert.ok(flag !== null && Math.abs(flag.y + flag.height / 2 - cell.y) < 2, "on the row where it begins");
    await view.close();
  });

  it("go where the rows go, are spoken with the cursor, and leave when the host says so", async () => {
    const view = await openView({ size: 0x10000 });
    await mark(view, MARKS);
    await view.press(...Array.from({ length: 5 }, () => "ArrowRight"));
    await view.page.waitForFunction(() =>
      [...document.querySelectorAll(".spoken")].some((one) => one.textContent?.endsWith("Bookmark: magic")),
    );
    await view.press("Control+End");
    await view.page.waitForFunction(() => document.querySelector(".bookmark") === null);
    assert.equal(await view.page.locator(".bookmark-flag").count(), 0);
    await view.press("Control+Home");
    await view.page.waitForFunction(() => document.querySelectorAll(".bookmark-flag").length > 3);
    await view.page.evaluate(() => window.fakeHost.send({ type: "bookmarks", marks: [] }));
    await view.page.waitForFunction(() => document.querySelector(".bookmark, .bookmark-flag, .stripe") === null);
    await view.close();
  });

  it("have a lane of their own in the overview, and their names in its tip", async () => {
    const view = await openView({ size: 0x10000, settings: { overview: true } });
    await mark(view, MARKS);
    await view.page.waitForFunction(
      (count) => document.querySelectorAll(".bookmarks-overview > .stripe").length === count,
      MARKS.length,
    );
    const far = await view.page.locator(".bookmarks-overview > .stripe").last().boundingBox();
    const strip = await view.page.locator(".overview").boundingBox();
    assert.ok(far !== null && strip !== null);
    assert.ok(Math.abs(far.y - (strip.y + strip.height / 2)) < 3, "half way down");
    assert.ok(far.x >= strip.x && far.x + far.width <= strip.x + strip.width, "within the strip");
    await view.page.mouse.move(far.x + 2, far.y + 1);
    await view.page.waitForFunction(() =>
      document.querySelector(".overview-tip")?.textContent?.includes("Bookmark: far"),
    );
    await view.close();
  });

  for (const theme of ["dark", "light", "hcDark", "hcLight"] satisfies ThemeName[]) {
    it(`looks right in ${theme} (picture in ${PICTURES})`, async () => {
      const view = await openView({ size: 0x10000, theme, settings: { overview: true } });
      await mark(view, MARKS);
      await view.frames(2);
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/bookmarks-${theme}.png` });
      await view.close();
    });
  }
});
