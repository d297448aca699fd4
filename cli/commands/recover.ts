// `terahex recover`: finishes or rolls back an interrupted commit, and says which.
import type { Command } from "commander";
import { recover, type CommitHow } from "../../extension/src/engine/document";
import { formatExactBytes } from "../../shared/formatNumber";
import type { CliContext } from "../context";
import { outcomeJson } from "../outcome";
import { stateFolder } from "../stateFolder";

const SENTENCES: Readonly<Record<CommitHow, string>> = {
  nothing: "no interrupted commit waits",
  "in-place": "finished in place",
  rewritten: "finished by rewriting",
  shifted: "finished by shifting",
  "rolled-back": "the interrupted commit was rolled back: the file is as it was before it",
  completed: "the interrupted commit was completed: the file is as it was meant to be",
};

export function addRecover(program: Command, context: CliContext): void {
  program
    .command("recover")
    .description("finish or roll back an interrupted commit")
    .argument("<file>")
    .option("--json", "one JSON document")
    .action(async (file: string, options: { readonly json?: true }) => {
      const outcome = await recover(stateFolder(), file);
      const text = `${file}: ${SENTENCES[outcome.how]}; ${formatExactBytes(outcome.bytesWritten)} written\n`;
      await context.output.write(options.json ? `${outcomeJson(outcome, outcome.how !== "nothing")}\n` : text);
    });
}
