// Paths between our UTF-8 and Windows' UTF-16. See "Naming Files, Paths, and Namespaces", Microsoft Learn.
// Thread rule: pure functions of their arguments and the current folder.
#include "native/core/platform/paths_windows.h"

#include <windows.h>

#include "native/core/platform/error_windows.h"

namespace terahex::windows {
namespace {

constexpr std::wstring_view kLong = L"\\\\?\\";
constexpr std::wstring_view kLongShare = L"\\\\?\\UNC\\";
constexpr std::wstring_view kDevice = L"\\\\.\\";

bool HasDrive(std::wstring_view path) {
  return path.size() > 2 && path[1] == L':' && path[2] == L'\\' &&
         ((path[0] >= L'A' && path[0] <= L'Z') || (path[0] >= L'a' && path[0] <= L'z'));
}

}  // namespace

std::string Narrow(std::wstring_view text) {
  if (text.empty()) return {};
  const int length = static_cast<int>(text.size());
  const int needed = WideCharToMultiByte(CP_UTF8, 0, text.data(), length, nullptr, 0, nullptr, nullptr);
  std::string narrow(static_cast<size_t>(needed), '\0');
  WideCharToMultiByte(CP_UTF8, 0, text.data(), length, narrow.data(), needed, nullptr, nullptr);
  return narrow;
}

Result<std::wstring> WidePath(std::string_view action, std::string_view path) {
  if (path.find('\0') != std::string_view::npos) {
    return PathStatus(Code::kInvalidArgument, action, "a path", "it contains a zero byte");
  }
  if (path.empty()) return ErrorStatus(action, path, ERROR_FILE_NOT_FOUND);
  if (path.size() > 0x10000)
    return ErrorStatus(action, path, ERROR_FILENAME_EXCED_RANGE);  // 32,767 is the most
  const int length = static_cast<int>(path.size());
  const int needed = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path.data(), length, nullptr, 0);
  if (needed <= 0) return PathStatus(Code::kInvalidArgument, action, path, "the path is not UTF-8");
  std::wstring wide(static_cast<size_t>(needed), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.data(), length, wide.data(), needed);
  if (wide.starts_with(kLong)) return wide;

  std::wstring full(wide.size() + MAX_PATH, L'\0');
  for (;;) {
    const DWORD got = GetFullPathNameW(wide.c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr);
    if (got == 0) return ErrorStatus(action, path, GetLastError());
    const bool fits = got < full.size();
    full.resize(got);
    if (fits) break;
  }
  if (full.starts_with(kDevice)) return PathStatus(Code::kNotAFile, action, path, "it is a device");
  if (HasDrive(full)) return std::wstring(kLong) + full;
  if (full.starts_with(L"\\\\")) return std::wstring(kLongShare) + full.substr(2);
  return full;
}

std::string PlainPath(std::wstring_view wide) {
  if (wide.starts_with(kLongShare)) return "\\\\" + Narrow(wide.substr(kLongShare.size()));
  if (wide.starts_with(kLong) && HasDrive(wide.substr(kLong.size())))
    return Narrow(wide.substr(kLong.size()));
  return Narrow(wide);
}

}  // namespace terahex::windows
