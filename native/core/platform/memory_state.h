// Inside of the in-memory twin: blocks, files, names. Included by map_region_memory.cc and
// file_system_memory.cc only. Thread rule: everything under State::mutex.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "native/core/platform/map_region_memory.h"

namespace terahex {

Status MemoryStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                    uint64_t offset = Status::kNoOffset);

class MemoryView;

struct MemoryBlock : std::vector<std::byte> {
  using vector::vector;
  uint64_t place = 0;  // on the device
};

// Blocks moved inside a file's map, not yet durable.
struct MemoryMove {
  uint64_t first = 0;  // blocks, like the others
  uint64_t count = 0;
  bool inserts = false;
};

struct MemoryFile {
  using Blocks = std::map<uint64_t, MemoryBlock>;  // by block number; missing: a hole

  uint64_t id = 0;
  uint64_t birth_ns = 0;
  int64_t mtime_ns = 0;
  int64_t ctime_ns = 0;
  uint64_t size = 0;
  uint64_t disk_size = 0;
  int64_t disk_mtime_ns = 0;
  Blocks now;
  Blocks disk;
  std::set<uint64_t> dirty;  // blocks whose `now` and `disk` may differ
  std::optional<MemoryMove> move;
  uint32_t sector_size = 1;
  bool device = false;
  bool fifo = false;
  bool readable = true;
  Code write_denied = Code::kOk;
  std::vector<ByteRange> unreadable;
  std::vector<ByteRange> hidden;  // from SeemingExtents
  std::map<std::string, std::string> attributes;
  std::vector<MemoryView*> views;
  const void* lock_owner = nullptr;  // a region, or the file itself for an outside lock
};

struct MemoryFileSystem::State : std::enable_shared_from_this<MemoryFileSystem::State> {
  struct NameChange {
    std::string folder;
    std::string removed;  // empty: nothing
    std::string added;    // empty: nothing
    std::shared_ptr<MemoryFile> file;
  };
  struct Armed {
    MemoryFault fault;
    uint64_t seen = 0;
  };
  // What may go on: `torn` bytes of the call's work, then `status` if it is not ok.
  struct Entry {
    Status status;
    uint64_t torn = 0;
  };

  mutable std::mutex mutex;
  MemoryOptions options;
  std::map<std::string, std::shared_ptr<MemoryFile>> names;
  std::map<std::string, std::shared_ptr<MemoryFile>> disk_names;
  std::vector<NameChange> pending;  // in order
  std::map<std::string, std::string> symlinks;
  std::set<std::string> folders{"/"};
  std::vector<Armed> faults;
  std::array<uint64_t, static_cast<size_t>(MemoryOp::kCount)> calls{};
  uint64_t steps = 0;
  size_t live_views = 0;
  std::optional<uint64_t> steps_left;
  bool stopped = false;
  uint64_t epoch = 0;  // grows with each crash: older regions are dead
  uint64_t next_id = 1;
  uint64_t next_place = 1;
  int64_t clock_ns = 1'700'000'000'000'000'000;
  std::optional<uint64_t> free_bytes;

  // Counts the call, and says whether it fails by injection. `work`: bytes that the call is about to write.
  Entry Enter(MemoryOp op, std::string_view path, uint64_t work = 0);
  int64_t Tick() { return clock_ns += 1'000'000; }

  void ReadBlocks(const MemoryFile& file, uint64_t offset, std::span<std::byte> out) const;
  // Bytes written: fewer only when space ran out. Shows the bytes in all views.
  size_t WriteBlocks(MemoryFile& file, uint64_t offset, std::span<const std::byte> bytes);
  void Resize(MemoryFile& file, uint64_t size);
  void DropBlock(MemoryFile& file, uint64_t block);
  // Takes over what was stored into shared views since last time. False: no space for all of it.
  bool Harvest(MemoryFile& file);
  void MakeDurable(MemoryFile& file);  // bytes and size, not the time
  void MakeRangeDurable(MemoryFile& file, uint64_t start, uint64_t end);
  // Moves in `blocks` as far as `border` (a block, as before the move), the size not.
  void MoveBlocks(MemoryFile::Blocks& blocks, const MemoryMove& move, uint64_t border);
  void MoveOnDisk(MemoryFile& file);
  void RefreshViews(MemoryFile& file);
  // The power goes: none, a part or all of the file's last move is on the disk. False: what was written after
  // it is lost.
  bool CrashMove(MemoryFile& file, CrashPolicy policy, uint64_t random);
  std::vector<ByteRange> Stored(const MemoryFile& file, uint64_t start, uint64_t end, size_t limit) const;
  std::vector<std::shared_ptr<MemoryFile>> AllFiles() const;
  void CrashFile(MemoryFile& file, CrashPolicy policy, uint64_t* random);

  std::string Resolve(std::string_view path) const;  // symlinks followed
  std::shared_ptr<MemoryFile> Find(std::string_view path) const;
  std::shared_ptr<MemoryFile> NewFile();
  void AddFolders(std::string_view folder);
  void PutDurably(std::string_view path, std::shared_ptr<MemoryFile> file);
  void RemoveDurably(std::string_view path);
};

class MemoryView final : public View {
 public:
  MemoryView(std::shared_ptr<MemoryFileSystem::State> state, std::shared_ptr<MemoryFile> file,
             uint64_t offset, size_t length, Protection protection, std::string path);  // under the mutex
  ~MemoryView() override;
  std::byte* data() const override { return bytes_.get(); }
  size_t size() const override { return length_; }
  uint64_t offset() const override { return offset_; }
  Status Flush(size_t from, size_t length) override;
  void Advise(Advice) override {}

 private:
  friend struct MemoryFileSystem::State;
  friend class MemoryFileSystem;
  const std::shared_ptr<MemoryFileSystem::State> state_;
  const std::shared_ptr<MemoryFile> file_;
  const uint64_t epoch_;
  const uint64_t offset_;
  const size_t length_;
  const Protection protection_;
  const std::string path_;
  const std::unique_ptr<std::byte[]> bytes_;
  std::vector<std::byte> shadow_;  // kShared: as the file has it, to find stores by comparing
};

class MemoryRegion final : public MapRegion {
 public:
  MemoryRegion(std::shared_ptr<MemoryFileSystem::State> state, std::shared_ptr<MemoryFile> file,
               std::string path, bool writable);
  ~MemoryRegion() override;
  MemoryFile& file() const { return *file_; }

  const std::string& path() const override { return path_; }
  bool writable() const override { return writable_; }
  bool mappable() const override { return state_->options.mappable; }
  bool block_device() const override { return file_->device; }
  uint32_t sector_size() const override { return file_->sector_size; }
  size_t page_size() const override { return state_->options.page_size; }
  size_t granularity() const override { return state_->options.granularity; }
  Result<uint64_t> Size() const override;
  Result<FileIdentity> Identify() const override;
  Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) override;
  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const override;
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override;
  Status SetSize(uint64_t size) override;
  Status Sync() override;
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const override;
  Result<std::vector<ByteRange>> SeemingExtents(uint64_t start, uint64_t end, size_t limit) const override;
  bool vouches_for_holes() const override { return state_->options.vouches_for_holes; }
  void PunchHole(uint64_t offset, uint64_t length) override;
  bool copy_on_write() const override { return state_->options.copy_on_write; }
  Status TryLockFile() override;
  void UnlockFile() override;
  uint64_t ShiftUnit() const override;
  Result<std::vector<BlockExtent>> BlockMap(size_t limit) const override;
  Status InsertRange(uint64_t offset, uint64_t length) override;
  Status CollapseRange(uint64_t offset, uint64_t length) override;

 private:
  Status Move(MemoryOp op, uint64_t offset, uint64_t length);
  // Enter() of this region: dead after a crash; takes over stores into shared views.
  MemoryFileSystem::State::Entry Enter(MemoryOp op, uint64_t work = 0) const;

  const std::shared_ptr<MemoryFileSystem::State> state_;
  const std::shared_ptr<MemoryFile> file_;
  const uint64_t epoch_;
  const std::string path_;
  const bool writable_;
};

// What a file shows of itself, for Identify and Inspect.
FileIdentity MemoryIdentity(const MemoryFile& file);

}  // namespace terahex
