// What only a real POSIX system shows: its errors, pipes and sockets, limits, locks, owners. What takes Linux
// is in map_region_linux_posix_test.cc. Skips with the reason where the machine does not let it.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "doctest/doctest.h"
#include "native/core/platform/error_posix.h"
#include "native/core/platform/fault_guard.h"
#include "native/core/platform/file_system.h"
#include "test/native/support/platforms.h"

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
