// Commits on real files, as far as they are Linux': modes, owners, xattrs, symlinks, holes, full disks.
// Thread rule: one thread.
#if defined(__linux__)

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstring>

#include "test/native/support/commit_files.h"

namespace terahex {
namespace {

using test::Edit;
using test::Get;
using test::InsertAt100;
using test::NamesIn;
using test::OpenFile;
using test::OptionsFor;
using test::Put;
using test::RandomBytes;
using test::Rewrite;
using test::Scratch;
using test::StringSource;
namespace fs = std::filesystem;

struct stat StatOf(const std::string& path) {
  struct stat info;
  REQUIRE(lstat(path.c_str(), &info) == 0);
  return info;
}

}  // namespace

TEST_CASE("DL-2: a length-changing save keeps mode, owner, xattrs, ACL and symlink, and spares <file>.tmp") {
  Scratch scratch;
  fs::create_directory(scratch.at("real"));
  std::string path = scratch.at("real/disk.img");
  std::string old = RandomBytes(9000, 1);
  Put(path, old);
  Put(path + ".tmp", "precious");
  REQUIRE(chmod(path.c_str(), 0750) == 0);
  if (geteuid() == 0) REQUIRE(chown(path.c_str(), 1234, 2345) == 0);
  bool xattrs = setxattr(path.c_str(), "user.note", "kept", 4, 0) == 0;
  // acl(5), as the kernel stores it: owner rwx, user 4321 r-x, group r-x, mask r-x, others nothing.
  struct AclEntry {
    uint16_t tag, rights;
    uint32_t id;
  };
  const struct {
    uint32_t version = 2;
    AclEntry entries[5] = {{1, 7, ~0u}, {2, 5, 4321}, {4, 5, ~0u}, {16, 5, ~0u}, {32, 0, ~0u}};
  } acl;
  const char* const acl_name = "system.posix_acl_access";
  bool acls = setxattr(path.c_str(), acl_name, &acl, sizeof acl, 0) == 0;
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
  char rights[sizeof acl + 1] = {};
  if (acls) {
    CHECK(getxattr(path.c_str(), acl_name, rights, sizeof rights) == sizeof acl);
    CHECK(std::memcmp(rights, &acl, sizeof acl) == 0);
  } else {
    MESSAGE("no ACLs here: " << std::strerror(errno));
  }
  CHECK(Get(path + ".tmp") == "precious");
  CHECK(NamesIn(scratch.folder / "real") == 2);
  CHECK(NamesIn(scratch.journals()) == 0);
  REQUIRE(replacement);
  CHECK(replacement->path() == link);
  CHECK(*replacement->Identify() == outcome->identity);
}

TEST_CASE("DL-1: a copy is byte-identical around 4 GiB, and holes stay holes") {
  Scratch scratch;
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

#endif  // __linux__
