// The page of a comparison: two sides that scroll together, the differences between them, and the host. The only file of the
// comparison that knows all three.
import type {
  CompareAnswer,
  CompareNews,
  CompareQuestion,
  CompareSide,
  CompareState,
  CompareStatus,
} from "../../shared/compareProtocol";
import { AnnouncerView } from "./announcerView";
import { Alignment } from "./compare/alignment";
import { CompareBarView, type BarCommand } from "./compare/compareBarView";
import { ComparePane } from "./compare/comparePaneView";
import { DifferenceList } from "./compare/differenceList";
import { summaryOf } from "./compare/summary";
import { rowOf } from "./grid/rowLayout";
import { HostFailure, type HostCall, type HostClient } from "./hostClient";

export class ComparePage {
  readonly #announcer = new AnnouncerView();
  readonly #bar = new CompareBarView((command) => this.#run(command));
  readonly #panes: Readonly<Record<CompareSide, ComparePane>>;
  readonly #list = new DifferenceList();
  readonly #alignment = new Alignment(this.#list);
  #marks: readonly number[] = [];
  #rowBytes = 16;
  #state: CompareState | undefined;
  #status: CompareStatus | undefined;
  #index = -1;
  /** Of a refused application. */
  #complaint: string | undefined;
  #frameAsked = false;
  #measured = false;
  #leader: CompareSide = "left";

  constructor(private readonly host: HostClient) {
    this.#panes = { left: this.#pane("left"), right: this.#pane("right") };
    const split = document.createElement("div");
    split.className = "compare-split";
    split.append(this.#panes.left.element, this.#panes.right.element);
    document.body.append(this.#bar.element, split, this.#announcer.element);
    host.onNotice = (notice) => {
      if (notice.type === "compare") this.#take(notice.news);
    };
    new ResizeObserver(() => this.#relayout()).observe(split);
    new MutationObserver(() => this.#relayout()).observe(document.documentElement, { attributes: true });
  }

  async open(): Promise<void> {
    try {
      this.#show(await this.#ask<"open">({ kind: "open" }).reply);
      this.#panes.left.focus();
    } catch (error) {
      this.#complain(error);
    }
  }

  #ask<K extends CompareQuestion["kind"]>(question: Extract<CompareQuestion, { kind: K }>): HostCall<CompareAnswer[K]> {
    // The host answers each kind of question with its own kind of answer; protocol.ts knows only that it is one of them.
    return this.host.request<"compare">({ type: "compare", ask: question }) as HostCall<CompareAnswer[K]>;
  }

  #pane(side: CompareSide): ComparePane {
    return new ComparePane(side, this.#alignment, {
      readWindow: (offset, length) => this.#ask<"read">({ kind: "read", side, offset, length }),
      changed: () => this.#schedule(),
      failed: (error) => {
        if (error instanceof HostFailure && (error.code === "cancelled" || error.code === "unanswered"))
          return undefined;
        return { message: error instanceof Error ? error.message : String(error) };
      },
      now: () => performance.now(),
      scrolled: () => {
        this.#leader = side;
        this.#schedule();
      },
      key: (event) => this.#key(event, side),
    });
  }

  #take(news: CompareNews): void {
    switch (news.kind) {
      case "state":
        return this.#show(news.state);
      case "differences":
        return this.#listChanged(() => this.#list.add(news.run, news.from, news.fours));
      case "status": {
        const ended = this.#status?.running !== false && !news.status.running;
        this.#status = news.status;
        if (news.status.run !== this.#list.run) this.#listChanged(() => this.#list.begin(news.status.run));
        if (ended) this.#announcer.say(() => this.#summary());
        return this.#schedule();
      }
      default:
        news satisfies never;
    }
  }

  #show(state: CompareState): void {
    this.#state = state;
    this.host.saveState(state.kept);
    this.#panes.left.show(state.left);
    this.#panes.right.show(state.right);
    this.#listChanged(() => (this.#alignment.ranges = { left: state.left.range, right: state.right.range }));
    this.#relayout();
  }

  /** What is at the top stays there, also where bytes before it turn out to be missing. */
  #listChanged(change: () => void): void {
    const { left, right } = this.#panes;
    const { viewport } = this.#panes[this.#leader];
    const top = this.#alignment.offsetAt(this.#leader, viewport.topOffset);
    change();
    this.#marks = this.#alignment.marks();
    for (const pane of [left, right]) pane.lay(this.#rowBytes);
    const row = rowOf(this.#alignment.placeOf(this.#leader, top), viewport.layout.rowBytes);
    viewport.to({ row, px: viewport.scroll.px });
    // After an application the next difference has taken its place.
    this.#setIndex(Math.min(this.#index, this.#list.count - 1));
  }

  #run(command: BarCommand): void {
    switch (command) {
      case "next":
        return this.#step(1);
      case "previous":
        return this.#step(-1);
      case "toLeft":
        return this.#apply("left");
      case "toRight":
        return this.#apply("right");
      case "again":
        this.#complaint = undefined;
        return void this.#ask<"again">({ kind: "again" }).reply.catch((error: unknown) => this.#complain(error));
      case "stop":
        return void this.#ask<"stop">({ kind: "stop" }).reply.catch((error: unknown) => this.#complain(error));
      default:
        command satisfies never;
    }
  }

  #key(event: KeyboardEvent, side: CompareSide): void {
    const pane = this.#panes[side];
    const page = Math.max(1, pane.viewport.pageRows - 1);
    const rows: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -page,
      PageDown: page,
      Home: -Infinity,
      End: Infinity,
    };
    const command = commandOf(event);
    if (command === "stop" && this.#status?.running !== true) return;
    const by = rows[event.key];
    if (command === undefined && (by === undefined || event.altKey)) return;
    event.preventDefault();
    event.stopPropagation();
    if (command !== undefined) return this.#run(command);
    if (by !== undefined && Number.isFinite(by)) pane.scrollRows(by);
    else if (by !== undefined) {
      pane.viewport.reveal(by < 0 ? 0 : Math.max(0, this.#alignment.size - 1), false);
      this.#leader = side;
      this.#schedule();
    }
  }

  #step(by: 1 | -1): void {
    const { count } = this.#list;
    if (count === 0) return this.#announcer.say(() => this.#summary());
    let index = this.#index + by;
    if (this.#index < 0) {
      // From what is in view.
      const first = this.#alignment.firstFrom(this.#panes.left.viewport.topOffset);
      index = by > 0 ? first % count : first - 1;
    }
    this.#setIndex((index + count) % count);
    this.#panes[this.#leader].viewport.reveal(this.#alignment.difference(this.#index).start, true);
    this.#announcer.say(() => this.#summary());
    this.#schedule();
  }

  #setIndex(index: number): void {
    this.#index = index;
    const current = index < 0 ? undefined : this.#alignment.difference(index);
    this.#panes.left.setCurrent(current);
    this.#panes.right.setCurrent(current);
    this.#schedule();
  }

  #apply(to: CompareSide): void {
    if (!this.#enabled()[to === "left" ? "toLeft" : "toRight"]) return;
    this.#complaint = undefined;
    const asked = this.#ask<"apply">({ kind: "apply", index: this.#index, to, run: this.#list.run });
    asked.reply.catch((error: unknown) => this.#complain(error));
  }

  #complain(error: unknown): void {
    this.#complaint = error instanceof Error ? error.message : String(error);
    this.#announcer.say(() => this.#complaint ?? "");
    this.#schedule();
  }

  #relayout(): void {
    this.#measured = false;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frameAsked) return;
    this.#frameAsked = true;
    requestAnimationFrame(() => {
      this.#frameAsked = false;
      this.#frame();
    });
  }

  #frame(): void {
    const { left, right } = this.#panes;
    if (this.#state !== undefined && !this.#measured) {
      this.#measured = true;
      const fitting = Math.min(left.measure(), right.measure());
      const { bytesPerRow } = this.#state;
      this.#rowBytes = bytesPerRow === "fit" ? fitting : Math.min(bytesPerRow, fitting);
      left.lay(this.#rowBytes);
      right.lay(this.#rowBytes);
    }
    this.#bar.draw({
      summary: this.#summary(),
      alert: this.#complaint !== undefined || this.#status?.failure !== undefined,
      progress: this.#status?.running === true ? this.#status.done / Math.max(1, this.#status.total) : undefined,
      enabled: this.#enabled(),
      fixed: { toLeft: this.#state?.left.fixedReason, toRight: this.#state?.right.fixedReason },
    });
    if (this.#state === undefined) return;
    const other = this.#leader === "left" ? right : left;
    other.follow(this.#panes[this.#leader].viewport);
    left.draw(this.#marks);
    right.draw(this.#marks);
  }

  #enabled(): Readonly<Record<BarCommand, boolean>> {
    const any = this.#list.count > 0;
    const applies = this.#index >= 0 && this.#status?.stale !== true;
    return {
      previous: any,
      next: any,
      toLeft: applies && this.#state?.left.fixedReason === undefined,
      toRight: applies && this.#state?.right.fixedReason === undefined,
      again: true,
      stop: true,
    };
  }

  #summary(): string {
    return this.#complaint ?? summaryOf(this.#status, this.#list, this.#index);
  }
}

function commandOf({ key, shiftKey, altKey }: KeyboardEvent): BarCommand | undefined {
  if (key === "F7") return shiftKey ? "previous" : "next";
  if (altKey && key === "ArrowLeft") return "toLeft";
  if (altKey && key === "ArrowRight") return "toRight";
  return key === "Escape" ? "stop" : undefined;
}
