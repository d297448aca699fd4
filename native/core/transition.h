// What became of the file's old bytes at each commit, so that pieces recorded before it can still be put back
// after it. Generation g of the file is its content after g commits of this session. Knows nothing of steps,
// trees or locks. Thread rule: none of its own; the document's lock guards it.
#pragma once

#include <cstdint>
#include <vector>

#include "native/core/chunked_log.h"
#include "native/core/piece.h"

namespace terahex {

// One commit: old file ranges and the pieces that hold their bytes from then on.
class Transition {
 public:
  // An old range; ascending, disjoint. `target` has the range's length. Ranges never told of stay where they
  // were.
  void Add(uint64_t old_start, const Piece& target, const FillPatterns& patterns);
  // Appends to `out` the pieces that hold the old file range [start, start + length) after the commit.
  void Translate(uint64_t start, uint64_t length, const FillPatterns& patterns,
                 std::vector<Piece>* out) const;

  struct Entry {
    uint64_t old_start = 0;
    Piece target;
  };
  const ChunkedLog<Entry>& entries() const { return entries_; }

 private:
  ChunkedLog<Entry> entries_;
};

class Transitions {
 public:
  explicit Transitions(const FillPatterns& patterns) : patterns_(patterns) {}
  uint32_t generation() const { return static_cast<uint32_t>(list_.size()); }
  void Push(Transition transition) { list_.push_back(std::move(transition)); }
  void Clear() { list_.clear(); }
  const Transition& latest() const { return list_.back(); }
  // Turns pieces recorded at `generation` into pieces of now, in place.
  void Translate(uint32_t generation, std::vector<Piece>* pieces) const;
  uint64_t memory_bytes() const;

 private:
  const FillPatterns& patterns_;
  std::vector<Transition> list_;
};

}  // namespace terahex
