// The interpreter as a thread runs it: answers questions in slices of time, so that others are heard in between, counts long
// arrays in the background, and gives up what does not get on. Knows no thread and no document: one source, one send().
import type { ByteSource } from "../../engine/byteSource";
import type { StructProgress } from "../../../../shared/structTree";
import { asStructError, limit, StructError, TemplateError } from "../errors";
import { defaultLimits, type Limits } from "../limits";
import type { LazyArray } from "../reader/lazyArray";
import { Session } from "../reader/session";
import type { TemplateFiles } from "../structService";
import { StructTree } from "../tree/structTree";
import { loadTemplateFiles } from "./loadTemplateFiles";
import type { Answers, FromInterpreter, Question } from "./messages";

const sliceMs = 10;
/** What a question may have to wait for. */
const backgroundSliceMs = 4;
/** A slice that got nowhere is doubled up to here; then the work is given up. */
const longestSliceMs = 1500;
/** Nobody waits for it: a file that takes longer to count is counted no further. */
const backgroundMs = 300_000;
const progressEveryMs = 100;
const maxBackground = 16;
/** Exports run in a thread of their own, at one go. */
const jsonMs = 60_000;

export const workerLimits: Limits = { ...defaultLimits, timeoutMs: jsonMs, maxValueBytes: 32 * 1024 * 1024 };

class Cancelled extends Error {}

interface Flag {
  cancelled: boolean;
}

export class Interpreter {
  #tree: StructTree | undefined;
  #waiting = 0;
  readonly #flags = new Map<number, Flag>();
  readonly #background = new Map<string, Flag>();
  /** Arrays that someone has stopped. */
  readonly #stopped = new Set<string>();
  #lastAlive = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly send: (message: FromInterpreter) => void,
    private readonly limits: Limits = workerLimits,
  ) {}

  async ask(id: number, question: Question): Promise<void> {
    const flag: Flag = { cancelled: false };
    this.#flags.set(id, flag);
    this.#waiting += 1;
    try {
      const body = await this.#answer(question, flag);
      if (!flag.cancelled) this.send({ kind: "answer", id, body });
    } catch (thrown) {
      if (flag.cancelled) return;
      const error = asStructError(closedOr(thrown));
      this.send({ kind: "failure", id, error: error.className, message: error.message });
    } finally {
      this.#waiting -= 1;
      this.#flags.delete(id);
    }
  }

  cancel(id: number): void {
    const flag = this.#flags.get(id);
    if (flag !== undefined) flag.cancelled = true;
  }

  /** @param path undefined: everything */
  stopCounting(path?: string): void {
    for (const [job, flag] of this.#background) {
      if (path !== undefined && job !== path) continue;
      flag.cancelled = true;
      this.#background.delete(job);
      this.#stopped.add(job);
    }
  }

  async #answer(question: Question, flag: Flag): Promise<Answers[Question["type"]]> {
    if (question.type === "load") return this.#load(question.files);
    const tree = this.#tree;
    if (tree === undefined) throw new StructError("TemplateError", "no template is loaded");
    switch (question.type) {
      case "children":
        return this.#children(tree, question, flag);
      case "row":
        return this.#patiently(tree, flag, () => tree.row(question.path));
      case "reveal":
        return tree.reveal(question.offset);
      case "field":
        return this.#patiently(tree, flag, () => tree.field(question.path));
      case "encode":
        return this.#patiently(tree, flag, () => tree.encode(question.path, question.text));
      case "json":
        tree.session.budget.start(jsonMs);
        return tree.json(question.path);
    }
  }

  #load(files: TemplateFiles): Answers["load"] {
    this.stopCounting();
    this.#stopped.clear();
    this.#tree = undefined;
    try {
      const template = loadTemplateFiles(files);
      const tree = new StructTree(new Session(template, this.source, this.limits));
      tree.session.budget.startSlice(longestSliceMs);
      const root = tree.root();
      this.#tree = tree;
      return { root, diagnostics: template.warnings };
    } catch (thrown) {
      if (thrown instanceof TemplateError) return { diagnostics: thrown.problems };
      throw thrown;
    }
  }

  async #children(
    tree: StructTree,
    { path, from, count }: Extract<Question, { type: "children" }>,
    flag: Flag,
  ): Promise<Answers["children"]> {
    const children = await this.#patiently(tree, flag, () => tree.children(path, from, count));
    if (children.total === null) this.#inBackground(tree, path, () => tree.count(path));
    for (const row of children.rows)
      if (row.pending === true) this.#inBackground(tree, row.path, () => tree.row(row.path));
    return children;
  }

  /** Asks again and again, each time from where time ran out. @throws LimitError when it does not get on */
  async #patiently<T>(tree: StructTree, flag: Flag, attempt: () => T, background?: () => void): Promise<T> {
    const { session } = tree;
    const shortest = background === undefined ? sliceMs : backgroundSliceMs;
    let span = shortest;
    for (;;) {
      while (background !== undefined && this.#waiting > 0) await nextTurn();
      if (flag.cancelled || tree !== this.#tree) throw new Cancelled();
      const before = session.passedBytes;
      session.scanning = undefined;
      session.budget.startSlice(span);
      try {
        return attempt();
      } catch (thrown) {
        if (!session.budget.interrupted || !(thrown instanceof StructError)) throw thrown;
      }
      if (session.passedBytes > before) span = shortest;
      else if (span > longestSliceMs) throw limit(`given up: nothing came of it in ${longestSliceMs} ms`);
      else span *= 2;
      this.#sayAlive();
      background?.();
      await nextTurn();
    }
  }

  #sayAlive(): void {
    const now = performance.now();
    if (now - this.#lastAlive < 500) return;
    this.#lastAlive = now;
    this.send({ kind: "alive" });
  }

  #inBackground(tree: StructTree, path: string, attempt: () => unknown): void {
    if (this.#background.has(path) || this.#stopped.has(path) || this.#background.size >= maxBackground) return;
    const flag: Flag = { cancelled: false };
    this.#background.set(path, flag);
    void this.#run(tree, path, flag, attempt).finally(() => {
      if (this.#background.get(path) === flag) this.#background.delete(path);
    });
  }

  /** Steps aside for questions; says how far it is. */
  async #run(tree: StructTree, path: string, flag: Flag, attempt: () => unknown): Promise<void> {
    let counted: LazyArray | undefined;
    let lastSaid = 0;
    let worked = 0;
    try {
      await this.#patiently(tree, flag, attempt, () => {
        worked += backgroundSliceMs;
        counted = tree.session.scanning ?? counted;
        if (worked > backgroundMs) flag.cancelled = true;
        if (performance.now() - lastSaid < progressEveryMs) return;
        lastSaid = performance.now();
        this.#say(path, counted, false);
      });
    } catch (thrown) {
      if (thrown instanceof StructError) tree.giveUp(path, thrown);
      else if (!(thrown instanceof Cancelled)) throw thrown;
    }
    if (tree === this.#tree) this.#say(path, counted, true);
  }

  #say(path: string, counted: LazyArray | undefined, done: boolean): void {
    const nothing = { scannedBytes: 0, totalBytes: 0, elements: 0 };
    const progress: StructProgress = { path: counted?.path ?? path, ...(counted?.progress ?? nothing), done };
    this.send({ kind: "progress", progress });
  }
}

/** Lets messages in. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The engine's own errors end a question, not the thread. */
function closedOr(thrown: unknown): unknown {
  if (thrown instanceof Cancelled) return new StructError("TemplateError", "another template was loaded meanwhile");
  if (!(thrown instanceof Error) || !("code" in thrown) || typeof thrown.code !== "string") return thrown;
  return new StructError("ReadError", thrown.code === "closed" ? "the document is closed" : thrown.message);
}
