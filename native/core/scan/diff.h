// Where two documents differ, with what was inserted and deleted: equal stretches are compared at memory
// speed by many threads, and behind a change the next common place is found by marks that the bytes
// themselves set (content-defined, by a rolling hash), further and further on. Memory is bounded, whatever
// the size. Thread rule: Diff may run on any thread.
#pragma once

#include <functional>
#include <span>

#include "native/core/scan/parallel.h"

namespace terahex {

// [a.start, a.end) of the first became [b.start, b.end) of the second.
struct Difference {
  ByteRange a;
  ByteRange b;
  friend bool operator==(const Difference&, const Difference&) = default;
};

struct DiffOptions {
  ByteRange a{0, UINT64_MAX};  // cut to the document
  ByteRange b{0, UINT64_MAX};
  uint64_t limit = UINT64_MAX;
  unsigned threads = 0;
  const std::atomic<bool>* cancel = nullptr;
  std::function<void(uint64_t done, uint64_t total)> progress;
  ScanTuning tuning;
};

struct DiffOutcome {
  uint64_t count = 0;
  bool truncated = false;
  bool stale = false;
  uint64_t unreadable_bytes = 0;  // compared as 00
};

using DifferenceReceiver = std::function<bool(std::span<const Difference> differences)>;

// Ascending and disjoint. Fewer than four equal bytes between two differing ones belong to the difference.
// Errors: kCancelled, kClosed, kIo.
Result<DiffOutcome> Diff(const Document& a, const Document& b, const DiffOptions& options,
                         const DifferenceReceiver& receive);

}  // namespace terahex
