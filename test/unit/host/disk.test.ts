// How files are named between VS Code's addresses and the engine's paths: a name leads back to the address that it was made of.
import "./vscodeStub";
import assert from "node:assert/strict";
import { Uri } from "vscode";
import * as disk from "../../../extension/src/host/disk";
import * as browser from "../../../extension/src/host/disk.browser";

describe("names of files", () => {
  const addresses = ["vscode-userdata:/backups/1", "file:///tmp/a.bin"];
  for (const [where, { pathOf, uriOf }] of Object.entries({ "on the disk": disk, "in a browser": browser })) {
    it(`lead back to where they came from ${where}, as a backup's must`, () => {
      for (const address of addresses) assert.equal(uriOf(pathOf(Uri.parse(address))).toString(), address);
    });
  }
});
