// What every template that ships owes to the people who read it: a title, the files it is for, its source, and that it loads.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { shippedTemplate, templateFolder } from "./support";

interface Head {
  readonly meta: {
    readonly id: string;
    readonly title?: string;
    readonly license?: string;
    readonly "file-extension"?: unknown;
  };
  readonly doc?: string;
  readonly "doc-ref"?: unknown;
}

describe("the catalogue of templates that ship", () => {
  for (const file of fs.readdirSync(templateFolder).filter((name) => name.endsWith(".ksy"))) {
    const name = path.basename(file, ".ksy");
    it(`${name} loads, and says what it is, for which files, after which specification`, () => {
      const { meta, doc, "doc-ref": source } = parse(fs.readFileSync(path.join(templateFolder, file), "utf8")) as Head;
      assert.equal(meta.id, name);
      assert.equal(meta.license, "MIT");
      for (const part of [meta.title, meta["file-extension"], doc, source])
        assert.ok(part, `${name}: something is missing`);
      shippedTemplate(name);
    });
  }
});
