// A shared lock under which a steady stream of readers cannot starve the writer (glibc's prefers readers).
// Knows nothing of what it guards. Thread rule: as std::shared_mutex.
#pragma once

#include <mutex>
#include <shared_mutex>

namespace terahex {

class FairSharedMutex {
 public:
  void lock() {
    std::lock_guard queue(turnstile_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    { std::lock_guard queue(turnstile_); }  // waits behind a waiting writer
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turnstile_;
  std::shared_mutex mutex_;
};

}  // namespace terahex
