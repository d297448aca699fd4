// What the scanning commands share: the range they look at, threads, progress, and doing without a stale answer.
import type { Command } from "commander";
import { EngineDocument } from "../extension/src/engine/document";
import { EngineError } from "../extension/src/engine/engineError";
import type { ScanOptions } from "../extension/src/engine/scan";
import { lengthOption, offsetOption } from "./offsets";
import { UsageError } from "./failure";
import { ProgressLine } from "./progressLine";

export interface RangeOptions {
  readonly from?: string;
  readonly to?: string;
  readonly threads?: string;
}

export function addRangeOptions(command: Command): Command {
  return command
    .option("--from <offset>", "begin here")
    .option("--to <offset>", "end before this")
    .option("--threads <n>", "0: one for each processor", "0");
}

/** Opens the file read-only, runs the scan with everything it needs, and cleans up.
 *  @param label of the progress line */
export async function withScan<T>(
  file: string,
  label: string,
  options: RangeOptions,
  signal: AbortSignal,
  scan: (document: EngineDocument, call: ScanOptions & { readonly from: number; readonly to: number }) => Promise<T>,
): Promise<T> {
  const document = EngineDocument.open(file, { readOnly: true });
  const progress = new ProgressLine(`${label} ${file}`);
  try {
    return await scan(document, {
      ...rangeOf(options, document.size),
      threads: lengthOption("--threads", options.threads, 0),
      signal,
      onProgress: (done, total) => progress.update(done, total),
    });
  } finally {
    progress.clear();
    document.close();
  }
}

export function rangeOf(options: RangeOptions, size: number): { readonly from: number; readonly to: number } {
  const from = Math.min(offsetOption("--from", options.from, size, 0), size);
  const to = Math.min(offsetOption("--to", options.to, size, size), size);
  if (from > to) throw new UsageError(`--from ${from} lies behind --to ${to}`);
  return { from, to };
}

/** Bytes that cannot be read are no data: an answer without them would be wrong. */
export function refuseUnreadable(file: string, unreadableBytes: number): void {
  if (unreadableBytes === 0) return;
  throw new EngineError("io", `${file}: ${unreadableBytes} bytes could not be read`, { path: file });
}
