// The new content of a file as stretches of the old one and new bytes: checked, summed, looked at as a
// source. Knows no journal and no way of writing. Thread rule: one thread per object.
#pragma once

#include <functional>
#include <vector>

#include "native/core/commit.h"

namespace terahex {

// Sum of the lengths. Errors: kOutOfRange (a kept stretch outside the old file), kTooLarge (past kMaxOffset).
Result<uint64_t> ContentSize(std::span<const Stretch> content, uint64_t old_size);

// Up to where the new content is best had by cutting off a clone of the old file and overwriting the rest:
// before it all kept stretches are at their old offsets, and the last of them ends there. 0 where they are
// less than half of the old file: what is cut off again then outweighs what need not be copied.
uint64_t HeadInPlace(std::span<const Stretch> content, uint64_t old_size);

// Calls visit(stretch, its offset in the new content) in order, until one fails.
Status ForEachStretch(std::span<const Stretch> content,
                      const std::function<Status(const Stretch&, uint64_t new_offset)>& visit);

// Ranges of the old file that no stretch keeps, ascending.
std::vector<ByteRange> DestroyedRanges(std::span<const Stretch> content, uint64_t old_size);

// Tells `source` all of [range.start, range.end) of the old file; holes as holes.
Status TellDestroyed(const MapRegion& old_file, uint64_t old_size, const ByteRange& range,
                     CommitSource& source);

// Serves kept stretches too, out of the old file, as long as that is untouched.
class WholeSource : public CommitSource {
 public:
  WholeSource(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
              CommitSource& source);
  Status ReadNew(uint64_t offset, std::span<std::byte> out) override;
  bool IsZeros(uint64_t offset, uint64_t length) override;
  // Passes on what no stretch keeps.
  Status KeepBefore(uint64_t old_offset, uint64_t length, std::span<const std::byte> bytes) override;

 private:
  size_t StretchAt(uint64_t offset) const;

  const MapRegion& old_file_;
  std::span<const Stretch> content_;
  CommitSource& source_;
  std::vector<uint64_t> starts_;  // new offset of each stretch
  std::vector<ByteRange> destroyed_;
  size_t next_destroyed_ = 0;
};

}  // namespace terahex
