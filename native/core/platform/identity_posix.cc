// Which file is this, and which version of it: statx (with the birth time), the plain stat where that is
// refused, and the size of a block device, which only its driver knows. Knows nothing of regions. Thread
// rule: pure system calls.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // statx
#endif
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>
#if defined(__linux__)
#include <linux/fs.h>
#include <sys/sysmacros.h>
#elif defined(__APPLE__)
#include <sys/disk.h>
#endif

#include "native/core/platform/region_posix.h"

#if defined(__linux__)
// musl has it from 1.2.5 on, and VS Code runs on 1.2.3: absent, its address is null.
#pragma weak statx
#endif

namespace terahex::posix {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

}  // namespace

int DeviceSize(int descriptor, uint64_t* bytes) {
#if defined(__linux__)
  return ioctl(descriptor, BLKGETSIZE64, bytes) == 0 ? 0 : errno;
#elif defined(__APPLE__)
  uint32_t block = 0;
  uint64_t count = 0;
  if (ioctl(descriptor, DKIOCGETBLOCKSIZE, &block) != 0) return errno;
  if (ioctl(descriptor, DKIOCGETBLOCKCOUNT, &count) != 0) return errno;
  *bytes = block * count;
  return 0;
#else
  (void)descriptor, (void)bytes;
  return ENOSYS;
#endif
}

int IdentifyFile(int descriptor, const char* path, FileIdentity* identity) {
  *identity = {};
#if defined(__linux__)
  struct statx facts;
  const int flags = descriptor == AT_FDCWD ? 0 : AT_EMPTY_PATH;
  errno = ENOSYS;
  if (statx != nullptr && statx(descriptor, descriptor == AT_FDCWD ? path : "", flags,
                                STATX_BASIC_STATS | STATX_BTIME, &facts) == 0) {
    const auto nanoseconds = [](const statx_timestamp& time) {
      return time.tv_sec * kNanosecondsPerSecond + time.tv_nsec;
    };
    identity->volume = makedev(facts.stx_dev_major, facts.stx_dev_minor);
    identity->file_id[0] = facts.stx_ino;
    // The same node name can come to mean another device: its number belongs to the identity.
    if (S_ISBLK(facts.stx_mode)) identity->file_id[1] = makedev(facts.stx_rdev_major, facts.stx_rdev_minor);
    identity->size = facts.stx_size;
    identity->mtime_ns = nanoseconds(facts.stx_mtime);
    identity->ctime_ns = nanoseconds(facts.stx_ctime);
    if (facts.stx_mask & STATX_BTIME)
      identity->birth_ns = static_cast<uint64_t>(nanoseconds(facts.stx_btime));
    return 0;
  }
  // Old container sandboxes refuse statx with EPERM; the plain call knows everything but the birth.
  if (errno != ENOSYS && errno != EPERM) return errno;
#endif
  struct stat plain;
  if ((descriptor == AT_FDCWD ? stat(path, &plain) : fstat(descriptor, &plain)) != 0) return errno;
  identity->volume = plain.st_dev;
  identity->file_id[0] = plain.st_ino;
  if (S_ISBLK(plain.st_mode)) identity->file_id[1] = plain.st_rdev;
  identity->size = static_cast<uint64_t>(plain.st_size);
#if defined(__APPLE__)
  identity->mtime_ns = plain.st_mtimespec.tv_sec * kNanosecondsPerSecond + plain.st_mtimespec.tv_nsec;
  identity->ctime_ns = plain.st_ctimespec.tv_sec * kNanosecondsPerSecond + plain.st_ctimespec.tv_nsec;
  identity->birth_ns = static_cast<uint64_t>(plain.st_birthtimespec.tv_sec * kNanosecondsPerSecond +
                                             plain.st_birthtimespec.tv_nsec);
#else
  identity->mtime_ns = plain.st_mtim.tv_sec * kNanosecondsPerSecond + plain.st_mtim.tv_nsec;
  identity->ctime_ns = plain.st_ctim.tv_sec * kNanosecondsPerSecond + plain.st_ctim.tv_nsec;
#endif
  return 0;
}

}  // namespace terahex::posix
