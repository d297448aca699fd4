// The struct tree beside the bytes: made when it is first shown, so that a page without one starts as fast as ever; linked to
// the cursor both ways. Knows the editor, not its grid.
import type { StructNews } from "../../shared/structProtocol";
import type { HexEditor } from "./hexEditor";
import type { HostClient } from "./hostClient";
import { SashView } from "./sashView";
import { Highlights } from "./store/highlights";
import { buildStructPane, type StructPane } from "./structPane";

/** The tree follows the cursor when it has rested for this long. */
const REVEAL_REST_MS = 120;

export interface TreeSideOwner {
  readonly host: HostClient;
  readonly editor: () => HexEditor;
  focusGrid(): void;
  say(describe: () => string): void;
}

export class TreeSide {
  /** The tree above, the data inspector below it; without a tree it is not laid out itself. */
  readonly element = document.createElement("div");
  readonly sash: SashView;
  /** Of the same tree in a view of VS Code's, while none stands here. */
  readonly #elsewhere = new Highlights();
  #shown = false;
  #struct: StructPane | undefined;
  #selecting = false;
  #shownColors = 0;
  #revealTimer: number | undefined;

  constructor(private readonly owner: TreeSideOwner) {
    this.element.className = "side";
    this.sash = new SashView("Size of the structure", this.element, (px) =>
      owner.editor().resizePane(this.sash.below ? { treeHeightPx: px } : { treeWidthPx: px }),
    );
    this.sash.element.hidden = true;
  }

  get highlights(): Highlights {
    return this.#shown && this.#struct !== undefined ? this.#struct.tree.highlights : this.#elsewhere;
  }

  get isShown(): boolean {
    return this.#shown;
  }

  /** The tree is on screen, and there is no template, or it has not been read yet. */
  get lacksFields(): boolean {
    return this.#shown && this.#struct?.tree.model.root === undefined;
  }

  show(shown: boolean): void {
    this.#shown = shown;
    if (!shown && this.#struct === undefined) return;
    const { tree, pane } = (this.#struct ??= this.#build());
    this.element.classList.toggle("with-tree", shown);
    pane.element.hidden = !shown;
    this.sash.element.hidden = !shown;
    void tree.show(shown).then(() => pane.schedule());
  }

  take(news: StructNews): void {
    // A place to show comes before the tree that the same press has asked for.
    if (news.kind === "cursor") this.#struct ??= this.#build();
    if (news.kind !== "colors") return this.#struct?.take(news);
    this.#elsewhere.set(news.ranges);
    this.owner.editor().schedule();
  }

  cursorMoved(offset: number): void {
    clearTimeout(this.#revealTimer);
    const struct = this.#struct;
    if (struct === undefined || this.#selecting) return;
    this.#revealTimer = window.setTimeout(() => struct.tree.revealOffset(offset), REVEAL_REST_MS);
  }

  #build(): StructPane {
    const { owner } = this;
    const struct = buildStructPane(owner.host, {
      selectBytes: (start, end) => this.#select(start, end),
      leave: () => owner.focusGrid(),
      close: () => {
        owner.editor().toggleTree();
        owner.focusGrid();
      },
      say: (describe) => owner.say(describe),
      drawn: () => {
        if (this.#shownColors === this.highlights.revision) return;
        this.#shownColors = this.highlights.revision;
        owner.editor().schedule();
      },
    });
    this.element.prepend(struct.pane.element);
    return struct;
  }

  #select(start: number, end: number): void {
    const editor = this.owner.editor();
    const last = Math.max(0, editor.places - 1);
    this.#selecting = true;
    // The cursor at the first byte: that is the one to see.
    const focus = Math.min(start, last);
    editor.select({ anchor: Math.min(Math.max(start, end - 1), last), focus, column: editor.selection.column }, "jump");
    this.#selecting = false;
  }
}
