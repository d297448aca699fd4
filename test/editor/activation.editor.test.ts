// Starting costs nothing: runs first (files go by name), before any other test has opened a file.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { api, closeAll, EXTENSION, Files, open } from "./support/fixture";

const addonLoaded = (): boolean => fs.readFileSync("/proc/self/maps", "latin1").includes("terahex.node");

describe("activation", () => {
  it("loads the native core with the first file, not before", async function () {
    if (process.platform !== "linux") this.skip();
    const extension = vscode.extensions.getExtension(EXTENSION);
    assert.ok(extension && !extension.isActive, "nothing has asked for Terahex yet");
    const started = performance.now();
    await extension.activate();
    console.log("%s", `\x02      activation: ${(performance.now() - started).toFixed(1)} ms`);
    assert.equal(addonLoaded(), false);
    const files = new Files();
    await open(files.write("a.bin", "x"));
    assert.equal(addonLoaded(), true);
    await closeAll();
    await files.remove();
  });

  it("registers every command that package.json names", async () => {
    await api();
    const registered = new Set(await vscode.commands.getCommands(true));
    const manifest = vscode.extensions.getExtension(EXTENSION)?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    for (const { command } of manifest.contributes.commands) assert.ok(registered.has(command), command);
  });
});
