// Commits on real files: attributes, links, sizes, versions, locks, full disks. Uses the native file system
// only. Over 400 lines because every case shares one scratch folder's helpers. Thread rule: one thread.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "doctest/doctest.h"
#include "native/core/journal_checksum.h"
#include "test/native/support/commit_support.h"

namespace terahex {
namespace {

using test::Edit;
using test::RandomBytes;
using test::StringSource;
namespace fs = std::filesystem;

struct Scratch {
  fs::path folder;
  Scratch() {
    std::string form = (fs::temp_directory_path() / "terahex-commit-XXXXXX").string();
    REQUIRE(mkdtemp(form.data()) != nullptr);
    folder = form;
  }
  ~Scratch() { fs::remove_all(folder); }
  std::string at(const std::string& name) const { return (folder / name).string(); }
  std::string journals() const { return at("journals"); }
};

void Put(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
}

std::string Get(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

struct stat StatOf(const std::string& path) {
  struct stat info;
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info;
}

std::shared_ptr<MapRegion> OpenFile(const std::string& path, OpenMode mode = OpenMode::kReadWrite) {
  auto region = NativeFileSystem().Open(path, mode);
  INFO(region.status().message());
  REQUIRE(region.ok());
  return *region;
}

CommitOptions OptionsFor(const Scratch& scratch, const MapRegion& file) {
  CommitOptions options;
  options.journal_folder = scratch.journals();
  options.expected = *file.Identify();
  return options;
}

Result<CommitOutcome> Rewrite(const Scratch& scratch, const std::string& path, const Edit& edit,
                              std::shared_ptr<MapRegion>* replacement) {
  auto file = OpenFile(path);
  StringSource source(edit);
  auto outcome = CommitRewrite(NativeFileSystem(), path, *file, edit.stretches, source,
                               OptionsFor(scratch, *file), replacement);
  for (size_t i = 0; outcome.ok() && i < edit.before.size(); ++i) CHECK(source.kept[i] <= 1);
  return outcome;
}

Edit InsertAt100(const std::string& old) {
  Edit edit(old);
  edit.Begin().Keep(0, 100).Put("inserted").Keep(100, old.size() - 100);
  return edit;
}

size_t NamesIn(const fs::path& folder) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("DL-2: a length-changing save keeps mode, owner, xattrs and the symlink, and spares <file>.tmp") {
  Scratch scratch;
  fs::create_directory(scratch.at("real"));
  std::string path = scratch.at("real/disk.img");
  std::string old = RandomBytes(9000, 1);
  Put(path, old);
  Put(path + ".tmp", "precious");
  REQUIRE(chmod(path.c_str(), 0750) == 0);
  if (geteuid() == 0) REQUIRE(chown(path.c_str(), 1234, 2345) == 0);
  bool xattrs = setxattr(path.c_str(), "user.note", "kept", 4, 0) == 0;
  std::string link = scratch.at("link");
  fs::create_symlink(path, link);
  struct stat before = StatOf(path);

  Edit edit = InsertAt100(old);
  std::shared_ptr<MapRegion> replacement;
  auto outcome = Rewrite(scratch, link, edit, &replacement);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kRewritten);
  CHECK(outcome->not_kept.empty());
  CHECK(Get(path) == edit.after);
  CHECK(fs::is_symlink(link));
  struct stat after = StatOf(path);
  CHECK((after.st_mode & 07777) == 0750);
  CHECK(after.st_uid == before.st_uid);
  CHECK(after.st_gid == before.st_gid);
  char note[8] = {};
  if (xattrs) CHECK(getxattr(path.c_str(), "user.note", note, sizeof note) == 4);
  CHECK(Get(path + ".tmp") == "precious");
  CHECK(NamesIn(scratch.folder / "real") == 2);
  CHECK(NamesIn(scratch.journals()) == 0);
  REQUIRE(replacement);
  CHECK(replacement->path() == link);
  CHECK(*replacement->Identify() == outcome->identity);
}

TEST_CASE("DL-2: a further hard link is not cut: the bytes are shifted inside the file") {
  Scratch scratch;
  std::string path = scratch.at("a");
  std::string old = RandomBytes(3'000'000, 2);
  Put(path, old);
  fs::create_hard_link(path, scratch.at("b"));
  ino_t inode = StatOf(path).st_ino;
  Edit edit(old);
  edit.Begin()
      .Keep(5, 100'000)
      .Put(RandomBytes(50'000, 3))
      .Keep(100'005, 1'500'000)
      .Keep(1'700'000, 1'300'000);
  edit.Put("end");
  std::shared_ptr<MapRegion> replacement;
  auto outcome = Rewrite(scratch, path, edit, &replacement);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kShifted);
  CHECK(Get(path) == edit.after);
  CHECK(Get(scratch.at("b")) == edit.after);
  CHECK(StatOf(path).st_ino == inode);
  CHECK(StatOf(path).st_nlink == 2);
  CHECK(FindJournal(NativeFileSystem(), scratch.journals(), path)->journal_path.empty());
}

TEST_CASE("DL-13: a commit to a file that changed, was replaced or deleted meanwhile leaves it untouched") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(9000, 4);
  Edit edit(old);
  edit.Overwrite(10, "mine");
  Edit insert = InsertAt100(old);
  struct Case {
    const char* name;
    std::function<void()> outside;
  };
  const Case cases[] = {
      {"appended", [&] { std::ofstream(path, std::ios::app | std::ios::binary) << "x"; }},
      {"truncated", [&] { fs::resize_file(path, 100); }},
      {"rewritten", [&] { std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "theirs"; }},
      {"replaced",
       [&] {
         Put(path + "2", old);
         fs::rename(path + "2", path);
       }},
      {"deleted", [&] { fs::remove(path); }},
      {"mode changed", [&] { chmod(path.c_str(), 0600); }},
  };
  for (const Case& one : cases) {
    for (bool rewrite : {false, true}) {
      CAPTURE(std::string(one.name));
      fs::remove(path);
      Put(path, old);
      chmod(path.c_str(), 0644);
      auto file = OpenFile(path);
      CommitOptions options = OptionsFor(scratch, *file);
      usleep(10'000);  // older kernels stamp files once in a tick of 4 ms
      one.outside();
      std::string theirs = fs::exists(path) ? Get(path) : "";
      StringSource source(edit);
      std::shared_ptr<MapRegion> replacement;
      auto outcome = rewrite ? CommitRewrite(NativeFileSystem(), path, *file, insert.stretches, source,
                                             options, &replacement)
                             : CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, options);
      CHECK(outcome.status().code() == Code::kChanged);
      CHECK((fs::exists(path) ? Get(path) : "") == theirs);
      CHECK((!fs::exists(scratch.journals()) || NamesIn(scratch.journals()) == 0));
    }
  }
}

TEST_CASE("A commit refuses read-only regions, busy files, bad ranges, and can be cancelled at any point") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(9'000'000, 5);
  Put(path, old);
  Edit edit(old);
  edit.Overwrite(10, "a");
  edit.Overwrite(2'000'000, RandomBytes(6'000'000, 6));
  StringSource source(edit);
  {
    auto file = OpenFile(path, OpenMode::kRead);
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
    CHECK(outcome.status().code() == Code::kReadOnly);
  }
  auto file = OpenFile(path);
  {
    auto other = OpenFile(path);
    REQUIRE(other->TryLockFile().ok());
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
    CHECK(outcome.status().code() == Code::kBusy);
  }
  const std::vector<ByteRange> beyond = {{old.size() - 1, old.size() + 1}};
  const std::vector<ByteRange> backwards = {{50, 60}, {10, 20}};
  CHECK(
      CommitInPlace(NativeFileSystem(), *file, beyond, source, OptionsFor(scratch, *file)).status().code() ==
      Code::kOutOfRange);
  CHECK(CommitInPlace(NativeFileSystem(), *file, backwards, source, OptionsFor(scratch, *file))
            .status()
            .code() == Code::kInvalidArgument);
  auto nothing = CommitInPlace(NativeFileSystem(), *file, {}, source, OptionsFor(scratch, *file));
  REQUIRE(nothing.ok());
  CHECK(nothing->how == CommitHow::kNothing);

  struct Cancelling : StringSource {
    using StringSource::StringSource;
    Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
      if (++reads == cancel_at) flag = true;
      return StringSource::ReadNew(offset, out);
    }
    uint64_t reads = 0, cancel_at = 0;
    std::atomic<bool> flag{false};
  };
  bool finished = false;
  uint64_t cancelled = 0, put_back = 0;
  for (uint64_t at = 1; !finished; at += 3) {
    Cancelling cancelling(edit);
    cancelling.cancel_at = at;
    CommitOptions options = OptionsFor(scratch, *file);
    options.cancel = &cancelling.flag;
    FileIdentity then;
    options.put_back = [&](const FileIdentity& identity) { then = identity, ++put_back; };
    uint64_t told = put_back;
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, cancelling, options);
    finished = outcome.ok();
    if (finished) break;
    ++cancelled;
    CHECK(outcome.status().code() == Code::kCancelled);
    CHECK(Get(path) == old);
    if (put_back > told) CHECK(then == *file->Identify());
    CHECK(FindJournal(NativeFileSystem(), scratch.journals(), path)->journal_path.empty());
  }
  CHECK(cancelled >= 5);
  CHECK(put_back >= 1);
  CHECK(Get(path) == edit.after);
}

TEST_CASE("Long allocated ranges go through shared views and give the same bytes") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(90'000'000, 7);
  Put(path, old);
  Edit edit(old);
  edit.Overwrite(12'345, RandomBytes(85'000'000, 8));
  StringSource source(edit);
  auto file = OpenFile(path);
  auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kInPlace);
  CHECK(outcome->bytes_written == 85'000'000);
  CHECK(Get(path) == edit.after);
  CHECK(std::all_of(source.kept.begin() + 12'345, source.kept.begin() + 85'012'345,
                    [](int n) { return n == 1; }));
}

TEST_CASE(
    "DL-1: a copy is byte-identical at every awkward size, holes stay holes, 4 GiB and one byte included") {
  Scratch scratch;
  std::vector<uint64_t> sizes = {0, 1};
  for (uint64_t border :
       {uint64_t{4096}, uint64_t{65536}, uint64_t{131072}, uint64_t{1} << 20, uint64_t{16} << 20})
    for (uint64_t size : {border - 1, border, border + 1}) sizes.push_back(size);
  for (uint64_t size : sizes) {
    CAPTURE(size);
    std::string old = RandomBytes(size, size);
    Put(scratch.at("from"), old);
    Edit edit(old);
    edit.Begin().Keep(0, size);
    auto file = OpenFile(scratch.at("from"), OpenMode::kRead);
    StringSource source(edit);
    auto outcome =
        WriteCopy(NativeFileSystem(), scratch.at("to"), *file, edit.stretches, source, CommitOptions());
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    CHECK(Get(scratch.at("to")) == old);
    CHECK(outcome->identity == *OpenFile(scratch.at("to"))->Identify());
  }
  for (uint64_t size : {(uint64_t{4} << 30) - 1, uint64_t{4} << 30, (uint64_t{4} << 30) + 1}) {
    CAPTURE(size);
    fs::remove(scratch.at("big"));
    Put(scratch.at("big"), "start");
    fs::resize_file(scratch.at("big"), size);
    {
      std::fstream out(scratch.at("big"), std::ios::in | std::ios::out | std::ios::binary);
      out.seekp(static_cast<std::streamoff>(size - 3));
      out << "end";
    }
    Edit none("");
    none.stretches.push_back({Stretch::Kind::kKept, size, 0});
    StringSource source(none);
    auto file = OpenFile(scratch.at("big"), OpenMode::kRead);
    auto outcome =
        WriteCopy(NativeFileSystem(), scratch.at("copy"), *file, none.stretches, source, CommitOptions());
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    struct stat info = StatOf(scratch.at("copy"));
    CHECK(static_cast<uint64_t>(info.st_size) == size);
    CHECK(info.st_blocks * 512 < 1 << 20);
    auto copy = OpenFile(scratch.at("copy"), OpenMode::kRead);
    char ends[8] = {};
    CHECK(copy->ReadAt(0, std::as_writable_bytes(std::span(ends).first(5))).ok());
    CHECK(std::string(ends, 5) == "start");
    CHECK(copy->ReadAt(size - 3, std::as_writable_bytes(std::span(ends).first(3))).ok());
    CHECK(std::string(ends, 3) == "end");
  }
}

TEST_CASE(
    "WriteCopy refuses itself, hard links, folders and dangling links; over a file it keeps that one's "
    "mode") {
  Scratch scratch;
  std::string old = RandomBytes(5000, 9);
  Put(scratch.at("from"), old);
  Edit edit = InsertAt100(old);
  auto file = OpenFile(scratch.at("from"), OpenMode::kRead);
  auto copy_to = [&](const std::string& name) {
    StringSource source(edit);
    return WriteCopy(NativeFileSystem(), scratch.at(name), *file, edit.stretches, source,
                     OptionsFor(scratch, *file));
  };
  CHECK(copy_to("from").status().code() == Code::kInvalidArgument);
  CHECK(Get(scratch.at("from")) == old);  // DL-17
  Put(scratch.at("one"), "1");
  fs::create_hard_link(scratch.at("one"), scratch.at("two"));
  CHECK(copy_to("one").status().code() == Code::kUnsupported);
  fs::create_directory(scratch.at("folder"));
  CHECK(copy_to("folder").status().code() == Code::kNotAFile);
  CHECK(copy_to("no/such/folder/file").status().code() == Code::kNotFound);
  fs::create_symlink(scratch.at("nowhere"), scratch.at("dangling"));
  CHECK(copy_to("dangling").status().code() == Code::kUnsupported);
  Put(scratch.at("there"), "was there");
  chmod(scratch.at("there").c_str(), 0640);
  fs::create_symlink(scratch.at("there"), scratch.at("link"));
  REQUIRE(copy_to("link").ok());
  CHECK(fs::is_symlink(scratch.at("link")));
  CHECK(Get(scratch.at("there")) == edit.after);
  CHECK((StatOf(scratch.at("there")).st_mode & 0777) == 0640);
}

TEST_CASE("DL-22: a full disk leaves the old content and no debris, whichever way the save goes") {
  Scratch scratch;
  fs::create_directory(scratch.at("small"));
  if (mount("none", scratch.at("small").c_str(), "tmpfs", 0, "size=4m") != 0) {
    MESSAGE("skipped: may not mount a tmpfs here");
    return;
  }
  struct Unmount {
    std::string path;
    ~Unmount() { umount2(path.c_str(), MNT_DETACH); }
  } unmount{scratch.at("small")};
  std::string path = scratch.at("small/file");
  std::string old = RandomBytes(3'000'000, 10);
  Put(path, old);
  Edit insert = InsertAt100(old);
  std::shared_ptr<MapRegion> replacement;
  CHECK(Rewrite(scratch, path, insert, &replacement).status().code() == Code::kNoSpace);
  Edit grown(old);
  grown.Overwrite(old.size() - 10, RandomBytes(4'000'000, 11));
  auto file = OpenFile(path);
  CommitOptions options = OptionsFor(scratch, *file);
  options.new_size = grown.after.size();
  StringSource source(grown);
  CHECK(CommitInPlace(NativeFileSystem(), *file, grown.ranges, source, options).status().code() ==
        Code::kNoSpace);
  options = OptionsFor(scratch, *file);
  StringSource copy_source(insert);
  auto copied =
      WriteCopy(NativeFileSystem(), scratch.at("small/copy"), *file, insert.stretches, copy_source, options);
  CHECK(copied.status().code() == Code::kNoSpace);
  // The journal's own disk is full.
  Edit over(old);
  over.Overwrite(0, RandomBytes(2'000'000, 12));
  StringSource over_source(over);
  options.journal_folder = scratch.at("small/journals");
  CHECK(CommitInPlace(NativeFileSystem(), *file, over.ranges, over_source, options).status().code() ==
        Code::kNoSpace);
  CHECK(Get(path) == old);
  CHECK(NamesIn(scratch.folder / "small") == 2);  // the file and an empty journal folder
  CHECK(NamesIn(scratch.at("small/journals")) == 0);
}

TEST_CASE("DL-27: an in-place save writes in proportion to the edits") {
  Scratch scratch;
  std::string path = scratch.at("file");
  Put(path, "");
  fs::resize_file(path, uint64_t{4} << 30);
  int fd = open(path.c_str(), O_RDWR);
  REQUIRE(fd >= 0);
  REQUIRE(pwrite(fd, "data", 4, 3'000'000'000) == 4);
  REQUIRE(fsync(fd) == 0);
  close(fd);
  auto written = [] {
    std::ifstream io("/proc/self/io");
    std::string word;
    uint64_t value = 0;
    while (io >> word) {
      if (word == "write_bytes:") io >> value;
    }
    return value;
  };
  struct One : CommitSource {
    Status ReadNew(uint64_t, std::span<std::byte> out) override {
      out[0] = std::byte{'D'};
      return Status::Ok();
    }
    Status KeepBefore(uint64_t, uint64_t, std::span<const std::byte>) override { return Status::Ok(); }
  } source;
  auto file = OpenFile(path);
  const std::vector<ByteRange> one = {{3'000'000'000, 3'000'000'001}};
  uint64_t before = written();
  auto outcome = CommitInPlace(NativeFileSystem(), *file, one, source, OptionsFor(scratch, *file));
  uint64_t bytes = written() - before;
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->bytes_written == 1);
  CHECK(bytes < 64 * 1024);
  MESSAGE("one byte of 4 GiB: " << bytes << " bytes written, journal included");
}

}  // namespace terahex
