// Access rights, alternate streams and flags from one open file to another, and rights for a file of one's
// own. Included by file_system_windows.cc only. Thread rule: any thread; the caller owns both handles.
#pragma once

#include <windows.h>

#include <string>
#include <vector>

#include "native/core/platform/region_windows.h"

namespace terahex::windows {

// Returns, for people, what could not be kept.
Result<std::vector<std::string>> CopyFileAttributes(const WindowsRegion& from, WindowsRegion& to);

// Rights of the present user (and of the system, for backups) alone, inherited from nobody: what mode 0600 is
// elsewhere. Null `get()` where that cannot be made; the file then has its folder's.
class OwnersOnly {
 public:
  OwnersOnly();
  SECURITY_ATTRIBUTES* get() { return made_ ? &attributes_ : nullptr; }

 private:
  SECURITY_ATTRIBUTES attributes_ = {};
  SECURITY_DESCRIPTOR descriptor_ = {};
  std::vector<std::byte> user_;
  std::vector<std::byte> list_;
  bool made_ = false;
};

}  // namespace terahex::windows
