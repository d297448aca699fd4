// What this processor can do beyond the least of its kind. Asked of the processor itself: the compilers' own
// way needs a library that not each of them brings. Thread rule: pure functions.
#pragma once

#include <string_view>

namespace terahex {

// `feature`: "ssse3", "sse4.2", "pclmul" or "avx2". False for all others, and on other processors than
// Intel's.
bool ProcessorHas(std::string_view feature);

}  // namespace terahex
