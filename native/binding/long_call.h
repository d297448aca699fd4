// Progress and cancellation of one long call (index.d.ts, LongCall): a function to be told, a signal to be
// heard. Knows nothing of what runs. Thread rule: made, attached and released on the environment's thread;
// Report and cancel() from any.
#pragma once

#include <napi.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "native/core/status.h"

namespace terahex::binding {

class LongCall {
 public:
  // Takes onProgress and signal from `call`, an object or undefined. Status: kInvalidArgument, kCancelled
  // (already aborted). A getter of the object may have thrown: ask the environment.
  Status Attach(const Napi::Value& call);
  const std::atomic<bool>* cancel() const { return cancel_.get(); }
  bool wants_progress() const { return progress_.has_value(); }
  // One call at a time. Told at most every 50 ms, and at the end.
  void Report(uint64_t done, uint64_t total);
  // Lets go of JavaScript objects; onProgress is not called any more.
  void Release(Napi::Env env);

 private:
  // Figures on their way from the pool to onProgress: only the newest matter, and at most one call is under
  // way.
  struct Cell {
    std::atomic<uint64_t> done{0};
    std::atomic<uint64_t> total{0};
    std::atomic<bool> posted{false};
    std::atomic<bool> settled{false};  // onProgress is not called after the promise settled
  };

  Status ListenTo(const Napi::Value& value);

  std::optional<Napi::ThreadSafeFunction> progress_;
  std::shared_ptr<Cell> cell_ = std::make_shared<Cell>();
  std::optional<std::chrono::steady_clock::time_point> last_report_;
  Napi::ObjectReference signal_;
  Napi::FunctionReference listener_;
  // Shared with the listener, which the signal may keep longer than this lives.
  std::shared_ptr<std::atomic<bool>> cancel_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace terahex::binding
