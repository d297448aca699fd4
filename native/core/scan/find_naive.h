// The slow twin of find.h: every place of the whole content, one after the other. For tests only.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "native/core/scan/matcher.h"

namespace terahex {

// Asks `matches(place)` everywhere that a match of `length` bytes has room in [from, to) of the content.
template <typename Matches>
std::vector<uint64_t> FindNaive(const std::string& content, uint64_t from, uint64_t to, size_t length,
                                uint64_t align, Matches matches) {
  std::vector<uint64_t> hits;
  for (uint64_t at = from; at + length <= to && at + length <= content.size(); ++at) {
    if (at % align == 0 && matches(reinterpret_cast<const uint8_t*>(content.data()) + at, at))
      hits.push_back(at);
  }
  return hits;
}

}  // namespace terahex
