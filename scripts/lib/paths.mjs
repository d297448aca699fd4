// Where things are in the checkout. Everything the scripts make lives in git-ignored folders: build/, dist/, out/,
// prebuilds/, samples/ and .vscode-test/.
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

/** @param {...string} parts @returns {string} an absolute path in the checkout */
export const inRoot = (...parts) => path.join(root, ...parts);

/** The platform that a build on this machine serves, as VS Code and node-gyp-build name it. */
export const platformTarget = `${process.platform}-${process.arch}`;
