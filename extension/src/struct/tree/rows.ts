// Rows of the tree: one node each, short, for people. Every row has its own small share of time, so that one slow field never
// keeps its neighbours from being shown. One thread.
import { MAX_VALUE_TEXT, type StructFault, type StructPlace, type StructRow } from "../../../../shared/structTree";
import { asStructError, SourceChanged, StructError } from "../errors";
import { noEnvironment } from "../expression/evaluate";
import { Describer, type StructNode } from "../reader/describe";
import { LazyArray } from "../reader/lazyArray";
import { LazyNode } from "../reader/lazyNode";
import { LazyStruct } from "../reader/lazyStruct";
import { summary } from "../reader/nodeText";
import type { Session } from "../reader/session";
import { validate } from "../reader/validate";
import { Float } from "../reader/values";
import { isEditable } from "./fieldEditor";
import { floatText } from "./fieldText";
import { Computed, knownFields, structOf, type Content, type Spot } from "./spots";
import { documentation, expectedKind, typeText } from "./typeText";

/** Of strings characters, of byte arrays bytes: what one line has room for. */
const shownLength = 200;
const printLimits = { depth: 0, maxItems: 0, maxBytes: shownLength, maxNodes: 10_000 };
/** For one row among many; for finding where a struct ends, which is good to know but not necessary. */
const rowMs = 20;
const endMs = 3;
/** After so long the remaining rows of one question get a tenth of their share. */
const generousMs = 100;
const summaryFields = 3;
const summaryLength = 80;

export class RowMaker {
  readonly #begun = performance.now();
  #triesEnds = true;

  constructor(
    private readonly session: Session,
    /** Rows that took too long before: they are not tried again. */
    private readonly givenUp: ReadonlyMap<string, StructError>,
  ) {}

  /** A row in any case: what cannot be read is its fault, what takes long is pending. */
  row(spot: Spot): StructRow {
    const { budget } = this.session;
    if (this.#triesEnds) this.#findEnd(spot);
    const isLate = performance.now() - this.#begun > generousMs;
    budget.startSlice(isLate ? rowMs / 10 : rowMs);
    const row = this.#row(spot);
    return budget.interrupted ? withoutFault(row, spot, this.givenUp.get(spot.path)) : row;
  }

  /** As row(), but in the time that the caller's slice has left: interrupted when that is too little. */
  patientRow(spot: Spot): StructRow {
    const { budget } = this.session;
    const row = this.#row(spot);
    if (budget.interrupted || (row.kind !== "struct" && row.kind !== "array")) return row;
    this.#findEnd(spot);
    budget.startSlice(rowMs);
    const again = this.#row(spot);
    if (!budget.interrupted) return again;
    budget.startSlice(rowMs);
    return row;
  }

  #row(spot: Spot): StructRow {
    const describer = new Describer(printLimits);
    let content: Content | undefined;
    let node: StructNode;
    try {
      content = spot.content();
      node = describe(describer, content, spot);
    } catch (thrown) {
      if (thrown instanceof SourceChanged) throw thrown;
      node = describer.error(asStructError(thrown));
    }
    const fault = faultOf(node, spot);
    const place = placeOf(node);
    return {
      path: spot.path,
      name: spot.name,
      kind: node.kind,
      type: typeText(spot, content),
      value: this.#value(node, content),
      ...(place !== undefined && { place }),
      childCount: childCount(node, content),
      isInstance: spot.def?.role === "value" || spot.def?.role === "instance",
      editable: content instanceof LazyNode && fault?.error !== "EndOfStreamError" && isEditable(content),
      ...documentation(spot, content),
      ...(fault !== undefined && { fault }),
    };
  }

  #value(node: StructNode, content: Content | undefined): string {
    let text = "";
    if (node.kind === "struct" && content !== undefined) text = structText(content);
    else if (node.kind === "array") text = countText(node.size ?? null);
    else if (node.kind !== "error") text = shortText(node, content);
    return text.length <= MAX_VALUE_TEXT ? text : `${text.slice(0, MAX_VALUE_TEXT - 1)}…`;
  }

  /** Of a struct or array, with how many children it has, if that takes little: the session keeps it. */
  #findEnd(spot: Spot): void {
    const { budget } = this.session;
    budget.startSlice(endMs);
    try {
      const content = spot.content();
      if (content instanceof LazyArray) content.end();
      else structOf(content)?.end();
    } catch (thrown) {
      if (thrown instanceof SourceChanged) throw thrown;
      asStructError(thrown);
    }
    this.#triesEnds = !budget.interrupted;
  }
}

function countText(size: number | null): string {
  return size === null ? "" : `${size.toLocaleString("en-US")} element${size === 1 ? "" : "s"}`;
}

function describe(describer: Describer, content: Content, spot: Spot): StructNode {
  if (content instanceof LazyStruct) return describer.root(content);
  if (!(content instanceof Computed)) return describer.field(content);
  const node = describer.computed(content.value);
  const { def, owner } = spot;
  if (def?.role !== "value" || def.valid === undefined || owner === undefined || spot.index >= 0) return node;
  const found = validate(owner, def.valid, content.value, noEnvironment);
  return found === undefined ? node : { ...node, error: found.className, message: found.message };
}

/** Its own; or it is where reading its struct came to an end. */
function faultOf(node: StructNode, spot: Spot): StructFault | undefined {
  if (node.error !== undefined) return { error: node.error, message: node.message ?? "" };
  const { def, owner } = spot;
  const failure = def?.role === "seq" && spot.index < 0 ? owner?.failure : undefined;
  if (failure === undefined || failure.field !== def?.index) return undefined;
  return { error: failure.error.className, message: failure.error.message };
}

function placeOf(node: StructNode): StructPlace | undefined {
  if (node.start === undefined) return undefined;
  return {
    start: node.start,
    ...(node.end !== undefined && { end: node.end }),
    ...(node.bits !== undefined && { bits: node.bits }),
    ...(node.in !== undefined && { in: node.in }),
  };
}

function childCount(node: StructNode, content: Content | undefined): number | null {
  if (node.kind === "array") return node.size ?? null;
  if (node.kind !== "struct" || content === undefined) return 0;
  const struct = structOf(content);
  if (struct === undefined) return 0;
  const { type } = struct;
  if (struct.placed < type.seq.length && struct.failure === undefined && type.seq.length > 0) return null;
  return type.params.length + knownFields(struct) + type.instances.length;
}

function shortText(node: StructNode, content: Content | undefined): string {
  const data = content instanceof LazyNode && node.value instanceof Float ? content.data() : undefined;
  // A float of four bytes has fewer digits than the number that holds it.
  if (node.value instanceof Float && data?.kind === "float") return floatText(node.value.value, data.bytes);
  return summary(node).trimStart();
}

/** What `to-string` says, else the first few single values. */
function structText(content: Content): string {
  try {
    const struct = structOf(content);
    if (struct === undefined) return "";
    const { toText } = struct.type;
    if (toText !== undefined) {
      const text = toText.evaluate(struct, noEnvironment);
      if (typeof text === "string") return text;
    }
    return fieldsText(struct);
  } catch (thrown) {
    if (!(thrown instanceof StructError)) throw thrown;
    return "";
  }
}

function fieldsText(struct: LazyStruct): string {
  const parts: string[] = [];
  const describer = new Describer({ ...printLimits, maxBytes: 32 });
  for (const field of struct.type.seq.slice(0, 2 * summaryFields)) {
    const { kind } = field.data;
    // Behind these, a place may take long to find.
    if (parts.length >= summaryFields || field.repeat !== undefined || (kind === "struct" && !field.data.area)) break;
    if (
      field.id.startsWith("_") ||
      kind === "bytes" ||
      kind === "struct" ||
      kind === "switch" ||
      field.valid?.contents !== undefined
    )
      continue;
    const slot = struct.slot(field.index);
    if (slot === null) continue;
    const node = describer.field(slot);
    if (node.kind === "error") break;
    parts.push(`${field.id}: ${shortText(node, slot)}`);
  }
  const text = parts.join(", ");
  return text.length <= summaryLength ? text : `${text.slice(0, summaryLength - 1)}…`;
}

function withoutFault(row: StructRow, spot: Spot, given: StructError | undefined): StructRow {
  if (given !== undefined) return { ...row, fault: { error: given.className, message: given.message } };
  const { fault, ...rest } = row;
  return { ...rest, kind: fault === undefined ? row.kind : expectedKind(spot.def), pending: true };
}
