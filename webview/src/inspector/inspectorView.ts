// The data inspector's DOM: a table of readings of the bytes at the cursor, each editable in place. Knows no host; a committed
// value goes out as bytes. Keys typed here stay here: VS Code would undo in the document instead of in the field.
import { isForVsCode } from "../fieldKeys";
import { SashView } from "../sashView";
import type { Decoded, InspectorField } from "./field";
import { decodeField, encodeField, inspectorFields } from "./fields";

export interface InspectorSubject {
  readonly offset: number;
  /** Of the byte in a program; "" elsewhere. */
  readonly place: string;
  /** Selected bytes; 1 for a bare cursor. */
  readonly selected: number;
  /** Up to INSPECTED_BYTES from `offset`; undefined while they are not loaded or cannot be read. */
  readonly bytes: Uint8Array | undefined;
  /** In the place of the values where there are no bytes. */
  readonly absent: string;
  /** Why values cannot be edited. */
  readonly locked: string | undefined;
}

export interface InspectorHandlers {
  commit(offset: number, bytes: Uint8Array): void;
  leave(): void;
  close(): void;
  /** The pane was dragged to this many pixels, across or down as it stands. */
  resized(sizePx: number): void;
}

interface ValueBox {
  readonly field: InspectorField;
  readonly littleEndian: boolean;
  readonly input: HTMLInputElement;
  readonly note: HTMLElement;
}

export class InspectorView {
  readonly element = document.createElement("aside");
  readonly sash = new SashView("Size of the data inspector", this.element, (sizePx) => this.handlers.resized(sizePx));
  readonly #where = document.createElement("div");
  /** The section and the address of the byte. */
  readonly #program = document.createElement("div");
  readonly #error = document.createElement("div");
  readonly #boxes: ValueBox[] = [];
  #subject: InspectorSubject | undefined;
  /** The value that is being typed; draws leave it alone. */
  #editing: ValueBox | undefined;

  constructor(private readonly handlers: InspectorHandlers) {
    this.element.className = "inspector";
    this.element.setAttribute("aria-label", "Data inspector");
    const title = document.createElement("div");
    title.className = "pane-title";
    title.textContent = "Data Inspector";
    const close = document.createElement("button");
    close.className = "close";
    close.title = "Hide the data inspector";
    close.setAttribute("aria-label", close.title);
    close.textContent = "\u00d7";
    close.addEventListener("click", () => handlers.close());
    title.append(close);
    const place = document.createElement("div");
    place.className = "place";
    this.#program.className = "place-in-program";
    place.append(this.#where, this.#program);
    this.#error.className = "field-error";
    this.#error.id = "field-error";
    this.#error.setAttribute("role", "alert");
    this.#error.hidden = true;
    const scroller = document.createElement("div");
    scroller.className = "scroller";
    scroller.append(this.#table());
    this.element.append(title, place, this.#error, scroller);
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  draw(subject: InspectorSubject): void {
    const before = this.#subject;
    this.#subject = subject;
    if (this.#editing !== undefined && before?.offset !== subject.offset) this.#revert();
    const hex = `0x${subject.offset.toString(16).toUpperCase()}`;
    const many = subject.selected > 1 ? `, ${subject.selected.toLocaleString("en-US")} bytes selected` : "";
    const place = `at ${hex}${many}`;
    if (this.#where.textContent !== place) this.#where.textContent = place;
    if (this.#program.textContent !== subject.place) this.#program.textContent = subject.place;
    this.#program.hidden = subject.place === "";
    for (const box of this.#boxes) this.#drawBox(box, subject);
  }

  #drawBox(box: ValueBox, subject: InspectorSubject): void {
    const locked = subject.locked !== undefined || subject.bytes === undefined;
    if (box.input.readOnly !== locked) box.input.readOnly = locked;
    if (box === this.#editing) return;
    const decoded = decodeBox(box, subject);
    const text = decoded.ok ? decoded.text : "";
    // The pane may be too narrow for the whole value.
    const title = [text, subject.locked ?? ""].filter((part) => part !== "").join("\n");
    if (box.input.title !== title) box.input.title = title;
    const hint = decoded.ok ? "" : decoded.problem;
    if (box.input.value !== text) box.input.value = text;
    if (box.input.placeholder !== hint) box.input.placeholder = hint;
    const note = (decoded.ok ? decoded.note : undefined) ?? "";
    if (box.note.textContent !== note) box.note.textContent = note;
  }

  #table(): HTMLTableElement {
    const table = document.createElement("table");
    const head = table.createTHead().insertRow();
    for (const [text, title] of [
      ["Type", ""],
      ["Little endian", "Least significant byte first"],
      ["Big endian", "Most significant byte first"],
    ] as const) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = text;
      if (title !== "") cell.title = title;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const field of inspectorFields) {
      const [little, big] = field.orders ?? ["little endian", "big endian"];
      if (field.shape === "wide") {
        this.#row(body, field, `${field.label} LE`, [[true, little]]);
        this.#row(body, field, `${field.label} BE`, [[false, big]]);
      } else if (field.shape === "pair") {
        this.#row(body, field, field.label, [
          [true, little],
          [false, big],
        ]);
      } else {
        this.#row(body, field, field.label, [[true, ""]]);
      }
    }
    return table;
  }

  #row(
    body: HTMLTableSectionElement,
    field: InspectorField,
    label: string,
    readings: readonly (readonly [boolean, string])[],
  ): void {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = label;
    head.title = field.title;
    row.append(head);
    for (const [littleEndian, order] of readings) {
      const cell = row.insertCell();
      cell.colSpan = 3 - readings.length;
      const input = document.createElement("input");
      input.type = "text";
      input.spellcheck = false;
      input.autocomplete = "off";
      input.dataset.field = field.id;
      input.dataset.order = littleEndian ? "le" : "be";
      input.setAttribute("aria-label", order === "" ? field.title : `${field.title}, ${order}`);
      const note = document.createElement("span");
      note.className = "note";
      const line = document.createElement("div");
      line.className = "value";
      line.append(input, note);
      cell.append(line);
      const box: ValueBox = { field, littleEndian, input, note };
      this.#boxes.push(box);
      input.addEventListener("input", () => this.#typed(box));
      input.addEventListener("blur", () => {
        if (this.#editing === box) this.#revert();
      });
    }
  }

  #typed(box: ValueBox): void {
    this.#editing = box;
    box.input.classList.add("editing");
    this.#complain(undefined);
  }

  #key(event: KeyboardEvent): void {
    const input = event.target instanceof HTMLInputElement ? event.target : undefined;
    const box = this.#boxes.find((other) => other.input === input);
    if (!isForVsCode(event)) event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      if (this.#editing === undefined) this.handlers.leave();
      else this.#revert();
    } else if (event.key === "Enter" && box !== undefined && !event.isComposing) {
      event.preventDefault();
      this.#commit(box);
    } else if (box !== undefined && !event.ctrlKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = this.#boxes[this.#boxes.indexOf(box) + (event.key === "ArrowDown" ? 1 : -1)];
      next?.input.focus();
      next?.input.select();
    }
  }

  #commit(box: ValueBox): void {
    const subject = this.#subject;
    if (subject?.bytes === undefined) return;
    if (subject.locked !== undefined) return this.#complain(subject.locked, box);
    if (this.#editing !== box) return;
    const result = encodeField(box.field, box.input.value, box.littleEndian, subject.bytes);
    if (!result.ok) return this.#complain(result.problem, box);
    this.#revert();
    this.handlers.commit(subject.offset, Uint8Array.from(result.bytes));
    box.input.select();
  }

  #revert(): void {
    const box = this.#editing;
    this.#editing = undefined;
    box?.input.classList.remove("editing");
    this.#complain(undefined);
    if (box !== undefined && this.#subject !== undefined) this.#drawBox(box, this.#subject);
  }

  /** The message stands under the field that it is about. */
  #complain(problem: string | undefined, box?: ValueBox): void {
    for (const other of this.#boxes) {
      if (!other.input.hasAttribute("aria-invalid")) continue;
      other.input.removeAttribute("aria-invalid");
      other.input.removeAttribute("aria-errormessage");
    }
    this.#error.hidden = problem === undefined;
    this.#error.textContent = problem ?? "";
    if (problem === undefined || box === undefined) return;
    box.input.setAttribute("aria-invalid", "true");
    box.input.setAttribute("aria-errormessage", this.#error.id);
    box.input.closest("td")?.append(this.#error);
  }
}

function decodeBox(box: ValueBox, subject: InspectorSubject): Decoded {
  if (subject.bytes === undefined) return { ok: false, problem: subject.absent };
  return decodeField(box.field, subject.bytes, box.littleEndian);
}
