// Runs the bundled command line as users do: a process of its own, with its own state folder.
import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";

const root = path.join(__dirname, "../../..");
const bundle = path.join(root, "out/cli-under-test/cli.js");

export interface CliResult {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Bundles cli/main.ts as the build does, so that what runs is never older than the sources. */
export async function bundleCli(): Promise<void> {
  const { bundles } = (await import("../../../scripts/lib/bundles.mjs")) as {
    bundles: (release: boolean) => { readonly part: string; readonly options: BuildOptions }[];
  };
  for (const { part, options } of bundles(false)) {
    if (part === "cli") await build({ ...options, outdir: path.dirname(bundle), logLevel: "error" });
  }
}

export function startCli(args: readonly string[], stateHome: string): ChildProcess {
  return spawn(process.execPath, [bundle, ...args], { env: { ...process.env, XDG_STATE_HOME: stateHome } });
}

export function runCli(args: readonly string[], stateHome: string, input?: string | Buffer): Promise<CliResult> {
  const child = startCli(args, stateHome);
  // The child may end before it has read its input.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(input);
  return resultOf(child);
}

export function resultOf(child: ChildProcess): Promise<CliResult> {
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, stdout: Buffer.concat(stdout), stderr }));
  });
}
