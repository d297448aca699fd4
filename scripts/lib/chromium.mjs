// Starts the Chromium of the test host, headless, with its own libraries and fonts. Needs scripts/provisionHost.mjs to have run.
import fs from "node:fs";
import path from "node:path";
import { chromiumFolder } from "./hosts.mjs";

const launchArgs = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @param {{ args?: readonly string[] }} [options] further command line flags of the browser
 *  @returns {Promise<import("playwright-core").Browser>} the caller closes it */
export async function launchChromium({ args = [] } = {}) {
  const { chromium } = await import("playwright-core");
  const executablePath = path.join(chromiumFolder, "chromium");
  if (!fs.existsSync(executablePath)) throw new Error(`no ${executablePath}: run npm run provision`);
  return chromium.launch({
    executablePath,
    args: [...launchArgs, ...args],
    env: {
      ...definedOf(process.env),
      LD_LIBRARY_PATH: path.join(chromiumFolder, "lib"),
      FONTCONFIG_FILE: path.join(chromiumFolder, "fonts.conf"),
    },
  });
}

/** @param {NodeJS.ProcessEnv} env @returns {Record<string, string>} */
const definedOf = (env) =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
