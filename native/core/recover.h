// What a file holds, judged against the journal of a commit that died. Knows journals and regions; decides
// nothing. Thread rule: one thread.
#pragma once

#include <vector>

#include "native/core/journal.h"
#include "native/core/span_math.h"

namespace terahex {

// Blocks of kJournalBlock bytes, counted by what the file holds in their place now.
struct Verdict {
  uint64_t old_blocks = 0;               // the before-image, and not the new bytes as well
  uint64_t new_blocks = 0;               // the new bytes, and not the before-image as well
  uint64_t neither = 0;                  // torn by the crash, or someone else's
  std::vector<ByteRange> first_neither;  // the first few of those
  bool impossible = false;               // the file is shorter than this commit can have made it
  bool all_old() const { return new_blocks == 0 && neither == 0 && !impossible; }
  bool all_new() const { return old_blocks == 0 && neither == 0 && !impossible; }
};

// How many places first_neither holds at most.
inline constexpr size_t kNeitherPlaces = 8;

// Errors: kCorrupt (the journal), the OS's.
Result<Verdict> Judge(const MapRegion& file, const JournalReader& journal);

}  // namespace terahex
