// The slow twin of stats.h. For tests only.
#pragma once

#include <string>

#include "native/core/scan/stats.h"

namespace terahex {

inline StatsOutcome StatsNaive(const std::string& content, size_t buckets) {
  StatsOutcome outcome;
  size_t at = 0;
  for (size_t i = 0; i < buckets; ++i) {
    ByteCounts counts{};
    for (; at < BucketEnd(content.size(), i, buckets); ++at) ++counts[static_cast<uint8_t>(content[at])];
    for (size_t byte = 0; byte < 256; ++byte) outcome.counts[byte] += counts[byte];
    outcome.entropy.push_back(EntropyOf(counts));
  }
  return outcome;
}

}  // namespace terahex
