// Finding, judging and putting away edit logs; see edit_log.h. Never removes what holds unsaved edits unless
// it is told to. Thread rule: any thread; the log's lock keeps others out.
#include "native/core/edit_log.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "native/core/commit_path.h"
#include "native/core/edit_log_judge.h"
#include "native/core/edit_log_model.h"
#include "native/core/edit_log_reader.h"
#include "native/core/journal.h"
#include "native/core/journal_checksum.h"
#include "native/core/journal_names.h"

namespace terahex {

namespace {

constexpr const char* kFolder = "logs";
constexpr const char* kEditsSetAside = ".kept";

Result<std::vector<std::string>> LogNames(FileSystem& file_system, const std::string& folder) {
  auto names = file_system.List(folder);
  if (!names.ok() && names.status().code() == Code::kNotFound) return std::vector<std::string>();
  if (!names.ok()) return names.status();
  std::erase_if(*names, [](const std::string& name) { return !name.ends_with(kEditLogSuffix); });
  return names;
}

// Looks at one log. False: gone, or nothing that could be read.
bool Look(FileSystem& file_system, const std::string& log_path, const std::string& path, const PathInfo& file,
          EditLogInfo* info) {
  auto region = file_system.Open(log_path, OpenMode::kRead);
  if (!region.ok()) return false;
  const Status locked = (*region)->TryLockFile();
  info->live = locked.code() == Code::kBusy;
  auto reader = EditLogReader::Open(**region);
  auto identity = (*region)->Identify();
  if (!reader.ok() || !identity.ok()) return false;
  info->log_path = log_path;
  info->bytes = identity->size;
  info->written_ns = identity->mtime_ns;
  auto opened = file_system.Open(path, OpenMode::kRead);
  Result<EditLogState> state = opened.ok() ? JudgeEditLog(file_system, **region, *reader, **opened, file)
                                           : Result<EditLogState>(EditLogState::kChanged);
  info->state = state.ok() ? *state : EditLogState::kChanged;
  if (info->state == EditLogState::kSaved) reader->TakeCommitForDone();
  info->path = reader->path();
  info->base = reader->base();
  info->steps = reader->position();
  return true;
}

// Opens a log for changing it: nobody writes it, and nobody will meanwhile.
Result<std::shared_ptr<MapRegion>> Claim(FileSystem& file_system, const std::string& log_path) {
  auto region = file_system.Open(log_path, OpenMode::kReadWrite);
  if (!region.ok()) return region.status();
  Status locked = LockEditLog(**region);
  if (!locked.ok()) return locked;
  return region;
}

}  // namespace

std::string EditLogFolder(const std::string& storage_folder) { return JoinPath(storage_folder, kFolder); }

std::string EditLogPrefix(const std::string& real_path, const FileIdentity& identity) {
  return PathPrefix(real_path) + IdentityPrefix(identity);
}

Status LockEditLog(MapRegion& log) {
  // Somebody who only looks holds the lock for a moment.
  Status locked;
  for (int attempt = 0; attempt < 10; ++attempt) {
    locked = log.TryLockFile();
    if (locked.code() == Code::kUnsupported) return Status::Ok();
    if (locked.code() != Code::kBusy) return locked;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return Status(Code::kBusy, "these edits are open in another window: " + log.path(), locked.os_error());
}

Result<EditLogState> JudgeEditLog(FileSystem& file_system, MapRegion& log, const EditLogReader& reader,
                                  const MapRegion& file, const PathInfo& info) {
  const FileIdentity& base = reader.base();
  const FileIdentity& now = info.identity;
  FileIdentity same_volume = now;
  // Device numbers change across reboots.
  if (reader.path() == info.real_path) same_volume.volume = base.volume;
  if (base == same_volume) return EditLogState::kSame;
  if (!reader.commit_open()) return EditLogState::kChanged;
  EditLogModel model(file_system, log, base.size);
  if (Status status = model.Run(reader, true); !status.ok()) return status;
  Result<bool> held = model.HeldBy(file);
  if (!held.ok()) return held.status();
  return *held ? EditLogState::kSaved : EditLogState::kChanged;
}

Result<std::vector<EditLogInfo>> FindEditLogs(FileSystem& file_system, const std::string& storage_folder,
                                              const std::string& path) {
  auto file = file_system.Inspect(path);
  if (!file.ok()) return file.status();
  const std::string folder = EditLogFolder(storage_folder);
  auto names = LogNames(file_system, folder);
  if (!names.ok()) return names.status();
  const std::string by_path = PathPrefix(file->real_path);
  const std::string by_identity = IdentityPrefix(file->identity);
  std::vector<EditLogInfo> found;
  for (const std::string& name : *names) {
    const bool ours =
        name.starts_with(by_path) || (name.size() > by_path.size() &&
                                      std::string_view(name).substr(by_path.size()).starts_with(by_identity));
    EditLogInfo info;
    if (!ours || !Look(file_system, JoinPath(folder, name), path, *file, &info)) continue;
    // Only the name's hash agreed.
    if (info.path != file->real_path && !info.base.SameFile(file->identity)) continue;
    found.push_back(std::move(info));
  }
  std::sort(found.begin(), found.end(), [](const EditLogInfo& a, const EditLogInfo& b) {
    const bool fits = a.state != EditLogState::kChanged;
    if (fits != (b.state != EditLogState::kChanged)) return fits;
    return a.written_ns > b.written_ns;
  });
  return found;
}

Result<EditLogChanges> DescribeEditLog(FileSystem& file_system, const std::string& log_path, size_t limit) {
  auto region = Claim(file_system, log_path);
  if (!region.ok()) return region.status();
  auto reader = EditLogReader::Open(**region);
  if (!reader.ok()) return reader.status();
  EditLogModel model(file_system, **region, reader->base().size);
  if (Status status = model.Run(*reader, false); !status.ok()) return status;
  EditLogChanges changes;
  changes.path = reader->path();
  changes.base = reader->base();
  changes.old_size = reader->base().size;
  changes.new_size = model.pieces().size();
  uint64_t last_end = UINT64_MAX;
  model.pieces().Visit(0, changes.new_size, [&](uint64_t start, const Piece& piece) {
    if (piece.kind() == PieceKind::kFile && piece.position() == start) return true;
    const uint64_t end = start + piece.length();
    changes.range_bytes += piece.length();
    if (start != last_end) {
      if (++changes.range_count <= limit) changes.ranges.push_back({start, end});
    } else if (changes.range_count <= limit) {
      changes.ranges.back().end = end;
    }
    last_end = end;
    return true;
  });
  return changes;
}

Status DiscardEditLog(FileSystem& file_system, const std::string& log_path) {
  auto region = Claim(file_system, log_path);
  if (region.status().code() == Code::kNotFound) return Status::Ok();
  if (!region.ok()) return region.status();
  region->reset();  // Windows removes no open file
  return file_system.Remove(log_path);
}

Result<std::string> SetAsideEditLog(FileSystem& file_system, const std::string& log_path) {
  auto region = Claim(file_system, log_path);
  if (!region.ok()) return region.status();
  Status synced = (*region)->Sync();
  region->reset();
  if (!synced.ok()) return synced;
  const std::string aside = log_path + kEditsSetAside;
  if (Status status = file_system.Replace(log_path, aside); !status.ok()) return status;
  if (Status status = file_system.SyncFolder(FolderOf(aside)); !status.ok()) return status;
  return aside;
}

Result<std::string> TakeOverEditLog(FileSystem& file_system, const std::string& log_path) {
  auto old = file_system.Open(log_path, OpenMode::kRead);
  if (!old.ok()) return old.status();
  auto reader = EditLogReader::Open(**old);
  if (!reader.ok()) return reader.status();
  const std::string prefix = EditLogPrefix(reader->path(), reader->base());
  const std::string path = JoinPath(FolderOf(log_path), prefix + UniqueSuffix() + kEditLogSuffix);
  auto copy = file_system.Open(path, OpenMode::kCreateExclusive);
  if (!copy.ok()) return copy.status();
  Status status = LockEditLog(**copy);
  std::vector<std::byte> chunk(1 << 20);
  for (uint64_t at = 0; status.ok() && at < reader->end();) {
    auto read = (*old)->ReadAt(
        at,
        std::span(chunk).first(static_cast<size_t>(std::min<uint64_t>(chunk.size(), reader->end() - at))));
    status = read.ok() ? (*copy)->WriteAt(at, std::span(chunk).first(*read)) : read.status();
    if (status.ok()) at += *read;
  }
  if (status.ok()) status = (*copy)->Sync();
  copy->reset();
  if (!status.ok()) {
    (void)file_system.Remove(path);
    return status;
  }
  // Where an open file cannot be removed, the edits are offered once more.
  old->reset();
  (void)file_system.Remove(log_path);
  return path;
}

Status NoteRecovery(FileSystem& file_system, const std::string& storage_folder, const std::string& path,
                    const CommitOutcome& outcome) {
  const bool completed = outcome.how == CommitHow::kCompleted;
  if (!completed && outcome.how != CommitHow::kRolledBack) return Status::Ok();
  auto logs = FindEditLogs(file_system, storage_folder, path);
  if (!logs.ok()) return logs.status();
  for (const EditLogInfo& log : *logs) {
    if (log.live) continue;
    auto region = Claim(file_system, log.log_path);
    if (!region.ok()) return region.status();
    auto reader = EditLogReader::Open(**region);
    if (!reader.ok()) return reader.status();
    if (!reader->commit_open()) continue;
    // A log of another version tells of another save: the bytes decide.
    FileIdentity base = reader->base();
    base.volume = outcome.before.volume;  // device numbers change across reboots
    if (base != outcome.before) continue;
    if (completed) reader->TakeCommitForDone();
    std::vector<std::byte> payload;
    payload.push_back(static_cast<std::byte>(FrameKind::kCommitEnd));
    payload.push_back(completed ? std::byte{1} : std::byte{0});
    PutIdentity(payload, outcome.identity);
    std::vector<std::byte> frame;
    FieldWriter fields(frame);
    fields.U32(static_cast<uint32_t>(payload.size()));
    fields.U32(Crc32c(payload, Crc32c(frame, reader->crc())));
    fields.Bytes(payload);
    Status status = (*region)->SetSize(reader->end());
    if (status.ok()) status = (*region)->WriteAt(reader->end(), frame);
    if (status.ok()) status = (*region)->Sync();
    if (!status.ok()) return status;
  }
  return Status::Ok();
}

Result<uint64_t> TidyEditLogs(FileSystem& file_system, const std::string& storage_folder, int64_t age_ns) {
  const std::string folder = EditLogFolder(storage_folder);
  auto names = LogNames(file_system, folder);
  if (!names.ok()) return names.status();
  uint64_t removed = 0;
  for (const std::string& name : *names) {
    const std::string log_path = JoinPath(folder, name);
    auto info = file_system.Inspect(log_path);
    if (!info.ok() || WallClockNs() - info->identity.mtime_ns < age_ns) continue;
    auto region = file_system.Open(log_path, OpenMode::kReadWrite);
    if (!region.ok() || (*region)->TryLockFile().code() == Code::kBusy) continue;
    auto reader = EditLogReader::Open(**region);
    // What cannot be read any more, nobody can bring back.
    const bool damaged = reader.status().code() == Code::kCorrupt;
    if (!reader.ok() && !damaged) continue;
    if (reader.ok() && file_system.Inspect(reader->path()).status().code() != Code::kNotFound) continue;
    region->reset();
    if (file_system.Remove(log_path).ok()) ++removed;
  }
  return removed;
}

}  // namespace terahex
