// Names, faults, crashes and the outside world of the in-memory twin. See map_region_memory.h for what it is
// for. Thread rule: every call locks the file system's one mutex.
#include <algorithm>

#include "native/core/platform/map_region_memory.h"
#include "native/core/platform/memory_state.h"

namespace terahex {
namespace {

using Lock = std::lock_guard<std::mutex>;

std::string FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : std::string(path.substr(0, slash));
}

std::string WithoutFinalSlash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

bool ChangesSomething(MemoryOp op) {
  switch (op) {
    case MemoryOp::kCreate:
    case MemoryOp::kReplace:
    case MemoryOp::kRemove:
    case MemoryOp::kSyncFolder:
    case MemoryOp::kMakeFolders:
    case MemoryOp::kCopyAttributes:
    case MemoryOp::kCopyStretch:
    case MemoryOp::kClone:
    case MemoryOp::kWrite:
    case MemoryOp::kSetSize:
    case MemoryOp::kSync:
    case MemoryOp::kFlush:
    case MemoryOp::kInsertRange:
    case MemoryOp::kCollapseRange:
      return true;
    default:
      return false;
  }
}

}  // namespace

// ---- State: faults, names, crash

MemoryFileSystem::State::Entry MemoryFileSystem::State::Enter(MemoryOp op, std::string_view path,
                                                              uint64_t work) {
  const Status dead = MemoryStatus(Code::kClosed, "use", path, "the process was killed");
  if (stopped) return {dead, 0};
  ++calls[static_cast<size_t>(op)];
  if (ChangesSomething(op)) {
    if (steps_left && *steps_left == 0) {
      // Stores made before the kill are in the page cache, later ones never happen.
      for (const auto& file : AllFiles()) Harvest(*file);
      stopped = true;
      return {dead, work / 2};
    }
    ++steps;
    if (steps_left) --*steps_left;
  }
  for (size_t i = 0; i < faults.size(); ++i) {
    MemoryFault& fault = faults[i].fault;
    if (fault.op != op || path.find(fault.path_part) == std::string_view::npos) continue;
    if (++faults[i].seen < fault.nth) continue;
    const MemoryFault hit = fault;
    if (!hit.forever) faults.erase(faults.begin() + static_cast<ptrdiff_t>(i));
    return {MemoryStatus(hit.code, "use", path, "injected fault"), std::min(hit.torn_bytes, work)};
  }
  return {};
}

std::string MemoryFileSystem::State::Resolve(std::string_view path) const {
  std::string name(path);
  for (int depth = 0; depth < 8; ++depth) {
    const auto link = symlinks.find(name);
    if (link == symlinks.end()) break;
    name = link->second;
  }
  return name;
}

std::shared_ptr<MemoryFile> MemoryFileSystem::State::Find(std::string_view path) const {
  const auto it = names.find(Resolve(path));
  return it == names.end() ? nullptr : it->second;
}

std::shared_ptr<MemoryFile> MemoryFileSystem::State::NewFile() {
  auto file = std::make_shared<MemoryFile>();
  file->id = next_id++;
  file->mtime_ns = file->ctime_ns = Tick();
  file->birth_ns = static_cast<uint64_t>(file->mtime_ns);
  return file;
}

void MemoryFileSystem::State::AddFolders(std::string_view folder) {
  for (std::string name = WithoutFinalSlash(folder); name != "/"; name = FolderOf(name)) folders.insert(name);
}

void MemoryFileSystem::State::PutDurably(std::string_view path, std::shared_ptr<MemoryFile> file) {
  AddFolders(FolderOf(path));
  MakeDurable(*file);
  file->disk_mtime_ns = file->mtime_ns;
  names[std::string(path)] = file;
  disk_names[std::string(path)] = std::move(file);
}

void MemoryFileSystem::State::RemoveDurably(std::string_view path) {
  names.erase(std::string(path));
  disk_names.erase(std::string(path));
}

std::vector<std::shared_ptr<MemoryFile>> MemoryFileSystem::State::AllFiles() const {
  std::map<uint64_t, std::shared_ptr<MemoryFile>> by_id;  // ordered, so that a seed means the same every time
  for (const auto& [name, file] : names) by_id[file->id] = file;
  for (const auto& [name, file] : disk_names) by_id[file->id] = file;
  for (const NameChange& change : pending) {
    if (change.file) by_id[change.file->id] = change.file;
  }
  std::vector<std::shared_ptr<MemoryFile>> files;
  for (auto& [id, file] : by_id) files.push_back(file);
  return files;
}

// ---- the contract

MemoryFileSystem::MemoryFileSystem(MemoryOptions options) : state_(std::make_shared<State>()) {
  if (options.granularity == 0) options.granularity = options.page_size;
  options.sector_bytes = std::min(options.sector_bytes, options.page_size);
  state_->options = std::move(options);
}

MemoryFileSystem::~MemoryFileSystem() = default;

Result<std::shared_ptr<MapRegion>> MemoryFileSystem::Open(std::string_view path, OpenMode mode) {
  Lock lock(state_->mutex);
  const MemoryOp op = mode == OpenMode::kCreateExclusive ? MemoryOp::kCreate : MemoryOp::kOpen;
  if (auto entry = state_->Enter(op, path); !entry.status.ok()) return entry.status;
  const std::string name = state_->Resolve(path);
  std::shared_ptr<MemoryFile> file = state_->Find(path);
  if (mode == OpenMode::kCreateExclusive) {
    if (file || state_->folders.contains(name) || state_->symlinks.contains(std::string(path))) {
      return MemoryStatus(Code::kExists, "create", path, "file exists");
    }
    if (!state_->folders.contains(FolderOf(name))) {
      return MemoryStatus(Code::kNotFound, "create", path, "no such file or directory");
    }
    file = state_->NewFile();
    state_->names[name] = file;
    state_->pending.push_back({FolderOf(name), "", name, file});
  }
  if (!file && state_->folders.contains(name))
    return MemoryStatus(Code::kNotAFile, "open", path, "it is a folder");
  if (!file) return MemoryStatus(Code::kNotFound, "open", path, "no such file or directory");
  if (file->fifo) return MemoryStatus(Code::kNotAFile, "open", path, "it is a FIFO");
  if (!file->readable) return MemoryStatus(Code::kAccessDenied, "open", path, "permission denied");
  if (mode == OpenMode::kReadWrite && file->write_denied != Code::kOk) {
    return MemoryStatus(file->write_denied, "open", path, "may not be written");
  }
  return std::shared_ptr<MapRegion>(
      std::make_shared<MemoryRegion>(state_, file, std::string(path), mode != OpenMode::kRead));
}

Result<PathInfo> MemoryFileSystem::Inspect(std::string_view path) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kInspect, path); !entry.status.ok()) return entry.status;
  PathInfo info;
  info.real_path = state_->Resolve(path);
  const auto file = state_->Find(path);
  if (!file) {
    if (state_->folders.contains(info.real_path)) return info;
    return MemoryStatus(Code::kNotFound, "look at", path, "no such file or directory");
  }
  state_->Harvest(*file);
  info.identity = MemoryIdentity(*file);
  info.link_count = static_cast<uint64_t>(std::count_if(
      state_->names.begin(), state_->names.end(), [&](const auto& name) { return name.second == file; }));
  info.regular_file = !file->device && !file->fifo;
  info.block_device = file->device;
  return info;
}

Status MemoryFileSystem::Replace(std::string_view from, std::string_view to) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kReplace, to); !entry.status.ok()) return entry.status;
  const auto it = state_->names.find(std::string(from));
  if (it == state_->names.end())
    return MemoryStatus(Code::kNotFound, "replace", to, "no such file or directory");
  const std::shared_ptr<MemoryFile> file = it->second;
  state_->names.erase(it);
  state_->symlinks.erase(std::string(to));
  state_->names[std::string(to)] = file;
  file->ctime_ns = state_->Tick();
  state_->pending.push_back({FolderOf(to), std::string(from), std::string(to), file});
  return Status::Ok();
}

Status MemoryFileSystem::Remove(std::string_view path) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kRemove, path); !entry.status.ok()) return entry.status;
  if (state_->folders.contains(std::string(path)))
    return MemoryStatus(Code::kNotAFile, "remove", path, "it is a folder");
  if (state_->symlinks.erase(std::string(path)) != 0) return Status::Ok();
  const auto it = state_->names.find(std::string(path));
  if (it == state_->names.end())
    return MemoryStatus(Code::kNotFound, "remove", path, "no such file or directory");
  it->second->ctime_ns = state_->Tick();
  state_->pending.push_back({FolderOf(path), std::string(path), "", it->second});
  state_->names.erase(it);
  return Status::Ok();
}

Status MemoryFileSystem::SyncFolder(std::string_view folder) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kSyncFolder, folder); !entry.status.ok()) return entry.status;
  const std::string name = WithoutFinalSlash(folder);
  if (!state_->folders.contains(name)) return MemoryStatus(Code::kNotFound, "open", folder, "no such folder");
  std::erase_if(state_->pending, [&](const State::NameChange& change) {
    if (change.folder != name) return false;
    if (!change.removed.empty()) state_->disk_names.erase(change.removed);
    if (!change.added.empty()) state_->disk_names[change.added] = change.file;
    return true;
  });
  return Status::Ok();
}

Status MemoryFileSystem::MakeFolders(std::string_view folder) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kMakeFolders, folder); !entry.status.ok()) return entry.status;
  for (std::string name = WithoutFinalSlash(folder); name != "/"; name = FolderOf(name)) {
    if (state_->names.contains(name))
      return MemoryStatus(Code::kNotAFile, "create", name, "it is not a folder");
  }
  state_->AddFolders(folder);
  return Status::Ok();
}

Result<std::vector<std::string>> MemoryFileSystem::List(std::string_view folder) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kList, folder); !entry.status.ok()) return entry.status;
  const std::string name = WithoutFinalSlash(folder);
  if (!state_->folders.contains(name)) return MemoryStatus(Code::kNotFound, "list", folder, "no such folder");
  std::vector<std::string> found;
  const auto add = [&](const std::string& path) {
    if (path != "/" && FolderOf(path) == name) found.push_back(path.substr(path.rfind('/') + 1));
  };
  for (const auto& [path, file] : state_->names) add(path);
  for (const auto& [path, target] : state_->symlinks) add(path);
  for (const std::string& path : state_->folders) add(path);
  return found;
}

Result<std::vector<std::string>> MemoryFileSystem::CopyAttributes(const MapRegion& from, MapRegion& to) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kCopyAttributes, to.path()); !entry.status.ok())
    return entry.status;
  MemoryFile& target = static_cast<MemoryRegion&>(to).file();
  std::vector<std::string> lost;
  for (const auto& [name, value] : static_cast<const MemoryRegion&>(from).file().attributes) {
    const auto& unkept = state_->options.unkept_attributes;
    if (std::find(unkept.begin(), unkept.end(), name) != unkept.end()) {
      lost.push_back(name);
    } else {
      target.attributes[name] = value;
    }
  }
  target.ctime_ns = state_->Tick();
  return lost;
}

Result<uint64_t> MemoryFileSystem::FreeSpace(std::string_view folder) {
  Lock lock(state_->mutex);
  if (auto entry = state_->Enter(MemoryOp::kFreeSpace, folder); !entry.status.ok()) return entry.status;
  if (!state_->folders.contains(WithoutFinalSlash(folder))) {
    return MemoryStatus(Code::kNotFound, "ask the free space of", folder, "no such folder");
  }
  return state_->free_bytes.value_or(uint64_t{1} << 50);
}

Result<uint64_t> MemoryFileSystem::CopyStretch(const MapRegion& from, uint64_t from_offset, MapRegion& to,
                                               uint64_t to_offset, uint64_t length) {
  Lock lock(state_->mutex);
  if (!to.writable())
    return MemoryStatus(Code::kReadOnly, "copy to", to.path(), "opened read-only", to_offset);
  if (!FitsWithin(from_offset, length, kMaxOffset) || !FitsWithin(to_offset, length, kMaxOffset)) {
    return MemoryStatus(Code::kOutOfRange, "copy to", to.path(), "the range ends past 2^63 - 1", to_offset);
  }
  if (!state_->options.copies_stretches) return uint64_t{0};
  MemoryFile& source = static_cast<const MemoryRegion&>(from).file();
  MemoryFile& target = static_cast<MemoryRegion&>(to).file();
  if (from_offset >= source.size) return uint64_t{0};
  length = std::min(length, source.size - from_offset);
  const auto entry = state_->Enter(MemoryOp::kCopyStretch, to.path(), length);
  const uint64_t wanted = entry.status.ok() ? length : entry.torn;
  std::vector<std::byte> chunk;
  uint64_t done = 0;
  while (done < wanted) {
    chunk.resize(static_cast<size_t>(std::min<uint64_t>(wanted - done, 1 << 16)));
    const bool both_holes =
        state_->Stored(source, from_offset + done, from_offset + done + chunk.size(), 1).empty() &&
        state_->Stored(target, to_offset + done, to_offset + done + chunk.size(), 1).empty();
    if (both_holes) {
      if (target.size < to_offset + done + chunk.size())
        state_->Resize(target, to_offset + done + chunk.size());
      done += chunk.size();
      continue;
    }
    state_->ReadBlocks(source, from_offset + done, chunk);
    const size_t written = state_->WriteBlocks(target, to_offset + done, chunk);
    done += written;
    if (written != chunk.size()) break;
  }
  if (!entry.status.ok()) return entry.status;
  if (done == 0 && length > 0)
    return MemoryStatus(Code::kNoSpace, "copy to", to.path(), "no space left", to_offset);
  return done;
}

Result<std::shared_ptr<MapRegion>> MemoryFileSystem::Clone(const MapRegion& from, std::string_view path) {
  if (!state_->options.clones_files) return FileSystem::Clone(from, path);
  {
    Lock lock(state_->mutex);
    if (auto entry = state_->Enter(MemoryOp::kClone, path); !entry.status.ok()) return entry.status;
  }
  auto made = Open(path, OpenMode::kCreateExclusive);
  if (!made.ok()) return made;
  Lock lock(state_->mutex);
  MemoryFile& source = static_cast<const MemoryRegion&>(from).file();
  MemoryFile& clone = static_cast<MemoryRegion&>(**made).file();
  state_->Harvest(source);
  clone.now = source.now;
  clone.size = source.size;
  clone.attributes = source.attributes;
  source.ctime_ns = state_->Tick();
  for (const auto& [block, bytes] : clone.now) clone.dirty.insert(block);
  return made;
}

}  // namespace terahex
