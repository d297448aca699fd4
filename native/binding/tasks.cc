// The tasks themselves: one base that owns the promise, and one class per kind of work. See tasks.h for the
// rules.
#include "native/binding/tasks.h"

#include <chrono>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "native/binding/convert.h"

namespace terahex::binding {

namespace {

// A promise, the document it is about, and the status that it ends with.
class Task : public Napi::AsyncWorker {
 public:
  Task(Napi::Env env, const char* name, std::shared_ptr<Document> document, std::string path)
      : Napi::AsyncWorker(env, name),
        document_(std::move(document)),
        path_(std::move(path)),
        deferred_(Napi::Promise::Deferred::New(env)) {}

  // Hands the task to the pool, which deletes it afterwards.
  Napi::Promise Start() {
    Napi::Promise promise = deferred_.Promise();
    Queue();
    return promise;
  }

 protected:
  virtual Status Run() = 0;
  virtual Napi::Value Value(Napi::Env env) = 0;
  // Lets go of JavaScript objects before the promise settles.
  virtual void Release() {}

  Document& document() { return *document_; }

 private:
  void Execute() override { status_ = Run(); }

  void OnOK() override {
    Napi::Env env = Env();
    Release();
    if (!status_.ok()) {
      deferred_.Reject(ToError(env, status_, path_).Value());
      return;
    }
    Napi::Value value = Value(env);
    if (!env.IsExceptionPending()) deferred_.Resolve(value);
  }

  std::shared_ptr<Document> document_;
  std::string path_;
  Napi::Promise::Deferred deferred_;
  Status status_;
};

// Fills a script buffer from the pool: no copy on the JavaScript thread. Nobody else can see the buffer, so
// nobody can detach it.
class ReadTask final : public Task {
 public:
  ReadTask(Napi::Env env, std::shared_ptr<Document> document, uint64_t offset, Napi::ArrayBuffer bytes)
      : Task(env, "terahex:read", document, document->path()),
        offset_(offset),
        bytes_(Napi::Persistent(bytes)),
        out_(static_cast<std::byte*>(bytes.Data()), bytes.ByteLength()) {}

 private:
  Status Run() override {
    Result<WindowInfo> read = document().Read(offset_, out_);
    if (!read.ok()) return read.status();
    info_ = std::move(read.value());
    return Status::Ok();
  }
  Napi::Value Value(Napi::Env env) override { return ToWindow(env, bytes_.Value(), info_); }

  uint64_t offset_;
  Napi::Reference<Napi::ArrayBuffer> bytes_;
  std::span<std::byte> out_;
  WindowInfo info_;
};

class PlainTask final : public Task {
 public:
  PlainTask(Napi::Env env, std::shared_ptr<Document> document, std::string path, std::function<Status()> work)
      : Task(env, "terahex:task", std::move(document), std::move(path)), work_(std::move(work)) {}

 private:
  Status Run() override { return work_(); }
  Napi::Value Value(Napi::Env env) override { return env.Undefined(); }

  std::function<Status()> work_;
};

// Figures on their way from the pool to onProgress: only the newest matter, and at most one call is under
// way.
struct ProgressCell {
  std::atomic<uint64_t> done{0};
  std::atomic<uint64_t> total{0};
  std::atomic<bool> posted{false};
  std::atomic<bool> settled{false};  // onProgress is not called after the promise settled
};

class CommitTask final : public Task {
 public:
  CommitTask(Napi::Env env, std::shared_ptr<Document> document, std::string path, CommitWork work)
      : Task(env, "terahex:commit", std::move(document), std::move(path)), work_(std::move(work)) {}

  // Takes onProgress and signal from `call`. Status: kInvalidArgument, kCancelled (already aborted).
  Status Attach(const Napi::Value& call) {
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

  // For a task that never reaches the pool.
  void Abandon() {
    Release();
    Destroy();
  }

 private:
  Status ListenTo(const Napi::Value& value) {
    Napi::Env env = value.Env();
    Status wrong(Code::kInvalidArgument, "signal must be an AbortSignal");
    if (!value.IsObject()) return wrong;
    auto signal = value.As<Napi::Object>();
    Napi::Value add = signal.Get("addEventListener");
    if (!add.IsFunction() || !signal.Get("removeEventListener").IsFunction()) return wrong;
    if (signal.Get("aborted").ToBoolean().Value())
      return Status(Code::kCancelled, "cancelled before it began");
    auto listener = Napi::Function::New(
        env, [cancel = cancel_](const Napi::CallbackInfo&) { cancel->store(true); }, "onAbort");
    add.As<Napi::Function>().Call(signal, {Napi::String::New(env, "abort"), listener});
    signal_ = Napi::Persistent(signal);
    listener_ = Napi::Persistent(listener);
    return Status::Ok();
  }

  Status Run() override {
    CommitOptions options;
    options.cancel = cancel_.get();
    if (progress_) {
      options.progress = [this](const CommitProgress& now) { Report(now); };
    }
    Result<CommitOutcome> result = work_(options);
    if (!result.ok()) return result.status();
    outcome_ = std::move(result.value());
    return Status::Ok();
  }

  void Report(const CommitProgress& now) {
    cell_->done.store(now.done);
    cell_->total.store(now.total);
    const auto moment = std::chrono::steady_clock::now();
    if (now.done < now.total && last_report_ && moment - *last_report_ < std::chrono::milliseconds(50))
      return;
    if (cell_->posted.exchange(true)) return;
    last_report_ = moment;
    const napi_status posted =
        progress_->NonBlockingCall([cell = cell_](Napi::Env env, Napi::Function callback) {
          cell->posted.store(false);
          if (cell->settled.load()) return;
          callback.Call({FromOffset(env, cell->done.load()), FromOffset(env, cell->total.load())});
        });
    if (posted != napi_ok) cell_->posted.store(false);
  }

  void Release() override {
    cell_->settled.store(true);
    if (progress_) progress_->Release();
    progress_.reset();
    if (signal_.IsEmpty()) return;
    Napi::Object signal = signal_.Value();
    Napi::Value remove = signal.Get("removeEventListener");
    if (remove.IsFunction()) {
      remove.As<Napi::Function>().Call(signal, {Napi::String::New(Env(), "abort"), listener_.Value()});
    }
    signal_.Reset();
    listener_.Reset();
  }

  Napi::Value Value(Napi::Env env) override {
    auto outcome = Napi::Object::New(env);
    outcome.Set("how", HowName(outcome_.how));
    outcome.Set("bytesWritten", FromOffset(env, outcome_.bytes_written));
    auto not_kept = Napi::Array::New(env, outcome_.not_kept.size());
    for (size_t i = 0; i < outcome_.not_kept.size(); ++i)
      not_kept.Set(static_cast<uint32_t>(i), outcome_.not_kept[i]);
    outcome.Set("notKept", not_kept);
    return outcome;
  }

  CommitWork work_;
  CommitOutcome outcome_;
  std::optional<Napi::ThreadSafeFunction> progress_;
  std::shared_ptr<ProgressCell> cell_ = std::make_shared<ProgressCell>();
  std::optional<std::chrono::steady_clock::time_point> last_report_;
  Napi::ObjectReference signal_;
  Napi::FunctionReference listener_;
  // Shared with the listener, which the signal may keep longer than this task lives.
  std::shared_ptr<std::atomic<bool>> cancel_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

Napi::Promise Reject(Napi::Env env, const Status& status, const std::string& path) {
  auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Reject(ToError(env, status, path).Value());
  return deferred.Promise();
}

Napi::Object ToWindow(Napi::Env env, Napi::ArrayBuffer bytes, const WindowInfo& info) {
  if (info.length < bytes.ByteLength()) {
    auto cut = Napi::ArrayBuffer::New(env, info.length);
    std::memcpy(cut.Data(), bytes.Data(), info.length);
    bytes = cut;
  }
  auto window = Napi::Object::New(env);
  window.Set("bytes", bytes);
  window.Set("version", FromOffset(env, info.version));
  window.Set("unsaved", FromRanges(env, info.unsaved));
  window.Set("unreadable", FromRanges(env, info.unreadable));
  return window;
}

Napi::Promise StartRead(Napi::Env env, std::shared_ptr<Document> document, uint64_t offset, uint64_t length) {
  auto bytes = Napi::ArrayBuffer::New(env, static_cast<size_t>(length));
  return (new ReadTask(env, std::move(document), offset, bytes))->Start();
}

Napi::Promise StartCommit(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                          const Napi::Value& call, CommitWork work) {
  auto* task = new CommitTask(env, std::move(keep_alive), path, std::move(work));
  const Status status = task->Attach(call);
  // A getter of the caller's object may have thrown: its error is the promise's.
  if (env.IsExceptionPending()) {
    Napi::Error error = env.GetAndClearPendingException();
    task->Abandon();
    auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(error.Value());
    return deferred.Promise();
  }
  if (!status.ok()) {
    task->Abandon();
    return Reject(env, status, path);
  }
  return task->Start();
}

Napi::Promise StartPlain(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                         std::function<Status()> work) {
  return (new PlainTask(env, std::move(keep_alive), std::move(path), std::move(work)))->Start();
}

}  // namespace terahex::binding
