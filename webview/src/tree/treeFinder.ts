// From a path or an expression to its place in the tree: asks the host which node is meant, then which child of its parent
// each step on the way is. Pure.
import type { StructRow } from "../../../shared/structTree";
import { MAX_ROWS } from "../../../shared/structTree";
import { isAbsent, type TreeModel, type TreeNode } from "./treeModel";
import type { StructTreeOwner, TreePlace } from "./treeOwner";

export class TreeFinder {
  constructor(
    private readonly model: TreeModel,
    private readonly owner: Pick<StructTreeOwner, "ask">,
  ) {}

  /** @param text an element's number in the array around `from`, or an expression @throws what is wrong with it */
  async goTo(text: string, from: TreePlace): Promise<TreePlace> {
    if (!/^(0x[0-9a-f]+|\d+)$/i.test(text)) return this.find(text);
    const array = arrayAround(this.model, from);
    if (array === undefined) throw new Error("The cursor is in no array: write a path, such as records[5].");
    const index = Number(text);
    if (!array.counted) return this.find(`${array.path}[${index}]`);
    if (index >= array.known) {
      throw new Error(
        `${array.path === "" ? "The file" : array.path} has ${array.known.toLocaleString("en-US")} elements.`,
      );
    }
    this.model.setExpanded(array, true);
    return { parent: array, index };
  }

  /** Opens the way there. @throws what the host says is wrong with it */
  async find(expression: string): Promise<TreePlace> {
    const target = await this.owner.ask<"row">({ kind: "row", path: expression }).reply;
    if (isAbsent(target) && !this.model.showsAbsent) throw new Error(`${target.path} is absent: its "if" is false.`);
    const steps: { index: number; row: StructRow }[] = [];
    let parent = "";
    for (const path of prefixesOf(target.path)) {
      const element = /\[(\d+)\]$/.exec(path)?.[1];
      const row = path === target.path ? target : await this.owner.ask<"row">({ kind: "row", path }).reply;
      steps.push({ index: element === undefined ? await this.#indexOf(parent, path) : Number(element), row });
      parent = path;
    }
    const place = this.model.follow(steps);
    if (place === undefined) throw new Error(`${expression} is not in the tree.`);
    return place;
  }

  async #indexOf(parent: string, path: string): Promise<number> {
    for (let from = 0; ; from += MAX_ROWS) {
      const { rows, atLeast } = await this.owner.ask<"children">({
        kind: "children",
        path: parent,
        from,
        count: MAX_ROWS,
      }).reply;
      const index = rows.findIndex((row) => row.path === path);
      if (index >= 0) return from + index;
      if (rows.length === 0 || from + rows.length >= atLeast) throw new Error(`${path} is not in the tree.`);
    }
  }
}

/** "a[5].b" -> "a", "a[5]", "a[5].b". */
export function prefixesOf(path: string): string[] {
  return [...path.matchAll(/\.|\[|$/g)].map(({ index }) => path.slice(0, index)).filter((part) => part !== "");
}

/** The array that the cursor is on or in. */
export function arrayAround(model: TreeModel, { parent, index }: TreePlace): TreeNode | undefined {
  const row = model.rowAt(parent, index);
  if (row?.kind === "array") return model.nodeOf(parent, index);
  for (let node = parent; node !== undefined; node = node.parent) if (node.row.kind === "array") return node;
  return undefined;
}
