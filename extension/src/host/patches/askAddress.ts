// Asks for an address of 32 bits, as a number or an expression. Knows no file.
import { evaluateOffset } from "../../../../shared/offsetExpression";
import { hexOffset } from "../binaryDocument";
import type { Dialogs } from "../notify";

/** @param start what is offered, and where expressions count from. @returns undefined when nothing was given */
export async function askAddress(
  title: string,
  prompt: string,
  start: number,
  dialogs: Dialogs,
): Promise<number | undefined> {
  const read = (text: string) => evaluateOffset(text, { cursor: start, size: 2 ** 32 });
  const text = await dialogs.input({
    title,
    prompt,
    value: hexOffset(start < 2 ** 32 ? start : 0),
    check: (typed) => {
      const result = read(typed);
      return result.ok ? { ok: true, message: hexOffset(result.offset) } : { ok: false, message: result.message };
    },
  });
  if (text === undefined || text.trim() === "") return undefined;
  const result = read(text);
  if (result.ok) return result.offset;
  dialogs.warn(result.message);
  return undefined;
}
