// A change of length by whole blocks, moved inside the file system's map instead of being written: what it
// takes, and how far an interrupted one has come, told by where the blocks lie. Pure: knows no file. Reasons:
// docs/decisions/0004-saves-that-move-bytes.md. Thread rule: plain values, pure functions.
//
// The file has a longer and a shorter form, which differ by the gap. Offsets in a journal of these kinds are
// those of the longer form.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "native/core/commit.h"
#include "native/core/journal.h"

namespace terahex {

struct BlockMove {
  bool inserts = false;  // from the shorter form to the longer one; false: the other way
  uint64_t gap = 0;      // where it starts, bytes
  uint64_t length = 0;   // of the gap, bytes

  uint64_t LongToNew(uint64_t offset) const { return inserts || offset < gap ? offset : offset - length; }
  uint64_t LongToOld(uint64_t offset) const { return !inserts || offset < gap ? offset : offset - length; }
};

struct BlockPlan {
  // Bytes to be written besides the move.
  struct Write {
    ByteRange range;                     // in the longer form
    std::optional<uint64_t> old_offset;  // where the old file has them; empty: they are new
  };
  BlockMove move;
  uint64_t moved_bytes = 0;
  std::vector<Write> writes;  // ascending; of old bytes less than a block in all
};

// Empty: the change is no single shift by a multiple of `unit`.
std::optional<BlockPlan> PlanBlockMove(std::span<const Stretch> content, uint64_t old_size, uint64_t new_size,
                                       uint64_t unit);

enum class BlockForm {
  kShorter,
  kLonger,
  kBetween,  // the blocks before a border have the shorter form's place, those behind it the longer one's
  kForeign,  // somebody else moved blocks
};
struct BlockState {
  BlockForm form = BlockForm::kForeign;
  uint64_t hole = 0;      // kBetween: where `length` bytes of nothing start
  bool gap_whole = true;  // kLonger: all blocks that were recorded inside the gap are there
};
// `recorded`: the map before the move, with at least one block behind the gap. What other blocks there are
// now is not looked at.
BlockState JudgeBlocks(std::span<const BlockExtent> recorded, std::span<const BlockExtent> now,
                       const BlockMove& move);

// The list into and out of a journal.
Status AddMap(JournalWriter& journal, const BlockMove& move, std::span<const BlockExtent> map);
struct BlockRecord {
  BlockMove move;
  std::vector<BlockExtent> map;
};
// Errors: kCorrupt, the OS's.
Result<BlockRecord> ReadMap(const JournalReader& journal);

// More extents are not worth it: their list would be as long as a journal of many bytes.
inline constexpr size_t kMaxExtents = 100'000;

}  // namespace terahex
