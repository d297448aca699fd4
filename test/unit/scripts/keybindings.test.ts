// Keys that are bound to commands, as package.json has them.
import assert from "node:assert/strict";
import fs from "node:fs";

interface Keybinding {
  readonly command: string;
  readonly key: string;
}

describe("keys that are bound to commands", () => {
  const { contributes } = JSON.parse(fs.readFileSync("package.json", "utf8")) as {
    contributes: { keybindings: readonly Keybinding[] };
  };

  it("type no letter on any keyboard: Ctrl+Alt is AltGr on Windows and Linux", () => {
    assert.ok(contributes.keybindings.length > 0);
    for (const { command, key } of contributes.keybindings) {
      for (const press of key.split(" ")) {
        const modifiers = press.split("+").slice(0, -1);
        assert.ok(!(modifiers.includes("ctrl") && modifiers.includes("alt")), `${command}: ${press}`);
        // The page itself takes what comes without one for text.
        if (press.split("+").at(-1)?.length === 1) assert.ok(modifiers.includes("ctrl"), `${command}: ${press}`);
      }
    }
  });
});
