// A change of length that moves blocks inside the file system's map and writes little more than what is new.
// For one insertion or deletion of whole blocks, whatever else is overwritten, where the file system can and
// the blocks can be told apart. Thread rule: one per file at a time.
#pragma once

#include "native/core/block_move.h"
#include "native/core/commit.h"

namespace terahex {

// Where a new file takes less than a second and is simpler, blocks are not moved unless asked for (64 MiB at
// 100 MB/s).
inline constexpr uint64_t kMoveBlocksFrom = 64 * 1024 * 1024;

// The way this content could take, judged by its shape and the file system alone.
std::optional<BlockPlan> BlockPlanFor(const MapRegion& file, std::span<const Stretch> content,
                                      uint64_t old_size, uint64_t new_size);

// `told`: the source was told all that the commit destroys. `retry`: after a failure the file is as before,
// and another way may be tried. Errors: kUnsupported (the blocks would not tell how far an interrupted move
// came), the OS's.
Result<CommitOutcome> CommitBlocks(FileSystem& file_system, MapRegion& file, std::span<const Stretch> content,
                                   const BlockPlan& plan, CommitSource& source, const CommitOptions& options,
                                   bool* told, bool* retry);

// How far an interrupted move has come. kChanged when blocks or size say that others had their hands in it.
Result<BlockState> LookAtBlocks(const MapRegion& file, const JournalHeader& header,
                                const BlockRecord& record);

// Brings a kInsert back to the shorter form, a kCollapse forward to it, from any state but kForeign; for a
// kLonger kInsert the bytes must have been put back before. Itself interrupted, it leaves such a state.
Status MakeShorter(MapRegion& file, const JournalHeader& header, const BlockRecord& record, BlockState state);

}  // namespace terahex
