// GetLastError() into Status: the one table of codes and the one wording of messages for the Windows files.
// Thread rule: pure functions.
#include "native/core/platform/error_windows.h"

#include <windows.h>

#include <string>

#include "native/core/platform/paths_windows.h"

namespace terahex::windows {
namespace {

constexpr uint32_t kDiskQuotaExceeded = 1295;  // ERROR_DISK_QUOTA_EXCEEDED, which MinGW's headers lack

// What people meet often gets the words of the other systems, in place of the system's in its language.
const char* OwnWords(uint32_t error) {
  switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
      return "no such file or directory";
    case ERROR_ACCESS_DENIED:
      return "permission denied";
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
      return "file exists";
    case ERROR_SHARING_VIOLATION:
      return "another program has it open and does not share it";
    case ERROR_LOCK_VIOLATION:
      return "another program has locked it";
    case ERROR_USER_MAPPED_FILE:
      return "a program has a part of it mapped into memory";
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return "no space left on the disk";
    case ERROR_WRITE_PROTECT:
      return "the disk is write-protected";
    default:
      return nullptr;
  }
}

std::string SystemWords(uint32_t error) {
  wchar_t buffer[512] = L"";
  const DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, nullptr,
      error, 0, buffer, ARRAYSIZE(buffer), nullptr);
  std::string words = Narrow({buffer, length});
  while (!words.empty() && (words.back() == ' ' || words.back() == '.')) words.pop_back();
  if (!words.empty() && words[0] >= 'A' && words[0] <= 'Z') words[0] += 'a' - 'A';
  return words.empty() ? "error " + std::to_string(error) : words;
}

}  // namespace

Code CodeOfError(uint32_t error) {
  switch (error) {
    case ERROR_SUCCESS:
      return Code::kOk;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_DRIVE:
    case ERROR_BAD_NETPATH:
    case ERROR_BAD_NET_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_CANT_RESOLVE_FILENAME:  // a circle of links
      return Code::kNotFound;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_DELETE_PENDING:  // the name goes with its last handle
      return Code::kAccessDenied;
    case ERROR_WRITE_PROTECT:
      return Code::kReadOnly;
    case ERROR_DIRECTORY:
      return Code::kNotAFile;
    case ERROR_FILE_EXISTS:
    case ERROR_ALREADY_EXISTS:
    case ERROR_DIR_NOT_EMPTY:
      return Code::kExists;
    case ERROR_INVALID_PARAMETER:
    case ERROR_INVALID_NAME:
    case ERROR_INVALID_HANDLE:
    case ERROR_FILENAME_EXCED_RANGE:
    case ERROR_NO_UNICODE_TRANSLATION:
      return Code::kInvalidArgument;
    // Gone for good: a share that is not there any more, a device that was pulled out.
    case ERROR_DEV_NOT_EXIST:
    case ERROR_NOT_READY:
    case ERROR_DEVICE_NOT_CONNECTED:
    case ERROR_NETNAME_DELETED:
    case ERROR_UNEXP_NET_ERR:
    case ERROR_FILE_INVALID:  // the volume was replaced under the open handle
    case ERROR_WRONG_DISK:
      return Code::kVanished;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return Code::kNoSpace;
    case kDiskQuotaExceeded:
      return Code::kQuota;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
    case ERROR_USER_MAPPED_FILE:
    case ERROR_BUSY:
    case ERROR_DRIVE_LOCKED:
      return Code::kBusy;
    case ERROR_INVALID_FUNCTION:
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_NOT_SAME_DEVICE:
      return Code::kUnsupported;
    case ERROR_FILE_TOO_LARGE:
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_COMMITMENT_LIMIT:
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_TOO_MANY_OPEN_FILES:
      return Code::kTooLarge;
    default:
      return Code::kIo;
  }
}

uint32_t LastOpenError() {
  constexpr LONG kDeletePending = static_cast<LONG>(0xC0000056);  // STATUS_DELETE_PENDING
  using LastStatus = LONG(NTAPI*)();
  static const auto last_status = reinterpret_cast<LastStatus>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetLastNtStatus")));
  const DWORD error = GetLastError();
  const bool going =
      error == ERROR_DELETE_PENDING ||
      (error == ERROR_ACCESS_DENIED && last_status != nullptr && last_status() == kDeletePending);
  return going ? ERROR_FILE_NOT_FOUND : error;
}

Status ErrorStatus(std::string_view action, std::string_view path, uint32_t error, uint64_t offset) {
  const char* own = OwnWords(error);
  return PathStatus(CodeOfError(error), action, path, own != nullptr ? own : SystemWords(error), error,
                    offset);
}

Status PathStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                  uint32_t error, uint64_t offset) {
  std::string message = "cannot ";
  message.append(action).append(" ").append(path);
  if (offset != Status::kNoOffset) message.append(" at offset ").append(std::to_string(offset));
  message.append(": ").append(reason);
  return Status(code, std::move(message), static_cast<int>(error), offset);
}

}  // namespace terahex::windows
