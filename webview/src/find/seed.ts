// The selection as a needle: what is selected in the text column as text, in the hex column as hex. Pure.
import type { EditColumn } from "../../../shared/protocol";
import type { FindQuery } from "../../../shared/findProtocol";
import { isPrintable } from "../grid/cellModel";

/** More is rather a range to search in than something to search for. */
export const MOST_SEEDED = 64;

export function seedQuery(bytes: Uint8Array, column: EditColumn): Pick<FindQuery, "kind" | "text"> {
  if (column === "text" && bytes.every((byte) => isPrintable(byte))) {
    return { kind: "text", text: String.fromCharCode(...bytes) };
  }
  return { kind: "hex", text: [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ") };
}
