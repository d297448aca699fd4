#!/usr/bin/env node
// npm run fuzz: the tests of damaged files (every fuzz.test.ts) for minutes instead of seconds, each run with another seed.
// Usage: node scripts/fuzz.mjs [SEED] [ROUNDS]   Prints the seed: TERAHEX_FUZZ_SEED brings a failure back.
import { inRoot, root } from "./lib/paths.mjs";
import { run } from "./lib/processes.mjs";
import { filesBelow } from "./lib/stamp.mjs";

const [seed = String(Math.floor(Date.now() / 1000)), rounds = "200000"] = process.argv.slice(2);
console.log(`seed ${seed}, ${rounds} rounds`);
const { code, output } = await run(
  process.execPath,
  [
    ...[
      "--import",
      "tsx",
      inRoot("node_modules/mocha/bin/mocha.js"),
      "--no-config",
      "--no-color",
      "--timeout",
      "20000",
    ],
    ...filesBelow(inRoot("test/unit"), (name) => name === "fuzz.test.ts"),
  ],
  {
    cwd: root,
    env: { ...process.env, TERAHEX_FUZZ_SEED: seed, TERAHEX_FUZZ_ROUNDS: rounds },
    logFile: inRoot("out/logs/fuzz.log"),
    timeoutMs: 3_600_000,
  },
);
console.log(output);
process.exitCode = code === 0 ? 0 : 1;
