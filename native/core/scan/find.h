// Finds all matches of one length (matcher.h) in a range of a document, with its unsaved edits, by many
// threads, in ascending order. Matches may overlap: every place counts. Thread rule: Find may run on any
// thread and calls back from several, one call at a time.
#pragma once

#include <functional>
#include <span>

#include "native/core/scan/matcher.h"
#include "native/core/scan/parallel.h"

namespace terahex {

struct FindOptions : ScanOptions {
  uint64_t limit = UINT64_MAX;  // stop after so many
};

struct FindOutcome : ScanOutcome {
  uint64_t count = 0;
  bool truncated = false;  // stopped at the limit: there may be more
};

// Some hits, ascending; after an edit during the search they are offsets in the document as it is then.
// False: enough.
using HitReceiver = std::function<bool(std::span<const uint64_t> hits)>;

// The match lies wholly in the options' range. `receive` may be empty: then hits are counted only. Errors:
// kCancelled, kClosed, kIo.
Result<FindOutcome> Find(const Document& document, const Matcher& matcher, const FindOptions& options,
                         const HitReceiver& receive);

}  // namespace terahex
