// Arithmetic on byte ranges that cannot wrap, and the only conversions between file offsets and memory
// lengths. Knows nothing of files. Thread rule: pure functions.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace terahex {

// The last offset any OS can name (off_t, LARGE_INTEGER), and so the largest size of a document.
inline constexpr uint64_t kMaxOffset = INT64_MAX;

// A half-open range of bytes.
struct ByteRange {
  uint64_t start = 0;
  uint64_t end = 0;
  constexpr uint64_t length() const { return end - start; }
  constexpr bool empty() const { return start >= end; }
  friend constexpr bool operator==(const ByteRange&, const ByteRange&) = default;
};

// Is [offset, offset + length) inside [0, size)? No sum that can wrap.
constexpr bool FitsWithin(uint64_t offset, uint64_t length, uint64_t size) {
  return offset <= size && length <= size - offset;
}

// a * b + c, or UINT64_MAX (which is no offset) where that wraps.
constexpr uint64_t SaturatedSum(uint64_t a, uint64_t b, uint64_t c) {
  return b != 0 && a > (UINT64_MAX - c) / b ? UINT64_MAX : a * b + c;
}

// `alignment`: a power of two.
constexpr uint64_t AlignDown(uint64_t offset, uint64_t alignment) { return offset & ~(alignment - 1); }
constexpr uint64_t AlignUp(uint64_t offset, uint64_t alignment) {
  return AlignDown(offset + (alignment - 1), alignment);
}

// A file length as a memory length, cut to what fits (matters on 32-bit hosts only).
constexpr size_t ClampToSize(uint64_t length) {
  return static_cast<size_t>(std::min<uint64_t>(length, SIZE_MAX));
}

}  // namespace terahex
