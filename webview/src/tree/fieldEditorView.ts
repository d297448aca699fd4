// The box in which a field's value is edited in place: a text, a check box, or a list of an enum's names that typing filters.
// Knows no host: a committed text goes to its owner, who says what is wrong with it. Keys typed here stay here: VS Code would
// undo in the document instead of in the field.
import type { StructFieldEditor, StructRow } from "../../../shared/structTree";
import { icon } from "./treeIconsView";

export interface Refusal {
  readonly problem?: string;
  readonly warnings?: readonly string[];
}

/** Of the value's cell, in pixels of the element that the editor stands in; `below`: there is more room than above. */
export interface FieldBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly below: boolean;
}

export interface FieldEditorOwner {
  commit(path: string, text: string, despite: boolean): Promise<Refusal | undefined>;
  /** Something is typed: the row is to be on screen. */
  reveal(): void;
  /** The editor is gone. @param focus the tree is to have it again */
  closed(focus: boolean): void;
}

type Field = Exclude<StructFieldEditor, { kind: "none" }>;
type Label = Extract<Field, { kind: "enum" }>["labels"][number];

/** More names than anybody scrolls through; typing finds the others. */
const MAX_LABELS = 200;

export class FieldEditorView {
  readonly element = document.createElement("div");
  readonly #input = document.createElement("input");
  readonly #check = document.createElement("div");
  readonly #list = document.createElement("div");
  readonly #note = document.createElement("div");
  #row: StructRow | undefined;
  #field: Field | undefined;
  #labels: readonly Label[] = [];
  #at = -1;
  /** The text that the person was warned about. */
  #warned: string | undefined;
  #busy = false;

  constructor(private readonly owner: FieldEditorOwner) {
    this.element.className = "field-editor";
    this.element.hidden = true;
    this.#input.type = "text";
    this.#input.setAttribute("aria-label", "Value");
    this.#input.spellcheck = false;
    this.#input.autocomplete = "off";
    this.#check.className = "check-box";
    this.#check.tabIndex = 0;
    this.#check.setAttribute("role", "checkbox");
    this.#check.append(icon("check"));
    this.#list.className = "labels";
    this.#list.id = "field-labels";
    this.#list.setAttribute("role", "listbox");
    this.#note.className = "field-note";
    this.#note.id = "field-note";
    this.#note.setAttribute("role", "alert");
    this.element.append(this.#input, this.#check, this.#list, this.#note);
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget)) && !this.#busy)
        this.close(false);
    });
    this.element.addEventListener("mousedown", (event) => event.stopPropagation());
    this.#input.addEventListener("input", () => {
      this.#say("", "");
      if (this.#field?.kind === "enum") this.#filter(this.#input.value);
    });
    this.#check.addEventListener("click", () => this.#flip());
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the input keeps the focus
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option === null) return;
      this.#input.value = this.#labels[Number(option.dataset.at)]?.text ?? "";
      void this.#commit();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get path(): string | undefined {
    return this.isOpen ? this.#row?.path : undefined;
  }

  open(row: StructRow, field: Field, box: FieldBox): void {
    this.#row = row;
    this.#field = field;
    this.#say("", "");
    this.element.hidden = false;
    this.place(box);
    const isBool = field.kind === "bool";
    this.#input.hidden = isBool;
    this.#check.hidden = !isBool;
    this.#list.hidden = field.kind !== "enum";
    const name = `Value of ${row.path === "" ? row.name : row.path}`;
    this.#input.setAttribute("aria-label", name);
    this.#check.setAttribute("aria-label", name);
    if (field.kind === "enum") {
      this.#input.setAttribute("role", "combobox");
      this.#input.setAttribute("aria-controls", this.#list.id);
      this.#input.setAttribute("aria-expanded", "true");
    } else {
      for (const one of ["role", "aria-controls", "aria-expanded", "aria-activedescendant"])
        this.#input.removeAttribute(one);
    }
    if (isBool) {
      this.#check.setAttribute("aria-checked", field.text);
      this.#check.focus();
      return;
    }
    this.#input.value = field.text;
    this.#input.title = field.kind === "text" ? field.hint : "";
    if (field.kind === "enum") this.#filter("");
    else if (field.hint !== "") this.#say(field.hint, "hint");
    this.#input.focus();
    this.#input.select();
  }

  /** @param box undefined: its row is scrolled away */
  place(box: FieldBox | undefined): void {
    const { style, classList } = this.element;
    classList.toggle("away", box === undefined);
    if (box === undefined) return;
    style.setProperty("left", `${box.leftPx}px`);
    style.setProperty("top", `${box.topPx}px`);
    style.setProperty("width", `${Math.max(box.widthPx, 120)}px`);
    style.setProperty("height", `${box.heightPx}px`);
    classList.toggle("upward", !box.below);
  }

  close(focus: boolean): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.#row = undefined;
    this.owner.closed(focus);
  }

  #key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.element.classList.contains("away")) this.owner.reveal();
    if (event.isComposing) return;
    switch (event.key) {
      case "Escape":
        event.preventDefault();
        return this.close(true);
      case "Enter":
        event.preventDefault();
        if (this.#field?.kind === "enum" && this.#at >= 0)
          this.#input.value = this.#labels[this.#at]?.text ?? this.#input.value;
        void this.#commit();
        return;
      case "Tab":
        event.preventDefault();
        void this.#commit();
        return;
      case " ":
        if (this.#field?.kind !== "bool") return;
        event.preventDefault();
        return this.#flip();
      case "ArrowDown":
      case "ArrowUp":
        if (this.#field?.kind !== "enum") return;
        event.preventDefault();
        return this.#mark(this.#at + (event.key === "ArrowDown" ? 1 : -1));
    }
  }

  #flip(): void {
    this.#say("", "");
    this.#check.setAttribute("aria-checked", String(this.#check.getAttribute("aria-checked") !== "true"));
  }

  async #commit(): Promise<void> {
    const row = this.#row;
    const field = this.#field;
    if (row === undefined || field === undefined || this.#busy) return;
    const text = field.kind === "bool" ? (this.#check.getAttribute("aria-checked") ?? "false") : this.#input.value;
    if (text === field.text) return this.close(true);
    this.#busy = true;
    const refusal = await this.owner.commit(row.path, text, this.#warned === text);
    this.#busy = false;
    if (this.#row !== row) return;
    if (refusal === undefined) return this.close(true);
    if (refusal.problem !== undefined) return this.#say(refusal.problem, "error");
    const warnings = (refusal.warnings ?? []).join("\n");
    this.#say(`${warnings}\nEnter writes it all the same, Escape leaves it.`, "warning");
    this.#warned = text;
  }

  #say(text: string, kind: "" | "hint" | "error" | "warning"): void {
    this.#warned = undefined;
    this.#note.hidden = text === "";
    this.#note.textContent = text;
    this.#note.dataset.kind = kind;
    this.#input.setAttribute("aria-invalid", String(kind === "error"));
    if (text === "") this.#input.removeAttribute("aria-describedby");
    else this.#input.setAttribute("aria-describedby", this.#note.id);
    // The list gives way to what there is to say.
    this.#list.hidden = this.#field?.kind !== "enum" || text !== "";
  }

  /** @param typed "" shows all, with the present one marked */
  #filter(typed: string): void {
    if (this.#field?.kind !== "enum") return;
    const wanted = typed.trim().toLowerCase();
    const { labels, text } = this.#field;
    this.#labels = labels
      .filter((label) => label.text.toLowerCase().includes(wanted) || label.value.startsWith(wanted))
      .slice(0, MAX_LABELS);
    this.#list.replaceChildren(
      ...this.#labels.map((label, at) => {
        const option = document.createElement("div");
        option.id = `field-label${at}`;
        option.dataset.at = String(at);
        option.setAttribute("role", "option");
        const name = document.createElement("span");
        name.textContent = label.text;
        const value = document.createElement("span");
        value.className = "label-value";
        value.textContent = label.value;
        option.append(name, value);
        return option;
      }),
    );
    this.#list.hidden = this.#labels.length === 0;
    // A number that has no name may be typed: nothing is marked then, and the text itself counts.
    const current = this.#labels.findIndex((label) => label.text === text);
    this.#mark(wanted === "" ? current : /^-?\d/.test(wanted) ? -1 : 0);
  }

  #mark(at: number): void {
    this.#at = Math.min(Math.max(-1, at), this.#labels.length - 1);
    for (const option of this.#list.children) option.setAttribute("aria-selected", "false");
    const option = this.#list.children[this.#at];
    if (option === undefined) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }
}
