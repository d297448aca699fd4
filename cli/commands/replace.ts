// `terahex replace`: puts other bytes in the place of every match and commits once, as one crash-safe step.
import { Buffer } from "node:buffer";
import type { Command } from "commander";
import { EngineDocument } from "../../extension/src/engine/document";
import { EngineError } from "../../extension/src/engine/engineError";
import { replaceAll } from "../../extension/src/engine/scanReplace";
import { formatExact, formatExactBytes } from "../../shared/formatNumber";
import { commitEdits, refuseWaitingJournal } from "../commitEdits";
import type { CliContext } from "../context";
import { UsageError } from "../failure";
import { addNeedleOptions, needleOf, type NeedleOptions } from "../needleOptions";
import { lengthOption } from "../offsets";
import { ProgressLine } from "../progressLine";
import { addRangeOptions, rangeOf, refuseUnreadable, type RangeOptions } from "../scanRun";
import { stateFolder } from "../stateFolder";

interface ReplaceOptions extends NeedleOptions, RangeOptions {
  readonly withHex: string;
  readonly count?: true;
  readonly json?: true;
}

export function addReplace(program: Command, context: CliContext): void {
  const command = program
    .command("replace")
    .description("replace every match and commit as one crash-safe step")
    .argument("<file>")
    .requiredOption("--with-hex <bytes>", "what takes a match's place; empty: matches are removed");
  addRangeOptions(addNeedleOptions(command))
    .option("--count", "print how many were replaced, and nothing else")
    .option("--json", "one JSON document")
    .action((file: string, options: ReplaceOptions) => replace(file, options, context));
}

async function replace(file: string, options: ReplaceOptions, context: CliContext): Promise<void> {
  const needle = await needleOf(options);
  const bytes = replacement(options.withHex);
  const storageFolder = stateFolder();
  refuseWaitingJournal(storageFolder, file);
  const document = EngineDocument.open(file, { storageFolder });
  const progress = new ProgressLine(`Searching ${file}`);
  try {
    if (!document.writable) throw new EngineError("read-only", `${file} may not be written`, { path: file });
    const { count, unreadableBytes } = await replaceAll(document, needle, bytes, {
      ...rangeOf(options, document.size),
      threads: lengthOption("--threads", options.threads, 0),
      signal: context.signal,
      onProgress: (done, total) => progress.update(done, total),
    });
    progress.clear();
    refuseUnreadable(file, unreadableBytes);
    const { how, bytesWritten } = await commitEdits(document, file, context.signal);
    const written = `${formatExact(count)} replaced, ${formatExactBytes(bytesWritten)} written (${how})`;
    const json = { committed: how !== "nothing", bytesWritten, how, count };
    await context.output.write(
      options.json ? `${JSON.stringify(json)}\n` : options.count ? `${count}\n` : `${file}: ${written}\n`,
    );
    if (count === 0) context.finish(1);
  } finally {
    progress.clear();
    document.close();
  }
}

function replacement(hex: string): Uint8Array {
  const digits = hex.replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new UsageError("--with-hex must be pairs of hex digits");
  return Buffer.from(digits, "hex");
}
