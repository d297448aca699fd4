// The colours of a tree's fields: neighbours differ, and a row has the same one in the tree and in the bytes. Pure.
import type { StructRow } from "../../../shared/structTree";
import { HUES, type FieldRange } from "../../../shared/structProtocol";
import { PAGE_ROWS, type TreeModel, type TreeNode } from "./treeModel";

/** @param index among its siblings @param level 1 for the root */
export function hueOf(index: number, level: number): number {
  // Two levels begin with different colours, so that a first child differs from its parent.
  return (index + 2 * level) % HUES;
}

/** Parents before children. Only what lies in the file itself, and only where its end is known. */
export function colorsOf(model: TreeModel): FieldRange[] {
  const ranges: FieldRange[] = [];
  const visit = (node: TreeNode, level: number): void => {
    if (!node.expanded) return;
    for (const [page, { rows }] of node.pages) {
      for (const [offset, row] of rows.entries()) {
        const index = page * PAGE_ROWS + offset;
        // An array is no more than its elements, which touch each other: a line below all of them would say nothing.
        const open = node.kids.get(index)?.expanded ?? false;
        if (open && row.kind === "array") continue;
        const range = rangeOf(row, hueOf(index, level + 1), open);
        if (range !== undefined) ranges.push(range);
      }
    }
    for (const kid of node.kids.values()) visit(kid, level + 1);
  };
  if (model.root !== undefined) visit(model.root, 1);
  return ranges;
}

function rangeOf({ place, childCount }: StructRow, hue: number, outer: boolean): FieldRange | undefined {
  if (place?.end === undefined || place.in !== undefined || place.end <= place.start) return undefined;
  return { start: place.start, end: place.end, hue, outer, closed: !outer && childCount !== 0 };
}
