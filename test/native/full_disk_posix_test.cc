// Commits on disks that are really full: tmpfs, and ext4, XFS and btrfs on loop devices. What cannot be made
// or mounted here is skipped with the reason. Linux only; uses the native file system. Thread rule: one
// thread.
#if defined(__linux__)

#include <sys/stat.h>

#include <fstream>
#include <optional>

#include "doctest/doctest.h"
#include "native/core/commit.h"
#include "test/native/support/commit_support.h"
#include "test/native/support/small_disk.h"

namespace terahex {
namespace {

using test::Edit;
using test::RandomBytes;
using test::StringSource;
using testing::DiskKind;
using testing::Filler;
using testing::kDiskKinds;
using testing::kMiB;
using testing::SmallDisk;
using testing::TempFolder;
namespace fs = std::filesystem;

// Takes the rest of the disk while the commit is writing: no question asked before can know. `read`: before
// which one, of the `pass` over the new bytes that writes them (a journal's checksums are a pass before).
struct EatingSource : StringSource {
  EatingSource(const Edit& edit, Filler* eater, int pass, int read)
      : StringSource(edit), eater(eater), pass(pass), read(read) {}
  Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
    if (offset < last) --pass;
    last = offset;
    if (eater && pass == 0 && read-- == 0) eater->Fill();
    return StringSource::ReadNew(offset, out);
  }
  Filler* eater;
  int pass, read;
  uint64_t last = 0;
};

std::string Get(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
void Put(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  out.close();
  REQUIRE(out.good());
}
size_t NamesIn(const std::string& folder) {
  if (!fs::exists(folder)) return 0;
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

// No journal waits for a recovery; one that waits for the next commit may be there.
bool NothingWaits(const std::string& journals, const std::string& path) {
  auto found = FindJournal(NativeFileSystem(), journals, path);
  return found.ok() && found->journal_path.empty();
}

std::shared_ptr<MapRegion> OpenFile(const std::string& path) {
  auto region = NativeFileSystem().Open(path, OpenMode::kReadWrite);
  REQUIRE_MESSAGE(region.ok(), region.status().message());
  return *region;
}
CommitOptions OptionsFor(const MapRegion& file, const std::string& journals) {
  CommitOptions options;
  options.journal_folder = journals;
  options.expected = *file.Identify();
  return options;
}

void CheckNoSpace(const Result<CommitOutcome>& outcome) {
  INFO(outcome.status().message());
  CHECK(outcome.status().code() == Code::kNoSpace);
}
void CheckSaved(const Result<CommitOutcome>& outcome, const std::string& path, const std::string& content) {
  INFO(outcome.status().message());
  CHECK(outcome.ok());
  CHECK((Get(path) == content));
}

// `room`: bytes free before; `eaten`: they go while the commit writes. The first range overwrites data, so
// that there is something to put back.
void OverwriteHoles(const SmallDisk& disk, uint64_t room, bool eaten, bool copy_on_write) {
  CAPTURE(room);
  CAPTURE(eaten);
  TempFolder elsewhere("/var/tmp");
  const std::string path = disk.at("sparse");
  std::string old = RandomBytes(64 * 1024, 1);
  Put(path, old);
  old.resize(12 * kMiB);
  fs::resize_file(path, old.size());
  Edit edit(old);
  edit.Overwrite(100, RandomBytes(5000, 2));
  edit.Overwrite(2 * kMiB + 17, RandomBytes(3 * kMiB, 3));
  edit.Overwrite(8 * kMiB, RandomBytes(3 * kMiB, 4));
  Filler filler(disk.at("filler"));
  filler.Fill();
  filler.GiveBack(room);
  const size_t names = NamesIn(disk.at(""));
  auto file = OpenFile(path);
  CommitOptions options = OptionsFor(*file, elsewhere.path());
  FileIdentity then = options.expected;
  bool put_back = false;
  options.put_back = [&](const FileIdentity& identity) { then = identity, put_back = true; };
  EatingSource source(edit, eaten ? &filler : nullptr, 1, 2);
  CheckNoSpace(CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, options));
  CHECK(NamesIn(disk.at("")) == names);
  if (eaten && !put_back && copy_on_write) {
    // There even old bytes over new ones need space: the journal keeps them until there is some.
    CHECK(NamesIn(elsewhere.path()) == 1);
    filler.GiveBackAll();
    file.reset();
    const auto recovered = Recover(NativeFileSystem(), elsewhere.path(), path);
    CHECK_MESSAGE(recovered.ok(), recovered.status().message());
    file = OpenFile(path);
    then = *file->Identify();
  } else {
    CHECK(put_back == eaten);
  }
  CHECK((Get(path) == old));
  CHECK(then == *file->Identify());
  CHECK(NothingWaits(elsewhere.path(), path));

  filler.GiveBackAll();
  options.expected = then;
  StringSource again(edit);
  CheckSaved(CommitInPlace(NativeFileSystem(), *file, edit.ranges, again, options), path, edit.after);
  CHECK(NothingWaits(elsewhere.path(), path));
}

// A new file beside or instead of the old one: a rewrite of it, or a copy over another. `eaten`: the space is
// there when the commit asks and gone when it writes.
void WriteAnew(const SmallDisk& disk, bool copy, bool eaten) {
  CAPTURE(copy);
  CAPTURE(eaten);
  TempFolder elsewhere("/var/tmp");
  const std::string path = disk.at("file");
  const std::string target = copy ? disk.at("target") : path;
  const std::string old = RandomBytes(5 * kMiB, 5);
  const std::string target_old = copy ? "was there before" : old;
  Put(path, old);
  Put(target, target_old);
  Edit edit(old);
  edit.Begin().Put(RandomBytes(2 * kMiB + 5, 6)).Keep(0, old.size());
  Filler filler(disk.at("filler"));
  Filler eater(disk.at("eater"));
  if (!eaten) filler.Fill();
  const size_t names = NamesIn(disk.at(""));
  auto file = OpenFile(path);
  const CommitOptions options = OptionsFor(*file, elsewhere.path());
  const struct stat before = [&] {
    struct stat info;
    REQUIRE(stat(target.c_str(), &info) == 0);
    return info;
  }();
  auto run = [&](Filler* by) {
    EatingSource source(edit, by, 0, 1);
    std::shared_ptr<MapRegion> replacement;
    if (copy) return WriteCopy(NativeFileSystem(), target, *file, edit.stretches, source, options);
    return CommitRewrite(NativeFileSystem(), path, *file, edit.stretches, source, options, &replacement);
  };
  CheckNoSpace(run(eaten ? &eater : nullptr));
  CHECK((Get(path) == old));
  CHECK((Get(target) == target_old));
  struct stat after;
  REQUIRE(stat(target.c_str(), &after) == 0);
  CHECK(after.st_ino == before.st_ino);
  CHECK(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
  CHECK(NamesIn(disk.at("")) == names);
  CHECK(NamesIn(elsewhere.path()) == 0);

  filler.GiveBackAll();
  eater.GiveBackAll();
  CheckSaved(run(nullptr), target, edit.after);
  CHECK((!copy || Get(path) == old));
  CHECK(NamesIn(disk.at("")) == names);
  CHECK(NamesIn(elsewhere.path()) == 0);
}

// The file lies elsewhere, its journal would go to the full disk.
void JournalOnFullDisk(const SmallDisk& disk) {
  TempFolder elsewhere("/var/tmp");
  const std::string path = elsewhere.path() + "/file";
  const std::string journals = disk.at("journals");
  const std::string old = RandomBytes(4 * kMiB, 7);
  Put(path, old);
  fs::create_directory(journals);
  Edit edit(old);
  edit.Overwrite(1000, RandomBytes(3 * kMiB, 8));
  for (uint64_t room : {uint64_t{0}, kMiB}) {  // not even the header, or half of the before-images
    CAPTURE(room);
    Filler filler(disk.at("filler"));
    filler.Fill();
    filler.GiveBack(room);
    auto file = OpenFile(path);
    const CommitOptions options = OptionsFor(*file, journals);
    StringSource source(edit);
    CheckNoSpace(CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, options));
    CHECK((Get(path) == old));
    CHECK(*file->Identify() == options.expected);  // times included: never touched
    CHECK(NamesIn(journals) == 0);
    filler.GiveBackAll();
  }
  auto file = OpenFile(path);
  StringSource source(edit);
  CheckSaved(CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(*file, journals)), path,
             edit.after);
  CHECK(NothingWaits(journals, path));
}

}  // namespace

TEST_CASE(
    "A really full disk: a commit ends with kNoSpace and the old bytes, and succeeds once there is room") {
  for (const DiskKind& kind : kDiskKinds) {
    CAPTURE(std::string(kind.name));
    auto on_new_disk = [&](auto check) {
      SmallDisk disk(kind);
      if (disk.ok()) check(disk);
      return disk.ok();
    };
    const bool copy_on_write = std::string(kind.name) == "btrfs";
    auto holes = [&](uint64_t room, bool eaten) {
      return on_new_disk([&](const SmallDisk& disk) { OverwriteHoles(disk, room, eaten, copy_on_write); });
    };
    if (!holes(0, false)) continue;
    holes(4 * kMiB, false);
    holes(12 * kMiB, true);
    for (bool copy : {false, true})
      for (bool eaten : {false, true})
        on_new_disk([&](const SmallDisk& disk) { WriteAnew(disk, copy, eaten); });
    on_new_disk(JournalOnFullDisk);
  }
}

}  // namespace terahex

#endif  // __linux__
