// Paths and folders on Linux and macOS: opening without ever blocking, and the steps a safe save is made of.
// Knows nothing of documents or journals. Thread rule: all methods from any thread; holds no state.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // copy_file_range
#endif
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "native/core/platform/attributes_posix.h"
#include "native/core/platform/error_posix.h"
#include "native/core/platform/file_system.h"
#include "native/core/platform/region_posix.h"
#if defined(__linux__)
#include <linux/fs.h>
#elif defined(__APPLE__)
#include <sys/clonefile.h>
#include <sys/mman.h>
#endif

namespace terahex {
namespace posix {
namespace {

// What a path names instead of bytes, for people; nullptr for what can be opened.
const char* KindThatHoldsNoBytes(mode_t mode) {
  if (S_ISDIR(mode)) return "it is a folder";
  if (S_ISFIFO(mode)) return "it is a FIFO";
  if (S_ISSOCK(mode)) return "it is a socket";
  if (S_ISCHR(mode)) return "it is a character device";
  if (!S_ISREG(mode) && !S_ISBLK(mode)) return "it is not a file";
  return nullptr;
}

bool HasZeroByte(std::string_view path) { return path.find('\0') != std::string_view::npos; }

Status ZeroByteStatus(std::string_view action) {
  return PathStatus(Code::kInvalidArgument, action, "a path", "it contains a zero byte");
}

class PosixFileSystem final : public FileSystem {
 public:
  Result<std::shared_ptr<MapRegion>> Open(std::string_view path, OpenMode mode) override {
    if (HasZeroByte(path)) return ZeroByteStatus("open");
    std::string name(path);
    struct stat facts;
    bool device = false;
    // Only opening some devices acts already (tapes rewind, watchdogs start), so the kind is asked first; and
    // again of the descriptor, because another file may have taken the name in between.
    if (mode != OpenMode::kCreateExclusive) {
      if (stat(name.c_str(), &facts) != 0) return ErrnoStatus("open", path, errno);
      if (const char* kind = KindThatHoldsNoBytes(facts.st_mode))
        return PathStatus(Code::kNotAFile, "open", path, kind);
      device = S_ISBLK(facts.st_mode);
    }
    int flags = O_CLOEXEC | O_NOCTTY;
    flags |= mode == OpenMode::kRead ? O_RDONLY : O_RDWR;
    if (mode == OpenMode::kCreateExclusive) flags |= O_CREAT | O_EXCL;
    // NONBLOCK: should a FIFO appear just now, open() must not wait for its other end. Drives without a
    // medium open with it and then fail to read, so devices go without.
    if (!device) flags |= O_NONBLOCK;
    Descriptor descriptor(RestartOnSignal([&] { return open(name.c_str(), flags, 0600); }));
    if (!descriptor.valid())
      return ErrnoStatus(mode == OpenMode::kCreateExclusive ? "create" : "open", path, errno);
    if (fstat(descriptor.get(), &facts) != 0) return ErrnoStatus("open", path, errno);
    if (const char* kind = KindThatHoldsNoBytes(facts.st_mode))
      return PathStatus(Code::kNotAFile, "open", path, kind);
    return PosixRegion::Make(std::move(descriptor), std::move(name), mode != OpenMode::kRead, facts);
  }

  Result<FileIdentity> IdentifyPath(std::string_view path) override {
    if (HasZeroByte(path)) return ZeroByteStatus("identify");
    const std::string name(path);
    FileIdentity identity;
    const int error = IdentifyFile(AT_FDCWD, name.c_str(), &identity);
    if (error != 0) return ErrnoStatus("identify", name, error);
    return identity;
  }

  Result<PathInfo> Inspect(std::string_view path) override {
    if (HasZeroByte(path)) return ZeroByteStatus("look at");
    const std::string name(path);
    PathInfo info;
    struct stat facts;
    if (stat(name.c_str(), &facts) != 0) return ErrnoStatus("look at", path, errno);
    if (const int error = IdentifyFile(AT_FDCWD, name.c_str(), &info.identity))
      return ErrnoStatus("look at", path, error);
    char* resolved = realpath(name.c_str(), nullptr);
    if (resolved == nullptr) return ErrnoStatus("resolve", path, errno);
    info.real_path = resolved;
    free(resolved);
    info.link_count = facts.st_nlink;
    info.regular_file = S_ISREG(facts.st_mode);
    info.block_device = S_ISBLK(facts.st_mode);
    if (info.block_device) {
      // Only the driver knows the size; a reader's open of a device changes nothing.
      Descriptor descriptor(
          RestartOnSignal([&] { return open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); }));
      if (!descriptor.valid()) return ErrnoStatus("look at", path, errno);
      if (const int error = DeviceSize(descriptor.get(), &info.identity.size))
        return ErrnoStatus("look at", path, error);
    }
    return info;
  }

  Status Replace(std::string_view from, std::string_view to) override {
    if (HasZeroByte(from) || HasZeroByte(to)) return ZeroByteStatus("replace");
    if (rename(std::string(from).c_str(), std::string(to).c_str()) != 0)
      return ErrnoStatus("replace", to, errno);
    return Status::Ok();
  }

  Status Remove(std::string_view path) override {
    if (HasZeroByte(path)) return ZeroByteStatus("remove");
    if (unlink(std::string(path).c_str()) != 0) return ErrnoStatus("remove", path, errno);
    return Status::Ok();
  }

  Status SyncFolder(std::string_view folder) override {
    if (HasZeroByte(folder)) return ZeroByteStatus("open");
    const std::string name(folder);
    Descriptor descriptor(
        RestartOnSignal([&] { return open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (!descriptor.valid()) return ErrnoStatus("open", folder, errno);
    if (SyncDescriptor(descriptor.get()) == 0) return Status::Ok();
    // Network and FUSE mounts without such a call: the server orders renames itself, nothing more can be done
    // here.
    if (errno == EINVAL || CodeOfErrno(errno) == Code::kUnsupported) return Status::Ok();
    return ErrnoStatus("make durable", folder, errno);
  }

  Status MakeFolders(std::string_view folder) override {
    if (HasZeroByte(folder)) return ZeroByteStatus("create");
    const std::string name(folder);
    for (size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
      const std::string part = name.substr(0, end);
      if (mkdir(part.c_str(), 0700) != 0) {
        // Not every failure on the way matters: "/" on a read-only system says EROFS although it is there.
        const int error = errno;
        struct stat facts;
        if (stat(part.c_str(), &facts) != 0) return ErrnoStatus("create", part, error);
        if (!S_ISDIR(facts.st_mode))
          return PathStatus(Code::kNotAFile, "create", part, "it is not a folder", error);
      }
      if (end == std::string::npos) return Status::Ok();
    }
  }

  Result<std::vector<std::string>> List(std::string_view folder) override {
    if (HasZeroByte(folder)) return ZeroByteStatus("list");
    DIR* const stream = opendir(std::string(folder).c_str());
    if (stream == nullptr) return ErrnoStatus("list", folder, errno);
    std::vector<std::string> names;
    errno = 0;  // readdir tells its end from an error by errno alone
    while (const dirent* entry = readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int error = errno;
    closedir(stream);
    if (error != 0) return ErrnoStatus("list", folder, error);
    return names;
  }

  Result<std::vector<std::string>> CopyAttributes(const MapRegion& from, MapRegion& to) override {
    return CopyFileAttributes(DescriptorOf(from), from.path(), DescriptorOf(to), to.path());
  }

  Result<uint64_t> FreeSpace(std::string_view folder) override {
    if (HasZeroByte(folder)) return ZeroByteStatus("ask the free space of");
    struct statvfs facts;
    const std::string name(folder);
    if (RestartOnSignal([&] { return statvfs(name.c_str(), &facts); }) != 0) {
      return ErrnoStatus("ask the free space of", folder, errno);
    }
    const uint64_t block = facts.f_frsize != 0 ? facts.f_frsize : facts.f_bsize;
    const uint64_t blocks = facts.f_bavail;
    return block != 0 && blocks > UINT64_MAX / block ? UINT64_MAX : blocks * block;
  }

  Result<uint64_t> CopyStretch(const MapRegion& from, uint64_t from_offset, MapRegion& to, uint64_t to_offset,
                               uint64_t length) override {
    if (!to.writable())
      return PathStatus(Code::kReadOnly, "copy to", to.path(), "opened read-only", 0, to_offset);
    if (!FitsWithin(from_offset, length, kMaxOffset) || !FitsWithin(to_offset, length, kMaxOffset)) {
      return PathStatus(Code::kOutOfRange, "copy to", to.path(), "the range ends past 2^63 - 1", 0,
                        to_offset);
    }
#if defined(__linux__)
    const int source = DescriptorOf(from);
    const int target = DescriptorOf(to);
    uint64_t done = ShareBlocks(source, from_offset, target, to_offset, length);
    while (done < length) {
      off_t in = static_cast<off_t>(from_offset + done);
      off_t out = static_cast<off_t>(to_offset + done);
      const size_t chunk = static_cast<size_t>(std::min<uint64_t>(length - done, kMaxTransferBytes));
      const ssize_t copied =
          RestartOnSignal([&] { return copy_file_range(source, &in, target, &out, chunk, 0); });
      if (copied == 0) break;  // the source ended
      if (copied < 0) {
        const Code code = CodeOfErrno(errno);
        // What the caller meets again when it copies by hand is for the caller to report; the rest of the
        // codes say that the kernel has no way between these two files.
        const bool real =
            code == Code::kNoSpace || code == Code::kQuota || code == Code::kIo || code == Code::kVanished;
        if (real && done == 0) return ErrnoStatus("copy to", to.path(), errno, to_offset);
        break;
      }
      done += static_cast<uint64_t>(copied);
    }
    return done;
#else
    (void)from;  // macOS clones whole files only
    return uint64_t{0};
#endif
  }

#if defined(__linux__)
  bool shares_blocks() const override { return true; }
#elif defined(__APPLE__)
  Result<std::shared_ptr<MapRegion>> Clone(const MapRegion& from, std::string_view path) override {
    if (HasZeroByte(path)) return ZeroByteStatus("clone to");
    const std::string name(path);
    const int source = DescriptorOf(from);
    struct stat facts;
    if (fstat(source, &facts) != 0) return ErrnoStatus("clone to", path, errno);
    // The flags come along: a locked clone could neither be written nor removed any more, and a compressed or
    // dataless one has no blocks to share.
    constexpr unsigned kHarmless = UF_NODUMP | UF_OPAQUE | UF_TRACKED | UF_HIDDEN;
    if ((facts.st_flags & ~kHarmless) != 0) return FileSystem::Clone(from, path);
    if (!WriteBack(source, static_cast<uint64_t>(facts.st_size)) ||
        RestartOnSignal([&] { return fclonefileat(source, AT_FDCWD, name.c_str(), CLONE_NOOWNERCOPY); }) != 0)
      return ErrnoStatus("clone to", path, errno);
    // As of any new file: its group is the folder's yet, and the original may be one that nobody may write.
    const bool ours = chmod(name.c_str(), 0600) == 0;
    Result<std::shared_ptr<MapRegion>> region =
        ours ? Open(path, OpenMode::kReadWrite) : ErrnoStatus("set the mode of", path, errno);
    if (region.ok() && futimens(DescriptorOf(**region), nullptr) != 0)
      region = ErrnoStatus("set the times of", path, errno);
    if (!region.ok()) unlink(name.c_str());
    return region;
  }
#endif

 private:
  // Regions come from this file system only (the contract), so the cast needs no type information.
  static int DescriptorOf(const MapRegion& region) {
    return static_cast<const PosixRegion&>(region).descriptor();
  }

#if defined(__linux__)
  // Lets the two files share the whole blocks of the stretch; bytes shared, 0 where the file system cannot.
  static uint64_t ShareBlocks(int source, uint64_t from_offset, int target, uint64_t to_offset,
                              uint64_t length) {
    struct stat facts;
    if (fstat(target, &facts) != 0 || facts.st_blksize <= 0) return 0;
    const auto block = static_cast<uint64_t>(facts.st_blksize);
    if ((block & (block - 1)) != 0 || from_offset % block != 0 || to_offset % block != 0) return 0;
    struct file_clone_range range;
    range.src_fd = source;
    range.src_offset = from_offset;
    range.src_length = AlignDown(length, block);
    range.dest_offset = to_offset;
    if (range.src_length == 0) return 0;  // 0 would mean "up to the end"
    return ioctl(target, FICLONERANGE, &range) == 0 ? range.src_length : 0;
  }
#elif defined(__APPLE__)
  // Brings what is only in memory to blocks, which alone can be shared. Only msync knows of bytes that
  // anybody stored through a view, and they may stay in memory for long (decision 0009).
  static bool WriteBack(int file, uint64_t size) {
    constexpr uint64_t kWindow = uint64_t{1} << 30;
    for (uint64_t at = 0; at < size; at += kWindow) {
      const auto length = static_cast<size_t>(std::min(kWindow, size - at));
      void* const window = mmap(nullptr, length, PROT_READ, MAP_SHARED, file, static_cast<off_t>(at));
      if (window == MAP_FAILED) return false;
      const bool written = msync(window, length, MS_SYNC) == 0;
      munmap(window, length);
      if (!written) return false;
    }
    return RestartOnSignal([&] { return fsync(file); }) == 0;
  }
#endif
};

}  // namespace
}  // namespace posix

FileSystem& NativeFileSystem() {
  static posix::PosixFileSystem file_system;
  return file_system;
}

}  // namespace terahex
