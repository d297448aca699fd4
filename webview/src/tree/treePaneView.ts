// The pane around the tree: title and buttons, the boxes for filtering and going somewhere, what to say where there is no tree,
// and below it what is known about the cursor's row. Draws once per frame, when something changed.
import type { StructCommand } from "../../../shared/structProtocol";
import type { StructFieldEditor, StructRow, TemplateDiagnostic } from "../../../shared/structTree";
import { isForVsCode } from "../fieldKeys";
import { FieldEditorView, type FieldBox } from "./fieldEditorView";
import type { StructTree } from "./structTree";
import { whatOf } from "./treeTexts";
import { icon, type IconName } from "./treeIconsView";
import { TreeView } from "./treeView";

export interface TreePaneHandlers {
  /** Undefined where the tree stands alone. */
  readonly close: (() => void) | undefined;
  pickTemplate(): void;
  showTemplate(at: TemplateDiagnostic | undefined): void;
  openDocRef(url: string): void;
  /** The tree's colours may be others now. */
  drawn(): void;
}

const FILTER_REST_MS = 120;

export class TreePaneView {
  readonly element = document.createElement("section");
  readonly tree: TreeView;
  readonly #editor: FieldEditorView;
  readonly #title = document.createElement("button");
  readonly #name = document.createElement("span");
  readonly #reason = document.createElement("span");
  readonly #absent = tool("eyeClosed", "Show absent fields", () =>
    this.model.actions.showAbsent(!this.model.model.showsAbsent),
  );
  readonly #filterBar = bar("filter");
  readonly #filterInput = box("Filter names, values and types");
  readonly #filterNote = note();
  readonly #goToBar = bar("go-to");
  readonly #goToInput = box("Element number or path, such as 500 or records[5].x");
  readonly #goToNote = note();
  readonly #message = document.createElement("div");
  readonly #details = document.createElement("div");
  readonly #progress = document.createElement("div");
  #asked = false;
  #messageFor = "";
  #detailsFor = "";

  constructor(
    private readonly model: StructTree,
    private readonly handlers: TreePaneHandlers,
  ) {
    this.tree = new TreeView(model);
    this.element.className = "tree-pane";
    this.element.setAttribute("aria-label", "Structure");
    this.element.append(
      this.#head(),
      this.#filterBar,
      this.#goToBar,
      this.#message,
      this.tree.element,
      this.#progress,
      this.#details,
    );
    this.#message.className = "tree-message";
    this.#progress.className = "tree-progress";
    this.#details.className = "tree-details";
    this.#fillBoxes();
    this.#editor = new FieldEditorView({
      commit: (path, text, despite) => model.actions.commit(path, text, despite),
      reveal: () => this.#placeEditor(this.tree.cursorCell()),
      closed: (focus) => focus && this.focus(),
    });
    this.element.append(this.#editor.element);
    new ResizeObserver(() => {
      this.tree.isMeasured = false;
      this.schedule();
    }).observe(this.tree.body);
  }

  focus(): void {
    this.tree.treegrid.focus({ preventScroll: true });
  }

  schedule(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.draw();
    });
  }

  draw(): void {
    const { state } = this.model;
    const hasTree = state?.root !== undefined;
    this.#drawTitle();
    this.#drawMessage();
    this.tree.element.hidden = !hasTree;
    if (hasTree) this.tree.measure();
    // Also without a tree: what was coloured is no longer.
    this.tree.draw();
    if (this.#editor.isOpen) this.#placeEditor(this.tree.shownCursorCell);
    this.#drawDetails();
    this.#drawProgress();
    const found = this.model.found;
    put(this.#filterNote, found === undefined ? "" : foundText(found));
    this.handlers.drawn();
  }

  openEditor(row: StructRow, field: StructFieldEditor): void {
    if (field.kind === "none") return;
    const cell = this.tree.cursorCell();
    if (cell !== undefined) this.#editor.open(row, field, this.#boxOf(cell));
  }

  /** The editor goes with its row, which is the cursor's. */
  #placeEditor(cell: HTMLElement | undefined): void {
    if (this.#editor.path !== this.model.cursorRow?.path) return this.#editor.close(false);
    this.#editor.place(cell === undefined ? undefined : this.#boxOf(cell));
  }

  #boxOf(cell: HTMLElement): FieldBox {
    const own = this.element.getBoundingClientRect();
    const { left, top, width, height, bottom } = cell.getBoundingClientRect();
    const below = own.bottom - bottom > 140;
    return { leftPx: left - own.left, topPx: top - own.top, widthPx: width, heightPx: height, below };
  }

  openBox(which: "find" | "goTo"): void {
    const [opened, input] = which === "find" ? [this.#filterBar, this.#filterInput] : [this.#goToBar, this.#goToInput];
    opened.hidden = false;
    input.focus();
    input.select();
    this.schedule();
  }

  /** @returns true when the pane itself knows what to do */
  command(command: StructCommand): boolean {
    if (command === "focus") this.focus();
    return command === "focus";
  }

  #head(): HTMLElement {
    const head = document.createElement("div");
    head.className = "pane-title tree-title";
    this.#title.className = "template-name";
    this.#reason.className = "template-reason";
    this.#title.append(this.#name, this.#reason);
    this.#title.addEventListener("click", () => this.handlers.pickTemplate());
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.setAttribute("role", "toolbar");
    tools.setAttribute("aria-label", "Structure");
    tools.append(
      tool("filter", "Filter (Ctrl+F)", () => this.openBox("find")),
      tool("goTo", "Go to an element or a path (Ctrl+G)", () => this.openBox("goTo")),
      this.#absent,
      tool("collapse", "Close all", () => this.model.command("collapseAll")),
      tool("template", "Open the template", () => this.handlers.showTemplate(undefined)),
    );
    const { close } = this.handlers;
    if (close !== undefined) tools.append(tool("close", "Hide the structure", close));
    head.append(this.#title, tools);
    return head;
  }

  #fillBoxes(): void {
    this.#filterBar.append(
      this.#filterInput,
      this.#filterNote,
      tool("close", "Close the filter", () => this.#closeFilter()),
    );
    this.#goToBar.append(
      this.#goToInput,
      this.#goToNote,
      tool("close", "Close", () => this.#closeGoTo()),
    );
    let timer: number | undefined;
    this.#filterInput.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => this.model.setFilter(this.#filterInput.value), FILTER_REST_MS);
    });
    this.#filterInput.addEventListener("keydown", (event) => {
      if (!isForVsCode(event)) event.stopPropagation();
      if (event.key === "Escape") this.#closeFilter();
      else if (event.key !== "Enter" && event.key !== "ArrowDown") return;
      else this.focus();
      event.preventDefault();
    });
    this.#goToInput.addEventListener("input", () => put(this.#goToNote, ""));
    this.#goToInput.addEventListener("keydown", (event) => {
      if (!isForVsCode(event)) event.stopPropagation();
      if (event.key === "Escape") this.#closeGoTo();
      else if (event.key === "Enter" && !event.isComposing) void this.#goTo();
      else return;
      event.preventDefault();
    });
  }

  async #goTo(): Promise<void> {
    put(this.#goToNote, "…");
    const problem = await this.model.goTo(this.#goToInput.value);
    put(this.#goToNote, problem ?? "");
    this.#goToNote.title = problem ?? "";
    this.#goToInput.setAttribute("aria-invalid", String(problem !== undefined));
    if (problem === undefined) this.#closeGoTo();
  }

  #closeGoTo(): void {
    this.#goToBar.hidden = true;
    put(this.#goToNote, "");
    this.focus();
    this.schedule();
  }

  #closeFilter(): void {
    this.#filterBar.hidden = true;
    this.#filterInput.value = "";
    this.model.setFilter("");
    this.focus();
  }

  #drawTitle(): void {
    const { template, document: shown } = this.model.state ?? {};
    put(this.#name, template?.name ?? "No template");
    put(this.#reason, template?.reason ?? "");
    const title =
      template === undefined ? "Choose a template" : `${template.name}: ${template.reason}. Choose another…`;
    if (this.#title.title !== title) this.#title.title = title;
    this.#title.hidden = shown === undefined;
    const { showsAbsent } = this.model.model;
    if (this.#absent.getAttribute("aria-pressed") === String(showsAbsent)) return;
    this.#absent.setAttribute("aria-pressed", String(showsAbsent));
    this.#absent.title = showsAbsent ? "Hide fields whose condition is false" : "Show fields whose condition is false";
    this.#absent.replaceChildren(icon(showsAbsent ? "eye" : "eyeClosed"));
  }

  /** What stands where there is no tree, or above it: why, and what to do. */
  #drawMessage(): void {
    const { state } = this.model;
    const { document: shown, template, root, diagnostics, failure } = state ?? {};
    // Not for each version of the document: a button that is being pressed stays.
    const key = JSON.stringify([shown?.name, template?.name, root?.path, diagnostics, failure]);
    if (this.#messageFor === key) return;
    this.#messageFor = key;
    this.#message.hidden = state?.root !== undefined && state.diagnostics.length === 0;
    if (state === undefined) return this.#message.replaceChildren(paragraph("Reading…"));
    const parts: HTMLElement[] = [];
    if (state.failure !== undefined) parts.push(paragraph(state.failure, "bad"));
    else if (state.document === undefined) parts.push(paragraph("Open a file in Terahex to see its structure here."));
    else if (state.template === undefined) {
      const choose = document.createElement("button");
      choose.className = "button primary";
      choose.textContent = "Choose a Template…";
      choose.addEventListener("click", () => this.handlers.pickTemplate());
      parts.push(paragraph("No template was recognised for this file."), choose);
    } else if (state.root === undefined) parts.push(paragraph("The template has errors:", "bad"));
    for (const diagnostic of state.diagnostics) parts.push(this.#finding(diagnostic));
    this.#message.replaceChildren(...parts);
  }

  #finding(diagnostic: TemplateDiagnostic): HTMLElement {
    const { severity, message, file, line, column } = diagnostic;
    const finding = document.createElement("button");
    finding.className = `finding ${severity}`;
    finding.textContent = `${message}  (${file.split("/").at(-1)}:${line}:${column})`;
    finding.addEventListener("click", () => this.handlers.showTemplate(diagnostic));
    return finding;
  }

  #drawDetails(): void {
    const { note: said, cursorRow: row, state } = this.model;
    this.#details.hidden = state?.root === undefined;
    const key = JSON.stringify([said, row?.path, row?.doc, row?.fault, row?.place, state?.document?.readOnlyReason]);
    if (key === this.#detailsFor) return;
    this.#detailsFor = key;
    const parts: HTMLElement[] = [];
    const path = paragraph(row === undefined ? "" : row.path === "" ? row.name : row.path, "path");
    const what = document.createElement("span");
    what.className = "what";
    what.textContent = row === undefined ? "" : whatOf(row);
    const line = document.createElement("div");
    line.className = "line";
    line.append(path, what);
    parts.push(line);
    if (said !== undefined) parts.push(this.#noteOf(said.text, said.bad, said.sources));
    else if (row?.fault !== undefined) parts.push(paragraph(`${row.fault.error}: ${row.fault.message}`, "bad"));
    if (row?.place?.in !== undefined) parts.push(paragraph(`In the bytes that ${row.place.in} was decoded to.`));
    if (row?.doc !== undefined) parts.push(paragraph(row.doc.trim(), "doc"));
    for (const ref of row?.docRefs ?? []) parts.push(this.#reference(ref));
    const { readOnlyReason } = state?.document ?? {};
    if (readOnlyReason !== undefined) parts.push(paragraph(readOnlyReason));
    this.#details.replaceChildren(...parts);
  }

  #noteOf(text: string, bad: boolean, sources: readonly string[]): HTMLElement {
    const said = paragraph(text, bad ? "bad" : "note");
    for (const source of sources) {
      const link = document.createElement("button");
      link.className = "link";
      link.textContent = source;
      link.addEventListener("click", () => {
        void this.model.goTo(source).then((problem) => problem !== undefined && this.model.tell(problem, true));
        this.focus();
      });
      said.append(" ", link);
    }
    return said;
  }

  #reference(ref: string): HTMLElement {
    // An address, perhaps with words behind it.
    const address = /^https?:\/\/\S+/i.exec(ref)?.[0];
    if (address === undefined) return paragraph(ref, "doc");
    const link = document.createElement("button");
    link.className = "link";
    link.textContent = ref.slice(address.length).trim() || address;
    link.title = address;
    link.addEventListener("click", () => this.handlers.openDocRef(address));
    return link;
  }

  #drawProgress(): void {
    const { progress } = this.model;
    this.#progress.hidden = progress === undefined;
    if (progress === undefined) return;
    const { path, scannedBytes, totalBytes, elements } = progress;
    const percent = Math.floor((100 * scannedBytes) / totalBytes);
    put(this.#progress, `Counting ${path}: ${elements.toLocaleString("en-US")} elements, ${percent} %`);
    this.#progress.style.setProperty("--done", `${percent}%`);
  }
}

function foundText({ matches, searched }: { readonly matches: number; readonly searched: number }): string {
  return `${matches.toLocaleString("en-US")} of ${searched.toLocaleString("en-US")} rows read so far`;
}

function bar(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `tree-bar ${name}`;
  element.hidden = true;
  return element;
}

function box(label: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "text";
  input.spellcheck = false;
  input.placeholder = label;
  input.setAttribute("aria-label", label);
  return input;
}

function note(): HTMLElement {
  const element = document.createElement("span");
  element.className = "bar-note";
  element.setAttribute("role", "status");
  return element;
}

function tool(name: IconName, title: string, run: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.className = "tool";
  button.title = title;
  button.setAttribute("aria-label", title);
  button.append(icon(name));
  button.addEventListener("click", run);
  return button;
}

function paragraph(text: string, name = ""): HTMLElement {
  const element = document.createElement("p");
  element.className = name;
  element.textContent = text;
  return element;
}

function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
