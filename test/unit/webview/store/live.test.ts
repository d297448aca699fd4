import assert from "node:assert/strict";
import type { FreshWindow, WindowReply } from "../../../../shared/protocol";
import { MAX_WINDOW_BYTES, PAGE_BYTES } from "../../../../shared/protocol";
import { LiveFollower } from "../../../../webview/src/store/liveFollower";
import { HEAT_MS, LiveHeat, MARK_HOT, MARK_HOT_AGAIN } from "../../../../webview/src/store/liveHeat";
import { PageStore } from "../../../../webview/src/store/pageStore";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const replyOf = (bytes: Uint8Array, version = 1): WindowReply => ({
  bytes: bytes.slice().buffer,
  version,
  unsaved: [],
  unreadable: [],
});

describe("LiveFollower", () => {
  function follower() {
    const asked: { offset: number; length: number; resolve: (reply: WindowReply) => void; reject: () => void }[] = [];
    const arrived: FreshWindow[] = [];
    const state = { nowMs: 0, failures: 0, cancelled: 0 };
    const it = new LiveFollower({
      readLive: (offset, length) => ({
        reply: new Promise<WindowReply>((resolve, reject) => {
          asked.push({ offset, length, resolve, reject: () => reject(new Error("gone")) });
        }),
        cancel: () => (state.cancelled += 1),
      }),
      arrived: (window) => arrived.push(window),
      failed: () => (state.failures += 1),
      now: () => state.nowMs,
    });
    return { it, asked, arrived, state };
  }

  it("has one question under way, about the whole pages in view", async () => {
    const { it, asked, arrived } = follower();
    for (let frame = 0; frame < 5; frame++) it.follow(5000, 9000, 1_000_000);
    assert.deepEqual(
      asked.map(({ offset, length }) => [offset, length]),
      [[4096, 8192]],
    );
    asked[0]?.resolve(replyOf(new Uint8Array(8192)));
    await settled();
    assert.equal(arrived[0]?.offset, 4096);
    it.follow(5000, 9000, 1_000_000);
    assert.equal(asked.length, 2);
  });

  it("asks for no more than a message may carry, nothing behind the end, and nothing of an empty file", () => {
    const far = 2 ** 43 - 100;
    for (const [start, end, size, expected] of [
      [0, 10 * MAX_WINDOW_BYTES, 2 ** 43, [0, MAX_WINDOW_BYTES]],
      [far, far + 4000, 2 ** 43, [2 ** 43 - PAGE_BYTES, PAGE_BYTES]],
      [0, 4000, 10, [0, 10]],
      [0, 4000, 0, undefined],
      [8192, 12_000, 100, undefined],
    ] as const) {
      const { it, asked } = follower();
      it.follow(start, end, size);
      assert.deepEqual(asked[0] && [asked[0].offset, asked[0].length], expected);
    }
  });

  it("waits after a failure, and forgets a question when live mode ends", async () => {
    const { it, asked, arrived, state } = follower();
    it.follow(0, 100, 100);
    asked[0]?.reject();
    await settled();
    assert.equal(state.failures, 1);
    it.follow(0, 100, 100);
    assert.equal(asked.length, 1);
    state.nowMs = 10_000;
    it.follow(0, 100, 100);
    assert.equal(asked.length, 2);
    it.stop();
    assert.equal(state.cancelled, 1);
    asked[1]?.resolve(replyOf(new Uint8Array(100)));
    await settled();
    assert.deepEqual(arrived, []);
  });
});

describe("live bytes in the page store", () => {
  const noCall = { reply: new Promise<WindowReply>(() => undefined), cancel: () => undefined };
  const state = { nowMs: 0 };
  const make = (size: number): PageStore => {
    state.nowMs = 0;
    const store = new PageStore({
      readWindow: () => noCall,
      changed: () => undefined,
      failed: () => undefined,
      now: () => state.nowMs,
    });
    store.reset(size, 1);
    return store;
  };
  const marksOf = (store: PageStore, offset: number, length: number): number[] => {
    const marks = new Uint8Array(length);
    store.read(offset, length, new Int16Array(length), marks);
    return [...marks];
  };
  const valuesOf = (store: PageStore, offset: number, length: number): number[] => {
    const values = new Int16Array(length);
    store.read(offset, length, values, new Uint8Array(length));
    return [...values];
  };

  it("shows them, and marks what differs until it has faded; a change while it fades begins anew", () => {
    const store = make(100);
    const bytes = new Uint8Array(100);
    store.live({ offset: 0, ...replyOf(bytes) });
    assert.deepEqual(marksOf(store, 8, 4), [0, 0, 0, 0]);
    bytes[9] = 7;
    store.live({ offset: 0, ...replyOf(bytes) });
    assert.deepEqual(valuesOf(store, 8, 4), [0, 7, 0, 0]);
    assert.deepEqual(marksOf(store, 8, 4), [0, MARK_HOT, 0, 0]);
    state.nowMs = HEAT_MS - 1;
    bytes[9] = 8;
    store.live({ offset: 0, ...replyOf(bytes) });
    state.nowMs = HEAT_MS + 1;
    store.live({ offset: 0, ...replyOf(bytes) });
    assert.deepEqual(marksOf(store, 8, 4), [0, MARK_HOT_AGAIN, 0, 0]);
    state.nowMs = 2 * HEAT_MS;
    assert.deepEqual(marksOf(store, 8, 4), [0, 0, 0, 0]);
  });

  it("never shows an older version in the place of a newer one, nor half a page", () => {
    const store = make(2 * PAGE_BYTES);
    const ones = new Uint8Array(2 * PAGE_BYTES).fill(1);
    store.live({ offset: 0, ...replyOf(ones, 5) });
    store.live({ offset: 0, ...replyOf(new Uint8Array(2 * PAGE_BYTES), 4) });
    store.live({ offset: 0, ...replyOf(new Uint8Array(PAGE_BYTES / 2), 6) });
    assert.deepEqual(valuesOf(store, 0, 2), [1, 1]);
    assert.deepEqual(valuesOf(store, PAGE_BYTES, 1), [1]);
  });

  it("keeps few marks, however much changes", () => {
    const heat = new LiveHeat();
    for (let offset = 0; offset < 20_000; offset++) heat.note(offset, offset < 19_000 ? 0 : HEAT_MS);
    const marks = new Uint8Array(20_000);
    heat.overlay(0, marks.length, marks, HEAT_MS);
    assert.equal(marks.filter((mark) => mark !== 0).length, 1000);
  });
});
