// The log of positional operations with the pieces they took out and put in, grouped in steps; the way to any
// step leads over it in both directions. Keeps no bytes and applies nothing itself: the document does. Thread
// rule: none of its own; the document's lock guards it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "native/core/chunked_log.h"
#include "native/core/piece.h"

namespace terahex {

// At `offset`, `removed` gave way to `inserted`. File pieces are those of `generation` (transition.h).
struct Operation {
  uint64_t offset = 0;
  uint32_t generation = 0;
  std::vector<Piece> removed;
  std::vector<Piece> inserted;
};

class History {
 public:
  explicit History(const FillPatterns& patterns) : patterns_(patterns) {}

  uint64_t position() const { return position_; }
  uint64_t last_position() const { return steps_.size(); }

  // Notes an operation that was just applied. Steps beyond position() are forgotten first. It joins the
  // latest step inside a group, or when `merge` and nothing sealed that step; there it becomes one with the
  // last operation where it goes on directly behind it (typing, deleting forwards) or before it (backspace).
  void Record(uint64_t offset, uint32_t generation, std::span<const Piece> removed,
              std::span<const Piece> inserted, bool merge);

  // One step from the first Record on until EndGroup. Groups nest; the outermost counts.
  void BeginGroup();
  void EndGroup();
  // The next Record begins a new step (also inside a group: a commit may happen there).
  void Seal() { joinable_ = false; }

  // Operations of the step that leads from position `step - 1` to `step`: indexes [first, second).
  std::pair<uint64_t, uint64_t> OperationsOf(uint64_t step) const;
  void Load(uint64_t operation, Operation* out) const;
  // Says that the content now stands at `position`. Seals.
  void MoveTo(uint64_t position);
  void Clear();

  uint64_t memory_bytes() const;

 private:
  // 32 bytes each: with two or three pieces the whole cost of a small edit.
  struct Entry {
    uint64_t offset = 0;
    uint64_t first_piece = 0;  // removed, then inserted
    uint32_t removed = 0;
    uint32_t inserted = 0;
    uint32_t generation = 0;
  };

  bool Extend(uint64_t offset, uint32_t generation, std::span<const Piece> removed,
              std::span<const Piece> inserted);
  void Truncate();

  const FillPatterns& patterns_;
  ChunkedLog<Piece> pieces_;
  ChunkedLog<Entry> operations_;
  ChunkedLog<uint64_t> steps_;  // end of each step in operations_
  uint64_t position_ = 0;
  uint32_t group_depth_ = 0;
  bool joinable_ = false;  // the latest step may still grow
};

}  // namespace terahex
