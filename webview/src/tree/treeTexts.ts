// What the cells of a row say. Pure.
import type { StructRow } from "../../../shared/structTree";

/** Deeper rows are not indented further: their names would leave the column. */
export const MAX_DEPTH_SHOWN = 24;

export function offsetText({ place }: StructRow): string {
  if (place === undefined) return "";
  const hex = `0x${place.start.toString(16).toUpperCase()}`;
  return place.bits === undefined ? hex : `${hex} .${place.bits[0]}`;
}

export function sizeText({ place }: StructRow): string {
  if (place === undefined) return "";
  if (place.bits !== undefined) return place.bits[1] === 1 ? "1 bit" : `${place.bits[1]} bits`;
  return place.end === undefined ? "?" : (place.end - place.start).toLocaleString("en-US");
}

export function typeText({ type, isInstance }: StructRow): string {
  return isInstance && type === "" ? "instance" : type;
}

/** For the tooltip: where it is, what the template says about it, what is wrong with it. */
export function docOf(row: StructRow): string {
  const { name, type, value, fault, doc, docRefs, place } = row;
  const decoded = place?.in === undefined ? "" : `Offset in the bytes that ${place.in} was decoded to`;
  const lines = [
    type === "" ? name : `${name}: ${type}`,
    value,
    fault === undefined ? "" : `${fault.error}: ${fault.message}`,
    doc?.trim() ?? "",
    ...(docRefs ?? []).map((ref) => `See ${ref}`),
    decoded,
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** Type and bytes in full, which the columns may cut. */
export function whatOf({ type, place }: StructRow): string {
  const end = place?.end;
  const bytes =
    place === undefined || end === undefined || place.bits !== undefined
      ? ""
      : `${(end - place.start).toLocaleString("en-US")} ${end - place.start === 1 ? "byte" : "bytes"}`;
  return [type, bytes].filter((part) => part !== "").join(", ");
}

/** For screen readers, when the cursor comes to a row. */
export function spokenOf(row: StructRow | undefined): string {
  if (row === undefined) return "";
  const value = row.fault === undefined ? row.value : `error: ${row.fault.message}`;
  return [row.name, value, row.type].filter((part) => part !== "").join(", ");
}
