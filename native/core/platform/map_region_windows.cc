// One open file on Windows: section views, positional reads and writes, allocated ranges, flush, lock.
// Knows nothing of paths beyond the one for messages; opening is file_system_windows.cc.
// Thread rule: as map_region.h. Touches no mapped byte itself. The handle is synchronous: the system lets
// calls on it wait for each other.
#include <windows.h>
#include <winioctl.h>

#include <algorithm>

#include "native/core/platform/error_windows.h"
#include "native/core/platform/region_windows.h"

namespace terahex::windows {
namespace {

// A DWORD counts, and drivers that pin what they transfer run out of room for that long before 4 GiB
// (ERROR_NO_SYSTEM_RESOURCES).
constexpr size_t kMaxTransferBytes = size_t{16} << 20;
// NTFS gives back the space of a hole in units of 64 KiB; below that a sparse file gains nothing.
constexpr uint64_t kSparseUnit = 64 * 1024;
// One byte that no file has, so that the lock keeps out who asks for it, as advisory locks do, and nobody's
// reads and writes, as Windows' locks of real bytes do. Who locks all of the file meets it.
constexpr uint64_t kLockedByte = kMaxOffset - 1;

const SYSTEM_INFO& System() {
  static const SYSTEM_INFO info = [] {
    SYSTEM_INFO facts;
    GetSystemInfo(&facts);
    return facts;
  }();
  return info;
}

OVERLAPPED At(uint64_t offset) {
  OVERLAPPED place = {};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return place;
}

class WindowsView final : public View {
 public:
  WindowsView(void* address, size_t length, uint64_t offset, Protection protection, const std::string& path)
      : address_(address), length_(length), offset_(offset), protection_(protection), path_(path) {}
  ~WindowsView() override { UnmapViewOfFile(address_); }

  std::byte* data() const override { return static_cast<std::byte*>(address_); }
  size_t size() const override { return length_; }
  uint64_t offset() const override { return offset_; }

  Status Flush(size_t from, size_t length) override {
    if (protection_ != Protection::kShared || !FitsWithin(from, length, length_)) {
      return PathStatus(Code::kInvalidArgument, "flush", path_, "not a range of a shared view", 0, offset_);
    }
    if (length == 0) return Status::Ok();  // 0 would mean "to the end"
    const DWORD error = Patiently({ERROR_LOCK_VIOLATION}, [&] {
      return FlushViewOfFile(data() + from, length) ? ERROR_SUCCESS : GetLastError();
    });
    return error == ERROR_SUCCESS ? Status::Ok() : ErrorStatus("flush", path_, error, offset_ + from);
  }

  // Windows has no such hints for views; PrefetchVirtualMemory would read, not advise.
  void Advise(Advice) override {}

 private:
  void* const address_;
  const size_t length_;
  const uint64_t offset_;
  const Protection protection_;
  const std::string path_;
};

// Files on shares: a view there does not see what others write, nor our own positional writes ("Creating a
// File Mapping Object", Microsoft Learn: coherent only for local files). Those of other programs (WSL,
// virtual machines, remote desktops) need not know of protocols; all of them have the names of shares.
bool OnShare(HANDLE file) {
  FILE_REMOTE_PROTOCOL_INFO info;
  return GetFileInformationByHandleEx(file, FileRemoteProtocolInfo, &info, sizeof info) != 0 ||
         FinalPath(file).starts_with(L"\\\\?\\UNC\\");
}

// Where the stored ranges tell the bytes. Not of files whose bytes a filter brings when they are read: those
// that wait in a cloud, are deduplicated or compressed by the system have next to nothing stored themselves,
// and their reparse points and attributes need not be shown to us ("Placeholder files", Microsoft Learn). A
// file that is not sparse has no holes.
bool TellsStoredRanges(HANDLE file) {
  FILE_BASIC_INFO info;
  if (!GetFileInformationByHandleEx(file, FileBasicInfo, &info, sizeof info)) return false;
  constexpr DWORD kElsewhere = FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_OFFLINE |
                               0x00040000 |  // FILE_ATTRIBUTE_RECALL_ON_OPEN, which MinGW's headers lack
                               0x00400000;   // FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
  return (info.FileAttributes & FILE_ATTRIBUTE_SPARSE_FILE) != 0 && (info.FileAttributes & kElsewhere) == 0;
}

}  // namespace

Result<std::unique_ptr<View>> MapSection(HANDLE section, uint64_t offset, size_t length,
                                         Protection protection, const std::string& path) {
  const DWORD access = protection == Protection::kRead      ? FILE_MAP_READ
                       : protection == Protection::kPrivate ? FILE_MAP_COPY
                                                            : FILE_MAP_READ | FILE_MAP_WRITE;
  void* address =
      MapViewOfFile(section, access, static_cast<DWORD>(offset >> 32), static_cast<DWORD>(offset), length);
  if (address == nullptr) {
    const DWORD error = GetLastError();
    if (error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_COMMITMENT_LIMIT ||
        error == ERROR_INVALID_ADDRESS) {
      return PathStatus(Code::kTooLarge, "map", path, "no memory or address space left", error, offset);
    }
    return ErrorStatus("map", path, error, offset);
  }
  return std::unique_ptr<View>(new WindowsView(address, length, offset, protection, path));
}

std::shared_ptr<MapRegion> WindowsRegion::Make(Handle file, std::string path, bool writable) {
  std::shared_ptr<WindowsRegion> region(new WindowsRegion(std::move(file), std::move(path), writable));
  region->mappable_ = !OnShare(region->handle());
  FileIdentity identity;
  if (IdentifyFile(region->handle(), &identity, nullptr, nullptr) == ERROR_SUCCESS)
    region->volume_ = identity.volume;
  return region;
}

size_t WindowsRegion::page_size() const { return System().dwPageSize; }
size_t WindowsRegion::granularity() const { return System().dwAllocationGranularity; }

Result<uint64_t> WindowsRegion::Size() const {
  LARGE_INTEGER size;
  if (!GetFileSizeEx(handle(), &size)) return ErrorStatus("ask the size of", path_, GetLastError());
  return static_cast<uint64_t>(size.QuadPart);
}

Result<FileIdentity> WindowsRegion::Identify() const {
  FileIdentity identity;
  if (const DWORD error = IdentifyFile(handle(), &identity, nullptr, nullptr)) {
    return ErrorStatus("identify", path_, error);
  }
  identity.volume = volume_;  // Wine forgets it of a file renamed since
  return identity;
}

Result<std::unique_ptr<View>> WindowsRegion::Map(uint64_t offset, size_t length, Protection protection) {
  if (length == 0 || offset % granularity() != 0) {
    return PathStatus(Code::kInvalidArgument, "map", path_, "empty or unaligned window", 0, offset);
  }
  if (protection == Protection::kShared && !writable_) {
    return PathStatus(Code::kReadOnly, "map", path_, "opened read-only", 0, offset);
  }
  if (!mappable_)
    return PathStatus(Code::kUnsupported, "map", path_, "files on a share are not mapped", 0, offset);
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  if (!FitsWithin(offset, length, *size)) {
    return PathStatus(Code::kOutOfRange, "map", path_, "the window ends past the end of the file", 0, offset);
  }
  const DWORD access = protection == Protection::kRead      ? PAGE_READONLY
                       : protection == Protection::kPrivate ? PAGE_WRITECOPY
                                                            : PAGE_READWRITE;
  // As large as the file is now: a larger one would make the file longer. A section of an empty file cannot
  // be made (1006); the size was asked first. The view keeps the section, and the section would keep others
  // from cutting the file, so its handle is closed at once.
  const Handle section(CreateFileMappingW(handle(), nullptr, access, 0, 0, nullptr));
  if (!section.valid()) return ErrorStatus("map", path_, GetLastError(), offset);
  if (protection == Protection::kShared) time_due_ = true;
  return MapSection(section.get(), offset, length, protection, path_);
}

Result<size_t> WindowsRegion::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  if (offset > kMaxOffset) return PathStatus(Code::kOutOfRange, "read", path_, "offset past 2^63 - 1");
  const size_t wanted = ClampToSize(std::min<uint64_t>(out.size(), kMaxOffset - offset));
  size_t done = 0;
  while (done < wanted) {
    OVERLAPPED place = At(offset + done);
    const auto chunk = static_cast<DWORD>(std::min(wanted - done, kMaxTransferBytes));
    DWORD got = 0;
    if (!ReadFile(handle(), out.data() + done, chunk, &got, &place)) {
      const DWORD error = GetLastError();
      if (error == ERROR_HANDLE_EOF) break;
      return ErrorStatus("read", path_, error, offset + done);
    }
    if (got == 0) break;
    done += got;
  }
  return done;
}

// Without the sparse flag NTFS allocates, and on later writes fills with zeros, all that a file grows by.
void WindowsRegion::LeaveHole(uint64_t from, uint64_t to) {
  if (to <= from || to - from < kSparseUnit) return;
  DWORD returned = 0;  // a file system without sparse files refuses, and stores zeros
  (void)DeviceIoControl(handle(), FSCTL_SET_SPARSE, nullptr, 0, nullptr, 0, &returned, nullptr);
}

Status WindowsRegion::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  if (!writable_) return PathStatus(Code::kReadOnly, "write to", path_, "opened read-only", 0, offset);
  if (!FitsWithin(offset, bytes.size(), kMaxOffset)) {
    return PathStatus(Code::kOutOfRange, "write to", path_, "the range ends past 2^63 - 1", 0, offset);
  }
  if (bytes.empty()) return Status::Ok();
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  LeaveHole(*size, offset);
  ExpectTime();
  for (size_t done = 0; done < bytes.size();) {
    OVERLAPPED place = At(offset + done);
    const auto chunk = static_cast<DWORD>(std::min(bytes.size() - done, kMaxTransferBytes));
    DWORD put = 0;
    if (!WriteFile(handle(), bytes.data() + done, chunk, &put, &place)) {
      return ErrorStatus("write to", path_, GetLastError(), offset + done);
    }
    if (put == 0) return ErrorStatus("write to", path_, ERROR_DISK_FULL, offset + done);
    done += put;
  }
  return Status::Ok();
}

Status WindowsRegion::SetSize(uint64_t size) {
  if (!writable_) return PathStatus(Code::kReadOnly, "resize", path_, "opened read-only");
  if (size > kMaxOffset) return PathStatus(Code::kOutOfRange, "resize", path_, "size past 2^63 - 1");
  const Result<uint64_t> now = Size();
  if (!now.ok()) return now.status();
  LeaveHole(*now, size);
  ExpectTime();
  FILE_END_OF_FILE_INFO end;
  end.EndOfFile.QuadPart = static_cast<LONGLONG>(size);
  // Views of our own scans end within milliseconds; those of others are theirs.
  const DWORD error = Patiently({ERROR_USER_MAPPED_FILE}, [&] {
    return SetFileInformationByHandle(handle(), FileEndOfFileInfo, &end, sizeof end) ? ERROR_SUCCESS
                                                                                     : GetLastError();
  });
  if (error == ERROR_SUCCESS) return Status::Ok();
  // A size that this file system cannot have is "an invalid parameter".
  return ErrorStatus("resize", path_, error == ERROR_INVALID_PARAMETER ? ERROR_FILE_TOO_LARGE : error, size);
}

Status WindowsRegion::Sync() {
  if (!writable_) return Status::Ok();  // nothing of ours to flush, and Windows refuses to
  if (!FlushFileBuffers(handle())) return ErrorStatus("make durable", path_, GetLastError());
  TellTime();
  return Status::Ok();
}

// "When modifying a file through a mapped view, the last modification timestamp may not be updated
// automatically" (MapViewOfFile, Microsoft Learn): told when it is durable, so that others notice, and so
// that it does not change later. For a handle that a time was set through the file systems leave it at that
// time, whatever is written (FastFAT's cleanup.c, Windows driver samples): each later change needs telling,
// too.
void WindowsRegion::TellTime() {
  if (!time_due_.exchange(false)) return;
  FILETIME now;
  GetSystemTimePreciseAsFileTime(&now);
  time_set_ = true;
  (void)SetFileTime(handle(), nullptr, nullptr, &now);
}

Result<std::vector<ByteRange>> WindowsRegion::Extents(uint64_t start, uint64_t end, size_t limit) const {
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  end = std::min(end, *size);
  std::vector<ByteRange> found;
  // On a share the answer would be the server's, who has not seen yet what waits here to be sent.
  if (start < end && limit > 0 && (!mappable_ || !TellsStoredRanges(handle())))
    return std::vector<ByteRange>{{start, end}};
  FILE_ALLOCATED_RANGE_BUFFER answer[64];
  while (start < end && found.size() < limit) {
    FILE_ALLOCATED_RANGE_BUFFER question;
    question.FileOffset.QuadPart = static_cast<LONGLONG>(start);
    question.Length.QuadPart = static_cast<LONGLONG>(end - start);
    DWORD bytes = 0;
    const bool complete = DeviceIoControl(handle(), FSCTL_QUERY_ALLOCATED_RANGES, &question, sizeof question,
                                          answer, sizeof answer, &bytes, nullptr) != 0;
    const DWORD error = complete ? ERROR_SUCCESS : GetLastError();
    if (!complete && error != ERROR_MORE_DATA) {
      if (CodeOfError(error) == Code::kUnsupported || error == ERROR_INVALID_PARAMETER) {
        found.push_back({start, end});  // FAT, most shares: cannot tell, so all of it is stored
        break;
      }
      return ErrorStatus("find the stored ranges of", path_, error, start);
    }
    const size_t count = bytes / sizeof answer[0];
    for (size_t i = 0; i < count && found.size() < limit; ++i) {
      // NTFS answers in units of 64 KiB, wider than was asked for.
      const auto from = std::max(static_cast<uint64_t>(answer[i].FileOffset.QuadPart), start);
      const auto to =
          std::min(static_cast<uint64_t>(answer[i].FileOffset.QuadPart + answer[i].Length.QuadPart), end);
      if (from >= to) continue;
      if (!found.empty() && found.back().end == from) {
        found.back().end = to;
      } else {
        found.push_back({from, to});
      }
      start = to;
    }
    if (complete || count == 0) break;
  }
  return found;
}

// ReFS relocates where files share blocks or keep checksums; NTFS overwrites in place.
bool WindowsRegion::copy_on_write() const {
  constexpr DWORD kSharesBlocks = 0x08000000;  // FILE_SUPPORTS_BLOCK_REFCOUNTING
  DWORD flags = 0;
  return GetVolumeInformationByHandleW(handle(), nullptr, 0, nullptr, nullptr, &flags, nullptr, 0) != 0 &&
         (flags & kSharesBlocks) != 0;
}

Status WindowsRegion::TryLockFile() {
  if (locked_) return Status::Ok();  // Windows would let a handle wait for itself
  OVERLAPPED place = At(kLockedByte);
  const DWORD flags = LOCKFILE_FAIL_IMMEDIATELY | (writable_ ? LOCKFILE_EXCLUSIVE_LOCK : 0);
  if (LockFileEx(handle(), flags, 0, 1, 0, &place)) {
    locked_ = true;
    return Status::Ok();
  }
  const DWORD error = GetLastError();
  // A synchronous handle tells "would have to wait" in either way.
  return ErrorStatus("lock", path_, error == ERROR_IO_PENDING ? ERROR_LOCK_VIOLATION : error);
}

void WindowsRegion::UnlockFile() {
  OVERLAPPED place = At(kLockedByte);
  if (locked_.exchange(false)) UnlockFileEx(handle(), 0, 1, 0, &place);
}

}  // namespace terahex::windows
