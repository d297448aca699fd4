// Each name.expect.yml of test/fixtures/templates: what another program says of name.bin (or name.bin.br), which was made by a
// real program or by hand, see `made` and `saidBy`. `values` are expressions with their results; nothing else may fail
// in the tree, unless `faults` names the places. Where the other program is installed, `live` asks it again: each
// regular expression finds in its output what an expression gives.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { faultsOf, fixtureBytes, fixtureFolder, readThrough, valueOf } from "./support";

interface Expectation {
  readonly template: string;
  readonly saidBy: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly faults?: readonly string[];
  /** The last word of `run` that has a dot names the file to ask about. */
  readonly live?: readonly { readonly run: readonly string[]; readonly says: Readonly<Record<string, string>> }[];
}

const ending = ".expect.yml";
const names = fs
  .readdirSync(fixtureFolder)
  .filter((name) => name.endsWith(ending))
  .map((name) => name.slice(0, -ending.length));

function bytesOf(name: string): Uint8Array {
  const packed = `${name}.bin.br`;
  return fixtureBytes(fs.existsSync(path.join(fixtureFolder, packed)) ? packed : `${name}.bin`);
}

/** What a program prints about the fixture; undefined where it is not installed. */
function ask(run: readonly string[], bytes: Uint8Array): string | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "terahex-templates-"));
  try {
    const [program = "", ...words] = run;
    fs.writeFileSync(path.join(folder, words.at(-1) ?? ""), bytes);
    const answer = spawnSync(program, words, {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
    });
    return answer.error === undefined ? answer.stdout + answer.stderr : undefined;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Whether a program's words say the same as a value: numbers may be hexadecimal there. */
function same(said: string, value: unknown): boolean {
  if (typeof value !== "number") return said === String(value);
  return Number(said) === value || (/^[0-9a-f]{8}$/i.test(said) && Number.parseInt(said, 16) === value);
}

describe("templates that ship", () => {
  for (const name of names) {
    const wanted = parse(fs.readFileSync(path.join(fixtureFolder, name + ending), "utf8")) as Expectation;

    it(`${name}: reads what ${wanted.saidBy} reads`, () => {
      const session = readThrough(wanted.template, bytesOf(name));
      for (const [expression, value] of Object.entries(wanted.values)) {
        assert.deepEqual(valueOf(session, expression), value, expression);
      }
      assert.deepEqual(
        faultsOf(session).map((fault) => fault.replace(/:.*/, "")),
        wanted.faults ?? [],
      );
    });

    for (const { run, says } of wanted.live ?? []) {
      it(`${name}: agrees with ${run[0]} of this machine`, function () {
        const bytes = bytesOf(name);
        const output = ask(run, bytes);
        if (output === undefined) return this.skip();
        const session = readThrough(wanted.template, bytes);
        for (const [expression, pattern] of Object.entries(says)) {
          const said = new RegExp(pattern, "m").exec(output)?.[1];
          const value = valueOf(session, expression);
          assert.ok(said !== undefined, `${run.join(" ")} does not say ${pattern}:\n${output}`);
          assert.ok(same(said, value), `${expression}: ${String(value)}, but ${run[0]} says ${said}`);
        }
      });
    }
  }
});
