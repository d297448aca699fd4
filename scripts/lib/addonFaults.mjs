// What an addon must not ask of the system it is made for: symbols newer than the oldest system that VS Code runs on, memory that
// Electron refuses, a host of a certain name. Pure: takes bytes.
import { binaryFacts } from "./binaryFacts.mjs";
import { nativeTargets } from "./targets.mjs";

/** VS Code's own floor: "Remote Development with Linux" on code.visualstudio.com names glibc 2.28 and libstdc++ 3.4.25. */
const floors = /** @type {const} */ ({ GLIBC: "2.28", GLIBCXX: "3.4.25", CXXABI: "1.3.11", GCC: "7.0.0" });
/** musl has no versions of symbols; its floor is 1.2.3, as VS Code's check-requirements-linux.sh says. What 1.2.5 added: */
const newInMusl = ["preadv2", "pwritev2", "statx"];

/** @param {string} target @param {Buffer} bytes
 *  @returns {{ never: string[], here: string[] }} faults that make it useless anywhere, and those that bind it to a system like the
 *  one it was built on */
export function addonFaults(target, bytes) {
  const wanted = nativeTargets[target];
  if (wanted === undefined) throw new Error(`${target} has no addon`);
  const facts = binaryFacts(bytes);
  const never = [];
  if (facts.format !== wanted.format || facts.machine !== wanted.machine)
    never.push(`it is ${facts.format} for ${facts.machine}, not ${wanted.format} for ${wanted.machine}`);
  const external = facts.undefinedSymbols.filter((name) => /^napi_create_external_(array)?buffer$/.test(name));
  if (external.length > 0) never.push(`Electron ends the process at ${external.join(", ")}`);
  const byName = facts.libraries.filter((name) => /^(node|electron|code).*\.(exe|dll)$/i.test(name));
  if (byName.length > 0) never.push(`it loads only into a host called ${byName.join(", ")}`);
  const ofCompilers = facts.libraries.filter((name) =>
    /^(msvcp|vcruntime|concrt|lib(stdc|gcc|winpthread|c\+\+))/i.test(name),
  );
  if (facts.format === "pe" && ofCompilers.length > 0)
    never.push(`it needs ${ofCompilers.join(", ")} of its compiler, which not every Windows has`);
  if (facts.format === "pe" && facts.exported?.includes("napi_register_module_v1") !== true)
    never.push("Node finds no addon in it: napi_register_module_v1 is not exported");
  if (facts.format === "pe" && facts.unwinds !== true)
    never.push("it does not say how its functions are left after a fault");
  const usesGlibc = facts.libraries.some((name) => name === "libc.so.6");
  if (facts.format === "elf" && usesGlibc !== (wanted.glibc === true))
    never.push(usesGlibc ? "it needs glibc" : "it is not made for glibc");

  const onMusl = facts.format === "elf" && wanted.glibc !== true;
  const here = [
    ...facts.versions.filter(isTooNew),
    ...(onMusl ? facts.undefinedSymbols.filter((name) => newInMusl.includes(name)) : []),
  ];
  return { never, here: here.length === 0 ? [] : [`it needs ${[...new Set(here)].sort().join(", ")}`] };
}

/** @param {string} version such as GLIBC_2.28 */
function isTooNew(version) {
  const [, library, number] = /^([A-Z]+)_([\d.]+)$/.exec(version) ?? [];
  const floor = Object.entries(floors).find(([name]) => name === library)?.[1];
  if (floor === undefined || number === undefined) return false;
  return number.localeCompare(floor, "en", { numeric: true }) > 0;
}
