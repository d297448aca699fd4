#!/usr/bin/env node
// Builds an addon with the given command and looks whether it asks for nothing that its platform may lack.
// Usage: node scripts/lib/checkAddon.mjs TARGET ADDON [-- COMMAND [ARG …]]
import fs from "node:fs";
import { addonFaults } from "./addonFaults.mjs";
import { runOrThrow } from "./processes.mjs";
import { reportResult } from "./results.mjs";

const [target, addon, , command, ...args] = process.argv.slice(2);
if (target === undefined || addon === undefined) throw new Error("usage: checkAddon.mjs TARGET ADDON [-- COMMAND …]");
if (command !== undefined) await runOrThrow(command, args);
const { never, here } = addonFaults(target, fs.readFileSync(addon));
const faults = [...never, ...here];
for (const fault of faults) console.log(`${addon}, for ${target}: ${fault}`);
console.log(`${addon}: ${fs.statSync(addon).size} bytes`);
reportResult({ passed: faults.length === 0 ? 1 : 0, failed: faults.length });
process.exitCode = faults.length === 0 ? 0 : 1;
