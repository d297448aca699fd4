// CPUID, as "Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2A, tells its bits.
// Thread rule: pure functions.
#include "native/core/processor.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <cpuid.h>
#endif

namespace terahex {

#if defined(__x86_64__) && defined(__GNUC__)
namespace {

struct Registers {
  unsigned a = 0, b = 0, c = 0, d = 0;
};

Registers Leaf(unsigned leaf) {
  Registers answer;
  return __get_cpuid_count(leaf, 0, &answer.a, &answer.b, &answer.c, &answer.d) != 0 ? answer : Registers();
}

constexpr bool Bit(unsigned value, unsigned bit) { return (value >> bit & 1) != 0; }

// The system, too, must know the wide registers: it keeps them for each thread (XCR0, bits 1 and 2).
bool KeepsWideRegisters(const Registers& first) {
  if (!Bit(first.c, 27)) return false;  // OSXSAVE: the next instruction is allowed
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & 6) == 6;
}

}  // namespace

bool ProcessorHas(std::string_view feature) {
  static const Registers first = Leaf(1);
  if (feature == "pclmul") return Bit(first.c, 1);
  if (feature == "ssse3") return Bit(first.c, 9);
  if (feature == "sse4.2") return Bit(first.c, 20);
  if (feature == "avx2") return Bit(Leaf(7).b, 5) && KeepsWideRegisters(first);
  return false;
}
#else
bool ProcessorHas(std::string_view) { return false; }
#endif

}  // namespace terahex
