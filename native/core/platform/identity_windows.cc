// Which file is this, under which name, and which version of it: the 128-bit file id where the file system
// has one (NTFS, ReFS), the older 64-bit one elsewhere (FAT, most shares). Knows nothing of regions. Thread
// rule: pure system calls.
#include "native/core/platform/region_windows.h"

namespace terahex::windows {

std::wstring FinalPath(HANDLE file) {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD got = GetFinalPathNameByHandleW(file, path.data(), static_cast<DWORD>(path.size()), 0);
    const bool fits = got < path.size();
    path.resize(got);
    if (fits) return path;
  }
}

int64_t UnixNanoseconds(int64_t ticks) {
  constexpr int64_t kTicksTo1970 = 116'444'736'000'000'000;
  // 0: the file system keeps no such time. Before 1677 and after 2262 nothing fits; nor does such a time
  // occur.
  return ticks == 0 ? 0 : (ticks - kTicksTo1970) * 100;
}

DWORD IdentifyFile(HANDLE file, FileIdentity* identity, uint64_t* links, DWORD* attributes) {
  *identity = {};
  BY_HANDLE_FILE_INFORMATION plain;
  if (!GetFileInformationByHandle(file, &plain)) return GetLastError();
  const auto join = [](DWORD high, DWORD low) { return uint64_t{high} << 32 | low; };
  identity->volume = plain.dwVolumeSerialNumber;
  identity->file_id[0] = join(plain.nFileIndexHigh, plain.nFileIndexLow);
  identity->size = join(plain.nFileSizeHigh, plain.nFileSizeLow);
  const auto time = [&](FILETIME stamp) {
    return UnixNanoseconds(static_cast<int64_t>(join(stamp.dwHighDateTime, stamp.dwLowDateTime)));
  };
  identity->mtime_ns = time(plain.ftLastWriteTime);
  identity->birth_ns = static_cast<uint64_t>(time(plain.ftCreationTime));
  if (links != nullptr) *links = plain.nNumberOfLinks;
  if (attributes != nullptr) *attributes = plain.dwFileAttributes;

  FILE_ID_INFO id;
  static_assert(sizeof id.FileId == sizeof identity->file_id);
  if (GetFileInformationByHandleEx(file, FileIdInfo, &id, sizeof id)) {
    // Such ids carry a count of their reuse (NTFS) or are never given again (ReFS); the time of creation
    // would only do harm, for anybody may set it.
    identity->birth_ns = 0;
    identity->volume = id.VolumeSerialNumber;
    CopyMemory(identity->file_id, &id.FileId, sizeof id.FileId);
  }
  FILE_BASIC_INFO times;
  if (GetFileInformationByHandleEx(file, FileBasicInfo, &times, sizeof times))
    identity->ctime_ns = UnixNanoseconds(times.ChangeTime.QuadPart);
  return ERROR_SUCCESS;
}

}  // namespace terahex::windows
