// An insertion moves blocks first and writes then, and is undone by taking the blocks out again. A deletion
// writes first and drops blocks last, and is finished once it has begun to. So whatever stops it, the way out
// is to make the file shorter, which needs no bytes and no space. Thread rule: one per file at a time.
#include "native/core/commit_blocks.h"

#include <algorithm>

#include "native/core/commit_change.h"
#include "native/core/commit_content.h"
#include "native/core/commit_extents.h"
#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"
#include "native/core/journal_checksum.h"

namespace terahex {
namespace {

using Before = JournalEntry::Before;

class BlockCommit {
 public:
  BlockCommit(FileSystem& file_system, MapRegion& file, const BlockPlan& plan, CommitSource& source,
              const CommitOptions& options, uint64_t new_size)
      : file_system_(file_system),
        file_(file),
        plan_(plan),
        source_(source),
        options_(options),
        pulse_(options, Total()) {
    header_.kind = plan.move.inserts ? JournalKind::kInsert : JournalKind::kCollapse;
    header_.before = options.expected;
    header_.new_size = new_size;
    header_.created_ns = WallClockNs();
    record_.move = plan.move;
  }

  // All that happens before the file is touched.
  Status Prepare(std::span<const Stretch> content, bool* told, bool* retry);
  Status Apply();
  // After a failed Apply: true when the file is as before.
  bool Undo(Status* failure);
  void Forget() {
    if (journal_) (void)journal_->Forget();
  }
  CommitOutcome Outcome() {
    pulse_.TellEnd();
    CommitOutcome outcome{
        CommitHow::kShifted, written_, IdentityAfter(file_system_, file_, file_.path()), {}, {}};
    outcome.identity.size = header_.new_size;
    return outcome;
  }

 private:
  uint64_t Total() const {
    uint64_t sum = 0;
    for (const BlockPlan::Write& write : plan_.writes) sum += write.range.length();
    return 2 * sum;
  }
  // What is to be written, no more than an entry can hold, and what was there before.
  struct Part {
    uint64_t offset = 0;  // in the longer form
    uint32_t length = 0;
    Before before = Before::kBytes;
    const std::byte* copied = nullptr;  // the bytes, if they are old ones
  };
  Status ReadNew(const Part& part, std::span<std::byte> out) {
    if (!part.copied) return source_.ReadNew(plan_.move.LongToNew(part.offset), out);
    std::copy_n(part.copied, out.size(), out.begin());
    return Status::Ok();
  }
  void FindParts();
  Status Journal();
  Status Write();

  FileSystem& file_system_;
  MapRegion& file_;
  const BlockPlan& plan_;
  CommitSource& source_;
  const CommitOptions& options_;
  CommitPulse pulse_;
  JournalHeader header_;
  BlockRecord record_;
  std::vector<std::vector<std::byte>> copied_;  // for each of plan_.writes: its bytes, if they are old ones
  std::vector<Part> parts_;
  std::unique_ptr<JournalWriter> journal_;
  uint64_t written_ = 0;
};

// Where the bytes of [0, size) lie; what is reserved behind the end comes and goes.
Result<std::vector<BlockExtent>> MapOf(const MapRegion& file, uint64_t size, size_t limit) {
  auto map = file.BlockMap(limit);
  if (!map.ok()) return map.status();
  const uint64_t end = AlignUp(size, std::max<uint64_t>(1, file.BlockSize()));
  while (!map->empty() && map->back().start >= end) map->pop_back();
  if (!map->empty()) map->back().end = std::min(map->back().end, end);
  return map;
}

// A move gives a file its new size before there is anything in it; who appends zeros stores them.
Result<bool> NothingStored(const MapRegion& file, uint64_t from, uint64_t end) {
  const uint64_t border = std::min(end, AlignUp(from, std::max<uint64_t>(1, file.BlockSize())));
  // The last block is stored up to its border, and what it holds behind the end is zeros.
  std::vector<std::byte> rest(static_cast<size_t>(border - from));
  auto read = file.ReadAt(from, rest);
  if (!read.ok()) return read.status();
  const bool zeros = *read == rest.size() &&
                     std::all_of(rest.begin(), rest.end(), [](std::byte one) { return one == std::byte{0}; });
  if (!zeros || border == end) return zeros;
  auto stored = file.Extents(border, end, 1);
  if (!stored.ok()) return stored.status();
  return stored->empty();
}

Status ReadExactly(const MapRegion& file, uint64_t offset, std::span<std::byte> out) {
  auto read = file.ReadAt(offset, out);
  if (!read.ok()) return read.status();
  if (*read == out.size()) return Status::Ok();
  return Status(Code::kChanged, "the file became shorter: " + file.path(), 0, offset);
}

void BlockCommit::FindParts() {
  const BlockMove& move = plan_.move;
  ExtentCursor extents(file_, options_.expected.size);
  for (size_t i = 0; i < plan_.writes.size(); ++i) {
    const ByteRange& range = plan_.writes[i].range;
    for (uint64_t at = range.start; at < range.end;) {
      uint64_t end = std::min(range.end, at + (kJournalEntryMax - at % kJournalBlock));
      Before before = Before::kAbsent;
      const uint64_t room_end = move.inserts ? move.gap + move.length : 0;
      if (at >= move.gap && at < room_end) {
        end = std::min(end, room_end);
      } else {
        if (move.inserts && at < move.gap) end = std::min(end, move.gap);
        const uint64_t old = move.LongToOld(at);
        const ExtentCursor::Part part = extents.At(old, old + (end - at));
        end = at + (part.end - old);
        before = part.data ? Before::kBytes : Before::kZeros;
      }
      const bool old_bytes = plan_.writes[i].old_offset.has_value();
      // Zeros where nothing is stored stay as they are.
      if (before == Before::kBytes || old_bytes || !source_.IsZeros(move.LongToNew(at), end - at)) {
        const std::byte* copied = old_bytes ? copied_[i].data() + (at - range.start) : nullptr;
        parts_.push_back({at, static_cast<uint32_t>(end - at), before, copied});
      }
      at = end;
    }
  }
}

Status BlockCommit::Journal() {
  auto named = file_system_.Inspect(file_.path());
  if (!named.ok()) return named.status();
  header_.path = named->real_path;
  auto made = JournalWriter::Obtain(file_system_, options_.journal_folder, header_);
  if (!made.ok()) return made.status();
  journal_ = std::move(*made);
  if (Status status = AddMap(*journal_, plan_.move, record_.map); !status.ok()) return status;
  std::vector<std::byte> old(kJournalEntryMax);
  std::vector<std::byte> now(kJournalEntryMax);
  uint64_t need = 0;
  for (const Part& part : parts_) {
    JournalEntry entry{part.offset, part.length, part.before, {}, {}};
    if (part.before == Before::kBytes) {
      entry.before = std::span(old).first(part.length);
      const uint64_t from = plan_.move.LongToOld(part.offset);
      if (Status read = ReadExactly(file_, from, std::span(old).first(part.length)); !read.ok()) return read;
    } else {
      need += part.length;
    }
    auto bytes = std::span(now).first(part.length);
    if (Status read = ReadNew(part, bytes); !read.ok()) return read;
    ForEachJournalBlock(part.offset, part.length, [&](uint64_t at, size_t length, size_t) {
      entry.new_crcs.push_back(Crc32c(bytes.subspan(static_cast<size_t>(at - part.offset), length)));
    });
    if (Status status = journal_->Add(entry); !status.ok()) return status;
    if (Status status = pulse_.Advance(part.length); !status.ok()) return status;
  }
  auto free = file_system_.FreeSpace(FolderOf(file_.path()));
  if (free.ok() && *free < need)
    return Status(Code::kNoSpace, "saving needs " + std::to_string(need) + " more bytes on the disk, " +
                                      std::to_string(*free) + " are free: " + file_.path());
  return journal_->Finish();
}

Status BlockCommit::Prepare(std::span<const Stretch> content, bool* told, bool* retry) {
  const uint64_t old_size = options_.expected.size;
  // A place that is not on the disk yet could be another one after a crash.
  if (Status status = file_.Sync(); !status.ok()) return status;
  auto map = MapOf(file_, old_size, kMaxExtents);
  if (map.status().code() == Code::kTooLarge) return Status(Code::kUnsupported, map.status().message());
  if (!map.ok()) return map.status();
  record_.map = std::move(*map);
  const uint64_t behind = plan_.move.gap + (plan_.move.inserts ? 0 : plan_.move.length);
  const bool tells = !record_.map.empty() && record_.map.back().end > behind;
  const bool shared =
      std::any_of(record_.map.begin(), record_.map.end(), [](const auto& one) { return one.shared; });
  if (!tells || shared)
    return Status(Code::kUnsupported,
                  "where the blocks of the file lie would not tell how far a save came: " + file_.path());
  for (const BlockPlan::Write& write : plan_.writes) {
    copied_.emplace_back(static_cast<size_t>(write.old_offset ? write.range.length() : 0));
    if (!write.old_offset) continue;
    if (Status status = ReadExactly(file_, *write.old_offset, copied_.back()); !status.ok()) return status;
  }
  FindParts();
  // They would get blocks that no list names.
  const bool fills = std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) {
    return part.before == Before::kZeros && part.offset >= plan_.move.gap;
  });
  if (fills) return Status(Code::kUnsupported, "holes are filled behind the shift: " + file_.path());
  *retry = false;  // a part told twice would be wrong
  for (const ByteRange& range : DestroyedRanges(content, old_size)) {
    if (Status status = TellDestroyed(file_, old_size, range, source_); !status.ok()) return status;
  }
  *told = *retry = true;
  if (Status status = Journal(); !status.ok()) return status;
  pulse_.MarkIn(*journal_, file_);
  auto again = MapOf(file_, old_size, kMaxExtents);
  if (!again.ok() || *again != record_.map)
    return Status(Code::kUnsupported, "another program moves the blocks of the file: " + file_.path());
  return CheckVersion(file_system_, file_, options_.expected);
}

Status BlockCommit::Write() {
  std::vector<std::byte> bytes(kJournalEntryMax);
  for (const Part& part : parts_) {
    auto now = std::span(bytes).first(part.length);
    if (Status status = ReadNew(part, now); !status.ok()) return status;
    if (Status status = FailPoint("blocks-write"); !status.ok()) return status;
    if (Status status = file_.WriteAt(part.offset, now); !status.ok()) return status;
    written_ += part.length;
    if (Status status = pulse_.Advance(part.length); !status.ok()) return status;
  }
  return Status::Ok();
}

Status BlockCommit::Apply() {
  const BlockMove& move = plan_.move;
  auto step = [&](Status status, const char* point) { return status.ok() ? FailPoint(point) : status; };
  Status status;
  if (move.inserts) {
    // Telling what is destroyed may have taken longer than a recovery takes for the save's own time.
    if (status = pulse_.MarkNow(); !status.ok()) return status;
    if (status = step(file_.InsertRange(move.gap, move.length), "blocks-inserted"); !status.ok())
      return status;
    // The move must be on the disk before bytes go to the places that only it makes theirs.
    if (status = step(file_.Sync(), "blocks-durable"); !status.ok()) return status;
  }
  if (status = step(Write(), "blocks-written"); !status.ok()) return status;
  if (status = step(file_.Sync(), "blocks-synced"); !status.ok()) return status;
  if (!move.inserts) {
    if (status = pulse_.MarkNow(); !status.ok()) return status;
    if (status = step(file_.CollapseRange(move.gap, move.length), "blocks-collapsed"); !status.ok())
      return status;
    if (status = step(file_.Sync(), "blocks-gone"); !status.ok()) return status;
  }
  auto size = file_.Size();
  if (!size.ok()) return size.status();
  if (*size == header_.new_size) return Status::Ok();
  return Status(Code::kIo, "the file has " + std::to_string(*size) + " bytes after saving, not " +
                               std::to_string(header_.new_size) + ": " + file_.path());
}

Status With(const Status& status, const std::string& more) {
  return Status(status.code(), status.message() + more, status.os_error(), status.offset());
}

bool BlockCommit::Undo(Status* failure) {
  bool completed = false;
  Status undone = [&]() -> Status {
    auto reader = JournalReader::Open(journal_->region());
    if (!reader.ok()) return reader.status();
    auto state = LookAtBlocks(file_, header_, record_);
    if (!state.ok()) return state.status();
    // Once blocks of a deletion are gone there is no way back, but all the way forward is left.
    const bool begun = state->form != BlockForm::kLonger || !state->gap_whole;
    if (state->form == BlockForm::kLonger && (plan_.move.inserts || !begun)) {
      uint64_t bytes = 0;
      Status back = PutBack(file_, *reader, UINT64_MAX, &bytes, [] {});
      if (!back.ok()) return back;
    }
    completed = !plan_.move.inserts && begun;
    if (plan_.move.inserts || begun) return MakeShorter(file_, header_, record_, *state);
    return Status::Ok();
  }();
  if (undone.ok() && completed) {
    *failure = Status::Ok();
    return false;
  }
  if (!undone.ok()) {
    *failure = With(*failure, "; putting that right failed too (" + undone.message() +
                                  "): the file may hold a mix until it is recovered with the journal " +
                                  journal_->path());
    return false;
  }
  Forget();
  if (options_.put_back) {
    if (auto identity = file_.Identify(); identity.ok()) options_.put_back(*identity);
  }
  *failure = With(*failure, "; the old content was put back");
  return true;
}

}  // namespace

std::optional<BlockPlan> BlockPlanFor(const MapRegion& file, std::span<const Stretch> content,
                                      uint64_t old_size, uint64_t new_size) {
  return PlanBlockMove(content, old_size, new_size, file.ShiftUnit());
}

Result<CommitOutcome> CommitBlocks(FileSystem& file_system, MapRegion& file, std::span<const Stretch> content,
                                   const BlockPlan& plan, CommitSource& source, const CommitOptions& options,
                                   bool* told, bool* retry) {
  *retry = true;
  if (options.journal_folder.empty())
    return Status(Code::kUnsupported, "moving blocks needs a folder for the journal: " + file.path());
  FileLock lock(file);
  if (Status status = lock.Take(); !status.ok()) return status;
  if (Status status = CheckVersion(file_system, file, options.expected); !status.ok()) return status;
  const uint64_t old_size = options.expected.size;
  BlockCommit commit(file_system, file, plan, source, options,
                     plan.move.inserts ? old_size + plan.move.length : old_size - plan.move.length);
  if (Status status = commit.Prepare(content, told, retry); !status.ok()) {
    commit.Forget();
    return status;
  }
  if (options.before_shift) options.before_shift();
  Status status = commit.Apply();
  if (!status.ok()) *retry = commit.Undo(&status);
  if (!status.ok()) return status;
  commit.Forget();
  (void)FailPoint("forgotten");
  return commit.Outcome();
}

Result<BlockState> LookAtBlocks(const MapRegion& file, const JournalHeader& header,
                                const BlockRecord& record) {
  auto changed = [&](const char* why) {
    return Status(Code::kChanged, "an interrupted save had begun to move the blocks of the file, and " +
                                      std::string(why) + "; between offset " +
                                      std::to_string(record.move.gap) + " and its end may lie a gap of " +
                                      std::to_string(record.move.length) + " bytes: " + file.path());
  };
  auto size = file.Size();
  if (!size.ok()) return size.status();
  const uint64_t shorter = std::min(header.before.size, header.new_size);
  if (*size != shorter && *size != shorter + record.move.length)
    return changed("the length was changed since");
  // Others' writes may have split extents since, which does not make the record unfit.
  auto map = MapOf(file, *size, SIZE_MAX);
  if (!map.ok()) return map.status();
  const BlockState state = JudgeBlocks(record.map, *map, record.move);
  const bool sound = state.form == BlockForm::kShorter || *size != shorter;
  if (state.form == BlockForm::kForeign || !sound) return changed("another program moved them since");
  if (state.form == BlockForm::kShorter && *size != shorter) {
    // The size alone was changed, by the move or by an append of another program that happens to be as long.
    auto nothing = NothingStored(file, shorter, *size);
    if (!nothing.ok()) return nothing.status();
    if (!*nothing) return changed("bytes were appended to it since");
  }
  return state;
}

Status MakeShorter(MapRegion& file, const JournalHeader& header, const BlockRecord& record,
                   BlockState state) {
  const uint64_t shorter = std::min(header.before.size, header.new_size);
  if (state.form != BlockForm::kShorter) {
    const uint64_t hole = state.form == BlockForm::kLonger ? record.move.gap : state.hole;
    if (Status status = file.CollapseRange(hole, record.move.length); !status.ok()) return status;
    if (Status status = FailPoint("blocks-shorter"); !status.ok()) return status;
  }
  auto size = file.Size();
  if (!size.ok()) return size.status();
  // The size goes last; all that lies behind the blocks then is nothing.
  if (*size != shorter) {
    if (Status status = file.SetSize(shorter); !status.ok()) return status;
  }
  if (Status status = file.Sync(); !status.ok()) return status;
  auto now = LookAtBlocks(file, header, record);
  if (!now.ok()) return now.status();
  return now->form == BlockForm::kShorter
             ? Status::Ok()
             : Status(Code::kIo, "the blocks of the file are not where they were moved to: " + file.path());
}

}  // namespace terahex
