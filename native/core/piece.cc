// Arithmetic on pieces and the table of fill patterns; see piece.h. Must not know trees or files.
// Thread rule: FillPatterns locks itself; the rest are pure functions.
#include "native/core/piece.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace terahex {

FillPatterns::FillPatterns(EditBuffer& buffer) : buffer_(buffer) { entries_.push_back({0, 1}); }

Result<uint32_t> FillPatterns::Add(std::span<const std::byte> pattern) {
  if (pattern.empty()) return Status(Code::kInvalidArgument, "A fill needs a pattern of at least one byte");
  if (pattern.size() > UINT32_MAX)
    return Status(Code::kTooLarge, "A fill pattern must be shorter than 4 GiB");
  if (std::all_of(pattern.begin(), pattern.end(), [](std::byte b) { return b == std::byte{0}; }))
    return kZeros;
  Entry entry;
  entry.length = static_cast<uint32_t>(pattern.size());
  if (entry.length <= kInline) {
    std::memcpy(&entry.position, pattern.data(), entry.length);
  } else {
    Result<uint64_t> position = buffer_.Append(pattern);
    if (!position.ok()) return position.status();
    entry.position = *position;
  }
  std::unique_lock lock(mutex_);
  const Entry& last = entries_.back();
  const bool same = entry.length <= kInline && last.length == entry.length && last.position == entry.position;
  if (same) return static_cast<uint32_t>(entries_.size() - 1);
  if (entries_.size() >= (uint64_t{1} << 31)) return Status(Code::kTooLarge, "Too many fill patterns");
  entries_.push_back(entry);
  return static_cast<uint32_t>(entries_.size() - 1);
}

FillPatterns::Entry FillPatterns::At(uint32_t pattern) const {
  std::shared_lock lock(mutex_);
  return entries_[pattern];
}

uint32_t FillPatterns::length(uint32_t pattern) const { return pattern == kZeros ? 1 : At(pattern).length; }

uint64_t FillPatterns::memory_bytes() const {
  std::shared_lock lock(mutex_);
  return entries_.size() * sizeof(Entry);
}

Status FillPatterns::Read(uint32_t pattern, uint64_t phase, std::span<std::byte> out) const {
  if (out.empty()) return Status::Ok();
  const Entry entry = At(pattern);
  phase %= entry.length;
  // One period by hand, then doubled: a period of whole patterns stays in step however often it is copied.
  const size_t period = std::min<size_t>(out.size(), entry.length);
  const size_t first = std::min<size_t>(period, entry.length - static_cast<size_t>(phase));
  if (entry.length <= kInline) {
    std::byte bytes[kInline];
    std::memcpy(bytes, &entry.position, kInline);
    std::memcpy(out.data(), bytes + phase, first);
    std::memcpy(out.data() + first, bytes, period - first);
  } else {
    Status read = buffer_.Read(entry.position + phase, out.first(first));
    if (read.ok()) read = buffer_.Read(entry.position, out.subspan(first, period - first));
    if (!read.ok()) return read;
  }
  for (size_t done = period; done < out.size();) {
    const size_t count = std::min(done, out.size() - done);
    std::memcpy(out.data() + done, out.data(), count);
    done += count;
  }
  return Status::Ok();
}

Piece SubPiece(const Piece& piece, uint64_t from, uint64_t length, const FillPatterns& patterns) {
  switch (piece.kind()) {
    case PieceKind::kFile:
      return Piece::File(piece.position() + from, length);
    case PieceKind::kBuffer:
      return Piece::Buffer(piece.position() + from, length);
    case PieceKind::kFill:
      break;
  }
  const uint64_t period = patterns.length(piece.pattern());
  const uint64_t phase = (piece.phase() + from % period) % period;
  return Piece::Fill(piece.pattern(), static_cast<uint32_t>(phase), length);
}

bool Continues(const Piece& piece, const Piece& next, const FillPatterns& patterns) {
  if (piece.kind() != next.kind()) return false;
  if (piece.length() > kMaxOffset - next.length()) return false;
  if (piece.kind() != PieceKind::kFill) return piece.position() + piece.length() == next.position();
  if (piece.pattern() != next.pattern()) return false;
  const uint64_t period = patterns.length(piece.pattern());
  return (piece.phase() + piece.length() % period) % period == next.phase();
}

Piece Joined(const Piece& piece, const Piece& next) {
  const uint64_t length = piece.length() + next.length();
  switch (piece.kind()) {
    case PieceKind::kFile:
      return Piece::File(piece.position(), length);
    case PieceKind::kBuffer:
      return Piece::Buffer(piece.position(), length);
    case PieceKind::kFill:
      break;
  }
  return Piece::Fill(piece.pattern(), piece.phase(), length);
}

uint64_t TotalLength(std::span<const Piece> pieces) {
  uint64_t total = 0;
  for (const Piece& piece : pieces) total += piece.length();
  return total;
}

}  // namespace terahex
