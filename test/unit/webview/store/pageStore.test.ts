import assert from "node:assert/strict";
import type { FreshWindow, WindowReply } from "../../../../shared/protocol";
import { NOT_LOADED, NOT_READABLE, PageStore } from "../../../../webview/src/store/pageStore";

interface Sent {
  readonly offset: number;
  readonly length: number;
  cancelled: boolean;
  readonly resolve: (reply: WindowReply) => void;
  readonly reject: (error: unknown) => void;
}

const KIB = 1024;
const NEVER: readonly number[] = [];

class Bench {
  readonly sent: Sent[] = [];
  changes = 0;
  nowMs = 0;
  readonly store: PageStore;

  constructor(size: number) {
    this.store = new PageStore({
      readWindow: (offset, length) => {
        let resolve: Sent["resolve"] = () => undefined;
        let reject: Sent["reject"] = () => undefined;
        const reply = new Promise<WindowReply>((accept, refuse) => {
          resolve = accept;
          reject = refuse;
        });
        const sent: Sent = { offset, length, cancelled: false, resolve, reject };
        this.sent.push(sent);
        return { reply, cancel: () => (sent.cancelled = true) };
      },
      changed: () => (this.changes += 1),
      failed: (error) => (error === "cancelled" ? undefined : { message: String(error) }),
      now: () => this.nowMs,
    });
    this.store.reset(size, 1);
  }

  get open(): Sent[] {
    return this.sent.filter((sent) => !sent.cancelled);
  }

  values(offset: number, length: number): number[] {
    const values = new Int16Array(length);
    this.store.read(offset, length, values, new Uint8Array(length));
    return [...values];
  }

  marks(offset: number, length: number): number[] {
    const marks = new Uint8Array(length);
    this.store.read(offset, length, new Int16Array(length), marks);
    return [...marks];
  }

  async answer(
    sent: Sent | undefined,
    byte: number,
    version: number,
    unreadable = NEVER,
    unsaved = NEVER,
  ): Promise<void> {
    assert.ok(sent);
    const length = Math.min(sent.length, this.store.size - sent.offset);
    sent.resolve({ bytes: new Uint8Array(length).fill(byte).buffer, version, unreadable, unsaved });
    await Promise.resolve();
    await Promise.resolve();
  }
}

const fresh = (offset: number, bytes: number[], version: number): FreshWindow => ({
  offset,
  bytes: Uint8Array.from(bytes).buffer,
  version,
  unsaved: [offset, offset + bytes.length],
  unreadable: [],
});

describe("PageStore", () => {
  it("asks after a jump for what is in view alone, and for what is around it once that is here", async () => {
    const bench = new Bench(1024 * KIB);
    bench.store.want(500 * KIB, 500 * KIB + 600, 0);
    assert.deepEqual(
      bench.sent.map(({ offset, length }) => [offset, length]),
      [[500 * KIB, 4 * KIB]],
    );
    await bench.answer(bench.sent[0], 7, 1);
    bench.store.want(500 * KIB, 500 * KIB + 600, 0);
    assert.deepEqual(
      bench.sent.slice(1).map(({ offset, length }) => [offset, length]),
      [
        [504 * KIB, 8 * KIB],
        [492 * KIB, 8 * KIB],
      ],
    );
  });

  it("joins the pages in view into one read and reads ahead where one scrolls", () => {
    const bench = new Bench(2 ** 43);
    bench.store.want(10_000, 20_000, 1);
    assert.deepEqual(
      bench.sent.map(({ offset, length }) => [offset, length]),
      [
        [8 * KIB, 12 * KIB],
        [20 * KIB, 64 * KIB],
        [0, 8 * KIB],
      ],
    );
    bench.store.want(10_000, 20_000, 1);
    assert.equal(bench.sent.length, 3, "what is on its way is not asked for again");
  });

  it("reads pages at the very end of 2^53 - 1 bytes, and no further", async () => {
    const size = Number.MAX_SAFE_INTEGER;
    const bench = new Bench(size);
    bench.store.want(size - 100, size, 1);
    const last = bench.sent.find((sent) => sent.offset + sent.length === size);
    await bench.answer(last, 7, 1);
    assert.deepEqual(bench.values(size - 3, 3), [7, 7, 7]);
    assert.ok(bench.sent.every((sent) => BigInt(sent.offset) + BigInt(sent.length) <= BigInt(size)));
  });

  it("cancels what one has scrolled away from", () => {
    const bench = new Bench(2 ** 43);
    bench.store.want(0, 4096, 0);
    bench.store.want(2 ** 42, 2 ** 42 + 4096, 0);
    assert.ok(bench.sent.filter((sent) => sent.offset < 2 ** 42 - 64 * KIB).every((sent) => sent.cancelled));
    assert.ok(bench.open.length > 0);
  });

  it("DL-11: shows nothing for a byte that has not come, also across a page's end", async () => {
    const bench = new Bench(64 * KIB);
    bench.store.want(0, 4096, 0);
    await bench.answer(bench.sent[0], 5, 1);
    assert.deepEqual(bench.values(4094, 4), [5, 5, NOT_LOADED, NOT_LOADED]);
  });

  it("drops a reply that is older than a change of its page", async () => {
    const bench = new Bench(4096);
    bench.store.want(0, 4096, 0);
    bench.store.change(4096, 2, [10, 1, 1], []);
    await bench.answer(bench.sent[0], 1, 1);
    assert.equal(bench.values(0, 1)[0], NOT_LOADED);
    bench.store.want(0, 4096, 0);
    await bench.answer(bench.sent[1], 2, 2);
    assert.equal(bench.values(0, 1)[0], 2);
  });

  it("keeps pages that a change did not touch, and forgets all behind a change of length", async () => {
    const bench = new Bench(16 * KIB);
    bench.store.want(0, 16 * KIB, 0);
    await bench.answer(bench.sent[0], 9, 1);
    bench.store.change(16 * KIB, 2, [5000, 2, 2], []);
    assert.deepEqual(
      [0, 4096, 8192, 12288].map((at) => bench.values(at, 1)[0]),
      [9, NOT_LOADED, 9, 9],
    );
    bench.store.change(12 * KIB, 3, [9000, 4096, 0], []);
    assert.deepEqual(
      [0, 8192].map((at) => bench.values(at, 1)[0]),
      [9, NOT_LOADED],
    );
  });

  it("takes fresh bytes at once, marked, without blanking anything", async () => {
    const bench = new Bench(8 * KIB);
    bench.store.want(0, 8 * KIB, 0);
    await bench.answer(bench.sent[0], 1, 1);
    bench.store.change(8 * KIB, 2, [4095, 2, 2], [fresh(4095, [0xaa, 0xbb], 2)]);
    assert.deepEqual(bench.values(4094, 4), [1, 0xaa, 0xbb, 1]);
    assert.deepEqual(bench.marks(4094, 4), [0, 1, 1, 0]);
  });

  it("does not lay older fresh bytes over a newer page", async () => {
    const bench = new Bench(4096);
    bench.store.want(0, 4096, 0);
    await bench.answer(bench.sent[0], 3, 5);
    bench.store.change(4096, 4, [0, 1, 1], [fresh(0, [1], 4)]);
    assert.equal(bench.values(0, 1)[0], 3);
  });

  it("shows typed bytes until the document holds them, and the old ones when they are refused", async () => {
    const bench = new Bench(4096);
    bench.store.want(0, 4096, 0);
    await bench.answer(bench.sent[0], 1, 1);
    const kept = bench.store.pending.add(7, Uint8Array.of(0x77));
    const refused = bench.store.pending.add(8, Uint8Array.of(0x88));
    assert.deepEqual(bench.values(6, 4), [1, 0x77, 0x88, 1]);
    bench.store.pending.refuse(refused);
    assert.deepEqual(bench.values(6, 4), [1, 0x77, 1, 1]);
    bench.store.pending.answer(kept, 2, bench.store.version);
    assert.equal(bench.values(7, 1)[0], 0x77, "answered, but the pages do not hold it yet");
    bench.store.change(4096, 2, [7, 1, 1], [fresh(7, [0x77], 2)]);
    bench.store.change(4096, 3, [7, 1, 1], [fresh(7, [1], 3)]);
    assert.equal(bench.values(7, 1)[0], 1, "undone: nothing is left over");
  });

  it("marks what cannot be read, and tries a failed window again only later", async () => {
    const bench = new Bench(8 * KIB);
    bench.store.want(0, 4096, 0);
    await bench.answer(bench.sent[0], 1, 1, [10, 12]);
    assert.deepEqual(bench.values(9, 4), [1, NOT_READABLE, NOT_READABLE, 1]);
    const failing = new Bench(4096);
    failing.store.want(0, 4096, 0);
    failing.sent[0]?.reject("EIO");
    await Promise.resolve();
    await Promise.resolve();
    assert.equal(failing.values(0, 1)[0], NOT_READABLE);
    assert.equal(failing.store.failureAt(0), "EIO");
    failing.store.want(0, 4096, 0);
    assert.equal(failing.sent.length, 1);
    failing.nowMs = 2001;
    failing.store.want(0, 4096, 0);
    assert.equal(failing.sent.length, 2);
  });

  it("keeps its memory bounded, the pages in view last to go", async () => {
    const bench = new Bench(2 ** 43);
    for (let step = 0; step < 300; step++) {
      bench.store.want(step * 64 * KIB, step * 64 * KIB + 32 * KIB, 1);
      for (const sent of bench.open.filter(({ offset }) => offset >= step * 64 * KIB))
        await bench.answer(sent, step % 256, 1);
    }
    let held = 0;
    for (let page = 0; page < 300 * 16; page++) if (bench.values(page * 4096, 1)[0] !== NOT_LOADED) held += 1;
    assert.ok(held <= 1024, `${held} pages`);
    assert.notEqual(bench.values(299 * 64 * KIB, 1)[0], NOT_LOADED);
  });

  it("never shows a byte of an older version than the last notice, whatever the order of replies", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      let state = seed;
      const random = (below: number): number => {
        state = Math.imul(state, 1664525) + 1013904223;
        return (state >>> 8) % below;
      };
      const size = 3 * 4096;
      const bench = new Bench(size);
      const truth = new Uint8Array(size);
      let version = 1;
      const snapshots: { sent: Sent; bytes: Uint8Array; version: number }[] = [];
      let seen = 0;
      for (let step = 0; step < 100; step++) {
        const at = random(size - 8);
        if (random(3) === 0) {
          version += 1;
          const bytes = Array.from({ length: 1 + random(8) }, () => version % 256);
          truth.set(bytes, at);
          bench.store.change(
            size,
            version,
            [at, bytes.length, bytes.length],
            random(2) === 0 ? [fresh(at, bytes, version)] : [],
          );
        }
        bench.store.want(Math.min(at, size - 4096), Math.min(at, size - 4096) + 4096, random(2) === 0 ? 1 : -1);
        for (; seen < bench.sent.length; seen++) {
          const sent = bench.sent[seen];
          // The host may read at any time after it was asked.
          if (sent) snapshots.push({ sent, bytes: truth.slice(sent.offset, sent.offset + sent.length), version });
        }
        while (snapshots.length > 0 && random(2) === 0) {
          const [taken] = snapshots.splice(random(snapshots.length), 1);
          taken?.sent.resolve({
            bytes: taken.bytes.buffer as ArrayBuffer,
            version: taken.version,
            unsaved: [],
            unreadable: [],
          });
          await Promise.resolve();
          await Promise.resolve();
        }
        const shown = bench.values(0, size);
        const wrong = shown.findIndex((value, offset) => value !== NOT_LOADED && value !== truth[offset]);
        assert.equal(wrong, -1, `seed ${seed}, step ${step}: byte ${wrong} shows ${shown[wrong]}, is ${truth[wrong]}`);
      }
    }
  });
});
