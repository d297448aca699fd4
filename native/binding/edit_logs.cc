// Argument checks, and answers as script values; see edit_logs.h.
#include "native/binding/edit_logs.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/tasks.h"
#include "native/core/edit_log.h"

namespace terahex::binding {

namespace {

// More ranges than anybody reads.
constexpr uint64_t kMaxRanges = 10'000;

const char* StateName(EditLogState state) {
  switch (state) {
    case EditLogState::kSame:
      return "same";
    case EditLogState::kSaved:
      return "saved";
    case EditLogState::kChanged:
      return "changed";
  }
  return "changed";
}

napi_value NewObject(napi_env env) {
  napi_value object = nullptr;
  return napi_create_object(env, &object) == napi_ok ? object : nullptr;
}

napi_value FromFlag(napi_env env, bool flag) {
  napi_value value = nullptr;
  napi_get_boolean(env, flag, &value);
  return value;
}

// The size and time of a version of a file.
void PutVersion(napi_env env, napi_value object, const FileIdentity& identity) {
  napi_value time = nullptr;
  napi_create_double(env, static_cast<double>(identity.mtime_ns) / 1e6, &time);
  Put(env, object, "baseSize", FromOffset(env, identity.size));
  Put(env, object, "baseTimeMs", time);
}

napi_value FromInfo(napi_env env, const EditLogInfo& info) {
  napi_value object = NewObject(env);
  napi_value written = nullptr;
  napi_create_double(env, static_cast<double>(info.written_ns) / 1e6, &written);
  Put(env, object, "logPath", FromText(env, info.log_path));
  Put(env, object, "path", FromText(env, info.path));
  Put(env, object, "bytes", FromOffset(env, info.bytes));
  Put(env, object, "steps", FromOffset(env, info.steps));
  Put(env, object, "writtenMs", written);
  Put(env, object, "state", FromText(env, StateName(info.state)));
  Put(env, object, "live", FromFlag(env, info.live));
  PutVersion(env, object, info.base);
  return object;
}

Napi::Value Find(const Napi::CallbackInfo& info) {
  Result<std::string> folder = ToPath(info[0], "storageFolder");
  if (!folder.ok()) return Reject(info.Env(), folder.status(), "");
  Result<std::string> path = ToPath(info[1], "path");
  if (!path.ok()) return Reject(info.Env(), path.status(), "");
  auto found = std::make_shared<std::vector<EditLogInfo>>();
  return StartValue(
      info.Env(), *path,
      [found, folder = *folder, path = *path] {
        auto logs = FindEditLogs(NativeFileSystem(), folder, path);
        if (!logs.ok()) return logs.status();
        *found = std::move(logs).value();
        return Status::Ok();
      },
      [found](napi_env env) -> napi_value {
        napi_value list = nullptr;
        if (napi_create_array_with_length(env, found->size(), &list) != napi_ok) return nullptr;
        for (size_t i = 0; i < found->size(); ++i) {
          napi_set_element(env, list, static_cast<uint32_t>(i), FromInfo(env, (*found)[i]));
        }
        return list;
      });
}

Napi::Value Describe(const Napi::CallbackInfo& info) {
  Result<std::string> log_path = ToPath(info[0], "logPath");
  if (!log_path.ok()) return Reject(info.Env(), log_path.status(), "");
  Result<uint64_t> limit = ToSafeInteger(info[1], "limit");
  if (!limit.ok()) return Reject(info.Env(), limit.status(), *log_path);
  auto changes = std::make_shared<EditLogChanges>();
  return StartValue(
      info.Env(), *log_path,
      [changes, path = *log_path, limit = ClampToSize(std::min(*limit, kMaxRanges))] {
        auto described = DescribeEditLog(NativeFileSystem(), path, limit);
        if (!described.ok()) return described.status();
        *changes = std::move(described).value();
        return Status::Ok();
      },
      [changes](napi_env env) {
        napi_value object = NewObject(env);
        Put(env, object, "path", FromText(env, changes->path));
        Put(env, object, "ranges", FromRanges(env, changes->ranges));
        Put(env, object, "rangeCount", FromOffset(env, changes->range_count));
        Put(env, object, "rangeBytes", FromOffset(env, changes->range_bytes));
        Put(env, object, "newSize", FromOffset(env, changes->new_size));
        PutVersion(env, object, changes->base);
        return object;
      });
}

Napi::Value Discard(const Napi::CallbackInfo& info) {
  Result<std::string> log_path = ToPath(info[0], "logPath");
  if (!log_path.ok()) return Reject(info.Env(), log_path.status(), "");
  return StartPlain(info.Env(), nullptr, *log_path,
                    [path = *log_path] { return DiscardEditLog(NativeFileSystem(), path); });
}

using Move = Result<std::string> (*)(FileSystem&, const std::string&);

// Resolves to the path that `move` gives.
Napi::Value StartMove(const Napi::CallbackInfo& info, Move move) {
  Result<std::string> log_path = ToPath(info[0], "logPath");
  if (!log_path.ok()) return Reject(info.Env(), log_path.status(), "");
  auto moved = std::make_shared<std::string>();
  return StartValue(
      info.Env(), *log_path,
      [moved, move, path = *log_path] {
        auto result = move(NativeFileSystem(), path);
        if (result.ok()) *moved = *result;
        return result.status();
      },
      [moved](napi_env env) { return FromText(env, *moved); });
}

Napi::Value SetAside(const Napi::CallbackInfo& info) { return StartMove(info, SetAsideEditLog); }
Napi::Value TakeOver(const Napi::CallbackInfo& info) { return StartMove(info, TakeOverEditLog); }

Napi::Value Tidy(const Napi::CallbackInfo& info) {
  Result<std::string> folder = ToPath(info[0], "storageFolder");
  if (!folder.ok()) return Reject(info.Env(), folder.status(), "");
  Result<uint64_t> age_ms = ToSafeInteger(info[1], "ageMs");
  if (!age_ms.ok()) return Reject(info.Env(), age_ms.status(), "");
  constexpr uint64_t kMostMs = INT64_MAX / 1'000'000;
  const auto age_ns = static_cast<int64_t>(std::min(*age_ms, kMostMs) * 1'000'000);
  auto removed = std::make_shared<uint64_t>(0);
  return StartValue(
      info.Env(), *folder,
      [removed, folder = *folder, age_ns] {
        auto count = TidyEditLogs(NativeFileSystem(), folder, age_ns);
        if (count.ok()) *removed = *count;
        return count.status();
      },
      [removed](napi_env env) { return FromOffset(env, *removed); });
}

}  // namespace

void AddEditLogFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("findEditLogs", Napi::Function::New(env, Find, "findEditLogs"));
  exports.Set("describeEditLog", Napi::Function::New(env, Describe, "describeEditLog"));
  exports.Set("discardEditLog", Napi::Function::New(env, Discard, "discardEditLog"));
  exports.Set("setAsideEditLog", Napi::Function::New(env, SetAside, "setAsideEditLog"));
  exports.Set("takeOverEditLog", Napi::Function::New(env, TakeOver, "takeOverEditLog"));
  exports.Set("tidyEditLogs", Napi::Function::New(env, Tidy, "tidyEditLogs"));
}

}  // namespace terahex::binding
