// Errors as the command line shows them: one line for people, one JSON object for programs.
import { EngineError } from "../extension/src/engine/engineError";
import { CommanderError } from "commander";

/** Something wrong with what the person asked for. */
export class UsageError extends Error {
  readonly code = "invalid-argument";
}

/** What, where, why, on one line. */
export function errorLine(error: unknown): string {
  return `terahex: ${messageOf(error)}`;
}

/** {"error":{"code","message","offset"?}}. */
export function errorJson(error: unknown): string {
  const offset = error instanceof EngineError ? error.offset : undefined;
  return JSON.stringify({
    error: { code: codeOf(error), message: messageOf(error), ...(offset !== undefined && { offset }) },
  });
}

export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EPIPE";
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { path, offset } = error instanceof EngineError ? error : { path: undefined, offset: undefined };
  const where = path !== undefined && !error.message.includes(path) ? `${path}: ` : "";
  const at = offset !== undefined && !mentions(error.message, offset) ? ` (at offset ${offset})` : "";
  return oneLine(where + error.message.replace(/^error: /, "") + at);
}

function mentions(message: string, offset: number): boolean {
  return message.includes(String(offset)) || message.toLowerCase().includes(`0x${offset.toString(16)}`);
}

function codeOf(error: unknown): string {
  if (error instanceof CommanderError) return "invalid-argument";
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return "internal";
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
