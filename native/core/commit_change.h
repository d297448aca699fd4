// One change of a file in place, under a journal: what changes, in pieces of one kind each, and the frame
// that journals, applies, syncs and, on failure, puts the old bytes back. Shared by the in-place commit and
// the shift; knows neither's order of writing. Thread rule: one thread per change.
#pragma once

#include <functional>

#include "native/core/commit.h"
#include "native/core/commit_pulse.h"
#include "native/core/journal.h"

namespace terahex {

struct FileChange {
  JournalKind kind = JournalKind::kInPlace;
  CommitHow how = CommitHow::kInPlace;
  std::span<const ByteRange> ranges;  // ascending, disjoint, inside the new size
  uint64_t old_size = 0;
  uint64_t new_size = 0;
  CommitSource* source = nullptr;
};

// A part of one range that lies wholly in data, in a hole or past the old end.
struct ChangePiece {
  uint64_t offset = 0;
  uint64_t length = 0;
  JournalEntry::Before before = JournalEntry::Before::kBytes;
  bool has_new = true;  // false: the new file ends before it
  bool leave = false;   // zeros now and then: nothing to keep, nothing to write
};
// Visits the pieces in ascending order, the tail that a smaller size cuts off included.
Status ForEachPiece(const MapRegion& file, const FileChange& change,
                    const std::function<Status(const ChangePiece&)>& visit);

struct ApplyState {
  MapRegion& file;
  CommitPulse& pulse;
  uint64_t written = 0;       // bytes
  uint64_t touched_end = 0;   // nothing at or past this has been written
  bool flush_failed = false;  // the OS may have dropped bytes that it had taken
};
using ApplyStep = std::function<Status(ApplyState&)>;

// Checks the version, locks, journals, applies, sets the size, syncs, forgets. `apply` writes the bytes, not
// the size.
Result<CommitOutcome> RunChange(FileSystem& file_system, MapRegion& file, const FileChange& change,
                                const CommitOptions& options, const ApplyStep& apply);

// kChanged unless `file` is still the version `expected`, and still what its path names.
Status CheckVersion(FileSystem& file_system, const MapRegion& file, const FileIdentity& expected);

// Identity for the outcome of a commit that has happened, which no failure to ask can make undone: by handle,
// else by name, else all zeros (which the next commit takes for a changed file, the safe side).
FileIdentity IdentityAfter(FileSystem& file_system, const MapRegion& file, const std::string& path);

// Locks a file for as long as it lives.
class FileLock {
 public:
  explicit FileLock(MapRegion& file) : file_(file) {}
  ~FileLock() {
    if (held_) file_.UnlockFile();
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  // kBusy: another program holds it. A file system without locks is no error: the identity checks remain.
  Status Take();

 private:
  MapRegion& file_;
  bool held_ = false;
};

// Writes the before-images of all entries that start before `touched_end`, the old size too (unless blocks
// were moved: that is not a matter of bytes), and syncs. Every byte is written anew, whatever the file seems
// to hold: after a failed flush the OS's memory says nothing about the disk. `alive` is called before each
// entry.
Status PutBack(MapRegion& file, const JournalReader& journal, uint64_t touched_end, uint64_t* written,
               const std::function<void()>& alive);

}  // namespace terahex
