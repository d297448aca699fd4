// Puts a document's unsaved bytes into the file: in place under a journal of before-images, or as a new file
// that takes the old one's place. Knows files, ranges and bytes; nothing of pieces, history or Node. Thread
// rule: one commit per file at a time (the document sees to it); runs on any thread, long.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "native/core/platform/file_system.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

// One stretch of the file as it shall be, in order; stretches cover [0, new size) without gaps.
struct Stretch {
  enum class Kind : uint8_t {
    kKept,  // bytes of the old file from `old_offset` on
    kNew,   // bytes that CommitSource::ReadNew gives
  };
  Kind kind = Kind::kKept;
  uint64_t length = 0;
  uint64_t old_offset = 0;
};

class CommitSource {
 public:
  virtual ~CommitSource() = default;
  // The document's bytes at [offset, offset + out.size()), offsets of the new content. Fills `out` or fails.
  virtual Status ReadNew(uint64_t offset, std::span<std::byte> out) = 0;
  // True when the whole range is zeros that need no storage (a fill of 00): holes may be left or punched.
  virtual bool IsZeros(uint64_t offset, uint64_t length) {
    (void)offset, (void)length;
    return false;
  }
  // Told once for every byte that the commit will destroy, ascending by old offset, before anything is
  // overwritten: the undo history keeps them. `bytes` empty: `length` zeros (a hole). An error ends the
  // commit, file untouched.
  virtual Status KeepBefore(uint64_t old_offset, uint64_t length, std::span<const std::byte> bytes) = 0;
};

// The strings of HowName are a contract with cli.md.
enum class CommitHow { kNothing, kInPlace, kRewritten, kShifted, kRolledBack, kCompleted };
// "nothing", "in-place", "rewritten", "shifted", "rolled-back", "completed".
const char* HowName(CommitHow how);

struct CommitProgress {
  uint64_t done = 0;   // bytes
  uint64_t total = 0;  // bytes
};

// How a change of length reaches the file. Commits that move nothing take no notice of it.
enum class SaveStrategy {
  kAuto,  // kBlocks where that spares 64 MiB; else a new file takes the old one's place; a shift where that
          // would cut hard links or cannot be done
  kRewrite,  // a new file, also where the other hard links then keep the old content
  kShift,   // inside the file under a journal of all that moves: every hard link, and who has it open, follow
  kBlocks,  // inside the file by moving whole blocks in the file system's map; kUnsupported where that cannot
            // be
};

struct CommitOptions {
  SaveStrategy strategy = SaveStrategy::kAuto;
  // Folder for journals (made when missing). Empty: no journal (tests of the apply step only).
  std::string journal_folder;
  // The version of the file that the edits were made on; a commit to any other ends with kChanged, file
  // untouched. Compared whole, status change time included: after an outside chmod the caller decides whether
  // to take the new one.
  FileIdentity expected;
  // CommitInPlace only: the size the file shall have. Ranges may then reach past the old end (an append costs
  // what is appended); a smaller one cuts the tail off, at the cost of its before-images. Empty: the size
  // stays.
  std::optional<uint64_t> new_size;
  std::function<void(const CommitProgress&)> progress;  // may be empty; called at most every 50 ms or so
  // Seen between chunks; then the old content is put back: kCancelled.
  const std::atomic<bool>* cancel = nullptr;
  // Told the file's identity where the bytes are the old ones and the times are not: after a failure or
  // cancel whose traces were undone, and once the file was cloned, which may count as a change of its status.
  // This is what the next commit has to expect. May be empty.
  std::function<void(const FileIdentity&)> put_back;
  // CommitRewrite only: called before a shift in place moves the first byte; until the commit ends nobody can
  // read the file behind its first changed byte. Not called when a new file takes the old one's place. May be
  // empty.
  std::function<void()> before_shift;
};

struct CommitOutcome {
  CommitHow how = CommitHow::kNothing;
  uint64_t bytes_written = 0;         // to the file itself, journal not counted
  FileIdentity identity;              // of the file as committed
  FileIdentity before;                // kRolledBack, kCompleted: of the version that the save began with
  std::vector<std::string> not_kept;  // attributes that a rewrite could not keep, for people
};

// Overwrites `ranges` (ascending, disjoint, inside the file as it shall be) with the source's bytes. Journal,
// apply, flush, forget. Bytes of a growth that no range covers are zeros. Dense ranges go through a
// short-lived shared view and msync, scattered ones, holes and unmappable files positionally. On failure or
// cancel the before-images are written back; if even that fails the journal stays for Recover and the status
// says so.
Result<CommitOutcome> CommitInPlace(FileSystem& file_system, MapRegion& file,
                                    std::span<const ByteRange> ranges, CommitSource& source,
                                    const CommitOptions& options);

// Writes the content to a uniquely named sibling of the real path (symlinks followed), keeps attributes,
// syncs, renames it over `path`. `replacement` receives the region of the new file, opened as the old one
// was. Where the file has further hard links (a rename would cut them) or its folder takes no sibling, the
// bytes are shifted in place under a journal of everything from the first moved byte on; one shift by whole
// blocks may move those instead (commit_blocks.h). In both cases `how` is kShifted, `replacement` the same
// file opened anew. The former that needs a journal folder with the space, and kept stretches in their old
// order. Errors besides the OS's: kUnsupported (a device; a shift without a journal folder; kept stretches
// out of order).
Result<CommitOutcome> CommitRewrite(FileSystem& file_system, const std::string& path, MapRegion& old_file,
                                    std::span<const Stretch> content, CommitSource& source,
                                    const CommitOptions& options, std::shared_ptr<MapRegion>* replacement);

// Save As and export: writes the content to `target` (new, or replaced whole by rename), holes as holes; free
// space asked first, length checked after. `target` must not be the same file as `old_file` (the document
// commits then instead). A new target gets the attributes of `old_file`, an existing one keeps its own.
// KeepBefore is not called. Errors besides the OS's: kInvalidArgument (same file), kNotAFile, kUnsupported
// (the target has further hard links, which the rename would cut; a dangling symlink).
Result<CommitOutcome> WriteCopy(FileSystem& file_system, const std::string& target, MapRegion& old_file,
                                std::span<const Stretch> content, CommitSource& source,
                                const CommitOptions& options);

struct JournalInfo {
  std::string journal_path;
  uint64_t bytes = 0;  // before-images held
  bool complete =
      false;  // the journal reached the disk whole, so the file may hold a mix; else the file is untouched
  bool busy = false;  // its commit is still running in some process
};
// The journal waiting for this file, if any (looked up by file identity). kOk with an empty journal_path:
// none.
Result<JournalInfo> FindJournal(FileSystem& file_system, const std::string& journal_folder,
                                const std::string& path);

enum class RecoverChoice {
  kSafe,     // the default: kChanged when in doubt
  kForce,    // puts the old bytes back all the same, after a copy of what the ranges hold now (not_kept names
             // its path)
  kDiscard,  // takes the file as it is; the journal is set aside under another name (not_kept names it),
             // never deleted
};
// Finishes or rolls back what an interrupted commit of `path` left, and removes the unfinished sibling that
// it recorded. kNothing when there is nothing. kBusy: that commit is still running. kChanged: a journal is
// there, but the file has been changed by someone else since; nothing is touched. kCorrupt likewise, when the
// journal itself was damaged after the commit had begun.
Result<CommitOutcome> Recover(FileSystem& file_system, const std::string& journal_folder,
                              const std::string& path, RecoverChoice choice = RecoverChoice::kSafe);

}  // namespace terahex
