// Creates, fills and places a sibling. Knows stretches and bytes; nothing of links or of what the target is.
// Thread rule: one thread per object.
#include "native/core/commit_sibling.h"

#include <algorithm>
#include <cstring>

#include "native/core/commit_content.h"
#include "native/core/commit_extents.h"
#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"

namespace terahex {
namespace {

constexpr uint64_t kCopyChunk = 16 * 1024 * 1024;  // between two looks at the cancel flag
// Writes become page cache in units of their size. Large ones want memory in one piece, which a busy machine
// has to gather and a virtual one to ask its host for: of 1 MiB, a copy took twice as long as cp, at times
// thrice.
constexpr uint64_t kHandChunk = 128 * 1024;
// Handed to the device while the next bytes are copied, so that the sync finds little left to do.
constexpr uint64_t kWriteBehind = 16 * 1024 * 1024;
constexpr uint64_t kCloneUnit = 4096;  // blocks can be shared only where old and new offset agree modulo this
constexpr size_t kNameLimit = 255 - 60;  // what dot, random middle and suffix leave of a name

bool IsZeros(std::span<const std::byte> bytes) {
  return bytes.empty() ||
         (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

std::string SiblingPath(const std::string& target) {
  std::string name = NameOf(target);
  size_t end = std::min(name.size(), kNameLimit);
  while (end > 0 && end < name.size() && (name[end] & 0xc0) == 0x80)
    --end;  // never cut inside a UTF-8 character
  return JoinPath(FolderOf(target), "." + name.substr(0, end) + "." + UniqueSuffix() + ".terahex");
}

}  // namespace

Sibling::Sibling(FileSystem& file_system, std::string target, std::string path)
    : file_system_(file_system), target_(std::move(target)), path_(std::move(path)) {}

Sibling::~Sibling() {
  region_.reset();
  if (created_ && !placed_) (void)file_system_.Remove(path_);
  if (record_) (void)record_->Forget();
}

Result<std::unique_ptr<Sibling>> Sibling::Create(FileSystem& file_system, const std::string& journal_folder,
                                                 const std::string& target, const FileIdentity& before,
                                                 const Original& original) {
  std::unique_ptr<Sibling> sibling(new Sibling(file_system, target, SiblingPath(target)));
  if (!journal_folder.empty()) {
    JournalHeader header{JournalKind::kSibling, before, 0, WallClockNs(), target, sibling->path_};
    auto record = JournalWriter::Create(file_system, journal_folder, header);
    if (!record.ok()) return record.status();
    sibling->record_ = std::move(*record);
    if (Status status = sibling->record_->Finish(); !status.ok()) return status;
  }
  if (Status status = sibling->Open(original); !status.ok()) return status;
  if (Status status = FailPoint("sibling-created"); !status.ok()) return status;
  return sibling;
}

Status Sibling::Open(const Original& original) {
  const uint64_t head = original.head;
  if (original.file != nullptr && head > 0) {
    const auto before = original.file->Identify();
    auto clone = file_system_.Clone(*original.file, path_);
    const auto after = original.file->Identify();
    if (before.ok() && after.ok() && *before == *original.identity) {
      FileIdentity touched = *before;
      touched.ctime_ns = after->ctime_ns;
      if (touched == *after) *original.identity = touched;
    }
    if (clone.ok()) {
      created_ = true;
      region_ = std::move(*clone);
      head_ = head;
      auto size = region_->Size();
      if (!size.ok()) return size.status();
      if (*size < head) return Status(Code::kChanged, "the file became shorter: " + target_, 0, *size);
      return *size == head ? Status::Ok() : region_->SetSize(head);
    }
  }
  auto region = file_system_.Open(path_, OpenMode::kCreateExclusive);
  if (!region.ok()) return region.status();
  region_ = std::move(*region);
  created_ = true;
  return Status::Ok();
}

Status Sibling::AskForSpace(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
                            CommitSource& source) const {
  ExtentCursor extents(old_file, old_size, true);
  // Only where the whole file system works by sharing blocks are shared ones counted on.
  const bool shares = file_system_.shares_blocks() && old_file.copy_on_write();
  uint64_t need = 0;
  (void)ForEachStretch(content, [&](const Stretch& stretch, uint64_t new_offset) {
    if (stretch.length == 0) return Status::Ok();
    if (stretch.kind == Stretch::Kind::kNew) {
      if (new_offset < head_ || !source.IsZeros(new_offset, stretch.length)) need += stretch.length;
      return Status::Ok();
    }
    if (new_offset < head_) return Status::Ok();
    if (shares && (stretch.old_offset ^ new_offset) % kCloneUnit == 0) return Status::Ok();
    uint64_t end = stretch.old_offset + stretch.length;
    for (uint64_t at = stretch.old_offset; at < end;) {
      ExtentCursor::Part part = extents.At(at, end);
      if (part.data) need += part.end - at;
      at = part.end;
    }
    return Status::Ok();
  });
  auto free = file_system_.FreeSpace(FolderOf(target_));
  if (!free.ok() || *free >= need) return Status::Ok();  // who cannot say is asked by the writes themselves
  return Status(Code::kNoSpace, "this needs " + std::to_string(need) + " bytes on the disk, " +
                                    std::to_string(*free) + " are free: " + target_);
}

Status Sibling::CopyKept(const MapRegion& old_file, uint64_t old_offset, uint64_t new_offset, uint64_t length,
                         CommitPulse& pulse) {
  std::vector<std::byte> buffer;
  // Where the blocks do not fall together there is nothing to share, and Linux copies page by page, twice.
  const bool together = (old_offset ^ new_offset) % kCloneUnit == 0;
  for (uint64_t done = 0; done < length;) {
    const bool by_kernel = kernel_copies_ && together;
    const uint64_t to = new_offset + done;
    uint64_t part = std::min(length - done, by_kernel ? kCopyChunk : kHandChunk - to % kHandChunk);
    if (Status status = FailPoint("copy"); !status.ok()) return status;
    uint64_t copied = 0;
    if (by_kernel) {
      auto result = file_system_.CopyStretch(old_file, old_offset + done, *region_, to, part);
      if (result.ok()) copied = *result;
      kernel_copies_ = copied > 0;  // the reason, if it matters, comes up again by hand
    } else {
      buffer.resize(static_cast<size_t>(part));
      auto read = old_file.ReadAt(old_offset + done, buffer);
      if (!read.ok()) return read.status();
      if (*read != part)
        return Status(Code::kChanged, "the file became shorter: " + old_file.path(), 0, old_offset + done);
      if (Status status = region_->WriteAt(to, buffer); !status.ok()) return status;
      copied = part;
    }
    done += copied;
    WroteUpTo(to + copied);
    if (Status status = pulse.Advance(copied); !status.ok()) return status;
  }
  return Status::Ok();
}

Status Sibling::CopySeemingHole(const MapRegion& old_file, uint64_t old_offset, uint64_t new_offset,
                                uint64_t length, CommitPulse& pulse, uint64_t* written) {
  std::vector<std::byte> buffer;
  for (uint64_t done = 0; done < length;) {
    const uint64_t to = new_offset + done;
    buffer.resize(static_cast<size_t>(std::min(length - done, kHandChunk - to % kHandChunk)));
    auto read = old_file.ReadAt(old_offset + done, buffer);
    if (!read.ok()) return read.status();
    if (*read != buffer.size())
      return Status(Code::kChanged, "the file became shorter: " + old_file.path(), 0, old_offset + done);
    if (IsZeros(buffer)) {
      Skip(to, buffer.size());
    } else {
      if (Status status = region_->WriteAt(to, buffer); !status.ok()) return status;
      WroteUpTo(to + buffer.size());
      *written += buffer.size();
    }
    done += buffer.size();
    if (Status status = pulse.Advance(buffer.size()); !status.ok()) return status;
  }
  return Status::Ok();
}

void Sibling::Skip(uint64_t offset, uint64_t length) {
  if (skipped_.end != offset) skipped_ = {offset, offset};
  skipped_.end += length;
}

void Sibling::WroteUpTo(uint64_t end) {
  if (!skipped_.empty()) region_->PunchHole(skipped_.start, skipped_.end - skipped_.start);
  skipped_ = {};
  if (end - behind_ < kWriteBehind) return;
  region_->StartWriting(behind_, end - behind_);
  behind_ = end;
}

Status Sibling::Fill(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
                     CommitSource& source, CommitPulse& pulse, uint64_t* written) {
  ExtentCursor extents(old_file, old_size, true);
  std::vector<std::byte> buffer;
  uint64_t size = 0;
  Status filled = ForEachStretch(content, [&](const Stretch& stretch, uint64_t new_offset) -> Status {
    size = new_offset + stretch.length;
    if (stretch.length == 0) return Status::Ok();
    if (stretch.kind == Stretch::Kind::kKept) {
      if (new_offset < head_) return pulse.Advance(stretch.length);
      uint64_t end = stretch.old_offset + stretch.length;
      for (uint64_t at = stretch.old_offset; at < end;) {
        ExtentCursor::Part part = extents.At(at, end);
        uint64_t length = part.end - at;
        uint64_t to = new_offset + (at - stretch.old_offset);
        if (part.data) {
          if (Status status = CopyKept(old_file, at, to, length, pulse); !status.ok()) return status;
          *written += length;
        } else if (old_file.vouches_for_holes()) {
          Skip(to, length);
          if (Status status = pulse.Advance(length); !status.ok()) return status;
        } else {
          Status status = CopySeemingHole(old_file, at, to, length, pulse, written);
          if (!status.ok()) return status;
        }
        at = part.end;
      }
      return Status::Ok();
    }
    if (new_offset >= head_ && source.IsZeros(new_offset, stretch.length)) {
      Skip(new_offset, stretch.length);
      return pulse.Advance(stretch.length);
    }
    for (uint64_t done = 0; done < stretch.length; done += buffer.size()) {
      buffer.resize(static_cast<size_t>(std::min(stretch.length - done, kHandChunk)));
      if (Status status = source.ReadNew(new_offset + done, buffer); !status.ok()) return status;
      if (Status status = FailPoint("sibling-write"); !status.ok()) return status;
      if (Status status = region_->WriteAt(new_offset + done, buffer); !status.ok()) return status;
      WroteUpTo(new_offset + done + buffer.size());
      *written += buffer.size();
      if (Status status = pulse.Advance(buffer.size()); !status.ok()) return status;
    }
    return Status::Ok();
  });
  if (!filled.ok()) return filled;
  auto now = region_->Size();
  if (!now.ok()) return now.status();
  if (*now != size) {  // a hole at the end
    if (Status status = region_->SetSize(size); !status.ok()) return status;
  }
  WroteUpTo(size);
  return Status::Ok();
}

Status Sibling::TakeAttributes(const MapRegion& from, std::vector<std::string>* not_kept) {
  auto lost = file_system_.CopyAttributes(from, *region_);
  if (!lost.ok()) return lost.status();
  not_kept->insert(not_kept->end(), lost->begin(), lost->end());
  return FailPoint("attributes");
}

Status Sibling::Seal(uint64_t size) {
  if (Status status = region_->Sync(); !status.ok()) return status;
  if (Status status = FailPoint("sibling-synced"); !status.ok()) return status;
  auto now = region_->Size();
  if (!now.ok()) return now.status();
  if (*now == size) return Status::Ok();
  return Status(Code::kIo, "the new file has " + std::to_string(*now) + " bytes, not " +
                               std::to_string(size) + ": " + target_);
}

Status Sibling::TakePlace(bool* durable) {
  (void)FailPoint("taking-place");
  if (Status status = file_system_.Replace(path_, target_); !status.ok()) {
    const std::string old_file = path_ + kOldFileSuffix;
    const bool aside = file_system_.Inspect(target_).status().code() == Code::kNotFound &&
                       file_system_.Inspect(old_file).ok();
    if (!aside) return status;
    // Both files stay, and so does the record: with it Recover puts the old one back.
    created_ = false;
    record_.reset();
    return Status(status.code(),
                  status.message() + "; the old file, whole, is " + old_file +
                      " now, and opening it under its own name puts it back",
                  status.os_error());
  }
  placed_ = true;
  // From here on no failure can be told as "not saved": the new file is there.
  *durable = FailPoint("replaced").ok() && file_system_.SyncFolder(FolderOf(target_)).ok();
  (void)FailPoint("folder-synced");
  return Status::Ok();
}

}  // namespace terahex
