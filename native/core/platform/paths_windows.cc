// Paths between our UTF-8 and Windows' UTF-16. See "Naming Files, Paths, and Namespaces", Microsoft Learn.
// Thread rule: pure functions of their arguments and the current folder.
#include "native/core/platform/paths_windows.h"

#include <windows.h>

#include <algorithm>

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

// The last character of a name that dots or blanks would end; no character, so that no file is called so.
constexpr wchar_t kNameEnd = 0xFFFF;

// GetFullPathNameW drops dots and blanks at the end of a name. Such names exist, made by WSL or on a server,
// and what is left of one may be another file's.
std::wstring WithNameEnds(const std::wstring& path) {
  if (path.find(kNameEnd) != std::wstring::npos) return path;
  std::wstring guarded;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find_first_of(L"/\\", at), path.size());
    std::wstring_view name(path.data() + at, end - at);
    guarded += name;
    if (at == 0 && name.size() > 1 && name[1] == L':') name.remove_prefix(2);
    const bool folder = name.empty() || name == L"." || name == L"..";
    if (!folder && (name.back() == L'.' || name.back() == L' ')) guarded += kNameEnd;
    if (end < path.size()) guarded += path[end];
    at = end + 1;
  }
  return guarded;
}

// Behind \\?\: a drive, a pipe or a disk itself, not something in it.
bool NamesDevice(std::wstring_view name) {
  const size_t length = std::min(name.find(L'\\'), name.size());
  return length == name.size() ||
         CompareStringOrdinal(name.data(), static_cast<int>(length), L"pipe", 4, TRUE) == CSTR_EQUAL;
}

Status DeviceStatus(std::string_view action, std::string_view path) {
  return PathStatus(Code::kNotAFile, action, path, "it is a device");
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
  if (wide.starts_with(kLong)) {
    if (NamesDevice(std::wstring_view(wide).substr(kLong.size()))) return DeviceStatus(action, path);
    std::replace(wide.begin(), wide.end(), L'/', L'\\');  // in no name, and behind this prefix no separator
    return wide;
  }

  const std::wstring guarded = WithNameEnds(wide);
  std::wstring full(guarded.size() + MAX_PATH, L'\0');
  for (;;) {
    const DWORD got =
        GetFullPathNameW(guarded.c_str(), static_cast<DWORD>(full.size()), full.data(), nullptr);
    if (got == 0) return ErrorStatus(action, path, GetLastError());
    const bool fits = got < full.size();
    full.resize(got);
    if (fits) break;
  }
  if (guarded != wide) std::erase(full, kNameEnd);
  if (full.starts_with(kDevice)) return DeviceStatus(action, path);
  if (full.starts_with(kLong)) return full;  // was written with slashes
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
