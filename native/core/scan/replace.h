// Puts other bytes in the place of matches that were found before, as part of the caller's step. Memory: what
// two edits of the document take for each. Thread rule: the document's writer.
#pragma once

#include <span>

#include "native/core/document.h"

namespace terahex {

// `ranges`: ascending, disjoint, as they were before the first replacement of this step; `shift`: what the
// replacements so far have moved the rest by. Gives the shift afterwards. Errors: as Document's edits,
// kOutOfRange (not ascending); what was replaced before the error stays, for the caller to undo.
Result<int64_t> ReplaceRanges(Document& document, std::span<const ByteRange> ranges,
                              std::span<const std::byte> bytes, int64_t shift);

}  // namespace terahex
