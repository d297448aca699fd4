// Puts before-images back into a file, for a commit that failed and for recovery. Knows journals and regions
// only. Thread rule: one thread per file.
#include <algorithm>

#include "native/core/commit_change.h"
#include "native/core/commit_fail_point.h"

namespace terahex {
namespace {

bool AllZero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

}  // namespace

Status PutBack(MapRegion& file, const JournalReader& journal, uint64_t touched_end, uint64_t* written,
               const std::function<void()>& alive) {
  uint64_t old_size = journal.header().before.size;
  auto size = file.Size();
  if (!size.ok()) return size.status();
  if (!file.block_device() && *size < old_size) {
    if (Status status = file.SetSize(old_size); !status.ok()) return status;
  }
  std::vector<std::byte> zeros;
  Status status = journal.ForEach([&](const JournalEntry& entry) {
    if (entry.offset >= touched_end || entry.kind == JournalEntry::Before::kAbsent) return Status::Ok();
    alive();
    if (Status point = FailPoint("put-back"); !point.ok()) return point;
    *written += entry.length;
    if (entry.kind == JournalEntry::Before::kBytes) return file.WriteAt(entry.offset, entry.before);
    // What is still a hole stays one: writing zeros there needs space that a full disk does not have.
    zeros.resize(entry.length);
    auto read = file.ReadAt(entry.offset, zeros);
    if (read.ok() && *read == zeros.size() && AllZero(zeros)) {
      *written -= entry.length;
      return Status::Ok();
    }
    std::fill(zeros.begin(), zeros.end(), std::byte{0});
    return file.WriteAt(entry.offset, zeros);
  });
  if (!status.ok()) return status;
  if (!file.block_device()) {
    auto now = file.Size();
    if (!now.ok()) return now.status();
    // Longer than the commit could make it: others appended.
    const bool appended = *now > std::max(old_size, journal.header().new_size);
    if (*now != old_size && !appended) {
      if (Status cut = file.SetSize(old_size); !cut.ok()) return cut;
    }
  }
  return file.Sync();
}

}  // namespace terahex
