// Messages from a webview are untrusted: each malformed one is refused with a reason, none throws, none passes half-read.
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { MAX_RANGES } from "../../../shared/byteRange";
import { MAX_HIT_ROWS, MAX_NEEDLE_TEXT } from "../../../shared/findProtocol";
import { MAX_WINDOW_BYTES, type ToHost, type ToWebview } from "../../../shared/protocol";
import { MAX_REQUESTS_UNDER_WAY, RequestServer, type RequestHandlers } from "../../../shared/rpc";
import { MAX_SECTION_ROWS } from "../../../shared/sectionsProtocol";
import { MAX_COLORS, MAX_FIELD_TEXT, MAX_PATH } from "../../../shared/structProtocol";
import { MAX_ROWS } from "../../../shared/structTree";
import { bytesPerRowOf, parseToHost } from "../../../shared/validate";

const request = (body: unknown, id: unknown = 7): unknown => ({ kind: "request", id, body });
const notice = (body: unknown): unknown => ({ kind: "notice", body });
const range = { start: 1, end: 4 };
const panes = { paneWidthPx: 300, paneHeightPx: 200.5, treeWidthPx: 400, treeHeightPx: 0 };
const selection = { anchor: 0, focus: 2 ** 43, column: "hex" };

const struct = (ask: unknown): unknown => request({ type: "struct", ask });

const find = (ask: unknown): unknown => request({ type: "find", ask });
const query = {
  kind: "hex",
  text: "DE ??",
  encoding: "utf-8",
  type: "u4le",
  aligned: false,
  matchCase: true,
  least: 4,
};

const GOOD: readonly unknown[] = [
  find({ kind: "start", query, from: 2 ** 43, backward: true }),
  find({ kind: "start", query: { ...query, within: range }, from: 0, backward: false }),
  find({ kind: "step", from: 0, backward: true }),
  find({ kind: "marks", start: 0, end: 1 }),
  find({ kind: "rows", from: 1e6, count: MAX_HIT_ROWS }),
  find({ kind: "replace", hit: range, text: "" }),
  find({ kind: "replaceAll", text: "00" }),
  find({ kind: "list", to: "file" }),
  find({ kind: "stop" }),
  find({ kind: "refresh" }),
  find({ kind: "history" }),
  find({ kind: "history", used: query }),
  find({ kind: "close" }),
  request({ type: "open" }),
  request({ type: "echo" }),
  request({ type: "readWindow", offset: 0, length: 1 }),
  request({ type: "readWindow", offset: 2 ** 53 - 1, length: MAX_WINDOW_BYTES }),
  request({ type: "readLive", offset: 2 ** 43, length: MAX_WINDOW_BYTES }),
  request({ type: "overwrite", offset: 5, bytes: new ArrayBuffer(1), merge: true, label: "type" }),
  request({
    type: "replace",
    ranges: [range, { start: 6, end: 7 }],
    offset: 1,
    bytes: new ArrayBuffer(0),
    merge: false,
    label: "delete",
  }),
  request({ type: "replace", ranges: [], offset: 2 ** 43, bytes: new ArrayBuffer(3), merge: true, label: "type" }),
  request({ type: "copy", ranges: [range], format: "c-array", cut: false }),
  request({ type: "paste", offset: 1, column: "text", mode: "insert", ranges: [] }),
  request({ type: "measure", ask: { kind: "overview" } }),
  request({ type: "measure", ask: { kind: "close" } }),
  request({ type: "measure", ask: { kind: "subject" } }),
  request({ type: "measure", ask: { kind: "stats", start: 0, end: 2 ** 43 } }),
  struct({ kind: "open" }),
  struct({ kind: "close" }),
  struct({ kind: "pick" }),
  struct({ kind: "children", path: "a.b[5]", from: 5e11, count: MAX_ROWS }),
  struct({ kind: "row", path: "" }),
  struct({ kind: "field", path: "a" }),
  struct({ kind: "export", path: "a" }),
  struct({ kind: "reveal", offset: 2 ** 43 }),
  struct({ kind: "edit", path: "a", text: "x".repeat(MAX_FIELD_TEXT), despite: false }),
  struct({ kind: "copy", path: "p".repeat(MAX_PATH), what: "json" }),
  struct({ kind: "template" }),
  struct({ kind: "template", file: "a.ksy", line: 1, column: 2 }),
  struct({ kind: "docRef", url: "https://example.org" }),
  struct({ kind: "showAbsent", shown: true }),
  struct({ kind: "shareColumns", nameShare: 0.4 }),
  struct({ kind: "colors", ranges: [{ start: 4, end: 8, hue: 5, outer: false, closed: true }] }),
  request({ type: "sections", ask: { kind: "open" } }),
  request({ type: "sections", ask: { kind: "measure" } }),
  request({ type: "sections", ask: { kind: "fixChecksum" } }),
  request({ type: "sections", ask: { kind: "rows", list: "imports", from: 400, count: MAX_SECTION_ROWS } }),
  notice({ type: "struct", tell: { kind: "select", start: 4, end: 8 } }),
  { kind: "cancel", id: 0 },
  notice({ type: "selectionChanged", selection }),
  notice({ type: "selectionChanged", selection: { ...selection, more: [range] } }),
  notice({ type: "modeChanged", mode: "insert" }),
  notice({ type: "troubleAction", action: "reload" }),
  notice({ type: "troubleAction", action: "keepMine" }),
  notice({ type: "troubleAction", action: "compare" }),
  notice({ type: "settingChanged", inspector: false }),
  notice({ type: "settingChanged", structTree: true }),
  notice({ type: "settingChanged", overview: true }),
  notice({ type: "settingChanged", panes }),
  notice({ type: "firstRows", elapsedMs: 12.5 }),
];

const NUMBERS = [NaN, -1, -0, 0.5, Infinity, -Infinity, 2 ** 53, 2 ** 64, "0", null, undefined, 1n, {}, [], true];

describe("parseToHost", () => {
  it("passes each kind of message on, equal to what came", () => {
    for (const message of GOOD) assert.deepEqual(parseToHost(message), { ok: true, message });
  });

  it("rebuilds messages: what is not in the protocol does not pass", () => {
    const parsed = parseToHost({ ...(request({ type: "open", extra: 1 }) as object), more: 2 });
    assert.deepEqual(parsed, { ok: true, message: { kind: "request", id: 7, body: { type: "open" } } });
  });

  it("refuses nonsense numbers wherever a number stands", () => {
    for (const bad of NUMBERS) {
      const messages = [
        struct({ kind: "children", path: "", from: bad, count: 1 }),
        find({ kind: "start", query, from: bad, backward: false }),
        find({ kind: "step", from: bad, backward: false }),
        find({ kind: "marks", start: bad, end: 9 }),
        find({ kind: "rows", from: 0, count: bad }),
        find({ kind: "replace", hit: { start: 0, end: bad }, text: "" }),
        request({ type: "sections", ask: { kind: "rows", list: "exports", from: bad, count: 1 } }),
        struct({ kind: "reveal", offset: bad }),
        request({ type: "readWindow", offset: bad, length: 1 }),
        request({ type: "readWindow", offset: 0, length: bad }),
        request({ type: "readLive", offset: bad, length: 1 }),
        request({ type: "readLive", offset: 0, length: bad }),
        request({ type: "overwrite", offset: bad, bytes: new ArrayBuffer(1), merge: false, label: "type" }),
        request({ type: "copy", ranges: [{ start: bad, end: 9 }], format: "hex", cut: false }),
        request({ type: "copy", ranges: [{ start: 0, end: bad }], format: "hex", cut: false }),
        request({ type: "paste", offset: bad, column: "hex", mode: "insert", ranges: [range] }),
        request({
          type: "replace",
          ranges: [range],
          offset: bad,
          bytes: new ArrayBuffer(1),
          merge: false,
          label: "type",
        }),
      ];
      for (const message of messages) {
        const parsed = parseToHost(message);
        assert.ok(!parsed.ok, `passed: ${typeof bad}`);
        assert.equal(parsed.id, 7);
        assert.ok(parsed.reason.length > 0);
      }
      assert.ok(!parseToHost(notice({ type: "selectionChanged", selection: { ...selection, focus: bad } })).ok);
      assert.deepEqual(pick(parseToHost({ kind: "request", id: bad, body: { type: "open" } })), {
        ok: false,
        id: null,
      });
    }
  });

  it("refuses colours of no bytes, of no hue and without end, and shares and sizes that are none", () => {
    const color = { start: 4, end: 8, hue: 5, outer: false, closed: true };
    const bad = [
      struct({ kind: "colors", ranges: [{ ...color, end: 4 }] }),
      struct({ kind: "colors", ranges: [{ ...color, hue: 6 }] }),
      struct({ kind: "colors", ranges: [{ ...color, outer: 1 }] }),
      struct({ kind: "colors", ranges: Array.from({ length: MAX_COLORS + 1 }, () => color) }),
      struct({ kind: "shareColumns", nameShare: 1 }),
      struct({ kind: "shareColumns", nameShare: NaN }),
      notice({ type: "settingChanged", panes: { ...panes, treeWidthPx: -1 } }),
      notice({ type: "settingChanged", panes: { treeWidthPx: 400 } }),
    ];
    for (const message of bad) assert.ok(!parseToHost(message).ok, JSON.stringify(message).slice(0, 80));
  });

  it("refuses questions of a find bar that make no sense", () => {
    const bad = [
      { kind: "start", query: { ...query, kind: "glob" }, from: 0, backward: false },
      { kind: "start", query: { ...query, text: "0".repeat(MAX_NEEDLE_TEXT + 1) }, from: 0, backward: false },
      { kind: "start", query: { ...query, within: { start: 4, end: 4 } }, from: 0, backward: false },
      { kind: "start", query: { ...query, matchCase: 1 }, from: 0, backward: false },
      { kind: "rows", from: 0, count: MAX_HIT_ROWS + 1 },
      { kind: "marks", start: 5, end: 5 },
      { kind: "list", to: "mail" },
      { kind: "burn" },
    ];
    for (const ask of bad) assert.ok(!parseToHost(find(ask)).ok, JSON.stringify(ask).slice(0, 60));
  });

  it("refuses windows that are empty, too large or no ArrayBuffer", () => {
    const overwrite = (bytes: unknown): unknown =>
      request({ type: "overwrite", offset: 0, bytes, merge: false, label: "type" });
    const bad = [
      new ArrayBuffer(0),
      new ArrayBuffer(MAX_WINDOW_BYTES + 1),
      new Uint8Array(4),
      [1, 2],
      "AA",
      null,
      { byteLength: 4 },
    ];
    for (const bytes of bad) assert.ok(!parseToHost(overwrite(bytes)).ok);
    for (const length of [0, MAX_WINDOW_BYTES + 1])
      assert.ok(!parseToHost(request({ type: "readWindow", offset: 0, length })).ok);
    const past = request({
      type: "overwrite",
      offset: 2 ** 53 - 1,
      bytes: new ArrayBuffer(2),
      merge: false,
      label: "type",
    });
    assert.ok(!parseToHost(past).ok);
  });

  it("DL-3: refuses ranges that are empty, out of order, touching, too many or no ranges", () => {
    const [a, b] = [range, { start: 6, end: 7 }];
    const many = Array.from({ length: MAX_RANGES + 1 }, (_, index) => ({ start: index * 2, end: index * 2 + 1 }));
    const lists: unknown[] = [
      [{ start: 3, end: 3 }],
      [b, a],
      [a, { start: 4, end: 6 }],
      [a, { start: 2, end: 9 }],
      many,
    ];
    lists.push([a, null], [a, 5], [,], { 0: a, length: 1 }, "ranges", null, undefined, [[1, 4]]); // prettier-ignore
    for (const ranges of lists) {
      const bytes = new ArrayBuffer(1);
      assert.ok(!parseToHost(request({ type: "copy", ranges, format: "hex", cut: true })).ok);
      assert.ok(!parseToHost(request({ type: "replace", ranges, offset: 0, bytes, merge: false, label: "type" })).ok);
      assert.ok(!parseToHost(request({ type: "paste", offset: 0, column: "hex", mode: "insert", ranges })).ok);
      if (ranges === undefined) continue;
      assert.ok(!parseToHost(notice({ type: "selectionChanged", selection: { ...selection, more: ranges } })).ok);
    }
    const replace = { type: "replace", ranges: [], offset: 0, merge: false, label: "type" };
    for (const bytes of [new ArrayBuffer(0), new ArrayBuffer(MAX_WINDOW_BYTES + 1), new Uint8Array(3), null]) {
      assert.ok(!parseToHost(request({ ...replace, bytes })).ok);
    }
    assert.ok(!parseToHost(request({ type: "copy", ranges: [a], format: "hex" })).ok);
  });

  it("refuses questions of the struct tree that are too long, too many, backwards or unknown", () => {
    for (const message of [
      struct({ kind: "row", path: "p".repeat(MAX_PATH + 1) }),
      struct({ kind: "row", path: 5 }),
      struct({ kind: "edit", path: "a", text: "x".repeat(MAX_FIELD_TEXT + 1), despite: false }),
      struct({ kind: "edit", path: "a", text: "1", despite: 1 }),
      struct({ kind: "children", path: "", from: 0, count: 0 }),
      struct({ kind: "children", path: "", from: 0, count: MAX_ROWS + 1 }),
      struct({ kind: "copy", path: "", what: "constructor" }),
      struct({ kind: "eval" }),
      struct(undefined),
      notice({ type: "struct", tell: { kind: "select", start: 8, end: 8 } }),
      notice({ type: "struct", tell: { kind: "select", start: -1, end: 8 } }),
      notice({ type: "struct", tell: { kind: "open" } }),
    ]) {
      assert.equal(parseToHost(message).ok, false);
    }
  });

  it("refuses unknown tags and the names of Object.prototype", () => {
    for (const tag of ["", "toString", "__proto__", "constructor", "hasOwnProperty", "Open", 1, null, undefined, {}]) {
      assert.ok(!parseToHost(request({ type: tag })).ok);
      assert.ok(!parseToHost(notice({ type: tag })).ok);
      assert.ok(!parseToHost({ kind: tag, id: 1 }).ok);
      assert.ok(!parseToHost(request({ type: "copy", ranges: [range], format: tag, cut: false })).ok);
      assert.ok(!parseToHost(request({ type: "paste", offset: 0, column: "hex", mode: tag, ranges: [] })).ok);
      assert.ok(!parseToHost(notice({ type: "modeChanged", mode: tag })).ok);
      assert.ok(!parseToHost(notice({ type: "troubleAction", action: tag })).ok);
      assert.ok(!parseToHost(notice({ type: "selectionChanged", selection: { ...selection, column: tag } })).ok);
    }
  });

  it("reads nothing that a prototype carries in", () => {
    const inherited: unknown = Object.create({ type: "readWindow", offset: 0, length: 16 });
    assert.ok(!parseToHost(request(inherited)).ok);
    assert.ok(!parseToHost(JSON.parse('{"__proto__":{"kind":"cancel","id":1}}')).ok);
    const polluted = JSON.parse(
      '{"kind":"request","id":1,"body":{"type":"open","__proto__":{"polluted":1}}}',
    ) as unknown;
    assert.ok(parseToHost(polluted).ok);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("survives getters that throw and objects without a prototype", () => {
    const trap = Object.defineProperty({}, "kind", { enumerable: true, get: () => assert.fail("as asked") });
    assert.deepEqual(pick(parseToHost(trap)), { ok: false, id: null });
    const bare = Object.assign(Object.create(null), { kind: "cancel", id: 3 }) as unknown;
    assert.ok(parseToHost(bare).ok);
  });

  it("never throws and never passes a message that is not the protocol's, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withTypedArray: true, withBigInt: true }), (value) => {
        assert.ok(!parseToHost(value).ok);
        assert.ok(!parseToHost(request(value)).ok);
        assert.ok(!parseToHost(notice(value)).ok);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("bytesPerRowOf", () => {
  it("takes 1 to 256 and fit, everything else is 16", () => {
    for (const good of [1, 16, 256, "fit"]) assert.equal(bytesPerRowOf(good), good);
    for (const bad of [0, 257, 1.5, NaN, "16", null, undefined]) assert.equal(bytesPerRowOf(bad), 16);
  });
});

describe("RequestServer", () => {
  const reply = { bytes: new ArrayBuffer(0), version: 1, unsaved: [], unreadable: [] };

  function server(readWindow: RequestHandlers["readWindow"]) {
    const sent: ToWebview[] = [];
    const unanswerable: string[] = [];
    const notices: unknown[] = [];
    const never = (): Promise<never> => Promise.reject(new Error("not in this test"));
    const it = new RequestServer({
      handlers: {
        open: never,
        readWindow,
        readLive: never,
        overwrite: never,
        replace: never,
        find: never,
        measure: never,
        copy: never,
        paste: never,
        pixels: never,
        struct: never,
        compare: never,
        sections: never,
      },
      onNotice: (body) => notices.push(body),
      send: (message) => sent.push(message),
      describe: (error) => ({ code: "internal", message: String(error) }),
      onUnanswerable: (reason) => unanswerable.push(reason),
    });
    return { it, sent, unanswerable, notices };
  }
  const read = (id: number): ToHost => ({ kind: "request", id, body: { type: "readWindow", offset: 0, length: 1 } });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("answers each request once, out of order where they end so", async () => {
    const ends: (() => void)[] = [];
    const { it: rpc, sent } = server(() => new Promise((resolve) => ends.push(() => resolve(reply))));
    rpc.accept(read(1));
    rpc.accept(read(2));
    ends[1]!();
    await settled();
    ends[0]!();
    await settled();
    assert.deepEqual(sent.map((message) => [message.kind, (message as { id: number }).id]), [["reply", 2], ["reply", 1]]); // prettier-ignore
  });

  it("turns a rejected, and a thrown, error into a failure", async () => {
    const { it: rpc, sent } = server(() => {
      throw new Error("disk");
    });
    rpc.accept(read(1));
    await settled();
    assert.deepEqual(sent, [{ kind: "failure", id: 1, code: "internal", message: "Error: disk" }]);
  });

  it("answers a malformed request with a failure and one without an id not at all", () => {
    const { it: rpc, sent, unanswerable } = server(() => Promise.resolve(reply));
    rpc.accept(request({ type: "readWindow", offset: NaN, length: 1 }, 4));
    rpc.accept({ kind: "request", id: "4" });
    rpc.accept("hello");
    assert.equal(sent.length, 1);
    assert.deepEqual([sent[0]!.kind, (sent[0] as { code: string }).code], ["failure", "malformed-message"]);
    assert.equal(unanswerable.length, 2);
  });

  it("ends a cancelled request at once, and drops its late answer", async () => {
    let end: (() => void) | undefined;
    let cancelled = false;
    const { it: rpc, sent } = server((_body, cancel) => {
      cancel.onCancel(() => (cancelled = true));
      return new Promise((resolve) => (end = () => resolve(reply)));
    });
    rpc.accept(read(1));
    rpc.accept({ kind: "cancel", id: 1 });
    assert.ok(cancelled);
    end!();
    await settled();
    rpc.accept({ kind: "cancel", id: 1 });
    rpc.accept({ kind: "cancel", id: 99 });
    assert.deepEqual(sent, [{ kind: "failure", id: 1, code: "cancelled", message: "cancelled" }]);
  });

  it("refuses a flood and says nothing after dispose", async () => {
    const { it: rpc, sent } = server(() => new Promise(() => undefined));
    for (let id = 0; id <= MAX_REQUESTS_UNDER_WAY; id++) rpc.accept(read(id));
    assert.deepEqual(
      sent.map((message) => (message as { code: string }).code),
      ["busy"],
    );
    rpc.dispose();
    rpc.accept(read(9999));
    await settled();
    assert.equal(sent.length, 1);
  });
});

function pick(parsed: ReturnType<typeof parseToHost>): { ok: boolean; id: number | null } {
  return { ok: parsed.ok, id: parsed.ok ? 0 : parsed.id };
}
