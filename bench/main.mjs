#!/usr/bin/env node
// npm run bench: measures what the project promises, contenders side by side, and prints each figure with its target.
// Usage: npm run bench [-- ID … --no-build]   Never fails because of a figure. Results are kept in bench/results/<machine>/<date>.json.
import { build } from "../scripts/build.mjs";
import { ensureDependencies } from "../scripts/lib/dependencies.mjs";

await ensureDependencies();
const args = process.argv.slice(2);
if (!args.includes("--no-build")) await build();
const { scenarios } = await import("./scenarios/index.mjs");
const { printFinding, saveFindings } = await import("./lib/report.mjs");

const wanted = args.filter((arg) => !arg.startsWith("--"));
/** @type {import("./lib/report.mjs").Finding[]} */
const findings = [];
for (const { id, run } of scenarios) {
  if (wanted.length > 0 && !wanted.some((prefix) => id.startsWith(prefix))) continue;
  try {
    for (const finding of await run()) {
      printFinding(finding);
      findings.push(finding);
    }
  } catch (error) {
    console.log(`${id}: not measured: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (findings.length > 0) console.log(`\nkept in ${saveFindings(findings)}`);
