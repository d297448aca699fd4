// The plan and the threads; see parallel.h.
#include "native/core/scan/parallel.h"

#include <algorithm>
#include <thread>

namespace terahex {

namespace {
constexpr size_t kExtentsAtOnce = 256;
constexpr unsigned kMostThreads = 64;
}  // namespace

ByteRange ScanRange(const Document& document, const ScanOptions& options) {
  const uint64_t end = std::min(options.to, document.size());
  return {std::min(options.from, end), end};
}

ScanPlan::ScanPlan(const Document& document, ByteRange range, uint64_t tail, const ScanTuning& tuning)
    : document_(document),
      tail_(tail),
      tuning_(tuning),
      at_(range.start),
      end_(range.end),
      stretch_{range.start, range.start},
      known_to_(range.start) {}

// The next stretch of data behind at_, joined over short holes; false: only a hole is left.
Result<bool> ScanPlan::FindStretch() {
  const uint64_t hole_from = std::max(tuning_.hole_from, 4 * tail_);
  stretch_ = {end_, end_};
  bool any = false;
  for (;;) {
    if (next_extent_ == extents_.size()) {
      if (known_to_ >= end_) return any;
      Result<std::vector<ByteRange>> extents = document_.Extents(known_to_, end_, kExtentsAtOnce);
      if (!extents.ok()) return extents.status();
      extents_ = std::move(extents).value();
      next_extent_ = 0;
      known_to_ = extents_.size() < kExtentsAtOnce ? end_ : extents_.back().end;
      if (extents_.empty()) return any;
    }
    const ByteRange& extent = extents_[next_extent_];
    if (any && extent.start - stretch_.end >= hole_from) return true;
    if (!any) stretch_.start = extent.start - at_ < hole_from ? at_ : extent.start;
    stretch_.end = extent.end;
    any = true;
    ++next_extent_;
    // Long enough to be handed out; what follows may join it next time.
    if (stretch_.length() >= 2 * tuning_.chunk_bytes && stretch_.end < known_to_) return true;
  }
}

Result<bool> ScanPlan::Next(ScanItem* item) {
  std::lock_guard lock(mutex_);
  if (at_ >= end_) return false;
  if (at_ >= stretch_.end) {
    const Result<bool> found = FindStretch();
    if (!found.ok()) return found.status();
    if (!*found) stretch_ = {end_, end_};
  }
  item->index = index_++;
  if (at_ < stretch_.start) {
    const uint64_t hole = stretch_.start - at_;
    item->zeros = hole > tail_;
    item->range = {at_, item->zeros ? stretch_.start - tail_ : stretch_.start};
    if (item->zeros) stretch_.start -= tail_;
  } else {
    item->zeros = false;
    item->range = {at_, at_ + std::min(tuning_.chunk_bytes, stretch_.end - at_)};
  }
  at_ = item->range.end;
  return true;
}

namespace {

// What the threads of one scan share.
struct Shared {
  ScanPlan plan;
  ScanSignal& signal;
  const ScanOptions& options;
  uint64_t total = 0;
  std::atomic<uint64_t> done = 0;
  std::mutex mutex{};  // guards the rest
  Status failure{};
  std::mutex progress_mutex{};
};

void Work(Shared& shared, ScanWorker& worker, RunReader& reader) {
  ScanItem item;
  Status status;
  while (!shared.signal.stop()) {
    const Result<bool> more = shared.plan.Next(&item);
    status = more.ok() ? Status::Ok() : more.status();
    if (!status.ok() || !*more) break;
    status = worker.Run(item, reader);
    if (!status.ok()) break;
    const uint64_t done = shared.done += item.range.length();
    if (!shared.options.progress) continue;
    std::unique_lock lock(shared.progress_mutex, std::try_to_lock);
    if (lock.owns_lock()) shared.options.progress(done, shared.total);
  }
  if (status.ok() || shared.signal.stop()) return;
  std::lock_guard lock(shared.mutex);
  if (shared.failure.ok()) shared.failure = status;
  shared.signal.enough = true;
}

}  // namespace

Result<ScanOutcome> RunParallel(const Document& document, const ScanOptions& options, uint64_t tail,
                                ScanSignal& signal,
                                const std::function<std::unique_ptr<ScanWorker>()>& make_worker) {
  signal.cancel = options.cancel;
  // A closed document is empty; that is no answer.
  if (Status open = document.ForScan([](const DocumentCore&) { return Status::Ok(); }); !open.ok())
    return open;
  const ByteRange range = ScanRange(document, options);
  ScanOutcome outcome;
  outcome.version = document.version();
  Shared shared{ScanPlan(document, range, tail, options.tuning), signal, options, range.length()};
  const unsigned wanted = options.threads != 0 ? options.threads : std::thread::hardware_concurrency();
  const uint64_t chunks = range.length() / options.tuning.chunk_bytes + 1;
  const auto count = static_cast<size_t>(
      std::min<uint64_t>({std::max(wanted, 1u), kMostThreads, std::max<uint64_t>(chunks, 1)}));

  std::vector<std::unique_ptr<ScanWorker>> workers;
  std::vector<std::unique_ptr<RunReader>> readers;
  for (size_t i = 0; i < count; ++i) {
    workers.push_back(make_worker());
    readers.push_back(std::make_unique<RunReader>(document, options.tuning, signal));
  }
  std::vector<std::thread> threads;
  for (size_t i = 1; i < count; ++i) {
    threads.emplace_back([&, i] { Work(shared, *workers[i], *readers[i]); });
  }
  Work(shared, *workers[0], *readers[0]);
  for (std::thread& thread : threads) thread.join();

  if (signal.cancelled()) return Status(Code::kCancelled, "The scan was cancelled");
  if (!shared.failure.ok()) return shared.failure;
  if (options.progress) options.progress(shared.total, shared.total);
  for (const auto& reader : readers) outcome.unreadable_bytes += reader->unreadable_bytes();
  outcome.stale = document.version() != outcome.version;  // versions only grow
  return outcome;
}

}  // namespace terahex
