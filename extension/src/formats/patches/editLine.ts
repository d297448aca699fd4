// One line of a patch: JSON checked field by field into an edit. Nothing is guessed: an unknown or missing key is an error.
import { Buffer } from "node:buffer";
import { parseLength, parseOffset, type Parsed } from "../../../../shared/parseOffset";
import { EngineError } from "../../engine/engineError";
import type { PatchTarget } from "./model";

const KEYS = {
  overwrite: ["op", "offset", "hex"],
  insert: ["op", "offset", "hex"],
  erase: ["op", "offset", "length"],
  fill: ["op", "offset", "length", "hex"],
} as const;
type Op = keyof typeof KEYS;

/** Applies one line, at the document's state by then: negative offsets count from its end.
 *  @throws EngineError, "invalid-argument" where the line is wrong; the document is then as before the line. */
export function applyEditLine(document: PatchTarget, line: string): void {
  const fields = parseObject(line);
  const op = fields["op"];
  if (!isOp(op)) throw wrong(`"op" must be one of ${Object.keys(KEYS).join(", ")}`);
  checkKeys(op, fields);
  const offset = number("offset", fields["offset"], (text) => parseOffset(text, document.size));
  switch (op) {
    case "overwrite":
      return document.overwrite(offset, bytes(fields["hex"]));
    case "insert":
      return document.insert(offset, bytes(fields["hex"]));
    case "erase":
      return document.erase(offset, number("length", fields["length"], parseLength));
    case "fill":
      return document.fill(offset, number("length", fields["length"], parseLength), bytes(fields["hex"]));
    default:
      return op satisfies never;
  }
}

function parseObject(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw wrong(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("not a JSON object");
  return value as Record<string, unknown>;
}

function isOp(value: unknown): value is Op {
  return typeof value === "string" && Object.hasOwn(KEYS, value);
}

function checkKeys(op: Op, fields: Record<string, unknown>): void {
  const wanted: readonly string[] = KEYS[op];
  const missing = wanted.find((key) => fields[key] === undefined);
  if (missing !== undefined) throw wrong(`"${op}" needs "${missing}"`);
  const unknown = Object.keys(fields).find((key) => !wanted.includes(key));
  if (unknown !== undefined) throw wrong(`"${op}" knows no "${unknown}"`);
}

/** A JSON number, or a string as on the command line. A number beyond 2^53 - 1 has already lost digits: refused. */
function number(key: string, value: unknown, parse: (text: string) => Parsed): number {
  if (typeof value !== "string" && !(typeof value === "number" && Number.isSafeInteger(value))) {
    throw wrong(`"${key}" must be a whole number within 2^53 - 1`);
  }
  const parsed = parse(String(value));
  if (!parsed.ok) throw wrong(`"${key}": ${parsed.message}`);
  return parsed.value;
}

function bytes(value: unknown): Uint8Array {
  if (typeof value !== "string") throw wrong('"hex" must be a string');
  const digits = value.replace(/\s+/g, "");
  if (digits === "") throw wrong('"hex" is empty');
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) throw wrong('"hex" must be pairs of hex digits');
  return Buffer.from(digits, "hex");
}

function wrong(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
