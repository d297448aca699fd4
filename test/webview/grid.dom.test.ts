// The hex view in real Chromium: what is shown, at any size, at any latency.
import assert from "node:assert/strict";
import { closeBrowser, openView } from "./harness/openView";
import { patternHex } from "./harness/pattern";

const TIB_8 = 2 ** 43;
const MAX = Number.MAX_SAFE_INTEGER;

describe("hex view", function () {
  this.timeout(120_000);
  after(closeBrowser);

  for (const [name, size] of [
    ["4 KiB", 4096],
    ["8 TiB", TIB_8],
    ["8 TiB and 5 bytes", TIB_8 + 5],
    ["2^53 - 1 bytes", MAX],
  ] as const) {
    it(`is exact to the last byte of ${name}`, async () => {
      const view = await openView({ size });
      await view.settled();
      await view.press("Control+End");
      await view.settled();
      assert.equal((await view.selection())?.focus, size - 1);
      for (const offset of [size - 1, size - 2, size - 16, size - 33]) {
        assert.equal(await view.cell(offset), patternHex(offset), `at ${offset}`);
      }
      const last = await view.page.evaluate(() => {
        const rows = [...document.querySelectorAll<HTMLElement>(".row:not([hidden])")];
        const row = rows.at(-1);
        const box = row?.getBoundingClientRect();
        return {
          index: row?.getAttribute("aria-rowindex"),
          count: document.querySelector(".grid")?.getAttribute("aria-rowcount"),
          offset: row?.querySelector(".offset")?.textContent,
          cells: row?.querySelectorAll(".cell.hex[data-offset]").length,
          visible: box !== undefined && box.bottom <= window.innerHeight + 1,
        };
      });
      const rowStart = size - 1 - ((size - 1) % 16);
      const rows = BigInt(rowStart) / 16n + 1n;
      assert.equal(last.index, String(rows + 1n));
      assert.equal(last.count, String(rows + 1n));
      assert.equal(BigInt(`0x${last.offset}`), BigInt(rowStart));
      assert.equal(last.cells, size - rowStart);
      assert.ok(last.visible, "the last row is in view");
      await view.press("ArrowRight", "ArrowDown", "PageDown");
      assert.equal((await view.selection())?.focus, size - 1);
      await view.press("Control+Home");
      await view.settled();
      assert.equal(await view.cell(0), patternHex(0));
      await view.close();
    });
  }

  it("shows each byte at its offset in both columns, across page ends, at every width", async () => {
    for (const bytesPerRow of [1, 7, 16, 100, 256, "fit"] as const) {
      const view = await openView({
        size: 20_000,
        settings: { bytesPerRow },
        selection: { anchor: 4090, focus: 4090, column: "hex" },
      });
      await view.settled();
      const wrong = await view.page.evaluate(
        () =>
          [...document.querySelectorAll<HTMLElement>(".row:not([hidden]) .cell[data-offset]")].filter((cell) => {
            const byte = window.fakeHost.byte(Number(cell.dataset["offset"]));
            const hex = byte.toString(16).toUpperCase().padStart(2, "0");
            const text = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "\u00b7";
            return cell.textContent !== (cell.dataset["column"] === "hex" ? hex : text);
          }).length,
      );
      assert.equal(wrong, 0, `${wrong} cells are wrong at ${bytesPerRow}`);
      assert.equal(await view.cell(4095), patternHex(4095));
      await view.close();
    }
  });

  it("draws ordinary bytes together, each character on its cell, at every width and scrolled sideways", async () => {
    for (const bytesPerRow of [7, 16, 100] as const) {
      const view = await openView({
        size: 20_000,
        settings: { bytesPerRow },
        selection: { anchor: 20, focus: 34, column: "hex" },
      });
      await view.settled();
      await view.page.evaluate(() =>
        document.querySelector(".grid")!.dispatchEvent(new WheelEvent("wheel", { deltaX: 90, deltaY: 30 })),
      );
      await view.frames(3);
      const seen = await view.page.evaluate(() => {
        const inked = new Map<string, string>();
        const range = document.createRange();
        let strays = 0;
        for (const run of document.querySelectorAll(".ink > div > div")) {
          const text = run.firstChild as Text;
          for (let at = 0; at < text.length; at++) {
            if (text.data[at] === " " || text.data[at] === "\n") continue;
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const box = range.getBoundingClientRect();
            const under = document
              .elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2)
              .find((element) => element.classList.contains("cell"));
            const id = under?.id;
            if (id === undefined) continue;
            if (!under!.classList.contains("inked")) strays += 1;
            inked.set(id, (inked.get(id) ?? "") + text.data[at]!);
          }
        }
        const edge = document.querySelector(".row > .offset")!.getBoundingClientRect().right;
        const cells = [...document.querySelectorAll<HTMLElement>(".row:not([hidden]) .cell.inked")].filter((cell) => {
          const box = cell.getBoundingClientRect();
          const body = document.querySelector(".body")!.getBoundingClientRect();
          return box.left > edge && box.right < body.right && box.top > body.top && box.bottom < body.bottom;
        });
        const wrong = cells.filter((cell) => (inked.get(cell.id) ?? "") !== cell.textContent.trim());
        return { cells: cells.length, wrong: wrong.length, strays };
      });
      assert.ok(seen.cells > 300, `${seen.cells} cells`);
      assert.deepEqual([seen.wrong, seen.strays], [0, 0], `at ${bytesPerRow}`);
      await view.close();
    }
  });

  it("lets each cell draw itself in a font whose characters differ in width", async () => {
    const view = await openView({ size: 20_000 });
    await view.settled();
    const shown = (): Promise<{ inked: number; runs: number; named: boolean }> =>
      view.page.evaluate(() => ({
        inked: document.querySelectorAll(".cell.inked").length,
        runs: document.querySelectorAll(".ink").length,
        named: [...document.querySelectorAll(".cell[data-offset]")].every(
          (cell) => cell.getAttribute("aria-label") === cell.textContent,
        ),
      }));
    const even = await shown();
    assert.ok(even.inked > 300 && even.runs === 1 && even.named);
    await view.page.evaluate(() =>
      document.documentElement.style.setProperty("--vscode-editor-font-family", "DejaVu Sans"),
    );
    await view.rest();
    assert.deepEqual(await shown(), { inked: 0, runs: 0, named: true });
    await view.close();
  });

  it("never shows a wrong byte while replies are late: cells look unloaded, not 00", async () => {
    const view = await openView({ size: TIB_8, latencyMs: 120 });
    await view.settled();
    const seen = await view.page.evaluate(async () => {
      const grid = document.querySelector<HTMLElement>(".grid")!;
      let wrong = 0;
      let unloaded = 0;
      // On a slow machine more of the replies are in time.
      for (let step = 0; step < 60 || (unloaded <= 1000 && step < 2000); step++) {
        grid.dispatchEvent(new WheelEvent("wheel", { deltaY: step % 9 === 8 ? 1e9 : 40_000, cancelable: true }));
        await new Promise((next) => requestAnimationFrame(next));
        for (const cell of document.querySelectorAll<HTMLElement>(".cell.hex[data-offset]")) {
          if (cell.classList.contains("unloaded")) {
            unloaded += 1;
            if (cell.textContent !== "") wrong += 1;
          } else if (Number.parseInt(cell.textContent, 16) !== window.fakeHost.byte(Number(cell.dataset["offset"]))) {
            wrong += 1;
          }
        }
      }
      return { wrong, unloaded };
    });
    assert.equal(seen.wrong, 0);
    assert.ok(seen.unloaded > 1000, "the test has seen unloaded cells");
    await view.settled();
    await view.close();
  });

  it("drops late replies of before a change: an old byte never comes back", async () => {
    const view = await openView({ size: 1 << 20, latencyMs: 60, noFresh: true });
    await view.settled();
    const wrong = await view.page.evaluate(async () => {
      let stale = 0;
      for (let round = 1; round < 40; round++) {
        window.fakeHost.change(0x20, [round, round], false);
        for (let frame = 0; frame < 3; frame++) {
          // Version 1 is round 0. What it has been told of must be on screen, or nothing, once a frame has been drawn.
          const told = window.fakeHost.toldVersion - 1;
          await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
          const text = document.querySelector('.cell.hex[data-offset="32"]')!.textContent;
          if (text !== "" && told > 0 && Number.parseInt(text, 16) < told) stale += 1;
        }
      }
      return stale;
    });
    assert.equal(wrong, 0);
    await view.settled();
    assert.equal(await view.cell(0x20), "27");
    await view.close();
  });

  it("changes bytes in place when the notice brings them: no cell goes blank", async () => {
    const view = await openView({ size: 1 << 20, latencyMs: 30 });
    await view.settled();
    const blanks = await view.page.evaluate(async () => {
      let seen = 0;
      window.fakeHost.change(0x11, [0xde, 0xad]);
      for (let frame = 0; frame < 20; frame++) {
        await new Promise((next) => requestAnimationFrame(next));
        seen += document.querySelectorAll(".row:not([hidden]) .cell.unloaded").length;
      }
      return seen;
    });
    assert.equal(blanks, 0);
    await view.rest();
    assert.deepEqual([await view.cell(0x11), await view.cell(0x12)], ["DE", "AD"]);
    assert.ok((await view.classes(0x11)).includes("unsaved"));
    assert.ok((await view.classes(0x11, "text")).includes("unsaved"));
    assert.ok(!(await view.classes(0x13)).includes("unsaved"));
    const cue = await view.page.evaluate(
      () => getComputedStyle(document.querySelector('.cell.hex[data-offset="17"]')!).textDecorationLine,
    );
    assert.equal(cue, "underline", "more than a colour tells");
    await view.close();
  });

  it("DL-19: shows unreadable bytes as such, with the reason, and never as 00", async () => {
    const view = await openView({ size: 64_000, unreadable: [0x28, 0x2c], failing: [8192, 12288] });
    await view.page.waitForFunction(() => document.querySelector('.cell.hex[data-offset="40"]')?.textContent === "??");
    assert.ok((await view.classes(0x28)).includes("unreadable"));
    assert.match((await view.page.getAttribute('.cell.hex[data-offset="40"]', "title")) ?? "", /Unreadable/);
    assert.equal(await view.cell(0x2c), patternHex(0x2c));
    await view.page.evaluate(() =>
      window.fakeHost.send({ type: "select", selection: { anchor: 8200, focus: 8200, column: "hex" } }),
    );
    await view.page.waitForFunction(
      () => document.querySelector('.cell.hex[data-offset="8200"]')?.textContent === "??",
    );
    assert.match((await view.page.getAttribute('.cell.hex[data-offset="8200"]', "title")) ?? "", /EIO/);
    await view.close();
  });

  it("follows a document that shrinks and grows, and keeps the cursor inside", async () => {
    const view = await openView({ size: 1000, selection: { anchor: 900, focus: 990, column: "hex" } });
    await view.settled();
    await view.page.evaluate(() => window.fakeHost.resize(100));
    await view.settled();
    assert.equal(await view.cell(99), patternHex(99));
    assert.equal(await view.cell(100), undefined);
    assert.deepEqual(await view.selection(), { anchor: 99, focus: 99, column: "hex" });
    await view.page.evaluate(() => window.fakeHost.resize(400));
    await view.page.waitForSelector('.cell.hex[data-offset="399"]:not(.unloaded)', { state: "attached" });
    assert.equal(await view.cell(399), patternHex(399));
    await view.close();
  });

  it("DL-25: meets an empty file with a kind word", async () => {
    const view = await openView({ size: 0 });
    await view.page.waitForSelector(".empty:not([hidden])");
    assert.match((await view.page.textContent(".empty")) ?? "", /empty/);
    await view.press("ArrowDown", "Control+End", "Control+a", "A", "Tab", "PageUp");
    assert.match((await view.page.textContent(".hint")) ?? "", /empty/);
    assert.equal(await view.page.evaluate(() => window.fakeHost.requests("overwrite").length), 0);
    await view.close();
  });

  it("comes back where it was: selection and scroll position survive a new page", async () => {
    const first = await openView({ size: TIB_8, selection: { anchor: 5, focus: 5, column: "hex" } });
    await first.settled();
    await first.press("Control+End", "ArrowUp", "Tab");
    await first.page.mouse.move(300, 300);
    const end = await first.page.textContent(".row .offset");
    await first.page.mouse.wheel(0, -1234);
    await first.page.waitForFunction((text) => document.querySelector(".row .offset")?.textContent !== text, end);
    await first.settled();
    const saved = await first.page.evaluate(() => {
      window.dispatchEvent(new Event("pagehide"));
      return window.fakeHost.savedState;
    });
    const top = await first.page.textContent(".row .offset");
    await first.close();
    const second = await openView({ size: TIB_8, savedState: saved });
    await second.settled();
    assert.equal(await second.page.textContent(".row .offset"), top);
    assert.deepEqual(await second.selection(), { anchor: TIB_8 - 17, focus: TIB_8 - 17, column: "text" });
    await second.close();
  });

  it("tells the host when the first rows of real bytes are on screen, once", async () => {
    const view = await openView({ size: 4096, latencyMs: 50 });
    await view.settled();
    await view.press("PageDown");
    const notices = await view.page.evaluate(() =>
      window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "firstRows" ? [message.body.elapsedMs] : [],
      ),
    );
    assert.equal(notices.length, 1);
    assert.ok((notices[0] ?? 0) >= 50);
    await view.close();
  });

  it("scrolls by wheel in pixels, lines and pages, and sideways with Shift when the rows are wider", async () => {
    const view = await openView({ size: TIB_8, settings: { bytesPerRow: 64 }, width: 900 });
    await view.settled();
    const top = async () => Number.parseInt((await view.page.textContent(".row .offset")) ?? "", 16);
    const wheel = (init: { deltaY: number; deltaMode?: number; shiftKey?: boolean }) =>
      view.page.evaluate(async (details) => {
        document.querySelector(".grid")!.dispatchEvent(new WheelEvent("wheel", { ...details, cancelable: true }));
        await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
      }, init);
    await wheel({ deltaY: 3, deltaMode: 1 });
    assert.equal(await top(), 3 * 64);
    for (let step = 0; step < 42; step++) await wheel({ deltaY: 0.5 });
    assert.equal(await top(), 4 * 64);
    await wheel({ deltaY: 1, deltaMode: 2 });
    assert.ok((await top()) > 20 * 64);
    const left = () => view.page.evaluate(() => document.querySelector(".cell.hex")!.getBoundingClientRect().left);
    const before = await left();
    await wheel({ deltaY: 100, shiftKey: true });
    assert.equal(await left(), before - 100);
    await view.press("End");
    const box = await view.box((await view.selection())?.focus ?? 0);
    assert.ok(box.x > 0 && box.x < 900, "the cursor is in view");
    await view.close();
  });

  it("drags the scroll bar to both exact ends, and pages on its track", async () => {
    const view = await openView({ size: MAX });
    await view.settled();
    const thumb = (await view.page.locator(".scrollbar.vertical .thumb").boundingBox())!;
    const track = (await view.page.locator(".scrollbar.vertical").boundingBox())!;
    await view.page.mouse.move(thumb.x + 5, thumb.y + 10);
    await view.page.mouse.down();
    await view.page.mouse.move(thumb.x + 5, track.y + track.height / 2, { steps: 5 });
    await view.settled();
    const middle = Number.parseInt((await view.page.textContent(".row .offset")) ?? "", 16);
    assert.ok(middle > MAX * 0.4 && middle < MAX * 0.6);
    assert.equal(await view.cell(middle), patternHex(middle));
    await view.page.mouse.move(thumb.x + 5, track.y + track.height + 200, { steps: 5 });
    await view.settled();
    assert.equal(await view.cell(MAX - 1), patternHex(MAX - 1));
    await view.page.mouse.move(thumb.x + 5, track.y - 100, { steps: 5 });
    await view.page.mouse.up();
    await view.settled();
    assert.equal(await view.cell(0), patternHex(0));
    await view.page.mouse.click(thumb.x + 5, track.y + track.height - 5);
    await view.settled();
    assert.ok(Number.parseInt((await view.page.textContent(".row .offset")) ?? "", 16) > 0);
    await view.close();
  });

  it("is a grid for screen readers: counts, indices, the active cell, and what it speaks", async () => {
    const head = [0x41, 0, 0x7a];
    const view = await openView({ size: 4096, head });
    await view.settled();
    const facts = await view.page.evaluate(() => {
      const grid = document.querySelector(".grid")!;
      const active = document.getElementById(grid.getAttribute("aria-activedescendant") ?? "");
      return {
        role: grid.getAttribute("role"),
        focused: document.activeElement === grid,
        rows: grid.getAttribute("aria-rowcount"),
        columns: grid.getAttribute("aria-colcount"),
        active: active?.dataset["offset"],
        order: [...document.querySelectorAll(".row")].map((row) => Number(row.getAttribute("aria-rowindex"))),
        roles: [".row", ".offset", ".cell"].map((name) => document.querySelector(name)?.getAttribute("role")),
        bare: [...document.querySelectorAll("button, input")].filter(
          (control) => !control.getAttribute("aria-label") && !control.textContent,
        ).length,
      };
    });
    assert.deepEqual(facts.roles, ["row", "rowheader", "gridcell"]);
    assert.deepEqual([facts.role, facts.focused, facts.rows, facts.columns], ["grid", true, "257", "33"]);
    assert.equal(facts.active, "0");
    assert.equal(facts.bare, 0);
    assert.deepEqual(
      facts.order,
      [...facts.order].sort((a, b) => a - b),
    );
    await view.press("ArrowRight", "ArrowRight");
    await view.page.waitForFunction(
      () => document.querySelector("[aria-live]")?.textContent === "offset 0x2, value 7A, character z",
    );
    await view.press("Shift+ArrowRight");
    const selected = await view.page.evaluate(
      () => document.querySelectorAll('.cell.hex[aria-selected="true"]').length,
    );
    assert.equal(selected, 2);
    await view.page.mouse.move(300, 300);
    await view.page.mouse.wheel(0, 210);
    await view.settled();
    const after = await view.page.evaluate(() =>
      [...document.querySelectorAll(".row")].map((row) => Number(row.getAttribute("aria-rowindex"))),
    );
    assert.deepEqual(
      after,
      [...after].sort((a, b) => a - b),
    );
    await view.close();
  });

  it("keeps its DOM small at any size", async () => {
    const view = await openView({ size: MAX });
    await view.settled();
    const count = await view.page.evaluate(() => document.querySelectorAll("*").length);
    assert.ok(count < 3000, `${count} elements`);
    await view.close();
  });
});
