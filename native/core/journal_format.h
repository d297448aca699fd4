// Numbers of the journal's layout: where records lie, header, chunks, footer, marks. Shared by its writer and
// its reader alone. Thread rule: constants, pure functions.
//
// A journal holds one record at a time and is used again by the next commit of the same file.
//   0, 4096        two places for small records; a new one never lies over the latest one
//   8192           marks of small records, a hole until a commit lasts long
//   12288          place of a large record, up to the file's end
// A record:
//   0              header: magic, version, total length, fields, CRC-32C of all before it
//   header's end   chunks: magic, payload length, entries, CRC-32C of the payload, payload
//   ...            zeros up to the footer
//   end-64         footer (its last byte ends a 4 KiB block): magic, counts, whose it is, chain CRC, CRC-32C
// and behind a large record two mark slots of 2 KiB: never in one device sector with the footer.
// The record with the highest sequence number counts. It is over once a sector of it holds a stamp with its
// number.
#pragma once

#include <cstdint>
#include <vector>

#include "native/core/platform/map_region.h"

namespace terahex {

inline constexpr uint64_t kHeaderMagic = 0x314c4e524a584854;  // "THXJRNL1"
inline constexpr uint32_t kChunkMagic = 0x4b4e4843;           // "CHNK"
inline constexpr uint64_t kFooterMagic = 0x454e4f444a584854;  // "THXJDONE"
inline constexpr uint64_t kMarkMagic = 0x4b52414d4a584854;    // "THXJMARK"
inline constexpr uint64_t kStampMagic = 0x5245564f4a584854;   // "THXJOVER"
inline constexpr uint32_t kJournalVersion = 2;
inline constexpr uint32_t kJournalBlocksVersion =
    3;  // of records that move blocks: older programs leave them alone
inline constexpr uint64_t kSmallRecord = 4096;  // one page: one block of the disk, written and synced alone
inline constexpr uint64_t kSmallMarks = 2 * kSmallRecord;
inline constexpr uint64_t kLargePlace = kSmallMarks + 4096;
inline constexpr uint64_t kStampLength = 20;
inline constexpr uint64_t kStampSector = 512;  // no device tears inside
inline constexpr uint64_t kChunkHeader = 16;
inline constexpr uint64_t kChunkTarget = 1024 * 1024;  // a chunk is written once it reaches this
// A chunk never exceeds target + one entry with its checksums.
inline constexpr uint64_t kChunkMax = 2 * kChunkTarget;
inline constexpr uint64_t kFooterLength = 64;
inline constexpr uint64_t kTailBlock = 4096;
inline constexpr uint64_t kMarkSlot = 2048;
inline constexpr uint64_t kMarkLength = 40;
inline constexpr uint64_t kHeaderMax = 64 * 1024;  // two paths of 4 KiB and the fields fit well

// Writes mark number `sequence` into the slots at `marks_at`. Best effort: a lost mark only shortens the time
// that recovery grants to a commit.
void WriteJournalMark(MapRegion& journal, uint64_t marks_at, uint64_t sequence, int64_t file_mtime_ns);

// `length` bytes that say in every sector that record `sequence` is over, and hold nothing else.
std::vector<std::byte> JournalStamps(uint64_t sequence, uint64_t length);

}  // namespace terahex
