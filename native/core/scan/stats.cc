// See stats.h.
#include "native/core/scan/stats.h"

#include <cmath>
#include <map>

#include "native/core/scan/run_counts.h"

namespace terahex {

namespace {

constexpr size_t kMostBuckets = 1'000'000;
// What the threads share: buckets that are not yet counted to their end.
struct SharedStats {
  const ByteRange range;
  const size_t buckets;
  StatsOutcome& outcome;
  std::mutex mutex{};
  struct Open {
    ByteCounts counts{};
    uint64_t seen = 0;
  };
  std::map<size_t, Open> open{};

  size_t BucketAt(uint64_t offset) const {
    const uint64_t at = offset - range.start;
    auto index = static_cast<size_t>(static_cast<double>(at) / static_cast<double>(range.length()) *
                                     static_cast<double>(buckets));
    // The quotient is rounded; the border is not.
    while (index > 0 && at < BucketEnd(range.length(), index - 1, buckets)) --index;
    while (at >= BucketEnd(range.length(), index, buckets)) ++index;
    return index;
  }
  uint64_t EndOf(size_t bucket) const { return range.start + BucketEnd(range.length(), bucket, buckets); }

  void Add(size_t bucket, const ByteCounts& counts, uint64_t seen) {
    std::lock_guard lock(mutex);
    Open& entry = open[bucket];
    for (size_t byte = 0; byte < 256; ++byte) entry.counts[byte] += counts[byte];
    entry.seen += seen;
    const uint64_t start = bucket == 0 ? range.start : EndOf(bucket - 1);
    if (entry.seen < EndOf(bucket) - start) return;
    Close(bucket, entry);
    open.erase(bucket);
  }
  void Close(size_t bucket, const Open& entry) {
    outcome.entropy[bucket] = EntropyOf(entry.counts);
    for (size_t byte = 0; byte < 256; ++byte) outcome.counts[byte] += entry.counts[byte];
  }
};

class StatsWorker final : public ScanWorker, private RunVisitor {
 public:
  explicit StatsWorker(SharedStats& shared) : shared_(shared) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    for (uint64_t at = item.range.start; at < item.range.end;) {
      const size_t bucket = shared_.BucketAt(at);
      const uint64_t end = std::min(item.range.end, shared_.EndOf(bucket));
      counts_ = {};
      if (item.zeros) {
        counts_[0] = end - at;
      } else if (Status status = reader.Visit(at, end, 0, *this); !status.ok()) {
        return status;
      }
      shared_.Add(bucket, counts_, end - at);
      at = end;
    }
    return Status::Ok();
  }

 private:
  size_t Scan(uint64_t, const uint8_t* data, size_t length) override {
    run_->Count(data, length);
    return length;
  }
  Status Accept(uint64_t, size_t) override {
    run_->AddTo(&counts_);
    return Status::Ok();
  }
  Status Gap(uint64_t, uint64_t) override { return Status::Ok(); }

  SharedStats& shared_;
  ByteCounts counts_{};
  std::unique_ptr<RunCounts> run_ = std::make_unique<RunCounts>();
};

}  // namespace

double EntropyOf(const ByteCounts& counts) {
  double total = 0;
  for (const uint64_t count : counts) total += static_cast<double>(count);
  double entropy = 0;
  for (const uint64_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / total;
    entropy -= share * std::log2(share);
  }
  return entropy;
}

uint64_t BucketEnd(uint64_t length, size_t index, size_t buckets) {
  // length * (index + 1) / buckets without the product, which may not fit.
  return length / buckets * (index + 1) + length % buckets * (index + 1) / buckets;
}

Result<StatsOutcome> Stats(const Document& document, const ScanOptions& options, size_t buckets) {
  if (buckets == 0 || buckets > kMostBuckets) {
    return Status(Code::kInvalidArgument, "The number of buckets must be from 1 to 1,000,000");
  }
  StatsOutcome outcome;
  outcome.entropy.resize(buckets, 0);
  ScanSignal signal;
  SharedStats shared{ScanRange(document, options), buckets, outcome};
  const Result<ScanOutcome> scanned =
      RunParallel(document, options, 0, signal, [&] { return std::make_unique<StatsWorker>(shared); });
  if (!scanned.ok()) return scanned.status();
  static_cast<ScanOutcome&>(outcome) = *scanned;
  for (const auto& [bucket, entry] : shared.open) shared.Close(bucket, entry);  // cut short by an edit
  return outcome;
}

}  // namespace terahex
