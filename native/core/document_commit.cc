// Saving: decides how the content reaches the file, keeps pieces and history right while and after it does;
// see document_core.h. The bytes are written by commit.h. Must not know journals or OS calls. Thread rule:
// any thread, one at a time (commit_mutex_), while the writer goes on editing.
#include <algorithm>

#include "native/core/document_core.h"

namespace terahex {
namespace {

ContentShape ShapeOf(const std::vector<LocatedPiece>& pieces, uint64_t size, uint64_t file_size) {
  ContentShape shape;
  bool moved = false;
  for (const auto& [start, piece] : pieces) {
    const bool file = piece.kind() == PieceKind::kFile;
    if (file && piece.position() == start) continue;
    moved |= file;
    const uint64_t end = start + piece.length();
    shape.dirty_bytes += piece.length();
    if (start < file_size) shape.destroyed_bytes += std::min(end, file_size) - start;
    if (!shape.dirty.empty() && shape.dirty.back().end == start) {
      shape.dirty.back().end = end;
    } else {
      shape.dirty.push_back({start, end});
    }
  }
  if (size < file_size) shape.destroyed_bytes += file_size - size;
  if (moved) {
    shape.how = CommitHow::kRewritten;
  } else if (!shape.dirty.empty() || size != file_size) {
    shape.how = CommitHow::kInPlace;
  }
  return shape;
}

// The snapshot's bytes for a commit. Keeps what the commit destroys and installs it once it is complete.
class SnapshotSource : public CommitSource {
 public:
  // `origin`: document offset of the content's first byte (an export of a range).
  SnapshotSource(DocumentCore& core, const ContentSnapshot& snapshot, uint64_t origin)
      : core_(core), snapshot_(snapshot), origin_(origin) {}

  // When every byte of [from, end of the file) or, for `bytes` below that, so many bytes have been kept, the
  // file may be overwritten from then on.
  void InstallAfter(uint64_t bytes) { install_after_ = bytes; }
  bool installed() const { return installed_; }
  const Transition& kept() const { return kept_; }

  Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
    offset += origin_;
    for (size_t i = Find(offset); !out.empty(); ++i) {
      if (i == snapshot_.pieces.size())
        return Status(Code::kOutOfRange, "Past the document's end", 0, offset);
      const auto& [start, piece] = snapshot_.pieces[i];
      const uint64_t from = offset - start;
      std::span<std::byte> part =
          out.first(static_cast<size_t>(std::min<uint64_t>(out.size(), piece.length() - from)));
      Status read = piece.kind() == PieceKind::kFile ? ReadFile(piece.position() + from, part)
                                                     : core_.ReadStored(piece, from, part);
      if (!read.ok()) return read;
      offset += part.size();
      out = out.subspan(part.size());
    }
    return Status::Ok();
  }

  bool IsZeros(uint64_t offset, uint64_t length) override {
    offset += origin_;
    const uint64_t end = offset + length;
    for (size_t i = Find(offset); offset < end; ++i) {
      if (i == snapshot_.pieces.size()) return false;
      const auto& [start, piece] = snapshot_.pieces[i];
      if (piece.kind() != PieceKind::kFill || piece.pattern() != FillPatterns::kZeros) return false;
      offset = start + piece.length();
    }
    return true;
  }

  Status KeepBefore(uint64_t old_offset, uint64_t length, std::span<const std::byte> bytes) override {
    if (bytes.empty()) {
      kept_.Add(old_offset, Piece::Fill(FillPatterns::kZeros, 0, length), core_.patterns());
    } else {
      Result<uint64_t> position = core_.buffer().Append(bytes);
      if (!position.ok()) return position.status();
      kept_.Add(old_offset, Piece::Buffer(*position, length), core_.patterns());
    }
    kept_bytes_ += length;
    if (kept_bytes_ == install_after_) {
      core_.InstallTransition(std::move(kept_), snapshot_);
      installed_ = true;
    }
    return Status::Ok();
  }

 private:
  // Index of the piece that holds `offset`. Commits read in order, so the last answer or the next is tried
  // first.
  size_t Find(uint64_t offset) {
    const auto& pieces = snapshot_.pieces;
    auto holds = [&](size_t i) {
      return i < pieces.size() && pieces[i].start <= offset &&
             offset - pieces[i].start < pieces[i].piece.length();
    };
    if (holds(last_)) return last_;
    if (holds(last_ + 1)) return ++last_;
    auto after = std::upper_bound(pieces.begin(), pieces.end(), offset,
                                  [](uint64_t at, const LocatedPiece& piece) { return at < piece.start; });
    last_ = after == pieces.begin() ? 0 : static_cast<size_t>(after - pieces.begin()) - 1;
    return holds(last_) ? last_ : pieces.size();
  }

  Status ReadFile(uint64_t offset, std::span<std::byte> out) const {
    Result<size_t> read = snapshot_.file->region->ReadAt(offset, out);
    if (!read.ok()) return read.status();
    if (*read == out.size()) return Status::Ok();
    return Status(Code::kVanished, "The file ends before byte " + std::to_string(offset + out.size()), 0,
                  offset + *read);
  }

  DocumentCore& core_;
  const ContentSnapshot& snapshot_;
  const uint64_t origin_;
  size_t last_ = 0;
  Transition kept_;
  uint64_t kept_bytes_ = 0;
  uint64_t install_after_ = 0;
  bool installed_ = false;
};

// Counts the commits that have begun and ended, for those who must tell our own writes from others'.
class CommitMark {
 public:
  CommitMark(std::atomic<uint64_t>& begun, std::atomic<uint64_t>& ended) : ended_(ended) { ++begun; }
  ~CommitMark() { ++ended_; }
  CommitMark(const CommitMark&) = delete;
  CommitMark& operator=(const CommitMark&) = delete;

 private:
  std::atomic<uint64_t>& ended_;
};

// Where each byte of the old file is after a rewrite: moved with its piece, or kept aside. False when a byte
// is missing.
bool JoinTransition(const ContentSnapshot& snapshot, const Transition& kept, const FillPatterns& patterns,
                    Transition* joined) {
  std::vector<Transition::Entry> entries;
  for (uint64_t i = 0; i < kept.entries().size(); ++i) entries.push_back(kept.entries()[i]);
  for (const auto& [start, piece] : snapshot.pieces) {
    if (piece.kind() != PieceKind::kFile) continue;
    entries.push_back({piece.position(), Piece::File(start, piece.length())});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Transition::Entry& a, const Transition::Entry& b) { return a.old_start < b.old_start; });
  uint64_t covered = 0;
  for (const Transition::Entry& entry : entries) {
    const uint64_t end = entry.old_start + entry.target.length();
    if (end <= covered) continue;
    if (entry.old_start > covered) return false;
    const uint64_t skip = covered - entry.old_start;
    joined->Add(covered, SubPiece(entry.target, skip, entry.target.length() - skip, patterns), patterns);
    covered = end;
  }
  return covered >= snapshot.identity.size;
}

}  // namespace

CommitOptions DocumentCore::FillIn(const CommitOptions& options, const FileIdentity& expected) const {
  CommitOptions filled = options;
  filled.expected = expected;
  if (filled.journal_folder.empty()) filled.journal_folder = options_.storage_folder;
  return filled;
}

SaveCost DocumentCore::EstimateSave() const {
  std::lock_guard cached(save_cost_mutex_);
  if (save_cost_ && save_cost_version_ == version_) return *save_cost_;
  const ContentSnapshot snapshot = TakeSnapshot();
  const ContentShape shape = ShapeOf(snapshot.pieces, snapshot.size, snapshot.identity.size);
  SaveCost cost;
  cost.how = shape.how;
  cost.ranges = shape.dirty.size();
  cost.bytes = shape.how == CommitHow::kRewritten ? snapshot.size : shape.dirty_bytes;
  save_cost_ = cost;
  save_cost_version_ = snapshot.version;
  return cost;
}

ContentSnapshot DocumentCore::BeginCommit() {
  std::unique_lock lock(mutex_);
  history_.Seal();
  pending_ = history_.position();
  if (log_ && log_begun_) log_->CommitBegin();
  return SnapshotLocked();
}

Result<CommitOutcome> DocumentCore::Commit(const CommitOptions& options) {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running already");
  const CommitMark mark(commits_begun_, commits_ended_);
  const ContentSnapshot snapshot = BeginCommit();
  // Before the file is touched, the log must say so. A save does not fail because its log did.
  if (log_) (void)log_->Sync();
  const ContentShape shape = ShapeOf(snapshot.pieces, snapshot.size, snapshot.identity.size);
  switch (shape.how) {
    case CommitHow::kInPlace:
      return CommitRanges(snapshot, shape, FillIn(options, snapshot.identity));
    case CommitHow::kRewritten:
      return CommitWhole(snapshot, shape, FillIn(options, snapshot.identity));
    default:
      break;
  }
  CommitOutcome nothing;
  nothing.identity = snapshot.identity;
  std::unique_lock lock(mutex_);
  FinishLocked(shape, snapshot.identity);
  return nothing;
}

void DocumentCore::InstallTransition(Transition transition, const ContentSnapshot& snapshot) {
  std::unique_lock lock(mutex_);
  const uint32_t generation = transitions_.generation();
  transitions_.Push(std::move(transition));
  // Without edits since the snapshot no piece names a range that the commit overwrites.
  if (changes_.version() != snapshot.version) TranslateTree(generation);
  in_flux_ = true;
  ++epoch_;
}

void DocumentCore::TranslateTree(uint32_t generation) {
  std::vector<Piece> all;
  pieces_.Visit(0, pieces_.size(), [&](uint64_t, const Piece& piece) {
    all.push_back(piece);
    return true;
  });
  transitions_.Translate(generation, &all);
  pieces_.Reset(Piece());
  pieces_.Replace(0, 0, all, nullptr);
}

// The saved step is one piece, and the steps made since lead from there to the present content.
void DocumentCore::RebuildFromSaved() {
  if (saved_ == Document::kNoPosition) return;
  ResetToFile();
  Walk(saved_, history_.position(), false);
}

void DocumentCore::FinishLocked(const ContentShape& shape, const FileIdentity& identity) {
  in_flux_ = false;
  shift_from_ = kNoShift;
  shift_ended_.notify_all();
  identity_ = identity;
  saved_ = pending_;
  pending_ = Document::kNoPosition;
  RebuildFromSaved();
  // No byte changed, but what counts as unsaved did.
  if (shape.how == CommitHow::kRewritten) {
    changes_.AddEverything();
  } else {
    const uint64_t start = shape.dirty.empty() ? 0 : std::min(shape.dirty.front().start, pieces_.size());
    const uint64_t end = shape.dirty.empty() ? 0 : std::min(shape.dirty.back().end, pieces_.size());
    changes_.Add({start, end - start, end - start});
  }
  LogRestart();
  UpdateMirrors();
}

// The commit failed. Pieces and history are right in any case; the question is whether the file still holds
// the saved step.
Status DocumentCore::AbandonCommit(const Status& failure, const std::optional<FileIdentity>& put_back) {
  std::unique_lock lock(mutex_);
  in_flux_ = false;
  pending_ = Document::kNoPosition;
  bool sound = true;
  if (put_back) {
    identity_ = *put_back;
  } else if (failure.code() != Code::kChanged) {
    Result<FileIdentity> now = file_->region->Identify();
    if (!now.ok() || *now != identity_) {
      saved_ = Document::kNoPosition;
      unsound_from_ = std::min(unsound_from_, shift_from_);
      sound = false;  // for the edit log the commit stays open until a recovery has ended it
    }
  }
  if (sound && log_ && log_begun_) log_->CommitUndone(identity_);
  shift_from_ = kNoShift;
  shift_ended_.notify_all();
  // An undo to the saved step during the commit had to take its bytes from the edit buffer.
  if (history_.position() == saved_) ResetToFile();
  UpdateMirrors();
  return failure;
}

Result<CommitOutcome> DocumentCore::CommitRanges(const ContentSnapshot& snapshot, const ContentShape& shape,
                                                 CommitOptions options) {
  SnapshotSource source(*this, snapshot, 0);
  source.InstallAfter(shape.destroyed_bytes);
  options.new_size = snapshot.size;
  std::optional<FileIdentity> put_back;
  options.put_back = [&](const FileIdentity& identity) { put_back = identity; };
  if (snapshot.size != snapshot.identity.size) snapshot.file->preview.DropViews();
  Result<CommitOutcome> outcome =
      CommitInPlace(file_system_, *snapshot.file->region, shape.dirty, source, options);
  if (!outcome.ok()) return AbandonCommit(outcome.status(), put_back);
  std::unique_lock lock(mutex_);
  FinishLocked(shape, outcome->identity);
  return outcome;
}

Result<CommitOutcome> DocumentCore::CommitWhole(const ContentSnapshot& snapshot, const ContentShape& shape,
                                                CommitOptions options) {
  SnapshotSource source(*this, snapshot, 0);
  std::optional<FileIdentity> put_back;
  // Another way may follow, which leaves the file alone for long, or shifts it in its turn.
  options.put_back = [&](const FileIdentity& identity) {
    put_back = identity;
    ShiftFrom(kNoShift);
  };
  options.before_shift = [&] {
    put_back.reset();
    // Moved blocks can take the bytes of theirs that stand before the first change along.
    const uint64_t unit = std::max<uint64_t>(1, snapshot.file->region->BlockSize());
    ShiftFrom(AlignDown(shape.dirty.front().start, unit));
  };
  const std::vector<Stretch> stretches = StretchesOf(snapshot, 0, snapshot.size);
  snapshot.file->preview.DropViews();
  std::shared_ptr<MapRegion> replacement;
  Result<CommitOutcome> outcome =
      CommitRewrite(file_system_, path_, *snapshot.file->region, stretches, source, options, &replacement);
  if (!outcome.ok()) return AbandonCommit(outcome.status(), put_back);
  Transition joined;
  const bool complete = JoinTransition(snapshot, source.kept(), patterns_, &joined);
  std::unique_lock lock(mutex_);
  const uint32_t generation = transitions_.generation();
  transitions_.Push(std::move(joined));
  if (pending_ == Document::kNoPosition) TranslateTree(generation);
  // Null when a shifted file could not be opened anew: it is the same file, and the old handle serves on.
  if (replacement) file_ = std::make_shared<FileHandle>(std::move(replacement));
  ++epoch_;
  FinishLocked(shape, outcome->identity);
  if (!complete) {
    // Bytes that older steps need were not kept: those steps are given up rather than shown wrong.
    saved_ = history_.position() == saved_ ? 0 : Document::kNoPosition;
    history_.Clear();
    LogRestart();
    UpdateMirrors();
  }
  return outcome;
}

Result<CommitOutcome> DocumentCore::WriteRange(uint64_t start, uint64_t end, const std::string& target,
                                               const CommitOptions& options) {
  const ContentSnapshot snapshot = TakeSnapshot();
  if (start > end || end > snapshot.size) {
    return Status(Code::kOutOfRange, "The range to write is outside the document", 0, start);
  }
  SnapshotSource source(*this, snapshot, start);
  const std::vector<Stretch> stretches = StretchesOf(snapshot, start, end);
  CommitOptions filled = FillIn(options, snapshot.identity);
  filled.put_back = [&](const FileIdentity& identity) {
    std::unique_lock lock(mutex_);
    if (identity_ != snapshot.identity) return;
    identity_ = identity;
    if (log_ && log_begun_) log_->CommitUndone(identity_);
    UpdateMirrors();
  };
  return WriteCopy(file_system_, target, *snapshot.file->region, stretches, source, filled);
}

Result<CommitOutcome> DocumentCore::SaveAs(const std::string& target, const CommitOptions& options) {
  FileIdentity ours;
  {
    std::shared_lock lock(mutex_);
    ours = identity_;
  }
  Result<PathInfo> there = file_system_.Inspect(target);
  if (there.ok() && there->identity.SameFile(ours)) {
    if (!writable_) return Status(Code::kReadOnly, path_ + " is open read-only");
    return Commit(options);
  }
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running already");
  return WriteRange(0, size_, target, options);
}

Result<CommitOutcome> DocumentCore::Export(uint64_t start, uint64_t end, const std::string& target,
                                           const CommitOptions& options) {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running already");
  return WriteRange(start, end, target, options);
}

}  // namespace terahex
