// Where blocks lie, and moving them inside a file's map, in the in-memory twin; a power cut leaves the states
// that the contract allows, and no others. See map_region_memory.h. Thread rule: every call locks the file
// system's one mutex.
#include <algorithm>

#include "native/core/platform/memory_state.h"

namespace terahex {

void MemoryFileSystem::State::MoveBlocks(MemoryFile::Blocks& blocks, const MemoryMove& move,
                                         uint64_t border) {
  const uint64_t behind = move.first + (move.inserts ? 0 : move.count);
  MemoryFile::Blocks moved;
  for (auto it = blocks.lower_bound(move.first); it != blocks.end();) {
    const uint64_t block = it->first;
    const bool dropped = block < behind && (block >= border || border >= behind);
    const bool moves = block >= behind && (move.inserts ? block >= border : block < border);
    if (moves) moved.emplace(move.inserts ? block + move.count : block - move.count, std::move(it->second));
    it = dropped || moves ? blocks.erase(it) : std::next(it);
  }
  blocks.merge(moved);
}

void MemoryFileSystem::State::MoveOnDisk(MemoryFile& file) {
  if (!file.move) return;
  MoveBlocks(file.disk, *file.move, file.move->inserts ? file.move->first : UINT64_MAX);
  file.disk_size = file.size;
  file.move.reset();
}

bool MemoryFileSystem::State::CrashMove(MemoryFile& file, CrashPolicy policy, uint64_t random) {
  if (policy == CrashPolicy::kKeepAll || (policy == CrashPolicy::kRandom && random % 3 == 0)) {
    MoveOnDisk(file);
    return true;
  }
  if (policy == CrashPolicy::kRandom && random % 3 == 1) {
    const uint64_t last = file.disk.empty() ? 0 : file.disk.rbegin()->first;
    const uint64_t from = file.move->first;
    const uint64_t border = from + random / 3 % (std::max(last, from) - from + 2);
    MoveBlocks(file.disk, *file.move, border);
    if (file.move->inserts) file.disk_size += file.move->count * options.page_size;
  }
  file.move.reset();
  return false;
}

void MemoryFileSystem::State::RefreshViews(MemoryFile& file) {
  for (MemoryView* view : file.views) {
    ReadBlocks(file, view->offset_, {view->bytes_.get(), view->length_});
    if (!view->shadow_.empty()) view->shadow_.assign(view->bytes_.get(), view->bytes_.get() + view->length_);
  }
}

uint64_t MemoryRegion::ShiftUnit() const {
  return state_->options.moves_blocks && !file_->device ? state_->options.page_size : 0;
}

Result<std::vector<BlockExtent>> MemoryRegion::BlockMap(size_t limit) const {
  std::lock_guard<std::mutex> lock(state_->mutex);
  if (auto entry = Enter(MemoryOp::kBlockMap); !entry.status.ok()) return entry.status;
  if (ShiftUnit() == 0) return MapRegion::BlockMap(limit);
  const uint64_t page = state_->options.page_size;
  std::vector<BlockExtent> map;
  for (const auto& [block, bytes] : file_->now) {
    const BlockExtent one{block * page, block * page + page, bytes.place * page};
    if (!map.empty() && map.back().end == one.start &&
        map.back().physical + (map.back().end - map.back().start) == one.physical) {
      map.back().end = one.end;
    } else if (map.size() == limit) {
      return MemoryStatus(Code::kTooLarge, "map the blocks of", path_, "it lies in too many pieces");
    } else {
      map.push_back(one);
    }
  }
  return map;
}

Status MemoryRegion::Move(MemoryOp op, uint64_t offset, uint64_t length) {
  std::lock_guard<std::mutex> lock(state_->mutex);
  const bool inserts = op == MemoryOp::kInsertRange;
  const uint64_t page = state_->options.page_size;
  if (!writable_) return MemoryStatus(Code::kReadOnly, "move blocks of", path_, "opened read-only", offset);
  if (ShiftUnit() == 0) return MapRegion::InsertRange(offset, length);
  const bool inside = inserts ? offset < file_->size : FitsWithin(offset, length, file_->size - 1);
  if (offset % page != 0 || length % page != 0 || length == 0 || !inside)
    return MemoryStatus(Code::kInvalidArgument, "move blocks of", path_, "not whole blocks inside it",
                        offset);
  const auto entry = Enter(op, file_->size - offset);
  if (!entry.status.ok() && entry.torn < page) return entry.status;
  state_->MakeDurable(*file_);  // as the kernel writes back what it moves
  const MemoryMove move{offset / page, length / page, inserts};
  const uint64_t border =
      entry.status.ok() ? (inserts ? move.first : UINT64_MAX) : move.first + entry.torn / page;
  const size_t stored = file_->now.size();
  state_->MoveBlocks(file_->now, move, border);
  if (state_->free_bytes) *state_->free_bytes += (stored - file_->now.size()) * page;
  if (inserts || entry.status.ok()) file_->size = inserts ? file_->size + length : file_->size - length;
  file_->mtime_ns = file_->ctime_ns = state_->Tick();
  if (entry.status.ok()) {
    file_->move = move;
  } else {
    file_->disk = file_->now;
    file_->disk_size = file_->size;
  }
  state_->RefreshViews(*file_);
  return entry.status;
}

Status MemoryRegion::InsertRange(uint64_t offset, uint64_t length) {
  return Move(MemoryOp::kInsertRange, offset, length);
}

Status MemoryRegion::CollapseRange(uint64_t offset, uint64_t length) {
  return Move(MemoryOp::kCollapseRange, offset, length);
}

}  // namespace terahex
