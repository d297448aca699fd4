// The interpreter's thread as the host sees it: answers, faults, edits, cancellation, hangs, memory.
import assert from "node:assert/strict";
import fs from "node:fs";
import { EngineDocument } from "../../../extension/src/engine/document";
import { loadAddon } from "../../../extension/src/engine/loadAddon";
import { plainAddon } from "../../../extension/src/engine/plain/plainAddon";
import type { StructProgress, StructRow } from "../../../shared/structTree";
import { filesOf, structServices } from "./service";

const records = `
meta: {id: log, endian: le}
seq:
  - {id: magic, contents: LOG!}
  - {id: records, type: record, repeat: eos}
types:
  record:
    seq: [{id: len, type: u2}, {id: body, size: len}]
`;

function recordBytes(count: number): Buffer {
  const parts: Buffer[] = [Buffer.from("LOG!")];
  for (let index = 0; index < count; index += 1) {
    const part = Buffer.alloc(2 + (index % 40), index % 251);
    part.writeUInt16LE(index % 40);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Each row has some milliseconds: on a busy machine they may pass before anything is read, and the row is asked for again. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const deadlineMs = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (holds(answer) || performance.now() > deadlineMs) return answer;
  }
}

const isRead = (row: StructRow): boolean => row.pending === undefined;
const areRead = ({ rows }: { readonly rows: readonly StructRow[] }): boolean => rows.every(isRead);

describe("the interpreter's thread", () => {
  const services = structServices();

  it("answers with rows, children, trails, editors and JSON", async () => {
    const service = services.start({ path: services.file("log.bin", recordBytes(100)) });
    const { root, diagnostics } = await service.load(filesOf(records));
    assert.deepEqual(diagnostics, []);
    assert.equal(root?.type, "log");
    const whole = await until(
      () => service.row(""),
      ({ place }) => place?.end !== undefined,
    );
    assert.deepEqual(whole.place, { start: 0, end: recordBytes(100).length });
    const top = await service.children("", 0, 10);
    assert.deepEqual(
      top.rows.map((row) => row.name),
      ["magic", "records"],
    );
    const some = await until(
      () => service.children("records", 5, 2),
      (read) => areRead(read) && read.total !== null,
    );
    assert.equal(some.total, 100);
    assert.deepEqual(
      some.rows.map((row) => row.path),
      ["records[5]", "records[6]"],
    );
    assert.equal(some.rows[0]?.value, "len: 5");
    const row = await until(() => service.row("records[5].len"), isRead);
    assert.deepEqual(
      { kind: row.kind, type: row.type, value: row.value, editable: row.editable },
      { kind: "int", type: "u2le", value: "5", editable: true },
    );
    const trail = await until(
      () => service.reveal((row.place?.start ?? 0) + 2),
      (found) => found?.steps.length === 3,
    );
    assert.deepEqual(
      trail?.steps.map((step) => [step.index, step.row.path]),
      [
        [1, "records"],
        [5, "records[5]"],
        [1, "records[5].body"],
      ],
    );
    assert.equal((await service.field("records[5].len")).kind, "text");
    const edit = await service.encode("records[5].len", "0x1F");
    assert.deepEqual(edit, { offset: row.place?.start, bytes: Uint8Array.of(31, 0), warnings: [] });
    assert.match(
      await service.json("records[5]"),
      /^\{"kind":"struct","type":"log::record","fields":\{"len":\{"kind":"int","value":5,/,
    );
  });

  for (const [what, addon] of [
    ["of the addon", loadAddon],
    ["without the addon", plainAddon],
  ] as const) {
    it(`sees unsaved edits of a document ${what} at once, and says when it is closed`, async () => {
      const document = EngineDocument.open(services.file("edited.bin", recordBytes(10)), {}, addon());
      const service = services.start(document.readerSource);
      await service.load(filesOf(records));
      assert.equal((await until(() => service.row("records[3].len"), isRead)).value, "3");
      document.insert(4, Uint8Array.of(1, 0, 0xaa));
      const row = await until(() => service.row("records[4].len"), isRead);
      assert.deepEqual([row.value, row.place?.start], ["3", 4 + 3 + 2 + 3 + 4]);
      assert.equal((await service.children("records", 0, 1)).version, document.version);
      document.close();
      await assert.rejects(service.row("records[4].len"), /closed/);
    });
  }

  it("tells what is wrong with a template, and refuses questions until one can be used", async () => {
    const service = services.start({ path: services.file("empty.bin", "") });
    const { root, diagnostics } = await service.load(filesOf("meta: {id: x}\nseq:\n  - {id: a, type: nothing}\n"));
    assert.equal(root, undefined);
    assert.deepEqual(
      diagnostics.map(({ at, line, severity }) => ({ at, line, severity })),
      [{ at: "/seq/0/type", line: 3, severity: "error" }],
    );
    await assert.rejects(service.row(""), { name: "TemplateError" });
    const imported = filesOf("meta: {id: x, imports: [/far, near]}\nseq: [{id: a, type: far}, {id: b, type: near}]", {
      "/lib/far.ksy": "meta: {id: far}",
      "/t/near.ksy": "meta: {id: near}",
    });
    assert.equal((await service.load(imported)).root?.type, "x");
  });

  it("counts in the background, saying how far it is, and answers meanwhile", async () => {
    const service = services.start({ path: services.file("long.bin", recordBytes(800_000)) });
    const told: StructProgress[] = [];
    const done = new Promise<void>((resolve) => {
      service.onProgress((progress) => {
        told.push(progress);
        if (progress.done) resolve();
      });
    });
    const text = `${records.trimEnd().replace("repeat: eos}", "repeat: expr, repeat-expr: 800000}\n  - {id: after, size-eos: true}")}\n`;
    await service.load(filesOf(text));
    const first = await service.children("", 0, 10);
    assert.equal(first.rows[2]?.pending, true);
    assert.equal(first.rows[2].kind, "bytes");
    assert.equal((await until(() => service.row("records[2].len"), isRead)).value, "2");
    await done;
    assert.equal(told.at(-1)?.path, "records");
    assert.equal(told.at(-1)?.elements, 800_000);
    const again = await until(() => service.children("", 0, 10), areRead);
    assert.deepEqual([again.rows[2]?.pending, again.rows[2]?.value], [undefined, "(0 bytes)"]);
    assert.equal((await service.children("records", 799_999, 5)).rows.length, 1);
  });

  it("cancels at once what takes long", async () => {
    const file = services.file("holes.bin", "");
    fs.truncateSync(file, 2 ** 40);
    const service = services.start({ path: file });
    await service.load(
      filesOf(
        "meta: {id: x}\nseq: [{id: a, type: r, repeat: eos}]\ntypes: {r: {seq: [{id: n, type: u1}, {id: b, size: n}]}}",
      ),
    );
    const abort = new AbortController();
    const asked = service.children("a", 10 ** 11, 1, abort.signal);
    setTimeout(() => abort.abort(), 50);
    await assert.rejects(asked, { code: "cancelled" });
    assert.equal((await service.row("a[1000]")).name, "[1000]");
    service.stopCounting();
  });

  it("answers every question, also when another template is loaded meanwhile", async () => {
    const file = services.file("other.bin", "");
    fs.truncateSync(file, 2 ** 40);
    const service = services.start({ path: file });
    const text =
      "meta: {id: x}\nseq: [{id: a, type: r, repeat: eos}]\ntypes: {r: {seq: [{id: n, type: u1}, {id: b, size: n}]}}";
    await service.load(filesOf(text));
    const asked = service.children("a", 10 ** 11, 1);
    const [outcome, loaded] = await Promise.allSettled([asked, service.load(filesOf(text))]);
    assert.equal(outcome.status, "rejected");
    assert.equal(loaded.status, "fulfilled");
    service.stopCounting();
  });

  it("gives up a field that gets nowhere, and shows the others", async () => {
    const service = services.start({ path: services.file("bomb.bin", "abcdefgh") });
    await service.load(
      filesOf(`
meta: {id: x}
seq: [{id: a, type: u1}, {id: endless, size: 0, repeat: until, repeat-until: "false"}]
instances: {b: {pos: 1, type: u1}}
`),
    );
    const { rows } = await until(
      () => service.children("", 0, 10),
      (read) => read.rows[2]?.value !== "",
    );
    assert.deepEqual(
      rows.map((row) => [row.name, row.value]),
      [
        ["a", "97 (0x61)"],
        ["endless", ""],
        ["b", "98 (0x62)"],
      ],
    );
    await assert.rejects(service.children("endless", 10 ** 12, 1), { name: "LimitError" });
  });

  it("starts another thread after one that hangs or runs out of memory", async () => {
    const file = services.file("some.bin", recordBytes(100));
    const hanging = services.start({ path: file }, { hangMs: 1 });
    await assert.rejects(hanging.load(filesOf(records)), { name: "LimitError" });
    const greedy = services.start({ path: file }, { maxHeapMb: 4 });
    await assert.rejects(greedy.load(filesOf(`${records}#${"x".repeat(20_000_000)}`)), { name: "LimitError" });
    assert.equal((await greedy.load(filesOf(records)).catch(() => undefined))?.root?.type ?? "log", "log");
  });

  it("answers nothing after dispose()", async () => {
    const service = services.start({ path: services.file("gone.bin", recordBytes(3)) });
    const asked = service.load(filesOf(records));
    service.dispose();
    await assert.rejects(asked, { code: "closed" });
    await assert.rejects(service.row(""), { code: "closed" });
  });
}).timeout(30_000);
