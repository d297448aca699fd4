// The find bar and the list of hits in a browser: keys as in VS Code's find widget, hits marked, problems in place; and
// pictures of them in each theme (out/webview).
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { FindQuestion } from "../../shared/findProtocol";
import { closeBrowser, openView, type View } from "./harness/openView";
import type { ThemeName } from "./harness/themes";

const PICTURES = "out/webview";
const HEAD = [...Buffer.from("The needle is a needle, not a NEEDLE; needles are sharp.  ")];
const OFFSETS = HEAD.flatMap((_, at) => (Buffer.from(HEAD.slice(at, at + 6)).toString() === "needle" ? [at] : []));

async function command(view: View, name: "find" | "replace" | "next" | "previous" | "list"): Promise<void> {
  await view.page.evaluate(
    (which) => window.fakeHost.send({ type: "find", news: { kind: "command", command: which } }),
    name,
  );
  await view.rest();
}

/** The bar searches once the keys have rested for 150 ms. */
const TYPED_MS = 200;

/** Puts a text into the bar at once, because a pause between two keys is a search, and waits for it. */
async function type(view: View, text: string): Promise<void> {
  await view.page.keyboard.insertText(text);
  await view.rest(TYPED_MS);
}

const focused = (view: View): Promise<string | null | undefined> =>
  view.page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
const count = (view: View): Promise<string | null> => view.page.textContent(".find-count");
const asked = (view: View, kind: FindQuestion["kind"]): Promise<FindQuestion[]> =>
  view.page.evaluate((which) => window.fakeHost.find.asked.filter((ask) => ask.kind === which), kind);
const structQuestions = (view: View): Promise<string[]> =>
  view.page.evaluate(() => window.fakeHost.struct.asked.map(({ kind }) => kind));
const choose = (view: View, name: string): Promise<void> => view.page.click(`.find-kinds > button:text-is("${name}")`);

describe("find bar", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("is whole in a narrow editor, and moves nothing there", async () => {
    const view = await openView({ size: 4000, head: HEAD, width: 440 });
    await view.settled();
    await command(view, "find");
    await type(view, "needle");
    // As a screen reader does with the cell it reads.
    await view.page.evaluate(() =>
      document.querySelector('.cell[data-offset="15"][data-column="text"]')?.scrollIntoView(),
    );
    const { left, bar, scrolled } = await view.page.evaluate(() => {
      const hex = document.querySelector(".hex-view")!;
      return {
        left: hex.getBoundingClientRect().left,
        bar: document.querySelector(".find-bar")!.getBoundingClientRect().left,
        scrolled: [hex, ...hex.querySelectorAll("*")]
          .filter((element) => element.scrollLeft > 0)
          .map((element) => element.className),
      };
    });
    assert.deepEqual(scrolled, []);
    assert.ok(bar >= left, `the bar begins at ${bar}, the view at ${left}`);
    await view.close();
  });

  it("always has the focus when it is asked for, finds as one types, goes on and back, wraps, and gives the focus back", async () => {
    const view = await openView({ size: 4000, head: HEAD });
    await view.settled();
    await command(view, "find");
    assert.equal(await focused(view), "Find");
    await type(view, "6E 65 65 64 6C 65");
    assert.equal(await count(view), `1 of ${OFFSETS.length}`);
    assert.deepEqual(await view.selection(), { anchor: OFFSETS[0]! + 5, focus: OFFSETS[0], column: "hex" });
    await view.press("Enter");
    assert.equal((await view.selection())?.focus, OFFSETS[1]);
    await view.press("Shift+Enter", "Shift+F3");
    assert.equal((await view.selection())?.focus, OFFSETS.at(-1));
    await view.page.waitForFunction(() => document.querySelector(".find-count")?.classList.contains("wrapped"));
    assert.equal(await count(view), `${OFFSETS.length} of ${OFFSETS.length}`);
    await view.press("Escape");
    assert.equal(await view.page.isHidden(".find-bar"), true);
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "grid");
    await command(view, "previous");
    assert.equal((await view.selection())?.focus, OFFSETS.at(-2));
    await command(view, "next");
    assert.equal((await view.selection())?.focus, OFFSETS.at(-1));
    assert.equal(await view.page.isHidden(".find-bar"), true);
    await command(view, "find");
    assert.equal(await focused(view), "Find");
    await view.close();
  });

  it("marks the hits in view in both columns, the current one apart, and the file's beside the scroll bar", async () => {
    const view = await openView({ size: 4000, head: HEAD });
    await view.settled();
    await command(view, "find");
    await choose(view, "Text");
    await view.page.focus('[aria-label="Find"]');
    await type(view, "needle");
    await view.page.waitForFunction(
      (hits) => document.querySelectorAll(".hits > .begins").length === 2 * hits,
      OFFSETS.length,
    );
    assert.equal(await view.page.locator(".hits > .current.begins").count(), 2);
    const [first] = await view.page.locator(".hits > .current.begins").all();
    const box = await first?.boundingBox();
    const cell = await view.box(OFFSETS[0]!);
    assert.ok(box && cell.x > box.x && cell.x < box.x + box.width && cell.y > box.y && cell.y < box.y + box.height);
    assert.equal(await view.page.isVisible(".hit-ruler"), true);
    await view.press("Escape");
    assert.equal(await view.page.locator(".hit").count(), 0);
    assert.equal(await view.page.isVisible(".hit-ruler"), false);
    await view.close();
  });

  it("says in place what is wrong with a needle, and where; half a byte is no error while one types", async () => {
    const view = await openView({ size: 4000 });
    await view.settled();
    await command(view, "find");
    await type(view, "DE A");
    assert.equal(await view.page.isHidden(".find-problem"), true);
    assert.equal((await asked(view, "start")).length, 0);
    await type(view, "G");
    assert.match((await view.page.textContent(".find-problem")) ?? "", /“G” is no hex digit.*character 5/);
    assert.equal(await view.page.getAttribute('[aria-label="Find"]', "aria-invalid"), "true");
    assert.equal(await view.page.isVisible(".squiggle"), true);
    await view.press("Backspace");
    await type(view, "D");
    assert.equal(await view.page.isHidden(".find-problem"), true);
    await view.close();
  });

  it("takes the selection for a needle, as hex or as text", async () => {
    for (const column of ["hex", "text"] as const) {
      const view = await openView({ size: 4000, head: HEAD, selection: { anchor: 4, focus: 9, column } });
      await view.settled();
      await command(view, "find");
      const value = await view.page.inputValue('[aria-label="Find"]');
      assert.equal(value, column === "hex" ? "6E 65 65 64 6C 65" : "needle");
      await view.close();
    }
  });

  it("keeps keys that edit its text from the document, and hands VS Code the others", async () => {
    const view = await openView({ size: 4000 });
    await view.settled();
    await command(view, "find");
    const passed = await view.page.evaluate(() => {
      const seen: string[] = [];
      window.addEventListener("keydown", (event) => seen.push(event.key));
      const input = document.querySelector('[aria-label="Find"]')!;
      for (const key of ["z", "y", "v", "s", "p"]) {
        input.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true }));
      }
      return seen;
    });
    assert.deepEqual(passed, ["s", "p"]);
    await view.close();
  });

  it("recalls earlier needles with the arrow keys", async () => {
    const view = await openView({ size: 4000, head: HEAD });
    await view.settled();
    await command(view, "find");
    await type(view, "6E 65");
    await view.press("Enter");
    await view.page.fill('[aria-label="Find"]', "");
    await view.press("ArrowUp");
    assert.equal(await view.page.inputValue('[aria-label="Find"]'), "6E 65");
    await view.close();
  });

  it("replaces one and goes on, and replaces all", async () => {
    const view = await openView({ size: 4000, head: HEAD });
    await view.settled();
    await command(view, "find");
    await type(view, "6E 65 65 64");
    await command(view, "replace");
    assert.equal(await focused(view), "Replace");
    await view.page.keyboard.type("4E 45 45 44");
    await view.press("Enter");
    assert.equal(await view.cell(OFFSETS[0]!, "text"), "N");
    assert.equal((await view.selection())?.focus, OFFSETS[1]);
    await view.press("Control+Enter");
    assert.equal(await view.cell(OFFSETS.at(-1)!, "text"), "N");
    assert.equal(await count(view), `${OFFSETS.length - 1} replaced`);
    // The host tells of other bytes when it comes to it: of these after its answer, too.
    await view.page.evaluate(() => {
      const { fakeHost } = window;
      fakeHost.send({ type: "changed", state: fakeHost.state, changes: [], fresh: [] });
    });
    await view.settled();
    assert.equal(await count(view), `${OFFSETS.length - 1} replaced`);
    await view.page.evaluate(() => window.fakeHost.change(0, [1]));
    await view.settled();
    assert.notEqual(await count(view), `${OFFSETS.length - 1} replaced`);
    await view.close();
  });

  it("keeps the focus when a button that was pressed comes to rest", async () => {
    const view = await openView({ size: 4000, head: HEAD });
    await view.settled();
    await command(view, "find");
    await type(view, "6E 65 65 64");
    await command(view, "replace");
    await view.page.keyboard.type("4E 45 45 44");
    await view.page.click('[aria-label^="Replace all"]');
    await view.page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Find");
    await view.press("Escape");
    assert.equal(await view.page.locator(".find-bar").isVisible(), false);
    await view.close();
  });

  it("lists hits with what stands around them; keys and mouse go there", async () => {
    const view = await openView({ size: 60_000, head: HEAD });
    await view.settled();
    await command(view, "find");
    await type(view, "00");
    await view.press("Control+Enter");
    await view.page.waitForFunction(() => document.querySelector(".result-offset")?.textContent?.startsWith("0x"));
    const hits = await view.page.evaluate(() => window.fakeHost.find.answer({ kind: "list", to: "file" }));
    const total = "count" in hits ? hits.count : 0;
    assert.equal(await view.page.textContent(".results .pane-title > span"), `${total.toLocaleString("en-US")} hits`);
    const rows = await view.page.locator(".result:visible").count();
    assert.ok(rows < 20, `${rows} rows for ${total} hits`);
    await view.press("End");
    await view.press("ArrowUp", "ArrowDown");
    const last = await view.selection();
    assert.equal(await view.page.evaluate((at) => window.fakeHost.byte(at), last?.focus ?? 0), 0);
    assert.ok((last?.focus ?? 0) > 50_000);
    await view.press("Home");
    await view.page.locator(".result:visible").nth(2).click();
    const third = await view.page.locator(".result:visible .result-offset").nth(2).textContent();
    assert.equal((await view.selection())?.focus, Number(third));
    assert.equal(await count(view), `3 of ${total.toLocaleString("en-US")}`);
    await view.press("Escape");
    assert.equal(await view.page.evaluate(() => document.activeElement?.className), "grid");
    await view.close();
  });

  for (const theme of ["dark", "light", "hcDark", "hcLight"] as ThemeName[]) {
    it(`${theme}: pictures`, async () => {
      const view = await openView({ theme, size: 60_000, head: HEAD, height: 700 });
      await view.settled();
      await command(view, "find");
      await choose(view, "Text");
      await view.page.focus('[aria-label="Find"]');
      await type(view, "needle");
      await command(view, "replace");
      await command(view, "list");
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/find-${theme}.png` });
      await command(view, "find");
      await choose(view, "Hex");
      await view.page.fill('[aria-label="Find"]', "DE AX 00");
      await view.rest(TYPED_MS);
      await view.page.screenshot({ path: `${PICTURES}/find-${theme}-problem.png` });
      await view.close();
    });
  }

  for (const theme of ["dark", "light", "hcDark", "hcLight"] satisfies ThemeName[]) {
    it(`names the struct field of each hit beside it, without a tree (${theme}: ${PICTURES}/find-fields-${theme}.png)`, async () => {
      const view = await openView({ size: 4000, head: HEAD, theme, struct: { records: 40 } });
      await view.settled();
      await command(view, "find");
      await view.page.keyboard.insertText("6E 65 65 64 6C 65");
      await view.page.waitForFunction(() => document.querySelector(".find-count")?.textContent?.startsWith("1 of"));
      assert.deepEqual(await structQuestions(view), [], "nobody has asked for fields");
      await command(view, "list");
      // The header is 32 bytes long, each record 16.
      await view.page.waitForFunction((hits) => {
        const fields = hits.map((offset) => {
          const answer = window.fakeHost.struct.answer({ kind: "reveal", offset });
          return "steps" in answer ? answer.steps.at(-1)?.row.path : "";
        });
        const shown = [...document.querySelectorAll(".result:not([hidden]) > .result-field")];
        return fields.some((field) => field !== "") && shown.map((one) => one.textContent).join() === fields.join();
      }, OFFSETS);
      mkdirSync(PICTURES, { recursive: true });
      await view.page.screenshot({ path: `${PICTURES}/find-fields-${theme}.png` });
      await view.page.click('[aria-label="Close the list"]');
      await view.page.waitForFunction(() => window.fakeHost.struct.asked.at(-1)?.kind === "close");
      await view.close();
    });
  }
});
