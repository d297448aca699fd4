// Scenarios of the view of sections: a DLL of 25 MB with ten thousand imports, and a program with four gigabytes behind it.
import fs from "node:fs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/processes.mjs";
import { GiB, MiB } from "../lib/inputs.mjs";
import { quiet } from "../lib/measure.mjs";

/** @typedef {import("../lib/report.mjs").Finding} Finding
 *  @typedef {{ tableMs: number, cpuMs: number, listMs: number, imports: number, sections: number, regions: { kind: string }[] }} Looked */

const rounds = 5;
const libraries = 100;
const perLibrary = 100;
const codeBytes = 24 * MiB;
const importBytes = MiB;
const headersBytes = 0x400;
const codeRva = 0x1000;
const importRva = codeRva + codeBytes;

/** PE32+, two sections, functions imported by name. @returns {Buffer} @see PE Format, "The .idata Section" */
function makeLibrary() {
  const file = Buffer.alloc(headersBytes + codeBytes + importBytes);
  file.write("MZ", 0, "latin1");
  file.writeUInt32LE(0x80, 0x3c);
  file.write("PE\0\0", 0x80, "latin1");
  file.writeUInt16LE(0x8664, 0x84);
  file.writeUInt16LE(2, 0x86);
  file.writeUInt16LE(240, 0x94);
  file.writeUInt16LE(0x2022, 0x96);
  const optional = 0x98;
  file.writeUInt16LE(0x20b, optional);
  file.writeBigUInt64LE(0x180000000n, optional + 24);
  for (const [at, value] of [
    [32, 0x1000],
    [36, 0x200],
    [56, importRva + importBytes],
    [60, headersBytes],
    [108, 16],
    [120, importRva],
    [124, (libraries + 1) * 20],
  ])
    file.writeUInt32LE(value ?? 0, optional + (at ?? 0));
  [
    { name: ".text", rva: codeRva, bytes: codeBytes, offset: headersBytes, flags: 0x60000020 },
    { name: ".idata", rva: importRva, bytes: importBytes, offset: headersBytes + codeBytes, flags: 0xc0000040 },
  ].forEach(({ name, rva, bytes, offset, flags }, index) => {
    const at = optional + 240 + index * 40;
    file.write(name, at, "latin1");
    [bytes, rva, bytes, offset].forEach((value, field) => file.writeUInt32LE(value, at + 8 + field * 4));
    file.writeUInt32LE(flags, at + 36);
  });
  // Code that is neither zeros nor noise.
  for (let at = 0; at < codeBytes; at += 4) file.writeUInt32LE((at * 2654435761) % 2 ** 32, headersBytes + at);
  writeImports(file);
  return file;
}

/** @param {Buffer} file */
function writeImports(file) {
  let end = importRva + (libraries + 1) * 20;
  /** @param {number} bytes */
  const take = (bytes) => (end += bytes) - bytes;
  /** @param {number} rva */
  const at = (rva) => rva - importRva + headersBytes + codeBytes;
  for (let library = 0; library < libraries; library++) {
    const descriptor = importRva + library * 20;
    const [names, addresses, name] = [take((perLibrary + 1) * 8), take((perLibrary + 1) * 8), take(32)];
    file.write(`library-${library}.dll`, at(name), "latin1");
    file.writeUInt32LE(names, at(descriptor));
    file.writeUInt32LE(name, at(descriptor) + 12);
    file.writeUInt32LE(addresses, at(descriptor) + 16);
    for (let index = 0; index < perLibrary; index++) {
      const hint = take(40);
      file.write(`FunctionOfLibrary${library}Number${index}`, at(hint) + 2, "latin1");
      file.writeBigUInt64LE(BigInt(hint), at(names) + index * 8);
    }
  }
}

/** @param {"library" | "overlay"} which @returns {string} */
function inputFile(which) {
  const file = inRoot(`out/bench/sections-${which}.dll`);
  if (fs.existsSync(file)) return file;
  fs.mkdirSync(inRoot("out/bench"), { recursive: true });
  fs.writeFileSync(file, makeLibrary());
  if (which === "overlay") fs.truncateSync(file, 4 * GiB + MiB);
  return file;
}

/** @param {string} file @returns {Promise<Looked>} */
async function look(file) {
  const { code, output } = await run(
    process.execPath,
    ["--import", "tsx", inRoot("bench/runners/sectionsRunner.ts"), file],
    { cwd: inRoot(), logFile: inRoot("out/logs/bench-sections.log"), timeoutMs: 300_000 },
  );
  const line = output.split("\n").find((text) => text.startsWith("{"));
  if (code !== 0 || line === undefined) throw new Error(`sectionsRunner ended with ${code}:\n${output}`);
  return JSON.parse(line);
}

/** @param {"library" | "overlay"} which @param {string} title @returns {Promise<Finding[]>} */
async function measure(which, title) {
  const file = inputFile(which);
  /** @type {Looked[]} */
  const looks = [];
  for (let round = 0; round < rounds; round++) looks.push(await look(file));
  for (const { imports, sections, regions } of looks) {
    const right = imports === libraries * perLibrary && sections === 2;
    if (!right || (regions.at(-1)?.kind === "overlay") !== (which === "overlay")) throw new Error("the wrong table");
  }
  return [
    {
      title,
      figure: quiet(looks.map(({ tableMs }) => tableMs)),
      unit: "ms",
      atMost: 100,
      details: {
        "of a processor ms": quiet(looks.map(({ cpuMs }) => cpuMs)),
        "then the list of imports ms": quiet(looks.map(({ listMs }) => listMs)),
      },
    },
  ];
}

export const sectionsScenarios = [
  {
    id: "sections",
    /** @returns {Promise<Finding[]>} */
    async run() {
      return [
        ...(await measure("library", "sections: the table of a DLL of 25 MB with 10,000 imports")),
        ...(await measure("overlay", "sections: the same of a program with an overlay, 4 GiB")),
      ];
    },
  },
];
