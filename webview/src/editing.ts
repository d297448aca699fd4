// What a person does to the bytes of one editor: typing, deleting, clipboard, values of the inspector, in the panel's mode. Edits
// go to the host and are shown before it answers. Knows no DOM element; what is on screen is hexEditor's.
import { totalLength, type ByteRange } from "../../shared/byteRange";
import type { CopyFormat, DocumentState, EditLabel, EditMode, Selection } from "../../shared/protocol";
import { selectedRange, selectedRanges, isRange } from "../../shared/selection";
import type { HostClient } from "./hostClient";
import { PendingGrowth } from "./store/pendingGrowth";
import type { PageStore } from "./store/pageStore";
import { cursorAt } from "./store/selectionModel";
import { Typist } from "./store/typist";

export interface EditingPort {
  readonly store: PageStore;
  state(): DocumentState | undefined;
  selection(): Selection;
  valueAt(offset: number): number;
  /** Moves the cursor as a part of an edit. */
  advance(selection: Selection): void;
  /** Moves it as the person asked. */
  select(selection: Selection): void;
  hint(message: string): void;
  say(describe: () => string): void;
  /** Something that is shown may look different now. */
  changed(): void;
}

export class Editing {
  readonly typist: Typist;
  readonly #growth = new PendingGrowth();
  #mode: EditMode = "overwrite";
  /** The latest version that our own edits have made. */
  #ownVersion = 0;
  #pasting = false;

  constructor(
    private readonly host: HostClient,
    private readonly port: EditingPort,
  ) {
    this.typist = new Typist({
      state: () => port.state(),
      mode: () => this.#mode,
      size: () => this.size,
      selection: () => port.selection(),
      valueAt: (offset) => port.valueAt(offset),
      edit: (offset, bytes, merge, label) => this.edit(offset, bytes, merge, label),
      replace: (ranges, offset, bytes, merge, label) => this.#replace(ranges, offset, bytes, merge, label),
      advance: (selection) => port.advance(selection),
      refuse: (reason) => port.hint(reason),
      now: () => performance.now(),
    });
  }

  get mode(): EditMode {
    return this.#mode;
  }

  /** Of the document with the edits that are under way. */
  get size(): number {
    return Math.max(0, (this.port.state()?.size ?? 0) + this.#growth.bytes);
  }

  opened(mode: EditMode): void {
    this.#mode = mode;
  }

  toggleMode(): void {
    this.typist.endRun();
    this.#mode = this.#mode === "insert" ? "overwrite" : "insert";
    this.host.notify({ type: "modeChanged", mode: this.#mode });
    this.port.say(() => (this.#mode === "insert" ? "insert mode" : "overwrite mode"));
    this.port.changed();
  }

  /** The document has another version: its size holds our edits up to that one. @returns whether others changed it. */
  settle(version: number): boolean {
    const answered = this.port.store.pending.unanswered === 0 && this.#growth.unanswered === 0;
    this.#growth.settle(version);
    return answered && version > this.#ownVersion;
  }

  edit(offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): void {
    const { pending } = this.port.store;
    const edit = pending.add(offset, bytes);
    this.port.changed();
    const copy = bytes.slice().buffer;
    this.host.request<"overwrite">({ type: "overwrite", offset, bytes: copy, merge, label }).reply.then(
      ({ version }) => {
        this.#ownVersion = Math.max(this.#ownVersion, version);
        pending.answer(edit, version, this.port.store.version);
        this.port.changed();
      },
      (error: unknown) => {
        pending.refuse(edit);
        this.#refused("Not written", error);
      },
    );
  }

  commitValue(offset: number, bytes: Uint8Array): void {
    this.typist.endRun();
    this.edit(offset, bytes, false, "inspector");
  }

  copy(format: CopyFormat | undefined): void {
    const selection = this.port.selection();
    const ranges = selectedRanges(selection, this.port.store.size);
    if (ranges.length === 0) return this.port.hint("There is nothing to copy.");
    this.host
      .request<"copy">({ type: "copy", ranges, format: format ?? selection.column, cut: false })
      .reply.catch((error: unknown) => this.port.hint(`Not copied: ${messageOf(error)}`));
  }

  cut(): void {
    const reason = this.typist.cutRefusal();
    if (reason !== undefined) return this.port.hint(reason);
    this.typist.endRun();
    const { column, ...selection } = this.port.selection();
    const ranges = selectedRanges({ column, ...selection }, this.port.store.size);
    const start = ranges[0]?.start ?? 0;
    const growth = this.#growth.add(-totalLength(ranges));
    this.host.request<"copy">({ type: "copy", ranges, format: column, cut: true }).reply.then(
      () => {
        this.#growth.refuse(growth); // the notice of the change tells the size
        this.port.select(cursorAt(start, column));
      },
      (error: unknown) => {
        this.#growth.refuse(growth);
        this.#refused("Not cut", error);
      },
    );
  }

  async paste(): Promise<void> {
    const reason = this.typist.refusal();
    if (reason !== undefined) return this.port.hint(reason);
    if (this.#pasting) return;
    this.#pasting = true;
    this.typist.endRun();
    const selection = this.port.selection();
    const { column } = selection;
    const mode = this.#mode;
    const ranges = isRange(selection) ? selectedRanges(selection, this.port.store.size) : [];
    const offset =
      ranges[0]?.start ?? (mode === "insert" ? selection.focus : selectedRange(selection, this.size).start);
    try {
      const { pasted } = await this.host.request<"paste">({ type: "paste", offset, column, mode, ranges }).reply;
      if (pasted.end <= pasted.start) return;
      // Overwritten bytes stay selected, to be seen. Inserted ones do not: what is typed next would take their place.
      if (mode === "overwrite") this.port.select({ anchor: pasted.start, focus: pasted.end - 1, column });
      else this.port.select(cursorAt(pasted.end, column));
    } catch (error) {
      this.port.hint(`Not pasted: ${messageOf(error)}`);
    } finally {
      this.#pasting = false;
    }
  }

  #replace(ranges: readonly ByteRange[], offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): void {
    const growth = this.#growth.add(bytes.length - totalLength(ranges));
    const copy = bytes.slice().buffer;
    this.host.request<"replace">({ type: "replace", ranges, offset, bytes: copy, merge, label }).reply.then(
      ({ version }) => {
        this.#ownVersion = Math.max(this.#ownVersion, version);
        this.#growth.answer(growth, version, this.port.store.version);
        this.port.changed();
      },
      (error: unknown) => {
        this.#growth.refuse(growth);
        this.#refused(label === "delete" ? "Not deleted" : "Not written", error);
      },
    );
  }

  #refused(what: string, error: unknown): void {
    this.typist.endRun();
    this.port.hint(`${what}: ${messageOf(error)}`);
    this.port.changed();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
