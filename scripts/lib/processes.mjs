// Child processes that never outlive us: each runs in its own process group, is ended with it, and has a time limit.
// Uses Node's own modules only, because it runs before anything is installed.
import { spawn } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
const graceMs = 3000;
const onWindows = process.platform === "win32";

/** Ends a child's whole process group: asks first, then kills.
 *  @param {import("node:child_process").ChildProcess} child */
export async function stopGroup(child) {
  signalGroup(child, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) await delay(50);
  signalGroup(child, "SIGKILL");
  running.delete(child);
}

/** @param {import("node:child_process").ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}

/** Starts a program in a process group of its own, which ends when this process is interrupted.
 *  @param {string} command @param {readonly string[]} args @param {import("node:child_process").SpawnOptions} options */
export function startGroup(command, args, options) {
  const child = spawn(command, args, { ...options, detached: !onWindows });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    for (const child of running) signalGroup(child, "SIGTERM");
    // Others (a browser's owner, the launcher of npm start) listen too; this is the last resort.
    setTimeout(() => {
      for (const child of running) signalGroup(child, "SIGKILL");
      process.exit(130);
    }, graceMs).unref();
    if (process.listenerCount(signal) === 1) process.exit(130);
  });
}
process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** @typedef {{ code: number, output: string, timedOut: boolean }} RunResult  `code`: 128 + n after signal n counts as failure too */

/** Runs a program to its end. Its output goes to `logFile` when given, else to the terminal; it is also kept in memory, for
 *  the caller to read results from.
 *  @param {string} command @param {readonly string[]} args
 *  @param {{ cwd?: string, env?: NodeJS.ProcessEnv, logFile?: string, timeoutMs?: number }} [options]
 *  @returns {Promise<RunResult>} */
export async function run(command, args, options = {}) {
  const log = options.logFile === undefined ? process.stdout : openLog(options.logFile);
  const child = startGroup(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    // Node starts no .cmd without a shell; and a shell takes neither long lists of files nor blanks in a program's path.
    shell: onWindows && command.endsWith(".cmd"),
  });
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      chunks.push(chunk);
      log.write(chunk);
    });
  }
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      void stopGroup(child);
    },
    options.timeoutMs ?? 2 ** 31 - 1,
  );
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 128));
  }).finally(() => clearTimeout(timer));
  // A program may leave helpers behind that hold no pipe of ours.
  signalGroup(child, "SIGKILL");
  if (log !== process.stdout) log.end();
  return { code: timedOut ? 124 : code, output: Buffer.concat(chunks).toString("utf8"), timedOut };
}

/** As run(), but a failure is an error that shows the end of the output.
 *  @param {string} command @param {readonly string[]} args @param {Parameters<typeof run>[2]} [options] */
export async function runOrThrow(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    const shown = options.logFile === undefined ? "" : `\n${tail(result.output, 40)}\n(all of it: ${options.logFile})`;
    throw new Error(
      `${command} ${args.join(" ")} ended with ${result.code}${result.timedOut ? " (time limit)" : ""}${shown}`,
    );
  }
  return result;
}

/** @param {string} text @param {number} lines */
export const tail = (text, lines) => text.trimEnd().split("\n").slice(-lines).join("\n");

/** @param {number} ms @returns {Promise<void>} */
export const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** npm as a program to start. Run through npm itself, so that its settings (a headers folder for node-gyp, a proxy) apply. */
export const npmCommand = onWindows ? "npm.cmd" : "npm";

/** @returns {Promise<number>} a loopback TCP port that was free a moment ago */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** @param {string} file */
function openLog(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return fs.createWriteStream(file);
}
