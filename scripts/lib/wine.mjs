#!/usr/bin/env node
// Runs a Windows program under Wine, in a prefix of our own (build/wine). Usage: node scripts/lib/wine.mjs PROGRAM [ARG …]
// Standard input and output are files: a Windows Node refuses the pipes of Unix, and Wine's own helpers would keep a pipe open.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

export const wineProgram = "/usr/lib/wine/wine64";
const prefix = inRoot("build/wine");
const stamp = path.join(prefix, "prepared-with-share");

// No display, no messages of Wine's own, and no offers to fetch .NET or a browser.
const environment = { WINEPREFIX: prefix, WINEDEBUG: "-all", WINEDLLOVERRIDES: "mscoree,mshtml=" };

/** @param {readonly string[]} command program and arguments @param {number | "ignore"} output descriptor of a file
 *  @returns {Promise<number>} exit status */
async function start(command, output) {
  const input = fs.openSync("/dev/null", "r");
  const child = spawn(wineProgram, command, {
    env: { ...process.env, ...environment },
    stdio: [input, output, output],
  });
  fs.closeSync(input);
  const [status, signal] = await once(child, "exit");
  if (signal !== null) console.error(`ended by ${signal}`);
  return status ?? 128;
}

/** Makes the prefix once: some seconds and 700 MB. */
async function preparePrefix() {
  if (fs.existsSync(stamp)) return;
  fs.rmSync(prefix, { recursive: true, force: true });
  fs.mkdirSync(prefix, { recursive: true });
  for (const command of [
    ["wineboot", "-i"],
    ["reg", "add", "HKCU\\Software\\Wine", "/v", "Version", "/d", "win10", "/f"],
  ]) {
    const status = await start(command, "ignore");
    if (status !== 0) throw new Error(`Wine cannot start: ${command.join(" ")} ended with ${status}`);
  }
  // The share that Windows has of each drive, \\localhost\C$.
  fs.mkdirSync(path.join(prefix, "dosdevices/unc/localhost"), { recursive: true });
  fs.symlinkSync("../../../drive_c", path.join(prefix, "dosdevices/unc/localhost/C$"));
  fs.writeFileSync(stamp, "");
}

/** Runs a program and passes its output on soon after it came: who ends one that hangs wants to know how far it was.
 *  @param {readonly string[]} command @returns {Promise<number>} exit status */
async function runInWine(command) {
  await preparePrefix();
  const outputFile = path.join(prefix, `output-${process.pid}`);
  const output = fs.openSync(outputFile, "w+");
  fs.rmSync(outputFile);
  let at = 0;
  const passOn = () => {
    for (;;) {
      const chunk = Buffer.alloc(64 * 1024);
      const got = fs.readSync(output, chunk, 0, chunk.length, at);
      if (got === 0) return;
      process.stdout.write(chunk.subarray(0, got));
      at += got;
    }
  };
  const timer = setInterval(passOn, 500);
  const status = await start(command, output);
  clearInterval(timer);
  passOn();
  return status;
}

if (process.argv[1] === import.meta.filename) process.exitCode = await runInWine(process.argv.slice(2));
