// The four default themes: what must be told apart can be, and pictures of each for a person to look at (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { closeBrowser, openView } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";

/** WCAG 2.2 contrast of two colours as getComputedStyle() writes them. */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const channel = Number(part) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe("themes", function () {
  this.timeout(120_000);
  after(closeBrowser);

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: bytes are legible; cursor, selection, unsaved and unreadable bytes stand out`, async () => {
      const head = [0x41, 0, ...Buffer.from("legible text here")];
      const selection = { anchor: 0x40, focus: 0x58, column: "hex" } as const;
      const view = await openView({
        theme,
        size: 2 ** 43,
        head,
        settings: { inspector: true },
        unreadable: [0x90, 0x98],
        selection,
      });
      await view.settled();
      await view.page.evaluate(() => window.fakeHost.change(0x24, [1, 0x42, 3]));
      await view.rest();
      const look = (selector: string) =>
        view.page.evaluate((name) => {
          const style = getComputedStyle(document.querySelector(name)!);
          const { color, backgroundColor, textDecorationLine, outlineColor, outlineStyle } = style;
          return { color, backgroundColor, textDecorationLine, outline: `${outlineStyle} ${outlineColor}` };
        }, selector);
      const hex = (offset: number): string => `.cell.hex[data-offset="${offset}"]`;
      const page = (await look("body")).backgroundColor;
      const plain = await look(hex(0));
      const selected = await look(hex(0x44));
      const cursor = await look(hex(0x58));
      assert.ok(contrast(plain.color, page) >= 4.5, "plain bytes");
      assert.ok(contrast((await look(hex(1))).color, page) >= 3, "zeros are quiet, but there");
      assert.ok(contrast(selected.color, selected.backgroundColor) >= 4.5, "selected bytes");
      assert.ok(contrast(selected.backgroundColor, page) >= 1.3, "the selection");
      assert.ok(contrast(cursor.backgroundColor, selected.backgroundColor) >= 1.5, "the cursor in the selection");
      assert.ok(contrast(cursor.color, cursor.backgroundColor) >= 4.5, "the byte under the cursor");
      assert.equal((await look(hex(0x24))).textDecorationLine, "underline");
      assert.notEqual((await look(hex(0x90))).color, plain.color);
      assert.equal(await view.cell(0x90), "??");
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/${theme}.png` });
      await view.close();
    });
  }
});
