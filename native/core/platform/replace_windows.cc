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

DWORD RenameAtOnce(HANDLE file, const std::wstring& to) {
  const size_t name_bytes = to.size() * sizeof(wchar_t);
  std::vector<std::byte> buffer(sizeof(FILE_RENAME_INFO) + name_bytes);
  auto* info = reinterpret_cast<FILE_RENAME_INFO*>(buffer.data());
  const DWORD flags = kRenameReplaces | kRenamePosix;
  std::memcpy(info, &flags, sizeof flags);  // a union with ReplaceIfExists, which older headers know alone
  info->FileNameLength = static_cast<DWORD>(name_bytes);
  std::memcpy(info->FileName, to.data(), name_bytes);
  const BOOL done = SetFileInformationByHandle(file, kRenameInfoEx, info, static_cast<DWORD>(buffer.size()));
  return done ? ERROR_SUCCESS : GetLastError();
}

DWORD RemoveOnce(const std::wstring& path) {
  {
    const Handle file = OpenToMove(path);
    if (!file.valid()) return GetLastError();
    DWORD flags = kDisposeDelete | kDisposePosix;
    if (SetFileInformationByHandle(file.get(), kDispositionInfoEx, &flags, sizeof flags))
      return ERROR_SUCCESS;
  }
  return DeleteFileW(path.c_str()) ? ERROR_SUCCESS : GetLastError();
}

DWORD Move(const std::wstring& from, const std::wstring& to, DWORD flags = 0) {
  return MoveFileExW(from.c_str(), to.c_str(), flags | MOVEFILE_WRITE_THROUGH) ? ERROR_SUCCESS
                                                                               : GetLastError();
}

DWORD ReplaceOnce(const std::wstring& from, const std::wstring& to) {
  {
    // Who has it open and lets nobody move it would stop the other ways, too, one of them half-way.
    const Handle file = OpenToMove(from);
    if (!file.valid()) return GetLastError();
    if (RenameAtOnce(file.get(), to) == ERROR_SUCCESS) return ERROR_SUCCESS;
  }
  return Move(from, to, MOVEFILE_REPLACE_EXISTING);
}

// What is said of a file that somebody has open and lets nobody move or remove.
constexpr std::initializer_list<DWORD> kHeldByOthers = {ERROR_SHARING_VIOLATION, ERROR_ACCESS_DENIED};

}  // namespace

// The last way is that of file systems where an open file cannot be replaced (FAT, some shares), as ours is:
// it can be renamed, so it steps aside under another name (kOldFileSuffix in commit_path.h). Not
// ReplaceFileW: it wants the new file closed, and does the same in the same two steps
// (ERROR_UNABLE_TO_MOVE_REPLACEMENT_2).
DWORD ReplaceByRename(const std::wstring& from, const std::wstring& to) {
  const std::wstring aside = from + L".old";
  bool stepped_aside = false;
  DWORD error = Patiently(kHeldByOthers, [&] {
    const DWORD refused = ReplaceOnce(from, to);
    if (refused != ERROR_ACCESS_DENIED && refused != ERROR_SHARING_VIOLATION) return refused;
    if (!OpenToMove(from).valid()) return refused;
    const DWORD in_the_way = Move(to, aside);
    stepped_aside = in_the_way == ERROR_SUCCESS;
    return in_the_way;
  });
  if (!stepped_aside) return error;
  error = Patiently(kHeldByOthers, [&] { return Move(from, to); });
  if (error == ERROR_SUCCESS) {
    (void)RemoveOnce(aside);  // with an open handle it goes when that is closed
  } else {
    // If that fails, too, or is not come to, the old file waits under this name for a recovery.
    (void)Patiently(kHeldByOthers, [&] { return Move(aside, to); });
  }
  return error;
}

DWORD RemoveName(const std::wstring& path) {
  return Patiently(kHeldByOthers, [&] { return RemoveOnce(path); });
}

}  // namespace terahex::windows
