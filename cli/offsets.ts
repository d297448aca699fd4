// Offsets and lengths given on the command line, checked, as numbers.
import { parseLength, parseOffset } from "../shared/parseOffset";
import { UsageError } from "./failure";

/** @param text as typed, undefined when left out. */
export function offsetOption(name: string, text: string | undefined, size: number, otherwise: number): number {
  if (text === undefined) return otherwise;
  const parsed = parseOffset(text, size);
  if (!parsed.ok) throw new UsageError(`${name}: ${parsed.message}`);
  return parsed.value;
}

export function lengthOption(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const parsed = parseLength(text);
  if (!parsed.ok) throw new UsageError(`${name}: ${parsed.message}`);
  return parsed.value;
}
