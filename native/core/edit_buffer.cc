// The append-only store of edited bytes; see edit_buffer.h. Owns the spill file; must not know what the bytes
// mean. Thread rule: append_mutex_ orders the appenders; table_mutex_ is taken inside it and guards pointers
// only.
#include "native/core/edit_buffer.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>

namespace terahex {

EditBuffer::EditBuffer(FileSystem& file_system, std::string folder, EditBufferLimits limits)
    : file_system_(file_system), folder_(std::move(folder)), limits_(limits) {}

EditBuffer::~EditBuffer() {
  spill_.reset();
  if (!spill_path_.empty()) (void)file_system_.Remove(spill_path_);
}

Status EditBuffer::OpenSpillFile() {
  std::string folder = folder_;
  if (folder.empty()) {
    std::error_code error;
    folder = std::filesystem::temp_directory_path(error).string();
    if (error) return Status(Code::kNotFound, "No temporary folder for unsaved edits", error.value());
  } else {
    Status made = file_system_.MakeFolders(folder);
    if (!made.ok()) return made;
  }
  uint64_t salt = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
                  (reinterpret_cast<uintptr_t>(this) << 16);
  for (int attempt = 0;; ++attempt) {
    std::string path = folder + "/terahex-edits-" + std::to_string(salt + attempt);
    Result<std::shared_ptr<MapRegion>> region = file_system_.Open(path, OpenMode::kCreateExclusive);
    if (!region.ok()) {
      if (region.status().code() == Code::kExists && attempt < 100) continue;
      return region.status();
    }
    // Unlinked at once, so that nothing is left behind whatever ends this process. Windows may refuse: then
    // at the end.
    if (!file_system_.Remove(path).ok()) spill_path_ = path;
    std::unique_lock lock(table_mutex_);
    spill_ = std::move(region).value();
    return Status::Ok();
  }
}

// Moves the oldest full chunks out until one more chunk fits the bound.
Status EditBuffer::MakeRoom() {
  while (memory_bytes_ + limits_.chunk_bytes > limits_.memory_bytes && spilled_chunks_ < chunks_.size()) {
    if (!spill_) {
      Status opened = OpenSpillFile();
      if (!opened.ok()) return opened;
    }
    const uint64_t oldest = spilled_chunks_;
    std::span<const std::byte> bytes(chunks_[oldest].get(), limits_.chunk_bytes);
    Status written = spill_->WriteAt(oldest * limits_.chunk_bytes, bytes);
    if (!written.ok()) return written;
    std::unique_lock lock(table_mutex_);
    chunks_[oldest].reset();
    ++spilled_chunks_;
    memory_bytes_ -= limits_.chunk_bytes;
  }
  return Status::Ok();
}

Result<uint64_t> EditBuffer::Append(std::span<const std::byte> bytes) {
  std::lock_guard appending(append_mutex_);
  const uint64_t start = end_;
  while (!bytes.empty()) {
    const uint64_t index = end_ / limits_.chunk_bytes;
    const size_t within = static_cast<size_t>(end_ % limits_.chunk_bytes);
    if (index == chunks_.size()) {
      Status room = MakeRoom();
      if (!room.ok()) {
        // Chunks filled by this call may have been spilled already, so the position is not wound back into
        // them: the rest of this call's bytes stay as a gap that nothing refers to.
        return room;
      }
      Chunk chunk(new std::byte[limits_.chunk_bytes]);
      std::unique_lock lock(table_mutex_);
      chunks_.push_back(std::move(chunk));
      memory_bytes_ += limits_.chunk_bytes;
    }
    const size_t count = std::min(bytes.size(), limits_.chunk_bytes - within);
    std::memcpy(chunks_[index].get() + within, bytes.data(), count);
    end_ += count;
    bytes = bytes.subspan(count);
  }
  return start;
}

Status EditBuffer::Read(uint64_t position, std::span<std::byte> out) const {
  while (!out.empty()) {
    const uint64_t index = position / limits_.chunk_bytes;
    const size_t within = static_cast<size_t>(position % limits_.chunk_bytes);
    const size_t count = std::min(out.size(), limits_.chunk_bytes - within);
    Chunk chunk;
    std::shared_ptr<MapRegion> spill;
    {
      std::shared_lock lock(table_mutex_);
      if (index >= chunks_.size()) return Status(Code::kOutOfRange, "Edited bytes that were never stored");
      chunk = chunks_[index];
      spill = spill_;
    }
    if (chunk) {
      std::memcpy(out.data(), chunk.get() + within, count);
    } else {
      Result<size_t> read = spill->ReadAt(position, out.first(count));
      if (!read.ok()) return read.status();
      if (*read != count) return Status(Code::kIo, "The file of unsaved edits is shorter than it was");
    }
    position += count;
    out = out.subspan(count);
  }
  return Status::Ok();
}

}  // namespace terahex
