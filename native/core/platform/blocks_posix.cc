// Where a file's bytes lie on the device, and moving whole blocks inside the file's map. Linux only: nothing
// else offers it. Which file systems, and why no others: docs/decisions/0004-saves-that-move-bytes.md. Thread
// rule: as map_region.h.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // fallocate
#endif
#include <fcntl.h>

#include <cerrno>
#if defined(__linux__)
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#endif

#include "native/core/commit_path.h"
#include "native/core/platform/error_posix.h"
#include "native/core/platform/region_posix.h"

namespace terahex::posix {

#if defined(__linux__)

namespace {

constexpr uint32_t kExtMagic = 0xEF53;  // ext2 and ext3 too; they refuse the call
constexpr uint32_t kXfsMagic = 0x58465342;

// Without a journal the file system's own map is not whole after a power cut in the middle of a move. The
// kernel names the journal's mode only where there is one (ext4 super.c, show_options).
bool ExtHasJournal(dev_t device) {
  const std::string number = std::to_string(major(device)) + ":" + std::to_string(minor(device));
  char link[512];
  const ssize_t length = readlink(("/sys/dev/block/" + number).c_str(), link, sizeof link);
  if (length <= 0 || length == sizeof link) return false;
  const std::string target(link, static_cast<size_t>(length));
  std::ifstream options("/proc/fs/ext4/" + target.substr(target.rfind('/') + 1) + "/options");
  for (std::string line; std::getline(options, line);)
    if (line.starts_with("data=")) return true;
  return false;
}

// ext4 with clusters (bigalloc) moves no less than one, and tells only its owner that it has any. But it
// counts free and used blocks in them (ext4_statfs, ext4_getattr), 16 blocks each unless mkfs was told
// otherwise.
bool ExtHasClusters(const struct statfs& system, const struct stat& file, const std::string& path) {
  constexpr uint64_t kUsual = 16;
  auto odd = [&](const struct stat& facts) {
    return static_cast<uint64_t>(facts.st_blocks) * 512 / static_cast<uint64_t>(system.f_bsize) % kUsual != 0;
  };
  struct stat folder;
  const bool known = stat(FolderOf(path).c_str(), &folder) == 0 && folder.st_dev == file.st_dev;
  return static_cast<uint64_t>(system.f_bfree) % kUsual == 0 && !odd(file) && !(known && odd(folder));
}

// xfs_fs.h, whose header is not part of the kernel's that all systems install: the fourth form of the answer
// is the one that kernels since 2.6 give under this number, and the flag is the same in all of them.
struct XfsGeometry {
  uint32_t sizes[8];
  uint64_t counts[4];
  unsigned char uuid[16];
  uint32_t stripe[2];
  int32_t version;
  uint32_t flags;
  uint32_t sectors[4];
};
static_assert(sizeof(XfsGeometry) == 112);
constexpr unsigned long kXfsGeometry = _IOR('X', 124, XfsGeometry);  // XFS_IOC_FSGEOMETRY_V4
constexpr uint32_t kXfsReflink = 1 << 20;                            // XFS_FSOP_GEOM_FLAGS_REFLINK

// Where blocks can be shared, a write may give a file other blocks than it had, and a recovery could no
// longer judge by their places. Those of the realtime device are told in offsets of that.
bool XfsKeepsPlaces(int descriptor) {
  XfsGeometry geometry = {};
  fsxattr attributes = {};
  return ioctl(descriptor, kXfsGeometry, &geometry) == 0 && (geometry.flags & kXfsReflink) == 0 &&
         ioctl(descriptor, FS_IOC_FSGETXATTR, &attributes) == 0 &&
         (attributes.fsx_xflags & FS_XFLAG_REALTIME) == 0;
}

// Extents of any other kind may not be where they seem to be. Unwritten ones are: they read as zeros, and
// become ordinary ones in their place.
constexpr uint32_t kPlainFlags =
    FIEMAP_EXTENT_LAST | FIEMAP_EXTENT_UNWRITTEN | FIEMAP_EXTENT_MERGED | FIEMAP_EXTENT_SHARED;

}  // namespace

uint64_t PosixRegion::ShiftUnit() const {
  struct statfs system;
  struct stat facts;
  if (block_device_ || fstatfs(descriptor(), &system) != 0 || fstat(descriptor(), &facts) != 0) return 0;
  const auto magic = static_cast<uint32_t>(system.f_type);
  const bool safe =
      (magic == kXfsMagic && XfsKeepsPlaces(descriptor())) ||
      (magic == kExtMagic && ExtHasJournal(facts.st_dev) && !ExtHasClusters(system, facts, path_));
  return safe ? static_cast<uint64_t>(system.f_bsize) : 0;
}

uint64_t PosixRegion::BlockSize() const {
  struct statfs system;
  return fstatfs(descriptor(), &system) == 0 ? static_cast<uint64_t>(system.f_bsize) : 0;
}

Result<std::vector<BlockExtent>> PosixRegion::BlockMap(size_t limit) const {
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  constexpr uint32_t kBatch = 1024;
  std::vector<std::byte> memory(sizeof(fiemap) + kBatch * sizeof(fiemap_extent));
  auto* request = reinterpret_cast<fiemap*>(memory.data());
  std::vector<BlockExtent> map;
  for (uint64_t at = 0; at < *size;) {
    std::memset(request, 0, sizeof *request);
    request->fm_start = at;
    request->fm_length = *size - at;  // what is reserved behind the end is not the file's
    request->fm_flags = FIEMAP_FLAG_SYNC;
    request->fm_extent_count = kBatch;
    if (ioctl(descriptor(), FS_IOC_FIEMAP, request) != 0)
      return ErrnoStatus("map the blocks of", path_, errno);
    for (uint32_t i = 0; i < request->fm_mapped_extents; ++i) {
      const fiemap_extent& extent = request->fm_extents[i];
      if ((extent.fe_flags & ~kPlainFlags) != 0)
        return PathStatus(Code::kUnsupported, "map the blocks of", path_, "some are packed or encoded");
      const uint64_t end = extent.fe_logical + extent.fe_length;
      const bool shared = (extent.fe_flags & FIEMAP_EXTENT_SHARED) != 0;
      if (!map.empty() && map.back().end == extent.fe_logical && map.back().shared == shared &&
          map.back().physical + (map.back().end - map.back().start) == extent.fe_physical) {
        map.back().end = end;
      } else if (map.size() == limit) {
        return PathStatus(Code::kTooLarge, "map the blocks of", path_, "it lies in too many pieces");
      } else {
        map.push_back({extent.fe_logical, end, extent.fe_physical, shared});
      }
      at = end;
    }
    if (request->fm_mapped_extents < kBatch) break;
  }
  return map;
}

Status PosixRegion::MoveRange(int mode, const char* action, uint64_t offset, uint64_t length) {
  if (!writable_) return PathStatus(Code::kReadOnly, action, path_, "opened read-only", 0, offset);
  if (!FitsWithin(offset, length, kMaxOffset))
    return PathStatus(Code::kOutOfRange, action, path_, "the range ends past 2^63 - 1", 0, offset);
  {
    std::lock_guard<std::mutex> lock(stretch_mutex_);
    stored_stretch_ = {};
  }
  const int result = RestartOnSignal(
      [&] { return fallocate(descriptor(), mode, static_cast<off_t>(offset), static_cast<off_t>(length)); });
  if (result == 0) return Status::Ok();
  // The kernel says so of whole blocks where it moves larger units only (ext4 with clusters), before it moves
  // any.
  if (errno == EINVAL)
    return PathStatus(Code::kUnsupported, action, path_, "the file system takes other units", EINVAL, offset);
  return ErrnoStatus(action, path_, errno, offset);
}

Status PosixRegion::InsertRange(uint64_t offset, uint64_t length) {
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  if (length > kMaxOffset - *size)
    return PathStatus(Code::kOutOfRange, "insert blocks into", path_, "it would end past 2^63 - 1", 0,
                      offset);
  if (Status limit = CheckMayGrowTo(*size + length); !limit.ok()) return limit;
  return MoveRange(FALLOC_FL_INSERT_RANGE, "insert blocks into", offset, length);
}

Status PosixRegion::CollapseRange(uint64_t offset, uint64_t length) {
  return MoveRange(FALLOC_FL_COLLAPSE_RANGE, "take blocks out of", offset, length);
}

#else  // the contract's own answers

uint64_t PosixRegion::ShiftUnit() const { return MapRegion::ShiftUnit(); }
uint64_t PosixRegion::BlockSize() const { return MapRegion::BlockSize(); }
Result<std::vector<BlockExtent>> PosixRegion::BlockMap(size_t limit) const {
  return MapRegion::BlockMap(limit);
}
Status PosixRegion::MoveRange(int, const char*, uint64_t offset, uint64_t length) {
  return MapRegion::InsertRange(offset, length);
}
Status PosixRegion::InsertRange(uint64_t offset, uint64_t length) {
  return MapRegion::InsertRange(offset, length);
}
Status PosixRegion::CollapseRange(uint64_t offset, uint64_t length) {
  return MapRegion::CollapseRange(offset, length);
}

#endif

}  // namespace terahex::posix
