// What only a real Linux system shows: full disks, limits, devices, other users, attributes, files that
// cannot be mapped. Covers DL-21 (block devices). Skips with the reason where the machine does not let it.
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <random>

#include "doctest/doctest.h"
#include "native/core/platform/error_posix.h"
#include "native/core/platform/fault_guard.h"
#include "native/core/platform/file_system.h"
#include "test/native/support/platforms.h"
#include "test/native/support/real_system.h"

using namespace terahex;
using namespace terahex::testing;

TEST_CASE("PosixError: each group of errors has its code, and messages tell what, where and why") {
  struct {
    int error;
    Code code;
  } const table[] = {{0, Code::kOk},
                     {ENOENT, Code::kNotFound},
                     {ENOTDIR, Code::kNotFound},
                     {EACCES, Code::kAccessDenied},
                     {EPERM, Code::kAccessDenied},
                     {EROFS, Code::kReadOnly},
                     {EISDIR, Code::kNotAFile},
                     {EEXIST, Code::kExists},
                     {EINVAL, Code::kInvalidArgument},
                     {ESTALE, Code::kVanished},
                     {ENXIO, Code::kVanished},
                     {ENODEV, Code::kVanished},
                     {EIO, Code::kIo},
                     {ENOSPC, Code::kNoSpace},
                     {EDQUOT, Code::kQuota},
                     {EBUSY, Code::kBusy},
                     {ETXTBSY, Code::kBusy},
                     {EOPNOTSUPP, Code::kUnsupported},
                     {EXDEV, Code::kUnsupported},
                     {EFBIG, Code::kTooLarge},
                     {ENOMEM, Code::kTooLarge},
                     {EMFILE, Code::kTooLarge},
                     {12345, Code::kIo}};
  for (const auto& row : table) CHECK(CodeOfErrno(row.error) == row.code);
  const Status status = ErrnoStatus("open", "/x/y", EACCES);
  CHECK(status.message() == "cannot open /x/y: permission denied");
  CHECK(status.os_error() == EACCES);
  const std::string said(ErrnoStatus("read", "/x", EIO, 4096).message());
  const std::string start = "cannot read /x at offset 4096: ";
  CHECK((said == start + "input/output error" || said == start + "I/O error"));  // glibc's words, and musl's
  CHECK(ErrnoStatus("read", "/x", EIO, 4096).offset() == 4096);
}

TEST_CASE("PosixFileSystem: FIFOs, sockets and character devices are refused at once, by their name") {
  DiskPlatform platform;
  const std::string fifo = platform.Path("fifo");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  const std::string socket_path = platform.Path("socket");
  const int socket_number = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  REQUIRE(bind(socket_number, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  close(socket_number);
  struct {
    std::string path;
    const char* kind;
  } const cases[] = {
      {fifo, "it is a FIFO"}, {socket_path, "it is a socket"}, {"/dev/null", "it is a character device"}};
  for (const auto& test : cases) {
    for (const OpenMode mode : {OpenMode::kRead, OpenMode::kReadWrite}) {
      const auto region = platform.files().Open(test.path, mode);
      CHECK(region.status().code() == Code::kNotAFile);
      CHECK(region.status().message() == "cannot open " + test.path + ": " + test.kind);
    }
    CHECK_FALSE(platform.files().Inspect(test.path)->regular_file);
  }
}

TEST_CASE("PosixFileSystem: a zero byte in a path is refused, not cut off") {
  DiskPlatform platform;
  Create(platform, "file", "x");
  const std::string tricky = platform.Path("file") + std::string("\0.txt", 5);
  CHECK(platform.files().Open(tricky, OpenMode::kRead).status().code() == Code::kInvalidArgument);
  CHECK(platform.files().Remove(tricky).code() == Code::kInvalidArgument);
  CHECK(platform.files().Inspect(tricky).status().code() == Code::kInvalidArgument);
  CHECK(platform.files().Replace(tricky, platform.Path("b")).code() == Code::kInvalidArgument);
  CHECK(platform.Exists(platform.Path("file")));
}

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

TEST_CASE("PosixRegion: the process's file size limit is an error, not SIGXFSZ") {
  DiskPlatform platform;
  auto region = Create(platform, "file", "0123456789");
  struct rlimit before;
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  struct rlimit small = before;
  small.rlim_cur = 1 << 20;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const Code write = region->WriteAt((1 << 20) - 1, BytesOf("xy")).code();
  const Code grow = region->SetSize((1 << 20) + 1).code();
  const Code inside = region->WriteAt(0, BytesOf("ok")).code();
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(write == Code::kTooLarge);
  CHECK(grow == Code::kTooLarge);
  CHECK(inside == Code::kOk);
  CHECK(*region->Size() == 10);
}

TEST_CASE("PosixRegion: a size that the file system cannot have is kTooLarge") {
  DiskPlatform platform;
  auto region = Create(platform, "file", "0123456789");
  const Status status = region->SetSize(kMaxOffset);
  if (status.ok()) return;  // XFS, tmpfs: they can
  CHECK(status.code() == Code::kTooLarge);
  CHECK(*region->Size() == 10);
}

// The sanitizers' own runtimes need maps, too, and give up without.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NEEDS_ALL_MAPS doctest::skip()
#else
#define NEEDS_ALL_MAPS doctest::skip(false)
#endif
TEST_CASE("PosixRegion: one map too many is kTooLarge, and the others stay good" * NEEDS_ALL_MAPS) {
  DiskPlatform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file", "0123456789");
  std::vector<std::unique_ptr<View>> views;
  views.reserve(1 << 17);
  Status status;
  while (views.size() < (1 << 17)) {
    auto view = region->Map(0, 10, Protection::kRead);
    if (!view.ok()) {
      status = view.status();
      break;
    }
    views.push_back(std::move(view).value());
  }
  const size_t count = views.size();
  char byte = 0;
  const size_t copied = GuardedCopy(&byte, views.back()->data() + 9, 1);
  views.clear();
  CHECK(copied == 1);
  CHECK(byte == '9');
  if (count == (1 << 17)) {
    MESSAGE("skipped: this machine allows more than 131,072 maps");
    return;
  }
  CHECK(status.code() == Code::kTooLarge);
  CHECK(region->Map(0, 10, Protection::kRead).ok());
}

TEST_CASE("PosixRegion: a file that cannot be mapped is read all the same") {
  auto region = NativeFileSystem().Open("/proc/self/status", OpenMode::kRead);
  REQUIRE(region.ok());
  CHECK_FALSE((*region)->mappable());
  CHECK((*region)->Map(0, 1, Protection::kRead).status().code() == Code::kUnsupported);
  CHECK(ReadText(**region, 0, 5) == "Name:");
}

TEST_CASE("PosixRegion: a lock held by another program is kBusy until it ends") {
  DiskPlatform platform;
  auto region = Create(platform, "file", "bytes");
  int ready[2];
  int done[2];
  REQUIRE(pipe(ready) == 0);
  REQUIRE(pipe(done) == 0);
  const pid_t child = fork();
  if (child == 0) {
    // A classic lock, as databases take it.
    const int file = open(platform.Path("file").c_str(), O_RDWR);
    struct flock lock {};
    lock.l_type = F_WRLCK;
    char byte = fcntl(file, F_SETLK, &lock) == 0 ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    close(done[1]);
    _exit(read(done[0], &byte, 1) < 0);
  }
  char byte = 0;
  REQUIRE(read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  const Status busy = region->TryLockFile();
  const std::string holder = region->LockHolder();
  close(done[1]);
  int status = 0;
  waitpid(child, &status, 0);
  for (const int end : {ready[0], ready[1], done[0]}) close(end);
  CHECK(busy.code() == Code::kBusy);
  CHECK(busy.message() == "cannot lock " + platform.Path("file") + ": another program has locked it");
#if defined(__linux__)
  CHECK(holder.ends_with(" (process " + std::to_string(child) + ")"));
#endif
  CHECK(region->TryLockFile().ok());
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

TEST_CASE(
    "PosixFileSystem: an owner that cannot be kept is named, and the set-user-ID bit does not pass on") {
  if (geteuid() != 0) {
    MESSAGE("skipped: needs root to make a file of another user");
    return;
  }
  DiskPlatform platform;
  auto from = Create(platform, "from", "bytes");
  REQUIRE(chown(platform.Path("from").c_str(), 12, 34) == 0);
  REQUIRE(chmod(platform.Path("from").c_str(), 06755) == 0);
  auto to = Create(platform, "to", "bytes");
  REQUIRE(chown(platform.Path("to").c_str(), 65534, 65534) == 0);
  // In a child that has given up root for good.
  const pid_t child = fork();
  if (child == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0) _exit(2);
    const auto lost = platform.files().CopyAttributes(*from, *to);
    _exit(lost.ok() &&
                  *lost == std::vector<std::string>{"owner", "set-user-ID bit", "group", "set-group-ID bit"}
              ? 0
              : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(status == 0);
  struct stat got;
  REQUIRE(stat(platform.Path("to").c_str(), &got) == 0);
  CHECK((got.st_mode & 07777) == 0755);
}

TEST_CASE("PosixFileSystem: copying between file systems copies what it says it copied") {
  DiskPlatform disk;
  TmpfsPlatform tmpfs;
  const std::string text = Pattern(1 << 20);
  auto from = Create(disk, "from", text);
  auto to = Create(tmpfs, "to");
  const auto copied = disk.files().CopyStretch(*from, 0, *to, 0, text.size());
  REQUIRE(copied.ok());
  CHECK((ReadText(*to, 0, *copied) == text.substr(0, *copied)));
}
