// What resources say, held to the script that they were made of (test/fixtures/pe/resources.rc), and what of damaged ones is said.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { MemoryByteSource } from "../../../../extension/src/engine/memoryByteSource";
import { PagedBytes } from "../../../../extension/src/formats/program/pagedBytes";
import { ImageMemory } from "../../../../extension/src/formats/pe/imageMemory";
import { readLines, type TextLine } from "../../../../extension/src/formats/pe/resourceReader";
import { PeFile } from "../../../../extension/src/formats/pe/peFile";
import { resourceLines } from "../../../../extension/src/formats/pe/resourceText";
import { AddressMap } from "../../../../shared/addressMap";
import { readProgram } from "../../../../extension/src/host/sections/readProgram";

const file = path.join(__dirname, "../../../fixtures/pe/resources.bin.br");
const library = Uint8Array.from(brotliDecompressSync(fs.readFileSync(file)));

function open(bytes: Uint8Array): PeFile {
  const result = PeFile.read(new MemoryByteSource(bytes));
  assert.ok(result.ok);
  return result.pe;
}

/** Lines of the only resource of a type and name: "depth key: value". */
function linesOf(bytes: Uint8Array, type: number, name: number | string): string[] {
  const pe = open(bytes);
  const data = pe.resources.find(({ id }) => id === type)?.children.find(({ id }) => id === name)?.children[0]?.data;
  assert.ok(data);
  const lines = resourceLines(pe.memory, type, typeof name === "number" ? name : 1, data);
  for (const { at, length } of lines) assert.ok(at >= 0 && length >= 0 && at + length <= data.size);
  return lines.map(({ depth, key, value }) => `${depth} ${key}: ${value}`);
}

/** A copy in which the first place of these bytes is overwritten. */
function changed(from: Buffer, into: Buffer): Uint8Array {
  const copy = Buffer.from(library);
  const at = copy.indexOf(from);
  assert.ok(at > 0);
  into.copy(copy, at);
  return Uint8Array.from(copy);
}

/** Of a resource that is all there is of an image. */
function linesAlone(bytes: Buffer, type: number): readonly TextLine[] {
  const map = new AddressMap([{ rva: 0, length: bytes.length, offset: 0, fileLength: bytes.length, name: "" }]);
  const memory = new ImageMemory(new PagedBytes(new MemoryByteSource(Uint8Array.from(bytes))), map, false);
  return resourceLines(memory, type, 1, { rva: 0, size: bytes.length, codePage: 0, offset: 0 });
}

const wide = (text: string): Buffer => Buffer.from(`${text}\0`, "utf16le");

describe("resources of a PE file in words", () => {
  it("reads menus, popups in popups, and where each level ends", () => {
    assert.deepEqual(linesOf(library, 4, 1), [
      "1 &File: menu",
      "2 &Open  Ctrl+O: #101",
      "2 separator: ",
      "2 &Recent: menu",
      "3 one: #110, greyed",
      "1 &Help: #102, ticked",
    ]);
  });

  it("reads menus of the newer kind, which have a name here", () => {
    assert.deepEqual(linesOf(library, 4, "EXTENDED"), [
      "1 &Edit: menu #200",
      "2 Cu&t: #201, ticked, one of several",
      "2 separator: ",
      "2 Paste: #202, greyed",
      "1 Last: #203, the default",
    ]);
  });

  it("reads dialogs of both kinds with their controls", () => {
    assert.deepEqual(linesOf(library, 5, 2), [
      "1 About it: dialog, 200 x 100 at 10, 20, 8 pt MS Shell Dlg, menu #1, 4 controls",
      "2 OK: button #1, 50 x 14 at 7, 7",
      "2 Some text: static, 100 x 8 at 7, 30",
      "2 list: SYSLISTVIEW32 #301, 60 x 30 at 7, 50",
      "2 resource #5: static, 0 x 0 at 100, 7",
    ]);
    assert.deepEqual(linesOf(library, 5, "NAMED"), [
      "1 Extended: dialog, 120 x 60 at 0, 0, 9 pt Segoe UI, bold, italic, 3 controls",
      "2 Cancel: button #2, 40 x 14 at 10, 10",
      "2 edit field: #500, 80 x 12 at 10, 30",
      "2 MSCTLS_PROGRESS32: #501, 80 x 8 at 10, 45",
    ]);
  });

  it("reads keys, strings, messages in both encodings, versions and where a cursor points", () => {
    assert.deepEqual(linesOf(library, 9, 3), ["1 Ctrl+O: #101", "1 Alt+Shift+F5: #103", "1 Ctrl+X: #104", "1 z: #105"]);
    assert.deepEqual(linesOf(library, 6, 2), ["1 16: sixteen", "1 17: seventeen"]);
    assert.deepEqual(linesOf(library, 11, 1), ["1 0x1: Hello %1", "1 0x2: second", "1 0xC0000005: far"]);
    assert.deepEqual(linesOf(library, 16, 1), [
      "1 file version: 1.2.3.4",
      "1 product version: 5.6.7.8",
      "1 CompanyName: Terahex",
      "1 Translation: English (United States), code page 1252",
    ]);
    assert.deepEqual(linesOf(library, 1, 1), ["1 points at: 3, 5"]);
  });

  it("tells a cursor's own height from that with its mask", () => {
    assert.deepEqual(linesOf(library, 12, 8), ["1 #1: 16 x 16, 1 bits"]);
    assert.deepEqual(linesOf(library, 14, 9), ["1 #1: 16 x 16, 32 bits"]);
  });

  it("leads from each line to its bytes, and draws what groups name", () => {
    const program = readProgram(new MemoryByteSource(library));
    assert.ok(program.ok);
    const { rows } = program.program.rows("resources", 0, 500);
    const paste = rows.find(({ text }) => text === "Paste");
    assert.ok(Buffer.from(library.subarray(paste?.start, paste?.end)).includes(wide("Paste")));
    const drawn = rows.filter(({ picture }) => picture !== undefined);
    assert.deepEqual(
      drawn.map(({ text, detail }) => `${text}: ${detail}`),
      [
        "English (United States): 180 bytes",
        "English (United States): 1128 bytes",
        "#1: 16 x 16, 1 bits",
        "#1: 16 x 16, 32 bits",
      ],
    );
    for (const { picture = -1 } of drawn) assert.equal(program.program.picture(picture)?.mime, "image/x-icon");
  });

  it("says where a resource ends too early, behind what it could read", () => {
    // The last control claims more bytes of its own than there are.
    const bytes = changed(Buffer.from([0xff, 0xff, 5, 0, 0, 0]), Buffer.from([0xff, 0xff, 5, 0, 0xff, 0xff]));
    const lines = linesOf(bytes, 5, 2);
    assert.equal(lines.length, 5);
    assert.equal(lines.at(-1), "1 : (the resource ends here, too early)");
    // A menu whose last item is not the last.
    const menu = changed(wide("&Help"), wide("&Help"));
    const at = Buffer.from(menu).indexOf(wide("&Help"));
    menu[at - 4] = 0;
    assert.equal(linesOf(menu, 4, 1).at(-1), "1 : (the resource ends here, too early)");
  });

  it("says what a message or a version block cannot be", () => {
    const message = Buffer.concat([Buffer.from([12, 0, 0, 0]), Buffer.from("second\0", "latin1")]);
    const none = Buffer.from(message);
    none[0] = 3;
    assert.equal(
      linesOf(changed(message, none), 11, 1).at(-1),
      "1 : (the message 0x2 states 3 bytes, which cannot be)",
    );
    const info = Buffer.concat([Buffer.from([1, 0]), wide("StringFileInfo")]);
    const at = Buffer.from(library).indexOf(info);
    const copy = Buffer.from(library);
    copy.writeUInt16LE(2, at - 4);
    assert.equal(linesOf(Uint8Array.from(copy), 16, 1).at(-1), "1 : (a block of 2 bytes, which cannot be)");
  });

  it("makes no more lines of hostile blocks than a person reads", () => {
    const lines = readLines(new DataView(new ArrayBuffer(16)), (reader) => {
      for (;;) reader.line(0, "again", "and again");
    });
    assert.equal(lines.length, 5001);
    assert.equal(lines.at(-1)?.value, "(the rest is left out)");
    const long = readLines(new DataView(new ArrayBuffer(16)), (reader) => {
      for (;;) reader.line(0, "", "x".repeat(100_000));
    });
    assert.ok(long.length < 20);
  });

  it("is not held up by long runs of what is left out at the end of a text", () => {
    const started = performance.now();
    const long = Buffer.alloc(512 * 1024);
    const manifest = Buffer.concat([Buffer.from("\uFEFFfirst\r\n", "utf8"), long, Buffer.from("x\0\0\0", "latin1")]);
    assert.deepEqual(
      linesAlone(manifest, 24).map(({ value }) => value.replaceAll("\0", "")),
      ["first", "x"],
    );
    // One message of 64 KiB that two hundred blocks lead to.
    const place = 4 + 200 * 12;
    const message = Buffer.alloc(place + 0xfffc);
    message.writeUInt32LE(200, 0);
    for (let at = 4; at < place; at += 12)
      [1, 1, place].forEach((word, index) => message.writeUInt32LE(word, at + index * 4));
    message.writeUInt16LE(0xfffc, place);
    message.write("x", message.length - 5, "latin1");
    assert.equal(linesAlone(message, 11).at(-1)?.value, "(the rest is left out)");
    assert.ok(performance.now() - started < 5000);
  });

  it("reads no key of a version block again and again", () => {
    const started = performance.now();
    // Blocks of 8 bytes inside one whose keys all end where the resource does.
    const bytes = Buffer.alloc(1024 * 1024, 1);
    bytes.writeUInt16LE(0xffff, 0);
    for (let at = 8; at < 0xfff0; at += 8) bytes.writeUInt16LE(8, at);
    bytes.writeUInt16LE(0, 6);
    bytes.writeUInt16LE(0, 2);
    bytes.writeUInt16LE(0, bytes.length - 2);
    assert.equal(linesAlone(bytes, 16).at(-1)?.value, "(the rest is left out)");
    assert.ok(performance.now() - started < 5000);
  });
});
