// Lists the C++ files of the addon for binding.gyp, so that nobody keeps a list by hand: the binding, the core and what
// it is built on, without in-memory twins (tests only) and without the files of other systems. Knows nothing of compilers.
"use strict";
const { readdirSync } = require("node:fs");
const path = require("node:path");

/** @param {string} system gyp's OS: "linux", "mac", "win". */
function addonSources(system) {
  const foreign = system === "win" ? ["_posix", "_linux", "_mac"] : ["_windows", system === "mac" ? "_linux" : "_mac"];
  const left = new RegExp(`(_memory|${foreign.join("|")})\\.cc$`);
  return ["native/binding", "native/core", "third_party/re2"]
    .flatMap((room) => filesBelow(room))
    .filter((name) => name.endsWith(".cc") && !left.test(name));
}

function filesBelow(folder) {
  return readdirSync(path.join(__dirname, "../..", folder), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]))
    .sort();
}

console.log(addonSources(process.argv[2] ?? "linux").join("\n"));
