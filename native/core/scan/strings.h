// Stretches of text in a range of a document, at least so many characters long, in ascending order. Thread
// rule: Strings may run on any thread; it uses one.
#pragma once

#include <functional>
#include <span>

#include "native/core/scan/parallel.h"

namespace terahex {

// kUtf16: characters of European scripts, at even and odd offsets; almost any two bytes are some Asian
// character.
enum class TextKind { kAscii, kUtf8, kUtf16Le, kUtf16Be };

struct StringsOutcome : ScanOutcome {
  uint64_t count = 0;
  bool truncated = false;
};

using StringReceiver = std::function<bool(std::span<const ByteRange> strings)>;

// `least`: characters, from 1 on. Strings end at gaps, and with the range. Errors: kInvalidArgument, and as
// Find.
Result<StringsOutcome> Strings(const Document& document, const ScanOptions& options, TextKind kind,
                               uint64_t least, uint64_t limit, const StringReceiver& receive);

// One character of the text: tab, and what is printed. The same for the naive twin.
constexpr bool IsTextCharacter(uint32_t character, TextKind kind) {
  if (character == '\t' || (character >= 0x20 && character <= 0x7e)) return true;
  if (kind == TextKind::kAscii || character < 0xa0) return false;
  if (kind == TextKind::kUtf8) return true;
  // Latin, Greek, Cyrillic; dashes, quotes, the euro sign.
  return character <= 0x52f || (character >= 0x2010 && character <= 0x2027) || character == 0x20ac;
}

}  // namespace terahex
