// The truth about unsaved edits: the document's content as a B+-tree of pieces in document order. Lookup and
// replace cost O(log pieces). Knows nothing of history, files or locks. Thread rule: none of its own; the
// document's lock guards it (const members together, others alone).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/piece.h"

namespace terahex {

class Pieces {
 public:
  // Pieces in a leaf, children in an inner node. A node is about 1 KiB, so that a lookup among millions of
  // pieces misses the cache a few times only. Smaller limits (from 4) make deep trees for tests.
  static constexpr uint32_t kLeafCapacity = 62;
  static constexpr uint32_t kInnerCapacity = 62;

  explicit Pieces(const FillPatterns& patterns, uint32_t node_limit = kLeafCapacity);
  ~Pieces();
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  uint64_t size() const { return size_; }  // bytes of the document
  uint64_t count() const { return count_; }
  uint64_t memory_bytes() const { return memory_bytes_; }

  // Forgets everything and holds `piece` alone (nothing when its length is 0).
  void Reset(const Piece& piece);

  // Puts `insert` in the place of [offset, offset + remove_length), which must lie inside the document. What
  // went out is appended to `removed` (may be null) in document order. O(log pieces) for each leaf touched.
  void Replace(uint64_t offset, uint64_t remove_length, std::span<const Piece> insert,
               std::vector<Piece>* removed);

  // Calls visit(document_offset, piece) for what lies in [start, end), in order, pieces clipped to it, until
  // it returns false.
  template <typename Visitor>
  void Visit(uint64_t start, uint64_t end, Visitor&& visit) const {
    if (start < end && size_ > 0) VisitNode(root_, height_, 0, start, end, visit);
  }

  // Checks every invariant of the tree; for tests.
  bool Valid() const;

 private:
  struct Leaf {
    uint32_t count = 0;
    Piece pieces[kLeafCapacity];
  };
  struct Inner {
    uint32_t count = 0;
    uint64_t lengths[kInnerCapacity];
    void* children[kInnerCapacity];
  };
  static constexpr int kMaxHeight = 64;
  struct Path {
    Inner* nodes[kMaxHeight];  // [0] is the root
    uint32_t indexes[kMaxHeight];
    Leaf* leaf = nullptr;
    uint64_t leaf_start = 0;
    uint64_t leaf_length = 0;
  };

  template <typename Visitor>
  bool VisitNode(const void* node, int height, uint64_t node_start, uint64_t start, uint64_t end,
                 Visitor& visit) const;

  void Descend(uint64_t offset, bool prefer_left, Path* path) const;
  void EditLeaf(Path& path, uint64_t local, uint64_t remove, std::span<const Piece> insert,
                std::vector<Piece>* removed);
  void InsertChild(Path& path, int level, uint32_t index, void* child, uint64_t length);
  void FixUnderflow(Path& path);
  void FixInner(Path& path, int level);
  void BalanceLeaves(Inner& parent, uint32_t left);
  void BalanceInners(Inner& parent, uint32_t left);
  static void RemoveChild(Inner& parent, uint32_t index);
  void Free(void* node, int height);
  Leaf* NewLeaf();
  Inner* NewInner();
  void DropLeaf(Leaf* leaf);
  void DropInner(Inner* inner);
  bool ValidNode(const void* node, int height, bool root, uint64_t* length, uint64_t* count) const;

  const FillPatterns& patterns_;
  const uint32_t limit_;
  void* root_ = nullptr;
  int height_ = 0;  // 0: the root is a leaf
  uint64_t size_ = 0;
  uint64_t count_ = 0;
  uint64_t memory_bytes_ = 0;
};

template <typename Visitor>
bool Pieces::VisitNode(const void* node, int height, uint64_t node_start, uint64_t start, uint64_t end,
                       Visitor& visit) const {
  if (height == 0) {
    const Leaf& leaf = *static_cast<const Leaf*>(node);
    for (uint32_t i = 0; i < leaf.count && node_start < end; ++i) {
      const Piece& piece = leaf.pieces[i];
      const uint64_t length = piece.length();
      const uint64_t piece_end = node_start + length;
      if (piece_end > start) {
        const uint64_t from = start > node_start ? start - node_start : 0;
        const uint64_t to = end < piece_end ? end - node_start : length;
        const bool whole = from == 0 && to == length;
        if (!visit(node_start + from, whole ? piece : SubPiece(piece, from, to - from, patterns_)))
          return false;
      }
      node_start = piece_end;
    }
    return true;
  }
  const Inner& inner = *static_cast<const Inner*>(node);
  for (uint32_t i = 0; i < inner.count && node_start < end; ++i) {
    const uint64_t child_end = node_start + inner.lengths[i];
    if (child_end > start && !VisitNode(inner.children[i], height - 1, node_start, start, end, visit))
      return false;
    node_start = child_end;
  }
  return true;
}

}  // namespace terahex
