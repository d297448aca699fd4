// A new file beside the one that it shall replace: created with a name nobody has, filled, synced, renamed;
// removed when anything goes wrong before that. A record in the journal folder lets Recover remove it after a
// crash. Thread rule: one thread per object.
#pragma once

#include <memory>

#include "native/core/commit.h"
#include "native/core/commit_pulse.h"
#include "native/core/journal.h"

namespace terahex {

class Sibling {
 public:
  // The file whose first `head` bytes, and attributes, the new one has, to be cloned where that works.
  struct Original {
    const MapRegion* file = nullptr;  // none
    uint64_t head = 0;
    FileIdentity* identity = nullptr;  // brought up to date: cloning may count as a change of the status
  };
  // `target`: real path; `before`: identity of what is there now, all zeros for nothing.
  static Result<std::unique_ptr<Sibling>> Create(FileSystem& file_system, const std::string& journal_folder,
                                                 const std::string& target, const FileIdentity& before,
                                                 const Original& original);
  // Removes the file unless it took its place, and the record in any case.
  ~Sibling();

  // kNoSpace unless the folder has room for what the content adds to the disk.
  Status AskForSpace(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
                     CommitSource& source) const;
  // Holes stay holes, kept stretches are copied inside the kernel where that works. `written`: bytes that are
  // no holes.
  Status Fill(const MapRegion& old_file, uint64_t old_size, std::span<const Stretch> content,
              CommitSource& source, CommitPulse& pulse, uint64_t* written);
  // Takes mode, owner and the like from `from`; names what could not be kept.
  Status TakeAttributes(const MapRegion& from, std::vector<std::string>* not_kept);
  // Syncs and checks the length.
  Status Seal(uint64_t size);
  // Renames over the target. After an Ok the new file is there, and `durable` tells whether that survives a
  // power cut too.
  Status TakePlace(bool* durable);

  MapRegion& region() { return *region_; }
  std::shared_ptr<MapRegion> shared_region() { return region_; }

 private:
  Sibling(FileSystem& file_system, std::string target, std::string path);
  Status Open(const Original& original);
  Status CopyKept(const MapRegion& old_file, uint64_t old_offset, uint64_t new_offset, uint64_t length,
                  CommitPulse& pulse);
  // Of what seems to be a hole, and is one as far as it is zeros. `written`: the bytes that are not.
  Status CopySeemingHole(const MapRegion& old_file, uint64_t old_offset, uint64_t new_offset, uint64_t length,
                         CommitPulse& pulse, uint64_t* written);
  // Stays a hole. Calls of these two ascend.
  void Skip(uint64_t offset, uint64_t length);
  // All below `end` has been written or skipped.
  void WroteUpTo(uint64_t end);

  FileSystem& file_system_;
  std::string target_;
  std::string path_;
  std::unique_ptr<JournalWriter> record_;
  std::shared_ptr<MapRegion> region_;
  bool created_ = false;
  bool placed_ = false;
  bool kernel_copies_ = true;  // until it once did not
  uint64_t head_ = 0;          // cloned
  uint64_t behind_ = 0;        // the device has been handed all below
  ByteRange skipped_;          // the last hole, until what lies behind it is written
};

}  // namespace terahex
