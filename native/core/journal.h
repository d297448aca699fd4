// The journal of one commit: before-images of what it overwrites, checksums of what it puts there, the file's
// identity. Owns the format on disk and the names in the journal folder; knows nothing of pieces or of how a
// commit applies. Format and reasons: docs/decisions/0003-commit-journal.md. Thread rule: one thread per
// object.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "native/core/platform/file_system.h"
#include "native/core/status.h"

namespace terahex {

// New bytes are checksummed in blocks that end at multiples of this: no common device tears a write inside
// one.
inline constexpr uint64_t kJournalBlock = 512;
// The largest range of one entry.
inline constexpr uint32_t kJournalEntryMax = 256 * 1024;

enum class JournalKind : uint32_t {
  kInPlace = 1,   // before-images; bytes are applied in ascending order
  kShifted = 2,   // before-images; bytes are applied in any order
  kSibling = 3,   // names the sibling that a rewrite or a copy is writing; no before-images
  kInsert = 4,    // blocks are moved to make room, then bytes written; see block_move.h
  kCollapse = 5,  // bytes are written, then blocks dropped and those behind them moved
};

constexpr bool MovesBlocks(JournalKind kind) {
  return kind == JournalKind::kInsert || kind == JournalKind::kCollapse;
}

struct JournalHeader {
  JournalKind kind = JournalKind::kInPlace;
  FileIdentity before;     // of the file; all zeros in a kSibling for a target that does not exist yet
  uint64_t new_size = 0;   // bytes
  int64_t created_ns = 0;  // wall clock since 1970
  std::string path;        // real path of the file
  std::string sibling;     // kSibling: path of the unfinished sibling
};

struct JournalEntry {
  enum class Before : uint32_t {
    kBytes = 0,   // `before` holds them
    kZeros = 1,   // a hole
    kAbsent = 2,  // past the end of the old file; in a kInsert: in the room that the blocks make
    kMap = 3,     // no bytes of the file: a part of the list of where they lay (block_move.h)
  };
  uint64_t offset = 0;
  uint32_t length = 0;
  Before kind = Before::kBytes;
  std::span<const std::byte> before;  // kBytes, kMap: `length` of them
  std::vector<uint32_t> new_crcs;     // one per block; empty: the new file ends before `offset`
};

// How many blocks [offset, offset + length) touches.
constexpr uint64_t JournalBlocks(uint64_t offset, uint64_t length) {
  return length == 0 ? 0 : (offset + length - 1) / kJournalBlock - offset / kJournalBlock + 1;
}
// Calls visit(offset, length, index) for each block of the range.
template <typename Visit>
void ForEachJournalBlock(uint64_t offset, uint64_t length, Visit visit) {
  for (size_t index = 0; length > 0; ++index) {
    uint64_t part = std::min(length, kJournalBlock - offset % kJournalBlock);
    visit(offset, static_cast<size_t>(part), index);
    offset += part;
    length -= part;
  }
}

class JournalWriter {
 public:
  // Creates and locks a journal with a name nobody has. Errors: the OS's; kBusy when a
  // recovery looks at it just now.
  static Result<std::unique_ptr<JournalWriter>> Create(FileSystem& file_system, const std::string& folder,
                                                       const JournalHeader& header);
  // The journal that earlier commits of this file used, if there is one whose record is over, else a new one;
  // Forget() leaves it for the next. Overwriting one spares the disk what a new file costs. Errors besides
  // Create's: kBusy when a commit of this file died and waits for its recovery.
  static Result<std::unique_ptr<JournalWriter>> Obtain(FileSystem& file_system, const std::string& folder,
                                                       const JournalHeader& header);
  // Closes without removing: what is not forgotten stays for Recover.
  ~JournalWriter();

  Status Add(const JournalEntry& entry);
  // Writes the footer, makes journal and folder durable; only after this may the file be touched. Errors: the
  // OS's; kBusy when someone took the journal for debris meanwhile.
  Status Finish();
  // Notes how far the file's clock has come, so that recovery can tell this commit's writes from later ones.
  // Best effort.
  void Mark(int64_t file_mtime_ns);
  // The commit is over, or did not touch the file. Durable at the latest when the next commit of the file has
  // synced its own record, before it applies.
  Status Forget();

  const std::string& path() const { return path_; }
  uint64_t before_bytes() const { return before_bytes_; }
  MapRegion& region() { return *region_; }

 private:
  JournalWriter(FileSystem& file_system, std::string folder, std::string path,
                std::shared_ptr<MapRegion> region);
  Status SetHeader(const JournalHeader& header);
  void SealChunk();
  Status FlushChunk();
  std::vector<std::byte> Footer() const;
  Status WriteSmall();
  Status WriteLargeFooter();
  Status Stamp();

  FileSystem& file_system_;
  std::string folder_;
  std::string path_;
  std::shared_ptr<MapRegion> region_;
  std::vector<std::shared_ptr<MapRegion>> others_;  // further journals of the file
  bool stays_ = false;                              // Forget() leaves it for the next commit
  bool durable_name_ = false;                       // the folder is known to hold it after a power cut
  uint64_t sequence_ = 1;
  uint64_t small_place_ = 0;     // where a small record goes
  uint64_t base_ = kNotWritten;  // of this record
  std::vector<std::byte> header_;
  std::vector<std::byte> chunk_;
  uint32_t chunk_entries_ = 0;
  uint64_t end_ = 0;  // of what is written so far; then of the footer
  uint64_t marks_at_ = 0;
  uint64_t entries_ = 0;
  uint64_t before_bytes_ = 0;
  uint32_t header_crc_ = 0;
  uint32_t chain_crc_ = 0;  // over the checksums of all chunks, header included
  uint64_t marks_ = 0;
  static constexpr uint64_t kNotWritten = UINT64_MAX;
};

class JournalReader {
 public:
  // Reads header and footer of the latest record only. Errors: kCorrupt: no readable header (a commit that
  // died while creating it), the OS's.
  static Result<JournalReader> Open(MapRegion& region);

  // The record is over: it says nothing about the file any more, and its fields may be wiped.
  bool ended() const { return ended_; }
  uint64_t sequence() const { return sequence_; }
  // Where it lies.
  uint64_t base() const { return base_; }
  const JournalHeader& header() const { return header_; }
  // The footer is there: the file may have been touched.
  bool complete() const { return complete_; }
  uint64_t before_bytes() const { return before_bytes_; }
  // The latest moment that this commit is known to have lived, on the clock of the file or the wall, since
  // 1970.
  int64_t last_alive_ns() const { return last_alive_ns_; }
  // Visits all entries but those of kMap in order, in bounded memory. kCorrupt: a checksum is wrong; the
  // visitor's errors.
  Status ForEach(const std::function<Status(const JournalEntry&)>& visit) const;
  // Those of kMap.
  Status ForEachMap(const std::function<Status(const JournalEntry&)>& visit) const;
  // As JournalWriter::Mark, while a recovery puts bytes back.
  void Mark(int64_t file_mtime_ns);

 private:
  JournalReader(MapRegion& region, uint64_t base) : region_(&region), base_(base) {}
  Status ParseHeader(std::span<const std::byte> block);
  Status ReadFooter(uint64_t size);
  Status Walk(const std::function<Status(const JournalEntry&)>& visit) const;

  MapRegion* region_;
  uint64_t base_;
  uint64_t sequence_ = 0;
  bool ended_ = false;
  JournalHeader header_;
  bool complete_ = false;
  uint64_t entries_ = 0;
  uint64_t before_bytes_ = 0;
  uint32_t header_crc_ = 0;
  uint32_t chain_crc_ = 0;
  uint64_t first_chunk_ = 0;
  uint64_t chunks_end_ = 0;
  uint64_t marks_at_ = 0;
  uint64_t marks_ = 0;
  int64_t last_alive_ns_ = 0;
};

// Wall clock, ns since 1970.
int64_t WallClockNs();
// 32 hex digits that nobody else has.
std::string UniqueSuffix();

// Names in the folder of all journals of this file: by identity (volume left out: device numbers change
// across reboots), and by path for kSibling ones. `identity` may be null for a path that names nothing. A
// missing folder has none.
Result<std::vector<std::string>> JournalsOf(FileSystem& file_system, const std::string& folder,
                                            const FileIdentity* identity, const std::string& real_path);
// Is this the journal of that file? Same inode and birth, and the same volume or at least the same path.
bool BelongsTo(const JournalHeader& header, const FileIdentity& identity, const std::string& real_path);

}  // namespace terahex
