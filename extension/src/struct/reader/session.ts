// One template over one source: the root, the budget, what is kept between questions. Starts over when the source changes.
// One thread; all work happens inside of ask().
import type { ByteSource, DocumentChanges } from "../../engine/byteSource";
import { asStructError, SourceChanged, StructError } from "../errors";
import { noEnvironment } from "../expression/evaluate";
import { compileInRoot } from "../ksy/resolve";
import type { Template } from "../ksy/model";
import { Budget, defaultLimits, type Limits } from "../limits";
import { PagedBacking } from "./backing";
import { KeptIndexes } from "./keptIndexes";
import type { LazyArray } from "./lazyArray";
import type { LazyNode } from "./lazyNode";
import { LazyStruct } from "./lazyStruct";
import { Stream } from "./stream";
import type { Value } from "./values";

const maxRestarts = 5;

export class Session {
  readonly budget: Budget;
  #root: LazyStruct | undefined;
  #version = -1;
  /** What processes made, oldest first. */
  readonly #decoded = new Map<LazyNode, number>();
  #decodedBytes = 0;
  /** The outermost array that was passing over elements when something was thrown. */
  scanning: LazyArray | undefined;
  readonly indexes = new KeptIndexes();
  /** By all arrays so far: whether an interrupted question is getting on. */
  passedBytes = 0;

  constructor(
    readonly template: Template,
    private readonly source: ByteSource,
    limits: Limits = defaultLimits,
  ) {
    this.budget = new Budget(limits);
  }

  /** Of the source, that what was answered last belongs to. */
  get version(): number {
    return this.#version;
  }

  /** The root of the source as it is now. What came of an earlier version must not be used with it. */
  get root(): LazyStruct {
    if (this.#root === undefined || this.source.version !== this.#version) {
      this.indexes.retire(this.#version);
      this.#version = this.source.version;
      this.#decoded.clear();
      this.#decodedBytes = 0;
      const stream = new Stream(new PagedBacking(this.source, this.budget), 0, this.source.size, undefined);
      const root = new LazyStruct(this, this.template.root, stream, 0, undefined, undefined);
      stream.finalPosition = () => root.endOrFailure();
      this.#root = root;
    }
    return this.#root;
  }

  /** What has changed since a version, up to the one that is being read. @returns undefined when nobody knows */
  changesSince(version: number): DocumentChanges | undefined {
    const changes = this.source.changesSince?.(version);
    if (changes !== undefined && changes.version !== this.#version) throw new SourceChanged();
    return changes;
  }

  /** Runs `question` on the root, again when the source changes meanwhile. @throws StructError */
  ask<T>(question: (root: LazyStruct) => T): T {
    for (let attempt = 0; attempt < maxRestarts; attempt += 1) {
      try {
        return question(this.root);
      } catch (thrown) {
        if (thrown instanceof SourceChanged) this.#root = undefined;
        else throw asStructError(thrown);
      }
    }
    throw new StructError("ReadError", "the file kept changing while it was read");
  }

  /** The value of an expression, as a value instance of the root type would have it. @throws StructError */
  evaluate(expression: string): Value {
    const formula = compileInRoot(this.template, expression);
    return this.ask((root) => formula.evaluate(root, noEnvironment));
  }

  keepDecoded(node: LazyNode, bytes: number): void {
    this.#decoded.set(node, bytes);
    this.#decodedBytes += bytes;
    for (const [oldest, size] of this.#decoded) {
      if (this.#decodedBytes <= this.budget.limits.maxValueBytes || oldest === node) break;
      this.#decoded.delete(oldest);
      this.#decodedBytes -= size;
      oldest.forget();
    }
  }
}
