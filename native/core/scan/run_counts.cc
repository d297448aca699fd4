// See run_counts.h.
#include "native/core/scan/run_counts.h"

#include <cstring>

#include "native/core/scan/simd.h"

namespace terahex {

namespace {

// Adding up the pairs costs as much as counting some ten thousand bytes.
constexpr size_t kPairsFrom = size_t{256} << 10;
constexpr unsigned kRunsWithoutPairs = 15;
constexpr size_t kAhead = 1024;

}  // namespace

void RunCounts::Count(const uint8_t* data, size_t length) {
  if (singles_left_ > 0) {
    --singles_left_;
  } else if (length >= kPairsFrom) {
    if (CountPairs(data, length)) return;
    singles_left_ = kRunsWithoutPairs;
  }
  CountSingles(data, length);
}

// False: a pair occurred more often than its byte can tell, so that the sum of all is too small.
bool RunCounts::CountPairs(const uint8_t* data, size_t length) {
  std::memset(pairs_, 0, sizeof pairs_);
  uint8_t* const pairs = &pairs_[0][0];
  size_t i = 0;
  for (; i + 64 <= length; i += 64) {
    // Once for each cache line: the processor's own reading ahead ends with the page.
    TERAHEX_PREFETCH(data + i + kAhead);
    for (size_t k = 0; k < 64; k += 8) {
      uint64_t bytes;
      std::memcpy(&bytes, data + i + k, 8);
      ++pairs[bytes & 0xffff];
      ++pairs[bytes >> 16 & 0xffff];
      ++pairs[bytes >> 32 & 0xffff];
      ++pairs[bytes >> 48];
    }
  }
  uint16_t columns[256] = {};  // of 256 counters of at most 255
  uint64_t counted = 0;
  for (size_t row = 0; row < 256; ++row) {
    uint32_t sum = 0;
    for (size_t column = 0; column < 256; ++column) {
      columns[column] = static_cast<uint16_t>(columns[column] + pairs_[row][column]);
      sum += pairs_[row][column];
    }
    totals_[row] = sum;
    counted += sum;
  }
  if (counted != i / 2) return false;
  for (size_t byte = 0; byte < 256; ++byte) totals_[byte] += columns[byte];
  for (; i < length; ++i) ++totals_[data[i]];
  return true;
}

void RunCounts::CountSingles(const uint8_t* data, size_t length) {
  std::memset(singles_, 0, sizeof singles_);
  size_t i = 0;
  for (; i + 16 <= length; i += 16) {
    uint64_t low, high;
    std::memcpy(&low, data + i, 8);
    std::memcpy(&high, data + i + 8, 8);
    for (size_t k = 0; k < 8; ++k) {
      ++singles_[k][low >> (8 * k) & 0xff];
      ++singles_[k][high >> (8 * k) & 0xff];
    }
  }
  for (; i < length; ++i) ++singles_[0][data[i]];
  for (size_t byte = 0; byte < 256; ++byte) {
    uint32_t total = 0;
    for (const auto& table : singles_) total += table[byte];
    totals_[byte] = total;
  }
}

void RunCounts::AddTo(ByteCounts* counts) const {
  for (size_t byte = 0; byte < 256; ++byte) (*counts)[byte] += totals_[byte];
}

}  // namespace terahex
