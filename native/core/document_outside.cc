// What others did to the file: the unsaved edits and the history put on top of the file as it is on disk now,
// and bytes written straight into it (live mode); see document_core.h. Which outside change is followed how,
// is decided by docs/decisions/0005-outside-changes.md. Must not know who asks. Thread rule: the writer's
// thread.
#include <algorithm>

#include "native/core/document_core.h"

namespace terahex {

namespace {

// Unlocks what it locked, on every way out.
class WholeFileLock {
 public:
  explicit WholeFileLock(MapRegion& region) : region_(region), status_(region.TryLockFile()) {}
  ~WholeFileLock() {
    if (status_.ok()) region_.UnlockFile();
  }
  WholeFileLock(const WholeFileLock&) = delete;
  WholeFileLock& operator=(const WholeFileLock&) = delete;
  // A file system without locks has nobody to wait for.
  bool held_by_other() const { return status_.code() == Code::kBusy; }

 private:
  MapRegion& region_;
  const Status status_;
};

}  // namespace

// The last piece ends where the old file ended; so bytes that the file gained or lost at its end are gained
// or lost at the document's.
bool DocumentCore::EndsWithFile() const {
  const uint64_t size = pieces_.size();
  if (size == 0) return identity_.size == 0;
  bool ends = false;
  pieces_.Visit(size - 1, size, [&](uint64_t, const Piece& piece) {
    ends = piece.kind() == PieceKind::kFile && piece.position() + 1 == identity_.size;
    return true;
  });
  return ends;
}

// True when no piece shows file bytes at or behind `limit`.
bool DocumentCore::ShowsOnlyBefore(uint64_t limit) const {
  bool only = true;
  pieces_.Visit(0, pieces_.size(), [&](uint64_t, const Piece& piece) {
    only = piece.kind() != PieceKind::kFile || piece.position() + piece.length() <= limit;
    return only;
  });
  return only;
}

// True when the last `tail` bytes of the document are the same at every step: no operation touches them.
bool DocumentCore::TailUntouched(uint64_t tail) {
  uint64_t size = pieces_.size();
  Operation& operation = scratch_operation_;
  auto crosses = [&](uint64_t length) {
    return operation.offset > size || length > size - operation.offset ||
           size - operation.offset - length < tail;
  };
  for (uint64_t step = history_.position(); step > 0; --step) {
    const auto [first, last] = history_.OperationsOf(step);
    for (uint64_t i = last; i > first; --i) {
      history_.Load(i - 1, &operation);
      const uint64_t inserted = TotalLength(operation.inserted);
      if (crosses(inserted)) return false;
      size = size - inserted + TotalLength(operation.removed);
    }
  }
  size = pieces_.size();
  for (uint64_t step = history_.position(); step < history_.last_position();) {
    const auto [first, last] = history_.OperationsOf(++step);
    for (uint64_t i = first; i < last; ++i) {
      history_.Load(i, &operation);
      const uint64_t removed = TotalLength(operation.removed);
      if (crosses(removed)) return false;
      size = size - removed + TotalLength(operation.inserted);
    }
  }
  return true;
}

// Cuts the document's end by what the file lost. The history goes when it tells of what was cut off.
Result<bool> DocumentCore::FollowCut(uint64_t file_size) {
  const uint64_t lost = identity_.size - file_size;
  const uint64_t size = pieces_.size();
  uint64_t last_start = 0;
  if (size > 0) {
    pieces_.Visit(0, size, [&](uint64_t start, const Piece&) {
      last_start = start;
      return true;
    });
  }
  const bool ends_with_lost = EndsWithFile() && size - last_start >= lost;
  if (!ends_with_lost && !ShowsOnlyBefore(file_size)) {
    return Status(Code::kOutOfRange,
                  path_ + " has become too short for the unsaved edits: it ends at " +
                      std::to_string(file_size) + " now",
                  0, file_size);
  }
  const bool kept = ends_with_lost && TailUntouched(lost);
  if (ends_with_lost) pieces_.Replace(size - lost, lost, {}, nullptr);
  return kept;
}

// The content becomes the one step that leads away from the file.
void DocumentCore::RestartHistory() {
  const bool clean = history_.position() == saved_;
  std::vector<Piece> content;
  pieces_.Visit(0, pieces_.size(), [&](uint64_t, const Piece& piece) {
    content.push_back(piece);
    return true;
  });
  history_.Clear();
  transitions_.Clear();
  saved_ = 0;
  ResetToFile();
  if (clean) return;
  std::vector<Piece> removed;
  pieces_.Replace(0, pieces_.size(), content, &removed);
  history_.Record(0, transitions_.generation(), removed, content, false);
  history_.Seal();
}

std::vector<UnsavedRange> DocumentCore::Unsaved(size_t limit) const {
  std::vector<UnsavedRange> found;
  uint64_t file_offset = 0;  // behind the latest file piece
  std::shared_lock lock(mutex_);
  pieces_.Visit(0, pieces_.size(), [&](uint64_t start, const Piece& piece) {
    if (piece.kind() == PieceKind::kFile) {
      file_offset = piece.position() + piece.length();
      return true;
    }
    if (!found.empty() && found.back().end == start) {
      found.back().end += piece.length();
      return true;
    }
    if (found.size() == limit) return false;
    found.push_back({start, start + piece.length(), file_offset});
    return true;
  });
  return found;
}

Result<Rebased> DocumentCore::Rebase() {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running");
  Result<OpenedFile> opened = OpenFile();
  if (!opened.ok()) return opened.status();
  const uint64_t file_size = opened->identity.size;
  std::unique_lock lock(mutex_);
  if (unsound_from_ != kNoShift) {
    return Status(
        Code::kChanged,
        path_ + " holds what a failed save left; recover it, load it again, or save the edits elsewhere");
  }
  Rebased answer;
  history_.Seal();
  if (file_size > identity_.size) {
    if (!EndsWithFile()) {
      return Status(Code::kChanged,
                    path_ +
                        " has grown behind an end that the unsaved edits have changed: where the new bytes " +
                        "belong is not ours to guess",
                    0, identity_.size);
    }
    const Piece gained = Piece::File(identity_.size, file_size - identity_.size);
    pieces_.Replace(pieces_.size(), 0, {&gained, 1}, nullptr);
  } else if (file_size < identity_.size) {
    Result<bool> kept = FollowCut(file_size);
    if (!kept.ok()) return kept.status();
    answer.history_kept = *kept;
  }
  file_ = std::move(opened->file);
  identity_ = opened->identity;
  writable_ = opened->writable;
  ++epoch_;
  if (!answer.history_kept) {
    RestartHistory();
  } else if (history_.position() == saved_) {
    ResetToFile();
  }
  LogRestart();
  changes_.AddEverything();
  UpdateMirrors();
  return answer;
}

Status DocumentCore::WriteThrough(uint64_t offset, std::span<const std::byte> bytes) {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running");
  std::shared_ptr<FileHandle> file;
  {
    std::shared_lock lock(mutex_);
    if (history_.position() != saved_) {
      return Status(Code::kInvalidArgument,
                    "Save or discard the unsaved edits before writing straight into the file");
    }
    file = file_;
  }
  // Our own writes are no outside change; the counts hide them from CheckOutside while they run.
  ++commits_begun_;
  Status status = WriteInto(*file->region, offset, bytes);
  Result<FileIdentity> now = file->region->Identify();
  {
    std::unique_lock lock(mutex_);
    if (now.ok() && now->size == identity_.size) identity_ = *now;
    LogRestart();
    if (status.ok() && !bytes.empty()) changes_.Add({offset, bytes.size(), bytes.size()});
    UpdateMirrors();
  }
  ++commits_ended_;
  return status;
}

Status DocumentCore::WriteInto(MapRegion& region, uint64_t offset, std::span<const std::byte> bytes) const {
  const WholeFileLock lock(region);
  if (lock.held_by_other()) return Status(Code::kBusy, path_ + " is being saved by another editor");
  Result<uint64_t> size = region.Size();
  if (!size.ok()) return size.status();
  if (!FitsWithin(offset, bytes.size(), std::min(*size, size_.load()))) {
    return Status(Code::kOutOfRange, "Writing straight into " + path_ + " does not make it longer", 0,
                  offset);
  }
  return bytes.empty() ? Status::Ok() : region.WriteAt(offset, bytes);
}

}  // namespace terahex
