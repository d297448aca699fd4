// The struct tree in real Chromium, over an interpreter made up for it: keys, links to the bytes, editing, filtering, going
// somewhere, and pictures of each theme for a person to look at (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { FieldRange, StructQuestion } from "../../shared/structProtocol";
import type { FakeStructOptions } from "./harness/fakeStruct";
import { closeBrowser, openView, type View, type ViewOptions } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const HEAD = [0x7f, 0x54, 0x48, 0x58, 7, 0, 2, 0x80, ...Buffer.from("Terahex!")];

describe("struct tree", function () {
  this.timeout(120_000);
  after(closeBrowser);

  async function openTree(struct: Partial<FakeStructOptions> = {}, options: Partial<ViewOptions> = {}): Promise<View> {
    const settings = { structTree: true };
    const view = await openView({ size: 2 ** 43, head: HEAD, settings, width: 1300, struct: { records: 5e11, ...struct }, ...options }); // prettier-ignore
    await view.page.waitForFunction(() => document.querySelector(".tree-message > p")?.textContent !== "Reading…");
    await view.rest();
    await view.page.waitForFunction(() => document.querySelector(".field-row.loading:not([hidden])") === null);
    return view;
  }

  /** As fast as a person sees what a key did. */
  const press = async (view: View, ...keys: string[]): Promise<void> => {
    for (const key of keys) {
      await view.press(key);
      await view.page.waitForFunction(() => document.querySelector(".field-row.loading:not([hidden])") === null);
    }
  };
  const names = (view: View): Promise<string[]> =>
    view.page.evaluate(() =>
      [...document.querySelectorAll(".field-row:not([hidden]) .label")].map((label) => label.textContent ?? ""),
    );
  const current = (view: View): Promise<string | undefined> =>
    view.page.evaluate(() => document.querySelector(".tree-details .path")?.textContent ?? undefined);
  const focusTree = (view: View): Promise<void> => view.page.focus(".treegrid");
  const asked = (view: View, kind: StructQuestion["kind"]): Promise<StructQuestion[]> =>
    view.page.evaluate((wanted) => window.fakeHost.struct.asked.filter((one) => one.kind === wanted), kind);
  const row = (name: string): string => `.field-row:not([hidden]):has(.label:text-is("${name}"))`;
  const valueOf = (view: View, name: string): Promise<string | null> =>
    view.page.textContent(`${row(name)} .value .text`);
  const editText = async (view: View, text: string): Promise<void> => {
    await view.page.waitForSelector(".field-editor:not([hidden])");
    await view.page.fill(".field-editor > input", text);
    await press(view, "Enter");
  };

  it("opens, closes and moves by the keys of VS Code's trees, and selects each row's bytes", async () => {
    const view = await openTree();
    assert.deepEqual(await names(view), ["sample_format", "header", "records", "chunks"]);
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight");
    assert.deepEqual((await names(view)).slice(0, 4), ["sample_format", "header", "magic", "version"]);
    assert.deepEqual(await view.selection(), { anchor: 31, focus: 0, column: "hex" });
    await press(view, "ArrowRight", "ArrowDown");
    assert.equal(await current(view), "header.version");
    assert.deepEqual(await view.selection(), { anchor: 5, focus: 4, column: "hex" });
    await press(view, "ArrowLeft");
    assert.equal(await current(view), "header");
    await press(view, "ArrowLeft");
    assert.equal((await names(view)).length, 4);
    await press(view, "End");
    assert.equal(await current(view), "chunks");
    // At once: what is typed after a pause begins anew.
    await view.page.keyboard.type("re");
    await view.rest();
    assert.equal(await current(view), "records");
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "treegrid");
    await press(view, "Escape");
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "grid");
    await view.close();
  });

  it("hides fields whose condition is false until the person asks for them", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight");
    assert.ok(!(await names(view)).includes("comment"));
    await press(view, "Control+g");
    await view.page.fill(".go-to input", "header.comment");
    await view.page.keyboard.press("Enter");
    await view.page.waitForFunction(() =>
      /is absent/.test(document.querySelector(".go-to .bar-note")?.textContent ?? ""),
    );
    await press(view, "Escape");
    const toggle = 'button[aria-label="Show absent fields"]';
    assert.equal(await view.page.getAttribute(toggle, "aria-pressed"), "false");
    await view.page.click(toggle);
    await view.page.waitForSelector(row("comment"));
    assert.equal(await view.page.getAttribute(toggle, "aria-pressed"), "true");
    assert.equal(await view.page.getAttribute(row("checksum"), "aria-posinset"), "8");
    await view.page.click(toggle);
    await view.page.waitForSelector(row("comment"), { state: "detached" });
    await view.close();
  });

  it("reads the rows behind closed twisties once one rests, or points at them, but not what would have to be counted", async () => {
    const view = await openTree();
    const pathsAsked = async (): Promise<string[]> =>
      (await asked(view, "children")).flatMap((one) => (one.kind === "children" ? [one.path] : []));
    await view.page.hover(`${row("chunks")} .twistie`);
    await view.rest(100);
    await view.page.hover(`${row("header")} .twistie`);
    await view.page.waitForFunction(() =>
      window.fakeHost.struct.asked.some((one) => one.kind === "children" && one.path === "header"),
    );
    const before = await pathsAsked();
    assert.ok(!before.includes("chunks"));
    await view.page.waitForFunction(() =>
      window.fakeHost.struct.asked.some((one) => one.kind === "children" && one.path === "records"),
    );
    await view.rest();
    await view.page.mouse.down();
    await view.page.mouse.up();
    await view.page.waitForSelector(row("magic"));
    const after = await pathsAsked();
    assert.equal(after.filter((path) => path === "header").length, 1, "no question more");
    assert.ok(!after.includes("chunks"));
    await view.close();
  });

  it("is a treegrid for screen readers", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight", "ArrowDown");
    const facts = await view.page.evaluate(() => {
      const grid = document.querySelector(".treegrid")!;
      const active = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")!;
      const read = (element: Element, ...names: string[]) => names.map((name) => element.getAttribute(name));
      return {
        grid: read(grid, "role", "aria-rowcount", "aria-colcount"),
        active: read(active, "role", "aria-level", "aria-setsize", "aria-posinset", "aria-rowindex", "aria-expanded"),
        parent: document.querySelector('[aria-level="2"]')?.getAttribute("aria-expanded"),
        cells: [...active.children].map((cell) => cell.getAttribute("role")),
      };
    });
    assert.deepEqual(facts.grid, ["treegrid", "12", "5"]);
    assert.deepEqual(facts.active, ["row", "3", "7", "1", "4", null]);
    assert.equal(facts.parent, "true");
    assert.deepEqual(facts.cells, ["rowheader", "gridcell", "gridcell", "gridcell", "gridcell"]);
    await view.close();
  });

  it("goes to element 5 * 10^11 at once and shows what is around it; wrong numbers and paths are said", async () => {
    const view = await openTree({ records: 2 ** 39 });
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowDown");
    await press(view, "Control+g");
    await view.page.fill(".go-to input", "500000000000");
    const tookMs = await view.page.evaluate(async () => {
      const started = performance.now();
      const input = document.querySelector(".go-to input")!;
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      while (
        ![...document.querySelectorAll(".field-row:not([hidden]):not(.loading) .label")].some(
          (label) => label.textContent === "[500000000000]",
        )
      ) {
        await new Promise((next) => requestAnimationFrame(next));
      }
      return performance.now() - started;
    });
    console.log("%s", `\x02      jump to element 5e11, page alone: ${tookMs.toFixed(0)} ms`);
    assert.equal(await current(view), "records[500000000000]");
    assert.equal((await view.selection())?.focus, 32 + 16 * 5e11);
    await press(view, "Control+g");
    await view.page.fill(".go-to input", "records[0x10].x");
    await press(view, "Enter");
    await view.page.waitForSelector(`${row("x")}.current`);
    assert.equal(await current(view), "records[16].x");
    await press(view, "Control+g");
    for (const [typed, said] of [
      ["999999999999999", /has 549,755,813,888 elements/],
      ["nowhere", /no such field/],
    ] as const) {
      await view.page.fill(".go-to input", typed);
      await press(view, "Enter");
      assert.match((await view.page.textContent(".go-to .bar-note")) ?? "", said);
    }
    await press(view, "Escape");
    assert.equal(await current(view), "records[16].x");
    await view.close();
  });

  it("scrolls through 10^11 rows, and takes back questions about rows that are gone", async () => {
    const view = await openTree({ records: 5e11 });
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowDown", "ArrowRight");
    await view.page.waitForSelector(`${row("[0]")}:not(.loading)`);
    await press(view, "End", "ArrowUp");
    await view.page.waitForSelector(`${row("[499999999999]")}:not(.loading)`);
    const cancelled = await view.page.evaluate(async () => {
      window.fakeHost.hold();
      const tree = document.querySelector(".treegrid")!;
      for (let step = 0; step < 20; step++) {
        tree.dispatchEvent(new WheelEvent("wheel", { deltaY: -9000, cancelable: true }));
        await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      }
      const { log } = window.fakeHost;
      window.fakeHost.release();
      return log.filter(({ kind }) => kind === "cancel").length;
    });
    // Each step shows other pages; the last one's questions are the only ones that matter.
    assert.ok(cancelled >= 15, `${cancelled} questions were taken back`);
    await view.rest();
    assert.equal(await view.page.locator(".field-row.loading:visible").count(), 0);
    await view.close();
  });

  it("follows the cursor of the bytes without taking the focus", async () => {
    const view = await openTree();
    await view.page.click('.cell[data-offset="45"][data-column="hex"]');
    await view.page.waitForSelector(`${row("y")}.current`);
    assert.equal(await current(view), "records[0].y");
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "grid");
    assert.deepEqual(await view.selection(), { anchor: 45, focus: 45, column: "hex" });
    await view.close();
  });

  it("edits numbers, texts, flags and enums in place; shows what is wrong at the field", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "Enter");
    await editText(view, "70000");
    assert.match((await view.page.textContent(".field-note")) ?? "", /not in 0 to 65535/);
    await editText(view, "13");
    assert.match(
      (await view.page.textContent(".field-note")) ?? "",
      /13 is not allowed[^]*Enter writes it all the same/,
    );
    assert.equal(await valueOf(view, "version"), "7");
    await press(view, "Enter");
    await view.page.waitForSelector(".field-editor", { state: "hidden" });
    await view.page.waitForFunction(() =>
      [...document.querySelectorAll(".field-row .text")].some((text) => text.textContent === "13"),
    );
    assert.equal(await view.cell(4), "0D");
    await press(view, "F2");
    await view.page.waitForSelector(".field-editor:not([hidden])");
    await press(view, "Escape");
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "treegrid");
    await press(view, "ArrowDown", "Enter");
    await view.page.waitForSelector(".labels [role=option]");
    await view.page.keyboard.type("mag");
    assert.deepEqual(await view.page.locator(".labels [role=option]").allTextContents(), ["magenta4"]);
    await press(view, "Enter");
    await view.page.waitForFunction(() =>
      [...document.querySelectorAll(".field-row .text")].some((text) => text.textContent === "magenta"),
    );
    await press(view, "ArrowDown", "Enter");
    await view.page.waitForSelector(".check-box:not([hidden])");
    await press(view, " ", "Enter");
    await view.page.waitForFunction(() => document.querySelector(".field-row.bool.checked") === null);
    await view.page.click(".field-row.bool .check");
    await view.page.waitForSelector(".field-row.bool.checked");
    assert.equal(await view.cell(7), "80");
    await view.close();
  });

  it("keeps what is being typed while one scrolls, and comes back to it with the next key", async () => {
    const view = await openTree({ records: 5e11 });
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "Enter");
    const editor = ".field-editor > input";
    await view.page.waitForSelector(editor);
    await view.page.fill(editor, "12");
    await view.page.click(`${row("records")} .twistie`, { trial: true });
    await view.page.evaluate(() => {
      const grid = document.querySelector(".treegrid")!;
      grid.dispatchEvent(new WheelEvent("wheel", { deltaY: 44, bubbles: true, cancelable: true }));
    });
    await view.rest();
    assert.equal(await view.page.inputValue(editor), "12");
    await view.page.keyboard.press("End");
    await view.page.keyboard.type("3");
    await press(view, "Enter");
    await view.page.waitForFunction(() =>
      [...document.querySelectorAll(".field-row .text")].some((text) => text.textContent === "123"),
    );
    await view.close();
  });

  it("gives names or values more room by mouse and keys", async () => {
    const view = await openTree();
    const widthOf = (cell: string): Promise<number> =>
      view.page.evaluate(
        (name) => document.querySelector(`.tree-head > .${name}`)!.getBoundingClientRect().width,
        cell,
      );
    const [name, value] = [await widthOf("name"), await widthOf("value")];
    await view.page.focus(".tree-head .sash");
    await press(view, "ArrowLeft", "ArrowLeft");
    assert.ok(Math.abs((await widthOf("value")) - value - 32) < 2);
    assert.ok(Math.abs(name - (await widthOf("name")) - 32) < 2);
    const sash = await view.page.locator(".tree-head .sash").boundingBox();
    await view.page.mouse.move(sash!.x, sash!.y + 5);
    await view.page.mouse.down();
    await view.page.mouse.move(sash!.x + 60, sash!.y + 5);
    await view.page.mouse.up();
    await view.rest();
    assert.ok(Math.abs((await widthOf("value")) - value + 28) < 3);
    // Told once it has rested for 300 ms; the next tree begins with it.
    await view.rest(400);
    const told = ((await asked(view, "shareColumns")) as { nameShare: number }[]).at(-1);
    const share = (await widthOf("name")) / ((await widthOf("name")) + (await widthOf("value")));
    assert.ok(Math.abs(told!.nameShare - share) < 0.02, `${told?.nameShare} for ${share}`);
    await view.page.evaluate(() => window.fakeHost.send({ type: "struct", news: { kind: "columns", nameShare: 0.5 } }));
    await view.rest();
    assert.ok(Math.abs((await widthOf("name")) - (await widthOf("value"))) < 3);
    await view.close();
  });

  it("says why a computed value is fixed, and leads to the fields that it comes from", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight");
    await view.page.dblclick(row("total"));
    await view.page.waitForSelector(".tree-details .link");
    assert.match((await view.page.textContent(".tree-details .note")) ?? "", /Computed/);
    await view.page.click('.tree-details .link:text-is("records[1].x")');
    await view.page.waitForSelector(`${row("x")}.current`);
    assert.equal(await current(view), "records[1].x");
    await view.close();
  });

  it("filters what has been read, and says how much that was", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight", "Control+f");
    await view.page.fill(".filter input", "u4");
    await view.page.waitForFunction(() => document.querySelectorAll(".field-row:not([hidden])").length === 3);
    assert.deepEqual(await names(view), ["sample_format", "header", "checksum"]);
    assert.match((await view.page.textContent(".filter .bar-note")) ?? "", /^1 of \d+ rows read so far$/);
    // Its text is its own; VS Code hears what saves, goes elsewhere or opens the palette.
    const heard = await view.page.evaluate(() => {
      const seen: string[] = [];
      window.addEventListener("keydown", (event) => seen.push(event.key));
      const input = document.querySelector(".filter input")!;
      for (const key of ["z", "a", "s", "P"])
        input.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true }));
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "F1", bubbles: true, cancelable: true }));
      return seen;
    });
    assert.deepEqual(heard, ["s", "P", "F1"]);
    await press(view, "Escape");
    assert.equal((await names(view)).length, 11);
    await view.close();
  });

  it("counts while one watches, asks again after an edit elsewhere, and speaks of a missing or broken template", async () => {
    const view = await openTree();
    await focusTree(view);
    await press(view, "End", "ArrowRight", "End");
    await view.page.waitForSelector(".field-row.counting");
    await view.page.evaluate(() => {
      window.fakeHost.struct.counted = 150;
      window.fakeHost.send({ type: "struct", news: { kind: "progress", path: "chunks", scannedBytes: 1, totalBytes: 2, elements: 150 } }); // prettier-ignore
    });
    await view.page.waitForFunction(
      () => document.querySelector(".field-row.counting .text")?.textContent?.includes("150") !== false,
    );
    assert.match((await view.page.textContent(".tree-progress")) ?? "", /150 elements, 50 %/);
    await press(view, "Home", "ArrowDown", "ArrowRight");
    await view.page.evaluate(() => window.fakeHost.change(4, [99, 0]));
    await view.page.waitForFunction(() =>
      [...document.querySelectorAll(".field-row .text")].some((text) => text.textContent === "99"),
    );
    await view.close();
    const none = await openTree({ noTemplate: true });
    await none.page.click("text=Choose a Template…");
    await none.rest();
    assert.equal((await asked(none, "pick")).length, 1);
    await none.close();
    const broken = await openTree({ broken: true });
    await broken.page.click(".finding.error");
    await broken.rest();
    assert.deepEqual(await asked(broken, "template"), [{ kind: "template", file: "/t/sample_format.ksy", line: 7, column: 11 }]); // prettier-ignore
    await broken.close();
  });

  it("is resized by its sash with keys and mouse, and stands below the bytes where it is narrow", async () => {
    const view = await openTree();
    const width = (): Promise<number> =>
      view.page.evaluate(() => document.querySelector(".side")!.getBoundingClientRect().width);
    const before = await width();
    await view.page.focus(".split > .sash");
    await press(view, "ArrowLeft", "ArrowLeft");
    assert.equal(await width(), before + 32);
    await view.rest(400);
    const kept = await view.page.evaluate(() => {
      window.dispatchEvent(new Event("pagehide"));
      return window.fakeHost.savedState as { treeWidthPx: number };
    });
    assert.equal(kept.treeWidthPx, before + 32);
    const told = await view.page.evaluate(() =>
      window.fakeHost.log
        .flatMap((message) =>
          message.kind === "notice" && message.body.type === "settingChanged" ? [message.body.panes] : [],
        )
        .at(-1),
    );
    assert.equal(told?.treeWidthPx, before + 32);
    const next = await openTree({}, { settings: { structTree: true, panes: told } });
    assert.equal(
      await next.page.evaluate(() => document.querySelector(".side")!.getBoundingClientRect().width),
      before + 32,
    );
    await next.close();
    await view.page.setViewportSize({ width: 600, height: 800 });
    await view.page.waitForSelector(".split.stacked");
    await view.rest();
    const [hex, tree] = await view.page.evaluate(() =>
      [".hex-view", ".tree-pane"].map(
        (name) => document.querySelector(name)!.getBoundingClientRect().toJSON() as DOMRect,
      ),
    );
    assert.ok(
      hex !== undefined && tree !== undefined && tree.top >= hex.bottom && tree.width === 600,
      JSON.stringify([hex, tree]),
    );
    await view.close();
  });

  it("shows a tree alone, which tells the host what to select", async () => {
    const view = await openTree({}, { page: "struct", width: 500 });
    await focusTree(view);
    await press(view, "ArrowDown", "ArrowRight", "ArrowDown");
    const told = await view.page.evaluate(() =>
      window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "struct" ? [message.body.tell] : [],
      ),
    );
    assert.deepEqual(told.at(-1), { kind: "select", start: 0, end: 4 });
    assert.equal(await view.page.evaluate(() => document.querySelector(".hex-view")), null);
    const colors = (await asked(view, "colors")).at(-1) as { ranges: readonly FieldRange[] };
    const places = colors.ranges.filter(({ outer }) => !outer).map(({ start, end }) => `${start}-${end}`);
    assert.ok(places.includes("0-4") && places.includes("4-6"), places.join());
    await view.close();
    // The bytes of an editor without a tree take them, until its own tree is there.
    const bytes = await openTree({}, { settings: { structTree: false } });
    const patches = (): Promise<number> => bytes.page.evaluate(() => document.querySelectorAll(".patch.begins").length);
    assert.equal(await patches(), 0);
    await bytes.page.evaluate(
      (ranges) => window.fakeHost.send({ type: "struct", news: { kind: "colors", ranges } }),
      colors.ranges,
    );
    await bytes.page.waitForSelector(".patch.begins");
    await bytes.page.evaluate(() => window.fakeHost.send({ type: "struct", news: { kind: "colors", ranges: [] } }));
    await bytes.page.waitForFunction(() => document.querySelector(".patch.begins") === null);
    await bytes.close();
  });

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: colours in the bytes are the fields' own, and everything can be read`, async () => {
      const view = await openTree({}, { theme });
      await focusTree(view);
      await press(view, "ArrowDown", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown");
      const colors = await view.page.evaluate(() => {
        const hue = (selector: string) =>
          getComputedStyle(document.querySelector(selector)!).getPropertyValue("--hue").trim();
        const patches = [...document.querySelectorAll(".patch.begins")].slice(0, 4);
        return { names: patches.map(({ className }) => className), first: hue(".patch.begins") };
      });
      assert.equal(new Set(colors.names).size >= 2, true, JSON.stringify(colors));
      assert.notEqual(colors.first, "transparent");
      await press(view, "Enter");
      await view.page.waitForSelector(".labels [role=option]");
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/tree-${theme}.png` });
      await view.close();
    });
  }
});
