// What tests do to the in-memory twin from outside: other programs' writes, faults, power cuts, looking at
// the result. See map_region_memory.h. Thread rule: every call locks the file system's one mutex.
#include <algorithm>
#include <cassert>

#include "native/core/platform/map_region_memory.h"
#include "native/core/platform/memory_state.h"

namespace terahex {
namespace {

using Lock = std::lock_guard<std::mutex>;

// splitmix64: small, and the same on every system, so a seed from a log can be replayed anywhere.
uint64_t NextRandom(uint64_t* state) {
  uint64_t value = (*state += 0x9E3779B97F4A7C15);
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
  return value ^ (value >> 31);
}

std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

void MemoryFileSystem::State::CrashFile(MemoryFile& file, CrashPolicy policy, uint64_t* random) {
  const auto keeps_new = [&] {
    return policy == CrashPolicy::kKeepAll ||
           (policy == CrashPolicy::kRandom && (NextRandom(random) & 1) != 0);
  };
  const size_t page = options.page_size;
  const size_t sector = options.sector_bytes;
  const int64_t ctime_ns = file.ctime_ns;
  if (file.move && !CrashMove(file, policy, NextRandom(random))) {
    file.dirty.clear();
    file.size = file.disk_size;
  }
  for (const uint64_t block : file.dirty) {
    const auto now = file.now.find(block);
    MemoryBlock mixed(page);
    if (const auto disk = file.disk.find(block); disk != file.disk.end()) mixed = disk->second;
    bool any_new = false;
    for (size_t from = 0; from < page; from += sector) {
      if (!keeps_new()) continue;
      any_new = true;
      for (size_t i = from; i < from + sector; ++i)
        mixed[i] = now == file.now.end() ? std::byte{0} : now->second[i];
    }
    if (any_new && now != file.now.end()) mixed.place = now->second.place;
    if (any_new) file.disk[block] = mixed;
  }
  file.dirty.clear();
  if (file.size != file.disk_size && keeps_new()) file.disk_size = file.size;
  if (file.mtime_ns != file.disk_mtime_ns && keeps_new()) file.disk_mtime_ns = file.mtime_ns;
  file.now = file.disk;
  file.size = std::max(file.disk_size, file.now.empty() ? 0 : file.now.rbegin()->first * page + page);
  Resize(file, file.disk_size);  // cuts what lies past the size that was kept
  MakeDurable(file);
  file.mtime_ns = file.disk_mtime_ns;
  file.ctime_ns = policy == CrashPolicy::kKeepAll ? ctime_ns : file.mtime_ns;
  file.views.clear();
  file.lock_owner = nullptr;
}

void MemoryFileSystem::WriteBack() {
  Lock lock(state_->mutex);
  for (const auto& file : state_->AllFiles()) {
    state_->Harvest(*file);
    state_->MakeDurable(*file);
    file->disk_mtime_ns = file->mtime_ns;
  }
  state_->pending.clear();
  state_->disk_names = state_->names;
}

void MemoryFileSystem::Crash(CrashPolicy policy, uint64_t seed) {
  Lock lock(state_->mutex);
  uint64_t random = seed;
  const auto files = state_->AllFiles();
  for (const auto& file : files) {
    if (!state_->stopped) state_->Harvest(*file);
  }
  ++state_->epoch;  // from here on all regions and views are dead
  for (const auto& file : files) state_->CrashFile(*file, policy, &random);

  // A journaling file system keeps the order of changes in a folder, but may have got only so far.
  std::map<std::string, size_t> left;
  for (const auto& change : state_->pending) ++left[change.folder];
  for (auto& [folder, count] : left) {
    if (policy == CrashPolicy::kLoseUnsynced) count = 0;
    if (policy == CrashPolicy::kRandom) count = static_cast<size_t>(NextRandom(&random) % (count + 1));
  }
  for (const auto& change : state_->pending) {
    if (left[change.folder] == 0) continue;
    --left[change.folder];
    if (!change.removed.empty()) state_->disk_names.erase(change.removed);
    if (!change.added.empty()) state_->disk_names[change.added] = change.file;
  }
  state_->pending.clear();
  state_->names = state_->disk_names;
  state_->faults.clear();
  state_->steps_left.reset();
  state_->stopped = false;
}

void MemoryFileSystem::StopAfter(uint64_t steps) {
  Lock lock(state_->mutex);
  state_->steps_left = steps;
}

void MemoryFileSystem::Inject(MemoryFault fault) {
  Lock lock(state_->mutex);
  state_->faults.push_back({std::move(fault), 0});
}

void MemoryFileSystem::ClearFaults() {
  Lock lock(state_->mutex);
  state_->faults.clear();
}

uint64_t MemoryFileSystem::Calls(MemoryOp op) const {
  Lock lock(state_->mutex);
  return state_->calls[static_cast<size_t>(op)];
}

uint64_t MemoryFileSystem::Steps() const {
  Lock lock(state_->mutex);
  return state_->steps;
}

// ---- other programs

void MemoryFileSystem::PutFile(std::string_view path, std::span<const std::byte> bytes) {
  Lock lock(state_->mutex);
  auto file = state_->NewFile();
  state_->WriteBlocks(*file, 0, bytes);
  state_->PutDurably(path, std::move(file));
}

void MemoryFileSystem::PutFile(std::string_view path, std::string_view text) { PutFile(path, BytesOf(text)); }

void MemoryFileSystem::PutSparse(std::string_view path, uint64_t size) {
  Lock lock(state_->mutex);
  auto file = state_->NewFile();
  state_->Resize(*file, size);
  state_->PutDurably(path, std::move(file));
}

void MemoryFileSystem::PutDevice(std::string_view path, uint64_t size, uint32_t sector_size) {
  PutSparse(path, size);
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  file->device = true;
  file->sector_size = sector_size;
}

void MemoryFileSystem::PutFifo(std::string_view path) {
  PutSparse(path, 0);
  Lock lock(state_->mutex);
  state_->Find(path)->fifo = true;
}

void MemoryFileSystem::PutSymlink(std::string_view path, std::string_view target) {
  Lock lock(state_->mutex);
  state_->symlinks[std::string(path)] = target;
}

void MemoryFileSystem::PutLink(std::string_view path, std::string_view existing) {
  Lock lock(state_->mutex);
  const auto file = state_->Find(existing);
  assert(file && "PutLink needs an existing file");
  state_->PutDurably(path, file);
}

void MemoryFileSystem::WriteOutside(std::string_view path, uint64_t offset, std::string_view text) {
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  assert(file && "WriteOutside needs an existing file");
  state_->Harvest(*file);
  state_->WriteBlocks(*file, offset, BytesOf(text));
  state_->MakeRangeDurable(*file, offset, offset + text.size());
  file->disk_size = file->size;
  file->disk_mtime_ns = file->mtime_ns;
}

void MemoryFileSystem::TruncateOutside(std::string_view path, uint64_t size) {
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  assert(file && "TruncateOutside needs an existing file");
  state_->Harvest(*file);
  state_->Resize(*file, size);
  state_->MakeDurable(*file);
  file->disk_mtime_ns = file->mtime_ns;
}

void MemoryFileSystem::RemoveOutside(std::string_view path) {
  Lock lock(state_->mutex);
  state_->RemoveDurably(path);
}

void MemoryFileSystem::LockOutside(std::string_view path, bool locked) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->lock_owner = locked ? file.get() : nullptr;
}

void MemoryFileSystem::SetModified(std::string_view path, int64_t mtime_ns) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->mtime_ns = file->disk_mtime_ns = mtime_ns;
}

void MemoryFileSystem::SetUnreadable(std::string_view path, std::vector<ByteRange> ranges) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->unreadable = std::move(ranges);
}

void MemoryFileSystem::HideStored(std::string_view path, std::vector<ByteRange> ranges) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->hidden = std::move(ranges);
}

void MemoryFileSystem::DenyWriting(std::string_view path, Code code) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->write_denied = code;
}

void MemoryFileSystem::DenyReading(std::string_view path, bool denied) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->readable = !denied;
}

void MemoryFileSystem::SetAttribute(std::string_view path, std::string_view name, std::string_view value) {
  Lock lock(state_->mutex);
  if (const auto file = state_->Find(path)) file->attributes[std::string(name)] = value;
}

std::string MemoryFileSystem::Attribute(std::string_view path, std::string_view name) const {
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  if (!file) return {};
  const auto it = file->attributes.find(std::string(name));
  return it == file->attributes.end() ? std::string() : it->second;
}

void MemoryFileSystem::SetFreeSpace(uint64_t bytes) {
  Lock lock(state_->mutex);
  state_->free_bytes = bytes;
}

// ---- looking at the result

bool MemoryFileSystem::Exists(std::string_view path) const {
  Lock lock(state_->mutex);
  return state_->Find(path) != nullptr;
}

std::string MemoryFileSystem::Contents(std::string_view path) const {
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  if (!file) return {};
  if (!state_->stopped) state_->Harvest(*file);
  std::string text(static_cast<size_t>(file->size), '\0');
  state_->ReadBlocks(*file, 0, std::as_writable_bytes(std::span(text)));
  return text;
}

std::string MemoryFileSystem::DurableContents(std::string_view path) const {
  Lock lock(state_->mutex);
  const auto it = state_->disk_names.find(state_->Resolve(path));
  if (it == state_->disk_names.end()) return {};
  MemoryFile copy;
  copy.now = it->second->disk;
  std::string text(static_cast<size_t>(it->second->disk_size), '\0');
  state_->ReadBlocks(copy, 0, std::as_writable_bytes(std::span(text)));
  return text;
}

uint64_t MemoryFileSystem::StoredBytes(std::string_view path) const {
  Lock lock(state_->mutex);
  const auto file = state_->Find(path);
  return file ? file->now.size() * state_->options.page_size : 0;
}

size_t MemoryFileSystem::OpenViews() const {
  Lock lock(state_->mutex);
  return state_->live_views;
}

}  // namespace terahex
