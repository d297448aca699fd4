// Archives that are not as they should be: behind a program, cut short, without an end record.
import assert from "node:assert/strict";
import { fixtureBytes, readThrough, valueOf } from "./support";

describe("the ZIP template", () => {
  const whole = fixtureBytes("zip.bin");

  it("finds the files of an archive that stands behind something else", () => {
    const bytes = new Uint8Array(100 + whole.length);
    bytes.set(whole, 100);
    const session = readThrough("zip", bytes);
    assert.equal(valueOf(session, "shift"), 100);
    assert.equal(valueOf(session, "directory.entries[2].file.data"), "<78>");
  });

  it("walks through an archive whose end is missing", () => {
    const session = readThrough("zip", whole.subarray(0, 300));
    assert.equal(valueOf(session, "has_end"), false);
    assert.equal(valueOf(session, "sections[0].body.as<zip::streamed_file>.header.name.text"), "hello.txt");
    assert.equal(valueOf(session, "sections[3].signature"), "central_file");
  });

  it("gives up looking for an end record after the longest comment", () => {
    const bytes = new Uint8Array(200_000);
    bytes.set(whole.subarray(0, 4));
    const session = readThrough("zip", bytes);
    assert.equal(valueOf(session, "has_end"), false);
    assert.equal(valueOf(session, "end_probes.size"), 65_535);
  });
});
