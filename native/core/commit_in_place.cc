// Overwrites ranges of a file: long allocated ones through a shared view, everything else positionally.
// Which way when, and why: docs/decisions/0002-view-or-positional.md. Thread rule: one commit per file at a
// time.
#include <algorithm>

#include "native/core/commit.h"
#include "native/core/commit_change.h"
#include "native/core/commit_fail_point.h"
#include "native/core/platform/fault_guard.h"

namespace terahex {
namespace {

constexpr size_t kWriteChunk = 1024 * 1024;
// A shared view makes the kernel write whole folios (up to 2 MiB measured at either end); from here on that
// is small.
constexpr uint64_t kViewThreshold = 16 * 1024 * 1024;
// Address space and dirty pages that one view may hold.
constexpr uint64_t kViewWindow = 64 * 1024 * 1024;

// Collects neighbouring bytes into one positional write.
class GatherWriter {
 public:
  GatherWriter(ApplyState& state, CommitSource& source) : state_(state), source_(source) {
    buffer_.reserve(64 * 1024);
  }
  Status Add(uint64_t offset, uint64_t length) {
    if (offset != start_ + buffer_.size()) {
      if (Status status = Flush(); !status.ok()) return status;
    }
    while (length > 0) {
      if (buffer_.empty()) start_ = offset;
      size_t part = static_cast<size_t>(std::min<uint64_t>(length, kWriteChunk - buffer_.size()));
      size_t had = buffer_.size();
      buffer_.resize(had + part);
      if (Status status = source_.ReadNew(offset, std::span(buffer_).subspan(had)); !status.ok())
        return status;
      offset += part;
      length -= part;
      if (buffer_.size() < kWriteChunk) continue;
      if (Status status = Flush(); !status.ok()) return status;
    }
    return Status::Ok();
  }
  Status Flush() {
    if (buffer_.empty()) return Status::Ok();
    if (Status status = FailPoint("write"); !status.ok()) return status;
    state_.touched_end = start_ + buffer_.size();
    if (Status status = state_.file.WriteAt(start_, buffer_); !status.ok()) return status;
    uint64_t bytes = buffer_.size();
    state_.written += bytes;
    buffer_.clear();
    return state_.pulse.Advance(bytes);
  }

 private:
  ApplyState& state_;
  CommitSource& source_;
  uint64_t start_ = 0;
  std::vector<std::byte> buffer_;
};

// Stores [offset, offset + length) through one view. `done`: bytes stored; fewer without an error when the
// view cannot be had or an access faulted, and then the positional way finds the true reason.
Status StoreThroughView(ApplyState& state, CommitSource& source, uint64_t offset, uint64_t length,
                        uint64_t* done) {
  *done = 0;
  uint64_t from = AlignDown(offset, state.file.granularity());
  size_t lead = static_cast<size_t>(offset - from);
  auto view = state.file.Map(from, static_cast<size_t>(lead + length), Protection::kShared);
  if (!view.ok()) return Status::Ok();
  std::vector<std::byte> chunk(kWriteChunk);
  while (*done < length) {
    size_t part = static_cast<size_t>(std::min<uint64_t>(length - *done, kWriteChunk));
    auto bytes = std::span(chunk).first(part);
    if (Status status = source.ReadNew(offset + *done, bytes); !status.ok()) return status;
    if (Status status = FailPoint("store"); !status.ok()) return status;
    state.touched_end = offset + *done + part;
    size_t copied = GuardedCopy((*view)->data() + lead + *done, bytes.data(), part);
    *done += copied;
    state.written += copied;
    if (copied < part) break;
    if (Status status = state.pulse.Advance(part); !status.ok()) return status;
  }
  if (*done == 0) return Status::Ok();
  if (Status status = FailPoint("stored"); !status.ok()) return status;
  state.flush_failed = true;  // until it has not
  if (Status status = (*view)->Flush(lead, static_cast<size_t>(*done)); !status.ok()) return status;
  state.flush_failed = false;
  return FailPoint("flushed");
}

bool ViewsAllowed(const MapRegion& file) {
  if (!file.mappable() || file.copy_on_write() || file.block_device()) return false;
  InstallFaultGuard();
  return FaultGuardActive();
}

Status ApplyAscending(ApplyState& state, const FileChange& change) {
  bool views = ViewsAllowed(state.file);
  GatherWriter writer(state, *change.source);
  Status status = ForEachPiece(state.file, change, [&](const ChangePiece& piece) -> Status {
    if (piece.leave || !piece.has_new) return state.pulse.Advance(piece.length);
    uint64_t at = piece.offset;
    uint64_t end = piece.offset + piece.length;
    if (views && piece.before == JournalEntry::Before::kBytes && piece.length >= kViewThreshold) {
      if (Status flushed = writer.Flush(); !flushed.ok()) return flushed;
      for (uint64_t done = 1; at < end && done > 0;) {
        uint64_t window = std::min(end - at, kViewWindow);
        if (Status stored = StoreThroughView(state, *change.source, at, window, &done); !stored.ok())
          return stored;
        at += done;
        if (done < window) break;
      }
    }
    return writer.Add(at, end - at);
  });
  return status.ok() ? writer.Flush() : status;
}

Status CheckRanges(std::span<const ByteRange> ranges, uint64_t size) {
  uint64_t previous = 0;
  for (const ByteRange& range : ranges) {
    if (range.start < previous || range.end < range.start)
      return Status(Code::kInvalidArgument, "the ranges of a commit are not ascending", 0, range.start);
    if (range.end > size)
      return Status(Code::kOutOfRange, "a range of the commit lies outside the file", 0, range.end);
    previous = range.end;
  }
  return Status::Ok();
}

}  // namespace

const char* HowName(CommitHow how) {
  switch (how) {
    case CommitHow::kNothing:
      return "nothing";
    case CommitHow::kInPlace:
      return "in-place";
    case CommitHow::kRewritten:
      return "rewritten";
    case CommitHow::kShifted:
      return "shifted";
    case CommitHow::kRolledBack:
      return "rolled-back";
    case CommitHow::kCompleted:
      return "completed";
  }
  return "nothing";
}

Result<CommitOutcome> CommitInPlace(FileSystem& file_system, MapRegion& file,
                                    std::span<const ByteRange> ranges, CommitSource& source,
                                    const CommitOptions& options) {
  FileChange change;
  change.ranges = ranges;
  change.old_size = options.expected.size;
  change.new_size = options.new_size.value_or(change.old_size);
  change.source = &source;
  if (change.new_size > kMaxOffset)
    return Status(Code::kTooLarge, "no file can be that large: " + file.path());
  if (Status status = CheckRanges(ranges, change.new_size); !status.ok()) return status;
  if (ranges.empty() && change.new_size == change.old_size) {
    CommitOutcome nothing;
    nothing.identity = options.expected;
    return nothing;
  }
  return RunChange(file_system, file, change, options,
                   [&](ApplyState& state) { return ApplyAscending(state, change); });
}

}  // namespace terahex
