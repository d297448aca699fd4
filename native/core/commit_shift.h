// A change of length without a new file: moves bytes inside the old one, under a journal of all that moves.
// For files that a rename would harm (hard links) or whose folder takes no sibling. Thread rule: one per file
// at a time.
#pragma once

#include "native/core/commit.h"

namespace terahex {

Result<CommitOutcome> ShiftInPlace(FileSystem& file_system, MapRegion& file, std::span<const Stretch> content,
                                   CommitSource& source, const CommitOptions& options);

}  // namespace terahex
