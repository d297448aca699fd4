// See strings.h. A chunk gives the runs of the characters that begin in it; those at its borders may go on in
// the next one, and are joined in order.
#include "native/core/scan/strings.h"

#include <algorithm>
#include <deque>

#include "native/core/scan/ordered_hits.h"

namespace terahex {

namespace {

// Runs that wait behind one that has not ended.
constexpr size_t kMostOpen = size_t{256} << 10;
// Of one chunk, put in order together.
constexpr size_t kMostSorted = size_t{512} << 10;
// A millisecond's work, after which somebody may cancel.
constexpr size_t kScanAtOnce = size_t{128} << 10;
constexpr uint32_t kTracks = kTextKinds * TextRuns::kTracks;

// Joins runs, which come chunk by chunk, ascending by their start.
class RunJoiner {
 public:
  RunJoiner(uint64_t least, uint64_t limit, const StringReceiver& receive, StringsOutcome& outcome)
      : least_(least), limit_(limit), receive_(receive), outcome_(outcome) {
    std::fill(std::begin(last_), std::end(last_), kNone);
  }

  // False: enough.
  bool Add(std::span<const TextRun> runs) {
    for (const TextRun& run : runs) {
      size_t& last = last_[run.track];
      if (last != kNone && last >= gone_ && Open(last).run.end == run.start) {
        Open(last).run.end = run.end;
        Open(last).run.characters += run.characters;
        continue;
      }
      if (last != kNone && last >= gone_) Open(last).ended = true;
      last = gone_ + open_.size();
      open_.push_back({run, false});
    }
    return HandOn();
  }

  // Nothing more begins before `offset`.
  bool Pass(uint64_t offset) {
    for (const size_t last : last_) {
      if (last != kNone && last >= gone_ && Open(last).run.end < offset) Open(last).ended = true;
    }
    return HandOn();
  }

 private:
  struct OpenRun {
    TextRun run;
    bool ended;
  };
  static constexpr size_t kNone = SIZE_MAX;

  OpenRun& Open(size_t number) { return open_[number - gone_]; }

  bool HandOn() {
    ready_.clear();
    for (; !open_.empty() && (open_.front().ended || open_.size() > kMostOpen); ++gone_) {
      Take(open_.front().run);
      open_.pop_front();
    }
    if (ready_.empty()) return true;
    const auto taken = static_cast<size_t>(std::min<uint64_t>(limit_ - outcome_.count, ready_.size()));
    outcome_.count += taken;
    return receive_(std::span(ready_).first(taken)) && outcome_.count < limit_;
  }

  void Take(const TextRun& run) {
    if (run.characters < least_) return;
    ready_.push_back({{run.start, run.end}, static_cast<TextKind>(run.track / TextRuns::kTracks)});
  }

  const uint64_t least_;
  const uint64_t limit_;
  const StringReceiver& receive_;
  StringsOutcome& outcome_;
  std::deque<OpenRun> open_;  // ascending; numbered from gone_ on
  size_t gone_ = 0;
  size_t last_[kTracks];  // of each track, its latest run's number
  std::vector<FoundString> ready_;
};

class StringsWorker final : public ScanWorker, private RunVisitor {
 public:
  StringsWorker(std::span<const TextKind> kinds, uint64_t least, const ByteRange& range,
                OrderedHits<TextRun>& ordered)
      : range_(range), ordered_(ordered) {
    for (const TextKind kind : kinds) texts_.emplace_back(kind, least);
  }

  Status Run(const ScanItem& item, RunReader& reader) override {
    index_ = item.index;
    Status status = item.zeros ? Status::Ok() : FindRuns(item.range, reader);
    if (status.ok()) {
      Tell();
      // No characters: everything before this place is told.
      found_.push_back({item.range.end, item.range.end, 0, 0});
      ordered_.Add(index_, &found_);
    }
    ordered_.Finish(index_);
    return status;
  }

 private:
  Status FindRuns(const ByteRange& part, RunReader& reader) {
    for (TextRuns& text : texts_) text.Begin(part);
    const uint64_t from = part.start - std::min(TextRuns::kReach, part.start - range_.start);
    const uint64_t to = part.end + std::min(TextRuns::kReach, range_.end - part.end);
    if (Status status = reader.Visit(from, to, 0, *this); !status.ok()) return status;
    return Gap(to, 0);
  }

  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override {
    batch_->count = 0;
    for (TextRuns& text : texts_) text.Retry();
    length = std::min(length, kScanAtOnce);
    size_t done = 0;
    while (done < length && batch_->count + TextRunBatch::kRoom <= TextRunBatch::kCapacity) {
      const size_t count = std::min(TextRunBatch::kBytesAtOnce, length - done);
      for (TextRuns& text : texts_) text.Take(offset + done, data + done, count, batch_.get());
      done += count;
    }
    return done;
  }
  Status Accept(uint64_t, size_t) override {
    for (TextRuns& text : texts_) text.Keep();
    return Collect();
  }
  Status Gap(uint64_t, uint64_t) override {
    batch_->count = 0;
    for (TextRuns& text : texts_) {
      text.Retry();
      text.End(batch_.get());
    }
    return Collect();
  }

  Status Collect() {
    found_.insert(found_.end(), batch_->runs, batch_->runs + batch_->count);
    if (found_.size() >= kMostSorted) Tell();
    return Status::Ok();
  }
  void Tell() {
    std::sort(found_.begin(), found_.end(), [](const TextRun& a, const TextRun& b) {
      return a.start != b.start ? a.start < b.start : a.track < b.track;
    });
    ordered_.Add(index_, &found_);
  }

  const ByteRange range_;
  OrderedHits<TextRun>& ordered_;
  std::vector<TextRuns> texts_;
  uint64_t index_ = 0;
  std::vector<TextRun> found_;
  std::unique_ptr<TextRunBatch> batch_ = std::make_unique<TextRunBatch>();
};

}  // namespace

Result<StringsOutcome> Strings(const Document& document, const ScanOptions& options,
                               std::span<const TextKind> kinds, uint64_t least, uint64_t limit,
                               const StringReceiver& receive) {
  if (least == 0) return Status(Code::kInvalidArgument, "A string has at least one character");
  StringsOutcome outcome;
  ScanSignal signal;
  const ByteRange range = ScanRange(document, options);
  RunJoiner joiner(least, limit, receive, outcome);
  OrderedHits<TextRun> ordered(signal, [&](std::vector<TextRun>& runs) {
    const bool passed = runs.back().characters == 0;
    const std::span<const TextRun> found = std::span(runs).first(runs.size() - (passed ? 1 : 0));
    return joiner.Add(found) && (!passed || joiner.Pass(runs.back().end));
  });
  const Result<ScanOutcome> scanned = RunParallel(document, options, TextRuns::kReach, signal, [&] {
    return std::make_unique<StringsWorker>(kinds, least, range, ordered);
  });
  if (!scanned.ok()) return scanned.status();
  if (!signal.stop()) joiner.Pass(UINT64_MAX);
  static_cast<ScanOutcome&>(outcome) = *scanned;
  outcome.truncated = outcome.count >= limit;
  return outcome;
}

}  // namespace terahex
