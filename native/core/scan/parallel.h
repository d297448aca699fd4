// Divides a range of a document among threads: stretches of data in chunks, holes whole and unread. Knows
// nothing of what is looked for. Thread rule: RunParallel returns when all its threads have ended; workers
// are made on the calling thread and used by one thread each.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "native/core/document.h"
#include "native/core/scan/run_reader.h"

namespace terahex {

struct ScanOptions {
  uint64_t from = 0;
  uint64_t to = UINT64_MAX;  // cut to the document's size
  unsigned threads = 0;      // 0: one for each processor
  const std::atomic<bool>* cancel = nullptr;
  // Bytes done and in all; from any of the threads, one call at a time.
  std::function<void(uint64_t done, uint64_t total)> progress;
  ScanTuning tuning;
};

struct ScanOutcome {
  uint64_t version = 0;  // of the document, when the scan began
  bool stale = false;    // the document was edited meanwhile
  uint64_t unreadable_bytes = 0;
};

// A part of the range, numbered from 0 in ascending order.
struct ScanItem {
  uint64_t index = 0;
  ByteRange range;
  bool zeros = false;  // a hole: reads as zeros
};

// Hands out the parts in order. Thread rule: any thread.
class ScanPlan {
 public:
  // `tail`: the last so many bytes of a hole are given as data, for what begins there and goes on behind it.
  ScanPlan(const Document& document, ByteRange range, uint64_t tail, const ScanTuning& tuning);
  // False: there are no more.
  Result<bool> Next(ScanItem* item);

 private:
  Result<bool> FindStretch();

  const Document& document_;
  const uint64_t tail_;
  const ScanTuning tuning_;
  std::mutex mutex_;
  uint64_t index_ = 0;
  uint64_t at_;
  const uint64_t end_;
  ByteRange stretch_;  // of data, from at_ on or behind the hole at at_
  std::vector<ByteRange> extents_;
  size_t next_extent_ = 0;
  uint64_t known_to_ = 0;  // extents_ tell of everything up to here
};

class ScanWorker {
 public:
  virtual ~ScanWorker() = default;
  // An error ends the whole scan.
  virtual Status Run(const ScanItem& item, RunReader& reader) = 0;
};

// `signal.cancel` is the options' own. Errors: kCancelled, and the workers'.
Result<ScanOutcome> RunParallel(const Document& document, const ScanOptions& options, uint64_t tail,
                                ScanSignal& signal,
                                const std::function<std::unique_ptr<ScanWorker>()>& make_worker);

// The options' range, cut to the document.
ByteRange ScanRange(const Document& document, const ScanOptions& options);

}  // namespace terahex
