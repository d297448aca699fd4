// The contract of one OS for one open file: identity, windows (mapped views), positional reads and writes,
// flush. Implemented by map_region_posix.cc, map_region_windows.cc and map_region_memory.cc (twin with
// settable page size and injected faults); one contract test suite runs on all of them. Made by a FileSystem
// (file_system.h). Thread rule: every method may run on any thread at once, except that destruction waits for
// nobody: the owner (a shared_ptr) must outlive all views and calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

// Says which file this is and which version of it. Two equal identities: same file, not visibly changed in
// between.
struct FileIdentity {
  uint64_t volume = 0;       // st_dev, volume serial
  uint64_t file_id[2] = {};  // st_ino (and 0), FILE_ID_128
  uint64_t size = 0;         // bytes; block devices: the device's size
  int64_t mtime_ns = 0;      // since 1970
  int64_t ctime_ns = 0;      // status change (POSIX), ChangeTime (Windows); 0 where there is none
  uint64_t birth_ns =
      0;  // creation time where the OS tells (statx, Windows), else 0: catches reused inode numbers
  bool SameFile(const FileIdentity& other) const {
    return volume == other.volume && file_id[0] == other.file_id[0] && file_id[1] == other.file_id[1] &&
           birth_ns == other.birth_ns;
  }
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

enum class Protection {
  kRead,     // read-only view of the file
  kPrivate,  // copy-on-write: stores stay in this process (the preview). MAP_NORESERVE / FILE_MAP_COPY
  kShared,   // stores reach the file (the commit); needs a region opened for writing
};

enum class Advice { kNormal, kSequential, kRandom };

// A stretch of a file that lies in one piece on its device.
struct BlockExtent {
  uint64_t start = 0;     // in the file; bytes, like all of these
  uint64_t end = 0;       // in the file
  uint64_t physical = 0;  // of `start`, as the file system counts
  bool shared = false;    // not this file's alone
  friend bool operator==(const BlockExtent&, const BlockExtent&) = default;
};

// A mapped window, unmapped when destroyed. Movable, never copied. Memory behind it may fault at any moment
// (file truncated, device gone): touch it only through fault_guard.h, never directly.
class View {
 public:
  virtual ~View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  virtual std::byte* data() const = 0;
  virtual size_t size() const = 0;      // as asked for in Map(), not rounded
  virtual uint64_t offset() const = 0;  // of data()[0] in the file
  // kShared only: starts and awaits write-back of [from, from + length) of the view (msync(MS_SYNC) /
  // FlushViewOfFile). Durable only after the region's Sync(). Errors: kIo, kNoSpace, kQuota.
  virtual Status Flush(size_t from, size_t length) = 0;
  virtual void Advise(Advice advice) = 0;

 protected:
  View() = default;
};

class MapRegion {
 public:
  virtual ~MapRegion() = default;
  MapRegion(const MapRegion&) = delete;
  MapRegion& operator=(const MapRegion&) = delete;

  virtual const std::string& path() const = 0;  // as given to Open, UTF-8
  virtual bool writable() const = 0;
  virtual bool mappable()
      const = 0;  // false: only positional access (/proc files, some FUSE and network mounts)
  virtual bool block_device() const = 0;
  // Smallest unit of a write to a block device (BLKSSZGET), 1 for files.
  virtual uint32_t sector_size() const = 0;
  virtual size_t page_size() const = 0;
  // Map() offsets need this alignment (POSIX: the page; Windows: 64 KiB).
  virtual size_t granularity() const = 0;

  // Bytes, asked from the OS now (fstat; BLKGETSIZE64). Errors: kIo, kVanished.
  virtual Result<uint64_t> Size() const = 0;
  // Identity of the open handle, now. Survives rename and deletion of the path.
  virtual Result<FileIdentity> Identify() const = 0;

  // Maps [offset, offset + length). `offset` aligned to granularity(); the range must lie inside Size() as of
  // now (neither OS maps an empty range or guarantees bytes past the end's page). Errors: kOutOfRange,
  // kInvalidArgument (alignment, zero length), kReadOnly (kShared on a read-only region), kUnsupported
  // (unmappable), kTooLarge (address space, count of maps), kIo.
  virtual Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) = 0;

  // Positional read, restarted until `out` is full or the file ends. Returns bytes read: fewer only at end of
  // file. Errors: kIo (device; status.offset() says where), kVanished, kOutOfRange.
  virtual Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const = 0;
  // Positional write, restarted until all is written. Extends the file when it ends past Size() (never a
  // device). Block devices: any offset and length; whole sectors are read, merged and written. Errors:
  // kReadOnly, kNoSpace, kQuota, kIo, kOutOfRange. After an error an unknown prefix has been written.
  virtual Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) = 0;
  // Sets the length; growth reads as zeros (a hole where the file system has holes).
  virtual Status SetSize(uint64_t size) = 0;
  // Makes all writes so far durable (fdatasync / FlushFileBuffers / F_FULLFSYNC).
  // An error here is final: the OS reports it once; never call again and believe a later kOk.
  virtual Status Sync() = 0;

  // Allocated stretches within [start, end), ascending, at most `limit`; everything between them reads as
  // zeros. A file system that cannot tell gives the whole range as one. Returns what was found; if `limit`
  // cut the list, the last extent's end is how far the answer goes. Errors: kIo.
  virtual Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const = 0;
  // As Extents(), by the file system's own word also where that is no promise: unless vouches_for_holes(),
  // bytes may lie between the extents, too, and have to be read.
  virtual Result<std::vector<ByteRange>> SeemingExtents(uint64_t start, uint64_t end, size_t limit) const {
    return Extents(start, end, limit);
  }
  virtual bool vouches_for_holes() const { return true; }
  // True where the file system relocates written blocks (btrfs, ZFS, bcachefs; reflinked extents): fallocate
  // does not reserve there and a store to a view can hit a full disk.
  virtual bool copy_on_write() const = 0;
  // True where nobody can cut the file while anybody has a view of it (Windows, error 1224): no view may be
  // kept longer than it is used there.
  virtual bool views_block_cuts() const { return false; }

  // Advisory whole-file lock, released by UnlockFile() or destruction. kBusy when somebody else holds it,
  // kUnsupported where the file system has none.
  virtual Status TryLockFile() = 0;
  virtual void UnlockFile() = 0;
  // "name (process 123)" of a program that holds a lock on the file, for people; empty where the OS does not
  // tell, or not to us. Looks through all processes.
  virtual std::string LockHolder() const { return {}; }

  // Bytes by whose multiples InsertRange and CollapseRange move; 0: this file system cannot, or not in a way
  // that a crash leaves in one of the states below.
  virtual uint64_t ShiftUnit() const { return 0; }
  // Bytes whose multiples the borders of a BlockMap are; 0: unknown. Told also where ShiftUnit has found
  // reasons not to move any, because a move that has begun must be ended all the same.
  virtual uint64_t BlockSize() const { return ShiftUnit(); }
  // Where all bytes lie, ascending, neighbours joined, holes left out. Writes back what is dirty first.
  // Errors: kUnsupported (the OS does not tell, or blocks are packed or encrypted), kTooLarge (more than
  // `limit` extents), the OS's.
  virtual Result<std::vector<BlockExtent>> BlockMap(size_t limit) const {
    (void)limit;
    return Status(Code::kUnsupported, "the system does not tell where the bytes lie: " + path());
  }
  // Moves the blocks from `offset` on (inside the file) to `offset + length`; between them a hole. A crash or
  // an error leaves that, or nothing, or some border G behind `offset`: all blocks from G on have moved,
  // those before it have not; the size is then the larger one.
  virtual Status InsertRange(uint64_t offset, uint64_t length) {
    (void)offset, (void)length;
    return Status(Code::kUnsupported, "blocks cannot be moved here: " + path());
  }
  // Drops the blocks of [offset, offset + length), which ends inside the file, and moves those behind it
  // there. A crash or an error leaves that, or nothing, or some of the range dropped, or some border G: all
  // blocks before it have moved, those from it on have not; the size is then the larger one.
  virtual Status CollapseRange(uint64_t offset, uint64_t length) {
    (void)offset, (void)length;
    return Status(Code::kUnsupported, "blocks cannot be moved here: " + path());
  }

  // Hints around small scattered writes; doing nothing is right everywhere. Without them Linux reads ahead
  // around each place, in folios of up to 2 MiB, and then counts (and through views writes) a whole folio for
  // one byte changed. ReadAt() no longer reads ahead, or does so again.
  virtual void ExpectScattered(bool scattered) { (void)scattered; }
  // Begins to bring the range to the device without waiting, so that a later Sync() has less to wait for.
  // Makes nothing durable.
  virtual void StartWriting(uint64_t offset, uint64_t length) { (void)offset, (void)length; }
  // The range is zeros, inside the file: gives blocks back that were stored for them, because some file
  // systems fill what a write behind the end skips (APFS, up to some 16 MiB). Doing nothing is right
  // everywhere.
  virtual void PunchHole(uint64_t offset, uint64_t length) { (void)offset, (void)length; }
  // Where the OS caches the bytes at `offset` as a part of a large folio, unmodified, drops that from its
  // cache, and begins to bring their page back alone.
  virtual void DropLargeFolio(uint64_t offset) { (void)offset; }

 protected:
  MapRegion() = default;
};

}  // namespace terahex
