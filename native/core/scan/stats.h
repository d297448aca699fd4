// How often each byte occurs in a range of a document, and how mixed its parts are. Holes are counted, not
// read. Thread rule: Stats may run on any thread.
#pragma once

#include <vector>

#include "native/core/scan/parallel.h"
#include "native/core/scan/run_counts.h"

namespace terahex {

struct StatsOutcome : ScanOutcome {
  ByteCounts counts{};
  std::vector<double>
      entropy;  // bits for each byte, 0 to 8, of each bucket; an empty or unreadable bucket: 0
};

// The range in `buckets` parts of equal length, to one byte. Errors: kInvalidArgument (over a million
// buckets), kCancelled, kClosed, kIo.
Result<StatsOutcome> Stats(const Document& document, const ScanOptions& options, size_t buckets);

// Shannon's, in bits for each byte.
double EntropyOf(const ByteCounts& counts);
// Where bucket `index` of `buckets` ends, counted from the range's start.
uint64_t BucketEnd(uint64_t length, size_t index, size_t buckets);

}  // namespace terahex
