// What all scans share on their way in and out: range, threads, progress, cancellation, and results that
// stream to JavaScript while the scan goes on. Knows no scan. Thread rule: made on the environment's thread;
// see each class.
#pragma once

#include <napi.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "native/binding/long_call.h"
#include "native/core/scan/parallel.h"

namespace terahex::binding {

// Numbers on their way to a JavaScript function, batch by batch, in order and all of them before the promise
// settles. Bounded: a scan that finds more than JavaScript takes waits. Thread rule: Push from any one thread
// at a time, the rest on the environment's.
class BatchStream {
 public:
  // kInvalidArgument: neither a function nor undefined.
  Status Attach(const Napi::Value& receive, const char* name);
  bool wanted() const { return receive_.has_value(); }
  // False: cancelled while it waited.
  bool Push(std::vector<double> batch, const std::atomic<bool>* cancel);
  // Hands on what is left, then lets go of the function.
  void Release(Napi::Env env);

 private:
  struct Queue {
    std::mutex mutex;
    std::condition_variable taken;
    std::deque<std::vector<double>> batches;
    bool posted = false;
    void HandOn(Napi::Env env, const Napi::Function& receive);
  };

  std::optional<Napi::ThreadSafeFunction> receive_;
  Napi::FunctionReference direct_;
  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
};

// One scan as JavaScript asked for it. Shared by the pool's thread and the environment's.
struct ScanCall {
  std::shared_ptr<Document> document;
  ScanOptions options;
  LongCall call;
  BatchStream stream;
};

// A whole number among the options; `otherwise` when it or they are left out.
Result<uint64_t> OptionalNumber(const Napi::Value& options, const char* name, uint64_t otherwise);

// Takes document and options (index.d.ts, ScanOptions) of a scan. `stream`: the name of the option that takes
// results as they come, or null. Errors: kInvalidArgument, kOutOfRange, kCancelled.
Result<std::shared_ptr<ScanCall>> ToScanCall(const Napi::Value& document, const Napi::Value& options,
                                             const char* stream);

// Runs `work` on the pool; resolves to what `value` fills in, and ScanOutcome's own fields.
Napi::Value StartScan(Napi::Env env, const std::shared_ptr<ScanCall>& call,
                      std::function<Result<ScanOutcome>()> work,
                      std::function<void(napi_env, napi_value)> fill);

// The promise of a call whose arguments were wrong, or whose getters threw.
Napi::Value RejectScan(Napi::Env env, const Status& status);

}  // namespace terahex::binding
