// `terahex find`: every place where a needle stands, as soon as it is found. Needles of one length may overlap.
import { Buffer } from "node:buffer";
import type { Command } from "commander";
import { find } from "../../extension/src/engine/scan";
import type { CliContext } from "../context";
import { lengthOption } from "../offsets";
import { addNeedleOptions, needleOf, type NeedleOptions } from "../needleOptions";
import { addRangeOptions, withScan, type RangeOptions } from "../scanRun";

interface FindCommandOptions extends NeedleOptions, RangeOptions {
  readonly limit?: string;
  readonly count?: true;
  readonly json?: true;
}

export function addFind(program: Command, context: CliContext): void {
  const command = program.command("find").description("print the offset of every match, ascending").argument("<file>");
  addRangeOptions(addNeedleOptions(command))
    .option("--limit <n>", "stop after so many")
    .option("--count", "print how many there are, not where")
    .option("--json", "one JSON document")
    .action((file: string, options: FindCommandOptions) => findInFile(file, options, context));
}

async function findInFile(file: string, options: FindCommandOptions, context: CliContext): Promise<void> {
  const needle = await needleOf(options);
  const limit = lengthOption("--limit", options.limit, Number.MAX_SAFE_INTEGER);
  const printer = new OffsetPrinter(context, options.json ?? false);
  const starts = needle.kind === "regex" ? everySecond : (hits: Float64Array): Float64Array => hits;
  const onHits = options.count ? undefined : (hits: Float64Array) => printer.add(starts(hits));
  const search = withScan(file, "Searching", options, printer.signal, (document, call) =>
    find(document, needle, { ...call, limit, ...(onHits && { onHits }) }),
  );
  const outcome = await search.catch(async (error: unknown) => {
    await printer.settled();
    throw error;
  });
  const { count, truncated, unreadableBytes } = outcome;
  const json = `],"count":${count},"truncated":${truncated}${unreadable(unreadableBytes)}}\n`;
  await printer.end(options.json ? json : options.count ? `${count}\n` : "");
  if (unreadableBytes > 0) {
    process.stderr.write(`terahex: ${file}: ${unreadableBytes} bytes could not be read\n`);
    context.finish(2);
  } else if (count === 0) context.finish(1);
}

/** Of flattened ranges the starts. */
function everySecond(ranges: Float64Array): Float64Array {
  return ranges.filter((_, i) => i % 2 === 0);
}

function unreadable(bytes: number): string {
  return bytes > 0 ? `,"unreadableBytes":${bytes}` : "";
}

/** Writes offsets as they arrive. What waits for a slow reader is 8 bytes for each of them. */
class OffsetPrinter {
  private writing: Promise<void> = Promise.resolve();
  private first = true;
  private readonly gone = new AbortController();

  constructor(
    private readonly context: CliContext,
    private readonly json: boolean,
  ) {}

  /** Aborted when nobody reads any more, or by Ctrl+C. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.context.signal, this.gone.signal]);
  }

  add(offsets: Float64Array): void {
    this.write(this.json ? this.lead() + offsets.join(",") : `${offsets.join("\n")}\n`);
  }

  /** @throws what writing failed with. */
  async end(text: string): Promise<void> {
    this.write(this.json ? (this.first ? this.lead() : "") + text : text);
    await this.settled();
  }

  /** @throws what writing failed with. */
  settled(): Promise<void> {
    return this.writing;
  }

  private lead(): string {
    const lead = this.first ? '{"offsets":[' : ",";
    this.first = false;
    return lead;
  }

  private write(text: string): void {
    this.writing = this.writing.then(() => this.context.output.write(Buffer.from(text, "latin1")));
    // Told by end().
    this.writing.catch(() => this.gone.abort());
  }
}
