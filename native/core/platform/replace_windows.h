// Puts one file in another's place, and takes names away, although programs have the files open. Included by
// file_system_windows.cc only. Thread rule: pure system calls.
#pragma once

#include <windows.h>

#include <string>

namespace terahex::windows {

// Paths as WidePath() makes them, in one folder. 0 or an error of GetLastError(); after an error `from`
// is there as it was, and so is `to`, though it may be left with the name of `from` and kOldFileSuffix.
DWORD ReplaceByRename(const std::wstring& from, const std::wstring& to);

// 0 or an error of GetLastError(). The name is free at once where the file system can do that with an open
// file.
DWORD RemoveName(const std::wstring& path);

}  // namespace terahex::windows
