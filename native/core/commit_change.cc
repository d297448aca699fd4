// Journal, apply, flush, forget: the frame of every change in place. Knows ranges and bytes, not the order of
// writing. Thread rule: one thread per change.
#include "native/core/commit_change.h"

#include <algorithm>

#include "native/core/commit_extents.h"
#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"
#include "native/core/journal_checksum.h"

namespace terahex {
namespace {

using Before = JournalEntry::Before;

uint64_t BytesOf(const FileChange& change) {
  uint64_t sum = change.old_size > change.new_size ? change.old_size - change.new_size : 0;
  for (const ByteRange& range : change.ranges) sum += range.length();
  return sum;
}

// Tells the source what will be destroyed and journals it.
Status KeepBefore(MapRegion& file, const FileChange& change, CommitPulse& pulse, JournalWriter* journal) {
  std::vector<std::byte> before(kJournalEntryMax);
  std::vector<std::byte> after(kJournalEntryMax);
  JournalEntry entry;
  return ForEachPiece(file, change, [&](const ChangePiece& piece) -> Status {
    bool storage = piece.before == Before::kBytes;
    if (piece.before == Before::kZeros) {
      Status kept = change.source->KeepBefore(piece.offset, piece.length, {});
      if (!kept.ok()) return kept;
    }
    // The tail's holes come back with the size; zeros that stay zeros need nothing at all.
    if (piece.leave || (!storage && !piece.has_new)) return pulse.Advance(piece.length);
    for (uint64_t at = piece.offset, left = piece.length; left > 0;) {
      uint32_t part = static_cast<uint32_t>(std::min<uint64_t>(left, kJournalEntryMax - at % kJournalBlock));
      entry.offset = at;
      entry.length = part;
      entry.kind = piece.before;
      entry.before = {};
      if (storage) {
        auto bytes = std::span(before).first(part);
        auto read = file.ReadAt(at, bytes);
        if (!read.ok()) return read.status();
        if (*read != part) return Status(Code::kChanged, "the file became shorter: " + file.path(), 0, at);
        if (Status kept = change.source->KeepBefore(at, part, bytes); !kept.ok()) return kept;
        entry.before = bytes;
      }
      if (journal) {
        entry.new_crcs.clear();
        if (piece.has_new) {
          auto bytes = std::span(after).first(part);
          if (Status status = change.source->ReadNew(at, bytes); !status.ok()) return status;
          ForEachJournalBlock(at, part, [&](uint64_t offset, size_t length, size_t) {
            entry.new_crcs.push_back(Crc32c(bytes.subspan(static_cast<size_t>(offset - at), length)));
          });
        }
        if (Status status = journal->Add(entry); !status.ok()) return status;
      }
      at += part;
      left -= part;
      if (Status status = pulse.Advance(part); !status.ok()) return status;
    }
    return Status::Ok();
  });
}

// Before any byte is read: what fills terabytes of holes is refused at once.
Status AskForSpace(FileSystem& file_system, const MapRegion& file, const FileChange& change) {
  if (file.block_device()) return Status::Ok();
  uint64_t need = 0;
  Status counted = ForEachPiece(file, change, [&](const ChangePiece& piece) {
    if (piece.before != Before::kBytes && piece.has_new && !piece.leave) need += piece.length;
    return Status::Ok();
  });
  if (!counted.ok() || need == 0) return counted;
  auto free = file_system.FreeSpace(FolderOf(file.path()));
  if (!free.ok() || *free >= need) return Status::Ok();  // who cannot say is asked by the writes themselves
  return Status(Code::kNoSpace, "saving needs " + std::to_string(need) + " more bytes on the disk, " +
                                    std::to_string(*free) + " are free: " + file.path());
}

// Applies, sets the size, syncs, and looks at the result.
Status ApplyAndSync(const FileChange& change, ApplyState& state, const ApplyStep& apply) {
  MapRegion& file = state.file;
  if (Status status = apply(state); !status.ok()) return status;
  if (Status status = FailPoint("applied"); !status.ok()) return status;
  // A size that we do not change is not ours to set: what others append or cut meanwhile is as if done
  // afterwards.
  const bool resizes = change.new_size != change.old_size;
  if (resizes && !file.block_device()) {
    auto size = file.Size();
    if (!size.ok()) return size.status();
    if (*size > std::max(change.new_size, change.old_size))
      return Status(Code::kChanged, "another program made the file longer during the save: " + file.path());
    if (*size != change.new_size) {
      state.touched_end = UINT64_MAX;
      if (Status status = file.SetSize(change.new_size); !status.ok()) return status;
    }
  }
  if (Status status = FailPoint("sized"); !status.ok()) return status;
  state.flush_failed = true;  // until it has not
  if (Status status = file.Sync(); !status.ok()) return status;
  state.flush_failed = false;
  if (Status status = FailPoint("synced"); !status.ok()) return status;
  if (!resizes) return Status::Ok();
  auto size = file.Size();
  if (!size.ok()) return size.status();
  if (*size == change.new_size) return Status::Ok();
  return Status(Code::kIo, "the file has " + std::to_string(*size) + " bytes after saving, not " +
                               std::to_string(change.new_size) + ": " + file.path());
}

Status With(const Status& status, const std::string& more) {
  return Status(status.code(), status.message() + more, status.os_error(), status.offset());
}

// The commit failed with the file touched: undo, or leave the journal and say where it is.
Status UndoChange(const Status& failure, ApplyState& state, std::unique_ptr<JournalWriter>& journal,
                  const CommitOptions& options) {
  if (!journal) return With(failure, "; there was no journal, so the file may hold old and new bytes mixed");
  uint64_t end = state.flush_failed ? UINT64_MAX : state.touched_end;
  uint64_t written = 0;
  auto reader = JournalReader::Open(journal->region());
  Status undone = reader.ok() ? PutBack(state.file, *reader, end, &written, [] {}) : reader.status();
  if (!undone.ok()) {
    return With(failure, "; putting the old bytes back failed too (" + undone.message() +
                             "): the file may hold a mix until it is recovered with the journal " +
                             journal->path());
  }
  (void)journal->Forget();  // left over, it finds the old bytes everywhere and is forgotten then
  if (options.put_back) {
    if (auto identity = state.file.Identify(); identity.ok()) options.put_back(*identity);
  }
  return With(failure, "; the old content was put back");
}

// Tells the OS that small writes come, for as long as it lives.
class ScatterHint {
 public:
  ScatterHint(MapRegion& file, const FileChange& change) : file_(file), change_(change) {
    uint64_t count = change.ranges.size();
    small_ = count > 0 && BytesOf(change) / count < 64 * 1024;
    if (small_) file_.ExpectScattered(true);
  }
  // To be called once the bytes before have been read, out of the cache where it had them. What has to come
  // back from the disk in small folios does so while the journal is synced. Not for many places: all would
  // have to.
  void DropFolios() {
    if (!small_ || change_.ranges.size() > 64) return;
    for (const ByteRange& range : change_.ranges) {
      if (range.length() == 0) continue;
      file_.DropLargeFolio(range.start);
      file_.DropLargeFolio(range.end - 1);
    }
  }
  ~ScatterHint() {
    if (small_) file_.ExpectScattered(false);
  }
  ScatterHint(const ScatterHint&) = delete;
  ScatterHint& operator=(const ScatterHint&) = delete;

 private:
  MapRegion& file_;
  const FileChange& change_;
  bool small_ = false;
};

}  // namespace

Status FileLock::Take() {
  Status status = file_.TryLockFile();
  held_ = status.ok();
  if (status.code() == Code::kBusy) {
    if (std::string holder = file_.LockHolder(); !holder.empty()) return With(status, ": " + holder);
  }
  return status.code() == Code::kUnsupported ? Status::Ok() : status;
}

FileIdentity IdentityAfter(FileSystem& file_system, const MapRegion& file, const std::string& path) {
  if (auto identity = file.Identify(); identity.ok()) return *identity;
  auto info = file_system.Inspect(path);
  return info.ok() ? info->identity : FileIdentity();
}

Status CheckVersion(FileSystem& file_system, const MapRegion& file, const FileIdentity& expected) {
  auto now = file.Identify();
  if (!now.ok()) return now.status();
  if (*now != expected)
    return Status(Code::kChanged, "the file on disk is not the version that was opened: " + file.path());
  auto named = file_system.IdentifyPath(file.path());
  if (!named.ok() && named.status().code() != Code::kNotFound) return named.status();
  if (!named.ok() || !named->SameFile(expected))
    return Status(Code::kChanged, "the file was deleted or replaced by another: " + file.path());
  return Status::Ok();
}

Status ForEachPiece(const MapRegion& file, const FileChange& change,
                    const std::function<Status(const ChangePiece&)>& visit) {
  ExtentCursor extents(file, change.old_size);
  auto visit_range = [&](const ByteRange& range) -> Status {
    for (uint64_t at = range.start; at < range.end;) {
      ChangePiece piece;
      piece.offset = at;
      uint64_t end = range.end;
      piece.has_new = at < change.new_size;
      if (at >= change.old_size) {
        piece.before = Before::kAbsent;
      } else {
        ExtentCursor::Part part = extents.At(at, std::min(end, change.old_size));
        piece.before = part.data ? Before::kBytes : Before::kZeros;
        end = part.end;
      }
      piece.length = end - at;
      piece.leave =
          piece.before != Before::kBytes && piece.has_new && change.source->IsZeros(at, piece.length);
      if (Status status = visit(piece); !status.ok()) return status;
      at = end;
    }
    return Status::Ok();
  };
  for (const ByteRange& range : change.ranges) {
    if (Status status = visit_range(range); !status.ok()) return status;
  }
  return visit_range({change.new_size, std::max(change.new_size, change.old_size)});
}

Result<CommitOutcome> RunChange(FileSystem& file_system, MapRegion& file, const FileChange& change,
                                const CommitOptions& options, const ApplyStep& apply) {
  if (!file.writable()) return Status(Code::kReadOnly, "the file is open for reading only: " + file.path());
  if (file.block_device() && change.new_size != change.old_size)
    return Status(Code::kUnsupported, "a device cannot change its size: " + file.path());
  FileLock lock(file);
  if (Status status = lock.Take(); !status.ok()) return status;
  if (Status status = CheckVersion(file_system, file, options.expected); !status.ok()) return status;

  if (Status space = AskForSpace(file_system, file, change); !space.ok()) return space;

  ScatterHint hint(file, change);
  CommitPulse pulse(options, 2 * BytesOf(change));
  std::unique_ptr<JournalWriter> journal;
  // Until the file is touched, every way out only forgets the journal.
  Status status = [&]() -> Status {
    if (!options.journal_folder.empty()) {
      auto named = file_system.Inspect(file.path());
      if (!named.ok()) return named.status();
      JournalHeader header{change.kind,   options.expected, change.new_size,
                           WallClockNs(), named->real_path, ""};
      auto made = JournalWriter::Obtain(file_system, options.journal_folder, header);
      if (!made.ok()) return made.status();
      journal = std::move(*made);
    }
    if (Status kept = KeepBefore(file, change, pulse, journal.get()); !kept.ok()) return kept;
    hint.DropFolios();
    if (journal) {
      if (Status finished = journal->Finish(); !finished.ok()) return finished;
      pulse.MarkIn(*journal, file);
    }
    return CheckVersion(file_system, file, options.expected);  // the before-images are of this very version
  }();
  if (!status.ok()) {
    if (journal) (void)journal->Forget();
    return status;
  }

  ApplyState state{file, pulse};
  status = ApplyAndSync(change, state, apply);
  if (!status.ok()) return UndoChange(status, state, journal, options);
  if (journal) (void)journal->Forget();  // left over, it finds the new bytes everywhere and is forgotten then
  (void)FailPoint("forgotten");
  pulse.TellEnd();
  CommitOutcome outcome{change.how, state.written, IdentityAfter(file_system, file, file.path()), {}, {}};
  // Of another size it is no version that we made: then this identity fits no file, and the next look says
  // so.
  if (!file.block_device()) outcome.identity.size = change.new_size;
  return outcome;
}

}  // namespace terahex
