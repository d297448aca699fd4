// The tasks themselves: one base that owns the promise, and one class per kind of work. See tasks.h for the
// rules.
#include "native/binding/tasks.h"

#include <cstring>
#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/long_call.h"

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
            std::function<napi_value(napi_env)> value, std::function<void(napi_env)> release)
      : Task(env, "terahex:task", nullptr, std::move(path)),
        work_(std::move(work)),
        value_(std::move(value)),
        release_(std::move(release)) {}

 private:
  Status Run() override { return work_(); }
  napi_value Value(napi_env env) override { return value_(env); }
  void Release() override {
    if (release_) release_(Env());
  }

  std::function<Status()> work_;
  std::function<napi_value(napi_env)> value_;
  std::function<void(napi_env)> release_;
};

class CommitTask final : public Task {
 public:
  CommitTask(Napi::Env env, std::shared_ptr<Document> document, std::string path, CommitWork work)
      : Task(env, "terahex:commit", std::move(document), std::move(path)), work_(std::move(work)) {}

  // Status: kInvalidArgument, kCancelled (already aborted).
  Status Attach(const Napi::Value& call) {
    if (call.IsObject()) {
      Napi::Value strategy = call.As<Napi::Object>().Get("strategy");
      if (!strategy.IsUndefined()) {
        if (Status status = TakeStrategy(strategy); !status.ok()) return status;
      }
    }
    return call_.Attach(call);
  }

  // For a task that never reaches the pool.
  void Abandon() {
    Release();
    Destroy();
  }

 private:
  Status TakeStrategy(const Napi::Value& value) {
    const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
    if (name == "rewrite") {
      strategy_ = SaveStrategy::kRewrite;
    } else if (name == "shift") {
      strategy_ = SaveStrategy::kShift;
    } else if (name == "blocks") {
      strategy_ = SaveStrategy::kBlocks;
    } else if (name != "auto") {
      return Status(Code::kInvalidArgument, "strategy must be auto, rewrite, shift or blocks");
    }
    return Status::Ok();
  }

  Status Run() override {
    CommitOptions options;
    options.strategy = strategy_;
    options.cancel = call_.cancel();
    if (call_.wants_progress()) {
      options.progress = [this](const CommitProgress& now) { call_.Report(now.done, now.total); };
    }
    Result<CommitOutcome> result = work_(options);
    if (!result.ok()) return result.status();
    outcome_ = std::move(result.value());
    return Status::Ok();
  }

  void Release() override { call_.Release(Env()); }

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
  LongCall call_;
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
                       std::function<napi_value(napi_env)> value, std::function<void(napi_env)> release) {
  return (new ValueTask(env, std::move(path), std::move(work), std::move(value), std::move(release)))
      ->Start();
}

}  // namespace terahex::binding
