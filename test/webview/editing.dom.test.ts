// Keys, mouse, typing, clipboard and the data inspector in real Chromium.
import assert from "node:assert/strict";
import { closeBrowser, openView } from "./harness/openView";
import type { View } from "./harness/openView";
import { patternByte } from "./harness/pattern";

const TIB_8 = 2 ** 43;

async function overwrites(view: View): Promise<{ offset: number; bytes: number[]; merge: boolean; label: string }[]> {
  return view.page.evaluate(() =>
    window.fakeHost
      .requests("overwrite")
      .flatMap((body) =>
        body.type === "overwrite"
          ? [{ offset: body.offset, bytes: [...new Uint8Array(body.bytes)], merge: body.merge, label: body.label }]
          : [],
      ),
  );
}

async function copies(view: View): Promise<unknown[]> {
  return view.page.evaluate(() => window.fakeHost.requests("copy"));
}

describe("editing", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("moves by every key, and selects with Shift", async () => {
    const view = await openView({ size: 100_000, selection: { anchor: 1000, focus: 1000, column: "hex" } });
    await view.settled();
    const focus = async () => (await view.selection())?.focus ?? -1;
    const steps: [string, number][] = [
      ["ArrowRight", 1001],
      ["ArrowLeft", 1000],
      ["ArrowDown", 1016],
      ["ArrowUp", 1000],
      ["Home", 992],
      ["End", 1007],
      ["Control+ArrowLeft", 1000],
      ["Control+ArrowRight", 1008],
      ["Control+End", 99_999],
      ["Control+Home", 0],
    ];
    for (const [key, offset] of steps) {
      await view.press(key);
      assert.equal(await focus(), offset, key);
    }
    await view.press("PageDown");
    const page = await focus();
    assert.ok(page >= 16 * 10 && page % 16 === 0);
    await view.press("PageUp");
    assert.equal(await focus(), 0);
    await view.press("Shift+ArrowDown", "Shift+End");
    assert.deepEqual(await view.selection(), { anchor: 0, focus: 31, column: "hex" });
    await view.press("Escape");
    assert.deepEqual(await view.selection(), { anchor: 31, focus: 31, column: "hex" });
    await view.press("Tab");
    assert.equal((await view.selection())?.column, "text");
    await view.press("Shift+Tab");
    assert.equal((await view.selection())?.column, "hex");
    await view.close();
  });

  it("selects all of 8 TiB in a frame, without moving the view", async () => {
    const view = await openView({ size: TIB_8 });
    await view.settled();
    await view.press("Control+a");
    assert.deepEqual(await view.selection(), { anchor: 0, focus: TIB_8 - 1, column: "hex" });
    assert.equal((await view.cell(0)) !== undefined, true);
    assert.ok((await view.classes(5)).includes("selected"));
    await view.close();
  });

  it("leaves the grid by Escape and Tab, so that nobody is trapped", async () => {
    const view = await openView({ size: 4096, settings: { inspector: true } });
    await view.settled();
    await view.press("Escape", "Tab");
    assert.equal(await view.page.evaluate(() => document.activeElement?.classList.contains("grid")), false);
    await view.close();
  });

  it("gives the focus back to what had it when VS Code gives it to the frame, and at first to the bytes", async () => {
    const view = await openView({ size: 4096, settings: { inspector: true } });
    await view.settled();
    const focused = () => view.page.evaluate(() => document.activeElement?.className ?? "");
    await view.page.waitForFunction(() => document.activeElement?.classList.contains("grid"));
    const input = '.inspector input[data-field="u8"]';
    await view.page.focus(input);
    // As VS Code does behind its command palette: the element has lost the focus, the frame gets it.
    const leaveAndReturn = () =>
      view.page.evaluate(() => {
        (document.activeElement as HTMLElement).blur();
        window.dispatchEvent(new Event("focus"));
      });
    await leaveAndReturn();
    await view.page.waitForFunction((selector) => document.activeElement?.matches(selector), input);
    await view.page.focus(".grid");
    await leaveAndReturn();
    await view.page.waitForFunction(() => document.activeElement?.classList.contains("grid"));
    // A press of the mouse that brings the focus to the frame takes it to an element of its own.
    await view.page.evaluate((selector) => {
      window.dispatchEvent(new Event("focus"));
      document.querySelector<HTMLElement>(selector)?.focus();
    }, input);
    await view.frames(2);
    assert.notEqual(await focused(), "grid");
    await view.close();
  });

  it("holds Ctrl+Z and Ctrl+S back until the bytes typed before them are in the document", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    // As VS Code's own listener sees them: at the window, after all others.
    await view.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seenKeys: seen });
      window.addEventListener("keydown", (event) => {
        if (event.key.length === 1 && event.ctrlKey)
          seen.push(`${event.key} ${event.keyCode} ${window.fakeHost.steps.length}`);
      });
    });
    const seen = () => view.page.evaluate(() => (window as unknown as { seenKeys: string[] }).seenKeys);
    await view.page.keyboard.press("Control+z");
    assert.deepEqual(await seen(), ["z 90 0"], "nothing is on its way");
    await view.page.evaluate(() => window.fakeHost.hold());
    await view.page.keyboard.type("ab");
    await view.page.keyboard.press("Control+s");
    await view.page.keyboard.press("Control+z");
    await view.frames(2);
    assert.equal((await seen()).length, 1);
    await view.page.evaluate(() => window.fakeHost.release());
    await view.page.waitForFunction(() => (window as unknown as { seenKeys: string[] }).seenKeys.length === 3);
    const steps = await view.page.evaluate(() => window.fakeHost.steps.length);
    assert.ok(steps > 0);
    assert.deepEqual((await seen()).slice(1), [`s 83 ${steps}`, `z 90 ${steps}`]);
    await view.close();
  });

  it("lets each undo arrive before the next: VS Code drops one that comes while another is under way", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    await view.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seenKeys: seen });
      window.addEventListener("keydown", (event) => {
        if (event.ctrlKey && event.key.length === 1) seen.push(event.key);
      });
      window.fakeHost.hold();
    });
    const seen = () => view.page.evaluate(() => (window as unknown as { seenKeys: string[] }).seenKeys.join(""));
    for (const key of "zzyz") await view.page.keyboard.press(`Control+${key}`);
    await view.page.waitForFunction(() => window.fakeHost.requests("echo").length === 1);
    await view.frames(2);
    assert.equal(await seen(), "z", "the first is not there yet");
    await view.page.evaluate(() => window.fakeHost.release());
    await view.page.waitForFunction(() => window.fakeHost.requests("echo").length === 4);
    assert.equal(await seen(), "zzyz");
    await view.close();
  });

  it("keeps the order of undo and typing: what is typed behind a key waits until the key has arrived", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    await view.page.evaluate(() => {
      window.addEventListener("keydown", (event) => {
        if (event.ctrlKey && event.key.length === 1) window.fakeHost.undo();
      });
      window.fakeHost.hold();
    });
    for (const key of ["Control+z", "1", "2", "Control+z", "3", "4"]) await view.page.keyboard.press(key);
    await view.page.waitForFunction(() => window.fakeHost.requests("echo").length === 1);
    assert.deepEqual(await overwrites(view), [], "no edit overtakes a key");
    await view.page.evaluate(() => window.fakeHost.release());
    await view.page.waitForFunction(() => window.fakeHost.requests("overwrite").length >= 4);
    await view.rest();
    const steps = await view.page.evaluate(() => window.fakeHost.steps.map((step) => [...step.bytes.keys()]));
    assert.deepEqual(steps, [[1]], "the first byte was undone, the second came behind that");
    await view.close();
  });

  it("types hex digits: high half at once, then the low half, then on; one undo step", async () => {
    const view = await openView({
      size: TIB_8,
      selection: { anchor: TIB_8 - 4, focus: TIB_8 - 4, column: "hex" },
    });
    await view.settled();
    const offset = TIB_8 - 4;
    // At once: a pause of a second would end the run.
    await view.press(..."AbCdef");
    assert.deepEqual(
      [await view.cell(offset), await view.cell(offset + 1), await view.cell(offset + 2)],
      ["AB", "CD", "EF"],
    );
    const sent = await overwrites(view);
    assert.deepEqual(
      sent.map(({ merge }) => merge),
      [false, true, true, true, true, true],
    );
    assert.deepEqual(sent.at(-1), { offset: offset + 2, bytes: [0xef], merge: true, label: "type" });
    assert.equal((await view.selection())?.focus, offset + 3);
    assert.equal(await view.page.evaluate(() => window.fakeHost.steps.length), 1);
    await view.page.evaluate(() => window.fakeHost.undo());
    await view.rest();
    assert.equal(await view.cell(offset), patternByte(offset).toString(16).toUpperCase().padStart(2, "0"));
    assert.ok(!(await view.classes(offset)).includes("unsaved"));
    await view.page.evaluate(() => window.fakeHost.hold());
    await view.page.keyboard.press("1");
    await view.frames(2);
    const low = patternByte(offset + 3) % 16;
    assert.equal(await view.cell(offset + 3), `1${low.toString(16).toUpperCase()}`, "before the host has answered");
    assert.ok((await view.classes(offset + 3)).includes("low"));
    assert.equal((await overwrites(view)).at(-1)?.merge, false, "after an undo a new step begins");
    await view.close();
  });

  it("types text: printable characters, UTF-8, composed input", async () => {
    const view = await openView({ size: 4096, selection: { anchor: 8, focus: 8, column: "text" } });
    await view.settled();
    await view.page.keyboard.type("Hi ~");
    await view.page.keyboard.insertText("é");
    await view.rest();
    const sent = await overwrites(view);
    assert.deepEqual(
      sent.flatMap(({ bytes }) => bytes),
      [0x48, 0x69, 0x20, 0x7e, 0xc3, 0xa9],
    );
    assert.equal((await view.selection())?.focus, 14);
    assert.equal(await view.cell(8, "text"), "H");
    const cdp = await view.page.context().newCDPSession(view.page);
    await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await view.rest();
    assert.equal((await overwrites(view)).length, 5, "nothing is written while composing");
    assert.equal(await view.page.textContent(".composition"), "に");
    await cdp.send("Input.insertText", { text: "日" });
    await view.rest();
    assert.deepEqual((await overwrites(view)).at(-1)?.bytes, [0xe6, 0x97, 0xa5]);
    assert.equal(await view.page.isHidden(".composition"), true);
    await view.close();
  });

  it("lets VS Code's keys through and keeps its own to itself", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    await view.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seenKeys: seen });
      window.addEventListener("keydown", (event) => seen.push(`${event.key}${event.defaultPrevented ? "!" : ""}`));
    });
    await view.press("Control+z", "Control+y", "Control+s", "Control+g", "ArrowDown", "Control+a", "Tab", "F3");
    const seen = await view.page.evaluate(() => (window as unknown as { seenKeys: string[] }).seenKeys);
    assert.deepEqual(
      seen.filter((key) => key !== "Control"),
      ["z", "y", "s", "g", "F3"],
    );
    assert.equal((await overwrites(view)).length, 0);
    await view.close();
  });

  it("refuses to type into a read-only document, seen and spoken", async () => {
    const view = await openView({ size: 4096, readOnlyReason: "the file system is mounted read-only." });
    await view.settled();
    await view.press("A");
    assert.match((await view.page.textContent('.hint[role="status"]')) ?? "", /mounted read-only/);
    assert.equal(await view.page.isVisible(".hint"), true);
    assert.equal((await overwrites(view)).length, 0);
    assert.equal(await view.page.getAttribute(".grid", "aria-readonly"), "true");
    await view.close();
  });

  it("puts back what the host refuses to write, and says why", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    const before = await view.cell(0);
    await view.page.evaluate(() => {
      window.fakeHost.refuseNext = "The file was closed.";
      window.fakeHost.hold();
    });
    await view.page.keyboard.press(before?.startsWith("F") ? "0" : "F");
    await view.frames(2);
    assert.notEqual(await view.cell(0), before);
    await view.page.evaluate(() => window.fakeHost.release());
    await view.page.waitForFunction(() => document.querySelector(".hint")?.textContent?.includes("closed"));
    await view.rest();
    assert.equal(await view.cell(0), before);
    await view.close();
  });

  it("selects by mouse: click, drag, Shift, double click, the offset column; a right click keeps the selection", async () => {
    const head = [0, 0, ...Buffer.from("word!"), 0];
    const view = await openView({ size: TIB_8, head });
    await view.settled();
    const at = async (offset: number, column: "hex" | "text" = "hex") => {
      const { x, y } = await view.box(offset, column);
      await view.page.mouse.move(x, y, { steps: 3 });
    };
    await at(0x25);
    await view.page.mouse.down();
    await at(0x4a);
    await view.page.mouse.up();
    assert.deepEqual(await view.selection(), { anchor: 0x25, focus: 0x4a, column: "hex" });
    await view.page.mouse.click(...(Object.values(await view.box(0x30)) as [number, number]), { button: "right" });
    assert.deepEqual(await view.selection(), { anchor: 0x25, focus: 0x4a, column: "hex" });
    await view.page.keyboard.down("Shift");
    await view.page.mouse.click(...(Object.values(await view.box(0x80)) as [number, number]));
    await view.page.keyboard.up("Shift");
    assert.deepEqual(await view.selection(), { anchor: 0x25, focus: 0x80, column: "hex" });
    await view.page.mouse.dblclick(...(Object.values(await view.box(3, "text")) as [number, number]));
    assert.deepEqual(await view.selection(), { anchor: 2, focus: 6, column: "text" });
    await view.page.mouse.click(30, (await view.box(0x50)).y);
    assert.deepEqual(await view.selection(), { anchor: 0x50, focus: 0x5f, column: "text" });
    await view.close();
  });

  it("scrolls on while a drag rests below the rows", async () => {
    const view = await openView({ size: TIB_8 });
    await view.settled();
    const { x, y } = await view.box(0x20);
    await view.page.mouse.move(x, y);
    await view.page.mouse.down();
    await view.page.mouse.move(x, 635, { steps: 4 });
    await view.page.mouse.move(x, 700, { steps: 2 });
    await view.page.waitForFunction(() => {
      const told = window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "selectionChanged" ? [message.body.selection.focus] : [],
      );
      return (told.at(-1) ?? 0) > 16 * 45;
    });
    await view.page.mouse.up();
    const selection = await view.selection();
    assert.equal(selection?.anchor, 0x20);
    assert.ok((selection?.focus ?? 0) > 16 * 45, `reached ${selection?.focus}`);
    await view.close();
  });

  it("copies and pastes through the clipboard events and through commands", async () => {
    const view = await openView({ size: 4096, selection: { anchor: 16, focus: 31, column: "hex" } });
    await view.settled();
    await view.press("Control+c");
    assert.deepEqual(await copies(view), [
      { type: "copy", ranges: [{ start: 16, end: 32 }], format: "hex", cut: false },
    ]);
    await view.page.evaluate(() => document.execCommand("copy"));
    assert.equal((await copies(view)).length, 2, "as VS Code's desktop asks for it");
    await view.page.evaluate(() => window.fakeHost.send({ type: "command", command: { copyAs: "c-array" } }));
    await view.page.waitForFunction(() => window.fakeHost.requests("copy").length === 3);
    await view.press("Control+v");
    const pastes = await view.page.evaluate(() => window.fakeHost.requests("paste"));
    assert.deepEqual(pastes, [
      { type: "paste", offset: 16, column: "hex", mode: "overwrite", ranges: [{ start: 16, end: 32 }] },
    ]);
    assert.deepEqual(await view.selection(), { anchor: 16, focus: 19, column: "hex" });
    await view.close();
  });

  it("goes where the host says, and runs its commands", async () => {
    const view = await openView({ size: TIB_8 });
    await view.settled();
    const target = TIB_8 / 2 + 77;
    await view.page.evaluate(
      (offset) =>
        window.fakeHost.send({ type: "select", selection: { anchor: offset, focus: offset, column: "text" } }),
      target,
    );
    await view.page.waitForSelector(`.cell[data-offset="${target}"]`);
    await view.settled();
    assert.ok((await view.classes(target, "text")).includes("cursor"));
    assert.ok((await view.classes(target, "hex")).includes("twin"));
    await view.page.evaluate(() => window.fakeHost.send({ type: "command", command: "toggleInspector" }));
    await view.page.waitForSelector(".inspector", { state: "visible" });
    const remembered = await view.page.evaluate(() =>
      window.fakeHost.log.some((message) => message.kind === "notice" && message.body.type === "settingChanged"),
    );
    assert.ok(remembered);
    await view.close();
  });
});

describe("data inspector", function () {
  this.timeout(120_000);
  after(closeBrowser);
  const input = (id: string, order = "le") => `.inspector input[data-field="${id}"][data-order="${order}"]`;

  it("shows the bytes at the cursor in both byte orders and writes a value in place as one edit", async () => {
    const view = await openView({ size: 4096, head: [1, 2, 3, 4, 5, 6, 7, 8], settings: { inspector: true } });
    await view.settled();
    assert.equal(await view.page.inputValue(input("u16")), "513");
    assert.equal(await view.page.inputValue(input("u16", "be")), "258");
    assert.equal(await view.page.inputValue(input("u64", "be")), "72623859790382856");
    await view.page.fill(input("u32", "be"), "0xCAFEBABE");
    await view.page.keyboard.press("Control+z");
    await view.page.fill(input("u32", "be"), "0xCAFEBABE");
    await view.page.keyboard.press("Enter");
    await view.rest();
    assert.deepEqual(await overwrites(view), [
      { offset: 0, bytes: [0xca, 0xfe, 0xba, 0xbe], merge: false, label: "inspector" },
    ]);
    assert.equal(await view.cell(0), "CA");
    assert.equal(await view.page.inputValue(input("u32", "be")), "3405691582");
    await view.close();
  });

  it("says why a value cannot be, keeps the bytes, and reverts on Escape", async () => {
    const view = await openView({ size: 4096, head: [7], settings: { inspector: true } });
    await view.settled();
    await view.page.fill(input("u8"), "300");
    await view.page.keyboard.press("Enter");
    assert.equal(await view.page.textContent(".field-error"), "u8 holds 0 to 255.");
    assert.equal(await view.page.getAttribute(input("u8"), "aria-invalid"), "true");
    await view.page.keyboard.press("Escape");
    assert.equal(await view.page.inputValue(input("u8")), "7");
    assert.equal(await view.page.isHidden(".field-error"), true);
    await view.page.keyboard.press("Escape");
    assert.equal(await view.page.evaluate(() => document.activeElement?.classList.contains("grid")), true);
    assert.equal((await overwrites(view)).length, 0);
    await view.close();
  });

  it("keeps keys typed in a field from VS Code", async () => {
    const view = await openView({ size: 4096, settings: { inspector: true } });
    await view.settled();
    await view.page.evaluate(() => {
      Object.assign(window, { seenKeys: [] });
      window.addEventListener("keydown", (event) =>
        (window as unknown as { seenKeys: string[] }).seenKeys.push(event.key),
      );
    });
    await view.page.click(input("u8"));
    await view.press("1", "Control+z", "Control+a", "Control+c");
    assert.deepEqual(await view.page.evaluate(() => (window as unknown as { seenKeys: string[] }).seenKeys), []);
    assert.equal((await copies(view)).length, 0);
    await view.close();
  });

  it("says what does not fit before the end, and how much is selected", async () => {
    const view = await openView({
      size: 4096,
      settings: { inspector: true },
      selection: { anchor: 4093, focus: 4095, column: "hex" },
    });
    await view.settled();
    assert.match((await view.page.textContent(".place")) ?? "", /0xFFD, 3 bytes selected/);
    assert.equal(await view.page.getAttribute(input("u32"), "placeholder"), "needs 4 bytes, 3 are left");
    await view.close();
  });

  it("lies below the grid when narrow, and is resized by its sash with mouse and keys", async () => {
    const view = await openView({ size: 4096, settings: { inspector: true }, width: 600 });
    await view.settled();
    const boxes = await view.page.evaluate(() =>
      [".hex-view", ".inspector"].map(
        (name) => document.querySelector(name)!.getBoundingClientRect().toJSON() as DOMRect,
      ),
    );
    assert.ok((boxes[1]?.top ?? 0) >= (boxes[0]?.bottom ?? 1e9));
    await view.page.focus(".side > .sash");
    await view.press("ArrowUp");
    await view.press("ArrowUp");
    const height = await view.page.evaluate(() => document.querySelector(".inspector")!.getBoundingClientRect().height);
    assert.equal(height, (boxes[1]?.height ?? 0) + 32);
    assert.deepEqual(
      await view.page.evaluate(() => {
        const sash = document.querySelector(".side > .sash")!;
        return [sash.getAttribute("aria-valuenow"), sash.getAttribute("aria-orientation")];
      }),
      [String(height), "horizontal"],
    );
    await view.close();
  });
});

describe("banners", function () {
  this.timeout(120_000);
  after(closeBrowser);

  it("shows a trouble with its actions until it ends", async () => {
    const trouble = { kind: "deleted", message: "sample.bin was deleted.", actions: ["saveAs", "dismiss"] } as const;
    const view = await openView({ size: 4096, trouble });
    await view.settled();
    assert.match((await view.page.textContent(".banner.warning[role=alert]")) ?? "", /was deleted/);
    await view.page.click("text=Save As…");
    const actions = await view.page.evaluate(() =>
      window.fakeHost.log.flatMap((message) =>
        message.kind === "notice" && message.body.type === "troubleAction" ? [message.body.action] : [],
      ),
    );
    assert.deepEqual(actions, ["saveAs"]);
    await view.page.evaluate(() => window.fakeHost.setTrouble(undefined));
    await view.page.waitForSelector(".banner.warning", { state: "hidden" });
    await view.close();
  });

  it("DL-13: reads what is shown again when others wrote into a file with unsaved edits", async () => {
    const view = await openView({ size: 4096 });
    await view.settled();
    await view.page.evaluate(() => {
      window.fakeHost.outside.set(3, 0xee);
      const message = "Another program has changed this file, and you have unsaved edits.";
      window.fakeHost.setTrouble({ kind: "modified", message, actions: ["keepMine"] });
    });
    await view.page.waitForFunction(
      () => document.querySelector('.cell[data-column="hex"][data-offset="3"]')?.textContent === "EE",
    );
    await view.close();
  });

  it("DL-14: says so when the extension host no longer answers, and takes it back when it does", async () => {
    const view = await openView({ size: TIB_8 });
    await view.settled();
    await view.page.evaluate(() => (window.fakeHost.silent = true));
    await view.press("Control+End");
    await view.page.waitForSelector(".banner.error", { state: "visible", timeout: 15_000 });
    assert.match((await view.page.textContent(".banner.error:not([hidden])")) ?? "", /not answering.*Reload Window/s);
    await view.page.evaluate(() => (window.fakeHost.silent = false));
    await view.page.waitForSelector(".banner.error:not([hidden])", { state: "detached", timeout: 15_000 });
    await view.settled();
    assert.ok((await view.cell(TIB_8 - 1)) !== "");
    await view.close();
  });
});
