// Mode, owner, ACLs, extended attributes and flags from one open file to another. Included by
// file_system_posix.cc only. Thread rule: any thread; the caller owns both descriptors.
#pragma once

#include <string>
#include <vector>

#include "native/core/status.h"

namespace terahex::posix {

// Returns, for people, what could not be kept. Call it after the data is written: a write drops file
// capabilities.
Result<std::vector<std::string>> CopyFileAttributes(int from, const std::string& from_path, int to,
                                                    const std::string& to_path);

}  // namespace terahex::posix
