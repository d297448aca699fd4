// Every byte that was typed, pasted or kept for undo, by a 64-bit position that never changes. Append-only:
// recent chunks stay in memory, older full ones move to an unlinked temporary file. Knows nothing of
// documents or pieces. Thread rule: Append and Read from any thread; a position may be read by whoever
// learned it after Append returned.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "native/core/platform/file_system.h"
#include "native/core/status.h"

namespace terahex {

struct EditBufferLimits {
  size_t chunk_bytes = 256 << 10;
  uint64_t memory_bytes = 64 << 20;  // of chunks kept in memory before the oldest are spilled
};

class EditBuffer {
 public:
  // `folder`: where the spill file is made when one is needed; empty: the system's temporary folder.
  EditBuffer(FileSystem& file_system, std::string folder, EditBufferLimits limits);
  ~EditBuffer();
  EditBuffer(const EditBuffer&) = delete;
  EditBuffer& operator=(const EditBuffer&) = delete;

  // Stores `bytes` and returns the position of the first. Errors: those of creating and writing the spill
  // file (kNoSpace, kQuota, kIo, kAccessDenied); nothing that was stored before is lost.
  Result<uint64_t> Append(std::span<const std::byte> bytes);

  // Fills `out` from `position`; the whole range must have been appended. Errors: those of reading the spill
  // file.
  Status Read(uint64_t position, std::span<std::byte> out) const;

  uint64_t memory_bytes() const { return memory_bytes_.load(std::memory_order_relaxed); }
  uint64_t spilled_bytes() const {
    return spilled_chunks_.load(std::memory_order_relaxed) * limits_.chunk_bytes;
  }

 private:
  using Chunk = std::shared_ptr<std::byte[]>;

  Status MakeRoom();
  Status OpenSpillFile();

  FileSystem& file_system_;
  const std::string folder_;
  const EditBufferLimits limits_;

  std::mutex append_mutex_;  // held by appenders for the whole call, spilling included
  uint64_t end_ = 0;         // next position; guarded by append_mutex_
  std::string spill_path_;   // not empty: the file could not be unlinked while open, remove it at the end

  mutable std::shared_mutex
      table_mutex_;            // guards the two below; held for pointer work only, never during I/O
  std::vector<Chunk> chunks_;  // by position / chunk_bytes; null: spilled
  std::shared_ptr<MapRegion> spill_;

  std::atomic<uint64_t> spilled_chunks_ = 0;  // chunks [0, spilled_chunks_) are in the spill file
  std::atomic<uint64_t> memory_bytes_ = 0;
};

}  // namespace terahex
