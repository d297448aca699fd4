// The B+-tree of pieces; see pieces.h. Every edit works on one leaf at a time and then mends the path above
// it: split when a node overflows, merge with or borrow from the neighbour when it falls below a quarter.
// Must not know files or history. Thread rule: none of its own.
#include "native/core/pieces.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace terahex {

namespace {

// Room for a leaf and one batch of insertions, before it is split.
constexpr uint32_t kScratch = 2 * Pieces::kLeafCapacity;

}  // namespace

Pieces::Pieces(const FillPatterns& patterns, uint32_t node_limit)
    : patterns_(patterns), limit_(std::clamp<uint32_t>(node_limit, 4, kLeafCapacity)) {
  static_assert(kLeafCapacity == kInnerCapacity, "one limit serves both");
  root_ = NewLeaf();
}

Pieces::~Pieces() { Free(root_, height_); }

Pieces::Leaf* Pieces::NewLeaf() {
  memory_bytes_ += sizeof(Leaf);
  return new Leaf;
}
Pieces::Inner* Pieces::NewInner() {
  memory_bytes_ += sizeof(Inner);
  return new Inner;
}
void Pieces::DropLeaf(Leaf* leaf) {
  memory_bytes_ -= sizeof(Leaf);
  delete leaf;
}
void Pieces::DropInner(Inner* inner) {
  memory_bytes_ -= sizeof(Inner);
  delete inner;
}

void Pieces::Free(void* node, int height) {
  if (height == 0) return DropLeaf(static_cast<Leaf*>(node));
  Inner* inner = static_cast<Inner*>(node);
  for (uint32_t i = 0; i < inner->count; ++i) Free(inner->children[i], height - 1);
  DropInner(inner);
}

void Pieces::Reset(const Piece& piece) {
  Free(root_, height_);
  height_ = 0;
  Leaf* leaf = NewLeaf();
  root_ = leaf;
  size_ = piece.length();
  count_ = leaf->count = size_ > 0 ? 1 : 0;
  if (size_ > 0) leaf->pieces[0] = piece;
}

// Finds the leaf that holds `offset`. At a border between two leaves: the left one when something is only
// inserted there (so that typing goes on in the piece before it), else the right one, where the bytes to
// remove are.
void Pieces::Descend(uint64_t offset, bool prefer_left, Path* path) const {
  void* node = root_;
  uint64_t start = 0;
  uint64_t length = size_;
  for (int level = 0; level < height_; ++level) {
    Inner* inner = static_cast<Inner*>(node);
    uint32_t i = 0;
    while (i + 1 < inner->count) {
      const uint64_t end = start + inner->lengths[i];
      if (offset < end || (prefer_left && offset == end)) break;
      start = end;
      ++i;
    }
    path->nodes[level] = inner;
    path->indexes[level] = i;
    length = inner->lengths[i];
    node = inner->children[i];
  }
  path->leaf = static_cast<Leaf*>(node);
  path->leaf_start = start;
  path->leaf_length = length;
}

void Pieces::Replace(uint64_t offset, uint64_t remove_length, std::span<const Piece> insert,
                     std::vector<Piece>* removed) {
  assert(FitsWithin(offset, remove_length, size_));
  // So many at once that a leaf never has to split in more than two: it holds limit_, and an edit adds two
  // halves besides.
  const size_t batch = limit_ - 3;
  while (remove_length > 0 || !insert.empty()) {
    Path path;
    Descend(offset, remove_length == 0, &path);
    const uint64_t local = offset - path.leaf_start;
    const uint64_t take = std::min(remove_length, path.leaf_length - local);
    remove_length -= take;
    std::span<const Piece> now;
    if (remove_length == 0) now = insert.first(std::min(insert.size(), batch));
    insert = insert.subspan(now.size());
    EditLeaf(path, local, take, now, removed);
    offset += TotalLength(now);
  }
}

void Pieces::EditLeaf(Path& path, uint64_t local, uint64_t remove, std::span<const Piece> insert,
                      std::vector<Piece>* removed) {
  Leaf& leaf = *path.leaf;
  // [first, last) are the pieces that change; `middle` is what takes their place.
  uint32_t first = 0;
  uint64_t first_start = 0;
  while (first < leaf.count && first_start + leaf.pieces[first].length() <= local) {
    first_start += leaf.pieces[first++].length();
  }
  Piece middle[kScratch];
  uint32_t made = 0;
  auto push = [&](const Piece& piece) {
    if (made > 0 && Continues(middle[made - 1], piece, patterns_)) {
      middle[made - 1] = Joined(middle[made - 1], piece);
    } else {
      middle[made++] = piece;
    }
  };
  uint32_t last = first;
  uint64_t last_start = first_start;
  // The piece before comes along, so that what is put in can join it.
  if (first > 0) {
    --first;
    push(leaf.pieces[first]);
  }
  if (local > last_start) push(SubPiece(leaf.pieces[last], 0, local - last_start, patterns_));
  const uint64_t end = local + remove;
  for (const Piece& piece : insert) {
    if (piece.length() > 0) push(piece);
  }
  uint64_t at = local;
  while (last < leaf.count) {
    const Piece& piece = leaf.pieces[last];
    const uint64_t piece_end = last_start + piece.length();
    const uint64_t cut = std::min(end, piece_end);
    if (cut > at) {
      if (removed) {
        const bool whole = at == last_start && cut == piece_end;
        PushPiece(*removed, whole ? piece : SubPiece(piece, at - last_start, cut - at, patterns_), patterns_);
      }
      at = cut;
    }
    if (piece_end > end) {
      // Its rest stays; so it does when it lies wholly behind, and is here only to be joined.
      const uint64_t from = end > last_start ? end - last_start : 0;
      push(from == 0 ? piece : SubPiece(piece, from, piece.length() - from, patterns_));
      ++last;
      break;
    }
    last_start = piece_end;
    ++last;
  }

  const uint64_t added = TotalLength(insert);
  size_ = size_ - remove + added;
  for (int level = 0; level < height_; ++level) {
    uint64_t& length = path.nodes[level]->lengths[path.indexes[level]];
    length = length - remove + added;
  }
  const uint32_t tail = leaf.count - last;
  const uint32_t total = first + made + tail;
  count_ = count_ - leaf.count + total;
  if (total <= limit_) {
    std::memmove(static_cast<void*>(leaf.pieces + first + made), leaf.pieces + last, tail * sizeof(Piece));
    std::memcpy(static_cast<void*>(leaf.pieces + first), middle, made * sizeof(Piece));
    leaf.count = total;
    if (total < std::max(2u, limit_ / 4)) FixUnderflow(path);
    return;
  }
  Piece all[kScratch];
  assert(total <= 2 * limit_);
  std::memcpy(static_cast<void*>(all), leaf.pieces, first * sizeof(Piece));
  std::memcpy(static_cast<void*>(all + first), middle, made * sizeof(Piece));
  std::memcpy(static_cast<void*>(all + first + made), leaf.pieces + last, tail * sizeof(Piece));
  Leaf* right = NewLeaf();
  leaf.count = total / 2;
  right->count = total - leaf.count;
  std::memcpy(static_cast<void*>(leaf.pieces), all, leaf.count * sizeof(Piece));
  std::memcpy(static_cast<void*>(right->pieces), all + leaf.count, right->count * sizeof(Piece));
  const uint64_t right_length = TotalLength({right->pieces, right->count});
  InsertChild(path, height_ - 1, height_ > 0 ? path.indexes[height_ - 1] + 1 : 1, right, right_length);
}

// Puts `child` at `index` of the node at `level` of the path; its bytes are still counted in the child before
// it.
void Pieces::InsertChild(Path& path, int level, uint32_t index, void* child, uint64_t length) {
  if (level < 0) {
    Inner* root = NewInner();
    root->count = 2;
    root->children[0] = root_;
    root->lengths[0] = size_ - length;
    root->children[1] = child;
    root->lengths[1] = length;
    root_ = root;
    ++height_;
    return;
  }
  Inner* node = path.nodes[level];
  node->lengths[index - 1] -= length;
  Inner* right = nullptr;
  Inner* into = node;
  uint32_t at = index;
  if (node->count == limit_) {
    right = NewInner();
    const uint32_t keep = (limit_ + 1) / 2;
    right->count = node->count - keep;
    std::copy_n(node->lengths + keep, right->count, right->lengths);
    std::copy_n(node->children + keep, right->count, right->children);
    node->count = keep;
    if (index > keep) {
      into = right;
      at = index - keep;
    }
  }
  std::copy_backward(into->lengths + at, into->lengths + into->count, into->lengths + into->count + 1);
  std::copy_backward(into->children + at, into->children + into->count, into->children + into->count + 1);
  into->lengths[at] = length;
  into->children[at] = child;
  ++into->count;
  if (!right) return;
  uint64_t right_length = 0;
  for (uint32_t i = 0; i < right->count; ++i) right_length += right->lengths[i];
  InsertChild(path, level - 1, level > 0 ? path.indexes[level - 1] + 1 : 1, right, right_length);
}

void Pieces::RemoveChild(Inner& parent, uint32_t index) {
  std::copy(parent.lengths + index + 1, parent.lengths + parent.count, parent.lengths + index);
  std::copy(parent.children + index + 1, parent.children + parent.count, parent.children + index);
  --parent.count;
}

// The leaf of the path has too few pieces: joins it with a neighbour, or shares with it.
void Pieces::FixUnderflow(Path& path) {
  if (height_ == 0) return;
  Inner& parent = *path.nodes[height_ - 1];
  const uint32_t index = path.indexes[height_ - 1];
  BalanceLeaves(parent, index > 0 ? index - 1 : 0);
  FixInner(path, height_ - 1);
}

void Pieces::FixInner(Path& path, int level) {
  Inner* node = path.nodes[level];
  if (level == 0) {
    if (node->count > 1) return;
    root_ = node->children[0];
    --height_;
    DropInner(node);
    return;
  }
  if (node->count >= std::max(2u, limit_ / 4)) return;
  const uint32_t index = path.indexes[level - 1];
  BalanceInners(*path.nodes[level - 1], index > 0 ? index - 1 : 0);
  FixInner(path, level - 1);
}

void Pieces::BalanceLeaves(Inner& parent, uint32_t left_index) {
  Leaf* left = static_cast<Leaf*>(parent.children[left_index]);
  Leaf* right = static_cast<Leaf*>(parent.children[left_index + 1]);
  Piece all[kScratch];
  uint32_t total = 0;
  for (const Leaf* leaf : {left, right}) {
    for (uint32_t i = 0; i < leaf->count; ++i) {
      if (total > 0 && i == 0 && Continues(all[total - 1], leaf->pieces[0], patterns_)) {
        all[total - 1] = Joined(all[total - 1], leaf->pieces[0]);
        --count_;
      } else {
        all[total++] = leaf->pieces[i];
      }
    }
  }
  const uint64_t both = parent.lengths[left_index] + parent.lengths[left_index + 1];
  left->count = total <= limit_ ? total : total / 2;
  std::memcpy(static_cast<void*>(left->pieces), all, left->count * sizeof(Piece));
  parent.lengths[left_index] = TotalLength({left->pieces, left->count});
  if (left->count == total) {
    RemoveChild(parent, left_index + 1);
    DropLeaf(right);
    return;
  }
  right->count = total - left->count;
  std::memcpy(static_cast<void*>(right->pieces), all + left->count, right->count * sizeof(Piece));
  parent.lengths[left_index + 1] = both - parent.lengths[left_index];
}

void Pieces::BalanceInners(Inner& parent, uint32_t left_index) {
  Inner* left = static_cast<Inner*>(parent.children[left_index]);
  Inner* right = static_cast<Inner*>(parent.children[left_index + 1]);
  const uint32_t total = left->count + right->count;
  const uint64_t both = parent.lengths[left_index] + parent.lengths[left_index + 1];
  uint64_t lengths[2 * kInnerCapacity];
  void* children[2 * kInnerCapacity];
  std::copy_n(left->lengths, left->count, lengths);
  std::copy_n(right->lengths, right->count, lengths + left->count);
  std::copy_n(left->children, left->count, children);
  std::copy_n(right->children, right->count, children + left->count);
  left->count = total <= limit_ ? total : total / 2;
  std::copy_n(lengths, left->count, left->lengths);
  std::copy_n(children, left->count, left->children);
  uint64_t left_length = 0;
  for (uint32_t i = 0; i < left->count; ++i) left_length += lengths[i];
  parent.lengths[left_index] = left_length;
  if (left->count == total) {
    RemoveChild(parent, left_index + 1);
    DropInner(right);
    return;
  }
  right->count = total - left->count;
  std::copy_n(lengths + left->count, right->count, right->lengths);
  std::copy_n(children + left->count, right->count, right->children);
  parent.lengths[left_index + 1] = both - left_length;
}

bool Pieces::ValidNode(const void* node, int height, bool root, uint64_t* length, uint64_t* count) const {
  *length = *count = 0;
  if (height == 0) {
    const Leaf& leaf = *static_cast<const Leaf*>(node);
    if (leaf.count > limit_ || (!root && leaf.count == 0)) return false;
    for (uint32_t i = 0; i < leaf.count; ++i) {
      if (leaf.pieces[i].length() == 0) return false;
      if (i > 0 && Continues(leaf.pieces[i - 1], leaf.pieces[i], patterns_)) return false;
      *length += leaf.pieces[i].length();
    }
    *count = leaf.count;
    return true;
  }
  const Inner& inner = *static_cast<const Inner*>(node);
  if (inner.count < 2 || inner.count > limit_) return false;
  for (uint32_t i = 0; i < inner.count; ++i) {
    uint64_t child_length = 0;
    uint64_t child_count = 0;
    if (!ValidNode(inner.children[i], height - 1, false, &child_length, &child_count)) return false;
    if (child_length != inner.lengths[i]) return false;
    *length += child_length;
    *count += child_count;
  }
  return true;
}

bool Pieces::Valid() const {
  uint64_t length = 0;
  uint64_t count = 0;
  return ValidNode(root_, height_, true, &length, &count) && length == size_ && count == count_;
}

}  // namespace terahex
