// The addon's exports, made anew for each environment (main thread and workers): no script value lives in a
// global. Exception mode: none (NAPI_DISABLE_CPP_EXCEPTIONS, -fno-exceptions). After raising a script error a
// function returns at once. Thread rule: the environment's JavaScript thread.
#include <napi.h>

#include <string>
#include <utility>

#include "native/binding/adjust.h"
#include "native/binding/convert.h"
#include "native/binding/document_reader.h"
#include "native/binding/document_wrap.h"
#include "native/binding/edit_logs.h"
#include "native/binding/kept_journals.h"
#include "native/binding/scan_find.h"
#include "native/binding/scan_measure.h"
#include "native/binding/tasks.h"
#include "native/core/commit.h"
#include "native/core/edit_log.h"

namespace terahex::binding {

namespace {

Napi::Value FindJournalOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::string> folder = ToPath(info[0], "storageFolder");
  if (!folder.ok()) return Throw(env, folder.status(), "");
  Result<std::string> path = ToPath(info[1], "path");
  if (!path.ok()) return Throw(env, path.status(), "");
  Result<JournalInfo> journal = FindJournal(NativeFileSystem(), *folder, *path);
  if (!journal.ok()) return Throw(env, journal.status(), *path);
  if (journal->journal_path.empty()) return env.Null();
  auto answer = Napi::Object::New(env);
  Put(env, answer, "path", FromText(env, journal->journal_path));
  Put(env, answer, "bytes", FromOffset(env, journal->bytes));
  Put(env, answer, "complete", Napi::Boolean::New(env, journal->complete));
  return answer;
}

Result<RecoverChoice> ToRecoverChoice(const Napi::Value& value) {
  if (value.IsUndefined()) return RecoverChoice::kSafe;
  const std::string name = value.IsString() ? value.As<Napi::String>().Utf8Value() : "";
  if (name == "safe") return RecoverChoice::kSafe;
  if (name == "force") return RecoverChoice::kForce;
  if (name == "discard") return RecoverChoice::kDiscard;
  return Status(Code::kInvalidArgument, "choice must be safe, force or discard");
}

Napi::Value RecoverFile(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::string> folder = ToPath(info[0], "storageFolder");
  if (!folder.ok()) return Reject(env, folder.status(), "");
  Result<std::string> path = ToPath(info[1], "path");
  if (!path.ok()) return Reject(env, path.status(), "");
  Result<RecoverChoice> choice = ToRecoverChoice(info[2]);
  if (!choice.ok()) return Reject(env, choice.status(), *path);
  return StartCommit(env, nullptr, *path, env.Undefined(),
                     [folder = *folder, path = *path, choice = *choice](const CommitOptions&) {
                       Result<CommitOutcome> outcome = Recover(NativeFileSystem(), folder, path, choice);
                       // A note that fails costs a question: the log's edits are then compared with the file.
                       if (outcome.ok()) (void)NoteRecovery(NativeFileSystem(), folder, path, *outcome);
                       return outcome;
                     });
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  Napi::Function document_class = DocumentWrap::Define(env);
  if (document_class.IsEmpty()) return exports;  // the environment ends
  auto* data = new AddonData();
  data->document_class = Napi::Persistent(document_class);
  env.SetInstanceData(data);
  exports.Set("NativeDocument", document_class);
  exports.Set("findJournal", Napi::Function::New(env, FindJournalOf, "findJournal"));
  exports.Set("recover", Napi::Function::New(env, RecoverFile, "recover"));
  AddAdjustFunctions(env, exports);
  AddEditLogFunctions(env, exports);
  AddKeptJournalFunctions(env, exports);
  AddFindFunctions(env, exports);
  AddMeasureFunctions(env, exports);
  AddReaderFunctions(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(terahex, Init)

}  // namespace terahex::binding
