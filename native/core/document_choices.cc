// What a save that moves bytes would cost, one way and the other; see document_core.h. Must not write
// anything. Thread rule: any thread; the pieces are looked at under the lock, the disk outside it.
#include <algorithm>

#include "native/core/commit_blocks.h"
#include "native/core/commit_path.h"
#include "native/core/document_core.h"

namespace terahex {

namespace {

// The folder may not have been made yet.
Result<uint64_t> FreeWhere(FileSystem& file_system, std::string folder) {
  for (;;) {
    Result<uint64_t> free = file_system.FreeSpace(folder);
    std::string parent = FolderOf(folder);
    if (free.ok() || parent == folder) return free;
    folder = std::move(parent);
  }
}

}  // namespace

std::vector<Stretch> StretchesOf(const ContentSnapshot& snapshot, uint64_t start, uint64_t end) {
  std::vector<Stretch> stretches;
  for (const auto& [at, piece] : snapshot.pieces) {
    const uint64_t from = std::max(at, start);
    const uint64_t to = std::min(at + piece.length(), end);
    if (from >= to) continue;
    if (piece.kind() == PieceKind::kFile) {
      stretches.push_back({Stretch::Kind::kKept, to - from, piece.position() + (from - at)});
    } else if (!stretches.empty() && stretches.back().kind == Stretch::Kind::kNew) {
      stretches.back().length += to - from;
    } else {
      stretches.push_back({Stretch::Kind::kNew, to - from, 0});
    }
  }
  return stretches;
}

SaveChoices DocumentCore::EstimateChoices() const {
  const ContentSnapshot snapshot = TakeSnapshot();
  const uint64_t file_size = snapshot.identity.size;
  SaveChoices choices;
  choices.first_changed = std::min(snapshot.size, file_size);
  choices.rewrite_bytes = snapshot.size;
  uint64_t kept_end = 0;
  bool in_order = true;
  for (const auto& [start, piece] : snapshot.pieces) {
    const bool file = piece.kind() == PieceKind::kFile;
    if (file) {
      in_order &= piece.position() >= kept_end;
      kept_end = piece.position() + piece.length();
      if (piece.position() == start) continue;
      choices.moved_bytes += piece.length();
    }
    choices.first_changed = std::min(choices.first_changed, start);
    choices.shift_bytes += piece.length();
  }
  const uint64_t cut = file_size > snapshot.size ? file_size - snapshot.size : 0;
  choices.journal_bytes = std::min(file_size, choices.shift_bytes + cut);

  if (Result<PathInfo> info = file_system_.Inspect(path_); info.ok()) {
    choices.links = info->link_count;
    choices.can_rewrite = info->regular_file && !info->block_device;
    Result<uint64_t> free = file_system_.FreeSpace(FolderOf(info->real_path));
    if (free.ok()) choices.rewrite_free = *free;
    choices.can_shift = choices.can_rewrite && in_order && !options_.storage_folder.empty();
  }
  if (choices.can_shift) {
    Result<uint64_t> free = FreeWhere(file_system_, options_.storage_folder);
    if (free.ok()) choices.journal_free = *free;
    choices.can_shift = free.ok() && *free >= choices.journal_bytes;
  }
  if (choices.can_rewrite && in_order && choices.moved_bytes > 0 && !options_.storage_folder.empty()) {
    const std::vector<Stretch> content = StretchesOf(snapshot, 0, snapshot.size);
    const auto plan = BlockPlanFor(*snapshot.file->region, content, file_size, snapshot.size);
    choices.can_move_blocks = plan.has_value();
    if (plan) {
      for (const BlockPlan::Write& write : plan->writes) choices.block_bytes += write.range.length();
    }
  }
  return choices;
}

}  // namespace terahex
