// The DOM of one row of the tree, recycled for whatever line stands there. A draw touches only what differs from the last.
import type { StructRow } from "../../../shared/structTree";
import { MAX_DEPTH_SHOWN, docOf, offsetText, sizeText, typeText } from "./treeTexts";
import { hueOf } from "./treeColors";
import { icon, type IconName } from "./treeIconsView";
import type { TreeLine } from "./treeModel";

let nextId = 0;

export class TreeRowView {
  readonly element = document.createElement("div");
  readonly value = cell("value");
  readonly #name = cell("name");
  readonly #twistie = document.createElement("span");
  readonly #swatch = document.createElement("span");
  readonly #icon = document.createElement("span");
  readonly #label = document.createElement("span");
  readonly #check = document.createElement("span");
  readonly #text = document.createElement("span");
  readonly #type = cell("type");
  readonly #offset = cell("offset");
  readonly #size = cell("size");
  #drawn: { readonly line: TreeLine; readonly at: number; readonly current: boolean } | undefined;
  #iconName: IconName | undefined;

  constructor() {
    this.element.id = `field${nextId++}`;
    this.element.className = "field-row";
    this.element.setAttribute("role", "row");
    this.#twistie.className = "twistie";
    this.#swatch.className = "swatch";
    this.#icon.className = "kind";
    this.#label.className = "label";
    this.#text.className = "text";
    this.#check.className = "check";
    this.#check.append(icon("check"));
    this.#twistie.append(icon("chevron"));
    this.#name.setAttribute("role", "rowheader");
    this.#name.append(this.#twistie, this.#swatch, this.#icon, this.#label);
    this.value.append(this.#check, this.#text);
    this.element.append(this.#name, this.value, this.#type, this.#offset, this.#size);
  }

  /** @param line absent: nothing stands here */
  draw(at: number, line: TreeLine | undefined, current: boolean): void {
    this.element.hidden = line === undefined;
    if (line === undefined) {
      this.#drawn = undefined;
      return;
    }
    const drawn = this.#drawn;
    if (drawn !== undefined && drawn.at === at && drawn.current === current && same(drawn.line, line)) return;
    this.#drawn = { line, at, current };
    const { element } = this;
    element.dataset.line = String(at);
    element.setAttribute("aria-rowindex", String(at + 2));
    element.setAttribute("aria-level", String(line.level));
    element.setAttribute("aria-selected", String(current));
    element.classList.toggle("current", current);
    element.style.setProperty("--level", String(Math.min(line.level, MAX_DEPTH_SHOWN) - 1));
    if (line.kind === "counting") this.#drawCounting(line.parent.known);
    else this.#drawNode(line);
  }

  #drawCounting(known: number): void {
    this.#plain("counting");
    this.element.removeAttribute("aria-expanded");
    this.#put(this.#label, "…");
    this.#put(this.#text, `counting, ${known.toLocaleString("en-US")} so far`);
    for (const empty of [this.#type, this.#offset, this.#size]) this.#put(empty, "");
  }

  #drawNode({ row, failure, expanded, parent, index, stale, level }: Extract<TreeLine, { kind: "node" }>): void {
    const { element } = this;
    element.setAttribute(
      "aria-setsize",
      String(parent === undefined ? 1 : parent.counted ? parent.known - parent.hidden.length : -1),
    );
    element.setAttribute("aria-posinset", String((parent?.rankOf(index) ?? 0) + 1));
    if (row === undefined) {
      this.#plain(failure === undefined ? "loading" : "broken");
      this.#put(this.#label, parent?.row.kind === "array" ? `[${index}]` : "…");
      this.#put(this.#text, failure ?? "");
      if (failure !== undefined) this.#setIcon("error");
      element.title = failure ?? "";
      for (const empty of [this.#type, this.#offset, this.#size]) this.#put(empty, "");
      return;
    }
    const opens = row.childCount !== 0;
    const broken = row.fault !== undefined || row.kind === "error";
    element.className = `field-row ${row.kind}${broken ? " broken" : ""}${stale ? " stale" : ""}${element.classList.contains("current") ? " current" : ""}`;
    element.classList.toggle("opens", opens);
    element.classList.toggle("instance", row.isInstance);
    element.classList.toggle("editable", row.editable);
    if (opens) element.setAttribute("aria-expanded", String(expanded));
    else element.removeAttribute("aria-expanded");
    this.#setIcon(broken ? "error" : row.kind);
    this.#swatch.dataset.hue = isColored(row, parent === undefined) ? String(hueOf(index, level)) : "";
    this.#swatch.classList.toggle("open", expanded);
    this.#put(this.#label, row.name);
    this.#check.hidden = row.kind !== "bool" || broken;
    element.classList.toggle("checked", row.kind === "bool" && row.value === "true");
    this.#put(
      this.#text,
      row.fault === undefined
        ? row.value
        : row.value === ""
          ? row.fault.message
          : `${row.value}   ${row.fault.message}`,
    );
    this.#put(this.#type, typeText(row));
    this.#put(this.#offset, offsetText(row));
    this.#put(this.#size, sizeText(row));
    const title = docOf(row);
    if (element.title !== title) element.title = title;
    element.dataset.vscodeContext = JSON.stringify({
      webviewSection: "structRow",
      structEditable: row.editable,
      preventDefaultContextMenuItems: true,
    });
  }

  #plain(name: string): void {
    this.element.className = `field-row ${name}${this.element.classList.contains("current") ? " current" : ""}`;
    this.element.title = "";
    this.element.removeAttribute("aria-expanded");
    this.#swatch.dataset.hue = "";
    this.#check.hidden = true;
    this.#setIcon(undefined);
  }

  #setIcon(name: IconName | undefined): void {
    if (this.#iconName === name) return;
    this.#iconName = name;
    this.#icon.replaceChildren(...(name === undefined ? [] : [icon(name)]));
  }

  #put(element: HTMLElement, text: string): void {
    if (element.textContent !== text) element.textContent = text;
  }
}

function isColored({ place }: StructRow, root: boolean): boolean {
  return !root && place?.end !== undefined && place.in === undefined && place.end > place.start;
}

function same(a: TreeLine, b: TreeLine): boolean {
  if (a.kind !== "node" || b.kind !== "node") return false; // a count grows
  return (
    a.row === b.row &&
    a.expanded === b.expanded &&
    a.level === b.level &&
    a.index === b.index &&
    a.parent === b.parent &&
    a.failure === b.failure &&
    a.stale === b.stale
  );
}

function cell(name: string): HTMLElement {
  const element = document.createElement("div");
  element.className = `field-cell ${name}`;
  element.setAttribute("role", "gridcell");
  return element;
}
