// Counts the bytes of one run: pairs of them, where few pairs repeat much, else single bytes. Knows nothing
// of documents. Thread rule: one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace terahex {

using ByteCounts = std::array<uint64_t, 256>;

class RunCounts {
 public:
  // In the place of what was counted before. At most 2^32 - 1 bytes. A leaf (fault_guard.h).
  void Count(const uint8_t* data, size_t length);
  void AddTo(ByteCounts* counts) const;

 private:
  bool CountPairs(const uint8_t* data, size_t length);
  void CountSingles(const uint8_t* data, size_t length);

  static constexpr size_t kTables = 8;
  // Several, so that runs of one byte do not wait for the same counter.
  uint32_t singles_[kTables][256];
  // One store for two bytes; 64 KiB stay near the processor.
  alignas(64) uint8_t pairs_[256][256];
  uint32_t totals_[256];
  unsigned singles_left_ = 0;  // so many runs more without a try at pairs
};

}  // namespace terahex
