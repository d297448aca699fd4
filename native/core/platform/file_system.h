// The contract of one OS for paths and folders: opening regions, and the steps a safe save is made of.
// Real (posix, windows) and in-memory (with injected faults) implementations; one contract suite.
// Thread rule: all methods may run on any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/platform/map_region.h"
#include "native/core/status.h"

namespace terahex {

enum class OpenMode {
  kRead,             // never creates
  kReadWrite,        // never creates; kReadOnly / kAccessDenied when it may not
  kCreateExclusive,  // O_EXCL, mode 0600; kExists when something is there
};

// Facts about what a path names, without opening it for data. Follows symlinks.
struct PathInfo {
  FileIdentity identity;
  std::string real_path;  // symlinks resolved
  uint64_t link_count = 1;
  bool regular_file = false;
  bool block_device = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Errors: kNotFound, kAccessDenied, kReadOnly, kNotAFile (folder, FIFO, socket, character device: said in
  // the message; opening must never block on a FIFO), kExists, kIo.
  virtual Result<std::shared_ptr<MapRegion>> Open(std::string_view path, OpenMode mode) = 0;
  virtual Result<PathInfo> Inspect(std::string_view path) = 0;
  // Of Inspect only the identity (a device's without its size), for less.
  virtual Result<FileIdentity> IdentifyPath(std::string_view path) {
    auto info = Inspect(path);
    if (!info.ok()) return info.status();
    return info->identity;
  }
  // Atomically puts `from` in place of `to` (same folder). Durable after SyncFolder.
  virtual Status Replace(std::string_view from, std::string_view to) = 0;
  virtual Status Remove(std::string_view path) = 0;
  virtual Status SyncFolder(std::string_view folder) = 0;
  virtual Status MakeFolders(std::string_view folder) = 0;                     // like mkdir -p, mode 0700
  virtual Result<std::vector<std::string>> List(std::string_view folder) = 0;  // names, unordered
  // Mode, owner, xattrs and ACLs of `from` onto `to`; what cannot be kept is named in the returned list, not
  // an error.
  virtual Result<std::vector<std::string>> CopyAttributes(const MapRegion& from, MapRegion& to) = 0;
  // Bytes an unprivileged writer may still add in `folder`'s file system.
  virtual Result<uint64_t> FreeSpace(std::string_view folder) = 0;
  // Copies a stretch between files inside the kernel (reflink, then copy_file_range). Returns bytes copied,
  // possibly 0: the caller copies the rest by hand.
  virtual Result<uint64_t> CopyStretch(const MapRegion& from, uint64_t from_offset, MapRegion& to,
                                       uint64_t to_offset, uint64_t length) = 0;
  // A new file `path` with the content of `from`, whose blocks it shares, and its attributes but for the
  // mode, which is 0600; written now. Of `from` no more than the time of its status changes. Errors:
  // kUnsupported (no way to do that here), kExists, the OS's. After an error it is not there.
  virtual Result<std::shared_ptr<MapRegion>> Clone(const MapRegion& from, std::string_view path) {
    (void)from;
    return Status(Code::kUnsupported, "files cannot be cloned here: " + std::string(path));
  }
  // CopyStretch can let files share blocks, where the file system of the two can.
  virtual bool shares_blocks() const { return false; }
};

// The real one of this OS; lives for the whole process.
FileSystem& NativeFileSystem();

}  // namespace terahex
