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

// A promise to be settled once. Made with the C interface: where the environment ends meanwhile, all of it
// does nothing.
class Settler {
 public:
  explicit Settler(napi_env env) : env_(env) {
    if (napi_create_promise(env, &deferred_, &promise_) != napi_ok) deferred_ = nullptr, promise_ = nullptr;
  }
  // Empty when the environment ends.
  Napi::Value promise() const { return promise_ == nullptr ? Napi::Value() : Napi::Value(env_, promise_); }
  void Resolve(napi_value value) {
    if (deferred_ != nullptr && value != nullptr) napi_resolve_deferred(env_, deferred_, value);
    deferred_ = nullptr;
  }
  void Reject(napi_value error) {
    if (deferred_ != nullptr && error != nullptr) napi_reject_deferred(env_, deferred_, error);
    deferred_ = nullptr;
  }

 private:
  napi_env env_;
  napi_deferred deferred_ = nullptr;
  napi_value promise_ = nullptr;  // valid in the scope that made it
};

// A promise, the document it is about, and the status that it ends with.
class Task : public Napi::AsyncWorker {
 public:
  Task(Napi::Env env, const char* name, std::shared_ptr<Document> document, std::string path)
      : Napi::AsyncWorker(env, name), document_(std::move(document)), path_(std::move(path)), settler_(env) {}

  // Hands the task to the pool, which deletes it afterwards.
  Napi::Value Start() {
    Napi::Value promise = settler_.promise();
    Queue();
    return promise;
  }

 protected:
  virtual Status Run() = 0;
  // Null when it cannot be made: the environment ends.
  virtual napi_value Value(napi_env env) = 0;
  // Lets go of JavaScript objects before the promise settles.
  virtual void Release() {}

  Document& document() { return *document_; }

 private:
  void Execute() override { status_ = Run(); }

  void OnOK() override {
    Napi::Env env = Env();
    Release();
    if (status_.ok()) {
      settler_.Resolve(Value(env));
    } else {
      settler_.Reject(ToError(env, status_, path_));
    }
  }

  std::shared_ptr<Document> document_;
  std::string path_;
  Settler settler_;
  Status status_;
};

// Fills a script buffer from the pool: no copy on the JavaScript thread. Nobody else can see the buffer, so
// nobody can detach it.
class ReadTask final : public Task {
 public:
  ReadTask(Napi::Env env, std::shared_ptr<Document> document, uint64_t offset, Napi::Object bytes,
           std::span<std::byte> out)
      : Task(env, "terahex:read", document, document->path()),
        offset_(offset),
        bytes_(Napi::Persistent(bytes)),
        out_(out) {}

 private:
  Status Run() override {
    Result<WindowInfo> read = document().Read(offset_, out_);
    if (!read.ok()) return read.status();
    info_ = std::move(read.value());
    return Status::Ok();
  }
  napi_value Value(napi_env env) override { return ToWindow(env, bytes_.Value(), out_, info_); }

  uint64_t offset_;
  Napi::ObjectReference bytes_;
  std::span<std::byte> out_;
  WindowInfo info_;
};

class PlainTask final : public Task {
 public:
  PlainTask(Napi::Env env, std::shared_ptr<Document> document, std::string path, std::function<Status()> work)
      : Task(env, "terahex:task", std::move(document), std::move(path)), work_(std::move(work)) {}

 private:
  Status Run() override { return work_(); }
  napi_value Value(napi_env env) override {
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
    return undefined;
  }

  std::function<Status()> work_;
};

class ValueTask final : public Task {
 public:
  ValueTask(Napi::Env env, std::string path, std::function<Status()> work,
            std::function<napi_value(napi_env)> value)
      : Task(env, "terahex:task", nullptr, std::move(path)),
        work_(std::move(work)),
        value_(std::move(value)) {}

 private:
  Status Run() override { return work_(); }
  napi_value Value(napi_env env) override { return value_(env); }

  std::function<Status()> work_;
  std::function<napi_value(napi_env)> value_;
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
    Napi::Value strategy = options.Get("strategy");
    if (!strategy.IsUndefined()) {
      if (Status status = TakeStrategy(strategy); !status.ok()) return status;
    }
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
    if (listener.IsEmpty()) return Status(Code::kCancelled, "the environment ends");
    add.As<Napi::Function>().Call(signal, {Napi::String::New(env, "abort"), listener});
    signal_ = Napi::Persistent(signal);
    listener_ = Napi::Persistent(listener);
    return Status::Ok();
  }

  Status TakeStrategy(const Napi::Value& value) {
    const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
    if (name == "rewrite") {
      strategy_ = SaveStrategy::kRewrite;
    } else if (name == "shift") {
      strategy_ = SaveStrategy::kShift;
    } else if (name != "auto") {
      return Status(Code::kInvalidArgument, "strategy must be auto, rewrite or shift");
    }
    return Status::Ok();
  }

  Status Run() override {
    CommitOptions options;
    options.strategy = strategy_;
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
          const std::vector<napi_value> figures = {FromOffset(env, cell->done.load()),
                                                   FromOffset(env, cell->total.load())};
          callback.Call(figures);
        });
    if (posted != napi_ok) cell_->posted.store(false);
  }

  void Release() override {
    cell_->settled.store(true);
    if (progress_) progress_->Release();
    progress_.reset();
    if (!signal_.IsEmpty()) StopListening(Env(), signal_.Value(), listener_.Value());
    signal_.Reset();
    listener_.Reset();
  }

  static void StopListening(napi_env env, napi_value signal, napi_value listener) {
    napi_value remove = nullptr;
    napi_value arguments[] = {FromText(env, "abort"), listener};
    if (napi_get_named_property(env, signal, "removeEventListener", &remove) == napi_ok) {
      napi_call_function(env, signal, remove, 2, arguments, nullptr);
    }
    // A signal that throws here changes nothing about the commit.
    bool pending = false;
    napi_value thrown = nullptr;
    if (napi_is_exception_pending(env, &pending) == napi_ok && pending) {
      napi_get_and_clear_last_exception(env, &thrown);
    }
  }

  napi_value Value(napi_env env) override {
    napi_value outcome = nullptr;
    napi_value not_kept = nullptr;
    if (napi_create_object(env, &outcome) != napi_ok) return nullptr;
    if (napi_create_array(env, &not_kept) != napi_ok) return nullptr;
    for (size_t i = 0; i < outcome_.not_kept.size(); ++i) {
      napi_set_element(env, not_kept, static_cast<uint32_t>(i), FromText(env, outcome_.not_kept[i]));
    }
    Put(env, outcome, "how", FromText(env, HowName(outcome_.how)));
    Put(env, outcome, "bytesWritten", FromOffset(env, outcome_.bytes_written));
    Put(env, outcome, "notKept", not_kept);
    return outcome;
  }

  CommitWork work_;
  SaveStrategy strategy_ = SaveStrategy::kAuto;
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

Napi::Value Reject(Napi::Env env, const Status& status, const std::string& path) {
  Settler settler(env);
  settler.Reject(ToError(env, status, path));
  return settler.promise();
}

napi_value ToWindow(napi_env env, napi_value bytes, std::span<const std::byte> filled,
                    const WindowInfo& info) {
  if (info.length < filled.size()) {
    std::byte* cut = nullptr;
    bytes = NewBuffer(env, info.length, &cut);
    if (bytes == nullptr) return nullptr;
    if (info.length > 0) std::memcpy(cut, filled.data(), info.length);
  }
  napi_value window = nullptr;
  if (napi_create_object(env, &window) != napi_ok) return nullptr;
  Put(env, window, "bytes", bytes);
  Put(env, window, "version", FromOffset(env, info.version));
  Put(env, window, "unsaved", FromRanges(env, info.unsaved));
  Put(env, window, "unreadable", FromRanges(env, info.unreadable));
  return window;
}

Napi::Value StartRead(Napi::Env env, std::shared_ptr<Document> document, uint64_t offset, uint64_t length) {
  std::byte* memory = nullptr;
  napi_value bytes = NewBuffer(env, ClampToSize(length), &memory);
  if (bytes == nullptr) return {};
  auto* task = new ReadTask(env, std::move(document), offset, Napi::Object(env, bytes),
                            std::span(memory, ClampToSize(length)));
  return task->Start();
}

Napi::Value StartCommit(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                        const Napi::Value& call, CommitWork work) {
  auto* task = new CommitTask(env, std::move(keep_alive), path, std::move(work));
  const Status status = task->Attach(call);
  // A getter of the caller's object may have thrown: its error is the promise's.
  if (env.IsExceptionPending()) {
    napi_value thrown = nullptr;
    napi_get_and_clear_last_exception(env, &thrown);
    task->Abandon();
    Settler settler(env);
    settler.Reject(thrown);
    return settler.promise();
  }
  if (!status.ok()) {
    task->Abandon();
    return Reject(env, status, path);
  }
  return task->Start();
}

Napi::Value StartPlain(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                       std::function<Status()> work) {
  return (new PlainTask(env, std::move(keep_alive), std::move(path), std::move(work)))->Start();
}

Napi::Value StartValue(Napi::Env env, std::string path, std::function<Status()> work,
                       std::function<napi_value(napi_env)> value) {
  return (new ValueTask(env, std::move(path), std::move(work), std::move(value)))->Start();
}

}  // namespace terahex::binding
