// Stretches of text in a range of a document, at least so many characters long, in all asked encodings in one
// pass by many threads. Thread rule: Strings may run on any thread and calls back from several, one call at a
// time.
#pragma once

#include <functional>
#include <span>

#include "native/core/scan/parallel.h"
#include "native/core/scan/text_runs.h"

namespace terahex {

struct FoundString {
  ByteRange range;
  TextKind kind = TextKind::kAscii;
};

struct StringsOutcome : ScanOutcome {
  uint64_t count = 0;
  bool truncated = false;
};

// Some strings, ascending by where they begin. One so long that hundreds of thousands of others begin in it
// comes in parts. False: enough.
using StringReceiver = std::function<bool(std::span<const FoundString> strings)>;

// `least`: characters, from 1 on. Strings end at gaps, and with the range. Errors: kInvalidArgument, and as
// Find.
Result<StringsOutcome> Strings(const Document& document, const ScanOptions& options,
                               std::span<const TextKind> kinds, uint64_t least, uint64_t limit,
                               const StringReceiver& receive);

}  // namespace terahex
