// Turns typed digits and text into overwrites: first digit high half, second digit low half, then on; text as UTF-8. Pure.
// Knows nothing of the host; edits go out through its port.
import type { DocumentState, EditLabel, Selection } from "../../../shared/protocol";
import { hexDigit } from "../grid/keyMap";
import { utf8Bytes } from "../inspector/unicode";
import { cursorAt, isRange } from "./selectionModel";
import { TypingRun } from "./typingRun";

export interface TypistPort {
  state(): DocumentState | undefined;
  selection(): Selection;
  /** The byte as it is shown; negative when it is not loaded or not readable. */
  valueAt(offset: number): number;
  edit(offset: number, bytes: Uint8Array, merge: boolean, label: EditLabel): void;
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
}

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
    if (state.size === 0) return "The file is empty: there is no byte to overwrite.";
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
    this.#half = { offset, held: value < 0 ? digit : undefined };
    if (value >= 0) this.#overwrite(offset, [digit * 16 + (value % 16)]);
  }

  #typeText(text: string): void {
    const offset = this.#start();
    const bytes = utf8Bytes(text);
    const size = this.port.state()?.size ?? 0;
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
    const last = (this.port.state()?.size ?? 1) - 1;
    this.port.advance(cursorAt(Math.min(offset, last), this.port.selection().column));
  }
}
