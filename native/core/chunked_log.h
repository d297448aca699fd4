// A list of plain values that grows in blocks of its own and is cut at the end: no doubling copies, memory
// close to what is held. Knows nothing of its values. Thread rule: none of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

namespace terahex {

template <typename T>
class ChunkedLog {
  static_assert(std::is_trivially_copyable_v<T>);
  static constexpr size_t kBlock = 64 * 1024 / sizeof(T);

 public:
  uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  uint64_t memory_bytes() const { return blocks_.size() * kBlock * sizeof(T); }
  T& operator[](uint64_t index) { return blocks_[index / kBlock][index % kBlock]; }
  const T& operator[](uint64_t index) const { return blocks_[index / kBlock][index % kBlock]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  void push_back(const T& value) {
    if (size_ == blocks_.size() * kBlock) blocks_.push_back(std::make_unique_for_overwrite<T[]>(kBlock));
    ++size_;
    back() = value;
  }
  // Cuts to the first `size` values; keeps one spare block.
  void Truncate(uint64_t size) {
    size_ = size;
    const size_t needed = static_cast<size_t>((size + kBlock - 1) / kBlock);
    if (blocks_.size() > needed + 1) blocks_.resize(needed + 1);
  }

 private:
  std::vector<std::unique_ptr<T[]>> blocks_;
  uint64_t size_ = 0;
};

}  // namespace terahex
