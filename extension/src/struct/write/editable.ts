// Whether a field of the tree can be edited, where its bytes are, and why not if not. Joins the reader's places to encode().
import { StructError } from "../errors";
import type { DataType } from "../ksy/model";
import type { LazyNode } from "../reader/lazyNode";
import type { Value } from "../reader/values";
import { encodeValue } from "./encode";

export interface Edit {
  /** Of the file. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The overwrite that gives the field this value. @throws StructError with the reason when it cannot be done */
export function editField(node: LazyNode, value: Value): Edit {
  if (value === null) throw new StructError("TypeError", "nothing to write");
  const data = editableData(node);
  const start = Math.floor(node.start);
  const end = Math.ceil(node.end());
  const { stream } = node;
  const old = stream.backing.copy(stream.base + start, end - start);
  const firstBit = (node.start % 1) * 8;
  const littleEndian = needsOrder(data) ? node.owner.littleEndian() : true;
  const { bytes } = encodeValue({ data, old, firstBit, littleEndian }, value);
  return { offset: stream.base + start, bytes };
}

/** @throws StructError with the reason why the field cannot be edited */
export function editableData(node: LazyNode): DataType {
  const data = node.data();
  if (data === null) throw new StructError("NotSupportedError", "no type matches: nothing is read here");
  const { origin } = node.stream;
  if (origin !== undefined) throw new StructError("NotSupportedError", `lies in what '${origin.path}' was decoded to`);
  if (data.kind === "struct" || data.kind === "switch") throw new StructError("NotSupportedError", "edit its fields");
  return data;
}

function needsOrder(data: DataType): boolean {
  return (data.kind === "int" || data.kind === "float") && data.endian === undefined;
}
