// Typing a name goes to the next row that begins with it, as in VS Code's lists. Pure.
import type { TreePlace } from "./treeOwner";
import type { TreeLines } from "./treeFilter";

const PAUSE_MS = 800;
/** Rows that are looked through. */
const MAX_ROWS = 5000;

export class TypeAhead {
  #text = "";
  #atMs = 0;

  /** @param at the line to look from @returns where the row is that is meant by all that was typed without a pause */
  find(typed: string, lines: TreeLines, at: number, nowMs: number): TreePlace | undefined {
    const going = nowMs - this.#atMs < PAUSE_MS;
    this.#text = (going ? this.#text : "") + typed.toLowerCase();
    this.#atMs = nowMs;
    const from = going ? at : at + 1;
    for (let step = 0; step < Math.min(lines.rows, MAX_ROWS); step++) {
      const line = lines.line((from + step) % lines.rows);
      if (line?.kind !== "node" || line.row?.name.toLowerCase().startsWith(this.#text) !== true) continue;
      return { parent: line.parent, index: line.index };
    }
    return undefined;
  }
}
