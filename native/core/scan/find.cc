// See find.h. A chunk gives the matches that begin in it, and reads on behind its end as far as they reach.
#include "native/core/scan/find.h"

#include <algorithm>

#include "native/core/scan/ordered_hits.h"

namespace terahex {

namespace {

constexpr size_t kZeroBlock = 64 << 10;

struct SharedFind {
  const Matcher& matcher;
  const ByteRange range;
  const uint64_t limit;
  ScanSignal& signal;
  OrderedHits<uint64_t>* ordered = nullptr;  // null: only counting
  std::atomic<uint64_t> count = 0;           // only counting
};

class FindWorker final : public ScanWorker, private RunVisitor {
 public:
  explicit FindWorker(SharedFind& shared) : shared_(shared) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    index_ = item.index;
    Status status = item.zeros ? FindInZeros(item.range) : FindInData(item.range, reader);
    if (shared_.ordered == nullptr) return status;
    if (status.ok()) shared_.ordered->Add(index_, &found_);
    shared_.ordered->Finish(index_);
    return status;
  }

 private:
  size_t tail() const { return shared_.matcher.length() - 1; }

  Status FindInData(const ByteRange& range, RunReader& reader) {
    const uint64_t end = range.end + std::min<uint64_t>(tail(), shared_.range.end - range.end);
    return reader.Visit(range.start, end, tail(), *this);
  }

  Status FindInZeros(const ByteRange& range) {
    if (shared_.matcher.in_zeros() == InZeros::kNowhere) return Status::Ok();
    if (shared_.matcher.in_zeros() == InZeros::kEverywhere) {
      const uint64_t stride = shared_.matcher.stride();
      const uint64_t lead = (stride - range.start % stride) % stride;
      if (shared_.ordered == nullptr) {
        if (lead < range.length()) Count((range.length() - lead - 1) / stride + 1);
        return Status::Ok();
      }
      for (uint64_t at = range.start + lead; at < range.end && !shared_.signal.stop(); at += stride) {
        found_.push_back(at);
        if (found_.size() == HitBuffer::kCapacity) shared_.ordered->Add(index_, &found_);
      }
      return Status::Ok();
    }
    const std::vector<uint8_t> zeros(kZeroBlock + tail(), 0);
    for (uint64_t at = range.start; at < range.end && !shared_.signal.stop();) {
      const auto length = static_cast<size_t>(std::min<uint64_t>(zeros.size(), range.end - at + tail()));
      const size_t dealt = Scan(at, zeros.data(), length);
      if (Status status = Accept(at, dealt); !status.ok()) return status;
      at += dealt;
    }
    return Status::Ok();
  }

  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override {
    hits_->count = 0;
    return shared_.matcher.Find(offset, data, length - tail(), hits_.get());
  }

  Status Accept(uint64_t, size_t) override {
    if (shared_.ordered == nullptr) {
      Count(hits_->count);
      return Status::Ok();
    }
    found_.insert(found_.end(), hits_->hits, hits_->hits + hits_->count);
    // The first hit at once; later ones in batches.
    if (found_.size() >= HitBuffer::kCapacity || (hits_->count > 0 && !any_)) {
      any_ = true;
      shared_.ordered->Add(index_, &found_);
    }
    return Status::Ok();
  }

  Status Gap(uint64_t, uint64_t) override { return Status::Ok(); }

  void Count(uint64_t count) {
    if (count > 0 && (shared_.count += count) >= shared_.limit) shared_.signal.enough = true;
  }

  SharedFind& shared_;
  uint64_t index_ = 0;
  bool any_ = false;
  std::unique_ptr<HitBuffer> hits_ = std::make_unique<HitBuffer>();
  std::vector<uint64_t> found_;
};

}  // namespace

Result<FindOutcome> Find(const Document& document, const Matcher& matcher, const FindOptions& options,
                         const HitReceiver& receive) {
  FindOutcome outcome;
  ScanSignal signal;
  SharedFind shared{matcher, ScanRange(document, options), options.limit, signal};
  OrderedHits<uint64_t> ordered(signal, [&](std::vector<uint64_t>& hits) {
    const uint64_t room = options.limit - outcome.count;
    const auto taken = static_cast<size_t>(std::min<uint64_t>(room, hits.size()));
    outcome.count += taken;
    const bool more = taken == 0 || receive(std::span(hits).first(taken));
    return more && outcome.count < options.limit;
  });
  if (receive) shared.ordered = &ordered;
  Result<ScanOutcome> scanned = RunParallel(document, options, matcher.length() - 1, signal,
                                            [&] { return std::make_unique<FindWorker>(shared); });
  if (!scanned.ok()) return scanned.status();
  static_cast<ScanOutcome&>(outcome) = *scanned;
  if (!receive) outcome.count = std::min<uint64_t>(shared.count, options.limit);
  outcome.truncated = outcome.count >= options.limit;
  return outcome;
}

}  // namespace terahex
