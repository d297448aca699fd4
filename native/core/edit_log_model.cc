// Runs a log over pieces; see edit_log_model.h. Thread rule: one thread per object.
#include "native/core/edit_log_model.h"

#include <algorithm>

namespace terahex {

EditLogModel::EditLogModel(FileSystem& file_system, MapRegion& log, uint64_t base_size)
    : log_(log),
      buffer_(file_system, "", {}),
      patterns_(buffer_),
      log_patterns_(patterns_),
      pieces_(patterns_),
      history_(patterns_) {
  pieces_.Reset(Piece::File(0, base_size));
}

Status EditLogModel::Run(const EditLogReader& reader, bool until_commit) {
  return reader.ForEach([&](const LogFrame& frame) { return Take(frame); }, until_commit);
}

Status EditLogModel::Take(const LogFrame& frame) {
  const Status outside(Code::kCorrupt, log_.path() + " holds an edit outside of its file");
  if (frame.kind == FrameKind::kPattern) {
    log_patterns_.Add(frame);
    return Status::Ok();
  }
  if (frame.kind == FrameKind::kSeek) {
    if (frame.offset > history_.last_position()) return outside;
    Walk(history_.position(), frame.offset);
    history_.MoveTo(frame.offset);
    return Status::Ok();
  }
  if (!FitsWithin(frame.offset, frame.removed, pieces_.size())) return outside;
  std::vector<Piece> inserted;
  for (const LogPiece& piece : frame.pieces) {
    switch (piece.kind) {
      case PieceKind::kFile:
        PushPiece(inserted, Piece::File(piece.position, piece.length), patterns_);
        break;
      case PieceKind::kBuffer:
        PushPiece(inserted, Piece::Buffer(piece.position, piece.length), patterns_);
        break;
      case PieceKind::kFill: {
        Result<uint32_t> pattern = log_patterns_.Find(piece.pattern);
        if (!pattern.ok()) return pattern.status();
        const auto phase = static_cast<uint32_t>(piece.phase % patterns_.length(*pattern));
        PushPiece(inserted, Piece::Fill(*pattern, phase, piece.length), patterns_);
        break;
      }
    }
  }
  if (TotalLength(inserted) > kMaxOffset - (pieces_.size() - frame.removed)) return outside;
  std::vector<Piece> removed;
  pieces_.Replace(frame.offset, frame.removed, inserted, &removed);
  if (!frame.joined) history_.Seal();
  history_.Record(frame.offset, 0, removed, inserted, frame.joined);
  return Status::Ok();
}

void EditLogModel::Walk(uint64_t from, uint64_t to) {
  Operation operation;
  while (from > to) {
    const auto [first, last] = history_.OperationsOf(from--);
    for (uint64_t i = last; i > first; --i) {
      history_.Load(i - 1, &operation);
      pieces_.Replace(operation.offset, TotalLength(operation.inserted), operation.removed, nullptr);
    }
  }
  while (from < to) {
    const auto [first, last] = history_.OperationsOf(++from);
    for (uint64_t i = first; i < last; ++i) {
      history_.Load(i, &operation);
      pieces_.Replace(operation.offset, TotalLength(operation.removed), operation.inserted, nullptr);
    }
  }
}

Status EditLogModel::ReadNew(const Piece& piece, uint64_t from, std::span<std::byte> out) const {
  if (piece.kind() == PieceKind::kFill) return patterns_.Read(piece.pattern(), piece.phase() + from, out);
  Result<size_t> read = log_.ReadAt(piece.position() + from, out);
  if (!read.ok()) return read.status();
  return *read == out.size() ? Status::Ok()
                             : Status(Code::kCorrupt, log_.path() + " was cut while it was read");
}

Result<bool> EditLogModel::HeldBy(const MapRegion& file) const {
  Result<uint64_t> size = file.Size();
  if (!size.ok()) return size.status();
  if (*size != pieces_.size()) return false;
  std::vector<std::byte> ours(256 << 10);
  std::vector<std::byte> theirs(ours.size());
  Status status;
  bool same = true;
  pieces_.Visit(0, pieces_.size(), [&](uint64_t start, const Piece& piece) {
    if (piece.kind() == PieceKind::kFile) return true;
    for (uint64_t done = 0; done < piece.length();) {
      const size_t part = static_cast<size_t>(std::min<uint64_t>(ours.size(), piece.length() - done));
      const auto expected = std::span(ours).first(part);
      const auto found = std::span(theirs).first(part);
      status = ReadNew(piece, done, expected);
      if (!status.ok()) return false;
      Result<size_t> read = file.ReadAt(start + done, found);
      if (!read.ok()) {
        status = read.status();
        return false;
      }
      same = *read == part && std::equal(expected.begin(), expected.end(), found.begin());
      if (!same) return false;
      done += part;
    }
    return true;
  });
  if (!status.ok()) return status;
  return same;
}

}  // namespace terahex
