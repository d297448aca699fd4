// The log of operations and steps; see history.h. Must not know bytes, files or the tree.
// Thread rule: none of its own.
#include "native/core/history.h"

namespace terahex {

namespace {

// An operation that put in more pieces than this is not extended: they would be moved at each key stroke.
constexpr uint32_t kMovable = 8;

}  // namespace

void History::Truncate() {
  const uint64_t operations = position_ > 0 ? steps_[position_ - 1] : 0;
  if (operations < operations_.size()) pieces_.Truncate(operations_[operations].first_piece);
  operations_.Truncate(operations);
  steps_.Truncate(position_);
}

void History::Record(uint64_t offset, uint32_t generation, std::span<const Piece> removed,
                     std::span<const Piece> inserted, bool merge) {
  if (position_ < steps_.size()) {
    Truncate();
    joinable_ = false;
  }
  const bool join = joinable_ && position_ > 0 && (group_depth_ > 0 || merge);
  joinable_ = true;
  if (join && Extend(offset, generation, removed, inserted)) return;
  Entry entry;
  entry.offset = offset;
  entry.first_piece = pieces_.size();
  entry.generation = generation;
  entry.removed = static_cast<uint32_t>(removed.size());
  entry.inserted = static_cast<uint32_t>(inserted.size());
  for (const Piece& piece : removed) pieces_.push_back(piece);
  for (const Piece& piece : inserted) pieces_.push_back(piece);
  operations_.push_back(entry);
  if (join) {
    steps_.back() = operations_.size();
  } else {
    steps_.push_back(operations_.size());
    ++position_;
  }
}

bool History::Extend(uint64_t offset, uint32_t generation, std::span<const Piece> removed,
                     std::span<const Piece> inserted) {
  Entry& last = operations_.back();
  if (last.generation != generation || last.inserted > kMovable) return false;
  const uint64_t first_inserted = last.first_piece + last.removed;
  uint64_t inserted_length = 0;
  for (uint64_t i = 0; i < last.inserted; ++i) inserted_length += pieces_[first_inserted + i].length();

  if (offset == last.offset + inserted_length) {
    std::vector<Piece> put;
    for (uint64_t i = 0; i < last.inserted; ++i) put.push_back(pieces_[first_inserted + i]);
    pieces_.Truncate(first_inserted);
    for (const Piece& piece : removed) {
      if (last.removed > 0 && Continues(pieces_.back(), piece, patterns_)) {
        pieces_.back() = Joined(pieces_.back(), piece);
      } else {
        pieces_.push_back(piece);
        ++last.removed;
      }
    }
    for (const Piece& piece : inserted) PushPiece(put, piece, patterns_);
    for (const Piece& piece : put) pieces_.push_back(piece);
    last.inserted = static_cast<uint32_t>(put.size());
    return true;
  }
  // Backspace: what goes now lay directly before what went last.
  const bool backwards = inserted.empty() && last.inserted == 0 && last.removed > 0 && removed.size() == 1 &&
                         offset + removed[0].length() == last.offset;
  if (backwards && Continues(removed[0], pieces_[last.first_piece], patterns_)) {
    pieces_[last.first_piece] = Joined(removed[0], pieces_[last.first_piece]);
    last.offset = offset;
    return true;
  }
  return false;
}

void History::BeginGroup() {
  if (group_depth_++ == 0) Seal();
}

void History::EndGroup() {
  if (group_depth_ > 0 && --group_depth_ == 0) Seal();
}

std::pair<uint64_t, uint64_t> History::OperationsOf(uint64_t step) const {
  return {step > 1 ? steps_[step - 2] : 0, steps_[step - 1]};
}

void History::Load(uint64_t operation, Operation* out) const {
  const Entry& entry = operations_[operation];
  out->offset = entry.offset;
  out->generation = entry.generation;
  out->removed.clear();
  out->inserted.clear();
  uint64_t at = entry.first_piece;
  for (uint32_t i = 0; i < entry.removed; ++i) out->removed.push_back(pieces_[at++]);
  for (uint32_t i = 0; i < entry.inserted; ++i) out->inserted.push_back(pieces_[at++]);
}

void History::MoveTo(uint64_t position) {
  position_ = position;
  Seal();
}

void History::Clear() {
  pieces_.Truncate(0);
  operations_.Truncate(0);
  steps_.Truncate(0);
  position_ = 0;
  Seal();
}

uint64_t History::memory_bytes() const {
  return pieces_.memory_bytes() + operations_.memory_bytes() + steps_.memory_bytes();
}

}  // namespace terahex
