// Maps of old file ranges to where their bytes are now; see transition.h. Must not know steps, trees or
// locks. Thread rule: none of its own.
#include "native/core/transition.h"

#include <algorithm>

namespace terahex {

void Transition::Add(uint64_t old_start, const Piece& target, const FillPatterns& patterns) {
  if (target.length() == 0) return;
  if (!entries_.empty()) {
    Entry& last = entries_.back();
    const bool adjacent = last.old_start + last.target.length() == old_start;
    if (adjacent && Continues(last.target, target, patterns)) {
      last.target = Joined(last.target, target);
      return;
    }
  }
  entries_.push_back({old_start, target});
}

void Transition::Translate(uint64_t start, uint64_t length, const FillPatterns& patterns,
                           std::vector<Piece>* out) const {
  const uint64_t end = start + length;
  // The first entry that ends behind `start`.
  uint64_t low = 0;
  uint64_t high = entries_.size();
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const Entry& entry = entries_[middle];
    if (entry.old_start + entry.target.length() <= start) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  while (start < end) {
    if (low == entries_.size() || entries_[low].old_start >= end) {
      return PushPiece(*out, Piece::File(start, end - start), patterns);
    }
    const Entry& entry = entries_[low++];
    if (entry.old_start > start) {
      PushPiece(*out, Piece::File(start, entry.old_start - start), patterns);
      start = entry.old_start;
    }
    const uint64_t from = start - entry.old_start;
    const uint64_t count = std::min(end - start, entry.target.length() - from);
    PushPiece(*out, SubPiece(entry.target, from, count, patterns), patterns);
    start += count;
  }
}

void Transitions::Translate(uint32_t generation, std::vector<Piece>* pieces) const {
  for (; generation < this->generation(); ++generation) {
    const bool any = std::any_of(pieces->begin(), pieces->end(),
                                 [](const Piece& piece) { return piece.kind() == PieceKind::kFile; });
    if (!any) return;
    std::vector<Piece> out;
    out.reserve(pieces->size());
    for (const Piece& piece : *pieces) {
      if (piece.kind() == PieceKind::kFile) {
        list_[generation].Translate(piece.position(), piece.length(), patterns_, &out);
      } else {
        PushPiece(out, piece, patterns_);
      }
    }
    pieces->swap(out);
  }
}

uint64_t Transitions::memory_bytes() const {
  uint64_t bytes = 0;
  for (const Transition& transition : list_) bytes += transition.entries().memory_bytes();
  return bytes;
}

}  // namespace terahex
