// How a queued entry becomes frames of the edit log, and the log's file; see edit_log_writer.h and
// edit_log_format.h. Must not know when or how often. Thread rule: the writer's thread.
#include <algorithm>
#include <utility>

#include "native/core/commit_path.h"
#include "native/core/edit_log_writer.h"
#include "native/core/journal.h"
#include "native/core/journal_checksum.h"

namespace terahex {

namespace {

// Frames gathered before they are written: one call for a burst, and bounded memory for a pasted gigabyte.
constexpr size_t kWriteTarget = 4 << 20;
// A frame with less room than this is closed before the next piece.
constexpr size_t kLeastRoom = 64;

}  // namespace

void EditLogWriter::BeginFrame(FrameKind kind, uint8_t flags) {
  frame_at_ = out_.size();
  out_.resize(frame_at_ + kFrameHeader);
  out_.push_back(static_cast<std::byte>(static_cast<uint8_t>(kind) | flags));
}

Status EditLogWriter::EndFrame() {
  const auto frame = std::span(out_).subspan(frame_at_);
  const auto payload = frame.subspan(kFrameHeader);
  std::vector<std::byte> header;
  FieldWriter fields(header);
  fields.U32(static_cast<uint32_t>(payload.size()));
  mark_.crc = Crc32c(payload, Crc32c(header, mark_.crc));
  fields.U32(mark_.crc);
  std::copy(header.begin(), header.end(), frame.begin());
  mark_.end += frame.size();
  return out_.size() >= kWriteTarget ? WriteOut() : Status::Ok();
}

Status EditLogWriter::WriteOut() {
  if (out_.empty()) return Status::Ok();
  Status status = region_->WriteAt(mark_.end - out_.size(), out_);
  out_.clear();
  return status;
}

Status EditLogWriter::CreateFile(const std::string& name) {
  if (Status made = file_system_.MakeFolders(folder_); !made.ok()) return made;
  const std::string path = JoinPath(folder_, name);
  auto region = file_system_.Open(path, OpenMode::kCreateExclusive);
  if (!region.ok()) return region.status();
  // Tells other windows, as long as this process lives, that these edits are not lost.
  Status locked = (*region)->TryLockFile();
  if (!locked.ok() && locked.code() != Code::kUnsupported) {
    region->reset();
    (void)file_system_.Remove(path);
    return locked;
  }
  region_ = std::move(*region);
  file_path_ = path;
  return Status::Ok();
}

void EditLogWriter::LeaveFile() {
  out_.clear();
  mark_ = sound_ = {};
  numbers_.clear();
  if (!region_) return;
  RemoveDoomed();
  doomed_ = std::exchange(region_, nullptr);
  doomed_path_ = std::exchange(file_path_, {});
}

void EditLogWriter::RemoveDoomed() {
  if (!doomed_) return;
  doomed_.reset();  // Windows removes no open file
  // A file that stays is found again, and found to hold nothing unsaved.
  (void)file_system_.Remove(doomed_path_);
}

Status EditLogWriter::EncodeBase(const Entry& entry) {
  const FileIdentity& identity = batch_.identities[entry.pieces];
  auto info = file_system_.Inspect(document_path_);
  const std::string real_path = info.ok() ? info->real_path : document_path_;
  const std::string prefix = EditLogPrefix(real_path, identity);
  if (!region_) {
    if (Status status = CreateFile(prefix + UniqueSuffix() + kEditLogSuffix); !status.ok()) return status;
  } else if (!NameOf(file_path_).starts_with(prefix)) {
    // A save put a new file in the old one's place. By its old name the log would still be found by path.
    const std::string renamed = JoinPath(folder_, prefix + UniqueSuffix() + kEditLogSuffix);
    if (file_system_.Replace(file_path_, renamed).ok()) file_path_ = renamed;
  }
  if (mark_.end == 0) {
    FieldWriter(out_).U64(kEditLogMagic);
    mark_.end = kEditLogStart;
  }
  BeginFrame(FrameKind::kBase, entry.more ? kFrameMore : 0);
  PutIdentity(out_, identity);
  FieldWriter(out_).Text(real_path);
  return EndFrame();
}

Status EditLogWriter::Encode(const Entry& entry, std::span<const Piece> pieces) {
  switch (entry.kind) {
    case FrameKind::kBase:
      return EncodeBase(entry);
    case FrameKind::kEdit:
      return EncodeEdit(entry, pieces);
    case FrameKind::kSeek:
      BeginFrame(entry.kind, entry.more ? kFrameMore : 0);
      PutVarint(out_, entry.offset);
      return EndFrame();
    case FrameKind::kCommitBegin:
      BeginFrame(entry.kind, 0);
      return EndFrame();
    case FrameKind::kCommitEnd:
      BeginFrame(entry.kind, 0);
      out_.push_back(std::byte{0});
      PutIdentity(out_, batch_.identities[entry.pieces]);
      return EndFrame();
    case FrameKind::kPattern:
      break;
  }
  return Status::Ok();
}

Status EditLogWriter::DefinePattern(uint32_t pattern) {
  if (pattern == FillPatterns::kZeros || numbers_.contains(pattern)) return Status::Ok();
  const uint64_t number = ++mark_.patterns;
  const uint64_t length = patterns_.length(pattern);
  for (uint64_t done = 0; done < length;) {
    const size_t part = static_cast<size_t>(std::min<uint64_t>(kFrameTarget, length - done));
    BeginFrame(FrameKind::kPattern, kFrameMore);
    PutVarint(out_, number);
    out_.resize(out_.size() + part);
    if (Status read = patterns_.Read(pattern, done, std::span(out_).last(part)); !read.ok()) return read;
    if (Status status = EndFrame(); !status.ok()) return status;
    done += part;
  }
  numbers_[pattern] = number;
  return Status::Ok();
}

Status EditLogWriter::EncodeEdit(const Entry& entry, std::span<const Piece> pieces) {
  for (const Piece& piece : pieces) {
    if (piece.kind() != PieceKind::kFill) continue;
    if (Status status = DefinePattern(piece.pattern()); !status.ok()) return status;
  }
  uint64_t offset = entry.offset;
  auto begin = [&](bool joined, uint64_t removed) {
    BeginFrame(FrameKind::kEdit, joined ? kFrameJoined : 0);
    PutVarint(out_, offset);
    PutVarint(out_, removed);
  };
  auto end = [&](bool more) {
    if (more) out_[frame_at_ + kFrameHeader] |= std::byte{kFrameMore};
    return EndFrame();
  };
  begin(entry.joined, entry.removed);
  for (const Piece& piece : pieces) {
    for (uint64_t done = 0; done < piece.length();) {
      size_t used = out_.size() - frame_at_ - kFrameHeader;
      if (used + kLeastRoom > kFrameTarget) {
        if (Status status = end(true); !status.ok()) return status;
        begin(true, 0);
        used = 0;
      }
      uint64_t part = piece.length() - done;
      if (piece.kind() == PieceKind::kBuffer) part = std::min<uint64_t>(part, kFrameTarget - used);
      out_.push_back(static_cast<std::byte>(piece.kind()));
      PutVarint(out_, part);
      switch (piece.kind()) {
        case PieceKind::kFile:
          PutVarint(out_, piece.position());
          break;
        case PieceKind::kFill:
          PutVarint(out_, piece.pattern() == FillPatterns::kZeros ? 0 : numbers_[piece.pattern()]);
          PutVarint(out_, piece.phase());
          break;
        case PieceKind::kBuffer: {
          out_.resize(out_.size() + static_cast<size_t>(part));
          Status read =
              buffer_.Read(piece.position() + done, std::span(out_).last(static_cast<size_t>(part)));
          if (!read.ok()) return read;
          break;
        }
      }
      done += part;
      offset += part;
    }
  }
  return end(entry.more);
}

}  // namespace terahex
