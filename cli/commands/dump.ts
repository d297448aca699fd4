// `terahex dump`: as `hexdump -C` prints, holes skipped instead of read.
import { Buffer } from "node:buffer";
import type { Command } from "commander";
import { EngineDocument } from "../../extension/src/engine/document";
import { EngineError } from "../../extension/src/engine/engineError";
import type { ByteRange } from "../../shared/byteRange";
import type { CliContext } from "../context";
import { UsageError } from "../failure";
import { Hexdump } from "../hexdump";
import { lengthOption, offsetOption } from "../offsets";
import { stretches } from "../stretches";

interface DumpOptions {
  readonly offset?: string;
  readonly length?: string;
  readonly width: string;
  readonly json?: true;
}

const MAX_WIDTH = 256;
/** Zeros of a hole that JSON output writes at once. */
const ZERO_RUN_BYTES = 1024 * 1024;

export function addDump(program: Command, context: CliContext): void {
  program
    .command("dump")
    .description("print bytes as hexdump -C does")
    .argument("<file>")
    .option("--offset <n>", "first byte; negative: from the end")
    .option("--length <n>", "number of bytes")
    .option("--width <n>", `bytes per row, 1 to ${MAX_WIDTH}`, "16")
    .option("--json", "one JSON document")
    .action((file: string, options: DumpOptions) => dump(file, options, context));
}

async function dump(file: string, options: DumpOptions, context: CliContext): Promise<void> {
  const document = EngineDocument.open(file, { readOnly: true });
  try {
    const width = lengthOption("--width", options.width, 16);
    if (width < 1 || width > MAX_WIDTH) throw new UsageError(`--width: must be from 1 to ${MAX_WIDTH}`);
    const range = rangeOf(document, options);
    const unreadable = options.json
      ? await dumpJson(document, range, context)
      : await dumpText(document, range, width, context);
    const first = unreadable[0];
    if (first !== undefined) {
      throw new EngineError("io", `Bytes ${first.start} to ${first.end - 1} of ${file} cannot be read`, {
        offset: first.start,
        path: file,
      });
    }
  } finally {
    document.close();
  }
}

function rangeOf(document: EngineDocument, options: DumpOptions): ByteRange {
  const { path, size } = document;
  const start = offsetOption("--offset", options.offset, size, 0);
  if (start > size)
    throw new EngineError("out-of-range", `${path} has ${size} bytes, offset ${start} is past the end`, {
      offset: start,
      path,
    });
  return { start, end: start + Math.min(size - start, lengthOption("--length", options.length, size)) };
}

async function dumpText(
  document: EngineDocument,
  range: ByteRange,
  width: number,
  { output, signal }: CliContext,
): Promise<ByteRange[]> {
  const hexdump = new Hexdump(range.start, width);
  const unreadable: ByteRange[] = [];
  for await (const stretch of stretches(document, range, signal)) {
    if (stretch.kind === "zeros") {
      await output.write(hexdump.zeros(stretch.range.end - stretch.range.start));
      continue;
    }
    const { start } = stretch.range;
    const bad = stretch.window.unreadable;
    await output.write(
      hexdump.bytes(
        new Uint8Array(stretch.window.bytes),
        bad.map((each) => ({ start: each.start - start, end: each.end - start })),
      ),
    );
    unreadable.push(...bad);
  }
  await output.write(hexdump.end());
  return unreadable;
}

/** {"offset","length","hex","unreadable":[[start,end]...]}; unreadable bytes are 00 in "hex". */
async function dumpJson(
  document: EngineDocument,
  range: ByteRange,
  { output, signal }: CliContext,
): Promise<ByteRange[]> {
  const unreadable: ByteRange[] = [];
  await output.write(`{"offset":${range.start},"length":${range.end - range.start},"hex":"`);
  for await (const stretch of stretches(document, range, signal)) {
    if (stretch.kind === "bytes") {
      await output.write(Buffer.from(stretch.window.bytes).toString("hex"));
      unreadable.push(...stretch.window.unreadable);
      continue;
    }
    for (let at = stretch.range.start; at < stretch.range.end; at += ZERO_RUN_BYTES) {
      if (signal.aborted) throw new EngineError("cancelled", `Cancelled at offset ${at}`);
      await output.write("00".repeat(Math.min(ZERO_RUN_BYTES, stretch.range.end - at)));
    }
  }
  await output.write(`","unreadable":${JSON.stringify(unreadable.map(({ start, end }) => [start, end]))}}\n`);
  return [];
}
