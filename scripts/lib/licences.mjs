// The licence texts of everything that is bundled into dist/ or compiled into the addon: MIT, BSD and the like ask for them.
import fs from "node:fs";
import path from "node:path";
import { inRoot } from "./paths.mjs";

/** Headers that the addon contains; esbuild does not see them. */
const compiledIn = ["node_modules/node-addon-api"];
/** Sources of others that the addon contains. */
const vendored = [
  { title: "RE2 2022-06-01 (BSD-3-Clause)", folder: "third_party/re2" },
  { title: "xxHash 0.8.1 (BSD-2-Clause)", folder: "third_party/xxhash" },
];

/** @param {string} target @param {readonly import("esbuild").Metafile[]} metafiles what esbuild bundled */
export function writeLicences(target, metafiles) {
  const bundled = metafiles
    .flatMap((metafile) => Object.keys(metafile.inputs))
    .flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []);
  const packages = [...new Set([...bundled, ...compiledIn])].sort();
  const texts = packages.map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(inRoot(folder, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${licenceText(inRoot(folder))}\n`;
  });
  for (const { title, folder } of vendored) texts.push(`${title}\n\n${licenceText(inRoot(folder))}\n`);
  fs.writeFileSync(target, texts.join(`\n${"-".repeat(80)}\n\n`));
}

/** @param {string} folder */
function licenceText(folder) {
  const files = fs.readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
  if (files.length === 0) throw new Error(`${folder} has no licence text to ship`);
  return files.map((name) => fs.readFileSync(path.join(folder, name), "utf8").trim()).join("\n\n");
}
