// What every ByteSource must do. Run by byteSource.test.ts on each implementation.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ByteSource } from "../../../extension/src/engine/byteSource";
import { EngineError } from "../../../extension/src/engine/engineError";
import { patternBytes } from "./files";

export interface OpenedSource {
  readonly source: ByteSource;
  close(): void;
}

export type SourceMaker = (content: Uint8Array) => OpenedSource;

export function describeByteSource(name: string, make: SourceMaker): void {
  describe(`${name} as a ByteSource`, () => {
    const content = patternBytes(3 * 4096 + 17);

    async function withSource(
      bytes: Uint8Array,
      test: (source: ByteSource, close: () => void) => unknown,
    ): Promise<void> {
      const opened = make(bytes);
      try {
        await test(opened.source, () => opened.close());
      } finally {
        opened.close();
      }
    }

    it("gives the same bytes on the calling thread and off it, as one slice of the content", () =>
      withSource(content, async (source) => {
        assert.equal(source.size, content.length);
        await fc.assert(
          fc.asyncProperty(fc.nat(content.length), fc.nat(content.length + 100), async (offset, length) => {
            const wanted = Buffer.from(content.subarray(offset, offset + length));
            const window = await source.read(offset, length);
            assert.ok(wanted.equals(new Uint8Array(window.bytes)));
            assert.ok(wanted.equals(new Uint8Array(source.readSync(offset, length).bytes)));
            assert.deepEqual([window.unsaved, window.unreadable, window.version], [[], [], source.version]);
          }),
          { numRuns: 100 },
        );
      }));

    it("gives memory of its own, which can be transferred away", () =>
      withSource(content, async (source) => {
        const { bytes } = await source.read(10, 20);
        assert.ok(bytes instanceof ArrayBuffer);
        assert.equal(bytes.byteLength, 20);
        structuredClone(bytes, { transfer: [bytes] });
        assert.deepEqual(new Uint8Array((await source.read(10, 20)).bytes), content.slice(10, 30));
      }));

    it("reads nothing at the end and from an empty source", () =>
      withSource(content, async (source) => {
        assert.equal((await source.read(content.length, 16)).bytes.byteLength, 0);
        assert.equal((await source.read(5, 0)).bytes.byteLength, 0);
        await withSource(new Uint8Array(0), async (empty) => {
          assert.equal(empty.size, 0);
          assert.equal((await empty.read(0, 16)).bytes.byteLength, 0);
          assert.equal(empty.readSync(0, 16).bytes.byteLength, 0);
        });
      }));

    const nonsense: readonly (readonly [string, unknown, unknown, string])[] = [
      ["an offset past the end", content.length + 1, 1, "out-of-range"],
      ["offset 2^53 - 1", Number.MAX_SAFE_INTEGER, 1, "out-of-range"],
      ["offset 2^53", 2 ** 53, 1, "out-of-range"],
      ["offset 2^64", 2 ** 64, 1, "out-of-range"],
      ["offset -1", -1, 1, "out-of-range"],
      ["offset Infinity", Infinity, 1, "out-of-range"],
      ["offset NaN", NaN, 1, "invalid-argument"],
      ["offset 0.5", 0.5, 1, "invalid-argument"],
      ['offset "1"', "1", 1, "invalid-argument"],
      ["offset 1n", 1n, 1, "invalid-argument"],
      ["no offset", undefined, 1, "invalid-argument"],
      ["length NaN", 0, NaN, "invalid-argument"],
      ["length -1", 0, -1, "out-of-range"],
      ["length 1.5", 0, 1.5, "invalid-argument"],
      ["length 2^53", 0, 2 ** 53, "out-of-range"],
      ["length null", 0, null, "invalid-argument"],
      ["more than 64 MiB", 0, 64 * 1024 * 1024 + 1, "too-large"],
    ];
    for (const [what, offset, length, code] of nonsense) {
      it(`refuses ${what}: ${code}`, () =>
        withSource(content, async (source) => {
          const refused = { name: "EngineError", code };
          await assert.rejects(source.read(offset as number, length as number), refused);
          assert.throws(() => source.readSync(offset as number, length as number), refused);
          assert.deepEqual(new Uint8Array((await source.read(0, 4)).bytes), content.slice(0, 4));
        }));
    }

    it("refuses to read after close", () =>
      withSource(content, async (source, close) => {
        close();
        await assert.rejects(source.read(0, 1), { name: "EngineError", code: "closed" });
        assert.throws(
          () => source.readSync(0, 1),
          (error) => error instanceof EngineError && error.code === "closed",
        );
      }));

    it("finishes reads that were running when it was closed", () =>
      withSource(content, async (source, close) => {
        const running = Array.from({ length: 20 }, (_, i) => source.read(i, 4096));
        close();
        for (const [i, outcome] of (await Promise.allSettled(running)).entries()) {
          if (outcome.status === "fulfilled") {
            assert.deepEqual(new Uint8Array(outcome.value.bytes), content.slice(i, i + 4096));
          } else assert.equal((outcome.reason as EngineError).code, "closed");
        }
      }));
  });
}
