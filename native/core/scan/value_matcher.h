// Numbers within a range, and bytes that are not the expected ones. Knows nothing of documents. Thread rule:
// immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "native/core/scan/matcher.h"
#include "native/core/status.h"

namespace terahex {

// Both ends belong to the range. Of the three the one that the type needs.
struct ValueBounds {
  uint64_t low_unsigned = 0, high_unsigned = 0;
  int64_t low_signed = 0, high_signed = 0;
  double low_float = 0, high_float = 0;
};

// `type`: u1, s1, and u or s 2, 4, 8, or f 4, 8, each with le or be: "u4le". Errors: kInvalidArgument.
Result<std::unique_ptr<Matcher>> MakeRangeMatcher(std::string_view type, const ValueBounds& bounds,
                                                  uint64_t align);

// Bytes that differ from `pattern`, repeated from offset `origin` on. Errors: kInvalidArgument (empty),
// kTooLarge (over 4 KiB).
Result<std::unique_ptr<Matcher>> MakeDifferMatcher(std::vector<uint8_t> pattern, uint64_t origin);

}  // namespace terahex
