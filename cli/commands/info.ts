// `terahex info`: what a file is to Terahex, without reading more of it than its start.
import path from "node:path";
import type { Command } from "commander";
import { EngineDocument, findJournal, type JournalInfo } from "../../extension/src/engine/document";
import type { ByteRange } from "../../shared/byteRange";
import { formatByteCount, formatExact, formatExactBytes } from "../../shared/formatNumber";
import type { CliContext } from "../context";
import { guessFileType, TYPE_GUESS_BYTES } from "../fileType";
import { stateFolder } from "../stateFolder";

/** More than people read; a fragmented disk image may have millions. */
const MAX_EXTENTS = 1000;

interface Info {
  readonly path: string;
  readonly size: number;
  readonly extents: readonly (readonly [number, number])[];
  /** Present when there are more than `extents` lists. */
  readonly extentsTruncated?: true;
  readonly pageSize: number;
  readonly access: "mapped" | "positional";
  readonly type: string;
  readonly journal: JournalInfo | null;
}

export function addInfo(program: Command, context: CliContext): void {
  program
    .command("info")
    .description("size, stored extents, type and waiting journal of a file")
    .argument("<file>")
    .option("--json", "one JSON document")
    .action(async (file: string, options: { readonly json?: true }) => {
      const info = infoOf(file);
      await context.output.write(options.json ? `${JSON.stringify(info)}\n` : asText(info));
    });
}

function infoOf(file: string): Info {
  const document = EngineDocument.open(file, { readOnly: true });
  try {
    const { size } = document;
    const extents = document.extents(0, size, MAX_EXTENTS + 1);
    const listed = extents.slice(0, MAX_EXTENTS);
    return {
      path: path.resolve(file),
      size,
      extents: listed.map(({ start, end }) => [start, end]),
      ...(extents.length > listed.length && { extentsTruncated: true }),
      pageSize: document.pageSize,
      access: document.mapped ? "mapped" : "positional",
      type: guessFileType(new Uint8Array(document.readSync(0, TYPE_GUESS_BYTES).bytes)),
      journal: findJournal(stateFolder(), file) ?? null,
    };
  } finally {
    document.close();
  }
}

function asText(info: Info): string {
  const stored = info.extents.reduce((sum, [start, end]) => sum + (end - start), 0);
  const more = info.extentsTruncated ? ", and more" : "";
  const lines = [
    ["path", info.path],
    ["size", `${formatExactBytes(info.size)}${info.size >= 1000 ? ` (${formatByteCount(info.size)})` : ""}`],
    ["type", info.type],
    ["access", info.access],
    ["page size", formatExactBytes(info.pageSize)],
    ["stored", `${formatExactBytes(stored)} in ${formatExact(info.extents.length)} extents${more}`],
    ...info.extents.slice(0, 16).map(([start, end]): [string, string] => ["", hexRange({ start, end })]),
    ...(info.extents.length > 16 ? [["", `... --json lists ${info.extents.length}`]] : []),
    ["journal", info.journal === null ? "none" : journalText(info.journal)],
  ];
  return lines.map(([key, value]) => `${(key ?? "").padEnd(11)}${value ?? ""}\n`).join("");
}

function hexRange({ start, end }: ByteRange): string {
  return `0x${start.toString(16)} to 0x${end.toString(16)}`;
}

function journalText(journal: JournalInfo): string {
  const state = journal.complete
    ? "an interrupted commit waits for `terahex recover`"
    : "incomplete, the file is untouched";
  return `${journal.path}: ${formatExactBytes(journal.bytes)}, ${state}`;
}
