// What the processor says against what the compiler's own library says of it.
#include "native/core/processor.h"

#include "doctest/doctest.h"

namespace terahex {
namespace {

TEST_CASE("Processor: an unknown feature is none") {
  CHECK_FALSE(ProcessorHas(""));
  CHECK_FALSE(ProcessorHas("avx"));
}

// Clang's answer needs a library that not each of its makers brings.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
TEST_CASE("Processor: has what GCC finds") {
  CHECK(ProcessorHas("pclmul") == (__builtin_cpu_supports("pclmul") != 0));
  CHECK(ProcessorHas("ssse3") == (__builtin_cpu_supports("ssse3") != 0));
  CHECK(ProcessorHas("sse4.2") == (__builtin_cpu_supports("sse4.2") != 0));
  CHECK(ProcessorHas("avx2") == (__builtin_cpu_supports("avx2") != 0));
}
#endif

}  // namespace
}  // namespace terahex
