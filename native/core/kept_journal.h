// Journals that a recovery set aside: what they hold, and putting that on a document as unsaved edits. Knows
// no recovery. Thread rule: DescribeKeptJournal on any thread; PutKeptJournal on the document's writer.
#pragma once

#include <string>
#include <vector>

#include "native/core/document.h"
#include "native/core/journal.h"

namespace terahex {

struct KeptJournal {
  std::string path;       // real path of the file that the bytes are of
  FileIdentity base;      // the version that they are of
  int64_t kept_ns = 0;    // when the save began, or the copy was made, since 1970
  bool replaced = false;  // what a recovery replaced; else what was there before an interrupted save
  bool placed =
      true;  // the bytes stand at offsets of a version that blocks were moved in: no place for them now
  std::vector<ByteRange> ranges;  // at most the limit, neighbours joined
  uint64_t range_count = 0;
  uint64_t range_bytes = 0;
};
// Errors: kNotFound, kCorrupt, the OS's.
Result<KeptJournal> DescribeKeptJournal(FileSystem& file_system, const std::string& kept_path, size_t limit);

// More bytes are not put on a document in one go.
inline constexpr uint64_t kMostPutBytes = 64 * 1024 * 1024;

// One undo step: every byte that the journal holds, at its offset. Nothing has changed after an error:
// kOutOfRange (the document is too short), kTooLarge, kUnsupported (not `placed`), kCorrupt,
// Document::Overwrite's.
Status PutKeptJournal(FileSystem& file_system, const std::string& kept_path, Document& document);

}  // namespace terahex
