// What map_region_posix.cc and file_system_posix.cc share: the region's class, and how POSIX tells a file's
// identity. Included by these files and blocks_posix.cc only. Thread rule: as map_region.h.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <mutex>
#include <string>

#include "native/core/platform/map_region.h"
#include "native/core/status.h"

namespace terahex::posix {

// Linux cuts every single read, write and copy at this (MAX_RW_COUNT, read(2)); macOS refuses more than
// INT_MAX.
inline constexpr size_t kMaxTransferBytes = 0x7ffff000;

// Owns one descriptor.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.number_) { other.number_ = -1; }
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor();  // keeps errno
  int get() const { return number_; }
  bool valid() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// Calls `call` again while a signal interrupts it.
template <typename Call>
auto RestartOnSignal(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

// Of an open descriptor, or with `descriptor` AT_FDCWD of a path (symlinks followed). 0 or errno; the size of
// a block device is not in here (see DeviceSize).
int IdentifyFile(int descriptor, const char* path, FileIdentity* identity);
// Bytes of the block device; 0 or errno.
int DeviceSize(int descriptor, uint64_t* bytes);

// Makes what was written to a file, or renamed in a folder, durable, as far as the system can. 0, or -1 and
// errno; an error is final.
int SyncDescriptor(int descriptor);

// "name (process 123)" of a program that holds a lock on the open file; empty where the OS does not tell, or
// not to us.
std::string FindLockHolder(int descriptor);

class PosixRegion final : public MapRegion {
 public:
  // Takes the descriptor of a regular file or block device (the opener has checked).
  static Result<std::shared_ptr<MapRegion>> Make(Descriptor descriptor, std::string path, bool writable,
                                                 const struct stat& facts);

  int descriptor() const { return descriptor_.get(); }

  const std::string& path() const override { return path_; }
  bool writable() const override { return writable_; }
  bool mappable() const override { return mappable_; }
  bool block_device() const override { return block_device_; }
  uint32_t sector_size() const override { return sector_size_; }
  size_t page_size() const override { return page_size_; }
  size_t granularity() const override { return page_size_; }
  Result<uint64_t> Size() const override;
  Result<FileIdentity> Identify() const override;
  Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) override;
  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const override;
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override;
  Status SetSize(uint64_t size) override;
  Status Sync() override;
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const override;
  Result<std::vector<ByteRange>> SeemingExtents(uint64_t start, uint64_t end, size_t limit) const override;
#if defined(__APPLE__)
  bool vouches_for_holes() const override { return false; }
  void PunchHole(uint64_t offset, uint64_t length) override;
#endif
  bool copy_on_write() const override;
  Status TryLockFile() override;
  void UnlockFile() override;
  std::string LockHolder() const override;
  void ExpectScattered(bool scattered) override;
  void StartWriting(uint64_t offset, uint64_t length) override;
  void DropLargeFolio(uint64_t offset) override;
  uint64_t ShiftUnit() const override;
  uint64_t BlockSize() const override;
  Result<std::vector<BlockExtent>> BlockMap(size_t limit) const override;
  Status InsertRange(uint64_t offset, uint64_t length) override;
  Status CollapseRange(uint64_t offset, uint64_t length) override;

 private:
  PosixRegion(Descriptor descriptor, std::string path, bool writable) noexcept
      : descriptor_(std::move(descriptor)), path_(std::move(path)), writable_(writable) {}
  Status WritePlain(uint64_t offset, const std::byte* bytes, size_t length);
  Status WriteSectors(uint64_t offset, std::span<const std::byte> bytes);
  Status CheckMayGrowTo(uint64_t end) const;
  Status MoveRange(int mode, const char* action, uint64_t offset, uint64_t length);
  // End of the stored stretch that `data_start` begins; 0 and the end, or errno.
  int EndOfData(uint64_t data_start, uint64_t* data_end) const;

  const Descriptor descriptor_;
  const std::string path_;
  const bool writable_;
  bool mappable_ = false;
  bool block_device_ = false;
  uint32_t sector_size_ = 1;
  size_t page_size_ = 0;
  std::mutex sector_mutex_;  // read-merge-write of a shared sector is one step

  // The stretch that EndOfData found last. SEEK_HOLE walks every extent up to the next hole, which in a dense
  // 8 TiB file is 65,536 of them; calling a hole data is always safe, so an outdated stretch costs only time.
  mutable std::mutex stretch_mutex_;
  mutable ByteRange stored_stretch_;
};

}  // namespace terahex::posix
