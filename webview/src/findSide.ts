// Finding in this page: the bar, the list and the marks, made when the bar is first asked for; joined to the editor and to the
// host. Knows the editor, not its grid.
import type { ByteRange } from "../../shared/byteRange";
import { isBlank, type FindAnswer, type FindNews, type FindQuestion } from "../../shared/findProtocol";
import { isRange, selectedRange } from "../../shared/selection";
import { FindBarView } from "./find/findBarView";
import type { FindAction } from "./find/findKeys";
import { FindModel, type FindCall, type HitsInView } from "./find/findModel";
import { MOST_SEEDED, seedQuery } from "./find/seed";
import type { HexEditor } from "./hexEditor";
import type { HostClient } from "./hostClient";
import { HitFields } from "./results/hitFields";
import { ResultsModel } from "./results/resultsModel";
import { ResultsView } from "./results/resultsView";
import { SashView } from "./sashView";
import type { AskCall } from "./tree/treeOwner";

const NO_HITS: HitsInView = { ranges: [], current: undefined, revision: 0 };

export interface FindSideOwner {
  readonly host: HostClient;
  readonly editor: () => HexEditor;
  /** Where the bar stands: over the bytes' upper right. */
  readonly over: HTMLElement;
  /** What the list stands below. */
  readonly above: HTMLElement;
  focusGrid(): void;
  say(describe: () => string): void;
  hint(message: string): void;
  /** As HitFieldsOwner. */
  fieldAt(offset: number): AskCall<string> | undefined;
  /** No hit is listed any more. */
  fieldsDone(): void;
}

interface Parts {
  readonly model: FindModel;
  readonly bar: FindBarView;
  readonly results: ResultsModel;
  readonly list: ResultsView;
  readonly fields: HitFields;
}

export class FindSide {
  #parts: Parts | undefined;
  #drawAsked = false;

  constructor(private readonly owner: FindSideOwner) {}

  get marks(): readonly number[] {
    return this.#parts?.model.marks ?? [];
  }

  /** @param end behind what is in view */
  hitsIn(start: number, end: number): HitsInView {
    const model = this.#parts?.model;
    model?.wantMarks(start, end);
    return model?.hits ?? NO_HITS;
  }

  take(news: FindNews): void {
    if (news.kind === "command") {
      if (news.command === "list") this.act({ type: "list" });
      else if (news.command === "strings") this.#listStrings();
      else this.act({ type: news.command === "replace" ? "findAndReplace" : news.command });
      return;
    }
    const parts = this.#parts;
    if (parts === undefined) return;
    const { model, results } = parts;
    const before = model.status?.list;
    model.take(news.status);
    if (!model.active) return;
    const { count, index, list } = news.status;
    results.setCount(count, before === list);
    if (index !== undefined) results.follow(index);
  }

  bytesChanged(version: number): void {
    this.#parts?.model.bytesChanged(version);
    this.fieldsChanged();
  }

  /** A struct tree came, went, or stands on other bytes. */
  fieldsChanged(): void {
    if (this.#parts === undefined) return;
    this.#parts.fields.clear();
    this.#draw();
  }

  /** @returns false: there was nothing to close */
  escape(): boolean {
    if (this.#parts?.bar.open !== true) return false;
    this.act({ type: "close" });
    return true;
  }

  act(action: FindAction): void {
    const parts = (this.#parts ??= this.#build());
    const { model, bar, list } = parts;
    switch (action.type) {
      case "find":
      case "findAndReplace": {
        if (!bar.hasFocus) this.#seed(model);
        bar.show(action.type === "findAndReplace");
        return;
      }
      case "next":
      case "previous":
        if (isBlank(model.query)) return this.act({ type: "find" });
        void model.step(action.type === "previous");
        return;
      case "typed":
        return model.edit({ text: action.text });
      case "typedReplacement":
        model.replacement = action.text;
        model.replaceProblem = undefined;
        return this.#draw();
      case "kind":
        return model.edit({ kind: action.kind }, true);
      case "regex":
        return model.edit({ kind: model.query.kind === "regex" ? "text" : "regex" }, true);
      case "encoding":
        return model.edit({ encoding: action.encoding }, true);
      case "valueType":
        return model.edit({ type: action.valueType }, true);
      case "least":
        return model.edit({ least: action.least });
      case "aligned":
        return model.edit({ aligned: !model.query.aligned }, true);
      case "case":
        return model.edit({ matchCase: !model.query.matchCase }, true);
      case "within":
        return model.toggleWithin();
      case "recall":
        void model.recall(action.older);
        return;
      case "list":
        if (!model.active && !isBlank(model.query)) void model.start();
        list.element.hidden = false;
        this.#draw();
        list.focus();
        return;
      case "replace":
        void model.replace();
        return;
      case "replaceAll":
        void model.replaceAll();
        return;
      case "toggleReplace":
        return bar.toggleReplace();
      case "stop":
        return model.stop();
      case "refresh":
        return model.refresh();
      case "close":
        bar.hide();
        // A list stays in view, and with it what it lists.
        if (list.element.hidden) model.stopSearching();
        this.owner.focusGrid();
        return;
      default:
        action satisfies never;
    }
  }

  #listStrings(): void {
    const { model, bar } = (this.#parts ??= this.#build());
    bar.show(false);
    model.edit({ kind: "strings", text: "" }, true);
    this.act({ type: "list" });
  }

  #seed(model: FindModel): void {
    const editor = this.owner.editor();
    const { selection } = editor;
    const { start, end } = selectedRange(selection, editor.store.size);
    if (!isRange(selection) || end - start > MOST_SEEDED || end - start < 1) return;
    const values = new Int16Array(end - start);
    editor.store.read(start, end - start, values, new Uint8Array(end - start));
    if (values.some((value) => value < 0)) return;
    const current = model.current;
    if (model.active && current?.start === start && current.end === end) return;
    model.edit(seedQuery(Uint8Array.from(values), selection.column), true);
  }

  #build(): Parts {
    const { owner } = this;
    const model = new FindModel({
      ask: (question) => this.#ask(question),
      selected: () => {
        const editor = owner.editor();
        return selectedRange(editor.selection, editor.store.size);
      },
      selectsMore: () => owner.editor().selection.more !== undefined,
      show: (hit) => this.#show(hit),
      changed: () => this.#draw(),
      say: (text) => owner.say(() => text),
      later: (delayMs, run) => {
        const timer = window.setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    });
    const results = new ResultsModel({
      rows: async (from, count) => (await this.#ask<"rows">({ kind: "rows", from, count }).reply).rows,
      show: ({ hit }) => void model.goTo(hit),
      changed: () => this.#draw(),
    });
    const bar = new FindBarView(model, { act: (action) => this.act(action) });
    const fields = new HitFields({ fieldAt: (offset) => owner.fieldAt(offset), changed: () => this.#draw() });
    const list = new ResultsView(results, fields, {
      leave: () => owner.focusGrid(),
      close: () => {
        list.element.hidden = true;
        fields.clear();
        owner.fieldsDone();
        if (!bar.open) model.stopSearching();
        owner.focusGrid();
        this.#draw();
      },
      give: (to) => void this.#give(to),
    });
    const sash = new SashView("Size of the list of hits", list.element, (px) =>
      list.element.style.setProperty("height", `${px}px`),
    );
    owner.over.append(bar.element);
    owner.above.after(sash.element, list.element);
    return { model, bar, results, list, fields };
  }

  async #give(to: "clipboard" | "file"): Promise<void> {
    try {
      const { count } = await this.#ask<"list">({ kind: "list", to }).reply;
      if (count > 0)
        this.owner.hint(`${count.toLocaleString("en-US")} offsets ${to === "file" ? "written" : "copied"}.`);
    } catch (error) {
      this.owner.hint(error instanceof Error ? error.message : String(error));
    }
  }

  #show({ start, end }: ByteRange): void {
    const editor = this.owner.editor();
    // The cursor at the first byte: that is the one to see.
    editor.select({ anchor: end - 1, focus: start, column: editor.selection.column }, "jump");
    this.#fromUnder();
  }

  /** What the bar covers is scrolled to below it. */
  #fromUnder(): void {
    const { bar } = this.#parts ?? {};
    const editor = this.owner.editor();
    if (bar?.open !== true) return;
    const { viewport, selection } = editor;
    const { rowBytes, rowHeightPx } = viewport.layout;
    const atPx = (Math.floor(selection.focus / rowBytes) - viewport.scroll.row) * rowHeightPx - viewport.scroll.px;
    const coveredPx = bar.element.offsetHeight;
    if (atPx < coveredPx) editor.scrollBy(0, atPx - coveredPx);
  }

  #ask<K extends FindQuestion["kind"]>(question: Extract<FindQuestion, { kind: K }>): FindCall<FindAnswer[K]> {
    const call = this.owner.host.request<"find">({ type: "find", ask: question });
    // The protocol promises the answer of the question's own kind.
    return { reply: call.reply as Promise<FindAnswer[K]>, cancel: () => call.cancel() };
  }

  #draw(): void {
    if (this.#drawAsked) return;
    this.#drawAsked = true;
    requestAnimationFrame(() => {
      this.#drawAsked = false;
      this.#parts?.bar.draw();
      this.#parts?.list.draw();
      this.owner.editor().schedule();
    });
  }
}
