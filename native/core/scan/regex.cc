// See regex.h. Each thread searches its chunk as if the search began there, and waits for its turn: where the
// matches before reach into the chunk, or one does not end within sight, it searches again from where they
// end. So every byte is looked at a few times at most, wherever matches end.
#include "native/core/scan/regex.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>

#include "native/core/scan/regex_searcher.h"

namespace terahex {

namespace {

constexpr uint64_t kReach = uint64_t{1} << 20;  // behind a chunk, before its turn

struct SharedSearch {
  const Document& document;
  const BytePattern& pattern;
  const ByteRange range;
  const FindOptions& options;
  const MatchReceiver& receive;
  ScanSignal& signal;
  std::mutex mutex{};
  std::condition_variable moved{};
  uint64_t turn = 0;                  // the item that may tell its matches; guarded
  std::atomic<uint64_t> resolved{0};  // the next match begins here or later; written by whose turn it is
  uint64_t count = 0;                 // the same
};

class RegexWorker final : public ScanWorker {
 public:
  explicit RegexWorker(SharedSearch& shared)
      : shared_(shared),
        searcher_(shared.document, shared.pattern, shared.range, shared.signal, shared.options.tuning) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    const uint64_t end = item.range.end;
    const uint64_t began = std::max(item.range.start, shared_.resolved.load());
    uint64_t position = began;
    found_.clear();
    RegexSearcher::End ended = RegexSearcher::End::kDone;
    if (began < end) {
      const uint64_t reach = end + std::min(kReach, shared_.range.end - end);
      const auto searched = searcher_.Search(reader, end, reach, false, &position, &found_);
      if (!searched.ok()) return searched.status();
      ended = *searched;
    }
    if (Status status = AwaitTurn(item.index); !status.ok()) return status;
    const Status status = Resolve(reader, began, end, position, ended);
    std::lock_guard lock(shared_.mutex);
    ++shared_.turn;
    shared_.moved.notify_all();
    return status;
  }

 private:
  Status AwaitTurn(uint64_t index) {
    std::unique_lock lock(shared_.mutex);
    while (shared_.turn != index) {
      if (shared_.signal.stop()) return Status(Code::kCancelled, "The scan was cancelled");
      // Woken now and then: cancelling tells nobody.
      shared_.moved.wait_for(lock, std::chrono::milliseconds(10));
    }
    return Status::Ok();
  }

  // It is our turn: all before `resolved` is told.
  Status Resolve(RunReader& reader, uint64_t began, uint64_t end, uint64_t position,
                 RegexSearcher::End ended) {
    if (shared_.resolved > began) {
      found_.clear();
      position = shared_.resolved;
      ended = RegexSearcher::End::kPaused;
    }
    for (;;) {
      Tell();
      if (shared_.signal.stop()) return Status::Ok();
      if (position >= end || ended == RegexSearcher::End::kDone) break;
      const bool alone = ended == RegexSearcher::End::kOutOfReach;
      // Alone it may look as far as it takes: what is found or not found that way holds for the chunks
      // behind.
      const uint64_t reach = alone ? shared_.range.end : end + std::min(kReach, shared_.range.end - end);
      const auto searched =
          searcher_.Search(reader, alone ? shared_.range.end : end, reach, alone, &position, &found_);
      if (!searched.ok()) return searched.status();
      ended = *searched == RegexSearcher::End::kDone && alone ? RegexSearcher::End::kPaused : *searched;
    }
    shared_.resolved = std::max(shared_.resolved.load(), position);
    return Status::Ok();
  }

  void Tell() {
    const uint64_t room = shared_.options.limit - shared_.count;
    const auto taken = static_cast<size_t>(std::min<uint64_t>(room, found_.size()));
    shared_.count += taken;
    const bool more = taken == 0 || !shared_.receive || shared_.receive(std::span(found_).first(taken));
    if (!more || shared_.count >= shared_.options.limit) shared_.signal.enough = true;
    found_.clear();
  }

  SharedSearch& shared_;
  RegexSearcher searcher_;
  std::vector<ByteRange> found_;
};

}  // namespace

Result<FindOutcome> FindRegex(const Document& document, const BytePattern& pattern,
                              const FindOptions& options, const MatchReceiver& receive) {
  FindOutcome outcome;
  ScanSignal signal;
  SharedSearch shared{document, pattern, ScanRange(document, options), options, receive, signal};
  Result<ScanOutcome> scanned =
      RunParallel(document, options, 0, signal, [&] { return std::make_unique<RegexWorker>(shared); });
  if (!scanned.ok()) return scanned.status();
  static_cast<ScanOutcome&>(outcome) = *scanned;
  outcome.count = shared.count;
  outcome.truncated = outcome.count >= options.limit;
  return outcome;
}

}  // namespace terahex
