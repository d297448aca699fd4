// `terahex stats`: how often each byte occurs, and the entropy of equal parts.
import type { Command } from "commander";
import { stats, type StatsOutcome } from "../../extension/src/engine/scan";
import { formatExactBytes } from "../../shared/formatNumber";
import type { CliContext } from "../context";
import { lengthOption } from "../offsets";
import { addRangeOptions, refuseUnreadable, withScan, type RangeOptions } from "../scanRun";

interface StatsCommandOptions extends RangeOptions {
  readonly buckets?: string;
  readonly json?: true;
}

export function addStats(program: Command, context: CliContext): void {
  const command = program.command("stats").description("byte histogram, and entropy of equal parts").argument("<file>");
  addRangeOptions(command)
    .option("--buckets <n>", "parts of equal length, 1 to a million")
    .option("--json", "one JSON document")
    .action((file: string, options: StatsCommandOptions) => statsOf(file, options, context));
}

async function statsOf(file: string, options: StatsCommandOptions, { output, signal }: CliContext): Promise<void> {
  const buckets = lengthOption("--buckets", options.buckets, 16);
  const { range, outcome } = await withScan(file, "Counting", options, signal, async (document, call) => ({
    range: { from: call.from, to: call.to },
    outcome: await stats(document, { ...call, buckets }),
  }));
  refuseUnreadable(file, outcome.unreadableBytes);
  await output.write(options.json ? json(range, outcome) : text(range, outcome));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Bits for each byte, over all buckets together. */
function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log2(count / total)), 0);
}

function json({ from, to }: Range, { counts, entropy }: StatsOutcome): string {
  const shown = {
    from,
    to,
    size: to - from,
    entropy: entropyOf(counts),
    histogram: [...counts],
    buckets: [...entropy],
  };
  return `${JSON.stringify(shown)}\n`;
}

function text({ from, to }: Range, { counts, entropy }: StatsOutcome): string {
  const size = to - from;
  const lines = [
    `${formatExactBytes(size)}, entropy ${entropyOf(counts).toFixed(6)} bits for each byte`,
    "",
    "byte  count",
  ];
  counts.forEach((count, byte) => {
    if (count > 0)
      lines.push(`${byte.toString(16).padStart(2, "0")}    ${count}  ${((count / size) * 100).toFixed(3)}%`);
  });
  lines.push("", "bucket at  entropy");
  entropy.forEach((bits, i) => {
    // As the engine divides: to one byte, without a product beyond 2^53.
    const share = Number((BigInt(size) * BigInt(i)) / BigInt(entropy.length));
    lines.push(`${from + share}  ${bits.toFixed(6)}`);
  });
  return `${lines.join("\n")}\n`;
}
