// Repeated fields whose elements look at the array that they are being added to: how many there are so far, the last one.
// Such an element means something only while it is read in order. Looks at the template alone; one entry per field.
import { partsOf, type Expression } from "../expression/ast";
import type { DataType, FieldDef, Formula, TypeDef } from "../ksy/model";
import type { LazyNode } from "./lazyNode";
import { LazyStruct } from "./lazyStruct";

const growing = new Set(["size", "length", "last", "min", "max"]);
const known = new WeakMap<FieldDef, boolean>();

/** As by `size: 8 - _parent.items.size` within an item, or `type: item(items.size)`. */
export function countsItself(field: FieldDef): boolean {
  let result = known.get(field);
  if (result === undefined) {
    const asks = (tree: Expression): boolean => isCount(tree, field.id) || partsOf(tree).some(asks);
    result = formulasOf(field.data, new Set()).some((formula) => asks(formula.tree));
    known.set(field, result);
  }
  return result;
}

function isCount(tree: Expression, id: string): boolean {
  if ((tree.kind !== "attribute" && tree.kind !== "call") || !growing.has(tree.name)) return false;
  const { target } = tree;
  return (target.kind === "name" || target.kind === "attribute") && target.name === id;
}

function formulasOf(data: DataType, seen: Set<TypeDef>): Formula[] {
  const own = "area" in data && data.area?.size !== undefined ? [data.area.size] : [];
  if (data.kind === "switch") {
    const types = data.otherwise === undefined ? [] : [data.otherwise];
    return [data.on, ...[...data.cases.map((one) => one.type), ...types].flatMap((type) => formulasOf(type, seen))];
  }
  if (data.kind !== "struct") return own;
  own.push(...data.args);
  if (data.opaque || seen.has(data.type)) return own;
  seen.add(data.type);
  for (const { condition, repeat, data: inner } of data.type.seq) {
    if (condition !== undefined) own.push(condition);
    if (repeat?.kind === "count") own.push(repeat.count);
    if (repeat?.kind === "until") own.push(repeat.until);
    own.push(...formulasOf(inner, seen));
  }
  return own;
}

/** Finds out now what depends on the elements so far: where the element ends is known already. */
export function settle(node: LazyNode): void {
  const value = node.value();
  if (!(value instanceof LazyStruct)) return;
  for (const param of value.type.params) value.paramValue(param.index);
}
