// The inner loop of searching: places where two chosen bytes of a needle fit, at memory speed. Knows nothing
// of the rest of the needle. Thread rule: pure functions, leaves (see fault_guard.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace terahex {

// (byte & mask) == value
struct MaskedByte {
  uint8_t value = 0;
  uint8_t mask = 0;
};

// The first i below `count` where a[i] fits `first` and b[i] fits `second`; `count`: nowhere.
size_t FindPair(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count);
// The same, byte by byte: for the tests, and for processors without vectors.
size_t FindPairNaive(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count);

}  // namespace terahex
