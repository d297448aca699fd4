// A change of length as a new file that takes the old one's place, or as a shift where that would do harm.
// Thread rule: one commit per file at a time.
#include "native/core/commit.h"
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

bool NoSiblingHere(Code code) { return code == Code::kAccessDenied || code == Code::kReadOnly; }

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
  const bool linked = info->link_count > 1 && options.strategy == SaveStrategy::kAuto;
  if (linked || options.strategy == SaveStrategy::kShift)
    return Shift(file_system, path, old_file, content, source, options, replacement);

  {
    FileLock lock(old_file);
    if (Status status = lock.Take(); !status.ok()) return status;
    if (Status status = CheckVersion(file_system, old_file, options.expected); !status.ok()) return status;
    Status space = Sibling::AskForSpace(file_system, info->real_path, old_file, old_size, content, source);
    if (!space.ok()) return space;
    auto made = Sibling::Create(file_system, options.journal_folder, info->real_path, options.expected);
    if (made.ok()) {
      Sibling& sibling = **made;
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
      Status same = CheckVersion(file_system, old_file, options.expected);
      if (!same.ok()) return same;
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
  return Shift(file_system, path, old_file, content, source, options, replacement);
}

}  // namespace terahex
