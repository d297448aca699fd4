// NativeReader of index.d.ts and the registry behind it; see document_reader.h.
#include "native/binding/document_reader.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/document_wrap.h"
#include "native/binding/gather.h"
#include "native/binding/tasks.h"

namespace terahex::binding {

namespace {

// The addon is loaded once per process, however many environments use it.
class Registry {
 public:
  uint64_t Add(const std::shared_ptr<Document>& document) {
    std::lock_guard lock(mutex_);
    std::erase_if(documents_, [](const auto& entry) { return entry.second.expired(); });
    for (const auto& [key, known] : documents_) {
      if (known.lock() == document) return key;
    }
    documents_.emplace(++last_key_, document);
    return last_key_;
  }
  std::shared_ptr<Document> Find(uint64_t key) {
    std::lock_guard lock(mutex_);
    const auto found = documents_.find(key);
    return found == documents_.end() ? nullptr : found->second.lock();
  }

 private:
  std::mutex mutex_;
  uint64_t last_key_ = 0;
  std::unordered_map<uint64_t, std::weak_ptr<Document>> documents_;
};

Registry& Offered() {
  static auto* registry = new Registry();  // never destroyed: threads may still ask while the process ends
  return *registry;
}

class ReaderWrap final : public Napi::ObjectWrap<ReaderWrap> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "NativeReader",
                       {
                           InstanceAccessor<&ReaderWrap::GetSize>("size"),
                           InstanceAccessor<&ReaderWrap::GetVersion>("version"),
                           InstanceMethod<&ReaderWrap::ReadSync>("readSync"),
                           InstanceMethod<&ReaderWrap::Gather>("gather"),
                           InstanceMethod<&ReaderWrap::ChangesSince>("changesSince"),
                       });
  }
  explicit ReaderWrap(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<ReaderWrap>(info),
        document_(std::exchange(info.Env().GetInstanceData<AddonData>()->opening, nullptr)) {
    if (!document_) Throw(info.Env(), Status(Code::kInvalidArgument, "Use attachReader()"), "");
  }

 private:
  Napi::Value GetSize(const Napi::CallbackInfo& info) {
    return Napi::Value(info.Env(), FromOffset(info.Env(), document_->size()));
  }
  Napi::Value GetVersion(const Napi::CallbackInfo& info) {
    return Napi::Value(info.Env(), FromOffset(info.Env(), document_->version()));
  }
  Napi::Value ReadSync(const Napi::CallbackInfo& info) { return ReadSyncOf(info, *document_); }
  Napi::Value Gather(const Napi::CallbackInfo& info) { return GatherOf(info, *document_); }
  Napi::Value ChangesSince(const Napi::CallbackInfo& info) { return ChangesSinceOf(info, *document_); }

  std::shared_ptr<Document> document_;
};

Napi::Value AttachReader(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> key = ToSafeInteger(info[0], "key");
  if (!key.ok()) return Throw(env, key.status(), "");
  std::shared_ptr<Document> document = Offered().Find(*key);
  if (!document) return Throw(env, Status(Code::kClosed, "the document is closed"), "");
  auto* data = env.GetInstanceData<AddonData>();
  data->opening = std::move(document);
  Napi::Object reader = data->reader_class.New({});
  data->opening.reset();  // still there only when the constructor never ran
  return reader;
}

}  // namespace

Result<ReadRequest> ToReadRequest(const Napi::CallbackInfo& info, const Document& document) {
  Result<uint64_t> offset = ToSafeInteger(info[0], "offset");
  if (!offset.ok()) return offset.status();
  Result<uint64_t> length = ToSafeInteger(info[1], "length");
  if (!length.ok()) return length.status();
  if (*length > kMaxReadBytes) {
    return Status(Code::kTooLarge, "length must be at most 64 MiB, got " + std::to_string(*length), 0,
                  *offset);
  }
  const uint64_t size = document.size();
  const uint64_t left = *offset < size ? size - *offset : 0;
  return ReadRequest{*offset, std::min(*length, left)};
}

uint64_t OfferToReaders(const std::shared_ptr<Document>& document) { return Offered().Add(document); }

Napi::Value ReadSyncOf(const Napi::CallbackInfo& info, const Document& document) {
  Napi::Env env = info.Env();
  Result<ReadRequest> request = ToReadRequest(info, document);
  if (!request.ok()) return Throw(env, request.status(), document.path());
  std::byte* memory = nullptr;
  const size_t length = ClampToSize(request->length);
  napi_value bytes = NewBuffer(env, length, &memory);
  if (bytes == nullptr) return {};
  Result<WindowInfo> read = document.Read(request->offset, std::span(memory, length));
  if (!read.ok()) return Throw(env, read.status(), document.path());
  return Napi::Value(env, ToWindow(env, bytes, std::span(memory, length), *read));
}

Napi::Value ChangesSinceOf(const Napi::CallbackInfo& info, const Document& document) {
  Napi::Env env = info.Env();
  Result<uint64_t> version = ToSafeInteger(info[0], "version");
  if (!version.ok()) return Throw(env, version.status(), document.path());
  const Changes changes = document.ChangesSince(*version);
  double* triples = nullptr;
  napi_value array = NewDoubles(env, changes.changes.size() * 3, &triples);
  if (array == nullptr) return {};
  for (size_t i = 0; i < changes.changes.size(); ++i) {
    const Change& change = changes.changes[i];
    triples[3 * i] = static_cast<double>(change.offset);
    triples[3 * i + 1] = static_cast<double>(change.old_length);
    triples[3 * i + 2] = static_cast<double>(change.new_length);
  }
  auto answer = Napi::Object::New(env);
  Put(env, answer, "version", FromOffset(env, changes.version));
  Put(env, answer, "all", Napi::Boolean::New(env, changes.all));
  Put(env, answer, "changes", array);
  return answer;
}

void AddReaderFunctions(Napi::Env env, Napi::Object exports) {
  Napi::Function reader_class = ReaderWrap::Define(env);
  if (reader_class.IsEmpty()) return;  // the environment ends
  env.GetInstanceData<AddonData>()->reader_class = Napi::Persistent(reader_class);
  exports.Set("attachReader", Napi::Function::New(env, AttachReader, "attachReader"));
}

}  // namespace terahex::binding
