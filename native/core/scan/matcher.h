// What find looks for, when all matches have one length: needles (needle.h), values in a range, bytes that
// differ (value_matcher.h). Knows nothing of documents. Thread rule: immutable, used by many threads.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terahex {

// Plain memory, so that a leaf may fill it.
struct HitBuffer {
  static constexpr size_t kCapacity = 16384;
  size_t count = 0;
  uint64_t hits[kCapacity];
  bool full() const { return count == kCapacity; }
  void Add(uint64_t hit) { hits[count++] = hit; }
};

enum class InZeros { kNowhere, kEverywhere, kSomewhere };

class Matcher {
 public:
  virtual ~Matcher() = default;
  // Of a match, in bytes; at least 1.
  virtual size_t length() const = 0;
  // Adds the offsets of matches that begin at `data`[0 .. count), which stands at `offset` of the document;
  // count + length() - 1 bytes are there. Returns how many places it has tried: fewer than `count` when the
  // buffer is full or the work became long. A leaf (fault_guard.h).
  virtual size_t Find(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const = 0;
  // Where in zeros alone a match begins: nowhere, at every multiple of stride(), or here and there.
  virtual InZeros in_zeros() const = 0;
  virtual uint64_t stride() const { return 1; }
};

}  // namespace terahex
