// Save As and export: the content as a whole new file under another name. Never touches the old file.
// Thread rule: any thread; one copy per target at a time.
#include <algorithm>

#include "native/core/commit.h"
#include "native/core/commit_change.h"
#include "native/core/commit_content.h"
#include "native/core/commit_path.h"
#include "native/core/commit_sibling.h"

namespace terahex {
namespace {

// Where a target that does not exist yet will really be.
Result<std::string> PlaceForNew(FileSystem& file_system, const std::string& target) {
  auto folder = file_system.Inspect(FolderOf(target));
  if (!folder.ok()) return folder.status();
  std::string name = NameOf(target);
  auto names = file_system.List(folder->real_path);
  // A name that leads nowhere but is in the folder is a dangling symlink; a rename would replace the link
  // itself.
  if (names.ok() && std::find(names->begin(), names->end(), name) != names->end())
    return Status(Code::kUnsupported, "a symbolic link that leads nowhere: " + target);
  return JoinPath(folder->real_path, name);
}

}  // namespace

Result<CommitOutcome> WriteCopy(FileSystem& file_system, const std::string& target, MapRegion& old_file,
                                std::span<const Stretch> content, CommitSource& source,
                                const CommitOptions& options) {
  auto old_identity = old_file.Identify();
  if (!old_identity.ok()) return old_identity.status();
  uint64_t old_size = old_identity->size;
  auto new_size = ContentSize(content, old_size);
  if (!new_size.ok()) return new_size.status();

  std::string place;
  FileIdentity before;
  std::shared_ptr<MapRegion> existing;
  if (auto info = file_system.Inspect(target); info.ok()) {
    if (info->identity.SameFile(*old_identity))
      return Status(Code::kInvalidArgument, "the copy would replace the file it is made of: " + target);
    if (!info->regular_file) return Status(Code::kNotAFile, "not a regular file: " + target);
    if (info->link_count > 1)
      return Status(Code::kUnsupported,
                    "the file has further hard links, which a copy over it would cut: " + target);
    // A rename asks the folder for permission only; the file's own must be respected too.
    auto region = file_system.Open(target, OpenMode::kReadWrite);
    if (!region.ok()) return region.status();
    existing = std::move(*region);
    before = info->identity;
    place = info->real_path;
  } else if (info.status().code() == Code::kNotFound) {
    auto found = PlaceForNew(file_system, target);
    if (!found.ok()) return found.status();
    place = std::move(*found);
  } else {
    return info.status();
  }

  FileIdentity now = *old_identity;
  Sibling::Original original{&old_file, HeadInPlace(content, old_size), &now};
  // Over a file that is there its attributes count, and a clone would bring others.
  if (existing || old_file.block_device()) original = {};
  auto made = Sibling::Create(file_system, options.journal_folder, place, before, original);
  if (now != *old_identity && options.put_back) options.put_back(now);
  if (!made.ok()) return made.status();
  Sibling& sibling = **made;
  if (Status space = sibling.AskForSpace(old_file, old_size, content, source); !space.ok()) return space;
  CommitOutcome outcome;
  outcome.how = CommitHow::kRewritten;
  CommitPulse pulse(options, *new_size);
  Status filled = sibling.Fill(old_file, old_size, content, source, pulse, &outcome.bytes_written);
  if (!filled.ok()) return filled;
  const MapRegion& model = existing ? *existing : old_file;
  if (!model.block_device()) {  // a device's mode and owner are no file's
    if (Status status = sibling.TakeAttributes(model, &outcome.not_kept); !status.ok()) return status;
  }
  existing.reset();  // Windows renames over no open file
  if (Status status = sibling.Seal(*new_size); !status.ok()) return status;
  bool durable = false;
  if (Status status = sibling.TakePlace(&durable); !status.ok()) return status;
  if (!durable) outcome.not_kept.push_back("durability: the folder could not be synced");
  outcome.identity = IdentityAfter(file_system, sibling.region(), place);
  pulse.TellEnd();
  return outcome;
}

}  // namespace terahex
