// Named shared memory as a region of fixed size: "Local\name" or "Global\name", made by another program with
// CreateFileMappingW. What /dev/shm is elsewhere. Behaves like a device: nothing replaces it, nothing makes
// it longer. Thread rule: as map_region.h. Touches the memory through the guard only: parts of it may not be
// committed.
#include <windows.h>

#include <algorithm>
#include <vector>

#include "native/core/platform/error_windows.h"
#include "native/core/platform/fault_guard.h"
#include "native/core/platform/paths_windows.h"
#include "native/core/platform/region_windows.h"

namespace terahex::windows {
namespace {

constexpr uint64_t kSharedMemoryVolume = 0x4d48534445524148;  // no disk's serial number

std::wstring WideName(std::string_view path) {
  const int length = static_cast<int>(path.size());
  std::wstring name(path.size(), L'\0');
  name.resize(static_cast<size_t>(
      MultiByteToWideChar(CP_UTF8, 0, path.data(), length, name.data(), static_cast<int>(name.size()))));
  return name;
}

class SharedMemoryRegion final : public MapRegion {
 public:
  SharedMemoryRegion(Handle section, std::string path, bool writable)
      : section_(std::move(section)), path_(std::move(path)), writable_(writable) {
    SYSTEM_INFO facts;
    GetSystemInfo(&facts);
    page_size_ = facts.dwPageSize;
    granularity_ = facts.dwAllocationGranularity;
  }

  // Only a view tells how large a section is, in whole pages.
  Status Attach() {
    auto all = MapSection(section_.get(), 0, 0, writable_ ? Protection::kShared : Protection::kRead, path_);
    if (!all.ok()) return all.status();
    all_ = std::move(*all);
    MEMORY_BASIC_INFORMATION facts;
    if (VirtualQuery(all_->data(), &facts, sizeof facts) == 0)
      return ErrorStatus("ask the size of", path_, GetLastError());
    size_ = facts.RegionSize;
    return Status::Ok();
  }

  const std::string& path() const override { return path_; }
  bool writable() const override { return writable_; }
  bool mappable() const override { return true; }
  bool block_device() const override { return true; }
  uint32_t sector_size() const override { return 1; }
  size_t page_size() const override { return page_size_; }
  size_t granularity() const override { return granularity_; }
  Result<uint64_t> Size() const override { return uint64_t{size_}; }
  Result<FileIdentity> Identify() const override {
    FileIdentity identity;
    identity.volume = kSharedMemoryVolume;
    identity.size = size_;
    identity.file_id[0] = 14695981039346656037u;  // FNV-1a of the name, which is all that there is
    for (const char c : path_)
      identity.file_id[0] = (identity.file_id[0] ^ static_cast<uint8_t>(c)) * 1099511628211u;
    return identity;
  }

  Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) override {
    if (length == 0 || offset % granularity_ != 0)
      return PathStatus(Code::kInvalidArgument, "map", path_, "empty or unaligned window", 0, offset);
    if (protection == Protection::kShared && !writable_)
      return PathStatus(Code::kReadOnly, "map", path_, "opened read-only", 0, offset);
    if (!FitsWithin(offset, length, size_))
      return PathStatus(Code::kOutOfRange, "map", path_, "the window ends past the end", 0, offset);
    return MapSection(section_.get(), offset, length, protection, path_);
  }

  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const override {
    if (offset > kMaxOffset) return PathStatus(Code::kOutOfRange, "read", path_, "offset past 2^63 - 1");
    if (offset >= size_) return size_t{0};
    const size_t length = std::min<size_t>(out.size(), size_ - static_cast<size_t>(offset));
    const size_t done = GuardedCopy(out.data(), all_->data() + offset, length);
    if (done == length) return done;
    return PathStatus(Code::kIo, "read", path_, "this memory is not there", 0, offset + done);
  }
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    if (!writable_) return PathStatus(Code::kReadOnly, "write to", path_, "opened read-only", 0, offset);
    if (!FitsWithin(offset, bytes.size(), size_))
      return PathStatus(Code::kOutOfRange, "write to", path_, "the range ends past the end", 0, offset);
    const size_t done = GuardedCopy(all_->data() + offset, bytes.data(), bytes.size());
    if (done == bytes.size()) return Status::Ok();
    return PathStatus(Code::kIo, "write to", path_, "this memory is not there", 0, offset + done);
  }
  Status SetSize(uint64_t) override {
    return PathStatus(Code::kUnsupported, "resize", path_, "it is shared memory");
  }
  Status Sync() override { return Status::Ok(); }
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const override {
    end = std::min<uint64_t>(end, size_);
    if (start >= end || limit == 0) return std::vector<ByteRange>();
    return std::vector<ByteRange>{{start, end}};
  }
  bool copy_on_write() const override { return false; }
  Status TryLockFile() override {
    return PathStatus(Code::kUnsupported, "lock", path_, "shared memory has no locks");
  }
  void UnlockFile() override {}

 private:
  const Handle section_;
  const std::string path_;
  const bool writable_;
  size_t page_size_ = 0;
  size_t granularity_ = 0;
  std::unique_ptr<View> all_;
  size_t size_ = 0;
};

}  // namespace

bool NamesSharedMemory(std::string_view path) {
  return path.starts_with("Local\\") || path.starts_with("Global\\");
}

Result<std::shared_ptr<MapRegion>> OpenSharedMemory(std::string_view path, bool writable) {
  InstallFaultGuard();
  const DWORD access = writable ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ;
  Handle section(OpenFileMappingW(access, FALSE, WideName(path).c_str()));
  if (!section.valid()) return ErrorStatus("open", path, GetLastError());
  auto region = std::make_shared<SharedMemoryRegion>(std::move(section), std::string(path), writable);
  if (Status status = region->Attach(); !status.ok()) return status;
  return std::shared_ptr<MapRegion>(std::move(region));
}

Result<FileIdentity> IdentifySharedMemory(std::string_view path) {
  const Result<std::shared_ptr<MapRegion>> region = OpenSharedMemory(path, false);
  if (!region.ok()) return region.status();
  return (*region)->Identify();
}

}  // namespace terahex::windows
