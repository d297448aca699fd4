// Insert mode, deletion and several ranges in real Chromium.
import assert from "node:assert/strict";
import type { HostRequest } from "../../shared/protocol";
import { closeBrowser, openView } from "./harness/openView";
import type { View } from "./harness/openView";
import { patternByte } from "./harness/pattern";

async function content(view: View): Promise<number[]> {
  return view.page.evaluate(() => Array.from({ length: window.fakeHost.size }, (_, at) => window.fakeHost.byte(at)));
}

async function requests(view: View, type: HostRequest["type"]): Promise<HostRequest[]> {
  return view.page.evaluate((name) => window.fakeHost.requests(name), type);
}

/** Until the view shows what the host has. */
async function answered(view: View, size: number): Promise<void> {
  await view.page.waitForFunction(
    (wanted) => window.fakeHost.size === wanted && window.fakeHost.toldVersion === window.fakeHost.version,
    size,
  );
  await view.rest();
}

const hint = (view: View): Promise<string | null> => view.page.locator(".hint").textContent();
const pattern = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => patternByte(from + at));

describe("insert mode", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("is switched by Insert, said aloud, told to the host, and shown by the cursor", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    assert.equal(await view.page.locator(".hex-view.inserting").count(), 0);
    await view.press("Insert");
    assert.equal(await view.page.locator(".hex-view.inserting").count(), 1);
    await view.page.waitForFunction(() => document.querySelector(".spoken[aria-live]")?.textContent === "insert mode");
    const modes = await view.page.evaluate(() =>
      window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "modeChanged" ? [message.body.mode] : [],
      ),
    );
    assert.deepEqual(modes, ["insert"]);
    await view.page.evaluate(() => window.fakeHost.send({ type: "command", command: "toggleMode" }));
    await view.page.waitForFunction(() => document.querySelector(".hex-view.inserting") === null);
    await view.close();
  });

  it("inserts typed digits and text, and shows them with all bytes behind them", async () => {
    const view = await openView({ size: 64, mode: "insert", selection: { anchor: 4, focus: 4, column: "hex" } });
    await view.settled();
    await view.press("a");
    await answered(view, 65);
    assert.ok((await view.classes(4)).includes("low"));
    assert.equal(await view.cell(4), "A0");
    await view.press("b", "c", "d");
    await answered(view, 66);
    await view.settled();
    assert.deepEqual([await view.cell(4), await view.cell(5)], ["AB", "CD"]);
    assert.deepEqual(await content(view), [...pattern(0, 4), 0xab, 0xcd, ...pattern(4, 64)]);
    assert.equal((await view.selection())?.focus, 6);
    await view.press("Tab", "x");
    await answered(view, 67);
    assert.equal((await content(view))[6], 0x78);
    await view.close();
  });

  it("DL-25: types into the empty file, and at the end, where the cursor has a place of its own", async () => {
    const view = await openView({ size: 0, mode: "insert" });
    await view.page.waitForSelector('.cell.end[data-offset="0"]');
    assert.equal(await view.page.locator(".empty").isVisible(), false);
    const active = await view.page.getAttribute(".grid", "aria-activedescendant");
    assert.equal(await view.page.getAttribute(`#${active}`, "aria-label"), "End of file");
    for (const digit of "00112233445566778899aabbccddeeff") await view.page.keyboard.press(digit);
    await answered(view, 16);
    assert.deepEqual(
      await content(view),
      Array.from({ length: 16 }, (_, at) => at * 17),
    );
    await view.settled();
    await view.page.waitForSelector('.row:not([hidden]) .cell.end.cursor[data-offset="16"]');
    assert.equal(await view.page.getAttribute(".grid", "aria-rowcount"), "3", "the header, a full row and the end's");
    await view.page.waitForFunction(() =>
      document.querySelector(".spoken[aria-live]")?.textContent?.includes("0x10, end of file"),
    );
    await view.press("Backspace");
    await answered(view, 15);
    assert.equal((await view.selection())?.focus, 15);
    await view.press("Insert");
    assert.equal((await view.selection())?.focus, 14, "overwriting, the cursor stands on bytes only");
    await view.close();
  });

  it("keeps the cursor in view while it types on at the end of a long file", async () => {
    const size = 16 * 500;
    const view = await openView({ size, mode: "insert", selection: { anchor: size, focus: size, column: "hex" } });
    await view.settled();
    await view.press("Control+End");
    for (let byte = 0; byte < 20; byte++) await view.page.keyboard.type("7f");
    await answered(view, size + 20);
    await view.settled();
    const box = await view.page.locator(`.cell.cursor[data-offset="${size + 20}"]`).boundingBox();
    assert.ok(box !== null && box.y + box.height <= 640, JSON.stringify(box));
    await view.close();
  });

  it("refuses Backspace, Delete and Cut in overwrite mode, and names insert mode", async () => {
    const view = await openView({ size: 64, selection: { anchor: 4, focus: 7, column: "hex" } });
    await view.settled();
    for (const key of ["Backspace", "Delete", "Control+x"]) {
      await view.press(key);
      assert.match((await hint(view)) ?? "", /shorter\. Press Insert for insert mode/, key);
    }
    assert.equal(await view.page.locator(".hint").getAttribute("role"), "status");
    assert.equal((await requests(view, "replace")).length, 0);
    assert.equal((await requests(view, "copy")).length, 0);
    await view.page.evaluate(() => window.fakeHost.send({ type: "command", command: "deleteSelection" }));
    await answered(view, 60);
    assert.deepEqual(await content(view), [...pattern(0, 4), ...pattern(8, 64)]);
    await view.close();
  });

  it("DL-3: selects several ranges with Ctrl, deletes them as one edit, and types into their place", async () => {
    const view = await openView({ size: 256, mode: "insert" });
    await view.settled();
    const drag = async (from: number, to: number, add: boolean): Promise<void> => {
      if (add) await view.page.keyboard.down("Control");
      const [start, end] = [await view.box(from), await view.box(to)];
      await view.page.mouse.move(start.x, start.y);
      await view.page.mouse.down();
      await view.page.mouse.move(end.x, end.y, { steps: 4 });
      await view.page.mouse.up();
      if (add) await view.page.keyboard.up("Control");
      await view.rest();
    };
    await drag(0x22, 0x25, false);
    await drag(0x41, 0x43, true);
    await drag(0x03, 0x03, true);
    for (const at of [0x22, 0x25, 0x41, 0x43, 0x03])
      assert.ok((await view.classes(at)).includes("selected"), String(at));
    for (const at of [0x21, 0x26, 0x40, 0x44, 0x02]) assert.ok(!(await view.classes(at)).includes("selected"));
    assert.equal(await view.page.getAttribute('.cell[data-offset="66"]', "aria-selected"), "true");
    await view.page.waitForFunction(() =>
      document.querySelector(".spoken[aria-live]")?.textContent?.includes("8 bytes selected in 3 ranges"),
    );
    await view.press("Control+c");
    const [copy] = await requests(view, "copy");
    assert.deepEqual(copy, {
      type: "copy",
      ranges: [
        { start: 3, end: 4 },
        { start: 0x22, end: 0x26 },
        { start: 0x41, end: 0x44 },
      ],
      format: "hex",
      cut: false,
    });
    await view.press("Delete");
    await answered(view, 248);
    assert.equal((await requests(view, "replace")).length, 1);
    const left = [...pattern(0, 3), ...pattern(4, 0x22), ...pattern(0x26, 0x41), ...pattern(0x44, 256)];
    assert.deepEqual(await content(view), left);
    assert.equal((await view.selection())?.focus, 3);
    await view.close();
  });

  it("takes the cursor back and says why when the host refuses an insertion", async () => {
    const view = await openView({ size: 16, mode: "insert", selection: { anchor: 16, focus: 16, column: "hex" } });
    await view.settled();
    await view.press("Control+End");
    await view.page.evaluate(() => (window.fakeHost.refuseNext = "The disk is full."));
    await view.press("Tab", "x");
    await view.page.waitForFunction(() => document.querySelector(".hint")?.textContent?.includes("The disk is full."));
    await view.rest();
    assert.equal((await view.selection())?.focus, 16);
    assert.equal((await content(view)).length, 16);
    await view.close();
  });

  it("puts the cursor behind what was pasted, and cuts through the host", async () => {
    const view = await openView({ size: 64, mode: "insert", selection: { anchor: 8, focus: 11, column: "hex" } });
    await view.settled();
    await view.press("Control+v");
    const [paste] = await requests(view, "paste");
    assert.deepEqual(paste, {
      type: "paste",
      offset: 8,
      column: "hex",
      mode: "insert",
      ranges: [{ start: 8, end: 12 }],
    });
    assert.deepEqual(await view.selection(), { anchor: 12, focus: 12, column: "hex" });
    await view.press("Shift+ArrowRight", "Control+x");
    const copies = await requests(view, "copy");
    assert.deepEqual(copies, [{ type: "copy", ranges: [{ start: 12, end: 14 }], format: "hex", cut: true }]);
    assert.equal((await view.selection())?.focus, 12);
    await view.close();
  });
});
