// Splits and joins paths as FileSystem gives them (UTF-8). Knows no file. Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace terahex {

// A backslash separates only in a Windows path (drive letter or \\server); elsewhere it is part of a name.
inline size_t LastSeparator(std::string_view path) {
  bool windows = (path.size() > 1 && path[1] == ':') || path.starts_with("\\\\");
  return path.find_last_of(windows ? "/\\" : "/");
}
// "." for a bare name, "/" for one in the root.
inline std::string FolderOf(std::string_view path) {
  size_t at = LastSeparator(path);
  if (at == std::string_view::npos) return ".";
  return std::string(path.substr(0, at == 0 ? 1 : at));
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
