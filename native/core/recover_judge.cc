// Compares a file with a journal, block by block. The rules are those of
// docs/decisions/0003-commit-journal.md. Thread rule: one thread.
#include <algorithm>

#include "native/core/journal_checksum.h"
#include "native/core/recover.h"

namespace terahex {
namespace {

bool AllZero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

void JudgeBlock(const JournalEntry& entry, uint64_t offset, std::span<const std::byte> before,
                std::span<const std::byte> now, size_t length, size_t index, Verdict* verdict) {
  using Before = JournalEntry::Before;
  bool has_new = !entry.new_crcs.empty();
  if (now.size() < length) {  // the file ends before or in this block
    if (entry.kind == Before::kAbsent) {
      ++verdict->old_blocks;  // not grown yet
    } else if (!has_new) {
      ++verdict->new_blocks;  // cut off already
    } else {
      verdict->impossible = true;
    }
    return;
  }
  bool is_old =
      entry.kind == Before::kBytes ? std::equal(before.begin(), before.end(), now.begin()) : AllZero(now);
  bool is_new = has_new && Crc32c(now) == entry.new_crcs[index];
  // Zeros where the tail was cut off: grown again by a recovery that died in its turn, the bytes not yet put
  // back.
  if (!has_new && !is_old && AllZero(now)) is_new = true;
  if (is_old && is_new) return;
  if (is_old) ++verdict->old_blocks;
  if (is_new) ++verdict->new_blocks;
  if (is_old || is_new) return;
  if (verdict->neither < kNeitherPlaces) verdict->first_neither.push_back({offset, offset + length});
  ++verdict->neither;
}

}  // namespace

Result<Verdict> Judge(const MapRegion& file, const JournalReader& journal) {
  Verdict verdict;
  auto size = file.Size();
  if (!size.ok()) return size.status();
  uint64_t old_size = journal.header().before.size;
  uint64_t new_size = journal.header().new_size;
  if (*size < std::min(old_size, new_size) || *size > std::max(old_size, new_size)) verdict.impossible = true;
  if (old_size != new_size) {
    if (*size != new_size) ++verdict.old_blocks;
    if (*size != old_size) ++verdict.new_blocks;
  }
  std::vector<std::byte> now;
  Status status = journal.ForEach([&](const JournalEntry& entry) -> Status {
    now.resize(entry.length);
    auto read = file.ReadAt(entry.offset, now);
    if (!read.ok()) return read.status();
    auto there = std::span<const std::byte>(now).first(*read);
    ForEachJournalBlock(entry.offset, entry.length, [&](uint64_t offset, size_t length, size_t index) {
      size_t from = static_cast<size_t>(offset - entry.offset);
      auto part = there.subspan(std::min(from, there.size()));
      part = part.first(std::min(length, part.size()));
      auto before = entry.before.empty() ? entry.before : entry.before.subspan(from, length);
      JudgeBlock(entry, offset, before, part, length, index, &verdict);
    });
    return Status::Ok();
  });
  if (!status.ok()) return status;
  return verdict;
}

}  // namespace terahex
