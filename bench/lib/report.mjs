// What a scenario found, as a line for a person and as a record for bench/results. A verdict never fails the run: figures of a
// busy machine are no test.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { inRoot, root } from "../../scripts/lib/paths.mjs";

/**
 * @typedef {object} Finding
 * @property {string} title
 * @property {number} figure
 * @property {string} unit
 * @property {number} [atMost] the target, in the same unit
 * @property {number} [atLeast]
 * @property {Readonly<Record<string, number>>} [details] what the figure was made from
 * @property {string} [note]
 */

/** @param {Finding} finding @returns {"reached" | "MISSED" | "-"} */
function verdict({ figure, atMost, atLeast }) {
  if (atMost === undefined && atLeast === undefined) return "-";
  const reached = (atMost === undefined || figure <= atMost) && (atLeast === undefined || figure >= atLeast);
  return reached ? "reached" : "MISSED";
}

/** Three digits that say something. @param {number} value */
function shown(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

/** @param {Finding} finding */
export function printFinding(finding) {
  const target =
    finding.atMost !== undefined
      ? `at most ${shown(finding.atMost)}`
      : finding.atLeast !== undefined
        ? `at least ${shown(finding.atLeast)}`
        : "";
  const columns = [
    finding.title.padEnd(64),
    `${shown(finding.figure)} ${finding.unit}`.padStart(16),
    target.padStart(18),
    `  ${verdict(finding)}`,
  ];
  console.log(columns.join(" "));
  const details = Object.entries(finding.details ?? {}).map(([name, value]) => `${name} ${shown(value)}`);
  if (details.length > 0) console.log(`    ${details.join(", ")}`);
  if (finding.note !== undefined) console.log(`    ${finding.note}`);
}

/** Adds to the figures of the day and takes the place of older ones with the same title.
 *  @param {readonly Finding[]} findings @returns {string} the file */
export function saveFindings(findings) {
  const cpu = os.cpus()[0]?.model ?? "unknown";
  const machine = `${os.platform()}-${os.arch()}-${os.availableParallelism()}x-${cpu}`.replace(/[^\w.-]+/g, "-");
  const folder = inRoot("bench/results", machine);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${new Date().toISOString().slice(0, 10)}.json`);
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  const facts = {
    cpu,
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
    os: `${os.type()} ${os.release()}`,
    node: process.version,
  };
  const load = Number(os.loadavg()[2]?.toFixed(1));
  const records = findings.map((finding) => ({ ...finding, verdict: verdict(finding), commit, load }));
  /** @type {readonly Finding[]} */
  const earlier = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")).findings : [];
  const kept = earlier.filter(({ title }) => !findings.some((finding) => finding.title === title));
  fs.writeFileSync(file, `${JSON.stringify({ ...facts, findings: [...kept, ...records] }, undefined, 2)}\n`);
  return file;
}
