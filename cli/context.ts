// What a command is given by main.ts instead of process-wide state.
import type { Output } from "./output";

/** As grep's: 0 done or found, 1 nothing found or different, 2 error. */
export type ExitStatus = 0 | 1 | 2;

export interface CliContext {
  readonly output: Output;
  /** Aborted by Ctrl+C. */
  readonly signal: AbortSignal;
  /** Sets the exit status; without it 0. Errors are thrown. */
  finish(status: ExitStatus): void;
}
