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

// Zeros for [offset, offset + buffer.size()), which was a hole. Only blocks that hold something else are
// written: what is still a hole stays one, for zeros in it need space that a full disk does not have.
Status PutBackHole(MapRegion& file, uint64_t offset, std::span<std::byte> buffer, uint64_t* written) {
  auto read = file.ReadAt(offset, buffer);
  const bool known = read.ok() && *read == buffer.size();
  size_t run = 0;  // where the run of blocks to write starts
  size_t end = 0;  // and ends
  auto write_run = [&]() -> Status {
    if (run == end) return Status::Ok();
    auto zeros = buffer.subspan(run, end - run);
    std::fill(zeros.begin(), zeros.end(), std::byte{0});
    *written += zeros.size();
    return file.WriteAt(offset + run, zeros);
  };
  Status status;
  ForEachJournalBlock(offset, buffer.size(), [&](uint64_t at, size_t length, size_t) {
    const size_t start = static_cast<size_t>(at - offset);
    if (!status.ok() || (known && AllZero(buffer.subspan(start, length)))) return;
    if (start != end) {
      status = write_run();
      run = start;
    }
    end = start + length;
  });
  return status.ok() ? write_run() : status;
}

}  // namespace

Status PutBack(MapRegion& file, const JournalReader& journal, uint64_t touched_end, uint64_t* written,
               const std::function<void()>& alive) {
  uint64_t old_size = journal.header().before.size;
  const bool sets_size = !file.block_device() && !MovesBlocks(journal.header().kind);
  auto size = file.Size();
  if (!size.ok()) return size.status();
  if (sets_size && *size < old_size) {
    if (Status status = file.SetSize(old_size); !status.ok()) return status;
  }
  std::vector<std::byte> hole;
  Status status = journal.ForEach([&](const JournalEntry& entry) {
    if (entry.offset >= touched_end || entry.kind == JournalEntry::Before::kAbsent) return Status::Ok();
    alive();
    if (Status point = FailPoint("put-back"); !point.ok()) return point;
    if (entry.kind == JournalEntry::Before::kBytes) {
      *written += entry.length;
      return file.WriteAt(entry.offset, entry.before);
    }
    hole.resize(entry.length);
    return PutBackHole(file, entry.offset, hole, written);
  });
  if (!status.ok()) return status;
  if (sets_size) {
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
