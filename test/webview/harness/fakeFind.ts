// The host's side of the find bar over the fake host's bytes: searches byte by byte, tells the same news. Small documents only.
import type { ByteRange } from "../../../shared/byteRange";
import {
  MARK_BUCKETS,
  type FindAnswer,
  type FindNews,
  type FindQuery,
  type FindQuestion,
  type FindStatus,
} from "../../../shared/findProtocol";

export interface FakeBytes {
  size(): number;
  byte(offset: number): number;
  write(offset: number, bytes: readonly number[]): void;
  version(): number;
  tell(news: FindNews): void;
}

export class FakeFind {
  readonly asked: FindQuestion[] = [];
  /** Hits are told of this much, as if the search were still under way. */
  held: Partial<FindStatus> = {};
  #needle: readonly (readonly [value: number, mask: number])[] = [];
  #hits: ByteRange[] = [];
  #history: FindQuery[] = [];
  #list = 0;

  constructor(private readonly bytes: FakeBytes) {}

  answer(ask: FindQuestion): FindAnswer[FindQuestion["kind"]] {
    this.asked.push(ask);
    switch (ask.kind) {
      case "start": {
        const wrong = ask.query.kind === "hex" ? /[^0-9a-f?\s]/i.exec(ask.query.text) : null;
        if (wrong !== null) {
          return { problem: { message: `“${wrong[0]}” is no hex digit; a wildcard is ?`, at: wrong.index, length: 1 } };
        }
        this.#needle = needle(ask.query);
        this.#search(ask.query.within);
        return this.#go(ask.from, ask.backward);
      }
      case "step":
        return this.#go(ask.from, ask.backward);
      case "marks": {
        const inView = this.#hits.filter(({ start, end }) => end > ask.start && start < ask.end);
        return { ranges: inView.flatMap(({ start, end }) => [start, end]), version: 1 };
      }
      case "rows":
        return {
          from: ask.from,
          rows: this.#hits.slice(ask.from, ask.from + ask.count).map((hit) => {
            const contextStart = Math.max(0, hit.start - 4);
            const length = Math.min(16, this.bytes.size() - contextStart);
            return {
              hit,
              contextStart,
              context: Array.from({ length }, (_, at) => this.bytes.byte(contextStart + at)),
            };
          }),
        };
      case "replace":
        this.bytes.write(
          ask.hit.start,
          needle({ kind: "hex", text: ask.text }).map(([value]) => value),
        );
        this.#search(undefined);
        return { replaced: true, end: ask.hit.end };
      case "replaceAll": {
        const count = this.#hits.length;
        for (const { start } of this.#hits)
          this.bytes.write(
            start,
            needle({ kind: "hex", text: ask.text }).map(([value]) => value),
          );
        this.#search(undefined);
        return { count, version: this.bytes.version() };
      }
      case "history":
        if (ask.used !== undefined) this.#history.unshift(ask.used);
        return { queries: this.#history };
      case "list":
        return { count: this.#hits.length };
      case "stop":
      case "refresh":
      case "close":
        return {};
      default:
        return ask satisfies never;
    }
  }

  tell(status: Partial<FindStatus> = {}): void {
    const size = this.bytes.size();
    const buckets = new Set(this.#hits.map(({ start }) => Math.floor((start / size) * MARK_BUCKETS)));
    this.bytes.tell({
      kind: "status",
      status: {
        list: this.#list,
        count: this.#hits.length,
        truncated: false,
        stopped: false,
        searching: false,
        done: size,
        total: size,
        stale: false,
        unreadableBytes: 0,
        marks: [...buckets],
        ...this.held,
        ...status,
      },
    });
  }

  #go(from: number, backward: boolean): FindAnswer["step"] {
    return backward
      ? this.#step(
          this.#hits.findLast(({ start }) => start < from),
          this.#hits.at(-1),
        )
      : this.#step(
          this.#hits.find(({ start }) => start >= from),
          this.#hits[0],
        );
  }

  #step(found: ByteRange | undefined, around: ByteRange | undefined): FindAnswer["step"] {
    const hit = found ?? around;
    setTimeout(() => this.tell(hit === undefined ? {} : { index: this.#hits.indexOf(hit) }), 0);
    return { wrapped: found === undefined, ...(hit === undefined ? {} : { hit }) };
  }

  #search(within: ByteRange | undefined): void {
    this.#hits = [];
    this.#list++;
    const end = within?.end ?? this.bytes.size();
    for (let start = within?.start ?? 0; start + this.#needle.length <= end; start++) {
      if (
        this.#needle.every(([value, mask], at) => maskOf(this.bytes.byte(start + at), mask) === maskOf(value, mask))
      ) {
        this.#hits.push({ start, end: start + this.#needle.length });
      }
    }
  }
}

function maskOf(byte: number, mask: number): number {
  return byte & mask;
}

function needle({ kind, text }: Pick<FindQuery, "kind" | "text">): (readonly [number, number])[] {
  if (kind === "text") return [...text].map((character) => [character.charCodeAt(0), 0xff] as const);
  const digits = text.replace(/\s/g, "");
  return Array.from({ length: digits.length / 2 }, (_, at) => {
    const pair = digits.slice(2 * at, 2 * at + 2);
    return [
      Number.parseInt(pair.replaceAll("?", "0"), 16),
      Number.parseInt(pair.replace(/[^?]/g, "F").replaceAll("?", "0"), 16),
    ] as const;
  });
}
