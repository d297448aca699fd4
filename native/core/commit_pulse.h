// The heartbeat of a commit: progress for people, the cancel flag, and the marks in its journal. Knows no
// bytes. Thread rule: one thread.
#pragma once

#include <chrono>

#include "native/core/commit.h"
#include "native/core/journal.h"

namespace terahex {

class CommitPulse {
 public:
  CommitPulse(const CommitOptions& options, uint64_t total) : options_(options) { progress_.total = total; }

  // `bytes` more are done. kCancelled once the caller's flag is seen.
  Status Advance(uint64_t bytes) {
    progress_.done += bytes;
    if (options_.cancel && options_.cancel->load(std::memory_order_relaxed))
      return Status(Code::kCancelled, "the save was cancelled");
    if (!options_.progress && !journal_) return Status::Ok();
    // Scattered commits come here a million times: the clock is read once in 64 small steps.
    silent_bytes_ += bytes;
    if (++silent_steps_ < 64 && silent_bytes_ < kLookAtClock) return Status::Ok();
    silent_steps_ = 0;
    silent_bytes_ = 0;
    auto now = Clock::now();
    if (options_.progress && now - told_ >= std::chrono::milliseconds(50)) {
      told_ = now;
      options_.progress(progress_);
    }
    if (journal_ && now - marked_ >= std::chrono::milliseconds(250)) {
      marked_ = now;
      if (auto identity = file_->Identify(); identity.ok()) journal_->Mark(identity->mtime_ns);
    }
    return Status::Ok();
  }
  // From now on the journal gets a mark every 250 ms.
  void MarkIn(JournalWriter& journal, const MapRegion& file) {
    journal_ = &journal;
    file_ = &file;
    marked_ = Clock::now();
  }
  // A mark that a power cut leaves, for a step that may be the last for long.
  Status MarkNow() {
    if (!journal_) return Status::Ok();
    marked_ = Clock::now();
    if (auto identity = file_->Identify(); identity.ok()) journal_->Mark(identity->mtime_ns);
    return journal_->region().Sync();
  }
  void TellEnd() {
    progress_.done = progress_.total;
    if (options_.progress) options_.progress(progress_);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr uint64_t kLookAtClock = 1024 * 1024;
  const CommitOptions& options_;
  CommitProgress progress_;
  JournalWriter* journal_ = nullptr;
  const MapRegion* file_ = nullptr;
  uint64_t silent_bytes_ = 0;
  int silent_steps_ = 0;
  Clock::time_point told_ = Clock::now();
  Clock::time_point marked_;
};

}  // namespace terahex
