// Finds and loads the native addon: build/Release of a checkout, prebuilds/<platform>-<arch> of a package. Loads it once per
// thread. Knows nothing of documents. Only "there is no build" is told apart; a build that fails to load is an error of its own.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import nodeGypBuild from "node-gyp-build";
import type * as Addon from "../../../native/binding/index";

type Loaded = typeof Addon;

/** No build for this platform: the plain engine stands in. */
export class AddonNotFoundError extends Error {
  readonly code = "unsupported";
  constructor(
    readonly tried: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `Terahex has no native build for ${process.platform}-${process.arch}; looked in ${tried.join(", ")}`,
      options,
    );
    this.name = "AddonNotFoundError";
  }
}

let loaded: Loaded | undefined;

/** @param root folder of package.json; by default the one that this code runs from, bundled or not.
 *  @throws AddonNotFoundError; Error (naming the file) when a build is there and cannot be loaded. */
export function loadAddon(root?: string): Loaded {
  if (root !== undefined) return loadFrom(root);
  loaded ??= loadFrom(packageRoot());
  return loaded;
}

function loadFrom(root: string): Loaded {
  const file = addonFile(root);
  try {
    // Made at run time: a bundler must leave this call alone.
    return createRequire(__filename)(file) as Loaded;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The native part of Terahex, ${file}, cannot be loaded: ${reason}`, { cause: error });
  }
}

function addonFile(root: string): string {
  try {
    return nodeGypBuild.resolve(root);
  } catch (error) {
    // node-gyp-build gives this error no code.
    if (error instanceof Error && error.message.startsWith("No native build was found")) {
      throw new AddonNotFoundError(triedFolders(root), { cause: error });
    }
    throw error;
  }
}

/** Where node-gyp-build looks, in its order. */
function triedFolders(root: string): string[] {
  const prebuilds = path.join("prebuilds", `${process.platform}-${process.arch}`);
  return [
    path.join(root, "build", "Release"),
    path.join(root, "build", "Debug"),
    path.join(root, prebuilds),
    path.join(path.dirname(process.execPath), prebuilds),
  ];
}

/** The nearest folder with a package.json: this file lies at another depth in dist/ than in the sources. */
export function packageRoot(from = __dirname): string {
  let folder = from;
  while (!fs.existsSync(path.join(folder, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`No package.json in ${from} or above it`);
    folder = parent;
  }
  return folder;
}
