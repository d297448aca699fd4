// A piece: one stretch of document bytes, named by where they lie (file, edit buffer, repeated pattern), in
// 16 bytes. And the table of fill patterns that fill pieces refer to. Knows nothing of trees, files or
// history. Thread rule: Piece is a plain value; FillPatterns may be used from any thread.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <shared_mutex>
#include <span>

#include "native/core/edit_buffer.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

enum class PieceKind : uint8_t { kFile = 0, kBuffer = 1, kFill = 2 };

class Piece {
 public:
  Piece() = default;
  static Piece File(uint64_t offset, uint64_t length) { return Piece(PieceKind::kFile, offset, length); }
  static Piece Buffer(uint64_t position, uint64_t length) {
    return Piece(PieceKind::kBuffer, position, length);
  }
  // `phase`: index in the pattern of the piece's first byte.
  static Piece Fill(uint32_t pattern, uint32_t phase, uint64_t length) {
    return Piece(PieceKind::kFill, (uint64_t{pattern} << 32) | phase, length);
  }

  PieceKind kind() const { return static_cast<PieceKind>((length_ >> 63) | (position_ >> 63 << 1)); }
  uint64_t length() const { return length_ & kMaxOffset; }
  // File offset or edit buffer position.
  uint64_t position() const { return position_ & kMaxOffset; }
  uint32_t pattern() const { return static_cast<uint32_t>(position() >> 32); }
  uint32_t phase() const { return static_cast<uint32_t>(position_); }

  friend bool operator==(const Piece&, const Piece&) = default;

 private:
  Piece(PieceKind kind, uint64_t position, uint64_t length)
      : length_(length | (static_cast<uint64_t>(kind) & 1) << 63),
        position_(position | (static_cast<uint64_t>(kind) >> 1) << 63) {
    assert(position <= kMaxOffset && length <= kMaxOffset);
  }
  uint64_t length_ = 0;    // top bit: low bit of the kind
  uint64_t position_ = 0;  // top bit: high bit of the kind
};
static_assert(sizeof(Piece) == 16);

// Patterns of fills, by number. Number 0 is always the single byte 00.
class FillPatterns {
 public:
  static constexpr uint32_t kZeros = 0;

  explicit FillPatterns(EditBuffer& buffer);

  // Errors: kTooLarge (pattern of 4 GiB or more, or 2^31 patterns), and the edit buffer's.
  Result<uint32_t> Add(std::span<const std::byte> pattern);
  uint32_t length(uint32_t pattern) const;
  // Fills `out` with the pattern repeated, starting at index `phase` of it. Errors: the edit buffer's.
  Status Read(uint32_t pattern, uint64_t phase, std::span<std::byte> out) const;
  uint64_t memory_bytes() const;

 private:
  static constexpr uint32_t kInline = 8;
  struct Entry {
    uint64_t position = 0;  // in the edit buffer; patterns up to kInline bytes: the bytes themselves
    uint32_t length = 0;
  };
  Entry At(uint32_t pattern) const;

  EditBuffer& buffer_;
  mutable std::shared_mutex mutex_;
  std::deque<Entry> entries_;
};

// The part [from, from + length) of a piece.
Piece SubPiece(const Piece& piece, uint64_t from, uint64_t length, const FillPatterns& patterns);
// Does `next` continue `piece`, so that both can be one?
bool Continues(const Piece& piece, const Piece& next, const FillPatterns& patterns);
// `piece` with the length of `next` added; only when Continues().
Piece Joined(const Piece& piece, const Piece& next);
// Appends to a list of pieces, joining where the piece continues the last.
template <typename List>
void PushPiece(List& list, const Piece& piece, const FillPatterns& patterns) {
  if (!list.empty() && Continues(list.back(), piece, patterns)) {
    list.back() = Joined(list.back(), piece);
  } else {
    list.push_back(piece);
  }
}
uint64_t TotalLength(std::span<const Piece> pieces);

}  // namespace terahex
