// What the Windows files share: an owned handle, the region's class, and how Windows tells a file's identity.
// Included by *_windows.cc only. Thread rule: as map_region.h.
#pragma once

#include <windows.h>

#include <algorithm>
#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "native/core/platform/map_region.h"
#include "native/core/status.h"

namespace terahex::windows {

// Others may read, write, rename and delete what we have open.
inline constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

// Owns one handle. CreateFileW fails with INVALID_HANDLE_VALUE, CreateFileMappingW with null: neither is
// valid.
class Handle {
 public:
  Handle() = default;
  explicit Handle(HANDLE handle) : handle_(handle) {}
  Handle(Handle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Handle() {  // keeps the error
    if (!valid()) return;
    const DWORD saved = GetLastError();
    CloseHandle(handle_);
    SetLastError(saved);
  }
  HANDLE get() const { return handle_; }
  bool valid() const { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }

 private:
  HANDLE handle_ = nullptr;
};

// Virus scanners, indexers and sync clients open what was just written, for some milliseconds, and not all of
// them share it; writing back a view meets the system's own lazy writer. Tries once more, for a third of a
// second in all, while `attempt` ends with one of the errors `passing`; returns its last one.
template <typename Attempt>
DWORD Patiently(std::initializer_list<DWORD> passing, Attempt attempt) {
  constexpr DWORD kLongestPauseMs = 160;
  for (DWORD pause_ms = 5;; pause_ms *= 2) {
    const DWORD error = attempt();
    if (std::find(passing.begin(), passing.end(), error) == passing.end()) return error;
    if (pause_ms > kLongestPauseMs) return error;
    Sleep(pause_ms);
  }
}

// The path that an open file has now, with \\?\ in front; empty where the system cannot tell (RAM disks, some
// shares; Wine 8 no long ones).
std::wstring FinalPath(HANDLE file);

// 0 or an error of GetLastError(). `links` and `attributes` may be null.
DWORD IdentifyFile(HANDLE file, FileIdentity* identity, uint64_t* links, DWORD* attributes);

// Nanoseconds since 1970 of a FILETIME's ticks of 100 ns since 1601.
int64_t UnixNanoseconds(int64_t ticks);

// Named shared memory instead of a file ("Local\name", "Global\name"), see shared_memory_windows.cc.
bool NamesSharedMemory(std::string_view path);
Result<std::shared_ptr<MapRegion>> OpenSharedMemory(std::string_view path, bool writable);
Result<FileIdentity> IdentifySharedMemory(std::string_view path);

// A window of a section. The section's handle may be closed before: the view keeps it.
Result<std::unique_ptr<View>> MapSection(HANDLE section, uint64_t offset, size_t length,
                                         Protection protection, const std::string& path);

class WindowsRegion final : public MapRegion {
 public:
  // Takes the handle of a file on a disk (the opener has checked).
  static std::shared_ptr<MapRegion> Make(Handle file, std::string path, bool writable);

  ~WindowsRegion() override { TellTime(); }

  HANDLE handle() const { return file_.get(); }

  const std::string& path() const override { return path_; }
  bool writable() const override { return writable_; }
  bool mappable() const override { return mappable_; }
  bool block_device() const override { return false; }
  uint32_t sector_size() const override { return 1; }
  size_t page_size() const override;
  size_t granularity() const override;
  Result<uint64_t> Size() const override;
  Result<FileIdentity> Identify() const override;
  Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) override;
  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const override;
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override;
  Status SetSize(uint64_t size) override;
  Status Sync() override;
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const override;
  bool copy_on_write() const override;
  bool views_block_cuts() const override { return true; }
  Status TryLockFile() override;
  void UnlockFile() override;

 private:
  WindowsRegion(Handle file, std::string path, bool writable)
      : file_(std::move(file)), path_(std::move(path)), writable_(writable) {}
  void LeaveHole(uint64_t from, uint64_t to);
  void ExpectTime() {
    if (time_set_) time_due_ = true;
  }
  void TellTime();

  const Handle file_;
  const std::string path_;
  const bool writable_;
  bool mappable_ = false;
  uint64_t volume_ = 0;                // as FileIdentity has it; an open file stays on its volume
  std::atomic<bool> time_due_{false};  // of a change that Windows does not tell the time of
  std::atomic<bool> time_set_{false};  // through this handle, whose writes Windows then tells no time of
  std::atomic<bool> locked_{false};
};

}  // namespace terahex::windows
