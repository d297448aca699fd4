// `terahex pe`: a PE file as its loader reads it, and what is wrong with it. The JSON document is that of docs and --help.
import type { Command } from "commander";
import { EngineDocument } from "../../extension/src/engine/document";
import { EngineError } from "../../extension/src/engine/engineError";
import { imageChecksum } from "../../extension/src/formats/pe/checksum";
import { sectionEntropies } from "../../extension/src/formats/program/entropy";
import type { ImportedLibrary } from "../../extension/src/formats/pe/model";
import { PeFile } from "../../extension/src/formats/pe/peFile";
import type { CliContext } from "../context";
import { peText, type Measured } from "../peText";
import { ProgressLine } from "../progressLine";

export function addPe(program: Command, context: CliContext): void {
  program
    .command("pe")
    .description("sections, directories, imports, exports and checksum of a PE file (.exe, .dll, .sys)")
    .argument("<file>")
    .option("--json", "one JSON document")
    .action(async (file: string, options: { readonly json?: true }) => {
      const document = EngineDocument.open(file, { readOnly: true });
      try {
        const result = PeFile.read(document);
        if (!result.ok) {
          const { message, offset } = result.fault;
          throw new EngineError("invalid-argument", message, { path: file, offset });
        }
        const measured = await measure(document, result.pe, file, context.signal);
        const text = options.json ? `${peJson(result.pe, measured)}\n` : peText(result.pe, measured);
        await context.output.write(text);
      } finally {
        document.close();
      }
    });
}

async function measure(document: EngineDocument, pe: PeFile, file: string, signal: AbortSignal): Promise<Measured> {
  const progress = new ProgressLine(`Adding up ${file}`);
  try {
    pe.readAll();
    const entropies = await sectionEntropies(document, pe.sections, signal);
    const onProgress = (done: number, total: number): void => progress.update(done, total);
    const checksum = await imageChecksum(document, pe.headers.checksumOffset, { signal, onProgress });
    return { entropies, checksum };
  } finally {
    progress.clear();
  }
}

/** Keys as the contract of the command line says; `delayImports` only where there are some. */
function peJson(pe: PeFile, { entropies, checksum }: Measured): string {
  const { headers, exports } = pe;
  const delayed = pe.delayImports.map(libraryJson);
  return JSON.stringify({
    machine: headers.machine,
    magic: headers.magic,
    sections: pe.sections.map(({ name, rva, virtualSize, offset, rawSize, flags }, index) => {
      return { name, rva, virtualSize, offset, rawSize, flags, entropy: entropies[index] ?? null };
    }),
    imports: pe.imports.map(libraryJson),
    ...(delayed.length > 0 && { delayImports: delayed }),
    exports:
      exports === undefined
        ? null
        : {
            name: exports.name,
            functions: exports.functions.map(({ name, ordinal, rva, forwarder }) => ({
              name,
              ordinal,
              rva,
              forwarder,
            })),
          },
    directories: headers.directories.map(({ name, rva, size }) => ({ name, rva, size })),
    checksum: { stated: headers.checksum, computed: checksum },
    warnings: pe.warnings,
  });
}

function libraryJson({ dll, functions }: ImportedLibrary): unknown {
  return {
    dll,
    functions: functions.map(({ name, ordinal, hint }) => (ordinal !== undefined ? { ordinal } : { name, hint })),
  };
}
