// NativeDocument of index.d.ts: checks arguments, calls the core's Document, turns its answers into script
// values. No logic of documents lives here. Thread rule: the environment's JavaScript thread; slow work goes
// to tasks.h.
#pragma once

#include <napi.h>

#include <memory>

#include "native/core/document.h"

namespace terahex::binding {

// What one environment (main thread, worker) owns of the addon; freed by Node when the environment ends.
struct AddonData {
  Napi::FunctionReference document_class;
  // Hands a document from open() to the constructor, which scripts may not call themselves.
  std::shared_ptr<Document> opening;
  Napi::FunctionReference reader_class;
};

class DocumentWrap final : public Napi::ObjectWrap<DocumentWrap> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit DocumentWrap(const Napi::CallbackInfo& info);
  // The document behind a NativeDocument. kInvalidArgument: the value is none.
  static Result<std::shared_ptr<Document>> Behind(const Napi::Value& value, const char* name);

 private:
  static Napi::Value Open(const Napi::CallbackInfo& info);

  Napi::Value GetPath(const Napi::CallbackInfo& info);
  Napi::Value GetWritable(const Napi::CallbackInfo& info);
  Napi::Value GetSize(const Napi::CallbackInfo& info);
  Napi::Value GetVersion(const Napi::CallbackInfo& info);
  Napi::Value GetPosition(const Napi::CallbackInfo& info);
  Napi::Value GetLastPosition(const Napi::CallbackInfo& info);
  Napi::Value GetSavedPosition(const Napi::CallbackInfo& info);
  Napi::Value GetDirty(const Napi::CallbackInfo& info);
  Napi::Value GetMapped(const Napi::CallbackInfo& info);
  Napi::Value GetPageSize(const Napi::CallbackInfo& info);
  Napi::Value GetMemoryBytes(const Napi::CallbackInfo& info);
  Napi::Value GetPieceCount(const Napi::CallbackInfo& info);

  Napi::Value ReaderKey(const Napi::CallbackInfo& info);
  Napi::Value Read(const Napi::CallbackInfo& info);
  Napi::Value ReadSync(const Napi::CallbackInfo& info);
  Napi::Value Gather(const Napi::CallbackInfo& info);
  Napi::Value Extents(const Napi::CallbackInfo& info);

  void Overwrite(const Napi::CallbackInfo& info);
  void Insert(const Napi::CallbackInfo& info);
  void Erase(const Napi::CallbackInfo& info);
  void Fill(const Napi::CallbackInfo& info);
  void InsertFill(const Napi::CallbackInfo& info);
  void BeginStep(const Napi::CallbackInfo& info);
  void EndStep(const Napi::CallbackInfo& info);
  void SealStep(const Napi::CallbackInfo& info);

  void Seek(const Napi::CallbackInfo& info);
  void Revert(const Napi::CallbackInfo& info);
  void Reload(const Napi::CallbackInfo& info);
  Napi::Value Rebase(const Napi::CallbackInfo& info);
  Napi::Value Unsaved(const Napi::CallbackInfo& info);
  void WriteThrough(const Napi::CallbackInfo& info);
  Napi::Value ChangesSince(const Napi::CallbackInfo& info);
  Napi::Value EstimateSave(const Napi::CallbackInfo& info);
  Napi::Value EstimateChoices(const Napi::CallbackInfo& info);

  Napi::Value Commit(const Napi::CallbackInfo& info);
  Napi::Value SaveAs(const Napi::CallbackInfo& info);
  Napi::Value ExportRange(const Napi::CallbackInfo& info);
  Napi::Value Backup(const Napi::CallbackInfo& info);
  void Restore(const Napi::CallbackInfo& info);
  Napi::Value Replay(const Napi::CallbackInfo& info);
  Napi::Value FlushLog(const Napi::CallbackInfo& info);
  Napi::Value LogStatus(const Napi::CallbackInfo& info);
  Napi::Value CheckOutside(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  // Raises the status's error with this document's path; the value is empty.
  Napi::Value Fail(Napi::Env env, const Status& status);
  // Raises the status's error, if it is one.
  void Settle(Napi::Env env, const Status& status);

  using BytesEdit = Status (Document::*)(uint64_t, std::span<const std::byte>, bool);
  void EditBytes(const Napi::CallbackInfo& info, BytesEdit edit);
  using FillEdit = Status (Document::*)(uint64_t, uint64_t, std::span<const std::byte>);
  void EditFill(const Napi::CallbackInfo& info, FillEdit edit);

  std::shared_ptr<Document> document_;
};

}  // namespace terahex::binding
