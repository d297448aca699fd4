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
import { CompareBarView, type BarCommand } from "./compare/compareBarView";
import { ComparePane } from "./compare/comparePaneView";
import { DifferenceList } from "./compare/differenceList";
import { summaryOf } from "./compare/summary";
import { HostFailure, type HostCall, type HostClient } from "./hostClient";

export class ComparePage {
  readonly #announcer = new AnnouncerView();
  readonly #bar = new CompareBarView((command) => this.#run(command));
  readonly #panes: Readonly<Record<CompareSide, ComparePane>>;
  readonly #list = new DifferenceList();
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
    return new ComparePane(side, {
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
        this.#list.add(news.run, news.from, news.fours);
        return this.#listChanged();
      case "status": {
        const ended = this.#status?.running !== false && !news.status.running;
        this.#status = news.status;
        if (news.status.run !== this.#list.run) {
          this.#list.begin(news.status.run);
          this.#listChanged();
        }
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
    this.#relayout();
  }

  #listChanged(): void {
    this.#panes.left.listChanged(this.#list);
    this.#panes.right.listChanged(this.#list);
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
      pane.viewport.reveal(by < 0 ? 0 : Math.max(0, pane.store.size - 1), false);
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
      const { viewport } = this.#panes.left;
      const first = this.#list.firstBehind("left", viewport.topOffset);
      index = by > 0 ? first % count : first - 1;
    }
    this.#setIndex((index + count) % count);
    const current = this.#list.at(this.#index);
    const empty = current.left.start === current.left.end;
    this.#leader = empty ? "right" : "left";
    const pane = this.#panes[this.#leader];
    pane.viewport.reveal(current[this.#leader].start, true);
    this.#announcer.say(() => this.#summary());
    this.#schedule();
  }

  #setIndex(index: number): void {
    this.#index = index;
    const current = index < 0 ? undefined : this.#list.at(index);
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
      const rowBytes = bytesPerRow === "fit" ? fitting : Math.min(bytesPerRow, fitting);
      left.lay(rowBytes);
      right.lay(rowBytes);
    }
    this.#bar.draw({
      summary: this.#summary(),
      alert: this.#complaint !== undefined || this.#status?.failure !== undefined,
      progress: this.#status?.running === true ? this.#status.done / Math.max(1, this.#status.total) : undefined,
      enabled: this.#enabled(),
      fixed: { toLeft: this.#state?.left.fixedReason, toRight: this.#state?.right.fixedReason },
    });
    if (this.#state === undefined) return;
    this.#follow();
    left.draw(this.#list);
    right.draw(this.#list);
  }

  /** The other side shows what stands beside this one's first row. */
  #follow(): void {
    const other = this.#leader === "left" ? "right" : "left";
    const { viewport } = this.#panes[this.#leader];
    const starts = { left: this.#state?.left.range.start ?? 0, right: this.#state?.right.range.start ?? 0 };
    const top = this.#list.otherOffset(this.#leader, viewport.topOffset, starts);
    this.#panes[other].topAt(top, viewport.scroll.px);
    this.#panes[other].viewport.scrollXPx = viewport.scrollXPx;
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
