// Which case of a switch holds. Cases that are plain integers or enum members are looked up, the rest is compared in order.
import type { DataType, SwitchUse } from "../ksy/model";
import { equalValues } from "../expression/operators";
import type { LazyNode } from "./lazyNode";
import { EnumValue, type Value } from "./values";

const tables = new WeakMap<SwitchUse, ReadonlyMap<string, DataType> | null>();

/** `7` for integers and enum members alike; undefined for what has to be compared. */
function keyOf(value: Value): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return value instanceof EnumValue ? String(value.value) : undefined;
}

function tableOf(use: SwitchUse, node: LazyNode): ReadonlyMap<string, DataType> | null {
  let table = tables.get(use);
  if (table !== undefined) return table;
  const entries = new Map<string, DataType>();
  const isPlain = use.cases.every(({ when, type }) => {
    if (when.tree.kind !== "int" && when.tree.kind !== "enum") return false;
    const key = keyOf(node.evaluate(when));
    if (key !== undefined && !entries.has(key)) entries.set(key, type);
    return key !== undefined;
  });
  table = isPlain ? entries : null;
  tables.set(use, table);
  return table;
}

/** Null: nothing is read. */
export function switchedType(node: LazyNode, use: SwitchUse): DataType | null {
  const on = node.evaluate(use.on);
  const key = keyOf(on);
  const table = key === undefined ? null : tableOf(use, node);
  if (table !== null && key !== undefined) return table.get(key) ?? use.otherwise ?? null;
  if (on === null) return use.otherwise ?? null;
  const environment = { ...node.environment, on };
  for (const { when, type } of use.cases) {
    if (equalValues(on, when.evaluate(node.owner, environment))) return type;
  }
  return use.otherwise ?? null;
}
