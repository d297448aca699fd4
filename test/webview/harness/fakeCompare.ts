// Two sides to compare, inside the page: the left one is the pattern, the right one the same after an overwrite, an insertion and a
// deletion. Answers as the host does and tells the differences in two batches.
import type { CompareNews, CompareQuestion, CompareStatus } from "../../../shared/compareProtocol";
import type { HostReply } from "../../../shared/protocol";
import { patternByte } from "./pattern";

const SIZE = 4096;
/** Start and end on the left, then on the right. */
export const DIFFERENCES = [
  [0x23, 0x2a, 0x23, 0x2a],
  [0x80, 0x80, 0x80, 0x84],
  [0x100, 0x120, 0x104, 0x104],
  [0xc00, 0xc10, 0xbe4, 0xbf4],
] as const;

export class FakeCompare {
  readonly asked: CompareQuestion[] = [];
  /** Not all of it has been compared. */
  running = false;
  readonly #left: number[];
  readonly #right: number[];

  constructor(private readonly tell: (news: CompareNews) => void) {
    this.#left = Array.from({ length: SIZE }, (_, offset) => patternByte(offset));
    this.#right = [...this.#left];
    for (const [start, end, newStart, newEnd] of [...DIFFERENCES].reverse()) {
      this.#right.splice(start, end - start, ...Array.from({ length: newEnd - newStart }, (_, i) => 0xf0 + (i % 16)));
    }
  }

  answer(ask: CompareQuestion): HostReply["compare"] {
    this.asked.push(ask);
    switch (ask.kind) {
      case "open": {
        const fours = DIFFERENCES.flat();
        setTimeout(() => {
          this.tell({ kind: "differences", run: 1, from: 0, fours: fours.slice(0, 8) });
          this.tell({ kind: "differences", run: 1, from: 2, fours: fours.slice(8) });
          this.tell({ kind: "status", status: this.status() });
        });
        const side = (bytes: readonly number[]) => ({
          size: bytes.length,
          version: 1,
          range: { start: 0, end: bytes.length },
        });
        return {
          left: { name: "old.bin", detail: "on disk", fixedReason: "This is the file on disk.", ...side(this.#left) },
          right: { name: "new.bin", detail: "unsaved", ...side(this.#right) },
          bytesPerRow: 16,
        };
      }
      case "read": {
        const bytes = (ask.side === "left" ? this.#left : this.#right).slice(ask.offset, ask.offset + ask.length);
        return { bytes: Uint8Array.from(bytes).buffer, version: 1, unsaved: [], unreadable: [] };
      }
      case "apply":
      case "again":
      case "stop":
        return { done: true };
      default:
        return ask satisfies never;
    }
  }

  status(): CompareStatus {
    const { running } = this;
    const numbers = { run: 1, done: 3, total: 4, count: DIFFERENCES.length, unreadableBytes: 0 };
    return { ...numbers, running, truncated: false, stopped: false, stale: false };
  }
}
