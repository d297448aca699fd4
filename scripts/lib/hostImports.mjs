// The C++ file that lets a Windows addon take Node's functions from whatever program loads it. An import by name would ask for
// node.exe, which VS Code's is not called. node-gyp does the same with a hook of the compiler that MinGW and Clang lack.
import fs from "node:fs";
import path from "node:path";

/** @param {string} text of a module definition file @returns {string[]} */
const namesIn = (text) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => /^(napi|node_api)_\w+$/.test(line));

/** @param {readonly string[]} names */
const sourceFor = (names) => `// Written by scripts/lib/hostImports.mjs.
#include <windows.h>
extern "C" {
${names.map((name) => `void* host_${name};`).join("\n")}
}
// What an import library is made of. x16 is there for jumps like these.
#if defined(__aarch64__)
#define JUMP(name) "adrp x16, host_" name "\\nldr x16, [x16, :lo12:host_" name "]\\nbr x16\\n"
#else
#define JUMP(name) "jmp *host_" name "(%rip)\\n"
#endif
__asm__(".text\\n"
${names.map((name) => `        ".globl ${name}\\n${name}: " JUMP("${name}")`).join("\n")});
namespace {
struct Slot {
  const char* name;
  void** place;
};
const Slot kSlots[] = {
${names.map((name) => `    {"${name}", &host_${name}},`).join("\n")}
};
// Called for a function that an older host lacks.
[[noreturn]] void Missing() { __builtin_trap(); }
struct FillSlots {
  FillSlots() {
    const HMODULE hosts[] = {GetModuleHandleW(nullptr), GetModuleHandleW(L"node.dll"), GetModuleHandleW(L"libnode.dll")};
    for (const Slot& slot : kSlots) {
      *slot.place = reinterpret_cast<void*>(&Missing);
      for (HMODULE host : hosts) {
        if (FARPROC found = host == nullptr ? nullptr : GetProcAddress(host, slot.name)) {
          *slot.place = reinterpret_cast<void*>(found);
          break;
        }
      }
    }
  }
} fill_slots;
}  // namespace
`;

/** @param {readonly string[]} definitions module definition files of node-api-headers @param {string} file to write */
export function writeHostImports(definitions, file) {
  // The files repeat each other.
  const names = [...new Set(definitions.flatMap((definition) => namesIn(fs.readFileSync(definition, "utf8"))))];
  if (names.length === 0) throw new Error(`no function of Node is named in ${definitions.join(", ")}`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, sourceFor(names));
}
