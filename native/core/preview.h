// The document as contiguous memory: an untouched region is the read view itself, a region with overwrites a
// private copy-on-write window with the edits poked in, a region across a change of length is assembled in a
// buffer. Never the only copy of an edit: a window can be dropped and rebuilt at any time from the pieces.
// Thread rule: Acquire from any thread; a window belongs to the thread that acquired it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "native/core/platform/map_region.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

// One stretch of a document's window, in order, as its pieces tell it.
struct PreviewPart {
  enum class Kind : uint8_t { kFile, kBytes };
  Kind kind = Kind::kFile;
  uint64_t length = 0;
  uint64_t file_offset = 0;  // kFile
};
// Fills `out` with the bytes of part `index` from `from` on (kBytes parts only: edit buffer, fill pattern).
using PartReader = std::function<Status(size_t index, uint64_t from, std::span<std::byte> out)>;

class PreviewWindow {
 public:
  virtual ~PreviewWindow() = default;
  // May fault at any moment when mapped(): touch through fault_guard.h only.
  virtual const std::byte* data() const = 0;
  virtual size_t size() const = 0;
  virtual bool mapped() const = 0;  // false: plain memory, no guard needed
};

// Bounds of the kept read views, and what is not worth a view. Tests make them tiny.
struct PreviewLimits {
  // Measured (Linux 6.18, page cache, us): map + touch + unmap 7 and more, one 64 KiB positional read 5.5, 1
  // MiB 54 against 53 through a view that is there already. So small windows are copied, and views are kept.
  size_t assemble_up_to = size_t{64} << 10;
  // Kept views begin at multiples of `step` and are two steps long, so that any window of a step fits into
  // one.
  size_t step = size_t{8} << 20;
  // One for each of many scan threads and a few beside; together they keep at most 256 MiB of page cache
  // mapped, which counts as resident in task managers.
  size_t kept_views = 16;
};

class Preview {
 public:
  explicit Preview(std::shared_ptr<MapRegion> file, const PreviewLimits& limits = {});
  ~Preview();
  // A window of the parts laid end to end (together at most 64 MiB). Read views are kept and shared
  // (bounded); private ones are made per window; a window over a hole is plain zeros. Errors: kTooLarge,
  // kVanished, kIo (offset(): in the file), and the reader's. A mapped window shows zeros in the rest of the
  // last page of a file that is cut afterwards: who needs to know asks the region's Size() after touching it.
  Result<std::unique_ptr<PreviewWindow>> Acquire(std::span<const PreviewPart> parts,
                                                 const PartReader& reader);
  // Copies file bytes, always positionally: as fast as a view from 64 KiB on, nothing read ahead when
  // scattered (4 KiB of disk per touch against 4 MiB through a view), and it tells end-of-file from an I/O
  // error by itself. Returns bytes copied; fewer than asked: calling again at the returned offset gives the
  // status of the rest (kVanished past the end of the file, kIo).
  Result<size_t> Copy(uint64_t file_offset, std::span<std::byte> out);
  // Drops all kept views (a file that others want to truncate; before a commit that changes the length).
  // Windows handed out keep theirs.
  void DropViews();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terahex
