// The layout of an edit log: a magic number, then frames. Shared by its writer and its reader alone. Meaning
// and reasons: docs/decisions/0006-edit-log.md. Knows no file. Thread rule: pure functions, plain values.
//
//   0   magic "THXEDIT1", the last byte being the version of the format
//   8   frames: u32 payload length (never 0), u32 CRC-32C of length and payload with the frame before as
//   seed, payload payload: one byte of FrameKind | flags, then fields; integers as base-128 varints, lowest
//   group first
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/journal_codec.h"
#include "native/core/platform/map_region.h"

namespace terahex {

inline constexpr uint64_t kEditLogMagic = 0x3154494445584854;  // "THXEDIT1"
inline constexpr uint64_t kEditLogStart = 8;                   // where the first frame lies
inline constexpr size_t kFrameHeader = 8;
// A frame is closed once its payload reaches this; the largest one is little longer.
inline constexpr size_t kFrameTarget = 256 << 10;
inline constexpr size_t kFrameMax = 1 << 20;

enum class FrameKind : uint8_t {
  kBase = 1,         // identity, path: the log starts over here, all before it is void
  kEdit = 2,         // offset, removed length, then pieces up to the payload's end: see PutPiece
  kSeek = 3,         // history position, counted from the base
  kPattern = 4,      // number, then bytes; further frames of the same number go on
  kCommitBegin = 5,  // from here on the file may become the content of this moment
  kCommitEnd = 6,    // one byte: 1 when it did; identity: the base from now on
};
inline constexpr uint8_t kFrameKindMask = 0x0f;
inline constexpr uint8_t kFrameJoined = 0x10;  // kEdit: belongs to the step before it
// Stands for nothing without the next frame: a reader goes back to before the first of such a row.
inline constexpr uint8_t kFrameMore = 0x20;

inline void PutVarint(std::vector<std::byte>& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<std::byte>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<std::byte>(value));
}

// Zero and !ok() past the end.
inline uint64_t GetVarint(FieldReader& in, bool* ok) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = in.Bytes(1);
    if (byte.empty()) break;
    value |= (uint64_t(byte[0]) & 0x7f) << shift;
    if ((uint64_t(byte[0]) & 0x80) == 0) return value;
  }
  *ok = false;
  return 0;
}

inline void PutIdentity(std::vector<std::byte>& out, const FileIdentity& identity) {
  FieldWriter fields(out);
  fields.U64(identity.volume);
  fields.U64(identity.file_id[0]);
  fields.U64(identity.file_id[1]);
  fields.U64(identity.size);
  fields.I64(identity.mtime_ns);
  fields.I64(identity.ctime_ns);
  fields.U64(identity.birth_ns);
}

inline FileIdentity GetIdentity(FieldReader& in) {
  FileIdentity identity;
  identity.volume = in.U64();
  identity.file_id[0] = in.U64();
  identity.file_id[1] = in.U64();
  identity.size = in.U64();
  identity.mtime_ns = in.I64();
  identity.ctime_ns = in.I64();
  identity.birth_ns = in.U64();
  return identity;
}

}  // namespace terahex
