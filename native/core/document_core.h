// What stands behind Document: the open file, the pieces, the history, and the lock that orders them.
// Document itself only guards against use after Close and against writing to read-only documents. Knows
// nothing of Node. Thread rule: as document.h. mutex_ is held for work on pieces and history only, never
// while bytes are read or written.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "native/core/change_ring.h"
#include "native/core/document.h"
#include "native/core/edit_buffer.h"
#include "native/core/edit_log_reader.h"
#include "native/core/edit_log_writer.h"
#include "native/core/fair_mutex.h"
#include "native/core/history.h"
#include "native/core/piece.h"
#include "native/core/pieces.h"
#include "native/core/preview.h"
#include "native/core/transition.h"

namespace terahex {

// The open file with its views. Shared: a read that began before the file was exchanged ends on the old one.
struct FileHandle {
  explicit FileHandle(std::shared_ptr<MapRegion> opened) : region(std::move(opened)), preview(region) {}
  const std::shared_ptr<MapRegion> region;
  mutable Preview preview;
};

// A piece and where it starts in the document.
struct LocatedPiece {
  uint64_t start = 0;
  Piece piece;
};

// The content at one moment, for work that outlives the lock.
struct ContentSnapshot {
  std::shared_ptr<const FileHandle> file;
  FileIdentity identity;
  uint64_t size = 0;
  uint64_t version = 0;
  std::vector<LocatedPiece> pieces;
};

// What a stretch of the document consists of at one moment, for scans that read it without the lock.
struct ContentWindow {
  std::shared_ptr<const FileHandle> file;
  uint64_t version = 0;
  uint64_t size = 0;  // of the document
  uint64_t epoch = 0;
  uint64_t unsound_from = 0;         // file bytes from here on are no data
  std::vector<LocatedPiece> pieces;  // in order, clipped to the stretch and to the document's end
};

// The document's bytes [start, end) as stretches of a new file.
std::vector<Stretch> StretchesOf(const ContentSnapshot& snapshot, uint64_t start, uint64_t end);

// How a snapshot differs from the file.
struct ContentShape {
  CommitHow how =
      CommitHow::kNothing;       // kInPlace: every byte that stays, stays where it is; kRewritten: some move
  std::vector<ByteRange> dirty;  // of the document: bytes that are not the file's at the same offset
  uint64_t dirty_bytes = 0;
  uint64_t destroyed_bytes = 0;  // of the file, by a commit in place
};

class DocumentCore {
 public:
  static Result<std::unique_ptr<DocumentCore>> Open(FileSystem& file_system, const std::string& path,
                                                    const DocumentOptions& options);
  ~DocumentCore();

  // Mirrors of what the lock guards, readable at any time.
  uint64_t size() const { return size_; }
  uint64_t version() const { return version_; }
  uint64_t position() const { return position_; }
  uint64_t last_position() const { return last_position_; }
  uint64_t saved_position() const { return saved_mirror_; }
  bool writable() const { return writable_; }
  bool mapped() const;
  size_t page_size() const;
  uint64_t memory_bytes() const;
  uint64_t piece_count() const;

  // document_core.cc: edits and history.
  Status Overwrite(uint64_t offset, std::span<const std::byte> bytes, bool merge);
  Status Insert(uint64_t offset, std::span<const std::byte> bytes, bool merge);
  Status Erase(uint64_t offset, uint64_t length, bool merge);
  Status Fill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern);
  Status InsertFill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern);
  Result<uint32_t> AddPattern(std::span<const std::byte> pattern) { return patterns_.Add(pattern); }
  // Puts pieces of the edit buffer and fills in the place of as many bytes each, as one step: lists of them,
  // ascending. kBusy, and nothing done: the document is not of `version` any more.
  Status PutPieces(uint64_t version, std::span<const std::vector<LocatedPiece>> lists);
  void BeginStep();
  void EndStep();
  void SealStep();
  Status Seek(uint64_t position);
  Status Revert();
  Status Reload();
  Changes ChangesSince(uint64_t version) const;
  Outside CheckOutside() const;

  // document_read.cc
  Result<WindowInfo> Read(uint64_t offset, std::span<std::byte> out) const;
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const;

  // document_scan.cc. Takes the window in the place of what `window` held; waits while a commit moves the
  // bytes.
  void TakeWindow(uint64_t offset, uint64_t length, ContentWindow* window) const;
  // Do the window's file pieces still tell where its bytes are? Ask after reading them.
  bool Holds(const ContentWindow& window) const;

  // document_choices.cc
  SaveChoices EstimateChoices() const;

  // document_commit.cc
  SaveCost EstimateSave() const;
  Result<CommitOutcome> Commit(const CommitOptions& options);
  Result<CommitOutcome> SaveAs(const std::string& target, const CommitOptions& options);
  Result<CommitOutcome> Export(uint64_t start, uint64_t end, const std::string& target,
                               const CommitOptions& options);

  // document_outside.cc
  Result<Rebased> Rebase();
  std::vector<UnsavedRange> Unsaved(size_t limit) const;
  Status WriteThrough(uint64_t offset, std::span<const std::byte> bytes);

  // document_backup.cc
  Status Backup(const std::string& target) const;
  Status Restore(const std::string& backup, bool force);

  // document_log.cc
  Status Replay(const std::string& log_path, bool force);
  Status FlushLog();
  EditLogStatus LogStatus() const;
  void DropLog();

  // Used by the commit's source (document_commit.cc). From now on the file may be overwritten where
  // `transition` says.
  void InstallTransition(Transition transition, const ContentSnapshot& snapshot);
  const FillPatterns& patterns() const { return patterns_; }
  EditBuffer& buffer() { return buffer_; }
  // From now on the file's bytes from `from` on are being moved, with kNoShift none; ends with the commit.
  void ShiftFrom(uint64_t from);
  // Fills `out` with the bytes of a buffer or fill piece from `from` on.
  Status ReadStored(const Piece& piece, uint64_t from, std::span<std::byte> out) const;

 private:
  DocumentCore(FileSystem& file_system, std::string path, const DocumentOptions& options);

  struct OpenedFile {
    std::shared_ptr<FileHandle> file;
    FileIdentity identity;
    bool writable = false;
  };
  Result<OpenedFile> OpenFile() const;

  // The rest of this block needs mutex_ held exclusively.
  Status Apply(uint64_t offset, uint64_t remove_length, std::span<const Piece> inserted, bool merge);
  void Walk(uint64_t from, uint64_t to, bool tell);
  void ResetToFile();
  void TranslateTree(uint32_t generation);
  void RebuildFromSaved();
  void UpdateMirrors();

  ContentSnapshot SnapshotLocked() const;  // needs mutex_
  ContentSnapshot TakeSnapshot() const {
    std::shared_lock lock(mutex_);
    return SnapshotLocked();
  }
  // document_commit.cc
  CommitOptions FillIn(const CommitOptions& options, const FileIdentity& expected) const;
  ContentSnapshot BeginCommit();
  Result<CommitOutcome> CommitRanges(const ContentSnapshot& snapshot, const ContentShape& shape,
                                     CommitOptions options);
  Result<CommitOutcome> CommitWhole(const ContentSnapshot& snapshot, const ContentShape& shape,
                                    CommitOptions options);
  Result<CommitOutcome> WriteRange(uint64_t start, uint64_t end, const std::string& target,
                                   const CommitOptions& options);
  void FinishLocked(const ContentShape& shape, const FileIdentity& identity);  // needs mutex_
  Status AbandonCommit(const Status& failure, const std::optional<FileIdentity>& put_back);

  // document_outside.cc; all but the last need mutex_
  bool EndsWithFile() const;
  bool ShowsOnlyBefore(uint64_t limit) const;
  bool TailUntouched(uint64_t tail);
  Result<bool> FollowCut(uint64_t file_size);
  void RestartHistory();
  Status WriteInto(MapRegion& region, uint64_t offset, std::span<const std::byte> bytes) const;

  // document_backup.cc
  Status WriteBackup(MapRegion& region) const;
  Status ReadBackup(const MapRegion& region, uint64_t file_size, bool force, std::vector<Piece>* pieces);

  // document_log.cc. The first six: only with a log_, and under mutex_ held exclusively.
  void LogBegin();
  void LogApplied(uint64_t before, uint64_t offset, uint64_t removed, std::span<const Piece> inserted);
  void LogSeekBegin(uint64_t from, uint64_t target);
  void LogWalked(uint64_t offset, uint64_t removed, std::span<const Piece> inserted);
  void LogCrossed();
  void LogSeekEnd(uint64_t target);
  void LogRestart();  // also without a log_
  Result<std::vector<Piece>> StoreLogged(const LogFrame& frame, LogPatterns* patterns);
  Status ReplayFrames(const EditLogReader& reader);

  FileSystem& file_system_;
  const std::string path_;
  const DocumentOptions options_;
  EditBuffer buffer_;
  FillPatterns patterns_;

  std::mutex commit_mutex_;  // held through a commit, save as, export, restore or reload; before mutex_
  std::atomic<uint64_t> commits_begun_ = 0;
  std::atomic<uint64_t> commits_ended_ = 0;

  mutable FairSharedMutex mutex_;  // guards all below, but for the mirrors
  std::shared_ptr<FileHandle> file_;
  FileIdentity identity_;  // the version of the file that file pieces of the present generation refer to
  Pieces pieces_;
  History history_;
  Transitions transitions_;
  ChangeRing changes_;
  uint64_t saved_ = 0;
  uint64_t pending_ = Document::kNoPosition;  // what the running commit will make saved_
  bool in_flux_ = false;  // an in-place commit is overwriting the file: no piece may name its ranges
  // A commit is moving the file's bytes from here on: they cannot be read until it ends. kNoShift: none is.
  static constexpr uint64_t kNoShift = UINT64_MAX;
  uint64_t shift_from_ = kNoShift;
  mutable std::condition_variable_any shift_ended_;
  // A shift failed and could not be undone: file bytes from here on are no data until Reload.
  uint64_t unsound_from_ = kNoShift;
  // Counts what makes file pieces taken earlier unfit for reading; written under mutex_, before the file is.
  mutable std::atomic<uint64_t> epoch_ = 0;
  // Steps [log_low_, log_high_] of the history have number `step - log_minus_` in the edit log.
  std::unique_ptr<EditLogWriter> log_;  // null: no log is kept
  bool log_begun_ = false;
  uint64_t log_low_ = 0;
  uint64_t log_high_ = 0;
  uint64_t log_minus_ = 0;
  uint64_t log_from_ = 0;                       // where the present walk began
  enum class LogWalk { kNone, kFirst, kNext };  // does a walk go into the log, operation by operation?
  LogWalk log_walk_ = LogWalk::kNone;
  std::vector<Piece> scratch_removed_;
  Operation scratch_operation_;
  mutable std::optional<SaveCost> save_cost_;  // for save_cost_version_; guarded by save_cost_mutex_
  mutable uint64_t save_cost_version_ = 0;
  mutable std::mutex save_cost_mutex_;

  std::atomic<bool> writable_ = false;
  std::atomic<uint64_t> size_ = 0;
  std::atomic<uint64_t> version_ = 0;
  std::atomic<uint64_t> position_ = 0;
  std::atomic<uint64_t> last_position_ = 0;
  std::atomic<uint64_t> saved_mirror_ = 0;
};

}  // namespace terahex
