// Finds the matches of a byte pattern of any length, in a range of a document with its unsaved edits, by many
// threads: from the left, one after the other, as Perl would over the whole range as one text. Matches of no
// bytes are none. Thread rule: as find.h.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "native/core/scan/byte_dfa.h"
#include "native/core/scan/find.h"

namespace terahex {

using MatchReceiver = std::function<bool(std::span<const ByteRange> matches)>;

// `receive` may be empty: then matches are counted only. Errors: as Find.
Result<FindOutcome> FindRegex(const Document& document, const BytePattern& pattern,
                              const FindOptions& options, const MatchReceiver& receive);

}  // namespace terahex
