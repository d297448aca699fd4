// Edit logs as files: finding those that killed processes left, judging them against the file as it is now,
// describing, setting aside. A log holds the unsaved edits of one document, appended as one types. Knows no
// document; the writer is edit_log_writer.h, replaying is Document::Replay. Reasons:
// docs/decisions/0006-edit-log.md. Thread rule: any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "native/core/commit.h"
#include "native/core/platform/file_system.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

inline constexpr const char* kEditLogSuffix = ".edits";

// The folder of edit logs inside a storage folder.
std::string EditLogFolder(const std::string& storage_folder);
// What the name of a log begins with: found by path and, after a rename, by identity.
std::string EditLogPrefix(const std::string& real_path, const FileIdentity& identity);

// A document's own log.
struct EditLogStatus {
  std::string path;    // empty: there is none, nothing is unsaved
  uint64_t bytes = 0;  // written to it
  Status trouble;      // why edits are not on disk at the moment; they are tried again
};

enum class EditLogState {
  kSame,     // the file is the version that the edits were made on
  kSaved,    // the file holds them: the process died at the end of a save
  kChanged,  // another version, or another file
};

struct EditLogInfo {
  std::string log_path;
  std::string path;        // real path of the file when the log was begun
  FileIdentity base;       // the version that the edits belong to
  uint64_t bytes = 0;      // of the log
  uint64_t steps = 0;      // unsaved, as undo counts them; 0: nothing to be brought back
  int64_t written_ns = 0;  // when last, since 1970
  EditLogState state = EditLogState::kChanged;
  bool live = false;  // the process that writes it is running
};
// The logs of the file at `path`: of this version first, then the latest. A log that cannot be read is left
// out.
Result<std::vector<EditLogInfo>> FindEditLogs(FileSystem& file_system, const std::string& storage_folder,
                                              const std::string& path);

// What a log would change, for people who decide.
struct EditLogChanges {
  std::vector<ByteRange>
      ranges;                // of the content with the edits: what is not the old file's at the same offset
  uint64_t range_count = 0;  // more than ranges.size() when the limit cut the list
  uint64_t range_bytes = 0;  // of all ranges
  uint64_t old_size = 0;     // of the file that the edits were made on
  uint64_t new_size = 0;     // with the edits
  std::string path;          // of the file when the log was begun
  FileIdentity base;
};
// Errors: kNotFound, kCorrupt, kBusy (live).
Result<EditLogChanges> DescribeEditLog(FileSystem& file_system, const std::string& log_path, size_t limit);

// Removes a log that nobody writes. kBusy: it is live; kNotFound is no error.
Status DiscardEditLog(FileSystem& file_system, const std::string& log_path);
// Keeps it under a name that is never looked for, and returns that.
Result<std::string> SetAsideEditLog(FileSystem& file_system, const std::string& log_path);

// Copies a log, whoever writes it, to a name of its own and removes the old name: for a session that goes on
// in another process while the former one still runs, cut off from its window. Returns the new path.
Result<std::string> TakeOverEditLog(FileSystem& file_system, const std::string& log_path);

// To be called after Recover(): notes in the waiting logs of the file how the save that they saw begin has
// ended. Only in those of the very version that this save began with.
Status NoteRecovery(FileSystem& file_system, const std::string& storage_folder, const std::string& path,
                    const CommitOutcome& outcome);

// Removes logs not written for `age_ns` whose file does not exist any more. Returns how many.
Result<uint64_t> TidyEditLogs(FileSystem& file_system, const std::string& storage_folder, int64_t age_ns);

}  // namespace terahex
