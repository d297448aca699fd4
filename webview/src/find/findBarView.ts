// The find bar: looks and keys of VS Code's own find widget, with what only bytes need besides. Shows the model, decides nothing.
import { icon, type IconName } from "../tree/treeIconsView";
import { isBlank, MAX_LEAST, type FindKind, type FindProblem } from "../../../shared/findProtocol";
import { findActionOfKey, type FindAction } from "./findKeys";
import type { FindModel } from "./findModel";

export interface FindBarHandlers {
  act(action: FindAction): void;
}

const KINDS: readonly (readonly [FindKind, string, string, string])[] = [
  ["hex", "Hex", "Bytes in hex; ? stands for any digit", "DE AD ?? E?"],
  ["text", "Text", "Text in an encoding", "Text"],
  ["regex", ".*", "Pattern over bytes, RE2 syntax", "Pattern, such as [\\x00-\\x1F]+ or key=\\d+"],
  ["value", "Value", "A number of a type, a range 10..20, or 3.14 ± 0.01", "Number, 10..20, 3.14 ± 0.01"],
  ["strings", "Strings", "All texts in an encoding, of so many characters", "All; or those that contain …"],
  ["differs", "≠", "Bytes that differ from a repeated pattern", "00"],
];
/** Those of the text column first; any that iconv-lite knows can be had through the command line. */
const ENCODINGS = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "ascii",
  "windows-1252",
  "iso-8859-1",
  "iso-8859-15",
  "windows-1251",
  "koi8-r",
  "cp437",
  "shift_jis",
  "euc-jp",
  "gb18030",
  "big5",
  "euc-kr",
];
const STRING_ENCODINGS = ["ascii", "utf-8", "utf-16le", "utf-16be"];
const TYPES = [
  "u1",
  "s1",
  ...["u2", "u4", "u8", "s2", "s4", "s8", "f4", "f8"].flatMap((type) => [`${type}le`, `${type}be`]),
];
const MAC = /mac/i.test(navigator.platform);

export class FindBarView {
  readonly element = document.createElement("div");
  readonly #input = box("Find");
  readonly #replaceInput = box("Replace");
  readonly #squiggle = document.createElement("div");
  readonly #count = document.createElement("div");
  readonly #problem = document.createElement("div");
  readonly #progress = document.createElement("div");
  readonly #kinds = new Map<FindKind, HTMLButtonElement>();
  readonly #encoding = select("Encoding", ENCODINGS);
  readonly #stringEncoding = select("Encoding of strings", STRING_ENCODINGS);
  readonly #least = document.createElement("input");
  readonly #type = select("Type", TYPES);
  readonly #tools = new Map<string, HTMLButtonElement>();
  readonly #replaceRow = row("replace-row");
  readonly #measure = document.createElement("canvas").getContext("2d");

  constructor(
    private readonly model: FindModel,
    private readonly handlers: FindBarHandlers,
  ) {
    this.element.className = "find-bar";
    this.element.hidden = true;
    this.element.setAttribute("role", "dialog");
    this.element.setAttribute("aria-label", "Find and replace");
    this.#squiggle.className = "squiggle";
    this.#count.className = "find-count";
    this.#problem.className = "find-problem";
    this.#problem.setAttribute("role", "alert");
    this.#progress.className = "find-progress";
    const rows = document.createElement("div");
    rows.className = "find-rows";
    rows.append(this.#findRow(), this.#replaceRow, this.#optionsRow(), this.#problem);
    this.#fillReplaceRow();
    this.element.append(this.#tool("toggleReplace", "chevron", "Replace"), rows, this.#progress);
    this.#input.addEventListener("input", () => handlers.act({ type: "typed", text: this.#input.value }));
    this.#replaceInput.addEventListener("input", () =>
      handlers.act({ type: "typedReplacement", text: this.#replaceInput.value }),
    );
    this.#input.addEventListener("scroll", () => this.#drawProblem(model.problem));
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  get hasFocus(): boolean {
    return this.element.contains(document.activeElement);
  }

  show(replace: boolean): void {
    this.element.hidden = false;
    if (replace) this.toggleReplace(true);
    this.draw();
    const input = replace && this.model.query.text !== "" ? this.#replaceInput : this.#input;
    window.focus();
    input.focus({ preventScroll: true });
    input.select();
  }

  hide(): void {
    this.element.hidden = true;
  }

  toggleReplace(shown: boolean = this.#replaceRow.hidden === true): void {
    this.#replaceRow.hidden = !shown;
    this.element.classList.toggle("with-replace", shown);
    this.#tools.get("toggleReplace")?.setAttribute("aria-expanded", String(shown));
  }

  draw(): void {
    if (!this.open) return;
    const { model } = this;
    const { kind, text, encoding, type, aligned, matchCase, least, within } = model.query;
    const blank = isBlank(model.query);
    put(this.#input, text);
    put(this.#replaceInput, model.replacement);
    const [, , , hint = ""] = KINDS.find(([name]) => name === kind) ?? [];
    this.#input.placeholder = hint;
    for (const [name, button] of this.#kinds) button.setAttribute("aria-checked", String(name === kind));
    for (const button of this.#kinds.values()) {
      button.tabIndex = button.getAttribute("aria-checked") === "true" ? 0 : -1;
    }
    this.#encoding.hidden = kind !== "text";
    this.#encoding.value = encoding;
    this.#stringEncoding.hidden = this.#least.hidden = kind !== "strings";
    this.#stringEncoding.value = STRING_ENCODINGS.includes(encoding) ? encoding : "utf-8";
    if (document.activeElement !== this.#least) this.#least.value = String(least);
    this.#least.disabled = text !== "";
    this.#type.hidden = kind !== "value";
    this.#type.value = type;
    this.#toggle("aligned", aligned, kind !== "value");
    this.#toggle("case", matchCase, kind !== "text" && kind !== "regex" && kind !== "strings");
    this.#toggle("within", within !== undefined, false);
    const stale = model.status?.stale === true;
    const counts = model.countText;
    if (this.#count.textContent !== counts) this.#count.textContent = counts;
    this.#count.title = stale
      ? "Edited since: the list is out of date"
      : model.wrapped
        ? "Continued around the end"
        : "";
    this.#count.classList.toggle("none", model.nothing);
    this.#count.classList.toggle("stale", stale);
    this.#count.classList.toggle("wrapped", model.wrapped);
    this.#disable("previous", blank);
    this.#disable("next", blank);
    this.#disable("list", blank);
    this.#disable("replace", blank || model.working);
    this.#disable("replaceAll", blank || model.working);
    this.#show("stop", model.searching);
    this.#show("refresh", stale && !model.searching);
    this.#drawProblem(model.problem ?? model.replaceProblem);
    this.#replaceInput.setAttribute("aria-invalid", String(model.replaceProblem !== undefined));
    const { status } = model;
    const share = status?.searching === true && status.total > 0 ? status.done / status.total : undefined;
    this.#progress.hidden = !model.searching && !model.working;
    this.#progress.classList.toggle("endless", share === undefined);
    this.#progress.style.setProperty("--done", `${100 * (share ?? 0)}%`);
  }

  #findRow(): HTMLElement {
    const line = row("find-row");
    const field = document.createElement("div");
    field.className = "find-input";
    field.append(
      this.#input,
      this.#squiggle,
      this.#tool("case", "case", `Match case (${MAC ? "⌥⌘C" : "Alt+C"})`, true),
    );
    line.append(
      field,
      this.#count,
      this.#tool("previous", "up", "Previous hit (Shift+Enter)"),
      this.#tool("next", "down", "Next hit (Enter)"),
      this.#tool("within", "within", `Find in selection (${MAC ? "⌥⌘L" : "Alt+L"})`, true),
      this.#tool("list", "list", "List all hits (Ctrl+Enter)"),
      this.#tool("close", "close", "Close (Escape)"),
    );
    return line;
  }

  #fillReplaceRow(): void {
    this.#replaceRow.hidden = true;
    const field = document.createElement("div");
    field.className = "find-input";
    field.append(this.#replaceInput);
    this.#replaceInput.placeholder = "Replace by; nothing takes hits out";
    this.#replaceRow.append(
      field,
      this.#tool("replace", "replace", "Replace (Enter)"),
      this.#tool("replaceAll", "replaceAll", `Replace all (${MAC ? "⌘Enter" : "Ctrl+Enter"})`),
    );
  }

  #optionsRow(): HTMLElement {
    const line = row("options-row");
    const group = document.createElement("div");
    group.className = "find-kinds";
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-label", "Search for");
    for (const [kind, name, title] of KINDS) {
      const button = document.createElement("button");
      button.textContent = name;
      button.title = title;
      button.setAttribute("role", "radio");
      button.setAttribute("aria-label", title);
      button.addEventListener("click", () => this.handlers.act({ type: "kind", kind }));
      this.#kinds.set(kind, button);
      group.append(button);
    }
    group.addEventListener("keydown", (event) => this.#kindKey(event));
    this.#encoding.addEventListener("change", () =>
      this.handlers.act({ type: "encoding", encoding: this.#encoding.value }),
    );
    this.#type.addEventListener("change", () => this.handlers.act({ type: "valueType", valueType: this.#type.value }));
    this.#stringEncoding.addEventListener("change", () =>
      this.handlers.act({ type: "encoding", encoding: this.#stringEncoding.value }),
    );
    this.#least.type = "number";
    this.#least.min = "1";
    this.#least.max = String(MAX_LEAST);
    this.#least.title = "Characters at least";
    this.#least.setAttribute("aria-label", "Characters at least");
    this.#least.addEventListener("input", () => {
      const least = this.#least.valueAsNumber;
      if (Number.isInteger(least) && least >= 1 && least <= MAX_LEAST) this.handlers.act({ type: "least", least });
    });
    const aligned = document.createElement("button");
    aligned.className = "tool words";
    aligned.textContent = "Aligned";
    aligned.title = "Only at multiples of the type's size";
    aligned.addEventListener("click", () => this.handlers.act({ type: "aligned" }));
    this.#tools.set("aligned", aligned);
    line.append(
      group,
      this.#encoding,
      this.#stringEncoding,
      this.#least,
      this.#type,
      aligned,
      this.#tool("stop", "stop", "Stop searching"),
      this.#tool("refresh", "refresh", "Search again: the list is out of date"),
    );
    return line;
  }

  #kindKey(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = KINDS.findIndex(([kind]) => kind === this.model.query.kind);
    const [kind] = KINDS[(at + step + KINDS.length) % KINDS.length] ?? ["hex"];
    this.handlers.act({ type: "kind", kind });
    this.#kinds.get(kind)?.focus();
    event.preventDefault();
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { key, ctrlKey: ctrl, metaKey: meta, altKey: alt, shiftKey: shift } = event;
    const at = event.target === this.#input ? "find" : event.target === this.#replaceInput ? "replace" : "other";
    const found = findActionOfKey({ key, ctrl, meta, alt, shift }, at, MAC);
    if (found === undefined) return;
    // What edits the text of the box is the box's alone: VS Code would do it to the document too.
    event.stopPropagation();
    if (found === "box") return;
    event.preventDefault();
    this.handlers.act(found);
  }

  #tool(type: ToolAction, shape: IconName, title: string, toggles = false): HTMLButtonElement {
    const button = document.createElement("button");
    button.className = `tool ${type}`;
    button.title = title;
    button.setAttribute("aria-label", title);
    if (toggles) button.setAttribute("aria-pressed", "false");
    button.append(icon(shape));
    button.addEventListener("click", () => this.handlers.act({ type }));
    this.#tools.set(type, button);
    return button;
  }

  #toggle(name: string, pressed: boolean, hidden: boolean): void {
    const button = this.#tools.get(name);
    button?.setAttribute("aria-pressed", String(pressed));
    if (button !== undefined) button.hidden = hidden;
  }

  #disable(name: string, disabled: boolean): void {
    const button = this.#tools.get(name);
    if (disabled) this.#keepFocus(button);
    if (button !== undefined) button.disabled = disabled;
  }

  #show(name: string, shown: boolean): void {
    const button = this.#tools.get(name);
    if (!shown) this.#keepFocus(button);
    if (button !== undefined) button.hidden = !shown;
  }

  /** A button that was pressed and goes away, or rests, would leave the focus nowhere: Escape would close no bar. */
  #keepFocus(button: HTMLElement | undefined): void {
    if (button !== undefined && button === document.activeElement) this.#input.focus({ preventScroll: true });
  }

  #drawProblem(problem: FindProblem | undefined): void {
    const ours = this.model.problem;
    this.#input.setAttribute("aria-invalid", String(ours !== undefined));
    const place = problem?.at === undefined ? "" : ` (character ${problem.at + 1})`;
    const text = problem === undefined ? "" : `${problem.message}${place}`;
    if (this.#problem.textContent !== text) this.#problem.textContent = text;
    this.#problem.hidden = text === "";
    const at = ours?.at;
    this.#squiggle.hidden = at === undefined;
    if (at === undefined || this.#measure === null) return;
    const style = getComputedStyle(this.#input);
    this.#measure.font = `${style.fontSize} ${style.fontFamily}`;
    const width = (from: number, to: number): number =>
      this.#measure?.measureText(this.#input.value.slice(from, to)).width ?? 0;
    const leftPx = Number.parseFloat(style.paddingLeft) + width(0, at) - this.#input.scrollLeft;
    this.#squiggle.style.left = `${leftPx}px`;
    this.#squiggle.style.width = `${Math.max(6, width(at, at + (ours?.length ?? 1)))}px`;
  }
}

type ToolAction = Extract<FindAction, { readonly plain?: true }>["type"];

function box(label: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "text";
  input.spellcheck = false;
  input.autocomplete = "off";
  input.setAttribute("aria-label", label);
  return input;
}

function select(label: string, options: readonly string[]): HTMLSelectElement {
  const element = document.createElement("select");
  element.setAttribute("aria-label", label);
  element.title = label;
  element.append(...options.map((name) => new Option(name, name)));
  return element;
}

function row(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = name;
  return element;
}

function put(input: HTMLInputElement, text: string): void {
  if (input.value !== text) input.value = text;
}
