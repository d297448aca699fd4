// What our templates read of files as large as a disk: a few kilobytes, wherever one looks. The files are rules, not bytes.
import assert from "node:assert/strict";
import type { ByteSource, ByteWindow } from "../../../extension/src/engine/byteSource";
import { defaultLimits } from "../../../extension/src/struct/limits";
import { Session } from "../../../extension/src/struct/reader/session";
import { faultsOf, fixtureBytes, shippedTemplate, valueOf } from "./support";

/** Some bytes, then zeros. */
class LongSource implements ByteSource {
  readonly version = 1;
  bytesRead = 0;

  constructor(
    readonly size: number,
    private readonly head: Uint8Array,
  ) {}

  readSync(offset: number, length: number): ByteWindow {
    this.bytesRead += length;
    const bytes = new Uint8Array(length);
    if (offset < this.head.length) bytes.set(this.head.subarray(offset, offset + length));
    return { bytes: bytes.buffer, version: this.version, unsaved: [], unreadable: [] };
  }

  read(offset: number, length: number): Promise<ByteWindow> {
    return Promise.resolve(this.readSync(offset, length));
  }
}

function open(template: string, source: LongSource): Session {
  return new Session(shippedTemplate(template), source, { ...defaultLimits, timeoutMs: 5000 });
}

const most = 4 * 1024 * 1024;

describe("templates that ship, on very large files", () => {
  it("find the last row of a BMP of 3 TB", () => {
    const head = fixtureBytes("bmp_info.bin").slice(0, 54);
    const view = new DataView(head.buffer);
    view.setInt32(18, 1_000_000, true);
    view.setInt32(22, 1_000_000, true);
    const source = new LongSource(54 + 3e12, head);
    const session = open("bmp", source);
    assert.deepEqual(faultsOf(session, { maxItems: 4 }), []);
    assert.equal(valueOf(session, "rows.size"), 1_000_000);
    assert.equal(valueOf(session, "rows[999999].colors[999999].red"), 0);
    assert.ok(source.bytesRead < most, `${source.bytesRead} bytes read`);
  });

  it("find any page of an SQLite database of 8 TiB", () => {
    const head = fixtureBytes("sqlite3.bin.br").slice(0, 100);
    new DataView(head.buffer).setUint16(16, 1);
    const source = new LongSource(2 ** 43, head);
    const session = open("sqlite3", source);
    assert.equal(valueOf(session, "pages.size"), 2 ** 27);
    assert.equal(valueOf(session, `pages[${2 ** 27 - 1}].is_tree_page`), false);
    assert.deepEqual(
      faultsOf(session, { maxItems: 4 }).filter((fault) => fault.startsWith("pages")),
      [],
    );
    assert.ok(source.bytesRead < most, `${source.bytesRead} bytes read`);
  });

  it("find any symbol of an ELF file with 10^11 of them", () => {
    const head = fixtureBytes("elf_library.bin").slice();
    const view = new DataView(head.buffer);
    // The length of .symtab, the 15th section: 24 bytes each.
    const section = Number(view.getBigUint64(40, true)) + 15 * 64;
    view.setBigUint64(section + 32, 24n * 10n ** 11n, true);
    const source = new LongSource(3 * 10 ** 12, head);
    const session = open("elf", source);
    const symbols = "header.sections[15].body.as<elf::header::symbol_table>.symbols";
    assert.equal(valueOf(session, `${symbols}.size`), 10 ** 11);
    assert.equal(valueOf(session, `${symbols}[3].name`), "add");
    assert.equal(valueOf(session, `${symbols}[99999999999].value`), 0);
    assert.ok(source.bytesRead < most, `${source.bytesRead} bytes read`);
  });
});
