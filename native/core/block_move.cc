// Arithmetic over stretches and extents; see block_move.h. Thread rule: pure functions.
#include "native/core/block_move.h"

#include <algorithm>

#include "native/core/commit_content.h"
#include "native/core/journal_codec.h"
#include "native/core/span_math.h"

namespace terahex {
namespace {

constexpr size_t kExtentBytes = 24;
constexpr size_t kExtentsAnEntry = kJournalEntryMax / kExtentBytes;

// What is stored at `offset`: its place, and how far that goes; without a place: a hole up to there.
struct Stored {
  std::optional<uint64_t> physical;
  uint64_t end = UINT64_MAX;
};
Stored StoredAt(std::span<const BlockExtent> map, uint64_t offset) {
  auto it = std::upper_bound(map.begin(), map.end(), offset,
                             [](uint64_t at, const BlockExtent& extent) { return at < extent.end; });
  if (it == map.end()) return {};
  if (it->start > offset) return {std::nullopt, it->start};
  return {it->physical + (offset - it->start), it->end};
}

}  // namespace

std::optional<BlockPlan> PlanBlockMove(std::span<const Stretch> content, uint64_t old_size, uint64_t new_size,
                                       uint64_t unit) {
  BlockPlan plan;
  BlockMove& move = plan.move;
  move.inserts = new_size > old_size;
  move.length = move.inserts ? new_size - old_size : old_size - new_size;
  if (unit == 0 || move.length == 0 || move.length % unit != 0) return std::nullopt;
  uint64_t stays_to = 0;               // old offset: what is kept before it stays in place
  std::optional<uint64_t> moves_from;  // old offset: what is kept from it on moves
  bool fits = true;
  (void)ForEachStretch(content, [&](const Stretch& stretch, uint64_t new_offset) {
    if (stretch.kind != Stretch::Kind::kKept || stretch.length == 0) return Status::Ok();
    const uint64_t moved_to =
        move.inserts ? stretch.old_offset + move.length : stretch.old_offset - move.length;
    if (new_offset == stretch.old_offset && !moves_from) {
      stays_to = stretch.old_offset + stretch.length;
    } else if (new_offset == moved_to && stretch.old_offset >= stays_to) {
      if (!moves_from) moves_from = stretch.old_offset;
    } else {
      fits = false;
    }
    return Status::Ok();
  });
  if (!fits || !moves_from) return std::nullopt;
  plan.moved_bytes = old_size - *moves_from;

  // Somewhere in here, in the new file, nothing is kept: a border of blocks there needs no byte written
  // twice.
  const uint64_t free_end = move.inserts ? *moves_from : *moves_from - move.length;
  move.gap = AlignUp(stays_to, unit);
  if (move.gap > free_end) move.gap = AlignDown(stays_to, unit);
  (void)ForEachStretch(content, [&](const Stretch& stretch, uint64_t new_offset) {
    const bool kept = stretch.kind == Stretch::Kind::kKept;
    uint64_t from = new_offset;
    uint64_t end = new_offset + stretch.length;
    if (kept) {
      from = std::max(from, move.gap);
      end = new_offset == stretch.old_offset ? std::min(end, stays_to) : from;
    }
    auto write = [&](uint64_t start, uint64_t stop, uint64_t shift) {
      BlockPlan::Write one{{start + shift, stop + shift}, std::nullopt};
      if (kept) one.old_offset = start;  // in place before, not after
      if (start < stop) plan.writes.push_back(one);
    };
    const uint64_t cut = move.inserts ? end : std::clamp(move.gap, from, std::max(from, end));
    write(from, cut, 0);
    write(cut, end, move.length);
    return Status::Ok();
  });
  return plan;
}

BlockState JudgeBlocks(std::span<const BlockExtent> recorded, std::span<const BlockExtent> now,
                       const BlockMove& move) {
  BlockState state;
  const BlockState foreign;
  uint64_t tail = 0;  // bytes stored behind the gap
  bool any_short = false;
  bool gap_taken = false;  // by other blocks: those behind it, or somebody's
  std::optional<uint64_t> first_long;
  const uint64_t behind = move.inserts ? move.gap : move.gap + move.length;  // in the recorded form
  for (const BlockExtent& extent : recorded) {
    for (uint64_t at = extent.start; at < extent.end;) {
      const uint64_t physical = extent.physical + (at - extent.start);
      uint64_t end = extent.end;
      if (at < behind) {
        end = std::min(end, at < move.gap ? std::min(move.gap, behind) : behind);
        const Stored there = StoredAt(now, at);
        const bool in_gap = at >= move.gap;
        if (there.physical != physical && !in_gap) return foreign;
        if (there.physical != physical) state.gap_whole = false;
        if (there.physical && there.physical != physical) gap_taken = true;
        at = std::min(end, there.end);
        continue;
      }
      const uint64_t long_at = move.inserts ? at + move.length : at;
      const Stored moved = StoredAt(now, long_at);
      const Stored unmoved = StoredAt(now, long_at - move.length);
      if (moved.physical == physical) {
        if (!first_long) first_long = long_at;
        end = std::min(end, at + (moved.end - long_at));
      } else if (unmoved.physical == physical && !first_long) {
        any_short = true;
        end = std::min(end, at + (unmoved.end - (long_at - move.length)));
      } else {
        return foreign;
      }
      tail += end - at;
      at = end;
    }
  }
  if (!any_short && !first_long) return foreign;
  state.form = !first_long ? BlockForm::kShorter : any_short ? BlockForm::kBetween : BlockForm::kLonger;
  if (state.form == BlockForm::kShorter) return state;
  // A block that nobody knows could stand on either side of the border, and moving it be wrong.
  const uint64_t from = move.gap + (state.form == BlockForm::kLonger ? move.length : 0);
  for (const BlockExtent& extent : now) tail -= std::max(extent.end, from) - std::max(extent.start, from);
  if (tail != 0 || (state.form == BlockForm::kLonger && gap_taken && !move.inserts)) return foreign;
  if (state.form == BlockForm::kBetween) {
    state.hole = *first_long - move.length;
    if (StoredAt(now, state.hole).physical || StoredAt(now, state.hole).end < *first_long) return foreign;
  }
  return state;
}

Status AddMap(JournalWriter& journal, const BlockMove& move, std::span<const BlockExtent> map) {
  std::vector<std::byte> list;
  for (; !map.empty(); map = map.subspan(std::min(map.size(), kExtentsAnEntry))) {
    list.clear();
    FieldWriter out(list);
    for (const BlockExtent& extent : map.first(std::min(map.size(), kExtentsAnEntry))) {
      out.U64(extent.start);
      out.U64(extent.end);
      out.U64(extent.physical);
    }
    JournalEntry entry;
    entry.kind = JournalEntry::Before::kMap;
    entry.offset = move.gap;
    entry.length = static_cast<uint32_t>(list.size());
    entry.before = list;
    if (Status status = journal.Add(entry); !status.ok()) return status;
  }
  return Status::Ok();
}

Result<BlockRecord> ReadMap(const JournalReader& journal) {
  const JournalHeader& header = journal.header();
  BlockRecord record;
  record.move.inserts = header.kind == JournalKind::kInsert;
  record.move.length =
      record.move.inserts ? header.new_size - header.before.size : header.before.size - header.new_size;
  Status status = journal.ForEachMap([&](const JournalEntry& entry) {
    record.move.gap = entry.offset;
    FieldReader in(entry.before);
    for (size_t i = 0; i < entry.before.size() / kExtentBytes; ++i) {
      const uint64_t start = in.U64();
      const uint64_t end = in.U64();
      record.map.push_back({start, end, in.U64()});
    }
    return Status::Ok();
  });
  if (!status.ok()) return status;
  return record;
}

}  // namespace terahex
