// Opening, edits, history and the answer to outside changes; see document_core.h. Must not read or write the
// file's bytes. Thread rule: edits on the writer's thread; every change of state under mutex_.
#include "native/core/document_core.h"

#include <algorithm>

#include "native/core/platform/fault_guard.h"

namespace terahex {

namespace {

Status OutOfRange(uint64_t offset, uint64_t length, uint64_t size) {
  return Status(Code::kOutOfRange,
                "Range of " + std::to_string(length) + " bytes at offset " + std::to_string(offset) +
                    " is outside the document of " + std::to_string(size) + " bytes",
                0, offset);
}

Status TooLarge(uint64_t offset) {
  return Status(Code::kTooLarge, "The document would grow past 2^63 - 1 bytes", 0, offset);
}

}  // namespace

DocumentCore::DocumentCore(FileSystem& file_system, std::string path, const DocumentOptions& options)
    : file_system_(file_system),
      path_(std::move(path)),
      options_(options),
      buffer_(file_system, options.storage_folder,
              {options.tuning.buffer_chunk_bytes, options.tuning.buffer_memory_bytes}),
      patterns_(buffer_),
      pieces_(patterns_, options.tuning.node_limit),
      history_(patterns_),
      transitions_(patterns_) {
  if (options.log_edits && !options.storage_folder.empty()) {
    log_ = std::make_unique<EditLogWriter>(file_system, EditLogFolder(options.storage_folder), path_, buffer_,
                                           patterns_);
  }
}

// Unsaved edits stay in the log: whoever wants them gone says so before.
DocumentCore::~DocumentCore() {
  if (position_ == saved_mirror_) DropLog();
  log_.reset();
}

Result<std::unique_ptr<DocumentCore>> DocumentCore::Open(FileSystem& file_system, const std::string& path,
                                                         const DocumentOptions& options) {
  InstallFaultGuard();
  std::unique_ptr<DocumentCore> core(new DocumentCore(file_system, path, options));
  Result<OpenedFile> opened = core->OpenFile();
  if (!opened.ok()) return opened.status();
  core->file_ = std::move(opened->file);
  core->identity_ = opened->identity;
  core->writable_ = opened->writable;
  core->ResetToFile();
  core->UpdateMirrors();
  return core;
}

Result<DocumentCore::OpenedFile> DocumentCore::OpenFile() const {
  OpenedFile opened;
  std::shared_ptr<MapRegion> region;
  if (!options_.read_only) {
    Result<std::shared_ptr<MapRegion>> writing = file_system_.Open(path_, OpenMode::kReadWrite);
    if (writing.ok()) {
      region = std::move(writing).value();
      opened.writable = true;
    } else if (writing.status().code() == Code::kNotFound || writing.status().code() == Code::kNotAFile) {
      return writing.status();
    }
  }
  if (!region) {
    Result<std::shared_ptr<MapRegion>> reading = file_system_.Open(path_, OpenMode::kRead);
    if (!reading.ok()) return reading.status();
    region = std::move(reading).value();
  }
  Result<FileIdentity> identity = region->Identify();
  if (!identity.ok()) return identity.status();
  opened.identity = *identity;
  opened.file = std::make_shared<FileHandle>(std::move(region));
  return opened;
}

bool DocumentCore::mapped() const {
  std::shared_lock lock(mutex_);
  return file_->region->mappable() && FaultGuardActive();
}

size_t DocumentCore::page_size() const {
  std::shared_lock lock(mutex_);
  return file_->region->page_size();
}

uint64_t DocumentCore::memory_bytes() const {
  std::shared_lock lock(mutex_);
  return pieces_.memory_bytes() + history_.memory_bytes() + transitions_.memory_bytes() +
         changes_.memory_bytes() + buffer_.memory_bytes() + patterns_.memory_bytes();
}

uint64_t DocumentCore::piece_count() const {
  std::shared_lock lock(mutex_);
  return pieces_.count();
}

void DocumentCore::UpdateMirrors() {
  size_ = pieces_.size();
  version_ = changes_.version();
  position_ = history_.position();
  last_position_ = history_.last_position();
  saved_mirror_ = saved_;
}

Status DocumentCore::Apply(uint64_t offset, uint64_t remove_length, std::span<const Piece> inserted,
                           bool merge) {
  if (!FitsWithin(offset, remove_length, pieces_.size()))
    return OutOfRange(offset, remove_length, pieces_.size());
  const uint64_t added = TotalLength(inserted);
  if (added > kMaxOffset - (pieces_.size() - remove_length)) return TooLarge(offset);
  if (log_) LogBegin();
  scratch_removed_.clear();
  pieces_.Replace(offset, remove_length, inserted, &scratch_removed_);
  const uint64_t position = history_.position();
  // A step whose content the file holds, or is about to hold, must not grow.
  if (position == saved_ || position == pending_) history_.Seal();
  if (position < history_.last_position()) {
    if (saved_ != Document::kNoPosition && saved_ > position) saved_ = Document::kNoPosition;
    if (pending_ != Document::kNoPosition && pending_ > position) pending_ = Document::kNoPosition;
  }
  history_.Record(offset, transitions_.generation(), scratch_removed_, inserted, merge);
  if (log_) LogApplied(position, offset, remove_length, inserted);
  if (scratch_removed_.capacity() > 4096) std::vector<Piece>().swap(scratch_removed_);
  changes_.Add({offset, remove_length, added});
  UpdateMirrors();
  return Status::Ok();
}

Status DocumentCore::Overwrite(uint64_t offset, std::span<const std::byte> bytes, bool merge) {
  const uint64_t size = size_;
  if (offset > size) return OutOfRange(offset, bytes.size(), size);
  if (bytes.size() > kMaxOffset - offset) return TooLarge(offset);
  if (bytes.empty()) return Status::Ok();
  Result<uint64_t> position = buffer_.Append(bytes);
  if (!position.ok()) return position.status();
  const Piece piece = Piece::Buffer(*position, bytes.size());
  std::unique_lock lock(mutex_);
  return Apply(offset, std::min<uint64_t>(bytes.size(), size - offset), {&piece, 1}, merge);
}

Status DocumentCore::Insert(uint64_t offset, std::span<const std::byte> bytes, bool merge) {
  const uint64_t size = size_;
  if (offset > size) return OutOfRange(offset, bytes.size(), size);
  if (bytes.size() > kMaxOffset - size) return TooLarge(offset);
  if (bytes.empty()) return Status::Ok();
  Result<uint64_t> position = buffer_.Append(bytes);
  if (!position.ok()) return position.status();
  const Piece piece = Piece::Buffer(*position, bytes.size());
  std::unique_lock lock(mutex_);
  return Apply(offset, 0, {&piece, 1}, merge);
}

Status DocumentCore::Erase(uint64_t offset, uint64_t length, bool merge) {
  std::unique_lock lock(mutex_);
  if (!FitsWithin(offset, length, pieces_.size())) return OutOfRange(offset, length, pieces_.size());
  if (length == 0) return Status::Ok();
  return Apply(offset, length, {}, merge);
}

Status DocumentCore::Fill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern) {
  if (!FitsWithin(offset, length, size_)) return OutOfRange(offset, length, size_);
  if (pattern.empty()) return Status(Code::kInvalidArgument, "A fill needs a pattern of at least one byte");
  if (length == 0) return Status::Ok();
  if (length <= pattern.size()) return Overwrite(offset, pattern.first(static_cast<size_t>(length)), false);
  Result<uint32_t> number = patterns_.Add(pattern);
  if (!number.ok()) return number.status();
  const Piece piece = Piece::Fill(*number, 0, length);
  std::unique_lock lock(mutex_);
  return Apply(offset, length, {&piece, 1}, false);
}

Status DocumentCore::InsertFill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern) {
  const uint64_t size = size_;
  if (offset > size) return OutOfRange(offset, length, size);
  if (pattern.empty()) return Status(Code::kInvalidArgument, "A fill needs a pattern of at least one byte");
  if (length > kMaxOffset - size) return TooLarge(offset);
  if (length == 0) return Status::Ok();
  if (length <= pattern.size()) return Insert(offset, pattern.first(static_cast<size_t>(length)), false);
  Result<uint32_t> number = patterns_.Add(pattern);
  if (!number.ok()) return number.status();
  const Piece piece = Piece::Fill(*number, 0, length);
  std::unique_lock lock(mutex_);
  return Apply(offset, 0, {&piece, 1}, false);
}

Status DocumentCore::PutPieces(uint64_t version, std::span<const std::vector<LocatedPiece>> lists) {
  std::unique_lock lock(mutex_);
  if (changes_.version() != version) return Status(Code::kBusy, "The document was edited meanwhile");
  history_.Seal();
  history_.BeginGroup();
  // Neighbours go in together.
  std::vector<Piece> run;
  uint64_t start = 0;
  uint64_t end = 0;
  Status status;
  auto put = [&] {
    if (!run.empty()) status = Apply(start, end - start, run, false);
    run.clear();
  };
  for (const std::vector<LocatedPiece>& list : lists) {
    for (const LocatedPiece& located : list) {
      if (located.start != end) {
        put();
        if (!status.ok()) break;
        start = end = located.start;
      }
      PushPiece(run, located.piece, patterns_);
      end += located.piece.length();
    }
    if (!status.ok()) break;
  }
  if (status.ok()) put();
  history_.EndGroup();
  history_.Seal();
  return status;
}

void DocumentCore::BeginStep() {
  std::unique_lock lock(mutex_);
  history_.BeginGroup();
}

void DocumentCore::EndStep() {
  std::unique_lock lock(mutex_);
  history_.EndGroup();
}

void DocumentCore::SealStep() {
  std::unique_lock lock(mutex_);
  history_.Seal();
}

// The content as the file holds it: one piece, whatever edits led here.
void DocumentCore::ResetToFile() { pieces_.Reset(Piece::File(0, identity_.size)); }

// Applies the operations that lead from one step to another. `tell`: each is a change of content with its own
// version.
void DocumentCore::Walk(uint64_t from, uint64_t to, bool tell) {
  Operation& operation = scratch_operation_;
  const uint32_t generation = transitions_.generation();
  auto exchange = [&](std::vector<Piece>& out, std::vector<Piece>& in) {
    if (operation.generation != generation) transitions_.Translate(operation.generation, &in);
    const uint64_t out_length = TotalLength(out);
    pieces_.Replace(operation.offset, out_length, in, nullptr);
    if (log_walk_ != LogWalk::kNone) LogWalked(operation.offset, out_length, in);
    if (tell) changes_.Add({operation.offset, out_length, TotalLength(in)});
  };
  while (from > to) {
    const auto [first, last] = history_.OperationsOf(from--);
    for (uint64_t i = last; i > first; --i) {
      history_.Load(i - 1, &operation);
      exchange(operation.inserted, operation.removed);
    }
  }
  while (from < to) {
    const auto [first, last] = history_.OperationsOf(++from);
    for (uint64_t i = first; i < last; ++i) {
      history_.Load(i, &operation);
      exchange(operation.removed, operation.inserted);
    }
  }
}

Status DocumentCore::Seek(uint64_t target) {
  std::unique_lock lock(mutex_);
  if (target > history_.last_position()) {
    return Status(Code::kOutOfRange, "Step " + std::to_string(target) + " does not exist; the last is " +
                                         std::to_string(history_.last_position()));
  }
  const uint64_t from = history_.position();
  const bool home = target == saved_ && !in_flux_;
  const uint64_t steps = from < target ? target - from : from - target;
  if (log_ && steps > 0) LogSeekBegin(from, target);
  if (home && steps > ChangeRing::kCapacity) {
    ResetToFile();
    changes_.AddEverything();
  } else {
    // Steps beyond the saved one stand on the file as it is, whatever bytes the steps before it once put in
    // (they differ after an outside change).
    const bool across = !in_flux_ && saved_ != Document::kNoPosition && std::min(from, target) < saved_ &&
                        saved_ < std::max(from, target);
    if (across) {
      Walk(from, saved_, true);
      ResetToFile();
      if (log_) LogCrossed();
    }
    Walk(across ? saved_ : from, target, true);
    if (home && steps > 0) ResetToFile();
  }
  history_.MoveTo(target);
  if (log_ && steps > 0) LogSeekEnd(target);
  UpdateMirrors();
  return Status::Ok();
}

Status DocumentCore::Revert() {
  {
    std::unique_lock lock(mutex_);
    if (saved_ == Document::kNoPosition) {
      // No step leads to the file's content any more, so one is made that puts the whole file in.
      const Piece whole = Piece::File(0, identity_.size);
      history_.Seal();
      if (in_flux_) return Status(Code::kBusy, "A save is running");
      Status applied = Apply(0, pieces_.size(), {&whole, identity_.size > 0 ? size_t{1} : 0}, false);
      if (!applied.ok()) return applied;
      history_.Seal();
      saved_ = history_.position();
      LogRestart();
      UpdateMirrors();
      return Status::Ok();
    }
  }
  return Seek(saved_mirror_);
}

Status DocumentCore::Reload() {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save is running");
  Result<OpenedFile> opened = OpenFile();
  if (!opened.ok()) return opened.status();
  std::unique_lock lock(mutex_);
  file_ = std::move(opened->file);
  identity_ = opened->identity;
  writable_ = opened->writable;
  history_.Clear();
  transitions_.Clear();
  saved_ = 0;
  unsound_from_ = kNoShift;
  ++epoch_;
  ResetToFile();
  LogRestart();
  changes_.AddEverything();
  UpdateMirrors();
  return Status::Ok();
}

Changes DocumentCore::ChangesSince(uint64_t version) const {
  std::shared_lock lock(mutex_);
  return changes_.Since(version);
}

Outside DocumentCore::CheckOutside() const {
  // A running commit changes the file itself, and looks for strangers itself.
  const uint64_t begun = commits_begun_;
  if (commits_ended_ != begun) return Outside::kSame;
  std::shared_ptr<FileHandle> file;
  FileIdentity ours;
  {
    std::shared_lock lock(mutex_);
    file = file_;
    ours = identity_;
  }
  Result<PathInfo> there = file_system_.Inspect(path_);
  Result<FileIdentity> here = file->region->Identify();
  if (commits_begun_ != begun) return Outside::kSame;
  if (!there.ok())
    return there.status().code() == Code::kNotFound ? Outside::kDeleted : Outside::kUnreachable;
  if (!there->identity.SameFile(ours)) return Outside::kReplaced;
  if (!here.ok()) return Outside::kUnreachable;
  if (here->size < ours.size) return Outside::kTruncated;
  if (here->size > ours.size) return Outside::kGrown;
  return *here == ours ? Outside::kSame : Outside::kModified;
}

ContentSnapshot DocumentCore::SnapshotLocked() const {
  ContentSnapshot snapshot;
  snapshot.file = file_;
  snapshot.identity = identity_;
  snapshot.size = pieces_.size();
  snapshot.version = changes_.version();
  snapshot.pieces.reserve(static_cast<size_t>(pieces_.count()));
  pieces_.Visit(0, pieces_.size(), [&](uint64_t start, const Piece& piece) {
    snapshot.pieces.push_back({start, piece});
    return true;
  });
  return snapshot;
}

}  // namespace terahex
