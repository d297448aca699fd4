// The slow twin of strings.h for ASCII and UTF-16: every place on its own. For tests only.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "native/core/scan/strings.h"

namespace terahex {

inline std::vector<ByteRange> StringsNaive(const std::string& content, TextKind kind, uint64_t least) {
  const uint64_t bytes = kind == TextKind::kAscii ? 1 : 2;
  const auto is_text = [&](uint64_t at) {
    if (at + bytes > content.size()) return false;
    const auto first = static_cast<uint8_t>(content[at]);
    if (bytes == 1) return first < 0x80 && IsTextCharacter(first, kind);
    const auto second = static_cast<uint8_t>(content[at + 1]);
    const uint32_t unit =
        kind == TextKind::kUtf16Le ? first | uint32_t{second} << 8 : uint32_t{first} << 8 | second;
    return IsTextCharacter(unit, kind);
  };
  std::vector<ByteRange> strings;
  for (uint64_t start = 0; start < content.size(); ++start) {
    if (!is_text(start) || (start >= bytes && is_text(start - bytes))) continue;
    uint64_t end = start;
    while (is_text(end)) end += bytes;
    if ((end - start) / bytes >= least) strings.push_back({start, end});
  }
  return strings;
}

}  // namespace terahex
