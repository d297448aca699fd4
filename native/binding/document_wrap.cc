// One short method for each member of NativeDocument; over 400 lines because there are so many. See
// document_wrap.h.
#include "native/binding/document_wrap.h"

#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/document_reader.h"
#include "native/binding/gather.h"
#include "native/binding/tasks.h"

namespace terahex::binding {

namespace {

const char* OutsideName(Outside outside) {
  switch (outside) {
    case Outside::kSame:
      return "same";
    case Outside::kModified:
      return "modified";
    case Outside::kTruncated:
      return "truncated";
    case Outside::kGrown:
      return "grown";
    case Outside::kReplaced:
      return "replaced";
    case Outside::kDeleted:
      return "deleted";
    case Outside::kUnreachable:
      return "unreachable";
  }
  return "unreachable";
}

Napi::Value Number(const Napi::CallbackInfo& info, uint64_t value) {
  return Napi::Value(info.Env(), FromOffset(info.Env(), value));
}

Result<DocumentOptions> ToDocumentOptions(const Napi::Value& value) {
  DocumentOptions options;
  if (value.IsUndefined()) return options;
  if (!value.IsObject()) return Status(Code::kInvalidArgument, "options must be an object");
  auto object = value.As<Napi::Object>();
  Result<bool> read_only = ToFlag(object.Get("readOnly"), "readOnly");
  if (!read_only.ok()) return read_only.status();
  options.read_only = *read_only;
  Result<bool> log_edits = ToFlag(object.Get("logEdits"), "logEdits");
  if (!log_edits.ok()) return log_edits.status();
  options.log_edits = *log_edits;
  Napi::Value folder = object.Get("storageFolder");
  if (folder.IsUndefined()) return options;
  Result<std::string> storage_folder = ToPath(folder, "storageFolder");
  if (!storage_folder.ok()) return storage_folder.status();
  options.storage_folder = std::move(storage_folder.value());
  return options;
}

}  // namespace

Napi::Function DocumentWrap::Define(Napi::Env env) {
  return DefineClass(env, "NativeDocument",
                     {
                         StaticMethod("open", &DocumentWrap::Open),
                         InstanceAccessor<&DocumentWrap::GetPath>("path"),
                         InstanceAccessor<&DocumentWrap::GetWritable>("writable"),
                         InstanceAccessor<&DocumentWrap::GetSize>("size"),
                         InstanceAccessor<&DocumentWrap::GetVersion>("version"),
                         InstanceAccessor<&DocumentWrap::GetPosition>("position"),
                         InstanceAccessor<&DocumentWrap::GetLastPosition>("lastPosition"),
                         InstanceAccessor<&DocumentWrap::GetSavedPosition>("savedPosition"),
                         InstanceAccessor<&DocumentWrap::GetDirty>("dirty"),
                         InstanceAccessor<&DocumentWrap::GetMapped>("mapped"),
                         InstanceAccessor<&DocumentWrap::GetPageSize>("pageSize"),
                         InstanceAccessor<&DocumentWrap::GetMemoryBytes>("memoryBytes"),
                         InstanceAccessor<&DocumentWrap::GetPieceCount>("pieceCount"),
                         InstanceMethod<&DocumentWrap::ReaderKey>("readerKey"),
                         InstanceMethod<&DocumentWrap::Read>("read"),
                         InstanceMethod<&DocumentWrap::ReadSync>("readSync"),
                         InstanceMethod<&DocumentWrap::Gather>("gather"),
                         InstanceMethod<&DocumentWrap::Extents>("extents"),
                         InstanceMethod<&DocumentWrap::Overwrite>("overwrite"),
                         InstanceMethod<&DocumentWrap::Insert>("insert"),
                         InstanceMethod<&DocumentWrap::Erase>("erase"),
                         InstanceMethod<&DocumentWrap::Fill>("fill"),
                         InstanceMethod<&DocumentWrap::InsertFill>("insertFill"),
                         InstanceMethod<&DocumentWrap::BeginStep>("beginStep"),
                         InstanceMethod<&DocumentWrap::EndStep>("endStep"),
                         InstanceMethod<&DocumentWrap::SealStep>("sealStep"),
                         InstanceMethod<&DocumentWrap::Seek>("seek"),
                         InstanceMethod<&DocumentWrap::Revert>("revert"),
                         InstanceMethod<&DocumentWrap::Reload>("reload"),
                         InstanceMethod<&DocumentWrap::Rebase>("rebase"),
                         InstanceMethod<&DocumentWrap::Unsaved>("unsaved"),
                         InstanceMethod<&DocumentWrap::WriteThrough>("writeThrough"),
                         InstanceMethod<&DocumentWrap::ChangesSince>("changesSince"),
                         InstanceMethod<&DocumentWrap::EstimateSave>("estimateSave"),
                         InstanceMethod<&DocumentWrap::EstimateChoices>("estimateChoices"),
                         InstanceMethod<&DocumentWrap::Commit>("commit"),
                         InstanceMethod<&DocumentWrap::SaveAs>("saveAs"),
                         InstanceMethod<&DocumentWrap::ExportRange>("exportRange"),
                         InstanceMethod<&DocumentWrap::Backup>("backup"),
                         InstanceMethod<&DocumentWrap::Restore>("restore"),
                         InstanceMethod<&DocumentWrap::Replay>("replay"),
                         InstanceMethod<&DocumentWrap::FlushLog>("flushLog"),
                         InstanceMethod<&DocumentWrap::LogStatus>("logStatus"),
                         InstanceMethod<&DocumentWrap::CheckOutside>("checkOutside"),
                         InstanceMethod<&DocumentWrap::Close>("close"),
                     });
}

DocumentWrap::DocumentWrap(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<DocumentWrap>(info),
      document_(std::exchange(info.Env().GetInstanceData<AddonData>()->opening, nullptr)) {
  if (!document_) Throw(info.Env(), Status(Code::kInvalidArgument, "Use NativeDocument.open()"), "");
}

Result<std::shared_ptr<Document>> DocumentWrap::Behind(const Napi::Value& value, const char* name) {
  const bool wrapped =
      value.IsObject() &&
      value.As<Napi::Object>().InstanceOf(value.Env().GetInstanceData<AddonData>()->document_class.Value());
  DocumentWrap* wrap = wrapped ? Unwrap(value.As<Napi::Object>()) : nullptr;
  if (wrap == nullptr) return Status(Code::kInvalidArgument, std::string(name) + " must be a NativeDocument");
  return wrap->document_;
}

Napi::Value DocumentWrap::Open(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::string> path = ToPath(info[0], "path");
  if (!path.ok()) return Throw(env, path.status(), "");
  Result<DocumentOptions> options = ToDocumentOptions(info[1]);
  if (env.IsExceptionPending()) return Napi::Value();
  if (!options.ok()) return Throw(env, options.status(), *path);
  Result<std::shared_ptr<Document>> document = Document::Open(NativeFileSystem(), *path, *options);
  if (!document.ok()) return Throw(env, document.status(), *path);
  auto* data = env.GetInstanceData<AddonData>();
  data->opening = std::move(document.value());
  Napi::Object wrapped = data->document_class.New({});
  data->opening.reset();  // still there only when the constructor never ran
  return wrapped;
}

Napi::Value DocumentWrap::GetPath(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), document_->path());
}
Napi::Value DocumentWrap::GetWritable(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), document_->writable());
}
Napi::Value DocumentWrap::GetSize(const Napi::CallbackInfo& info) { return Number(info, document_->size()); }
Napi::Value DocumentWrap::GetVersion(const Napi::CallbackInfo& info) {
  return Number(info, document_->version());
}
Napi::Value DocumentWrap::GetPosition(const Napi::CallbackInfo& info) {
  return Number(info, document_->position());
}
Napi::Value DocumentWrap::GetLastPosition(const Napi::CallbackInfo& info) {
  return Number(info, document_->last_position());
}
Napi::Value DocumentWrap::GetSavedPosition(const Napi::CallbackInfo& info) {
  const uint64_t saved = document_->saved_position();
  if (saved == Document::kNoPosition) return Napi::Number::New(info.Env(), -1);
  return Number(info, saved);
}
Napi::Value DocumentWrap::GetDirty(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), document_->dirty());
}
Napi::Value DocumentWrap::GetMapped(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), document_->mapped());
}
Napi::Value DocumentWrap::GetPageSize(const Napi::CallbackInfo& info) {
  return Number(info, document_->page_size());
}
Napi::Value DocumentWrap::GetMemoryBytes(const Napi::CallbackInfo& info) {
  return Number(info, document_->memory_bytes());
}
Napi::Value DocumentWrap::GetPieceCount(const Napi::CallbackInfo& info) {
  return Number(info, document_->piece_count());
}

Napi::Value DocumentWrap::ReaderKey(const Napi::CallbackInfo& info) {
  return Number(info, OfferToReaders(document_));
}

Napi::Value DocumentWrap::Read(const Napi::CallbackInfo& info) {
  Result<ReadRequest> request = ToReadRequest(info, *document_);
  if (!request.ok()) return Reject(info.Env(), request.status(), document_->path());
  return StartRead(info.Env(), document_, request->offset, request->length);
}

Napi::Value DocumentWrap::ReadSync(const Napi::CallbackInfo& info) { return ReadSyncOf(info, *document_); }
Napi::Value DocumentWrap::Gather(const Napi::CallbackInfo& info) { return GatherOf(info, *document_); }

Napi::Value DocumentWrap::Extents(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> start = ToSafeInteger(info[0], "start");
  if (!start.ok()) return Fail(env, start.status());
  Result<uint64_t> end = ToSafeInteger(info[1], "end");
  if (!end.ok()) return Fail(env, end.status());
  Result<uint64_t> limit = ToSafeInteger(info[2], "limit");
  if (!limit.ok()) return Fail(env, limit.status());
  if (*start > *end) {
    return Fail(env, Status(Code::kInvalidArgument, "start must not be past end", 0, *start));
  }
  Result<std::vector<ByteRange>> extents = document_->Extents(*start, *end, ClampToSize(*limit));
  if (!extents.ok()) return Fail(env, extents.status());
  return Napi::Value(env, FromRanges(env, *extents));
}

void DocumentWrap::EditBytes(const Napi::CallbackInfo& info, BytesEdit edit) {
  Napi::Env env = info.Env();
  Result<uint64_t> offset = ToSafeInteger(info[0], "offset");
  if (!offset.ok()) return Settle(env, offset.status());
  Result<std::span<const std::byte>> bytes = ToBytes(info[1], "bytes");
  if (!bytes.ok()) return Settle(env, bytes.status());
  Result<bool> merge = ToFlag(info[2], "merge");
  if (!merge.ok()) return Settle(env, merge.status());
  Settle(env, ((*document_).*edit)(*offset, *bytes, *merge));
}

void DocumentWrap::EditFill(const Napi::CallbackInfo& info, FillEdit edit) {
  Napi::Env env = info.Env();
  Result<uint64_t> offset = ToSafeInteger(info[0], "offset");
  if (!offset.ok()) return Settle(env, offset.status());
  Result<uint64_t> length = ToSafeInteger(info[1], "length");
  if (!length.ok()) return Settle(env, length.status());
  Result<std::span<const std::byte>> pattern = ToBytes(info[2], "pattern");
  if (!pattern.ok()) return Settle(env, pattern.status());
  if (pattern->empty()) return Settle(env, Status(Code::kInvalidArgument, "pattern must not be empty"));
  Settle(env, ((*document_).*edit)(*offset, *length, *pattern));
}

void DocumentWrap::Overwrite(const Napi::CallbackInfo& info) { EditBytes(info, &Document::Overwrite); }
void DocumentWrap::Insert(const Napi::CallbackInfo& info) { EditBytes(info, &Document::Insert); }
void DocumentWrap::Fill(const Napi::CallbackInfo& info) { EditFill(info, &Document::Fill); }
void DocumentWrap::InsertFill(const Napi::CallbackInfo& info) { EditFill(info, &Document::InsertFill); }

void DocumentWrap::Erase(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> offset = ToSafeInteger(info[0], "offset");
  if (!offset.ok()) return Settle(env, offset.status());
  Result<uint64_t> length = ToSafeInteger(info[1], "length");
  if (!length.ok()) return Settle(env, length.status());
  Result<bool> merge = ToFlag(info[2], "merge");
  if (!merge.ok()) return Settle(env, merge.status());
  Settle(env, document_->Erase(*offset, *length, *merge));
}

void DocumentWrap::BeginStep(const Napi::CallbackInfo&) { document_->BeginStep(); }
void DocumentWrap::EndStep(const Napi::CallbackInfo&) { document_->EndStep(); }
void DocumentWrap::SealStep(const Napi::CallbackInfo&) { document_->SealStep(); }

void DocumentWrap::Seek(const Napi::CallbackInfo& info) {
  Result<uint64_t> position = ToSafeInteger(info[0], "position");
  Settle(info.Env(), position.ok() ? document_->Seek(*position) : position.status());
}
void DocumentWrap::Revert(const Napi::CallbackInfo& info) { Settle(info.Env(), document_->Revert()); }
void DocumentWrap::Reload(const Napi::CallbackInfo& info) { Settle(info.Env(), document_->Reload()); }

Napi::Value DocumentWrap::Rebase(const Napi::CallbackInfo& info) {
  Result<Rebased> rebased = document_->Rebase();
  if (!rebased.ok()) return Fail(info.Env(), rebased.status());
  return Napi::Boolean::New(info.Env(), rebased->history_kept);
}

Napi::Value DocumentWrap::Unsaved(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> limit = ToSafeInteger(info[0], "limit");
  if (!limit.ok()) return Fail(env, limit.status());
  const std::vector<UnsavedRange> ranges = document_->Unsaved(ClampToSize(*limit));
  double* triples = nullptr;
  napi_value array = NewDoubles(env, ranges.size() * 3, &triples);
  if (array == nullptr) return {};
  for (size_t i = 0; i < ranges.size(); ++i) {
    triples[3 * i] = static_cast<double>(ranges[i].start);
    triples[3 * i + 1] = static_cast<double>(ranges[i].end);
    triples[3 * i + 2] = static_cast<double>(ranges[i].file_offset);
  }
  return Napi::Value(env, array);
}

void DocumentWrap::WriteThrough(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> offset = ToSafeInteger(info[0], "offset");
  if (!offset.ok()) return Settle(env, offset.status());
  Result<std::span<const std::byte>> bytes = ToBytes(info[1], "bytes");
  if (!bytes.ok()) return Settle(env, bytes.status());
  Settle(env, document_->WriteThrough(*offset, *bytes));
}

Napi::Value DocumentWrap::ChangesSince(const Napi::CallbackInfo& info) {
  return ChangesSinceOf(info, *document_);
}

Napi::Value DocumentWrap::EstimateSave(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const SaveCost cost = document_->EstimateSave();
  auto answer = Napi::Object::New(env);
  Put(env, answer, "bytes", FromOffset(env, cost.bytes));
  Put(env, answer, "ranges", FromOffset(env, cost.ranges));
  Put(env, answer, "how", FromText(env, HowName(cost.how)));
  return answer;
}

Napi::Value DocumentWrap::EstimateChoices(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const SaveChoices choices = document_->EstimateChoices();
  auto answer = Napi::Object::New(env);
  Put(env, answer, "firstChanged", FromOffset(env, choices.first_changed));
  Put(env, answer, "movedBytes", FromOffset(env, choices.moved_bytes));
  Put(env, answer, "rewriteBytes", FromOffset(env, choices.rewrite_bytes));
  Put(env, answer, "rewriteFree", FromOffset(env, choices.rewrite_free));
  Put(env, answer, "shiftBytes", FromOffset(env, choices.shift_bytes));
  Put(env, answer, "journalBytes", FromOffset(env, choices.journal_bytes));
  Put(env, answer, "journalFree", FromOffset(env, choices.journal_free));
  Put(env, answer, "links", FromOffset(env, choices.links));
  Put(env, answer, "canRewrite", Napi::Boolean::New(env, choices.can_rewrite));
  Put(env, answer, "canShift", Napi::Boolean::New(env, choices.can_shift));
  Put(env, answer, "blockBytes",
      choices.can_move_blocks ? FromOffset(env, choices.block_bytes) : Napi::Value(env.Null()));
  return answer;
}

Napi::Value DocumentWrap::Commit(const Napi::CallbackInfo& info) {
  return StartCommit(
      info.Env(), document_, document_->path(), info[0],
      [document = document_](const CommitOptions& options) { return document->Commit(options); });
}

Napi::Value DocumentWrap::SaveAs(const Napi::CallbackInfo& info) {
  Result<std::string> target = ToPath(info[0], "target");
  if (!target.ok()) return Reject(info.Env(), target.status(), "");
  return StartCommit(info.Env(), document_, *target, info[1],
                     [document = document_, path = *target](const CommitOptions& options) {
                       return document->SaveAs(path, options);
                     });
}

Napi::Value DocumentWrap::ExportRange(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::string& own = document_->path();
  Result<uint64_t> start = ToSafeInteger(info[0], "start");
  if (!start.ok()) return Reject(env, start.status(), own);
  Result<uint64_t> end = ToSafeInteger(info[1], "end");
  if (!end.ok()) return Reject(env, end.status(), own);
  if (*start > *end) {
    return Reject(env, Status(Code::kInvalidArgument, "start must not be past end", 0, *start), own);
  }
  Result<std::string> target = ToPath(info[2], "target");
  if (!target.ok()) return Reject(env, target.status(), own);
  return StartCommit(env, document_, *target, info[3],
                     [document = document_, from = *start, to = *end, path = *target](
                         const CommitOptions& options) { return document->Export(from, to, path, options); });
}

Napi::Value DocumentWrap::Backup(const Napi::CallbackInfo& info) {
  Result<std::string> target = ToPath(info[0], "target");
  if (!target.ok()) return Reject(info.Env(), target.status(), "");
  return StartPlain(info.Env(), document_, *target,
                    [document = document_, path = *target] { return document->Backup(path); });
}

void DocumentWrap::Restore(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::string> backup = ToPath(info[0], "backup");
  if (!backup.ok()) return Settle(env, backup.status());
  Result<bool> force = ToFlag(info[1], "force");
  if (!force.ok()) return Settle(env, force.status());
  Settle(env, document_->Restore(*backup, *force));
}

Napi::Value DocumentWrap::Replay(const Napi::CallbackInfo& info) {
  Result<std::string> log_path = ToPath(info[0], "logPath");
  if (!log_path.ok()) return Reject(info.Env(), log_path.status(), "");
  Result<bool> force = ToFlag(info[1], "force");
  if (!force.ok()) return Reject(info.Env(), force.status(), *log_path);
  return StartPlain(
      info.Env(), document_, document_->path(),
      [document = document_, path = *log_path, force = *force] { return document->Replay(path, force); });
}

Napi::Value DocumentWrap::FlushLog(const Napi::CallbackInfo& info) {
  return StartPlain(info.Env(), document_, document_->path(),
                    [document = document_] { return document->FlushLog(); });
}

Napi::Value DocumentWrap::LogStatus(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const EditLogStatus status = document_->log_status();
  auto answer = Napi::Object::New(env);
  Put(env, answer, "path", FromText(env, status.path));
  Put(env, answer, "bytes", FromOffset(env, status.bytes));
  if (!status.trouble.ok()) Put(env, answer, "trouble", ToError(env, status.trouble, status.path));
  return answer;
}

Napi::Value DocumentWrap::CheckOutside(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), OutsideName(document_->CheckOutside()));
}

void DocumentWrap::Close(const Napi::CallbackInfo& info) {
  Result<bool> discard = ToFlag(info[0], "discardEdits");
  if (!discard.ok()) return Settle(info.Env(), discard.status());
  document_->Close(*discard);
}

Napi::Value DocumentWrap::Fail(Napi::Env env, const Status& status) {
  return Throw(env, status, document_->path());
}

void DocumentWrap::Settle(Napi::Env env, const Status& status) {
  if (!status.ok()) Fail(env, status);
}

}  // namespace terahex::binding
