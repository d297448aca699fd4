// The in-memory twin of the platform: files, folders and views in plain memory, with tiny pages, injected
// faults, a "power cut" that loses un-synced bytes and names, and an outside world that truncates and
// rewrites. For tests only. Knows no OS. Thread rule: as the contracts, except that stores into shared views
// must not race with other calls.
//
// What differs from the real thing, on purpose:
// - Views never fault. A read or shared view follows all writes at once and shows zeros where the file was
// cut; a
//   private view is a copy made by Map(). Stores into a shared view reach the file at the next call on that
//   file.
// - Map() over a range made unreadable fails with kIo.
// - Bytes survive a crash for certain only after Sync() (Flush() counts for its range), names only after
// SyncFolder().
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/platform/file_system.h"

namespace terahex {

struct MemoryOptions {
  size_t page_size = 4096;    // power of two from 8 on; the unit of storage and holes
  size_t granularity = 0;     // alignment of Map(); 0: page_size
  size_t sector_bytes = 512;  // what a crash keeps or loses as one; cut to page_size
  bool mappable = true;
  bool copy_on_write = false;
  bool tells_extents = true;  // false: Extents() gives the whole range
  bool vouches_for_holes =
      true;                 // false: Extents() gives the whole range, SeemingExtents() may be made to lie
  bool fills_gaps = false;  // what a write behind the end skips is stored
  bool copies_stretches = true;
  bool clones_files = false;
  bool moves_blocks = true;
  std::vector<std::string> unkept_attributes;  // names that CopyAttributes reports as lost
};

// One per method of the contracts; kCreate is Open with kCreateExclusive.
// clang-format off
enum class MemoryOp : uint8_t {
  kOpen, kCreate, kInspect, kReplace, kRemove, kSyncFolder, kMakeFolders, kList, kCopyAttributes, kFreeSpace,
  kCopyStretch, kClone, kSize, kIdentify, kMap, kRead, kWrite, kSetSize, kSync, kExtents, kFlush, kLock,
  kBlockMap, kInsertRange, kCollapseRange,
  kCount,
};
// clang-format on

// "The `nth` call of `op` from now on (1: the next) on a path that contains `path_part` fails with `code`."
struct MemoryFault {
  MemoryOp op = MemoryOp::kWrite;
  uint64_t nth = 1;
  Code code = Code::kIo;
  // kWrite, kFlush, kCopyStretch: so many bytes still arrive; kInsertRange, kCollapseRange: the border lies
  // so far behind the offset (0: nothing happened); then the error.
  uint64_t torn_bytes = 0;
  bool forever = false;  // the nth and all later ones
  std::string path_part{};
};

enum class CrashPolicy {
  kLoseUnsynced,  // the disk as the last syncs left it
  kKeepAll,       // a killed process: everything written is there, nothing un-flushed in memory is lost
  kRandom,        // per sector, size and time: old or new; of un-synced names in a folder: the first few
};

class MemoryFileSystem final : public FileSystem {
 public:
  explicit MemoryFileSystem(MemoryOptions options = {});
  ~MemoryFileSystem() override;

  // --- The contract. Paths are absolute ("/a/b"); folders exist when made by MakeFolders or PutFile.
  Result<std::shared_ptr<MapRegion>> Open(std::string_view path, OpenMode mode) override;
  Result<PathInfo> Inspect(std::string_view path) override;
  Status Replace(std::string_view from, std::string_view to) override;
  Status Remove(std::string_view path) override;
  Status SyncFolder(std::string_view folder) override;
  Status MakeFolders(std::string_view folder) override;
  Result<std::vector<std::string>> List(std::string_view folder) override;
  Result<std::vector<std::string>> CopyAttributes(const MapRegion& from, MapRegion& to) override;
  Result<uint64_t> FreeSpace(std::string_view folder) override;
  Result<uint64_t> CopyStretch(const MapRegion& from, uint64_t from_offset, MapRegion& to, uint64_t to_offset,
                               uint64_t length) override;
  Result<std::shared_ptr<MapRegion>> Clone(const MapRegion& from, std::string_view path) override;

  // --- The outside world: what other programs and people do. Never counted, never failed, at once durable.
  void PutFile(std::string_view path, std::span<const std::byte> bytes);  // new, or a new file in its place
  void PutFile(std::string_view path, std::string_view text);
  void PutSparse(std::string_view path, uint64_t size);  // one hole
  void PutDevice(std::string_view path, uint64_t size, uint32_t sector_size);
  void PutFifo(std::string_view path);
  void PutSymlink(std::string_view path, std::string_view target);  // target: absolute
  void PutLink(std::string_view path, std::string_view existing);   // a second name of the same file
  void WriteOutside(std::string_view path, uint64_t offset, std::string_view text);
  void TruncateOutside(std::string_view path, uint64_t size);
  void RemoveOutside(std::string_view path);
  void LockOutside(std::string_view path, bool locked);
  void SetModified(std::string_view path, int64_t mtime_ns);
  void SetUnreadable(std::string_view path,
                     std::vector<ByteRange> ranges);  // device errors; replaces earlier ones
  void HideStored(std::string_view path, std::vector<ByteRange> ranges);  // SeemingExtents leaves them out
  void DenyWriting(std::string_view path, Code code);  // kReadWrite fails with it; kOk allows again
  void DenyReading(std::string_view path, bool denied);
  void SetAttribute(std::string_view path, std::string_view name, std::string_view value);
  std::string Attribute(std::string_view path, std::string_view name) const;
  void SetFreeSpace(uint64_t bytes);  // from now on; blocks are charged whole. Without it space never ends

  // --- Looking at the result. Empty when there is no such file.
  bool Exists(std::string_view path) const;
  std::string Contents(std::string_view path) const;         // as any reader sees it now (small files)
  std::string DurableContents(std::string_view path) const;  // what a crash with kLoseUnsynced leaves
  uint64_t StoredBytes(std::string_view path) const;         // pages that are not holes
  size_t OpenViews() const;                                  // of all protections, not yet destroyed

  // --- Faults and crashes.
  void Inject(MemoryFault fault);
  void ClearFaults();
  uint64_t Calls(MemoryOp op) const;
  // Calls so far that may change something (create, write, flush, sync, resize, rename, ...).
  uint64_t Steps() const;
  // Lets `steps` more such calls through; the next one is cut in the middle (a write keeps its first half)
  // and fails with kClosed, and so does every call after it: the process is dead. Ends with Crash(). A kill
  // test: run once, read Steps(); then for each n below: same start, StopAfter(n), run, Crash, recover,
  // compare.
  void StopAfter(uint64_t steps);
  // Time passes: the kernel's write-back brings all bytes and sizes to the disk, and the folders' changes.
  void WriteBack();
  // The process and, but for kKeepAll, the machine die: regions opened so far answer kClosed, views are dead
  // memory, locks are gone, faults cleared. Same policy, seed and history: same result.
  void Crash(CrashPolicy policy, uint64_t seed = 1);

  struct State;  // private to the two _memory.cc files

 private:
  std::shared_ptr<State> state_;
};

}  // namespace terahex
