// Splits and joins paths as FileSystem gives them (UTF-8). Knows no file. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace terahex {

// What the old file is called, after the new one's name, while replace_windows.cc makes room for that in two
// renames.
inline constexpr const char* kOldFileSuffix = ".old";

inline bool IsWindowsPath(std::string_view path) {
  return (path.size() > 1 && path[1] == ':') || path.starts_with("\\\\");
}
// A backslash separates only in a Windows path (drive letter or \\server); elsewhere it is part of a name.
inline size_t LastSeparator(std::string_view path) {
  return path.find_last_of(IsWindowsPath(path) ? "/\\" : "/");
}
// "." for a bare name, "/" or "C:\" for one in the root ("C:" alone is where that drive was last looked at).
inline std::string FolderOf(std::string_view path) {
  size_t at = LastSeparator(path);
  if (at == std::string_view::npos) return ".";
  const bool root = at == 0 || (path[at - 1] == ':' && IsWindowsPath(path));
  return std::string(path.substr(0, root ? at + 1 : at));
}
inline std::string NameOf(std::string_view path) {
  size_t at = LastSeparator(path);
  return std::string(at == std::string_view::npos ? path : path.substr(at + 1));
}
inline std::string JoinPath(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (path.empty() || LastSeparator(path) != path.size() - 1) path += '/';
  return path.append(name);
}

}  // namespace terahex
