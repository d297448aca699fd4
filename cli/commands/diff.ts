// `terahex diff`: the ranges in which two files differ, with what was inserted and deleted.
import type { Command } from "commander";
import { EngineDocument } from "../../extension/src/engine/document";
import { diff } from "../../extension/src/engine/scan";
import type { CliContext } from "../context";
import { lengthOption } from "../offsets";
import { refuseUnreadable, withScan } from "../scanRun";

interface DiffCommandOptions {
  readonly limit?: string;
  readonly threads?: string;
  readonly json?: true;
}

export function addDiff(program: Command, context: CliContext): void {
  program
    .command("diff")
    .description("print the ranges in which two files differ")
    .argument("<a>")
    .argument("<b>")
    .option("--limit <n>", "stop after so many")
    .option("--threads <n>", "0: one for each processor", "0")
    .option("--json", "one JSON document")
    .action((a: string, b: string, options: DiffCommandOptions) => diffFiles(a, b, options, context));
}

async function diffFiles(a: string, b: string, options: DiffCommandOptions, context: CliContext): Promise<void> {
  const limit = lengthOption("--limit", options.limit, Number.MAX_SAFE_INTEGER);
  const { output, signal } = context;
  let writing = Promise.resolve();
  let lead = "";
  const gone = new AbortController();
  const write = (text: string): void => {
    writing = writing.then(() => output.write(text));
    writing.catch(() => gone.abort());
  };
  const onDifferences = (fours: Float64Array): void => {
    const rows = Array.from({ length: fours.length / 4 }, (_, i) => fours.subarray(4 * i, 4 * i + 4));
    if (!options.json) return write(rows.map(asLine).join(""));
    write(lead === "" ? '{"equal":false,"ranges":[' : lead);
    write(rows.map(asJson).join(","));
    lead = ",";
  };
  const other = EngineDocument.open(b, { readOnly: true });
  try {
    const ends = AbortSignal.any([signal, gone.signal]);
    const compared = withScan(a, "Comparing", options, ends, (document, { from: _, to: __, ...call }) =>
      diff(document, other, { ...call, limit, onDifferences }),
    );
    const { count, truncated, unreadableBytes } = await compared.catch(async (error: unknown) => {
      await writing;
      throw error;
    });
    if (options.json) {
      const end = truncated ? '],"truncated":true}\n' : "]}\n";
      write(lead === "" ? '{"equal":true,"ranges":[]}\n' : end);
    }
    await writing;
    refuseUnreadable(`${a}, ${b}`, unreadableBytes);
    if (count > 0) context.finish(1);
  } finally {
    other.close();
  }
}

function asLine([aStart = 0, aEnd = 0, bStart = 0, bEnd = 0]: Float64Array): string {
  const what = aStart === aEnd ? "inserted" : bStart === bEnd ? "deleted" : "changed";
  return `${what} ${aStart}-${aEnd} ${bStart}-${bEnd}\n`;
}

function asJson([aStart = 0, aEnd = 0, bStart = 0, bEnd = 0]: Float64Array): string {
  return `{"a":[${aStart},${aEnd}],"b":[${bStart},${bEnd}]}`;
}
