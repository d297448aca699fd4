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
    .option("--encoding <names>", "separated by commas: ascii, utf-8, utf-16le, utf-16be", "ascii")
    .option("--limit <n>", "stop after so many")
    .option("--json", "one JSON document")
    .action((file: string, options: StringsCommandOptions) => stringsOf(file, options, context));
}

function textKinds(list: string): readonly TextKind[] {
  const names = new Set(list.split(",").map((name) => name.trim().toLowerCase()));
  const kinds = [...names].filter(isTextKind);
  if (kinds.length < names.size) throw new UsageError(`--encoding: of ${Object.keys(DECODERS).join(", ")}`);
  return kinds;
}

function isTextKind(name: string): name is TextKind {
  return Object.hasOwn(DECODERS, name);
}

async function stringsOf(file: string, options: StringsCommandOptions, context: CliContext): Promise<void> {
  const encodings = textKinds(options.encoding);
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
    const texts = new TextReader(document, encodings);
    return strings(document, encodings, {
      ...call,
      min: lengthOption("--min", options.min, 4),
      limit: lengthOption("--limit", options.limit, Number.MAX_SAFE_INTEGER),
      onStrings: (triples) => {
        const found = texts.read(triples);
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
  /** Where several were asked for. */
  readonly encoding?: TextKind;
}

/** Reads strings that lie close together with one read. */
class TextReader {
  private start = 0;
  private bytes = new Uint8Array();
  private readonly decoders: readonly TextDecoder[];

  constructor(
    private readonly document: EngineDocument,
    private readonly encodings: readonly TextKind[],
  ) {
    this.decoders = encodings.map((encoding) => new TextDecoder(DECODERS[encoding], { ignoreBOM: true }));
  }

  /** @param triples start, end, index of the encoding */
  read(triples: Float64Array): FoundText[] {
    const found: FoundText[] = [];
    for (let i = 0; i < triples.length; i += 3) {
      const offset = triples[i]!;
      const kind = triples[i + 2]!;
      const length = Math.min(triples[i + 1]! - offset, MOST_BYTES);
      if (offset < this.start || offset + length > this.start + this.bytes.length) {
        this.bytes = new Uint8Array(this.document.readSync(offset, WINDOW_BYTES).bytes);
        this.start = offset;
      }
      const from = offset - this.start;
      const text = this.decoders[kind]!.decode(this.bytes.subarray(from, from + length));
      found.push({ offset, text, ...(this.encodings.length > 1 && { encoding: this.encodings[kind]! }) });
    }
    return found;
  }
}
