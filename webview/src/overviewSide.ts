// The overview of the whole file: made when it is first shown, asked of the host, joined to the editor's scrolling.
import type { MeasureAnswer, MeasureNews } from "../../shared/measureProtocol";
import type { RegionRow } from "../../shared/sectionsProtocol";
import { rowOf } from "./grid/rowLayout";
import { wholeRows } from "./grid/scrollModel";
import type { HexEditor } from "./hexEditor";
import { HostFailure, type HostClient } from "./hostClient";
import { OverviewModel } from "./overview/overviewModel";
import { OverviewView } from "./overview/overviewView";
import { cursorAt } from "./store/selectionModel";

export interface OverviewOwner {
  readonly host: HostClient;
  readonly editor: () => HexEditor;
  /** The strip stands in it, left of the scroll bar. */
  readonly beside: HTMLElement;
  hits(): readonly number[];
  /** Of a program whose sections are coloured. */
  regions(): readonly RegionRow[];
  focusGrid(): void;
  hint(message: string): void;
}

export class OverviewSide {
  readonly #model = new OverviewModel();
  #view: OverviewView | undefined;
  #shown = false;

  constructor(private readonly owner: OverviewOwner) {}

  show(shown: boolean): void {
    this.#view?.restyle();
    if (shown === this.#shown) return;
    this.#shown = shown;
    const view = (this.#view ??= this.#build());
    if (!shown && view.element.contains(document.activeElement)) this.owner.focusGrid();
    view.element.hidden = !shown;
    this.owner.beside.classList.toggle("with-overview", shown);
    void this.#ask(shown);
  }

  take(news: MeasureNews): void {
    switch (news.kind) {
      case "cells":
        this.#model.take(news.told);
        return this.owner.editor().schedule();
      case "edited":
        return;
      default:
        news satisfies never;
    }
  }

  draw(): void {
    const { bookmarks, viewport } = this.owner.editor();
    if (this.#shown) this.#view?.draw(this.owner.hits(), bookmarks, viewport.visible, this.owner.regions());
  }

  async #ask(shown: boolean): Promise<void> {
    try {
      const kind = shown ? "overview" : "close";
      const answer = await this.owner.host.request<"measure">({ type: "measure", ask: { kind } }).reply;
      // The protocol promises the answer of the question's own kind.
      if (shown) this.take({ kind: "cells", told: answer as MeasureAnswer["overview"] });
    } catch (error) {
      if (!(error instanceof HostFailure)) throw error;
      this.owner.hint(`The overview is not to be had: ${error.message}`);
    }
  }

  #build(): OverviewView {
    const { owner } = this;
    const view = new OverviewView(this.#model, {
      jump: (offset) => {
        const editor = owner.editor();
        const { viewport } = editor;
        const row = rowOf(offset, viewport.layout.rowBytes) - Math.floor(wholeRows(viewport.extent) / 2);
        editor.scrolledTo(() => viewport.to({ row, px: 0 }));
      },
      choose: (offset) => {
        const editor = owner.editor();
        editor.select(cursorAt(offset, editor.selection.column), "jump");
        owner.focusGrid();
      },
      leave: () => owner.focusGrid(),
    });
    owner.beside.append(view.element);
    return view;
  }
}
