// What only a real Linux system shows: full disks, devices, other users, attributes, files that cannot be
// mapped. Covers DL-21 (block devices). Skips with the reason where the machine does not let it.
#if defined(__linux__)

#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

#include "doctest/doctest.h"
#include "native/core/platform/fault_guard.h"
#include "native/core/platform/file_system.h"
#include "test/native/support/platforms.h"
#include "test/native/support/real_system.h"

using namespace terahex;
using namespace terahex::testing;

TEST_CASE("PosixFileSystem: other people's files are refused with the reason") {
  DiskPlatform platform;
  Create(platform, "secret", "bytes");  // created with mode 0600
  Create(platform, "public", "bytes");
  REQUIRE(chmod(platform.Path("public").c_str(), 0444) == 0);
  REQUIRE(chmod(platform.folder().c_str(), 0755) == 0);
  AsNobody nobody;
  if (!nobody.ok()) {
    MESSAGE("skipped: cannot become another user");
    return;
  }
  const auto secret = platform.files().Open(platform.Path("secret"), OpenMode::kRead);
  CHECK(secret.status().code() == Code::kAccessDenied);
  CHECK(secret.status().message() == "cannot open " + platform.Path("secret") + ": permission denied");
  CHECK(platform.files().Open(platform.Path("public"), OpenMode::kReadWrite).status().code() ==
        Code::kAccessDenied);
  CHECK(platform.files().Open(platform.Path("public"), OpenMode::kRead).ok());
  CHECK(platform.files().Open(platform.Path("new"), OpenMode::kCreateExclusive).status().code() ==
        Code::kAccessDenied);
  CHECK(platform.files().Remove(platform.Path("public")).code() == Code::kAccessDenied);
  CHECK(platform.files().MakeFolders(platform.Path("a/b")).code() == Code::kAccessDenied);
}

TEST_CASE("PosixFileSystem: a full disk is kNoSpace with the offset, a store to its holes ends early") {
  MountedTmpfs disk("size=256k");
  if (!disk.ok()) return;
  InstallFaultGuard();
  auto region = NativeFileSystem().Open(disk.path() + "/file", OpenMode::kCreateExclusive);
  REQUIRE(region.ok());
  const std::string text(1 << 20, 'x');
  const Status full = (*region)->WriteAt(0, BytesOf(text));
  CHECK(full.code() == Code::kNoSpace);
  CHECK(full.offset() > 0);
  CHECK(full.offset() <= (256 << 10));
  CHECK(*NativeFileSystem().FreeSpace(disk.path()) == 0);
  REQUIRE((*region)->SetSize(1 << 20).ok());  // the rest is a hole that no block is left for
  auto view = (*region)->Map(0, 1 << 20, Protection::kShared);
  REQUIRE(view.ok());
  CHECK(GuardedCopy((*view)->data(), text.data(), 4096) == 4096);
  CHECK(GuardedCopy((*view)->data() + (512 << 10), text.data(), 4096) == 0);
  auto source = NativeFileSystem().Open(disk.path() + "/file", OpenMode::kRead);
  auto second = NativeFileSystem().Open(disk.path() + "/second", OpenMode::kCreateExclusive);
  if (second.ok()) {
    const auto copied = NativeFileSystem().CopyStretch(**source, 0, **second, 0, 1 << 18);
    CHECK((!copied.ok() || *copied < (1 << 18)));
  }
}

TEST_CASE("PosixFileSystem: a read-only file system is kReadOnly for writers and open for readers") {
  MountedTmpfs disk("size=256k");
  if (!disk.ok()) return;
  {
    auto region = NativeFileSystem().Open(disk.path() + "/file", OpenMode::kCreateExclusive);
    REQUIRE(region.ok());
    REQUIRE((*region)->WriteAt(0, BytesOf("bytes")).ok());
  }
  REQUIRE(disk.MakeReadOnly());
  const auto writer = NativeFileSystem().Open(disk.path() + "/file", OpenMode::kReadWrite);
  CHECK(writer.status().code() == Code::kReadOnly);
  CHECK(writer.status().message() == "cannot open " + disk.path() + "/file: read-only file system");
  CHECK(NativeFileSystem().Open(disk.path() + "/new", OpenMode::kCreateExclusive).status().code() ==
        Code::kReadOnly);
  CHECK(NativeFileSystem().Remove(disk.path() + "/file").code() == Code::kReadOnly);
  CHECK(ReadText(**NativeFileSystem().Open(disk.path() + "/file", OpenMode::kRead), 0, 9) == "bytes");
}

TEST_CASE("PosixRegion: a file that cannot be mapped is read all the same") {
  auto region = NativeFileSystem().Open("/proc/self/status", OpenMode::kRead);
  REQUIRE(region.ok());
  CHECK_FALSE((*region)->mappable());
  CHECK((*region)->Map(0, 1, Protection::kRead).status().code() == Code::kUnsupported);
  CHECK(ReadText(**region, 0, 5) == "Name:");
}

TEST_CASE("PosixRegion: bytes land where they belong on a block device, sector borders or not (DL-21)") {
  for (const uint32_t sector : {512u, 4096u}) {
    DiskPlatform platform;
    constexpr uint64_t kBytes = 4 << 20;
    Create(platform, "backing")->SetSize(kBytes).ok();
    LoopDevice device(platform.Path("backing"), sector);
    if (!device.ok()) return;
    auto region = NativeFileSystem().Open(device.path(), OpenMode::kReadWrite);
    REQUIRE_MESSAGE(region.ok(), region.status().message());
    CHECK((*region)->block_device());
    CHECK((*region)->sector_size() == sector);
    CHECK(*(*region)->Size() == kBytes);
    CHECK((*region)->Identify()->size == kBytes);
    CHECK(NativeFileSystem().Inspect(device.path())->block_device);
    CHECK(NativeFileSystem().Inspect(device.path())->identity.size == kBytes);
    CHECK(NativeFileSystem().Inspect(device.path())->identity.SameFile(*(*region)->Identify()));

    std::string model(kBytes, '\0');
    std::mt19937 random(sector);
    for (int i = 0; i < 60; ++i) {
      const size_t offset = random() % kBytes;
      const size_t length =
          std::min<size_t>(i % 10 == 0 ? random() % (3 << 20) : random() % 3000, kBytes - offset);
      const std::string text = Pattern(length, random());
      REQUIRE((*region)->WriteAt(offset, BytesOf(text)).ok());
      model.replace(offset, length, text);
    }
    CHECK((*region)->WriteAt(kBytes - 3, BytesOf("end")).ok());
    model.replace(kBytes - 3, 3, "end");
    CHECK((*region)->WriteAt(kBytes - 2, BytesOf("end")).code() == Code::kOutOfRange);
    CHECK((*region)->WriteAt(kBytes, BytesOf("x")).code() == Code::kOutOfRange);
    CHECK((*region)->SetSize(kBytes * 2).code() == Code::kUnsupported);
    CHECK((*region)->Sync().ok());
    CHECK((ReadText(**region, 0, kBytes) == model));
    CHECK(ReadText(**region, kBytes - 3, 99) == "end");
    CHECK(*(*region)->Extents(10, UINT64_MAX, 9) ==
          std::vector<ByteRange>{{10, kBytes}});  // cannot tell: all of it
    // Past the page cache: what the backing file holds.
    auto backing = platform.files().Open(platform.Path("backing"), OpenMode::kRead);
    CHECK((ReadText(**backing, 0, kBytes) == model));
    auto view = (*region)->Map(0, 4096, Protection::kRead);
    REQUIRE(view.ok());
    std::string mapped(4096, '?');
    CHECK(GuardedCopy(mapped.data(), (*view)->data(), 4096) == 4096);
    CHECK((mapped == model.substr(0, 4096)));
  }
}

TEST_CASE_TEMPLATE("PosixFileSystem: mode, owner, ACL and extended attributes go along", Platform,
                   DiskPlatform, TmpfsPlatform) {
  Platform platform;
  auto from = Create(platform, "from", "bytes");
  const std::string from_path = platform.Path("from");
  const std::string to_path = platform.Path("to");
  const bool root = geteuid() == 0;
  if (root) REQUIRE(chown(from_path.c_str(), 12, 34) == 0);
  const bool attributes = setxattr(from_path.c_str(), "user.terahex", "value", 5, 0) == 0;
  // An ACL with one named user (42: rw), as linux/posix_acl_xattr.h lays it out.
  struct Entry {
    uint16_t tag, permissions;
    uint32_t id;
  };
  struct {
    uint32_t version = 2;
    Entry entries[5] = {{1, 6, ~0u}, {2, 6, 42}, {4, 4, ~0u}, {16, 6, ~0u}, {32, 0, ~0u}};
  } acl;
  const bool acls = setxattr(from_path.c_str(), "system.posix_acl_access", &acl, sizeof acl, 0) == 0;
  if (!acls) MESSAGE("without ACLs: " << std::strerror(errno));
  REQUIRE(chmod(from_path.c_str(), 04751) == 0);
  auto to = Create(platform, "to", "bytes");
  if (attributes) REQUIRE(setxattr(to_path.c_str(), "user.extra", "x", 1, 0) == 0);

  const auto lost = platform.files().CopyAttributes(*from, *to);
  REQUIRE(lost.ok());
  for (const std::string& name : *lost) MESSAGE("not kept: " << name);
  CHECK(lost->empty());
  struct stat wanted;
  struct stat got;
  REQUIRE(stat(from_path.c_str(), &wanted) == 0);
  REQUIRE(stat(to_path.c_str(), &got) == 0);
  CHECK(got.st_mode == wanted.st_mode);
  CHECK((got.st_mode & 07777) == 04751);
  CHECK(got.st_uid == wanted.st_uid);
  CHECK(got.st_gid == wanted.st_gid);
  char value[256];
  if (attributes) {
    CHECK(getxattr(to_path.c_str(), "user.terahex", value, sizeof value) == 5);
    CHECK(getxattr(to_path.c_str(), "user.extra", value, sizeof value) == -1);
  }
  if (acls) {
    char other[256];
    const ssize_t length = getxattr(from_path.c_str(), "system.posix_acl_access", other, sizeof other);
    REQUIRE(getxattr(to_path.c_str(), "system.posix_acl_access", value, sizeof value) == length);
    CHECK(std::memcmp(value, other, static_cast<size_t>(length)) == 0);
  }
}

#endif  // __linux__
