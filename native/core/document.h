// The one face of the native core: a file with unsaved edits, of any size. Composes pieces, edit buffer,
// history, preview and commit. Knows nothing of Node or VS Code. Thread rule: one writer (the thread that
// edits); Read, Extents, Changes from any thread. A reader takes a snapshot of the pieces under a shared lock
// and reads outside it, so slow devices never block the writer. Commit runs on any thread while the writer
// goes on editing.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/commit.h"
#include "native/core/edit_log.h"
#include "native/core/platform/file_system.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

// Sizes that tests make tiny, so that spills and deep trees happen at once. The defaults are the measured
// ones.
struct DocumentTuning {
  size_t buffer_chunk_bytes = 256 << 10;    // edit buffer: unit of allocation and of spilling
  uint64_t buffer_memory_bytes = 64 << 20;  // edit buffer: kept in memory before the oldest bytes are spilled
  uint32_t node_limit = 62;                 // pieces in a tree node, 4 to 62
};

struct DocumentOptions {
  bool read_only = false;      // never opens for writing
  std::string storage_folder;  // spill files, journals; empty: the system's temporary folder, no journal
  // Appends every edit to a log in the storage folder, within 100 ms, so that it survives the process.
  bool log_edits = false;
  DocumentTuning tuning;
};

// What a read found besides the bytes. Ranges are document offsets, ascending, disjoint, clipped to the
// window.
struct WindowInfo {
  uint64_t version = 0;               // of the document that all bytes of the window belong to
  size_t length = 0;                  // bytes filled: fewer than asked only at the document's end
  std::vector<ByteRange> unsaved;     // bytes that differ in origin from the file: edit buffer and fills
  std::vector<ByteRange> unreadable;  // filled with 00, not data: truncated away, I/O error
};

// One change of content: [offset, offset + old_length) became new_length bytes.
struct Change {
  uint64_t offset = 0;
  uint64_t old_length = 0;
  uint64_t new_length = 0;
};
struct Changes {
  uint64_t version = 0;         // the answer leads from the asked version to this one
  bool all = false;             // too long ago (or reloaded): treat everything as changed
  std::vector<Change> changes;  // in order of happening
};

struct SaveCost {
  uint64_t bytes = 0;  // to be written to the file by Commit
  uint64_t ranges = 0;
  CommitHow how = CommitHow::kNothing;  // kInPlace, kRewritten
};

// What each way of a save that moves bytes takes. Asked of the disk at the call.
struct SaveChoices {
  uint64_t first_changed = 0;  // document offset from which on bytes move or are new
  uint64_t moved_bytes = 0;    // of the file, that end up at another offset; 0: saved in place anyway
  uint64_t rewrite_bytes = 0;  // held by a new file; holes and shared blocks cost less
  uint64_t rewrite_free = 0;   // in the file's folder
  uint64_t shift_bytes = 0;    // written into the file by a shift
  uint64_t journal_bytes = 0;  // kept aside by a shift, at most
  uint64_t journal_free = 0;   // in the storage folder
  uint64_t links = 1;          // names of the file; a new file takes the place of one only
  bool can_rewrite = false;
  bool can_shift = false;  // there is a journal folder with the room, and no bytes were exchanged
  // It is one shift by whole blocks, and the file system has the calls; the save itself may still find that
  // it cannot (SaveStrategy::kBlocks).
  bool can_move_blocks = false;
  uint64_t block_bytes = 0;  // written into the file then
};

// How the file on disk stands to the version that this document was made from.
enum class Outside { kSame, kModified, kTruncated, kGrown, kReplaced, kDeleted, kUnreachable };

// Bytes of the document that are not the file's, and where in the file they stand.
struct UnsavedRange {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t file_offset = 0;
};

struct Rebased {
  // False: what the file lost was part of older steps, so they are gone; unsaved edits are now one step.
  bool history_kept = true;
};

class DocumentCore;

class Document {
 public:
  // Opens `path` and reads nothing of it. Falls back to read-only when writing is not permitted (see
  // writable()).
  static Result<std::shared_ptr<Document>> Open(FileSystem& file_system, std::string_view path,
                                                const DocumentOptions& options);
  ~Document();

  const std::string& path() const;
  bool writable() const;
  uint64_t size() const;
  // Grows with every change of content, also by undo, reload and commit.
  uint64_t version() const;
  // Number of the history step that the content stands at; 0 is the state at opening.
  uint64_t position() const;
  // The step whose content the file holds; kNoPosition when no step leads there any more.
  uint64_t saved_position() const;
  static constexpr uint64_t kNoPosition = UINT64_MAX;
  bool dirty() const { return position() != saved_position(); }

  // Fills `out` from `offset`. Never fails for bad bytes: they are reported as unreadable. Errors: kClosed,
  // kOutOfRange (offset past the end).
  Result<WindowInfo> Read(uint64_t offset, std::span<std::byte> out) const;
  // Stretches within [start, end) that are stored (or unsaved); between them zeros (holes, fills of 00). As
  // MapRegion::Extents.
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const;

  // Edits. `merge`: continue the latest step when this edit follows it directly (a typing run, a stroke);
  // never across a commit or an undo. Errors: kOutOfRange, kReadOnly, kNoSpace (spill), kTooLarge (size past
  // kMaxOffset), kClosed; after an error nothing has changed. A step opened by BeginStep takes all edits up
  // to EndStep.
  Status Overwrite(uint64_t offset, std::span<const std::byte> bytes,
                   bool merge = false);  // may run past the end: grows
  Status Insert(uint64_t offset, std::span<const std::byte> bytes, bool merge = false);
  Status Erase(uint64_t offset, uint64_t length, bool merge = false);
  // Overwrites the range with the pattern repeated from `offset` on; O(log pieces) whatever the length.
  Status Fill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern);
  Status InsertFill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern);
  void BeginStep();
  void EndStep();
  // Forbids the next edit to merge into the latest step.
  void SealStep();

  // Moves the content to any step; Undo is Seek(position() - 1). Errors: kOutOfRange.
  Status Seek(uint64_t position);
  uint64_t last_position() const;  // the newest step that redo can reach
  // Back to what the file holds: Seek(saved_position()) where it can be reached, else a new step.
  Status Revert();
  // Forgets all edits and history and takes the file as it is on disk now (after an outside change).
  Status Reload();
  // Takes the file as it is on disk now (whatever file the path names by now) as what the unsaved edits and
  // the history stand on; the next commit expects this version. Bytes that came from the old version show the
  // present ones, in older steps too; edits and the before-images of commits stay. What the file gained or
  // lost at its end, the document does. Nothing has changed after an error: kOutOfRange (the edits lie behind
  // the new end), kChanged (file and edits both grew at the end; a failed save left the file half moved),
  // kBusy, and Open's.
  Result<Rebased> Rebase();
  // What is unsaved, ascending, at most `limit` ranges.
  std::vector<UnsavedRange> Unsaved(size_t limit) const;
  // Live mode: writes into the file at once, past history and journal; there is no undo. Not synced. Only
  // while nothing is unsaved and inside the file. Errors: kInvalidArgument (unsaved edits), kOutOfRange,
  // kReadOnly, kBusy, WriteAt's.
  Status WriteThrough(uint64_t offset, std::span<const std::byte> bytes);

  Changes ChangesSince(uint64_t version) const;
  SaveCost EstimateSave() const;
  SaveChoices EstimateChoices() const;

  // Saves. On success position() at the call becomes saved_position(). Errors: kReadOnly, kChanged (see
  // CheckOutside), kBusy, and CommitInPlace's / CommitRewrite's; the document is then as before.
  Result<CommitOutcome> Commit(const CommitOptions& options);
  // Writes the document to another path. When `target` is this document's own file: Commit. The document
  // stays on its file.
  Result<CommitOutcome> SaveAs(const std::string& target, const CommitOptions& options);
  // Writes [start, end) to another path.
  Result<CommitOutcome> Export(uint64_t start, uint64_t end, const std::string& target,
                               const CommitOptions& options);

  // Backup: the unsaved edits, not the file, in proportion to them; carries the file's identity.
  Status Backup(const std::string& target) const;
  // Applies a backup as one step. kChanged: the file is not the version that the backup was made on, nothing
  // applied, unless `force`. kCorrupt.
  Status Restore(const std::string& backup, bool force = false);

  // Takes up the edits of a log that a killed process left (edit_log.h), undo steps included, and goes on
  // writing that log. Only before the first edit. kChanged: another version of the file, nothing applied,
  // unless `force`: then the edits go to the same offsets, and kOutOfRange says that they do not fit. kBusy
  // (live), kNotFound, kCorrupt; after an error the document is as opened.
  Status Replay(const std::string& log_path, bool force = false);
  // Waits until every edit so far is with the OS, out of reach of a kill. Errors: why it is not.
  Status FlushLog();
  EditLogStatus log_status() const;

  // Compares identity with the file on disk, at any time, cheap (two stats).
  Outside CheckOutside() const;
  // For `terahex info`: "mapped" or "positional" reads.
  bool mapped() const;
  size_t page_size() const;

  // Frees everything; later calls give kClosed. Waits for running reads. The log of unsaved edits stays, for
  // whoever opens the file next, unless they are not wanted any more.
  void Close(bool discard_edits = false);

  // Figures for tests and the benchmark: bytes held by pieces, history and edit buffer in memory.
  uint64_t memory_bytes() const;
  uint64_t piece_count() const;

  // For scan/: calls `work` while the document cannot be closed under it; keep it short. Errors: kClosed, and
  // its own.
  Status ForScan(const std::function<Status(const DocumentCore&)>& work) const;
  // The same for adjust.h, which edits. Errors: kClosed, kReadOnly, and its own.
  Status ForEdit(const std::function<Status(DocumentCore&)>& work);

  struct State;  // private to document.cc; what it holds is document_core.h

 private:
  explicit Document(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace terahex
