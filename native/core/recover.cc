// Finishes, rolls back or forgets what a dead commit left behind. Never touches a file in doubt: the rules
// and their reasons are in docs/decisions/0003-commit-journal.md. Thread rule: any thread; the file's lock
// keeps others out.
#include "native/core/recover.h"

#include <algorithm>
#include <chrono>

#include "native/core/commit.h"
#include "native/core/commit_blocks.h"
#include "native/core/commit_change.h"
#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"
#include "native/core/journal_names.h"

namespace terahex {
namespace {

// A crash leaves at most one block torn by the commit and one by a recovery that was killed in its turn: both
// write in order, and no device tears inside a block.
constexpr uint64_t kTornLimit = 2;
// How long after its last sign of life a commit may still have written: marks come every 250 ms and reach the
// disk within the 30 s of the kernel's write-back; anything later is somebody else's change.
constexpr int64_t kGraceNs = int64_t{60} * 1000 * 1000 * 1000;

struct Place {
  std::string real_path;
  FileIdentity identity;
  bool exists = false;
};

Result<Place> Locate(FileSystem& file_system, const std::string& path) {
  auto info = file_system.Inspect(path);
  if (info.ok()) return Place{info->real_path, info->identity, true};
  if (info.status().code() != Code::kNotFound) return info.status();
  auto folder = file_system.Inspect(FolderOf(path));
  if (!folder.ok()) return info.status();
  return Place{JoinPath(folder->real_path, NameOf(path)), {}, false};
}

Result<std::vector<std::string>> JournalPaths(FileSystem& file_system, const std::string& folder,
                                              const Place& place) {
  auto names = JournalsOf(file_system, folder, place.exists ? &place.identity : nullptr, place.real_path);
  if (!names.ok()) return names.status();
  for (std::string& name : *names) name = JoinPath(folder, name);
  return names;
}

class Recovery {
 public:
  Recovery(FileSystem& file_system, std::string folder, std::string path, Place place, RecoverChoice choice)
      : file_system_(file_system),
        folder_(std::move(folder)),
        path_(std::move(path)),
        place_(std::move(place)),
        choice_(choice) {}

  Result<CommitOutcome> Run(std::vector<std::string> journal_paths);

 private:
  struct Found {
    std::string path;
    std::shared_ptr<MapRegion> region;
    int64_t created_ns = 0;
    FileIdentity before = {};
  };
  Status One(Found& found);
  Status Sibling(Found& found, const JournalHeader& header, bool complete);
  Status BringBack(const JournalHeader& header);
  Status InPlace(Found& found, JournalReader& journal);
  Status Blocks(Found& found, JournalReader& journal);
  Status Untouched(Found& found, const JournalReader& journal, const Status& damaged);
  Status Foreign(const Found& found, uint64_t offset) const;
  bool Late(const JournalReader& journal) const {
    return place_.identity.mtime_ns - kGraceNs > journal.last_alive_ns() && choice_ != RecoverChoice::kForce;
  }
  Status OpenFile();
  // Puts bytes back, and makes that durable.
  Status RollBack(Found& found, JournalReader& journal);
  Status KeepCopy(const JournalReader& journal, const Verdict& verdict);
  // The file is as it shall be: makes that durable, then drops the journal.
  Status Settle(Found& found, CommitHow how);
  Status Forget(Found& found, CommitHow how);
  Status SetAside(Found& found);

  FileSystem& file_system_;
  std::string folder_;
  std::string path_;
  Place place_;
  RecoverChoice choice_;
  std::shared_ptr<MapRegion> file_;
  std::unique_ptr<FileLock> lock_;
  CommitOutcome outcome_;
};

Status Recovery::Forget(Found& found, CommitHow how) {
  found.region.reset();
  if (Status status = file_system_.Remove(found.path); !status.ok()) return status;
  if (outcome_.how == CommitHow::kNothing) {
    outcome_.how = how;
    outcome_.before = found.before;
  }
  return file_system_.SyncFolder(folder_);
}

Status Recovery::Settle(Found& found, CommitHow how) {
  // The dead commit may have died before its own sync.
  if (Status status = file_->Sync(); !status.ok()) return status;
  if (Status status = FailPoint("recover-synced"); !status.ok()) return status;
  return Forget(found, how);
}

Status Recovery::SetAside(Found& found) {
  found.region.reset();
  std::string stem = found.path.substr(0, found.path.size() - std::string_view(kJournalSuffix).size());
  std::string aside = stem + kSetAsideSuffix;
  if (Status status = file_system_.Replace(found.path, aside); !status.ok()) return status;
  outcome_.not_kept.push_back(aside);
  return file_system_.SyncFolder(folder_);
}

Status Recovery::OpenFile() {
  if (file_) return Status::Ok();
  auto file = file_system_.Open(path_, OpenMode::kReadWrite);
  if (!file.ok()) return file.status();
  file_ = std::move(*file);
  lock_ = std::make_unique<FileLock>(*file_);
  if (Status status = lock_->Take(); !status.ok()) return status;
  auto identity = file_->Identify();
  if (!identity.ok()) return identity.status();
  if (!identity->SameFile(place_.identity))
    return Status(Code::kChanged, "the file was replaced while it was being recovered: " + path_);
  place_.identity = *identity;
  return Status::Ok();
}

// Died between the two renames with which Windows replaces a file on FAT: the old one has no name but this.
Status Recovery::BringBack(const JournalHeader& header) {
  const std::string old_file = header.sibling + kOldFileSuffix;
  if (place_.exists || !file_system_.Inspect(old_file).ok()) return Status::Ok();
  if (Status status = file_system_.Replace(old_file, place_.real_path); !status.ok()) return status;
  if (Status status = file_system_.SyncFolder(FolderOf(place_.real_path)); !status.ok()) return status;
  auto back = Locate(file_system_, path_);
  if (back.ok()) place_ = *back;
  return back.status();
}

Status Recovery::Sibling(Found& found, const JournalHeader& header, bool complete) {
  if (complete) {
    if (Status status = BringBack(header); !status.ok()) return status;
  }
  bool left = false;
  // Without a complete record the sibling was never created.
  if (complete) {
    Status removed = file_system_.Remove(header.sibling);
    if (!removed.ok() && removed.code() != Code::kNotFound) return removed;
    left = removed.ok();
    if (left) {
      if (Status status = file_system_.SyncFolder(FolderOf(header.sibling)); !status.ok()) return status;
    }
  }
  bool placed = complete && !left && place_.exists && !place_.identity.SameFile(header.before);
  return Forget(found, placed ? CommitHow::kCompleted : CommitHow::kRolledBack);
}

// Keeps what exists nowhere else, in the journal's own format, under a name that is never applied: the few
// blocks that are neither old nor new, or with many of them all that the journalled ranges hold now.
Status Recovery::KeepCopy(const JournalReader& journal, const Verdict& verdict) {
  JournalHeader header = journal.header();
  header.before = place_.identity;
  header.created_ns = WallClockNs();
  // The copy says nothing of blocks. After an insertion its offsets are those of a form that will be gone, so
  // it keeps the kind whose bytes have no place.
  if (header.kind == JournalKind::kCollapse) header.kind = JournalKind::kInPlace;
  if (MovesBlocks(journal.header().kind)) header.new_size = header.before.size;
  auto copy = JournalWriter::Create(file_system_, folder_, header);
  if (!copy.ok()) return copy.status();
  std::vector<std::byte> now;
  auto keep = [&](uint64_t offset, uint64_t length) -> Status {
    now.resize(static_cast<size_t>(length));
    auto read = file_->ReadAt(offset, now);
    if (!read.ok()) return read.status();
    JournalEntry kept;
    kept.offset = offset;
    kept.length = static_cast<uint32_t>(*read);
    kept.before = std::span<const std::byte>(now).first(*read);
    return *read == 0 ? Status::Ok() : (*copy)->Add(kept);
  };
  Status status;
  if (verdict.neither <= kTornLimit) {
    for (const ByteRange& range : verdict.first_neither) {
      if (status.ok()) status = keep(range.start, range.length());
    }
  } else {
    status = journal.ForEach([&](const JournalEntry& entry) { return keep(entry.offset, entry.length); });
  }
  if (status.ok()) status = (*copy)->Finish();
  if (!status.ok()) {
    (void)(*copy)->Forget();
    return status;
  }
  Found written{(*copy)->path(), nullptr, 0};
  copy->reset();
  return SetAside(written);
}

Status Recovery::RollBack(Found& found, JournalReader& journal) {
  auto marked = std::chrono::steady_clock::time_point();
  auto alive = [&] {
    auto now = std::chrono::steady_clock::now();
    if (now - marked < std::chrono::milliseconds(250)) return;
    marked = now;
    if (auto identity = file_->Identify(); identity.ok()) journal.Mark(identity->mtime_ns);
  };
  // So that a recovery after this one, should it die, knows these writes as ours.
  alive();
  if (Status status = found.region->Sync(); !status.ok()) return status;
  if (Status status = PutBack(*file_, journal, UINT64_MAX, &outcome_.bytes_written, alive); !status.ok())
    return status;
  return FailPoint("rolled-back");
}

// A power cut may keep the footer and lose what was written before it; then the file is the very version of
// before, but for times that the cut set back.
Status Recovery::Untouched(Found& found, const JournalReader& journal, const Status& damaged) {
  const FileIdentity& before = journal.header().before;
  const FileIdentity& now = place_.identity;
  const bool untouched =
      now.size == before.size && now.mtime_ns <= before.mtime_ns && now.ctime_ns <= before.ctime_ns;
  if (damaged.code() == Code::kCorrupt && untouched) return Forget(found, CommitHow::kRolledBack);
  return damaged;
}

Status Recovery::Foreign(const Found& found, uint64_t offset) const {
  return Status(
      Code::kChanged,
      "an interrupted save left a journal, but the file was changed by another program since; nothing was "
      "touched: " +
          path_ + " (journal " + found.path + ")",
      0, offset);
}

Status Recovery::Blocks(Found& found, JournalReader& journal) {
  auto record = ReadMap(journal);
  if (!record.ok()) return Untouched(found, journal, record.status());
  // A copy for keeping, of a recovery that died before it gave it its name.
  if (record->map.empty()) return SetAside(found);
  auto state = LookAtBlocks(*file_, journal.header(), *record);
  if (!state.ok())
    return Status(state.status().code(), state.status().message() + " (journal " + found.path + ")", 0,
                  record->move.gap);
  const bool inserts = record->move.inserts;
  const bool longer = state->form == BlockForm::kLonger;
  const uint64_t shorter = std::min(journal.header().before.size, journal.header().new_size);
  // Bytes were written, or were going to be: only there do they tell anything.
  if (longer && (inserts || state->gap_whole)) {
    auto verdict = Judge(*file_, journal);
    if (!verdict.ok()) return verdict.status();
    if (inserts && verdict->all_new()) return Settle(found, CommitHow::kCompleted);
    if (!inserts && verdict->all_old()) return Settle(found, CommitHow::kRolledBack);
    const bool foreign =
        (verdict->impossible || verdict->neither > kTornLimit) && choice_ != RecoverChoice::kForce;
    if (foreign || Late(journal))
      return Foreign(found,
                     verdict->first_neither.empty() ? Status::kNoOffset : verdict->first_neither[0].start);
    if (verdict->neither > 0) {
      if (Status status = KeepCopy(journal, *verdict); !status.ok()) return status;
    }
    if (Status status = RollBack(found, journal); !status.ok()) return status;
    if (!inserts) return Forget(found, CommitHow::kRolledBack);
  } else if ((state->form != BlockForm::kShorter || place_.identity.size != shorter) && Late(journal)) {
    return Foreign(found, record->move.gap);
  }
  if (auto identity = file_->Identify(); identity.ok()) journal.Mark(identity->mtime_ns);
  if (Status status = MakeShorter(*file_, journal.header(), *record, *state); !status.ok()) return status;
  return Forget(found, inserts ? CommitHow::kRolledBack : CommitHow::kCompleted);
}

Status Recovery::InPlace(Found& found, JournalReader& journal) {
  if (!BelongsTo(journal.header(), place_.identity, place_.real_path))
    return Status::Ok();  // only the name's hash agreed
  if (choice_ == RecoverChoice::kDiscard) return SetAside(found);
  if (Status status = OpenFile(); !status.ok()) return status;
  // Without its footer the journal never was durable, and so the file never touched.
  if (!journal.complete()) return Forget(found, CommitHow::kRolledBack);
  if (MovesBlocks(journal.header().kind)) return Blocks(found, journal);
  auto verdict = Judge(*file_, journal);
  if (!verdict.ok()) return Untouched(found, journal, verdict.status());
  if (verdict->all_new()) return Settle(found, CommitHow::kCompleted);
  if (verdict->all_old()) return Settle(found, CommitHow::kRolledBack);
  const bool foreign =
      (verdict->impossible || verdict->neither > kTornLimit) && choice_ != RecoverChoice::kForce;
  if (foreign || Late(journal))
    return Foreign(found,
                   verdict->first_neither.empty() ? Status::kNoOffset : verdict->first_neither[0].start);
  if (verdict->neither > 0) {
    if (Status status = KeepCopy(journal, *verdict); !status.ok()) return status;
  }
  if (Status status = RollBack(found, journal); !status.ok()) return status;
  return Forget(found, CommitHow::kRolledBack);
}

Status Recovery::One(Found& found) {
  auto journal = JournalReader::Open(*found.region);
  if (!journal.ok()) {
    if (journal.status().code() != Code::kCorrupt) return journal.status();
    // Died while creating it, before the file was touched. Set aside all the same: it cannot be proved any
    // more.
    auto size = found.region->Size();
    if (size.ok() && *size > 0) {
      if (outcome_.how == CommitHow::kNothing) outcome_.how = CommitHow::kRolledBack;
      return SetAside(found);
    }
    return Forget(found, CommitHow::kRolledBack);
  }
  if (journal->header().kind != JournalKind::kSibling) return InPlace(found, *journal);
  if (journal->header().path != place_.real_path) return Status::Ok();
  return Sibling(found, journal->header(), journal->complete());
}

Result<CommitOutcome> Recovery::Run(std::vector<std::string> journal_paths) {
  std::vector<Found> all;
  for (std::string& journal_path : journal_paths) {
    auto region = file_system_.Open(journal_path, OpenMode::kReadWrite);
    if (!region.ok()) {
      if (region.status().code() == Code::kNotFound) continue;  // its commit ended just now
      return region.status();
    }
    Status locked = (*region)->TryLockFile();
    if (locked.code() == Code::kBusy)
      return Status(Code::kBusy, "this file is being saved just now: " + path_);
    auto journal = JournalReader::Open(**region);
    if (journal.ok() && journal->ended()) continue;  // waits for the next commit
    const JournalHeader header = journal.ok() ? journal->header() : JournalHeader();
    all.push_back({std::move(journal_path), std::move(*region), header.created_ns, header.before});
  }
  // The latest first: an older one judges the file as it was before the later commit.
  std::sort(all.begin(), all.end(),
            [](const Found& a, const Found& b) { return a.created_ns > b.created_ns; });
  for (Found& found : all) {
    if (Status status = One(found); !status.ok()) return status;
  }
  if (place_.exists) {
    auto info = file_system_.Inspect(path_);
    if (info.ok()) outcome_.identity = info->identity;
  }
  return outcome_;
}

}  // namespace

Result<JournalInfo> FindJournal(FileSystem& file_system, const std::string& journal_folder,
                                const std::string& path) {
  if (journal_folder.empty()) return JournalInfo();
  auto place = Locate(file_system, path);
  if (!place.ok()) return place.status();
  auto paths = JournalPaths(file_system, journal_folder, *place);
  if (!paths.ok()) return paths.status();
  JournalInfo best;
  for (const std::string& journal_path : *paths) {
    auto region = file_system.Open(journal_path, OpenMode::kRead);
    if (!region.ok()) {
      if (region.status().code() == Code::kNotFound) continue;
      return region.status();
    }
    JournalInfo info;
    info.journal_path = journal_path;
    Status locked = (*region)->TryLockFile();
    info.busy = locked.code() == Code::kBusy;
    if (locked.ok()) (*region)->UnlockFile();
    auto journal = JournalReader::Open(**region);
    if (!journal.ok() && journal.status().code() != Code::kCorrupt) return journal.status();
    if (journal.ok() && journal->ended() && !info.busy) continue;  // waits for the next commit
    if (journal.ok() && !journal->ended()) {
      if (!BelongsTo(journal->header(), place->identity, place->real_path)) continue;
      info.bytes = journal->before_bytes();
      info.complete = journal->complete() && journal->header().kind != JournalKind::kSibling;
    }
    if (best.journal_path.empty() || (info.complete && !best.complete)) best = info;
  }
  return best;
}

Result<CommitOutcome> Recover(FileSystem& file_system, const std::string& journal_folder,
                              const std::string& path, RecoverChoice choice) {
  if (journal_folder.empty()) return CommitOutcome();
  auto place = Locate(file_system, path);
  if (!place.ok()) return place.status();
  auto paths = JournalPaths(file_system, journal_folder, *place);
  if (!paths.ok()) return paths.status();
  Recovery recovery(file_system, journal_folder, path, std::move(*place), choice);
  return recovery.Run(std::move(*paths));
}

}  // namespace terahex
