// One file of the in-memory twin: blocks, views, positional access. See map_region_memory.h for what it is
// for. Thread rule: every call locks the file system's one mutex.
#include "native/core/platform/map_region_memory.h"

#include <algorithm>
#include <cstring>

#include "native/core/platform/memory_state.h"

namespace terahex {

Status MemoryStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                    uint64_t offset) {
  std::string message = "cannot ";
  message.append(action).append(" ").append(path).append(": ").append(reason);
  return Status(code, std::move(message), 0, offset);
}

FileIdentity MemoryIdentity(const MemoryFile& file) {
  FileIdentity identity;
  identity.volume = 1;
  identity.file_id[0] = file.id;
  identity.size = file.size;
  identity.mtime_ns = file.mtime_ns;
  identity.ctime_ns = file.ctime_ns;
  identity.birth_ns = file.birth_ns;
  return identity;
}

// ---- blocks

void MemoryFileSystem::State::ReadBlocks(const MemoryFile& file, uint64_t offset,
                                         std::span<std::byte> out) const {
  const uint64_t page = options.page_size;
  std::fill(out.begin(), out.end(), std::byte{0});
  const uint64_t end = offset + out.size();
  for (auto it = file.now.lower_bound(offset / page); it != file.now.end() && it->first * page < end; ++it) {
    const uint64_t start = std::max(offset, it->first * page);
    const uint64_t stop = std::min(end, it->first * page + page);
    std::memcpy(out.data() + (start - offset), it->second.data() + (start - it->first * page), stop - start);
  }
}

size_t MemoryFileSystem::State::WriteBlocks(MemoryFile& file, uint64_t offset,
                                            std::span<const std::byte> bytes) {
  const uint64_t page = options.page_size;
  if (options.fills_gaps && offset > file.size) {
    const std::vector<std::byte> gap(static_cast<size_t>(offset - file.size));
    file.size = offset;  // no gap any more
    if (WriteBlocks(file, offset - gap.size(), gap) != gap.size()) return 0;
  }
  size_t done = 0;
  while (done < bytes.size()) {
    const uint64_t block = (offset + done) / page;
    const size_t from = static_cast<size_t>((offset + done) % page);
    const size_t length = std::min<size_t>(bytes.size() - done, page - from);
    auto it = file.now.find(block);
    if (it == file.now.end()) {
      if (free_bytes && *free_bytes < page) break;
      if (free_bytes) *free_bytes -= page;
      it = file.now.emplace(block, MemoryBlock(page)).first;
      it->second.place = next_place++;
    }
    std::memcpy(it->second.data() + from, bytes.data() + done, length);
    file.dirty.insert(block);
    done += length;
  }
  if (done > 0) {
    file.size = std::max(file.size, offset + done);
    file.mtime_ns = file.ctime_ns = Tick();
  }
  for (MemoryView* view : file.views) {
    const uint64_t start = std::max(offset, view->offset_);
    const uint64_t end = std::min(offset + done, view->offset_ + view->length_);
    if (start >= end) continue;
    std::memcpy(view->bytes_.get() + (start - view->offset_), bytes.data() + (start - offset), end - start);
    if (!view->shadow_.empty()) {
      std::memcpy(view->shadow_.data() + (start - view->offset_), bytes.data() + (start - offset),
                  end - start);
    }
  }
  return done;
}

void MemoryFileSystem::State::DropBlock(MemoryFile& file, uint64_t block) {
  if (file.now.erase(block) == 0) return;
  file.dirty.insert(block);
  if (free_bytes) *free_bytes += options.page_size;
}

void MemoryFileSystem::State::Resize(MemoryFile& file, uint64_t size) {
  const uint64_t page = options.page_size;
  if (size < file.size) {
    for (auto it = file.now.lower_bound((size + page - 1) / page); it != file.now.end();)
      DropBlock(file, (it++)->first);
    if (const auto last = file.now.find(size / page); size % page != 0 && last != file.now.end()) {
      std::fill(last->second.begin() + static_cast<ptrdiff_t>(size % page), last->second.end(), std::byte{0});
      file.dirty.insert(last->first);
    }
    for (MemoryView* view : file.views) {
      if (size >= view->offset_ + view->length_) continue;
      const size_t from = static_cast<size_t>(std::max(size, view->offset_) - view->offset_);
      std::memset(view->bytes_.get() + from, 0, view->length_ - from);
      if (!view->shadow_.empty()) std::memset(view->shadow_.data() + from, 0, view->length_ - from);
    }
  }
  file.size = size;
  file.mtime_ns = file.ctime_ns = Tick();
}

bool MemoryFileSystem::State::Harvest(MemoryFile& file) {
  bool whole = true;
  for (MemoryView* view : file.views) {
    if (view->shadow_.empty()) continue;
    // Stores past the end of a truncated file go nowhere.
    const uint64_t end = std::min(view->offset_ + view->length_, std::max(file.size, view->offset_));
    const size_t length = static_cast<size_t>(end - view->offset_);
    for (size_t i = 0; i < length;) {
      if (view->bytes_[i] == view->shadow_[i]) {
        ++i;
        continue;
      }
      size_t stop = i + 1;
      while (stop < length && view->bytes_[stop] != view->shadow_[stop]) ++stop;
      const std::vector<std::byte> stored(view->bytes_.get() + i, view->bytes_.get() + stop);
      if (WriteBlocks(file, view->offset_ + i, stored) != stored.size()) {
        // As on a full disk: the page never gets its block, the stores are lost.
        std::memcpy(view->bytes_.get() + i, view->shadow_.data() + i, stop - i);
        whole = false;
      }
      i = stop;
    }
  }
  return whole;
}

void MemoryFileSystem::State::MakeRangeDurable(MemoryFile& file, uint64_t start, uint64_t end) {
  const uint64_t page = options.page_size;
  MoveOnDisk(file);
  for (auto it = file.dirty.lower_bound(start / page); it != file.dirty.end() && *it * page < end;) {
    if (const auto block = file.now.find(*it); block != file.now.end()) {
      file.disk[*it] = block->second;
    } else {
      file.disk.erase(*it);
    }
    it = file.dirty.erase(it);
  }
}

void MemoryFileSystem::State::MakeDurable(MemoryFile& file) {
  MakeRangeDurable(file, 0, UINT64_MAX);
  file.disk_size = file.size;
}

std::vector<ByteRange> MemoryFileSystem::State::Stored(const MemoryFile& file, uint64_t start, uint64_t end,
                                                       size_t limit) const {
  const uint64_t page = options.page_size;
  std::vector<ByteRange> found;
  end = std::min(end, file.size);
  for (auto it = file.now.lower_bound(start / page); it != file.now.end() && it->first * page < end; ++it) {
    const ByteRange range{std::max(start, it->first * page), std::min(end, it->first * page + page)};
    if (range.empty()) continue;
    if (!found.empty() && found.back().end == range.start) {
      found.back().end = range.end;
    } else if (found.size() == limit) {
      break;
    } else {
      found.push_back(range);
    }
  }
  return found;
}

// ---- views

MemoryView::MemoryView(std::shared_ptr<MemoryFileSystem::State> state, std::shared_ptr<MemoryFile> file,
                       uint64_t offset, size_t length, Protection protection, std::string path)
    : state_(std::move(state)),
      file_(std::move(file)),
      epoch_(state_->epoch),
      offset_(offset),
      length_(length),
      protection_(protection),
      path_(std::move(path)),
      bytes_(new std::byte[length]) {
  state_->ReadBlocks(*file_, offset, {bytes_.get(), length});
  if (protection == Protection::kShared) shadow_.assign(bytes_.get(), bytes_.get() + length);
  if (protection != Protection::kPrivate) file_->views.push_back(this);
  ++state_->live_views;
}

MemoryView::~MemoryView() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  --state_->live_views;
  if (epoch_ != state_->epoch) return;
  if (!state_->stopped) state_->Harvest(*file_);
  std::erase(file_->views, this);
}

Status MemoryView::Flush(size_t from, size_t length) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (protection_ != Protection::kShared || !FitsWithin(from, length, length_)) {
    return MemoryStatus(Code::kInvalidArgument, "flush", path_, "not a range of a shared view", offset_);
  }
  if (epoch_ != state_->epoch) return MemoryStatus(Code::kClosed, "flush", path_, "the process was killed");
  const bool whole = state_->stopped || state_->Harvest(*file_);
  const auto entry = state_->Enter(MemoryOp::kFlush, path_, length);
  if (!entry.status.ok()) {
    state_->MakeRangeDurable(*file_, offset_ + from, offset_ + from + entry.torn);
    return entry.status;
  }
  state_->MakeRangeDurable(*file_, offset_ + from, offset_ + from + length);
  if (!whole) return MemoryStatus(Code::kNoSpace, "flush", path_, "the disk is full", offset_ + from);
  return Status::Ok();
}

// ---- the region

MemoryRegion::MemoryRegion(std::shared_ptr<MemoryFileSystem::State> state, std::shared_ptr<MemoryFile> file,
                           std::string path, bool writable)
    : state_(std::move(state)),
      file_(std::move(file)),
      epoch_(state_->epoch),
      path_(std::move(path)),
      writable_(writable) {}

MemoryRegion::~MemoryRegion() { UnlockFile(); }

MemoryFileSystem::State::Entry MemoryRegion::Enter(MemoryOp op, uint64_t work) const {
  if (epoch_ != state_->epoch)
    return {MemoryStatus(Code::kClosed, "use", path_, "the process was killed"), 0};
  if (!state_->stopped) state_->Harvest(*file_);
  return state_->Enter(op, path_, work);
}

Result<uint64_t> MemoryRegion::Size() const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kSize); !entry.status.ok()) return entry.status;
  return file_->size;
}

Result<FileIdentity> MemoryRegion::Identify() const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kIdentify); !entry.status.ok()) return entry.status;
  return MemoryIdentity(*file_);
}

Result<std::unique_ptr<View>> MemoryRegion::Map(uint64_t offset, size_t length, Protection protection) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (length == 0 || offset % granularity() != 0) {
    return MemoryStatus(Code::kInvalidArgument, "map", path_, "empty or unaligned window", offset);
  }
  if (protection == Protection::kShared && !writable_) {
    return MemoryStatus(Code::kReadOnly, "map", path_, "opened read-only", offset);
  }
  if (!mappable())
    return MemoryStatus(Code::kUnsupported, "map", path_, "the file system maps no files", offset);
  if (auto entry = Enter(MemoryOp::kMap); !entry.status.ok()) return entry.status;
  if (!FitsWithin(offset, length, file_->size)) {
    return MemoryStatus(Code::kOutOfRange, "map", path_, "the window ends past the end of the file", offset);
  }
  for (const ByteRange& bad : file_->unreadable) {
    if (bad.start < offset + length && offset < bad.end) {
      return MemoryStatus(Code::kIo, "map", path_, "input/output error", std::max(offset, bad.start));
    }
  }
  return std::unique_ptr<View>(new MemoryView(state_, file_, offset, length, protection, path_));
}

Result<size_t> MemoryRegion::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (offset > kMaxOffset) return MemoryStatus(Code::kOutOfRange, "read", path_, "offset past 2^63 - 1");
  if (auto entry = Enter(MemoryOp::kRead); !entry.status.ok()) {
    return Status(entry.status.code(), entry.status.message(), 0, offset);
  }
  if (offset >= file_->size) return size_t{0};
  const size_t length = static_cast<size_t>(std::min<uint64_t>(out.size(), file_->size - offset));
  for (const ByteRange& bad : file_->unreadable) {
    if (bad.start < offset + length && offset < bad.end) {
      return MemoryStatus(Code::kIo, "read", path_, "input/output error", std::max(offset, bad.start));
    }
  }
  state_->ReadBlocks(*file_, offset, out.first(length));
  return length;
}

Status MemoryRegion::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (!writable_) return MemoryStatus(Code::kReadOnly, "write to", path_, "opened read-only", offset);
  if (!FitsWithin(offset, bytes.size(), file_->device ? file_->size : kMaxOffset)) {
    return MemoryStatus(Code::kOutOfRange, "write to", path_, "the range ends too far out", offset);
  }
  if (bytes.empty()) return Status::Ok();
  const auto entry = Enter(MemoryOp::kWrite, bytes.size());
  if (!entry.status.ok()) {
    const size_t torn = static_cast<size_t>(std::min<uint64_t>(entry.torn, bytes.size()));
    const size_t written = torn > 0 ? state_->WriteBlocks(*file_, offset, bytes.first(torn)) : 0;
    return Status(entry.status.code(), entry.status.message(), 0, offset + written);
  }
  const size_t written = state_->WriteBlocks(*file_, offset, bytes);
  if (written == bytes.size()) return Status::Ok();
  return MemoryStatus(Code::kNoSpace, "write to", path_, "no space left on device", offset + written);
}

Status MemoryRegion::SetSize(uint64_t size) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (!writable_) return MemoryStatus(Code::kReadOnly, "resize", path_, "opened read-only");
  if (file_->device) return MemoryStatus(Code::kUnsupported, "resize", path_, "it is a device");
  if (size > kMaxOffset) return MemoryStatus(Code::kOutOfRange, "resize", path_, "size past 2^63 - 1");
  if (auto entry = Enter(MemoryOp::kSetSize); !entry.status.ok()) return entry.status;
  state_->Resize(*file_, size);
  return Status::Ok();
}

Status MemoryRegion::Sync() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kSync); !entry.status.ok()) return entry.status;
  state_->MakeDurable(*file_);
  return Status::Ok();
}

Result<std::vector<ByteRange>> MemoryRegion::Extents(uint64_t start, uint64_t end, size_t limit) const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kExtents); !entry.status.ok()) return entry.status;
  const bool tells = state_->options.tells_extents && state_->options.vouches_for_holes && !file_->device;
  if (tells) return state_->Stored(*file_, start, end, limit);
  end = std::min(end, file_->size);
  return start < end && limit > 0 ? std::vector<ByteRange>{{start, end}} : std::vector<ByteRange>{};
}

Result<std::vector<ByteRange>> MemoryRegion::SeemingExtents(uint64_t start, uint64_t end,
                                                            size_t limit) const {
  if (vouches_for_holes()) return Extents(start, end, limit);
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kExtents); !entry.status.ok()) return entry.status;
  std::vector<ByteRange> seeming;
  for (ByteRange stored : state_->Stored(*file_, start, end, SIZE_MAX)) {
    for (const ByteRange& hidden : file_->hidden) {  // ascending
      if (hidden.end <= stored.start || hidden.start >= stored.end) continue;
      if (hidden.start > stored.start) seeming.push_back({stored.start, hidden.start});
      stored.start = std::min(hidden.end, stored.end);
    }
    if (!stored.empty()) seeming.push_back(stored);
  }
  if (seeming.size() > limit) seeming.resize(limit);
  return seeming;
}

void MemoryRegion::PunchHole(uint64_t offset, uint64_t length) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (state_->stopped || epoch_ != state_->epoch) return;
  const uint64_t page = state_->options.page_size;
  for (uint64_t block = (offset + page - 1) / page; (block + 1) * page <= offset + length; ++block)
    state_->DropBlock(*file_, block);
}

Status MemoryRegion::TryLockFile() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kLock); !entry.status.ok()) return entry.status;
  if (file_->lock_owner != nullptr && file_->lock_owner != this) {
    return MemoryStatus(Code::kBusy, "lock", path_, "another program has locked it");
  }
  file_->lock_owner = this;
  return Status::Ok();
}

void MemoryRegion::UnlockFile() {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (epoch_ == state_->epoch && file_->lock_owner == this) file_->lock_owner = nullptr;
}

}  // namespace terahex
