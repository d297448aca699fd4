// See long_call.h.
#include "native/binding/long_call.h"

#include <vector>

#include "native/binding/convert.h"

namespace terahex::binding {

namespace {

void StopListening(napi_env env, napi_value signal, napi_value listener) {
  napi_value remove = nullptr;
  napi_value arguments[] = {FromText(env, "abort"), listener};
  if (napi_get_named_property(env, signal, "removeEventListener", &remove) == napi_ok) {
    napi_call_function(env, signal, remove, 2, arguments, nullptr);
  }
  // A signal that throws here changes nothing about the call.
  bool pending = false;
  napi_value thrown = nullptr;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) {
    napi_get_and_clear_last_exception(env, &thrown);
  }
}

}  // namespace

Status LongCall::Attach(const Napi::Value& call) {
  if (call.IsUndefined()) return Status::Ok();
  if (!call.IsObject()) return Status(Code::kInvalidArgument, "call must be an object");
  auto options = call.As<Napi::Object>();
  Napi::Value on_progress = options.Get("onProgress");
  Napi::Value signal = options.Get("signal");
  if (!on_progress.IsUndefined() && !on_progress.IsFunction()) {
    return Status(Code::kInvalidArgument, "onProgress must be a function");
  }
  if (!signal.IsUndefined()) {
    if (Status status = ListenTo(signal); !status.ok()) return status;
  }
  if (on_progress.IsFunction()) {
    progress_ = Napi::ThreadSafeFunction::New(options.Env(), on_progress.As<Napi::Function>(),
                                              "terahex:progress", 0, 1);
  }
  return Status::Ok();
}

Status LongCall::ListenTo(const Napi::Value& value) {
  Napi::Env env = value.Env();
  Status wrong(Code::kInvalidArgument, "signal must be an AbortSignal");
  if (!value.IsObject()) return wrong;
  auto signal = value.As<Napi::Object>();
  Napi::Value add = signal.Get("addEventListener");
  if (!add.IsFunction() || !signal.Get("removeEventListener").IsFunction()) return wrong;
  if (signal.Get("aborted").ToBoolean().Value()) return Status(Code::kCancelled, "cancelled before it began");
  auto listener = Napi::Function::New(
      env, [cancel = cancel_](const Napi::CallbackInfo&) { cancel->store(true); }, "onAbort");
  if (listener.IsEmpty()) return Status(Code::kCancelled, "the environment ends");
  add.As<Napi::Function>().Call(signal, {Napi::String::New(env, "abort"), listener});
  signal_ = Napi::Persistent(signal);
  listener_ = Napi::Persistent(listener);
  return Status::Ok();
}

void LongCall::Report(uint64_t done, uint64_t total) {
  if (!progress_) return;
  cell_->done.store(done);
  cell_->total.store(total);
  const auto moment = std::chrono::steady_clock::now();
  if (done < total && last_report_ && moment - *last_report_ < std::chrono::milliseconds(50)) return;
  if (cell_->posted.exchange(true)) return;
  last_report_ = moment;
  const napi_status posted =
      progress_->NonBlockingCall([cell = cell_](Napi::Env env, Napi::Function callback) {
        cell->posted.store(false);
        if (cell->settled.load()) return;
        const std::vector<napi_value> figures = {FromOffset(env, cell->done.load()),
                                                 FromOffset(env, cell->total.load())};
        callback.Call(figures);
      });
  if (posted != napi_ok) cell_->posted.store(false);
}

void LongCall::Release(Napi::Env env) {
  cell_->settled.store(true);
  if (progress_) progress_->Release();
  progress_.reset();
  if (!signal_.IsEmpty()) StopListening(env, signal_.Value(), listener_.Value());
  signal_.Reset();
  listener_.Reset();
}

}  // namespace terahex::binding
