// What a shared library asks of the system that loads it: versions of libraries, undefined symbols, libraries by name. Reads ELF
// (64 bit), PE32+ and the head of Mach-O, all little-endian; knows nothing of what is allowed (addonFaults.mjs).

/** @typedef {object} BinaryFacts
 *  @property {import("./targets.mjs").Format} format
 *  @property {"x64" | "arm64" | "other"} machine
 *  @property {readonly string[]} versions  such as GLIBC_2.28 (ELF)
 *  @property {readonly string[]} undefinedSymbols  without which it does not load (ELF, Mach-O); not weak ones
 *  @property {readonly string[]} libraries  that the loader must find when it loads this one (ELF, PE); not delayed ones
 *  @property {readonly string[]} [exported]  functions by name (PE)
 *  @property {boolean} [unwinds]  whether it says how its functions are left after a fault (PE) */

/** @param {Buffer} bytes @returns {BinaryFacts} */
export function binaryFacts(bytes) {
  if (bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46) return elfFacts(bytes);
  if (bytes.length >= 64 && bytes.toString("latin1", 0, 2) === "MZ") return peFacts(bytes);
  if (bytes.length >= 32 && bytes.readUInt32LE(0) === 0xfeedfacf) return machOFacts(bytes);
  throw new Error("neither a 64-bit ELF, PE nor Mach-O file");
}

/** @param {Buffer} bytes @param {number} at */
const textAt = (bytes, at) => bytes.toString("latin1", at, bytes.indexOf(0, at));
/** @param {Buffer} bytes @param {number} at */
const u64 = (bytes, at) => Number(bytes.readBigUInt64LE(at));

/** @param {Buffer} bytes @returns {BinaryFacts} As the System V ABI (chapter 4) and the LSB say. */
function elfFacts(bytes) {
  if (bytes[4] !== 2 || bytes[5] !== 1) throw new Error("an ELF file that is not 64-bit little-endian");
  const machines = new Map(
    /** @type {const} */ ([
      [62, "x64"],
      [183, "arm64"],
    ]),
  );
  const [table, size, count] = [u64(bytes, 40), bytes.readUInt16LE(58), bytes.readUInt16LE(60)];
  const sections = Array.from({ length: count }, (_, index) => {
    const at = table + index * size;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: u64(bytes, at + 24),
      size: u64(bytes, at + 32),
      link: bytes.readUInt32LE(at + 40),
    };
  });
  /** @param {number} type */
  const ofType = (type) => {
    const section = sections.find((one) => one.type === type);
    const strings = section === undefined ? 0 : (sections[section.link]?.offset ?? 0);
    return { start: section?.offset ?? 0, end: (section?.offset ?? 0) + (section?.size ?? 0), strings };
  };

  const undefinedSymbols = [];
  const symbols = ofType(11); // SHT_DYNSYM
  for (let at = symbols.start; at < symbols.end; at += 24) {
    const name = textAt(bytes, symbols.strings + bytes.readUInt32LE(at));
    const isWeak = (bytes[at + 4] ?? 0) >= 0x20; // STB_WEAK
    if (bytes.readUInt16LE(at + 6) === 0 && name !== "" && !isWeak) undefinedSymbols.push(name);
  }
  const libraries = [];
  const dynamic = ofType(6); // SHT_DYNAMIC
  for (let at = dynamic.start; at < dynamic.end; at += 16)
    if (u64(bytes, at) === 1) libraries.push(textAt(bytes, dynamic.strings + u64(bytes, at + 8))); // DT_NEEDED
  const versions = [];
  const needs = ofType(0x6ffffffe); // SHT_GNU_verneed
  for (let at = needs.start; at < needs.end;) {
    let entry = at + bytes.readUInt32LE(at + 8);
    for (let left = bytes.readUInt16LE(at + 2); left > 0; left -= 1) {
      versions.push(textAt(bytes, needs.strings + bytes.readUInt32LE(entry + 8)));
      entry += bytes.readUInt32LE(entry + 12);
    }
    const next = bytes.readUInt32LE(at + 12);
    if (next === 0) break;
    at += next;
  }
  return {
    format: "elf",
    machine: machines.get(/** @type {62} */ (bytes.readUInt16LE(18))) ?? "other",
    versions,
    undefinedSymbols,
    libraries,
  };
}

/** @param {Buffer} bytes @returns {BinaryFacts} As "PE Format" of Microsoft Learn says. */
function peFacts(bytes) {
  const head = bytes.readUInt32LE(60);
  if (bytes.toString("latin1", head, head + 4) !== "PE\0\0" || bytes.readUInt16LE(head + 24) !== 0x20b)
    throw new Error("a PE file that is not PE32+");
  const machines = new Map(
    /** @type {const} */ ([
      [0x8664, "x64"],
      [0xaa64, "arm64"],
    ]),
  );
  const firstSection = head + 24 + bytes.readUInt16LE(head + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(head + 6) }, (_, index) => {
    const at = firstSection + index * 40;
    return { rva: bytes.readUInt32LE(at + 12), size: bytes.readUInt32LE(at + 16), offset: bytes.readUInt32LE(at + 20) };
  });
  /** @param {number} rva */
  const offsetOf = (rva) => {
    const section = sections.find((one) => rva >= one.rva && rva < one.rva + one.size);
    if (section === undefined) throw new Error(`no section holds the address ${rva}`);
    return section.offset + rva - section.rva;
  };
  /** @param {number} index of a data directory */
  const directory = (index) => bytes.readUInt32LE(head + 24 + 112 + 8 * index);
  const exported = [];
  if (directory(0) !== 0) {
    const table = offsetOf(directory(0));
    const names = offsetOf(bytes.readUInt32LE(table + 32));
    for (let left = bytes.readUInt32LE(table + 24); left > 0; left -= 1)
      exported.push(textAt(bytes, offsetOf(bytes.readUInt32LE(names + 4 * (left - 1)))));
  }
  const libraries = [];
  const imports = directory(1);
  if (imports !== 0)
    for (let at = offsetOf(imports); bytes.readUInt32LE(at + 12) !== 0; at += 20)
      libraries.push(textAt(bytes, offsetOf(bytes.readUInt32LE(at + 12))));
  return {
    format: "pe",
    machine: machines.get(/** @type {0x8664} */ (bytes.readUInt16LE(head + 4))) ?? "other",
    versions: [],
    undefinedSymbols: [],
    libraries,
    exported,
    unwinds: directory(3) !== 0,
  };
}

/** @param {Buffer} bytes @returns {BinaryFacts} As mach-o/loader.h and nlist.h say. */
function machOFacts(bytes) {
  const machines = new Map(
    /** @type {const} */ ([
      [0x01000007, "x64"],
      [0x0100000c, "arm64"],
    ]),
  );
  const undefinedSymbols = [];
  let at = 32;
  for (let left = bytes.readUInt32LE(16); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) === 2) {
      // LC_SYMTAB
      const [symbols, count, strings] = [8, 12, 16].map((field) => bytes.readUInt32LE(at + field));
      for (let index = 0; index < (count ?? 0); index += 1) {
        const symbol = (symbols ?? 0) + index * 16;
        // Undefined (N_UNDF), external, and no debugger's entry.
        if ((bytes[symbol + 4] ?? 0) === 1)
          undefinedSymbols.push(textAt(bytes, (strings ?? 0) + bytes.readUInt32LE(symbol)).replace(/^_/, ""));
      }
    }
    at += bytes.readUInt32LE(at + 4);
  }
  return {
    format: "mach-o",
    machine: machines.get(/** @type {0x01000007} */ (bytes.readUInt32LE(4))) ?? "other",
    versions: [],
    undefinedSymbols,
    libraries: [],
  };
}
