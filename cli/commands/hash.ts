// `terahex hash`: hashes and checksums, several at once, printed as sha256sum does.
import type { Command } from "commander";
import { hash, hashName, hashNames } from "../../extension/src/engine/scanHash";
import type { CliContext } from "../context";
import { addRangeOptions, withScan, type RangeOptions } from "../scanRun";
import { UsageError } from "../failure";

interface HashOptions extends RangeOptions {
  readonly algorithm: string;
  readonly list?: true;
  readonly json?: true;
}

export function addHash(program: Command, context: CliContext): void {
  const command = program
    .command("hash")
    .description("hashes and checksums, as sha256sum prints them")
    .argument("[file]")
    .option(
      "--algorithm <names>",
      "separated by commas: sha256, md5, blake3, crc-32/iso-hdlc, xxh3 and so on",
      "sha256",
    );
  addRangeOptions(command)
    .option("--list", "print every algorithm's name")
    .option("--json", "one JSON document")
    .action((file: string | undefined, options: HashOptions) => hashFile(file, options, context));
}

async function hashFile(file: string | undefined, options: HashOptions, { output, signal }: CliContext): Promise<void> {
  if (options.list) return output.write(`${hashNames().join("\n")}\n`);
  if (file === undefined) throw new UsageError("missing required argument 'file'");
  const names = options.algorithm.split(",").map((name) => name.trim());
  for (const name of names) hashName(name);
  const digests = await withScan(file, "Hashing", options, signal, (document, call) => hash(document, names, call));
  const lines = names.map((name) => `${digests.get(name) ?? ""}  ${file}${names.length > 1 ? `  ${name}` : ""}\n`);
  await output.write(options.json ? `${JSON.stringify(Object.fromEntries(digests))}\n` : lines.join(""));
}
