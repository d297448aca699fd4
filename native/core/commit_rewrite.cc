// A change of length as a new file that takes the old one's place, or as a shift where that would do harm.
// Thread rule: one commit per file at a time.
#include "native/core/commit.h"
#include "native/core/commit_blocks.h"
#include "native/core/commit_change.h"
#include "native/core/commit_content.h"
#include "native/core/commit_fail_point.h"
#include "native/core/commit_shift.h"
#include "native/core/commit_sibling.h"

namespace terahex {
namespace {

// Opens the file under its own name, as writable as the old region was where that is still allowed.
std::shared_ptr<MapRegion> Reopen(FileSystem& file_system, const std::string& path, bool writable) {
  auto region = file_system.Open(path, writable ? OpenMode::kReadWrite : OpenMode::kRead);
  if (!region.ok() && writable) region = file_system.Open(path, OpenMode::kRead);
  return region.ok() ? std::move(*region) : nullptr;
}

Result<CommitOutcome> Shift(FileSystem& file_system, const std::string& path, MapRegion& old_file,
                            std::span<const Stretch> content, CommitSource& source,
                            const CommitOptions& options, std::shared_ptr<MapRegion>* replacement) {
  auto outcome = ShiftInPlace(file_system, old_file, content, source, options);
  if (outcome.ok() && replacement) *replacement = Reopen(file_system, path, old_file.writable());
  return outcome;
}

// A source that was told already what the commit destroys.
class ToldSource : public CommitSource {
 public:
  explicit ToldSource(CommitSource& source) : source_(source) {}
  Status ReadNew(uint64_t offset, std::span<std::byte> out) override { return source_.ReadNew(offset, out); }
  bool IsZeros(uint64_t offset, uint64_t length) override { return source_.IsZeros(offset, length); }
  Status KeepBefore(uint64_t, uint64_t, std::span<const std::byte>) override { return Status::Ok(); }

 private:
  CommitSource& source_;
};

bool WorthMoving(const std::optional<BlockPlan>& plan, const CommitOptions& options) {
  if (!plan || options.journal_folder.empty()) return false;
  if (options.strategy == SaveStrategy::kBlocks) return true;
  return options.strategy == SaveStrategy::kAuto && plan->moved_bytes >= kMoveBlocksFrom;
}

// Failures of one way that say nothing against another one.
bool MayTryAnother(Code code) {
  return code != Code::kCancelled && code != Code::kChanged && code != Code::kBusy && code != Code::kVanished;
}

bool NoSiblingHere(Code code) { return code == Code::kAccessDenied || code == Code::kReadOnly; }

// The ways that write what they move.
Result<CommitOutcome> Otherwise(FileSystem& file_system, const std::string& path, MapRegion& old_file,
                                std::span<const Stretch> content, CommitSource& source,
                                const CommitOptions& options, std::shared_ptr<MapRegion>* replacement) {
  const uint64_t old_size = options.expected.size;
  auto new_size = ContentSize(content, old_size);
  if (!new_size.ok()) return new_size.status();
  auto info = file_system.Inspect(path);
  if (!info.ok()) return info.status();
  const bool linked = info->link_count > 1 && options.strategy == SaveStrategy::kAuto;
  if (linked || options.strategy == SaveStrategy::kShift)
    return Shift(file_system, path, old_file, content, source, options, replacement);

  CommitOptions now = options;
  {
    FileLock lock(old_file);
    if (Status status = lock.Take(); !status.ok()) return status;
    if (Status status = CheckVersion(file_system, old_file, options.expected); !status.ok()) return status;
    auto waiting = FindJournal(file_system, options.journal_folder, path);
    if (!waiting.ok()) return waiting.status();
    if (waiting->complete)
      return Status(
          Code::kBusy,
          "an interrupted save of the file waits to be recovered, which opening it anew does: " + path);
    auto made = Sibling::Create(file_system, options.journal_folder, info->real_path, options.expected,
                                {&old_file, HeadInPlace(content, old_size), &now.expected});
    if (now.expected != options.expected && options.put_back) options.put_back(now.expected);
    if (made.ok()) {
      Sibling& sibling = **made;
      Status space = sibling.AskForSpace(old_file, old_size, content, source);
      if (!space.ok()) return space;
      CommitOutcome outcome;
      outcome.how = CommitHow::kRewritten;
      CommitPulse pulse(options, *new_size);
      for (const ByteRange& range : DestroyedRanges(content, old_size)) {
        Status told = TellDestroyed(old_file, old_size, range, source);
        if (!told.ok()) return told;
      }
      Status filled = sibling.Fill(old_file, old_size, content, source, pulse, &outcome.bytes_written);
      if (!filled.ok()) return filled;
      if (Status kept = sibling.TakeAttributes(old_file, &outcome.not_kept); !kept.ok()) return kept;
      if (Status sealed = sibling.Seal(*new_size); !sealed.ok()) return sealed;
      // Who wrote to the old file while it was copied must not lose that.
      Status same = CheckVersion(file_system, old_file, now.expected);
      if (!same.ok()) return same;
      // Once it has the name, others must not save to it before we know which version is ours.
      FileLock ours(sibling.region());
      if (Status taken = ours.Take(); !taken.ok()) return taken;
      bool durable = false;
      if (Status placed = sibling.TakePlace(&durable); !placed.ok()) return placed;
      if (!durable) outcome.not_kept.push_back("durability: the folder could not be synced");
      outcome.identity = IdentityAfter(file_system, sibling.region(), info->real_path);
      if (replacement) {
        *replacement = Reopen(file_system, path, true);
        if (!*replacement) *replacement = sibling.shared_region();
      }
      pulse.TellEnd();
      return outcome;
    }
    if (options.strategy == SaveStrategy::kRewrite || !NoSiblingHere(made.status().code()))
      return made.status();
  }
  return Shift(file_system, path, old_file, content, source, now, replacement);
}

}  // namespace

Result<CommitOutcome> CommitRewrite(FileSystem& file_system, const std::string& path, MapRegion& old_file,
                                    std::span<const Stretch> content, CommitSource& source,
                                    const CommitOptions& options, std::shared_ptr<MapRegion>* replacement) {
  uint64_t old_size = options.expected.size;
  auto new_size = ContentSize(content, old_size);
  if (!new_size.ok()) return new_size.status();
  if (!old_file.writable()) return Status(Code::kReadOnly, "the file is open for reading only: " + path);
  auto info = file_system.Inspect(path);
  if (!info.ok()) {
    if (info.status().code() != Code::kNotFound) return info.status();
    return Status(Code::kChanged, "the file was deleted: " + path);
  }
  if (!info->identity.SameFile(options.expected))
    return Status(Code::kChanged, "the file was replaced by another: " + path);
  if (info->block_device || !info->regular_file)
    return Status(Code::kUnsupported, "a device cannot change its size: " + path);
  auto plan = BlockPlanFor(old_file, content, old_size, *new_size);
  if (WorthMoving(plan, options)) {
    CommitOptions attempt = options;
    CommitOptions next = options;
    attempt.put_back = [&](const FileIdentity& identity) {
      next.expected = identity;
      if (options.put_back) options.put_back(identity);
    };
    bool told = false;
    bool retry = true;
    auto outcome = CommitBlocks(file_system, old_file, content, *plan, source, attempt, &told, &retry);
    if (outcome.ok() && replacement) *replacement = Reopen(file_system, path, true);
    const bool ends = outcome.ok() || !retry || !MayTryAnother(outcome.status().code());
    if (ends || options.strategy == SaveStrategy::kBlocks) return outcome;
    next.strategy = SaveStrategy::kAuto;
    ToldSource again(source);
    return Otherwise(file_system, path, old_file, content, told ? again : source, next, replacement);
  }
  if (options.strategy == SaveStrategy::kBlocks)
    return Status(Code::kUnsupported, "this change cannot be saved by moving blocks: " + path);
  return Otherwise(file_system, path, old_file, content, source, options, replacement);
}

}  // namespace terahex
