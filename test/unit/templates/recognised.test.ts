// Every fixture is recognised by its bytes alone as the format whose template reads it: nothing but its bytes is looked at here.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { MemoryByteSource } from "../../../extension/src/engine/memoryByteSource";
import { recognise } from "../../../extension/src/struct/recognise/recognise";
import { readTemplateFolder } from "../../../extension/src/struct/recognise/templateFolder";
import { fixtureBytes, fixtureFolder, templateFolder } from "./support";

describe("recognition by the templates that ship", () => {
  const library = readTemplateFolder(templateFolder);

  for (const file of fs.readdirSync(fixtureFolder).filter((name) => /\.bin(\.br)?$/.test(name))) {
    const name = file.replace(/\.bin(\.br)?$/, "");
    it(`knows ${name}`, () => {
      const expected = fs.readFileSync(path.join(fixtureFolder, `${name}.expect.yml`), "utf8");
      const told = parse(expected) as { template: string };
      const [best] = recognise(library, "file", new MemoryByteSource(Uint8Array.from(fixtureBytes(file))));
      assert.deepEqual([best?.template.head.id, best?.certain], [told.template, true], best?.reason);
    });
  }

  it("knows nothing of what it has not seen", () => {
    for (const bytes of ["", "\0".repeat(2000), "just some words, and more of them", "\xff".repeat(600)]) {
      const found = recognise(library, "file", new MemoryByteSource(Uint8Array.from(Buffer.from(bytes, "latin1"))));
      assert.deepEqual(
        found.filter(({ certain }) => certain),
        [],
      );
    }
  });
});
