// Puts one file in another's place, and takes names away. Thread rule: pure system calls.
#include "native/core/platform/replace_windows.h"

#include <cstring>
#include <vector>

#include "native/core/platform/region_windows.h"

namespace terahex::windows {
namespace {

// Windows 10 1709 and NTFS on: the names change at once, as on POSIX systems, and who has the old file open
// keeps it (FILE_RENAME_INFORMATION, FILE_DISPOSITION_INFORMATION_EX, Microsoft Learn). Headers of older kits
// lack the names.
constexpr auto kDispositionInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(21);
constexpr auto kRenameInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(22);
constexpr DWORD kRenameReplaces = 0x1;
constexpr DWORD kRenamePosix = 0x2;
constexpr DWORD kDisposeDelete = 0x1;
constexpr DWORD kDisposePosix = 0x2;

Handle OpenToMove(const std::wstring& path) {
  return Handle(CreateFileW(path.c_str(), DELETE | SYNCHRONIZE, kShareAll, nullptr, OPEN_EXISTING,
                            FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

DWORD RenameAtOnce(const std::wstring& from, const std::wstring& to) {
  const Handle file = OpenToMove(from);
  if (!file.valid()) return GetLastError();
  const size_t name_bytes = to.size() * sizeof(wchar_t);
  std::vector<std::byte> buffer(sizeof(FILE_RENAME_INFO) + name_bytes);
  auto* info = reinterpret_cast<FILE_RENAME_INFO*>(buffer.data());
  const DWORD flags = kRenameReplaces | kRenamePosix;
  std::memcpy(info, &flags, sizeof flags);  // a union with ReplaceIfExists, which older headers know alone
  info->FileNameLength = static_cast<DWORD>(name_bytes);
  std::memcpy(info->FileName, to.data(), name_bytes);
  const BOOL done =
      SetFileInformationByHandle(file.get(), kRenameInfoEx, info, static_cast<DWORD>(buffer.size()));
  return done ? ERROR_SUCCESS : GetLastError();
}

// The way of file systems without that (FAT, some shares): the old file steps aside under another name, which
// an open file may (kOldFileSuffix in commit_path.h). Not ReplaceFileW: it wants the new file closed, and
// does the same in the same two steps.
DWORD ReplaceAside(const std::wstring& from, const std::wstring& to) {
  const std::wstring aside = from + L".old";
  if (!MoveFileExW(to.c_str(), aside.c_str(), MOVEFILE_WRITE_THROUGH)) return GetLastError();
  if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_WRITE_THROUGH)) {
    (void)RemoveName(aside);  // with an open handle it goes when that is closed
    return ERROR_SUCCESS;
  }
  const DWORD error = GetLastError();
  // If that fails, too, or is not come to, the old file waits under this name for a recovery.
  (void)MoveFileExW(aside.c_str(), to.c_str(), MOVEFILE_WRITE_THROUGH);
  return error;
}

}  // namespace

DWORD ReplaceByRename(const std::wstring& from, const std::wstring& to) {
  DWORD error = RenameAtOnce(from, to);
  if (error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return error;
  if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
    return ERROR_SUCCESS;
  error = GetLastError();
  // Somebody has the old file open: MoveFileExW cannot replace it, but it can be renamed.
  if (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION) return error;
  return ReplaceAside(from, to);
}

DWORD RemoveName(const std::wstring& path) {
  {
    const Handle file = OpenToMove(path);
    if (!file.valid()) return GetLastError();
    DWORD flags = kDisposeDelete | kDisposePosix;
    if (SetFileInformationByHandle(file.get(), kDispositionInfoEx, &flags, sizeof flags))
      return ERROR_SUCCESS;
  }
  return DeleteFileW(path.c_str()) ? ERROR_SUCCESS : GetLastError();
}

}  // namespace terahex::windows
