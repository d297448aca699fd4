// Arithmetic over stretches. Thread rule: one thread per object.
#include "native/core/commit_content.h"

#include <algorithm>

#include "native/core/commit_extents.h"

namespace terahex {

Result<uint64_t> ContentSize(std::span<const Stretch> content, uint64_t old_size) {
  uint64_t size = 0;
  for (const Stretch& stretch : content) {
    if (stretch.kind == Stretch::Kind::kKept && !FitsWithin(stretch.old_offset, stretch.length, old_size))
      return Status(Code::kOutOfRange, "a kept stretch lies outside the old file", 0, stretch.old_offset);
    if (stretch.length > kMaxOffset - size) return Status(Code::kTooLarge, "no file can be that large");
    size += stretch.length;
  }
  return size;
}

uint64_t HeadInPlace(std::span<const Stretch> content, uint64_t old_size) {
  uint64_t at = 0;
  uint64_t head = 0;
  uint64_t in_place = 0;
  for (const Stretch& stretch : content) {
    const bool kept = stretch.kind == Stretch::Kind::kKept && stretch.length > 0;
    if (kept && stretch.old_offset != at) break;
    at += stretch.length;
    if (!kept) continue;
    head = at;
    in_place += stretch.length;
  }
  return in_place >= old_size / 2 ? head : 0;
}

Status ForEachStretch(std::span<const Stretch> content,
                      const std::function<Status(const Stretch&, uint64_t new_offset)>& visit) {
  uint64_t at = 0;
  for (const Stretch& stretch : content) {
    if (Status status = visit(stretch, at); !status.ok()) return status;
    at += stretch.length;
  }
  return Status::Ok();
}

std::vector<ByteRange> DestroyedRanges(std::span<const Stretch> content, uint64_t old_size) {
  std::vector<ByteRange> kept;
  for (const Stretch& stretch : content) {
    if (stretch.kind == Stretch::Kind::kKept && stretch.length > 0)
      kept.push_back({stretch.old_offset, stretch.old_offset + stretch.length});
  }
  std::sort(kept.begin(), kept.end(),
            [](const ByteRange& a, const ByteRange& b) { return a.start < b.start; });
  std::vector<ByteRange> destroyed;
  uint64_t at = 0;
  for (const ByteRange& range : kept) {
    if (range.start > at) destroyed.push_back({at, range.start});
    at = std::max(at, range.end);
  }
  if (at < old_size) destroyed.push_back({at, old_size});
  return destroyed;
}

Status TellDestroyed(const MapRegion& old_file, uint64_t old_size, const ByteRange& range,
                     CommitSource& source) {
  ExtentCursor extents(old_file, old_size);
  std::vector<std::byte> buffer;
  for (uint64_t at = range.start; at < range.end;) {
    ExtentCursor::Part part = extents.At(at, range.end);
    if (!part.data) {
      if (Status status = source.KeepBefore(at, part.end - at, {}); !status.ok()) return status;
      at = part.end;
      continue;
    }
    buffer.resize(static_cast<size_t>(std::min<uint64_t>(part.end - at, 1024 * 1024)));
    auto read = old_file.ReadAt(at, buffer);
    if (!read.ok()) return read.status();
    if (*read != buffer.size())
      return Status(Code::kChanged, "the file became shorter: " + old_file.path(), 0, at);
    if (Status status = source.KeepBefore(at, buffer.size(), buffer); !status.ok()) return status;
    at += buffer.size();
  }
  return Status::Ok();
}

WholeSource::WholeSource(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
                         CommitSource& source)
    : old_file_(old_file),
      content_(content),
      source_(source),
      destroyed_(DestroyedRanges(content, old_size)) {
  uint64_t at = 0;
  for (const Stretch& stretch : content) {
    starts_.push_back(at);
    at += stretch.length;
  }
}

size_t WholeSource::StretchAt(uint64_t offset) const {
  return static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin()) - 1;
}

Status WholeSource::ReadNew(uint64_t offset, std::span<std::byte> out) {
  for (size_t index = StretchAt(offset); !out.empty(); ++index) {
    const Stretch& stretch = content_[index];
    uint64_t inside = offset - starts_[index];
    size_t part = static_cast<size_t>(std::min<uint64_t>(out.size(), stretch.length - inside));
    if (part == 0) continue;
    if (stretch.kind == Stretch::Kind::kNew) {
      if (Status status = source_.ReadNew(offset, out.first(part)); !status.ok()) return status;
    } else {
      auto read = old_file_.ReadAt(stretch.old_offset + inside, out.first(part));
      if (!read.ok()) return read.status();
      if (*read != part)
        return Status(Code::kChanged, "the file became shorter: " + old_file_.path(), 0,
                      stretch.old_offset + inside);
    }
    out = out.subspan(part);
    offset += part;
  }
  return Status::Ok();
}

bool WholeSource::IsZeros(uint64_t offset, uint64_t length) {
  size_t index = StretchAt(offset);
  const Stretch& stretch = content_[index];
  bool inside = length <= stretch.length - (offset - starts_[index]);
  return inside && stretch.kind == Stretch::Kind::kNew && source_.IsZeros(offset, length);
}

Status WholeSource::KeepBefore(uint64_t old_offset, uint64_t length, std::span<const std::byte> bytes) {
  uint64_t end = old_offset + length;
  while (next_destroyed_ < destroyed_.size() && destroyed_[next_destroyed_].end <= old_offset)
    ++next_destroyed_;
  for (size_t index = next_destroyed_; index < destroyed_.size() && destroyed_[index].start < end; ++index) {
    uint64_t from = std::max(old_offset, destroyed_[index].start);
    uint64_t part = std::min(end, destroyed_[index].end) - from;
    auto lost = bytes.empty()
                    ? bytes
                    : bytes.subspan(static_cast<size_t>(from - old_offset), static_cast<size_t>(part));
    if (Status status = source_.KeepBefore(from, part, lost); !status.ok()) return status;
  }
  return Status::Ok();
}

}  // namespace terahex
