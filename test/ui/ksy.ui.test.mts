// Writing a template beside the file it is for, like a person: highlighting, problems, completion and the live preview, in every
// kind of theme (screenshots in out/ui-ksy/).
import assert from "node:assert/strict";
import fs from "node:fs";
import type { Frame, Page } from "playwright-core";
import { editorFrame, openFile, runCommand, waitForByte } from "../../scripts/lib/workbench.mjs";
import { themes, useDesk } from "./harness/desk.mjs";
import { until } from "./harness/until.mjs";

const template = `meta:
  id: sensor_log
  title: Log of a sensor
  file-extension: bin
  endian: le
seq:
  - id: magic
    contents: SLOG
  - id: header
    type: header
  - id: records
    type: record(header.width) # one for each reading
    repeat: expr
    repeat-expr: header.count
types:
  header:
    seq:
      - id: count
        type: u2
        doc: How many records follow.
      - id: width
        type: u1
        valid:
          any-of: [1, 2, 4]
      - id: unit
        type: u1
        enum: units
  record:
    params:
      - id: width
        type: u1
    seq:
      - id: value
        size: width
        if: '_root.header.unit != units::off or _io.size > 0x40'
enums:
  units:
    0: off
    1: celsius
    2:
      id: kelvin
      doc: From absolute zero.
`;

describe("a person who writes a template", function () {
  this.timeout(180_000);
  const desk = useDesk({
    name: "ksy",
    viewport: { width: 1400, height: 850 },
    prepare: () => {
      const records = Array.from({ length: 12 }, (_, index) => [20 + index, 1]).flat();
      fs.writeFileSync(desk.file("log.bin"), Buffer.from([...Buffer.from("SLOG"), 12, 0, 2, 1, ...records]));
      fs.writeFileSync(desk.file("sensor_log.ksy"), template);
    },
  });
  const { shot } = desk;
  let page: Page;
  let frame: Frame;
  before(() => {
    page = desk.page;
  });

  const textEditor = () => page.locator('.editor-instance .monaco-editor[role="code"]').last();
  /** What is drawn of a line, with the colour of each piece. */
  const colours = (line: number): Promise<[string, string][]> =>
    textEditor().evaluate((editor, wanted) => {
      const lines = [...editor.querySelectorAll<HTMLElement>(".view-line")];
      lines.sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top));
      const pieces = [...(lines[wanted - 1]?.querySelectorAll("span > span") ?? [])];
      return pieces.map((piece): [string, string] => [
        (piece.textContent ?? "").replaceAll("\u00a0", " ").trim(),
        getComputedStyle(piece).color,
      ]);
    }, line);
  const row = (name: string) => frame.locator('[role="rowheader"]', { hasText: name }).first();
  async function goTo(line: number, column: number): Promise<void> {
    await textEditor().click();
    await page.keyboard.press("Control+g");
    await page.locator(".quick-input-widget input").fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  it("sees sections, types, ids and expressions in colours of their own", async () => {
    frame = await openFile(page, "log.bin");
    await waitForByte(frame, 0, "53");
    await page.locator('.explorer-folders-view .monaco-list-row[aria-label^="sensor_log.ksy"]').dblclick();
    await page.locator('.tab.active[data-resource-name="sensor_log.ksy"]').waitFor();
    await page.locator('.statusbar-item[aria-label="Kaitai Struct"]').waitFor();
    // The grammar arrives a moment after the text.
    await until("four colours", async () => new Set((await colours(12)).map(([, colour]) => colour)).size >= 4);
    const colourOf = async (line: number, word: string): Promise<string> => {
      const found = (await colours(line)).find(([text]) => text === word);
      assert.ok(found, `"${word}" is a piece of its own in ${JSON.stringify(await colours(line))}`);
      return found[1];
    };
    const section = await colourOf(6, "seq");
    const key = await colourOf(7, "id");
    const type = await colourOf(12, "record");
    assert.equal(new Set([section, key, type, await colourOf(12, "width")]).size, 4);
  });

  it("previews it on the open file as it is typed, and keeps the last good tree", async () => {
    await runCommand(page, "Terahex: Preview This Template on");
    await page.locator(".editor-group-container").nth(1).waitFor();
    frame = await editorFrame(page);
    await row("header").waitFor();
    await row("records").waitFor();
    await goTo(7, 100);
    await page.keyboard.type("_word");
    await row("magic_word").waitFor();
    await shot("preview");
    await goTo(10, 100);
    await page.keyboard.type("_none");
    await page.locator(".squiggly-error").first().waitFor();
    await frame.locator('[title*="as it was before its errors"]').first().waitFor();
    await row("magic_word").waitFor();
    await shot("preview-with-errors");
    for (let count = 0; count < "_none".length; count++) await page.keyboard.press("Backspace");
    await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
  });

  it("is offered what may be written, with its types", async () => {
    await goTo(14, 100);
    await page.keyboard.type(" + header.");
    await page.keyboard.press("Control+Space");
    const suggestions = page.locator(".suggest-widget.visible .monaco-list-row");
    await suggestions.filter({ hasText: "count" }).first().waitFor();
    const offered = await suggestions.allInnerTexts();
    assert.ok(
      offered.slice(0, 3).every((text) => /count|width|unit/.test(text)),
      offered.join("|"),
    );
  });

  for (const [name, theme] of Object.entries(themes)) {
    it(`looks as it should in ${theme}`, async () => {
      await page.keyboard.press("Escape");
      await desk.setTheme(theme);
      await goTo(14, 100);
      await page.keyboard.press("Control+Space");
      await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
      await shot(name);
    });
  }
});
