// What an addon asks of its system, read from real files: this machine's addon and Node, and a few bytes that are neither.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { addonFaults } from "../../../scripts/lib/addonFaults.mjs";
import { binaryFacts } from "../../../scripts/lib/binaryFacts.mjs";

const onGlibc = process.platform === "linux" && process.arch === "x64" && !fs.existsSync("/etc/alpine-release");

describe("what an addon asks of its system", () => {
  const addon = path.join(__dirname, "../../../build/Release/terahex.node");

  (onGlibc ? it : it.skip)("is read from ELF: libraries, their versions, symbols that others bring", () => {
    const facts = binaryFacts(fs.readFileSync(addon));
    assert.equal(facts.format, "elf");
    assert.equal(facts.machine, "x64");
    assert.ok(facts.libraries.includes("libc.so.6"));
    assert.ok(facts.versions.some((version) => version.startsWith("GLIBC_2.")));
    assert.ok(facts.undefinedSymbols.includes("napi_create_function"));
    assert.ok(!facts.undefinedSymbols.some((name) => name.startsWith("napi_create_external_")));
  });

  (onGlibc ? it : it.skip)("tells a library for another processor or libc from the right one", () => {
    const bytes = fs.readFileSync(addon);
    assert.deepEqual(addonFaults("linux-x64", bytes).never, []);
    assert.match(addonFaults("linux-arm64", bytes).never.join(), /for x64, not elf for arm64/);
    assert.match(addonFaults("alpine-x64", bytes).never.join(), /needs glibc/);
    assert.match(addonFaults("darwin-x64", bytes).never.join(), /elf for x64, not mach-o/);
  });

  (onGlibc ? it : it.skip)("names versions that came after VS Code's oldest system", () => {
    const bytes = fs.readFileSync(addon);
    const at = bytes.indexOf("GLIBC_2.14\0");
    assert.ok(at > 0);
    assert.ok(!addonFaults("linux-x64", bytes).here.join().includes("GLIBC_2.99"));
    bytes.write("GLIBC_2.99", at, "latin1");
    assert.match(addonFaults("linux-x64", bytes).here.join(), /GLIBC_2\.99/);
  });

  (onGlibc ? it : it.skip)("names functions that came after the oldest musl that VS Code runs on", () => {
    const bytes = fs.readFileSync(addon);
    const rename = (from: string, to: string) => {
      const at = bytes.indexOf(`\0${from}\0`);
      assert.ok(at > 0, from);
      bytes.write(`\0${to}\0`, at, "latin1");
    };
    rename("libc.so.6", "libc.so");
    assert.deepEqual(addonFaults("alpine-x64", bytes).never, []);
    assert.doesNotMatch(addonFaults("alpine-x64", bytes).here.join(), /statx/);
    rename("ftruncate64", "statx");
    assert.match(addonFaults("alpine-x64", bytes).here.join(), /statx/);
  });

  it("refuses what is no library", () => {
    assert.throws(() => binaryFacts(Buffer.from("no library")), /neither/);
    assert.throws(() => addonFaults("web", Buffer.alloc(0)), /has no addon/);
  });

  it("is read from PE: an import from node.exe by name is a fault", () => {
    const library = windowsLibrary("node.exe");
    assert.deepEqual(binaryFacts(library).libraries, ["node.exe"]);
    assert.match(addonFaults("win32-x64", library).never.join(), /host called node\.exe/);
    assert.deepEqual(addonFaults("win32-x64", windowsLibrary("KERNEL32.dll")).never, []);
  });

  it("names what an addon for Windows lacks, and what Windows lacks of it", () => {
    for (const library of ["VCRUNTIME140_1.dll", "MSVCP140.dll", "libstdc++-6.dll", "libwinpthread-1.dll"])
      assert.match(addonFaults("win32-x64", windowsLibrary(library)).never.join(), /of its compiler/);
    const other = windowsLibrary("KERNEL32.dll", "DllMain");
    assert.deepEqual(binaryFacts(other).exported, ["DllMain"]);
    assert.match(addonFaults("win32-x64", other).never.join(), /napi_register_module_v1 is not exported/);
    const bare = windowsLibrary("KERNEL32.dll");
    bare.writeUInt32LE(0, 88 + 112 + 8 * 3);
    assert.match(addonFaults("win32-x64", bare).never.join(), /after a fault/);
  });
});

/** The least PE32+ file with one import and one export. */
function windowsLibrary(imported: string, exported = "napi_register_module_v1"): Buffer {
  const bytes = Buffer.alloc(1024);
  bytes.write("MZ", 0, "latin1");
  bytes.writeUInt32LE(64, 60);
  bytes.write("PE\0\0", 64, "latin1");
  bytes.writeUInt16LE(0x8664, 68);
  bytes.writeUInt16LE(1, 70); // sections
  bytes.writeUInt16LE(240, 84); // size of the optional header
  bytes.writeUInt16LE(0x20b, 88);
  bytes.writeUInt32LE(0x1000 + 128, 88 + 112); // exports
  bytes.writeUInt32LE(0x1000, 88 + 112 + 8); // imports
  bytes.writeUInt32LE(0x1000, 88 + 112 + 8 * 3); // how functions are left
  const section = 88 + 240;
  bytes.writeUInt32LE(0x1000, section + 12);
  bytes.writeUInt32LE(512, section + 16);
  bytes.writeUInt32LE(512, section + 20);
  bytes.writeUInt32LE(0x1000 + 40, 512 + 12); // name of the first library; the next entry is empty
  bytes.write(`${imported}\0`, 512 + 40, "latin1");
  bytes.writeUInt32LE(1, 512 + 128 + 24); // names of exports
  bytes.writeUInt32LE(0x1000 + 168, 512 + 128 + 32);
  bytes.writeUInt32LE(0x1000 + 172, 512 + 168);
  bytes.write(`${exported}\0`, 512 + 172, "latin1");
  return bytes;
}
