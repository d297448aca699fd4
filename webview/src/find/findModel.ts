// What the find bar knows and does: the query, the hit that the cursor went to, how far the host's search has come. Pure: asks
// through its owner, and tells when it wants to be drawn.
import type { ByteRange } from "../../../shared/byteRange";
import { isBlank } from "../../../shared/findProtocol";
import type {
  FindAnswer,
  FindProblem,
  FindQuery,
  FindQuestion,
  FindStatus,
  FindStep,
} from "../../../shared/findProtocol";

export interface FindCall<R> {
  readonly reply: Promise<R>;
  cancel(): void;
}

export interface FindOwner {
  ask<K extends FindQuestion["kind"]>(question: Extract<FindQuestion, { kind: K }>): FindCall<FindAnswer[K]>;
  /** The bytes around the cursor; of a bare cursor one. */
  selected(): ByteRange;
  /** Other bytes are selected besides. */
  selectsMore(): boolean;
  /** Selects a hit and brings it into view. */
  show(hit: ByteRange): void;
  /** Something to draw, here or in the rows. */
  changed(): void;
  say(text: string): void;
  /** @returns takes it back */
  later(delayMs: number, run: () => void): () => void;
}

export const EMPTY_QUERY: FindQuery = {
  kind: "hex",
  text: "",
  encoding: "utf-8",
  type: "u4le",
  aligned: false,
  matchCase: false,
  least: 4,
};
const TYPING_REST_MS = 150;

/** Hits in and around view: flattened, ascending. */
export interface HitsInView {
  readonly ranges: readonly number[];
  readonly current: ByteRange | undefined;
  /** Another one: draw anew. */
  readonly revision: number;
}

export class FindModel {
  query: FindQuery = EMPTY_QUERY;
  replacement = "";
  problem: FindProblem | undefined;
  replaceProblem: FindProblem | undefined;
  status: FindStatus | undefined;
  /** Buckets of the file with hits. */
  marks: readonly number[] = [];
  /** The hit that was gone to last. */
  current: ByteRange | undefined;
  wrapped = false;
  /** No hit at all, as far as is known. */
  nothing = false;
  working = false;
  note = "";
  /** Of the document that the note is still true of, whenever it is told that its bytes are others. */
  #noteVersion = 0;
  #call: FindCall<unknown> | undefined;
  /** Takes back the search that is due when the person stops typing. */
  #due: (() => void) | undefined;
  #searches = false;
  #history: readonly FindQuery[] = [];
  #historyAt = -1;
  #draft: FindQuery = EMPTY_QUERY;
  #ranges: readonly number[] = [];
  #revision = 0;
  #stepping = false;
  #nextStep: boolean | undefined;
  #marksAsked = "";
  #marksUnderWay = false;
  #wanted: readonly [number, number] = [0, 0];
  /** What the marks depend on besides the window. */
  #marksOf = 0;

  constructor(private readonly owner: FindOwner) {}

  /** A search is there, with or without hits. */
  get active(): boolean {
    return this.#searches;
  }

  get hits(): HitsInView {
    return { ranges: this.#ranges, current: this.active ? this.current : undefined, revision: this.#revision };
  }

  /** The person typed, or chose how it is to be read. */
  edit(change: Partial<FindQuery>, atOnce = false): void {
    this.query = { ...this.query, ...change };
    this.#historyAt = -1;
    this.problem = undefined;
    this.#notDue();
    if (isBlank(this.query)) this.stopSearching();
    else if (!isHalfTyped(this.query))
      this.#due = this.owner.later(atOnce ? 0 : TYPING_REST_MS, () => void this.start());
    this.owner.changed();
  }

  /** Searches anew, from the selection on. */
  async start(at = this.owner.selected().start, backward = false): Promise<void> {
    this.#notDue();
    const { query } = this;
    if (isBlank(query)) return;
    this.#forget();
    this.#searches = true;
    const { within } = query;
    const from = within === undefined || (at >= within.start && at < within.end) ? at : within.start;
    await this.#go(this.owner.ask({ kind: "start", query, from, backward }));
  }

  async step(backward: boolean): Promise<void> {
    // From where the step before leads to. Keys held down wait as one.
    if (this.#stepping) {
      this.#nextStep = backward;
      return;
    }
    this.#stepping = true;
    await this.#step(backward);
    this.#stepping = false;
    const next = this.#nextStep;
    this.#nextStep = undefined;
    if (next !== undefined) await this.step(next);
  }

  async #step(backward: boolean): Promise<void> {
    if (this.#due !== undefined) return this.start();
    this.#remember();
    const { start, end } = this.owner.selected();
    const { current } = this;
    const there = current?.start === start && current.end === end;
    const past = this.#varies && there ? end : start + (there || end - start > 1 ? 1 : 0);
    if (!this.#searches) return this.start(backward ? start : past, backward);
    await this.#go(this.owner.ask({ kind: "step", from: backward ? start : past, backward }));
  }

  /** To a hit of the list. */
  async goTo(hit: ByteRange): Promise<void> {
    await this.#go(this.owner.ask({ kind: "step", from: hit.start, backward: false }));
  }

  /** Replaces the hit that the cursor is on, and goes to the next; without one, goes to the next. */
  async replace(): Promise<void> {
    const { start, end } = this.owner.selected();
    if (this.current?.start !== start || this.current.end !== end) return this.step(false);
    try {
      const answer = await this.owner.ask({ kind: "replace", hit: this.current, text: this.replacement }).reply;
      this.replaceProblem = answer.problem;
      if (answer.problem === undefined)
        await this.#go(this.owner.ask({ kind: "step", from: answer.end, backward: false }));
    } catch (error) {
      this.replaceProblem = { message: messageOf(error) };
    }
    this.owner.changed();
  }

  async replaceAll(): Promise<void> {
    if (!this.#searches) await this.start();
    if (this.problem !== undefined || !this.#searches) return;
    this.working = true;
    this.owner.changed();
    try {
      const { count, version, problem } = await this.owner.ask({ kind: "replaceAll", text: this.replacement }).reply;
      this.replaceProblem = problem;
      if (problem === undefined) this.#tell(count === 1 ? "1 replaced" : `${grouped(count)} replaced`, version);
    } catch (error) {
      this.replaceProblem = { message: messageOf(error) };
    }
    this.working = false;
    this.owner.changed();
  }

  /** Between the whole file and what is selected now. */
  toggleWithin(): void {
    const { within: before, ...query } = this.query;
    const { start, end } = this.owner.selected();
    if (before === undefined && this.owner.selectsMore()) {
      this.#tell("Several ranges are selected: select the one to search");
      return this.owner.changed();
    }
    this.query = before === undefined && end - start > 1 ? { ...query, within: { start, end } } : query;
    if (before === undefined && this.query.within === undefined) this.#tell("Nothing is selected");
    else if (!isBlank(query)) void this.start();
    this.owner.changed();
  }

  stop(): void {
    this.#call?.cancel();
    this.#ask({ kind: "stop" });
  }

  refresh(): void {
    this.#ask({ kind: "refresh" });
  }

  /** Ends the search; the query stays for the next time. */
  stopSearching(): void {
    const searched = this.#searches;
    this.#notDue();
    this.#forget();
    if (searched) this.#ask({ kind: "close" });
    this.owner.changed();
  }

  take(status: FindStatus): void {
    if (!this.#searches) return;
    const was = this.status;
    this.status = status;
    if (status.marks !== undefined) this.marks = status.marks;
    this.nothing = status.count === 0 && !status.searching && !status.stale && this.current === undefined;
    const listed = this.#varies && was?.count !== status.count;
    if (listed || was?.stale !== status.stale) this.#marksOf++;
    if (was?.searching === true && !status.searching && !status.stale) this.owner.say(this.spoken);
    this.owner.changed();
  }

  /** The document's bytes are others now: those of this version. */
  bytesChanged(version: number): void {
    this.#marksOf++;
    if (version > this.#noteVersion) this.note = "";
    this.owner.changed();
  }

  /** Called for each frame: what is in view may need other marks. */
  wantMarks(start: number, end: number): void {
    if (!this.#searches || end <= start) return;
    this.#wanted = [start, end];
    const key = `${start} ${end} ${this.#marksOf}`;
    if (key === this.#marksAsked || this.#marksUnderWay) return;
    this.#marksAsked = key;
    this.#marksUnderWay = true;
    // Some more on both sides, for the rows that scroll in before the answer does.
    const around = end - start;
    void this.owner
      .ask({ kind: "marks", start: Math.max(0, start - around), end: end + around })
      .reply.then(
        ({ ranges }) => {
          if (this.#searches && this.#marksAsked === key) this.#setRanges(ranges);
        },
        () => undefined,
      )
      .then(() => {
        this.#marksUnderWay = false;
        this.wantMarks(...this.#wanted);
      });
  }

  /** Back and forth through what was searched for before. */
  async recall(older: boolean): Promise<void> {
    if (this.#history.length === 0) this.#history = (await this.owner.ask({ kind: "history" }).reply).queries;
    const to = this.#historyAt + (older ? 1 : -1);
    if (to < -1 || to >= this.#history.length) return;
    if (this.#historyAt === -1) this.#draft = this.query;
    const { within } = this.query;
    const recalled = to === -1 ? this.#draft : this.#history[to];
    if (recalled === undefined) return;
    this.edit({ ...recalled, ...(within === undefined ? {} : { within }) });
    this.#historyAt = to;
  }

  /** "3 of 1,204". */
  get countText(): string {
    const { status } = this;
    if (this.note !== "") return this.note;
    if (!this.#searches || this.problem !== undefined) return "";
    if (status === undefined) return this.#call === undefined ? (this.nothing ? "No results" : "") : "…";
    if (status.count === 0) return status.searching ? "…" : this.nothing ? "No results" : "";
    const more = status.truncated || status.stopped ? "+" : status.searching ? "…" : "";
    const { start, end } = this.owner.selected();
    const there = this.current?.start === start && this.current.end === end;
    const index = there && status.index !== undefined && !status.stale ? grouped(status.index + 1) : "?";
    return `${index} of ${grouped(status.count)}${more}`;
  }

  get spoken(): string {
    if (this.problem !== undefined) return this.problem.message;
    const around = this.wrapped ? ", continued around the end" : "";
    const text = this.countText;
    return text === "" ? "" : `${text}${text.endsWith("results") || this.note !== "" ? "" : " hits"}${around}`;
  }

  #notDue(): void {
    this.#due?.();
    this.#due = undefined;
  }

  #remember(): void {
    this.owner.ask({ kind: "history", used: this.query }).reply.then(
      ({ queries }) => (this.#history = queries),
      () => undefined,
    );
  }

  async #go(call: FindCall<FindStep>): Promise<void> {
    this.#call?.cancel();
    this.#call = call;
    this.note = "";
    this.owner.changed();
    try {
      const { hit, wrapped, problem } = await call.reply;
      if (this.#call !== call) return;
      this.problem = problem;
      this.wrapped = wrapped === true && hit !== undefined;
      this.current = hit;
      this.nothing = hit === undefined && problem === undefined;
      if (hit !== undefined) this.owner.show(hit);
      this.#revision++;
    } catch (error) {
      if (this.#call !== call) return;
      if (!isCancelled(error)) this.problem = { message: messageOf(error) };
    }
    this.#call = undefined;
    this.owner.say(this.spoken);
    this.owner.changed();
  }

  /** Hits of different lengths, which do not overlap. */
  get #varies(): boolean {
    return this.query.kind === "regex" || this.query.kind === "strings";
  }

  get searching(): boolean {
    return this.#call !== undefined || this.status?.searching === true;
  }

  #forget(): void {
    this.#call?.cancel();
    this.#call = undefined;
    this.#searches = false;
    this.status = this.problem = this.replaceProblem = this.current = undefined;
    this.wrapped = this.nothing = false;
    this.marks = [];
    this.note = "";
    this.#marksOf++;
    this.#marksAsked = "";
    this.#setRanges([]);
  }

  #setRanges(ranges: readonly number[]): void {
    this.#ranges = ranges;
    this.#revision++;
    this.owner.changed();
  }

  #tell(note: string, version = 0): void {
    this.note = note;
    this.#noteVersion = version;
    this.owner.say(note);
  }

  #ask(question: Extract<FindQuestion, { kind: "stop" | "refresh" | "close" }>): void {
    this.owner.ask(question).reply.catch(() => undefined);
  }
}

/** The last byte of a hex needle lacks its second digit: the person is still typing. */
function isHalfTyped({ kind, text }: FindQuery): boolean {
  if (kind !== "hex" && kind !== "differs") return false;
  const last = /\S*$/.exec(text)?.[0] ?? "";
  return last.length % 2 === 1;
}

function isCancelled(error: unknown): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === "cancelled";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
