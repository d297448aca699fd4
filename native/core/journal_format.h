// Numbers of the journal's layout: header, chunks, footer, marks. Shared by its writer and its reader alone.
// Thread rule: constants, one pure function.
//
//   0              header: magic, version, total length, fields, CRC-32C of all before it
//   header's end   chunks: magic, payload length, entries, CRC-32C of the payload, payload
//   ...            zeros up to the footer
//   size-4096-64   footer (its last byte ends a 4 KiB block): magic, counts, chain CRC, CRC-32C
//   size-4096      two mark slots of 2 KiB, a hole until a commit lasts long; never in one device sector with
//   the footer
#pragma once

#include <cstdint>

#include "native/core/platform/map_region.h"

namespace terahex {

inline constexpr uint64_t kHeaderMagic = 0x314c4e524a584854;  // "THXJRNL1"
inline constexpr uint32_t kChunkMagic = 0x4b4e4843;           // "CHNK"
inline constexpr uint64_t kFooterMagic = 0x454e4f444a584854;  // "THXJDONE"
inline constexpr uint64_t kMarkMagic = 0x4b52414d4a584854;    // "THXJMARK"
inline constexpr uint32_t kJournalVersion = 1;
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

}  // namespace terahex
