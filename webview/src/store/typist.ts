// Turns typed digits and text into overwrites or insertions, Backspace and Delete into deletions: first digit high half,
// second digit low half, then on; text as UTF-8. Pure.
// Knows nothing of the host; edits go out through its port.
import type { ByteRange } from "../../../shared/byteRange";
import type { DocumentState, EditLabel, EditMode, Selection } from "../../../shared/protocol";
import { hexDigit } from "../grid/keyMap";
import { utf8Bytes } from "../inspector/unicode";
import { isRange, selectedRanges } from "../../../shared/selection";
import { cursorAt, cursorPlaces } from "./selectionModel";
import { TypingRun } from "./typingRun";

export interface TypistPort {
  state(): DocumentState | undefined;
  mode(): EditMode;
  /** Of the document with what was typed here, which state() may not have heard of yet. */
  size(): number;
  selection(): Selection;
  /** The byte as it is shown; negative when it is not loaded or not readable. */
  valueAt(offset: number): number;
  edit(offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): void;
  /** Takes the ranges out and puts the bytes in where `offset` was. */
  replace(ranges: readonly ByteRange[], offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): void;
  /** Moves the cursor as a part of typing. */
  advance(selection: Selection): void;
  /** Said and shown: why nothing happened. */
  refuse(reason: string): void;
  now(): number;
}

interface HalfByte {
  readonly offset: number;
  /** The digit, while the byte's other half is not known yet. */
  held: number | undefined;
  /** The digit, when the byte was put in with it. */
  readonly inserted: number | undefined;
}

/** Also spoken: it must name the way out. */
const SHORTER = "would make the file shorter. Press Insert for insert mode, or use Delete Selection.";

export class Typist {
  readonly #run = new TypingRun();
  #half: HalfByte | undefined;

  constructor(private readonly port: TypistPort) {}

  get lowHalf(): boolean {
    return this.#half !== undefined;
  }

  get heldDigit(): number | undefined {
    return this.#half?.held;
  }

  /** Why the document cannot be edited; undefined when it can. */
  refusal(): string | undefined {
    const state = this.port.state();
    if (state === undefined) return "The document is not open yet.";
    if (state.readOnly) return `Read-only: ${state.readOnlyReason ?? "this document cannot be edited."}`;
    if (this.port.size() === 0 && this.port.mode() === "overwrite") {
      return "The file is empty: there is no byte to overwrite. Press Insert to type in insert mode.";
    }
    return undefined;
  }

  type(text: string): void {
    const reason = this.refusal();
    if (reason !== undefined) return this.port.refuse(reason);
    if (this.port.selection().column === "text") return this.#typeText(text);
    const digits = [...text.normalize("NFKC")].map(hexDigit).filter((digit) => digit !== undefined);
    if (digits.length === 0) {
      if (text.trim() !== "") this.port.refuse("Type hexadecimal digits here; Tab goes to the text column.");
      return;
    }
    for (const digit of digits) this.#typeDigit(digit);
  }

  /** Backspace and Delete. In overwrite mode they would change the length behind the person's back. */
  delete(backward: boolean): void {
    const reason = this.refusal();
    if (reason !== undefined) return this.port.refuse(reason);
    if (this.port.mode() === "overwrite") return this.port.refuse(`${backward ? "Backspace" : "Delete"} ${SHORTER}`);
    const selection = this.port.selection();
    const half = this.#half;
    if (half?.inserted !== undefined) return this.#deleteByte(half.offset, false);
    if (isRange(selection)) return this.deleteSelection();
    const offset = backward ? selection.focus - 1 : selection.focus;
    if (offset < 0) return this.port.refuse("This is the start of the file.");
    if (offset >= this.port.size()) return this.port.refuse("This is the end of the file.");
    this.#deleteByte(offset, backward);
  }

  /** In every mode: who asks for it by name knows that the length changes. */
  deleteSelection(): void {
    const reason = this.refusal();
    if (reason !== undefined) return this.port.refuse(reason);
    const selection = this.port.selection();
    const ranges = isRange(selection) ? selectedRanges(selection, this.port.size()) : [];
    const first = ranges[0];
    if (first === undefined) return this.port.refuse("Nothing is selected.");
    this.endRun();
    this.port.replace(ranges, first.start, new Uint8Array(), false, "delete");
    this.#advance(first.start);
  }

  /** Why the selection cannot be cut; undefined when it can. */
  cutRefusal(): string | undefined {
    if (!isRange(this.port.selection())) return "Nothing is selected.";
    return this.refusal() ?? (this.port.mode() === "overwrite" ? `Cutting ${SHORTER}` : undefined);
  }

  #deleteByte(offset: number, backward: boolean): void {
    this.#half = undefined;
    const merge = this.#run.extendDeletion(offset, backward, this.port.now());
    this.port.replace([{ start: offset, end: offset + 1 }], offset, new Uint8Array(), merge, "delete");
    this.#advance(offset);
  }

  /** The cursor moved, or something else than typing changed the document. */
  endRun(): void {
    this.#run.end();
    const half = this.#half;
    this.#half = undefined;
    if (half?.held !== undefined) this.port.refuse("The digit was dropped: its byte was not loaded yet.");
  }

  /** Bytes came in: a digit may have waited for its other half. */
  bytesArrived(): void {
    const half = this.#half;
    if (half?.held === undefined) return;
    const value = this.port.valueAt(half.offset);
    if (value < 0) return;
    const digit = half.held;
    half.held = undefined;
    this.#overwrite(half.offset, [digit * 16 + (value % 16)]);
  }

  #typeDigit(digit: number): void {
    if (this.port.mode() === "insert") return this.#insertDigit(digit);
    const offset = this.#start();
    const value = this.port.valueAt(offset);
    const half = this.#half;
    if (half !== undefined && half.offset === offset) {
      const high = half.held ?? (value < 0 ? 0 : (value - (value % 16)) / 16);
      this.#half = undefined;
      this.#overwrite(offset, [high * 16 + digit]);
      this.#advance(offset + 1);
      return;
    }
    this.#half = { offset, held: value < 0 ? digit : undefined, inserted: undefined };
    if (value >= 0) this.#overwrite(offset, [digit * 16 + (value % 16)]);
  }

  #insertDigit(digit: number): void {
    const half = this.#half;
    if (half?.inserted !== undefined && half.offset === this.port.selection().focus) {
      this.#half = undefined;
      this.#overwrite(half.offset, [half.inserted * 16 + digit]);
      this.#advance(half.offset + 1);
      return;
    }
    const offset = this.#insert([digit * 16]);
    this.port.advance(cursorAt(offset, this.port.selection().column));
    this.#half = { offset, held: undefined, inserted: digit };
  }

  /** In the place of the selection, if any. @returns where the bytes are now. */
  #insert(bytes: readonly number[]): number {
    const selection = this.port.selection();
    const ranges = isRange(selection) ? selectedRanges(selection, this.port.size()) : [];
    if (ranges.length > 0) this.#run.end();
    const offset = ranges[0]?.start ?? selection.focus;
    const merge = this.#run.extend(offset, bytes.length, this.port.now());
    this.port.replace(ranges, offset, Uint8Array.from(bytes), merge, "type");
    return offset;
  }

  #typeText(text: string): void {
    const bytes = utf8Bytes(text);
    if (this.port.mode() === "insert") return this.#advance(this.#insert(bytes) + bytes.length);
    const offset = this.#start();
    const size = this.port.size();
    if (bytes.length > size - offset) {
      return this.port.refuse(`The character takes ${bytes.length} bytes and does not fit before the end of the file.`);
    }
    this.#overwrite(offset, bytes);
    this.#advance(offset + bytes.length);
  }

  /** Typing over a selection begins at its first byte. */
  #start(): number {
    const selection = this.port.selection();
    if (!isRange(selection)) return selection.focus;
    const start = Math.min(selection.anchor, selection.focus);
    this.#run.end();
    this.#half = undefined;
    this.port.advance(cursorAt(start, selection.column));
    return start;
  }

  #overwrite(offset: number, bytes: readonly number[]): void {
    const merge = this.#run.extend(offset, bytes.length, this.port.now());
    this.port.edit(offset, Uint8Array.from(bytes), merge, "type");
  }

  #advance(offset: number): void {
    const last = Math.max(0, cursorPlaces(this.port.size(), this.port.mode()) - 1);
    this.port.advance(cursorAt(Math.min(offset, last), this.port.selection().column));
  }
}
