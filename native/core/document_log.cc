// What a document tells its edit log, and how it takes up a log that a killed process left; see
// document_core.h and docs/decisions/0006-edit-log.md. Must not know the log's layout. Thread rule: as
// document.h; a call that logs costs a push into a queue.
#include <algorithm>

#include "native/core/document_core.h"
#include "native/core/edit_log_judge.h"

namespace terahex {

EditLogStatus DocumentCore::LogStatus() const { return log_ ? log_->status() : EditLogStatus(); }

Status DocumentCore::FlushLog() { return log_ ? log_->Flush() : Status::Ok(); }

void DocumentCore::DropLog() {
  std::unique_lock lock(mutex_);
  if (log_ && log_begun_) log_->Forget();
  log_begun_ = false;
}

// Starts the log, unless it has begun: the file's version, then the way from there to the content of now.
void DocumentCore::LogBegin() {
  if (log_begun_) return;
  log_begun_ = true;
  const uint64_t position = history_.position();
  log_low_ = log_high_ = position;
  if (position == saved_) {
    log_minus_ = position;
    log_->Base(identity_, false);
    return;
  }
  log_->Base(identity_, true);
  if (saved_ == Document::kNoPosition || position < saved_) {
    // Steps before the saved one cannot be made from the file any more: the content of now is one step.
    std::vector<Piece> all;
    pieces_.Visit(0, pieces_.size(), [&](uint64_t, const Piece& piece) {
      all.push_back(piece);
      return true;
    });
    log_->Edit(false, false, 0, identity_.size, all);
    log_minus_ = position - 1;
    return;
  }
  Operation operation;
  for (uint64_t step = saved_ + 1; step <= position; ++step) {
    const auto [first, last] = history_.OperationsOf(step);
    for (uint64_t i = first; i < last; ++i) {
      history_.Load(i, &operation);
      transitions_.Translate(operation.generation, &operation.inserted);
      log_->Edit(i > first, true, operation.offset, TotalLength(operation.removed), operation.inserted);
    }
  }
  log_->Edit(true, false, 0, 0, {});
  log_low_ = log_minus_ = saved_;
}

// The file has become what saved_ says, or the history another.
void DocumentCore::LogRestart() {
  if (!log_) return;
  const bool had = log_begun_;
  log_begun_ = false;
  if (history_.position() != saved_) {
    LogBegin();
  } else if (had) {
    log_->Forget();
  }
}

// After history_.Record(): `before` was the position until then.
void DocumentCore::LogApplied(uint64_t before, uint64_t offset, uint64_t removed,
                              std::span<const Piece> inserted) {
  log_high_ = history_.position();
  log_->Edit(log_high_ == before, false, offset, removed, inserted);
}

// Before the walk to another step. The log can name the steps that it has seen, and the file's own content;
// the way to any other it takes down as a step of its own.
void DocumentCore::LogSeekBegin(uint64_t from, uint64_t target) {
  LogBegin();
  log_from_ = from;
  const bool known = target == saved_ || (target >= log_low_ && target <= log_high_);
  log_walk_ = known ? LogWalk::kNone : LogWalk::kFirst;
}

void DocumentCore::LogWalked(uint64_t offset, uint64_t removed, std::span<const Piece> inserted) {
  log_->Edit(log_walk_ != LogWalk::kFirst, true, offset, removed, inserted);
  log_walk_ = LogWalk::kNext;
}

// The walk has come past the saved step and goes on from the file's content.
void DocumentCore::LogCrossed() {
  if (log_walk_ == LogWalk::kNone) return;
  log_->Seek(0, true);
  log_walk_ = LogWalk::kFirst;
  log_from_ = log_minus_ = saved_;
}

void DocumentCore::LogSeekEnd(uint64_t target) {
  if (log_walk_ == LogWalk::kNone) {
    const bool inside = target >= log_low_ && target <= log_high_;
    log_->Seek(inside ? target - log_minus_ : 0, false);
    if (inside) return;
    log_minus_ = target;
  } else {
    log_->Edit(true, false, 0, 0, {});
    log_walk_ = LogWalk::kNone;
    const uint64_t step = log_from_ - log_minus_ + 1;
    log_minus_ = target - step;  // may wrap; so does every use of it
  }
  log_low_ = log_high_ = target;
}

Result<std::vector<Piece>> DocumentCore::StoreLogged(const LogFrame& frame, LogPatterns* patterns) {
  std::vector<Piece> pieces;
  for (const LogPiece& piece : frame.pieces) {
    switch (piece.kind) {
      case PieceKind::kFile:
        // Past the end only when forced onto a shorter file.
        if (!FitsWithin(piece.position, piece.length, identity_.size)) {
          return Status(Code::kOutOfRange, path_ + " has become too short for these edits", 0,
                        piece.position);
        }
        PushPiece(pieces, Piece::File(piece.position, piece.length), patterns_);
        break;
      case PieceKind::kBuffer: {
        Result<uint64_t> position = buffer_.Append(piece.bytes);
        if (!position.ok()) return position.status();
        PushPiece(pieces, Piece::Buffer(*position, piece.length), patterns_);
        break;
      }
      case PieceKind::kFill: {
        Result<uint32_t> pattern = patterns->Find(piece.pattern);
        if (!pattern.ok()) return pattern.status();
        const auto phase = static_cast<uint32_t>(piece.phase % patterns_.length(*pattern));
        PushPiece(pieces, Piece::Fill(*pattern, phase, piece.length), patterns_);
        break;
      }
    }
  }
  return pieces;
}

Status DocumentCore::ReplayFrames(const EditLogReader& reader) {
  LogPatterns patterns(patterns_);
  return reader.ForEach([&](const LogFrame& frame) -> Status {
    if (frame.kind == FrameKind::kPattern) {
      patterns.Add(frame);
      return Status::Ok();
    }
    if (frame.kind == FrameKind::kSeek) return Seek(frame.offset);
    Result<std::vector<Piece>> pieces = StoreLogged(frame, &patterns);
    if (!pieces.ok()) return pieces.status();
    std::unique_lock lock(mutex_);
    if (!frame.joined) history_.Seal();
    return Apply(frame.offset, frame.removed, *pieces, frame.joined);
  });
}

Status DocumentCore::Replay(const std::string& log_path, bool force) {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running");
  if (last_position_ != 0 || log_begun_) {
    return Status(Code::kInvalidArgument, "Kept edits can only be put into a document without edits");
  }
  auto region = file_system_.Open(log_path, OpenMode::kReadWrite);
  if (!region.ok()) return region.status();
  if (Status locked = LockEditLog(**region); !locked.ok()) return locked;
  auto reader = EditLogReader::Open(**region);
  if (!reader.ok()) return reader.status();
  auto info = file_system_.Inspect(path_);
  if (!info.ok()) return info.status();
  // The version that this document was made from, not what the path names by now.
  info->identity = identity_;
  auto state = JudgeEditLog(file_system_, **region, *reader, *file_->region, *info);
  if (!state.ok()) return state.status();
  if (*state == EditLogState::kChanged && !force) {
    return Status(Code::kChanged,
                  path_ + " is not the version that the edits in " + log_path + " were made on");
  }
  if (*state == EditLogState::kSaved) reader->TakeCommitForDone();

  std::unique_ptr<EditLogWriter> log = std::move(log_);  // nothing is logged again
  Status status = ReplayFrames(*reader);
  if (status.ok() && log) status = (*region)->SetSize(reader->end());
  std::unique_lock lock(mutex_);
  log_ = std::move(log);
  history_.Seal();
  if (!status.ok()) {
    history_.Clear();
    ResetToFile();
    changes_.AddEverything();
    UpdateMirrors();
    return status;
  }
  if (!log_) return Status::Ok();
  // From here on this document goes on writing the log.
  log_->Adopt({std::move(*region), log_path, reader->end(), reader->crc(), reader->patterns()});
  log_begun_ = true;
  log_low_ = log_minus_ = 0;
  log_high_ = history_.last_position();
  if (*state != EditLogState::kSame || history_.position() == saved_) LogRestart();
  return Status::Ok();
}

}  // namespace terahex
