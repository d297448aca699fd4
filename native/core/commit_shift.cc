// Moves kept stretches in an order in which none is overwritten before it has moved, then writes the new
// bytes. The journal holds everything that changes, so this needs room for it, but no step of it needs care
// about crashes. Thread rule: one per file at a time.
#include "native/core/commit_shift.h"

#include <algorithm>

#include "native/core/commit_change.h"
#include "native/core/commit_content.h"
#include "native/core/commit_fail_point.h"

namespace terahex {
namespace {

constexpr size_t kMoveChunk = 1024 * 1024;

struct Placed {
  Stretch stretch;
  uint64_t new_offset = 0;
};

Status WritePart(ApplyState& state, uint64_t offset, std::span<const std::byte> bytes) {
  if (Status status = FailPoint("shift"); !status.ok()) return status;
  if (Status status = state.file.WriteAt(offset, bytes); !status.ok()) return status;
  state.written += bytes.size();
  return state.pulse.Advance(bytes.size());
}

// `upwards`: to a higher offset, so the last bytes go first.
Status Move(ApplyState& state, const Placed& placed, bool upwards) {
  std::vector<std::byte> buffer;
  for (uint64_t done = 0; done < placed.stretch.length;) {
    uint64_t part = std::min<uint64_t>(placed.stretch.length - done, kMoveChunk);
    uint64_t inside = upwards ? placed.stretch.length - done - part : done;
    buffer.resize(static_cast<size_t>(part));
    auto read = state.file.ReadAt(placed.stretch.old_offset + inside, buffer);
    if (!read.ok()) return read.status();
    if (*read != part)
      return Status(Code::kChanged, "the file became shorter: " + state.file.path(), 0,
                    placed.stretch.old_offset);
    if (Status status = WritePart(state, placed.new_offset + inside, buffer); !status.ok()) return status;
    done += part;
  }
  return Status::Ok();
}

// Why this order is safe: kept stretches keep their old order. One that moves up ends, when moved, before the
// next one starts; so going down the list, it covers only places whose bytes have moved already or that move
// nothing. The same upside down for those that move down. The two kinds never meet: an upward one lands below
// the new, and so below the old, place of any downward one behind it. New bytes come last.
Status Apply(ApplyState& state, const std::vector<Placed>& placed, CommitSource& source) {
  state.touched_end = UINT64_MAX;
  for (auto it = placed.rbegin(); it != placed.rend(); ++it) {
    if (it->stretch.kind != Stretch::Kind::kKept || it->new_offset <= it->stretch.old_offset) continue;
    if (Status status = Move(state, *it, true); !status.ok()) return status;
  }
  for (const Placed& one : placed) {
    if (one.stretch.kind != Stretch::Kind::kKept || one.new_offset >= one.stretch.old_offset) continue;
    if (Status status = Move(state, one, false); !status.ok()) return status;
  }
  std::vector<std::byte> buffer;
  for (const Placed& one : placed) {
    if (one.stretch.kind != Stretch::Kind::kNew) continue;
    for (uint64_t done = 0; done < one.stretch.length; done += buffer.size()) {
      buffer.resize(static_cast<size_t>(std::min<uint64_t>(one.stretch.length - done, kMoveChunk)));
      if (Status status = source.ReadNew(one.new_offset + done, buffer); !status.ok()) return status;
      if (Status status = WritePart(state, one.new_offset + done, buffer); !status.ok()) return status;
    }
  }
  return Status::Ok();
}

}  // namespace

Result<CommitOutcome> ShiftInPlace(FileSystem& file_system, MapRegion& file, std::span<const Stretch> content,
                                   CommitSource& source, const CommitOptions& options) {
  if (options.journal_folder.empty())
    return Status(Code::kUnsupported,
                  "moving bytes inside the file needs a folder for the journal: " + file.path());
  FileChange change;
  change.kind = JournalKind::kShifted;
  change.how = CommitHow::kShifted;
  change.old_size = options.expected.size;
  auto size = ContentSize(content, change.old_size);
  if (!size.ok()) return size.status();
  change.new_size = *size;

  std::vector<Placed> placed;
  std::vector<ByteRange> ranges;
  uint64_t kept_end = 0;
  uint64_t journalled = change.old_size > change.new_size ? change.old_size - change.new_size : 0;
  Status ordered = ForEachStretch(content, [&](const Stretch& stretch, uint64_t new_offset) -> Status {
    bool kept = stretch.kind == Stretch::Kind::kKept;
    if (kept && stretch.old_offset < kept_end)
      return Status(Code::kUnsupported,
                    "bytes were exchanged, which only a new file can hold: " + file.path());
    if (kept) kept_end = stretch.old_offset + stretch.length;
    if (stretch.length == 0 || (kept && stretch.old_offset == new_offset)) return Status::Ok();
    placed.push_back({stretch, new_offset});
    ranges.push_back({new_offset, new_offset + stretch.length});
    journalled += stretch.length;
    return Status::Ok();
  });
  if (!ordered.ok()) return ordered;
  change.ranges = ranges;
  if (Status status = file_system.MakeFolders(options.journal_folder); !status.ok()) return status;
  auto free = file_system.FreeSpace(options.journal_folder);
  if (free.ok() && *free < std::min(journalled, change.old_size))
    return Status(Code::kNoSpace, "the journal of this save needs " + std::to_string(journalled) +
                                      " bytes, " + std::to_string(*free) +
                                      " are free: " + options.journal_folder);
  WholeSource whole(file, change.old_size, content, source);
  change.source = &whole;
  return RunChange(file_system, file, change, options, [&](ApplyState& state) {
    if (options.before_shift) options.before_shift();
    return Apply(state, placed, source);
  });
}

}  // namespace terahex
