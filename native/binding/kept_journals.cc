// Argument checks, and answers as script values; see kept_journals.h.
#include "native/binding/kept_journals.h"

#include <memory>
#include <string>
#include <utility>

#include "native/binding/convert.h"
#include "native/binding/document_wrap.h"
#include "native/binding/tasks.h"
#include "native/core/kept_journal.h"

namespace terahex::binding {

namespace {

// More ranges than anybody reads.
constexpr uint64_t kMaxRanges = 10'000;

Napi::Value DescribeJournal(const Napi::CallbackInfo& info) {
  Result<std::string> path = ToPath(info[0], "keptPath");
  if (!path.ok()) return Reject(info.Env(), path.status(), "");
  Result<uint64_t> limit = ToSafeInteger(info[1], "limit");
  if (!limit.ok()) return Reject(info.Env(), limit.status(), *path);
  auto kept = std::make_shared<KeptJournal>();
  return StartValue(
      info.Env(), *path,
      [kept, path = *path, limit = ClampToSize(std::min(*limit, kMaxRanges))] {
        auto described = DescribeKeptJournal(NativeFileSystem(), path, limit);
        if (!described.ok()) return described.status();
        *kept = std::move(described).value();
        return Status::Ok();
      },
      [kept](napi_env env) -> napi_value {
        auto object = Napi::Object::New(env);
        Put(env, object, "path", FromText(env, kept->path));
        Put(env, object, "keptMs", Napi::Number::New(env, static_cast<double>(kept->kept_ns) / 1e6));
        Put(env, object, "replaced", Napi::Boolean::New(env, kept->replaced));
        Put(env, object, "placed", Napi::Boolean::New(env, kept->placed));
        Put(env, object, "ranges", FromRanges(env, kept->ranges));
        Put(env, object, "rangeCount", FromOffset(env, kept->range_count));
        Put(env, object, "rangeBytes", FromOffset(env, kept->range_bytes));
        return object;
      });
}

Napi::Value PutJournal(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::shared_ptr<Document>> document = DocumentWrap::Behind(info[0], "document");
  if (!document.ok()) return Throw(env, document.status(), "");
  Result<std::string> path = ToPath(info[1], "keptPath");
  if (!path.ok()) return Throw(env, path.status(), "");
  if (Status status = PutKeptJournal(NativeFileSystem(), *path, **document); !status.ok())
    return Throw(env, status, *path);
  return env.Undefined();
}

}  // namespace

void AddKeptJournalFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("describeKeptJournal", Napi::Function::New(env, DescribeJournal, "describeKeptJournal"));
  exports.Set("putKeptJournal", Napi::Function::New(env, PutJournal, "putKeptJournal"));
}

}  // namespace terahex::binding
