// Runs contenders, each sample in a process of its own, taking turns, so that a slow moment of the machine hits all of them.
import fs from "node:fs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";

const sampleLimitMs = 300_000;
const storageFolder = inRoot("out/bench/storage");

/** @typedef {{ via: "engine" | "plain", operation: string, file: string, count?: number }} EngineTask
 *  @typedef {{ ms: number, diskReadBytes: number, writtenBytes: number, writtenToDiskBytes: number, memoryBytes: number, answer: number }} Figures */

/** @param {EngineTask} task @returns {Promise<Figures>} */
async function sample(task) {
  fs.mkdirSync(storageFolder, { recursive: true });
  const { code, output } = await run(
    process.execPath,
    ["--import", "tsx", inRoot("bench/runners/engineRunner.ts"), JSON.stringify({ count: 0, storageFolder, ...task })],
    { cwd: inRoot(), logFile: inRoot("out/logs/bench-sample.log"), timeoutMs: sampleLimitMs },
  );
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !line.startsWith("{")) throw new Error(`${JSON.stringify(task)} ended with ${code}:\n${output}`);
  return JSON.parse(line);
}

/** @template {string} Name
 *  @param {Readonly<Record<Name, EngineTask>>} tasks @param {number} samples of each
 *  @param {(task: EngineTask) => void} [before] each sample
 *  @returns {Promise<Record<Name, Figures>>} a quiet one of each task's samples, figure by figure */
export async function interleaved(tasks, samples, before = () => {}) {
  const names = /** @type {Name[]} */ (Object.keys(tasks));
  const taken = new Map(names.map((name) => [name, /** @type {Figures[]} */ ([])]));
  for (let round = 0; round < samples; round++) {
    for (const name of names) {
      before(tasks[name]);
      taken.get(name)?.push(await sample(tasks[name]));
    }
  }
  const figures = names.map((name) => [name, quietOfEach(taken.get(name) ?? [])]);
  return /** @type {Record<Name, Figures>} */ (Object.fromEntries(figures));
}

/** @param {readonly Figures[]} samples @returns {Figures} */
function quietOfEach(samples) {
  const first = samples[0];
  if (first === undefined) throw new Error("no samples");
  const names = /** @type {(keyof Figures)[]} */ (Object.keys(first));
  return /** @type {Figures} */ (
    Object.fromEntries(names.map((name) => [name, quiet(samples.map((figures) => figures[name]))]))
  );
}

/** The first quartile: other work on the machine makes samples slower, never faster. @param {readonly number[]} values */
export const quiet = (values) => quantile(values, 1 / 4);

/** @param {readonly number[]} values */
export const median = (values) => quantile(values, 1 / 2);

/** @param {readonly number[]} values @param {number} part 0 to 1 */
export function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? NaN;
}

/** Both, as details of a finding. @param {string} name @param {readonly number[]} values @returns {Record<string, number>} */
export const spread = (name, values) => ({ [name]: quiet(values), [`${name}, median`]: median(values) });
