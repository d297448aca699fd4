// See scan_calls.h.
#include "native/binding/scan_calls.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "native/binding/convert.h"
#include "native/binding/document_wrap.h"
#include "native/binding/tasks.h"

namespace terahex::binding {

namespace {

// 16 batches of 128 KiB.
constexpr size_t kMostBatches = 16;
constexpr uint64_t kMostThreads = 64;

Status TakeOptions(const Napi::Value& options, ScanOptions* into) {
  Result<uint64_t> from = OptionalNumber(options, "from", 0);
  if (!from.ok()) return from.status();
  Result<uint64_t> to = OptionalNumber(options, "to", UINT64_MAX);
  if (!to.ok()) return to.status();
  Result<uint64_t> threads = OptionalNumber(options, "threads", 0);
  if (!threads.ok()) return threads.status();
  if (*from > *to) return Status(Code::kInvalidArgument, "from must not be past to", 0, *from);
  into->from = *from;
  into->to = *to;
  into->threads = static_cast<unsigned>(std::min(*threads, kMostThreads));
  return Status::Ok();
}

}  // namespace

Result<uint64_t> OptionalNumber(const Napi::Value& options, const char* name, uint64_t otherwise) {
  if (!options.IsObject()) return otherwise;
  const Napi::Value value = options.As<Napi::Object>().Get(name);
  return value.IsUndefined() ? Result<uint64_t>(otherwise) : ToSafeInteger(value, name);
}

Status BatchStream::Attach(const Napi::Value& receive, const char* name) {
  if (receive.IsUndefined()) return Status::Ok();
  if (!receive.IsFunction()) return Status(Code::kInvalidArgument, std::string(name) + " must be a function");
  auto function = receive.As<Napi::Function>();
  receive_ = Napi::ThreadSafeFunction::New(receive.Env(), function, "terahex:results", 0, 1);
  direct_ = Napi::Persistent(function);
  return Status::Ok();
}

bool BatchStream::Push(std::vector<double> batch, const std::atomic<bool>* cancel) {
  std::unique_lock lock(queue_->mutex);
  // Woken now and then: cancelling tells nobody.
  while (queue_->batches.size() >= kMostBatches) {
    if (cancel->load()) return false;
    queue_->taken.wait_for(lock, std::chrono::milliseconds(10));
  }
  queue_->batches.push_back(std::move(batch));
  if (std::exchange(queue_->posted, true)) return true;
  const napi_status posted = receive_->NonBlockingCall(
      [queue = queue_](Napi::Env env, Napi::Function receive) { queue->HandOn(env, receive); });
  if (posted != napi_ok) queue_->posted = false;  // the environment ends
  return posted == napi_ok;
}

void BatchStream::Queue::HandOn(Napi::Env env, const Napi::Function& receive) {
  std::deque<std::vector<double>> ready;
  {
    std::lock_guard lock(mutex);
    posted = false;
    ready.swap(batches);
  }
  taken.notify_all();
  for (const std::vector<double>& batch : ready) {
    double* numbers = nullptr;
    const Napi::HandleScope scope(env);
    napi_value array = NewDoubles(env, batch.size(), &numbers);
    if (array == nullptr) return;
    std::memcpy(numbers, batch.data(), batch.size() * sizeof(double));
    receive.Call({array});
    if (env.IsExceptionPending()) return;  // told by whoever called us
  }
}

void BatchStream::Release(Napi::Env env) {
  if (!receive_) return;
  queue_->HandOn(env, direct_.Value());
  receive_->Release();
  receive_.reset();
  direct_.Reset();
}

Result<std::shared_ptr<ScanCall>> ToScanCall(const Napi::Value& document, const Napi::Value& options,
                                             const char* stream) {
  Result<std::shared_ptr<Document>> behind = DocumentWrap::Behind(document, "document");
  if (!behind.ok()) return behind.status();
  auto scan = std::make_shared<ScanCall>();
  scan->document = std::move(behind).value();
  if (options.IsUndefined()) return scan;
  if (!options.IsObject()) return Status(Code::kInvalidArgument, "options must be an object");
  auto object = options.As<Napi::Object>();
  Status status = TakeOptions(options, &scan->options);
  if (status.ok() && stream != nullptr) status = scan->stream.Attach(object.Get(stream), stream);
  if (status.ok()) status = scan->call.Attach(options);
  if (!status.ok()) {
    scan->stream.Release(options.Env());
    scan->call.Release(options.Env());
    return status;
  }
  scan->options.cancel = scan->call.cancel();
  if (scan->call.wants_progress()) {
    scan->options.progress = [call = &scan->call](uint64_t done, uint64_t total) {
      call->Report(done, total);
    };
  }
  return scan;
}

Napi::Value StartScan(Napi::Env env, const std::shared_ptr<ScanCall>& call,
                      std::function<Result<ScanOutcome>()> work,
                      std::function<void(napi_env, napi_value)> fill) {
  auto outcome = std::make_shared<ScanOutcome>();
  return StartValue(
      env, call->document->path(),
      [call, outcome, work = std::move(work)] {
        Result<ScanOutcome> scanned = work();
        if (!scanned.ok()) return scanned.status();
        *outcome = *scanned;
        return Status::Ok();
      },
      [outcome, fill = std::move(fill)](napi_env value_env) -> napi_value {
        napi_value answer = nullptr;
        napi_value stale = nullptr;
        if (napi_create_object(value_env, &answer) != napi_ok) return nullptr;
        napi_get_boolean(value_env, outcome->stale, &stale);
        Put(value_env, answer, "version", FromOffset(value_env, outcome->version));
        Put(value_env, answer, "stale", stale);
        Put(value_env, answer, "unreadableBytes", FromOffset(value_env, outcome->unreadable_bytes));
        fill(value_env, answer);
        return answer;
      },
      [call](napi_env release_env) {
        call->stream.Release(release_env);
        call->call.Release(release_env);
      });
}

Napi::Value RejectScan(Napi::Env env, const Status& status) {
  if (env.IsExceptionPending()) return {};
  return Reject(env, status, "");
}

}  // namespace terahex::binding
