// One open file on Linux and macOS: mmap views, positional reads and writes, flush, lock.
// Knows nothing of paths beyond the one for messages; opening is file_system_posix.cc.
// Thread rule: as map_region.h. Touches no mapped byte itself.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // statx, F_OFD_SETLK, sync_file_range
#endif
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#if defined(__linux__)
#include <linux/fs.h>
#include <sys/vfs.h>
#elif defined(__APPLE__)
#include <sys/disk.h>
#endif

#include "native/core/platform/error_posix.h"
#include "native/core/platform/region_posix.h"

#if defined(__linux__)
// musl has it from 1.2.5 on, and VS Code runs on 1.2.3: absent, its address is null.
#pragma weak preadv2
#endif

namespace terahex::posix {
namespace {

static_assert(sizeof(off_t) == 8, "offsets are 64 bits everywhere");
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0  // systems without it do not charge private maps ahead
#endif

// fs/*/super.c magic numbers of the file systems that never overwrite a stored block.
constexpr uint32_t kBtrfsMagic = 0x9123683E;
constexpr uint32_t kZfsMagic = 0x2FC12FC1;
constexpr uint32_t kBcachefsMagic = 0xCA451A4E;
// XFS overwrites in place, except extents that a reflink shares; telling them apart means walking all
// extents. Taking every XFS file for copy-on-write costs only the shared view, positional writes are as fast.
constexpr uint32_t kXfsMagic = 0x58465342;

class PosixView final : public View {
 public:
  PosixView(void* address, size_t length, uint64_t offset, Protection protection, const std::string& path,
            size_t page_size)
      : address_(address),
        length_(length),
        offset_(offset),
        protection_(protection),
        path_(path),
        page_size_(page_size) {}
  ~PosixView() override { munmap(address_, length_); }

  std::byte* data() const override { return static_cast<std::byte*>(address_); }
  size_t size() const override { return length_; }
  uint64_t offset() const override { return offset_; }

  Status Flush(size_t from, size_t length) override {
    if (protection_ != Protection::kShared || !FitsWithin(from, length, length_)) {
      return PathStatus(Code::kInvalidArgument, "flush", path_, "not a range of a shared view", 0, offset_);
    }
    if (length == 0) return Status::Ok();
    const size_t start = AlignDown(from, page_size_);  // msync refuses an address inside a page
    if (msync(data() + start, from + length - start, MS_SYNC) != 0) {
      return ErrnoStatus("flush", path_, errno, offset_ + from);
    }
    return Status::Ok();
  }

  void Advise(Advice advice) override {
    const int flag = advice == Advice::kSequential ? MADV_SEQUENTIAL
                     : advice == Advice::kRandom   ? MADV_RANDOM
                                                   : MADV_NORMAL;
    madvise(address_, length_, flag);  // a hint: a refusal changes nothing
  }

 private:
  void* const address_;
  const size_t length_;
  const uint64_t offset_;
  const Protection protection_;
  const std::string path_;
  const size_t page_size_;
};

// The probe for mappable(): /proc files, some FUSE and network mounts refuse with ENODEV. An empty file can
// be mapped as long as nothing is touched, so one page is asked for whatever the size.
bool CanMap(int descriptor, size_t page_size) {
  void* address = mmap(nullptr, page_size, PROT_READ, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (address == MAP_FAILED) return false;
  munmap(address, page_size);
  return true;
}

uint32_t DeviceSectorSize(int descriptor) {
#if defined(__linux__)
  int bytes = 0;
  if (ioctl(descriptor, BLKSSZGET, &bytes) == 0 && bytes > 0) return static_cast<uint32_t>(bytes);
#elif defined(__APPLE__)
  uint32_t bytes = 0;
  if (ioctl(descriptor, DKIOCGETBLOCKSIZE, &bytes) == 0 && bytes > 0) return bytes;
#endif
  return 512;
}

}  // namespace

int SyncDescriptor(int descriptor) {
#if defined(__APPLE__)
  // fsync leaves the bytes in the drive's cache there. Only file systems without the other call get the plain
  // one: after an error it would say that all is well.
  if (RestartOnSignal([&] { return fcntl(descriptor, F_FULLFSYNC); }) == 0) return 0;
  if (errno != ENOTTY && errno != EINVAL && CodeOfErrno(errno) != Code::kUnsupported) return -1;
  return RestartOnSignal([&] { return fsync(descriptor); });
#else
  // fdatasync writes the size, too, when it changed; it leaves out only the times.
  return RestartOnSignal([&] { return fdatasync(descriptor); });
#endif
}

Descriptor::~Descriptor() {
  if (number_ < 0) return;
  const int saved = errno;
  close(number_);  // never again on EINTR: Linux has freed the number by then
  errno = saved;
}

Result<std::shared_ptr<MapRegion>> PosixRegion::Make(Descriptor descriptor, std::string path, bool writable,
                                                     const struct stat& facts) {
  std::shared_ptr<PosixRegion> region(new PosixRegion(std::move(descriptor), std::move(path), writable));
  region->page_size_ = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  region->block_device_ = S_ISBLK(facts.st_mode);
  if (region->block_device_) region->sector_size_ = DeviceSectorSize(region->descriptor());
  region->mappable_ = CanMap(region->descriptor(), region->page_size_);
  return std::shared_ptr<MapRegion>(std::move(region));
}

Result<uint64_t> PosixRegion::Size() const {
  uint64_t bytes = 0;
  int error = 0;
  if (block_device_) {
    error = DeviceSize(descriptor(), &bytes);
  } else {
    struct stat facts;
    error = fstat(descriptor(), &facts) == 0 ? 0 : errno;
    if (error == 0) bytes = static_cast<uint64_t>(facts.st_size);
  }
  if (error != 0) return ErrnoStatus("ask the size of", path_, error);
  return bytes;
}

Result<FileIdentity> PosixRegion::Identify() const {
  FileIdentity identity;
  int error = IdentifyFile(descriptor(), path_.c_str(), &identity);
  if (error == 0 && block_device_) error = DeviceSize(descriptor(), &identity.size);
  if (error != 0) return ErrnoStatus("identify", path_, error);
  return identity;
}

Result<std::unique_ptr<View>> PosixRegion::Map(uint64_t offset, size_t length, Protection protection) {
  if (length == 0 || offset % page_size_ != 0) {
    return PathStatus(Code::kInvalidArgument, "map", path_, "empty or unaligned window", 0, offset);
  }
  if (protection == Protection::kShared && !writable_) {
    return PathStatus(Code::kReadOnly, "map", path_, "opened read-only", 0, offset);
  }
  if (!mappable_)
    return PathStatus(Code::kUnsupported, "map", path_, "the file system maps no files", 0, offset);
  // Pages wholly past the end can be mapped, but every touch of them faults.
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  if (!FitsWithin(offset, length, *size)) {
    return PathStatus(Code::kOutOfRange, "map", path_, "the window ends past the end of the file", 0, offset);
  }
  // NORESERVE: a writable private map is charged against RAM and swap without it, 8 TiB fails with ENOMEM.
  const int access = protection == Protection::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
  const int flags = protection == Protection::kPrivate ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED;
  void* address = mmap(nullptr, length, access, flags, descriptor(), static_cast<off_t>(offset));
  if (address == MAP_FAILED) {
    const int error = errno;
    // Linux stops at vm.max_map_count (65,530) maps of one process, with the errno of a full address space.
    if (error == ENOMEM || error == EAGAIN) {
      return PathStatus(Code::kTooLarge, "map", path_, "too many mapped windows or no address space left",
                        error, offset);
    }
    if (error == ENODEV) {
      return PathStatus(Code::kUnsupported, "map", path_, "the file system maps no files", error, offset);
    }
    return ErrnoStatus("map", path_, error, offset);
  }
  return std::unique_ptr<View>(new PosixView(address, length, offset, protection, path_, page_size_));
}

Result<size_t> PosixRegion::ReadAt(uint64_t offset, std::span<std::byte> out) const {
  if (offset > kMaxOffset) return PathStatus(Code::kOutOfRange, "read", path_, "offset past 2^63 - 1");
  const size_t wanted = ClampToSize(std::min<uint64_t>(out.size(), kMaxOffset - offset));
  size_t done = 0;
  while (done < wanted) {
    const size_t chunk = std::min(wanted - done, kMaxTransferBytes);
    const ssize_t got = RestartOnSignal(
        [&] { return pread(descriptor(), out.data() + done, chunk, static_cast<off_t>(offset + done)); });
    if (got < 0) return ErrnoStatus("read", path_, errno, offset + done);
    if (got == 0) break;  // end of file
    done += static_cast<size_t>(got);
  }
  return done;
}

Status PosixRegion::CheckMayGrowTo(uint64_t end) const {
  // The kernel answers a write past RLIMIT_FSIZE with SIGXFSZ, which ends the process unless someone ignores
  // it.
  struct rlimit limit;
  if (!block_device_ && getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      end > limit.rlim_cur) {
    return PathStatus(Code::kTooLarge, "write to", path_, "past the process's file size limit (ulimit -f)",
                      EFBIG, end);
  }
  return Status::Ok();
}

Status PosixRegion::WritePlain(uint64_t offset, const std::byte* bytes, size_t length) {
  size_t done = 0;
  while (done < length) {
    const size_t chunk = std::min(length - done, kMaxTransferBytes);
    const ssize_t put = RestartOnSignal(
        [&] { return pwrite(descriptor(), bytes + done, chunk, static_cast<off_t>(offset + done)); });
    if (put < 0) return ErrnoStatus("write to", path_, errno, offset + done);
    if (put == 0)
      return ErrnoStatus("write to", path_, ENOSPC, offset + done);  // a device that takes no more
    done += static_cast<size_t>(put);
  }
  return Status::Ok();
}

Status PosixRegion::WriteAt(uint64_t offset, std::span<const std::byte> bytes) {
  if (!writable_) return PathStatus(Code::kReadOnly, "write to", path_, "opened read-only", 0, offset);
  if (!FitsWithin(offset, bytes.size(), kMaxOffset)) {
    return PathStatus(Code::kOutOfRange, "write to", path_, "the range ends past 2^63 - 1", 0, offset);
  }
  if (bytes.empty()) return Status::Ok();
  if (block_device_) return WriteSectors(offset, bytes);
  if (Status limit = CheckMayGrowTo(offset + bytes.size()); !limit.ok()) return limit;
  return WritePlain(offset, bytes.data(), bytes.size());
}

// Devices take whole sectors. The first and last are read, merged and written; those between go out as they
// are.
Status PosixRegion::WriteSectors(uint64_t offset, std::span<const std::byte> bytes) {
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  if (!FitsWithin(offset, bytes.size(), *size)) {
    return PathStatus(Code::kOutOfRange, "write to", path_, "the range ends past the end of the device", 0,
                      offset);
  }
  constexpr size_t kChunkBytes = 1 << 20;  // multiple of every sector size
  std::vector<std::byte> sectors;
  std::lock_guard<std::mutex> lock(sector_mutex_);
  for (size_t done = 0; done < bytes.size();) {
    const uint64_t start = AlignDown(offset + done, sector_size_);
    const size_t lead = static_cast<size_t>(offset + done - start);
    const size_t payload = std::min(bytes.size() - done, kChunkBytes - lead);
    // The last sector of an odd-sized device ends with the device.
    const size_t length =
        static_cast<size_t>(std::min(AlignUp(start + lead + payload, sector_size_), *size) - start);
    sectors.resize(length);
    if (lead != 0 || length != payload) {
      const Result<size_t> old = ReadAt(start, sectors);
      if (!old.ok()) return old.status();
      if (*old != length) {
        return PathStatus(Code::kVanished, "write to", path_, "the device ended early", 0, start + *old);
      }
    }
    std::memcpy(sectors.data() + lead, bytes.data() + done, payload);
    if (Status written = WritePlain(start, sectors.data(), length); !written.ok()) return written;
    done += payload;
  }
  return Status::Ok();
}

Status PosixRegion::SetSize(uint64_t size) {
  if (!writable_) return PathStatus(Code::kReadOnly, "resize", path_, "opened read-only");
  if (block_device_) return PathStatus(Code::kUnsupported, "resize", path_, "it is a device");
  if (size > kMaxOffset) return PathStatus(Code::kOutOfRange, "resize", path_, "size past 2^63 - 1");
  if (Status limit = CheckMayGrowTo(size); !limit.ok()) return limit;
  {
    std::lock_guard<std::mutex> lock(stretch_mutex_);
    stored_stretch_ = {};
  }
  if (RestartOnSignal([&] { return ftruncate(descriptor(), static_cast<off_t>(size)); }) != 0) {
    // Linux says EINVAL, too, for a size that this file system cannot have.
    return ErrnoStatus("resize", path_, errno == EINVAL ? EFBIG : errno, size);
  }
  return Status::Ok();
}

Status PosixRegion::Sync() {
  if (SyncDescriptor(descriptor()) != 0) return ErrnoStatus("make durable", path_, errno);
  return Status::Ok();
}

bool PosixRegion::copy_on_write() const {
#if defined(__linux__)
  struct statfs facts;
  if (block_device_ || fstatfs(descriptor(), &facts) != 0) return false;
  const auto magic = static_cast<uint32_t>(facts.f_type);
  return magic == kBtrfsMagic || magic == kZfsMagic || magic == kBcachefsMagic || magic == kXfsMagic;
#else
  return true;  // APFS
#endif
}

// Open-file-description locks: unlike classic fcntl locks they belong to this opening (another close() in the
// process does not drop them), and unlike flock they meet the fcntl locks of databases and virtual machines,
// also over NFS.
Status PosixRegion::TryLockFile() {
#if defined(F_OFD_SETLK)
  struct flock whole;
  std::memset(&whole, 0, sizeof whole);
  whole.l_type = writable_ ? F_WRLCK : F_RDLCK;  // a write lock needs a descriptor open for writing
  whole.l_whence = SEEK_SET;
  const int result = RestartOnSignal([&] { return fcntl(descriptor(), F_OFD_SETLK, &whole); });
#else
  const int result =
      RestartOnSignal([&] { return flock(descriptor(), (writable_ ? LOCK_EX : LOCK_SH) | LOCK_NB); });
#endif
  if (result == 0) return Status::Ok();
  const int error = errno;
  if (error == EAGAIN || error == EACCES) {
    return PathStatus(Code::kBusy, "lock", path_, "another program has locked it", error);
  }
  if (error == EINVAL) return PathStatus(Code::kUnsupported, "lock", path_, "no locks here", error);
  return ErrnoStatus("lock", path_, error);
}

std::string PosixRegion::LockHolder() const { return FindLockHolder(descriptor()); }

void PosixRegion::UnlockFile() {
#if defined(F_OFD_SETLK)
  struct flock whole;
  std::memset(&whole, 0, sizeof whole);
  whole.l_type = F_UNLCK;
  whole.l_whence = SEEK_SET;
  fcntl(descriptor(), F_OFD_SETLK, &whole);
#else
  flock(descriptor(), LOCK_UN);
#endif
}

void PosixRegion::ExpectScattered(bool scattered) {
#if defined(POSIX_FADV_RANDOM)
  (void)posix_fadvise(descriptor(), 0, 0, scattered ? POSIX_FADV_RANDOM : POSIX_FADV_NORMAL);
#else
  (void)scattered;
#endif
}

void PosixRegion::StartWriting(uint64_t offset, uint64_t length) {
#if defined(__linux__)
  (void)sync_file_range(descriptor(), static_cast<off_t>(offset), static_cast<off_t>(length),
                        SYNC_FILE_RANGE_WRITE);
#else
  (void)offset, (void)length;
#endif
}

void PosixRegion::DropLargeFolio(uint64_t offset) {
#if defined(__linux__)
  // Asking for the whole span would cost a call per page where folios are small, and the bytes would have to
  // come again. So the neighbouring page is dropped first: it stays where it shares a folio, for no part of
  // one goes.
  const uint64_t page = AlignDown(offset, page_size_);
  const auto neighbour = static_cast<off_t>(page ^ page_size_);
  (void)posix_fadvise(descriptor(), neighbour, static_cast<off_t>(page_size_), POSIX_FADV_DONTNEED);
  std::byte one;
  struct iovec into = {&one, 1};
  if (preadv2 == nullptr || preadv2(descriptor(), &into, 1, neighbour, RWF_NOWAIT) != 1) return;
  constexpr uint64_t kLargestFolio = 2 * 1024 * 1024;  // aligned to its size; the largest seen
  (void)posix_fadvise(descriptor(), static_cast<off_t>(AlignDown(offset, kLargestFolio)),
                      static_cast<off_t>(kLargestFolio), POSIX_FADV_DONTNEED);
  (void)posix_fadvise(descriptor(), static_cast<off_t>(page), static_cast<off_t>(page_size_),
                      POSIX_FADV_WILLNEED);
#else
  (void)offset;
#endif
}

}  // namespace terahex::posix
