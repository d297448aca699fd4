// How journals are called: prefix by what they are looked up with, a unique middle, one suffix. Journal files
// only. Thread rule: pure functions.
#pragma once

#include <string>

#include "native/core/journal.h"

namespace terahex {

inline constexpr const char* kJournalSuffix = ".journal";
inline constexpr const char* kSetAsideSuffix =
    ".kept";  // what a person may want back, never read by the program
// Flag beside JournalEntry::Before on disk: no checksums follow.
inline constexpr uint32_t kNoNewBytes = 0x100;

// "f-<16 hex>-" from inode and birth, or "s-<16 hex>-" from the path for a sibling's record.
std::string JournalPrefix(const JournalHeader& header);
std::string IdentityPrefix(const FileIdentity& identity);
std::string PathPrefix(const std::string& real_path);

}  // namespace terahex
