// The slow twin of strings.h: every place on its own. For tests only.
#pragma once

#include <string>
#include <vector>

#include "native/core/scan/strings.h"

namespace terahex {

// Bytes of the character of text that begins at `at`; 0: none does.
inline uint64_t TextCharacterAt(const std::string& content, uint64_t at, TextKind kind) {
  const auto byte = [&](uint64_t i) -> uint32_t {
    return i < content.size() ? static_cast<uint8_t>(content[i]) : 0;
  };
  const uint32_t first = byte(at);
  if (kind == TextKind::kUtf16Le || kind == TextKind::kUtf16Be) {
    const uint32_t unit = kind == TextKind::kUtf16Le ? first | byte(at + 1) << 8 : first << 8 | byte(at + 1);
    return at + 1 < content.size() && IsTextCharacter(unit, kind) ? 2 : 0;
  }
  if (first < 0x80) return at < content.size() && IsTextCharacter(first, kind) ? 1 : 0;
  if (kind == TextKind::kAscii) return 0;
  for (uint64_t length = 2; length <= 4; ++length) {
    // What the bytes would be, if they were the ones that this code point is written with.
    uint32_t code = first & (0xffu >> (length + 1));
    for (uint64_t i = 1; i < length; ++i) code = code << 6 | (byte(at + i) & 0x3f);
    std::string written;
    const uint32_t mark = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;
    written += static_cast<char>(mark | code >> (6 * (length - 1)));
    for (uint64_t i = 1; i < length; ++i)
      written += static_cast<char>(0x80 | (code >> (6 * (length - 1 - i)) & 0x3f));
    const uint32_t least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    const bool good = code >= least && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    if (good && content.compare(at, length, written) == 0 && IsTextCharacter(code, kind)) return length;
  }
  return 0;
}

inline std::vector<ByteRange> StringsNaive(const std::string& content, TextKind kind, uint64_t least) {
  std::vector<ByteRange> strings;
  std::vector<bool> taken(content.size(), false);  // a character of a string that began before begins here
  for (uint64_t start = 0; start < content.size(); ++start) {
    if (taken[start] || TextCharacterAt(content, start, kind) == 0) continue;
    uint64_t end = start;
    uint64_t characters = 0;
    for (; TextCharacterAt(content, end, kind) > 0; ++characters) {
      taken[end] = true;
      end += TextCharacterAt(content, end, kind);
    }
    if (characters >= least) strings.push_back({start, end});
  }
  return strings;
}

}  // namespace terahex
