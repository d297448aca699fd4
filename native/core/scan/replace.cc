// See replace.h.
#include "native/core/scan/replace.h"

namespace terahex {

Result<int64_t> ReplaceRanges(Document& document, std::span<const ByteRange> ranges,
                              std::span<const std::byte> bytes, int64_t shift) {
  uint64_t last_end = 0;
  for (const ByteRange& range : ranges) {
    if (range.start < last_end || range.end < range.start) {
      return Status(Code::kOutOfRange, "Ranges to replace must be ascending", 0, range.start);
    }
    last_end = range.end;
    // Unsigned arithmetic wraps to the right value whatever the sign.
    const uint64_t at = range.start + static_cast<uint64_t>(shift);
    Status status;
    if (range.length() == bytes.size()) {
      if (!FitsWithin(at, bytes.size(), document.size())) {
        return Status(Code::kOutOfRange, "A range to replace lies behind the end", 0, at);
      }
      status = document.Overwrite(at, bytes);
    } else {
      status = document.Erase(at, range.length());
      if (status.ok() && !bytes.empty()) status = document.Insert(at, bytes);
    }
    if (!status.ok()) return status;
    shift += static_cast<int64_t>(bytes.size()) - static_cast<int64_t>(range.length());
  }
  return shift;
}

}  // namespace terahex
