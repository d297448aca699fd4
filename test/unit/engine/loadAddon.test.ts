// Finding the addon: where it is looked for, and the difference between "not there" and "broken".
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { AddonNotFoundError, loadAddon, packageRoot } from "../../../extension/src/engine/loadAddon";
import { temporaryFolder } from "./files";

describe("loadAddon", () => {
  const folder = temporaryFolder();
  const tuple = `${process.platform}-${process.arch}`;

  it("loads once, from the checkout", () => {
    assert.equal(loadAddon(), loadAddon());
    assert.equal(packageRoot(), path.join(__dirname, "../../.."));
  });

  it("lists every place it looked in when there is no build", () => {
    const root = folder.file("empty");
    fs.mkdirSync(path.join(root, "prebuilds", "plan9-mips"), { recursive: true });
    assert.throws(
      () => loadAddon(root),
      (error) => {
        assert.ok(error instanceof AddonNotFoundError);
        assert.equal(error.code, "unsupported");
        for (const place of ["build/Release", "build/Debug", `prebuilds/${tuple}`]) {
          assert.ok(error.message.includes(path.join(root, place)), error.message);
        }
        return true;
      },
    );
  });

  it("names a build that is there and cannot be loaded, and does not call it missing", () => {
    const root = folder.file("broken");
    const file = path.join(root, "prebuilds", tuple, "terahex.node");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "no library");
    assert.throws(
      () => loadAddon(root),
      (error) => error instanceof Error && !(error instanceof AddonNotFoundError) && error.message.includes(file),
    );
  });

  it("loads a packaged build", () => {
    const root = folder.file("packaged");
    const file = path.join(root, "prebuilds", tuple, "terahex.node");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(path.join(packageRoot(), "build/Release/terahex.node"), file);
    assert.equal(typeof loadAddon(root).NativeDocument.open, "function");
  });

  it("is an addon that hands out no foreign memory, which VS Code's desktop host refuses", function () {
    const file = path.join(packageRoot(), "build/Release/terahex.node");
    const nm = spawnSync("nm", ["-D", "--undefined-only", file]);
    if (nm.error !== undefined) this.skip();
    assert.match(nm.stdout.toString(), /napi_create_arraybuffer/);
    assert.doesNotMatch(nm.stdout.toString(), /napi_create_external/);
  });
});
