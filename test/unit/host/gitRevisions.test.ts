// What is asked of VS Code's git leaves nothing behind there, whether it answers or stays silent.
import "./vscodeStub";
import assert from "node:assert/strict";
import { mock } from "node:test";
import * as vscode from "vscode";
import { revisionOf } from "../../../extension/src/host/compare/gitRevisions";

describe("a revision of git, before git has looked around", () => {
  const { extensions } = vscode as unknown as { extensions: { getExtension: unknown } };
  const original = extensions.getExtension;
  const listeners = new Set<() => void>();
  beforeEach(() => {
    const git = {
      state: "uninitialized",
      onDidChangeState: (listener: () => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
      getRepository: () => null,
    };
    const exports = { enabled: true, getAPI: () => git };
    extensions.getExtension = () => ({ activate: () => Promise.resolve(exports) });
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(() => {
    mock.timers.reset();
    extensions.getExtension = original;
  });

  /** Ends once git is listened to; the answer comes later. */
  async function asked(): Promise<{ readonly refused: Promise<void> }> {
    const refused = assert.rejects(revisionOf(vscode.Uri.file("/nowhere/a.bin"), "HEAD"), /no git repository/);
    for (let turn = 0; listeners.size === 0 && turn < 100; turn++) await Promise.resolve();
    assert.equal(listeners.size, 1);
    return { refused };
  }

  it("waits for git, and listens no longer once that has answered", async () => {
    const { refused } = await asked();
    for (const listener of listeners) listener();
    await refused;
    assert.equal(listeners.size, 0);
  });

  it("listens no longer where git stays silent", async () => {
    const { refused } = await asked();
    mock.timers.tick(60_000);
    await refused;
    assert.equal(listeners.size, 0);
  });
});
