// Asks for extents a window at a time and walks them. Thread rule: one thread per cursor.
#include "native/core/commit_extents.h"

#include <algorithm>

namespace terahex {
namespace {
constexpr uint64_t kWindow = uint64_t{1} << 30;  // bounds what one question costs on a fragmented file
constexpr size_t kExtentsAtOnce = 256;
}  // namespace

void ExtentCursor::Ask(uint64_t offset) {
  uint64_t to = std::min(size_, offset + std::min(kWindow, size_ - offset));
  known_from_ = offset;
  known_to_ = to;
  next_ = 0;
  auto found =
      seeming_ ? file_.SeemingExtents(offset, to, kExtentsAtOnce) : file_.Extents(offset, to, kExtentsAtOnce);
  if (!found.ok()) {
    extents_.assign(1, ByteRange{offset, to});
    return;
  }
  extents_ = std::move(*found);
  if (extents_.size() >= kExtentsAtOnce) known_to_ = extents_.back().end;
}

ExtentCursor::Part ExtentCursor::At(uint64_t offset, uint64_t end) {
  if (file_.block_device()) return {end, true};
  if (offset < known_from_ || offset >= known_to_) Ask(offset);
  if (next_ > 0 && extents_[next_ - 1].end > offset) next_ = 0;
  while (next_ < extents_.size() && extents_[next_].end <= offset) ++next_;
  if (next_ == extents_.size()) return {std::min(end, known_to_), false};
  const ByteRange& extent = extents_[next_];
  if (extent.start > offset) return {std::min(end, extent.start), false};
  return {std::min(end, extent.end), true};
}

}  // namespace terahex
