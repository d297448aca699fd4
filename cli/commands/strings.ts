// `terahex strings`: stretches of text with their offsets.
import { TextDecoder } from "node:util";
import type { Command } from "commander";
import type { EngineDocument } from "../../extension/src/engine/document";
import { strings, type TextKind } from "../../extension/src/engine/scan";
import type { CliContext } from "../context";
import { UsageError } from "../failure";
import { lengthOption } from "../offsets";
import { addRangeOptions, withScan, type RangeOptions } from "../scanRun";

interface StringsCommandOptions extends RangeOptions {
  readonly min?: string;
  readonly encoding: string;
  readonly limit?: string;
  readonly json?: true;
}

const DECODERS: Readonly<Record<TextKind, string>> = {
  ascii: "latin1",
  "utf-8": "utf-8",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
};
/** Longer strings are cut when shown: they are text files of their own. */
const MOST_BYTES = 65536;
const WINDOW_BYTES = 1024 * 1024;

export function addStrings(program: Command, context: CliContext): void {
  const command = program
    .command("strings")
    .description("print stretches of text with their offsets")
    .argument("<file>");
  addRangeOptions(command)
    .option("--min <n>", "characters", "4")
    .option("--encoding <name>", "ascii, utf-8, utf-16le or utf-16be", "ascii")
    .option("--limit <n>", "stop after so many")
    .option("--json", "one JSON document")
    .action((file: string, options: StringsCommandOptions) => stringsOf(file, options, context));
}

function isTextKind(name: string): name is TextKind {
  return Object.hasOwn(DECODERS, name);
}

async function stringsOf(file: string, options: StringsCommandOptions, context: CliContext): Promise<void> {
  const encoding = options.encoding.toLowerCase();
  if (!isTextKind(encoding)) throw new UsageError(`--encoding: one of ${Object.keys(DECODERS).join(", ")}`);
  const { output, signal } = context;
  let writing = Promise.resolve();
  const gone = new AbortController();
  const write = (text: string): void => {
    writing = writing.then(() => output.write(text));
    writing.catch(() => gone.abort());
  };
  let first = true;
  const ends = AbortSignal.any([signal, gone.signal]);
  const search = withScan(file, "Reading", options, ends, (document, call) => {
    const texts = new TextReader(document, encoding);
    return strings(document, encoding, {
      ...call,
      min: lengthOption("--min", options.min, 4),
      limit: lengthOption("--limit", options.limit, Number.MAX_SAFE_INTEGER),
      onStrings: (ranges) => {
        const found = texts.read(ranges);
        if (!options.json) return write(found.map(({ offset, text }) => `${offset} ${text}\n`).join(""));
        write((first ? '{"strings":[' : ",") + found.map((item) => JSON.stringify(item)).join(","));
        first = false;
      },
    });
  });
  const { count, truncated } = await search.catch(async (error: unknown) => {
    await writing;
    throw error;
  });
  if (options.json) write(`${first ? '{"strings":[' : ""}],"count":${count},"truncated":${truncated}}\n`);
  await writing;
  if (count === 0) context.finish(1);
}

interface FoundText {
  readonly offset: number;
  readonly text: string;
}

/** Reads strings that lie close together with one read. */
class TextReader {
  private start = 0;
  private bytes = new Uint8Array();
  private readonly decoder: TextDecoder;

  constructor(
    private readonly document: EngineDocument,
    encoding: TextKind,
  ) {
    this.decoder = new TextDecoder(DECODERS[encoding], { ignoreBOM: true });
  }

  read(ranges: Float64Array): FoundText[] {
    const found: FoundText[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const offset = ranges[i] ?? 0;
      const length = Math.min((ranges[i + 1] ?? 0) - offset, MOST_BYTES);
      if (offset < this.start || offset + length > this.start + this.bytes.length) {
        this.bytes = new Uint8Array(this.document.readSync(offset, WINDOW_BYTES).bytes);
        this.start = offset;
      }
      const from = offset - this.start;
      found.push({ offset, text: this.decoder.decode(this.bytes.subarray(from, from + length)) });
    }
    return found;
  }
}
