import assert from "node:assert/strict";
import { actionOfKey, hexDigit, typedText } from "../../../../webview/src/grid/keyMap";

const press = (keys: string) => {
  const parts = keys.split("+");
  const has = (name: string): boolean => parts.includes(name);
  return { key: parts.at(-1) ?? "", ctrl: has("Ctrl"), meta: has("Cmd"), alt: has("Alt"), shift: has("Shift") };
};

describe("keyMap", () => {
  it("leaves VS Code's keys to VS Code", () => {
    const theirs = [
      "Ctrl+z",
      "Ctrl+y",
      "Ctrl+s",
      "Ctrl+c",
      "Ctrl+v",
      "Ctrl+x",
      "Ctrl+g",
      "Ctrl+f",
      "F6",
      "F3",
      "Ctrl+Shift+P",
    ];
    for (const keys of [
      ...theirs,
      "Ctrl+PageDown",
      "Ctrl+Tab",
      "Shift+Insert",
      "Shift+Delete",
      "Ctrl+Delete",
      "Ctrl+Backspace",
      "Alt+ArrowLeft",
      "Ctrl+Alt+ArrowDown",
    ]) {
      assert.equal(actionOfKey(press(keys), false), undefined, keys);
      if (!keys.startsWith("Alt")) assert.equal(actionOfKey(press(keys.replace("Ctrl", "Cmd")), true), undefined, keys);
    }
  });

  it("takes Insert for the mode, Delete and Backspace for bytes", () => {
    for (const mac of [false, true]) {
      assert.deepEqual(actionOfKey(press("Insert"), mac), { type: "toggleMode" });
      assert.deepEqual(actionOfKey(press("Delete"), mac), { type: "delete", backward: false });
      assert.deepEqual(actionOfKey(press("Backspace"), mac), { type: "delete", backward: true });
      assert.deepEqual(actionOfKey(press("Shift+Backspace"), mac), { type: "delete", backward: true });
    }
  });

  it("extends with Shift and goes to the ends with the platform's keys", () => {
    const move = (motion: string, extend = false) => ({ type: "move", motion, extend });
    assert.deepEqual(actionOfKey(press("Shift+ArrowRight"), false), move("right", true));
    assert.deepEqual(actionOfKey(press("Ctrl+Home"), false), move("documentStart"));
    assert.deepEqual(actionOfKey(press("Ctrl+Shift+End"), false), move("documentEnd", true));
    assert.deepEqual(actionOfKey(press("Cmd+ArrowUp"), true), move("documentStart"));
    assert.deepEqual(actionOfKey(press("Cmd+Shift+ArrowRight"), true), move("rowEnd", true));
    assert.deepEqual(actionOfKey(press("Alt+ArrowLeft"), true), move("groupLeft"));
    assert.deepEqual(actionOfKey(press("Ctrl+ArrowRight"), false), move("groupRight"));
    assert.deepEqual(actionOfKey(press("Ctrl+a"), false), { type: "selectAll" });
    assert.deepEqual(actionOfKey(press("Cmd+a"), true), { type: "selectAll" });
    assert.equal(actionOfKey(press("Ctrl+a"), true), undefined);
  });

  it("takes as typed only what a key types", () => {
    assert.equal(typedText(press("a"), false), "a");
    assert.equal(typedText(press("Enter"), false), undefined);
    assert.equal(typedText(press("Ctrl+a"), false), undefined);
    assert.equal(typedText(press("Ctrl+Alt+€"), true), "€");
    assert.deepEqual(["0", "9", "a", "F", "g", "", "１"].map(hexDigit), [
      0,
      9,
      10,
      15,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
