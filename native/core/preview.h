// The document as contiguous memory: an untouched region is the read view itself, a region with overwrites a private
// copy-on-write window with the edits poked in, a region across a change of length is assembled in a buffer.
// Never the only copy of an edit: a window can be dropped and rebuilt at any time from the pieces.
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

class Preview {
 public:
  explicit Preview(std::shared_ptr<MapRegion> file);
  ~Preview();
  // A window of the parts laid end to end (together at most 64 MiB). Read views are kept and shared (bounded); private ones are
  // made per window. Errors: kTooLarge, kVanished, kIo.
  Result<std::unique_ptr<PreviewWindow>> Acquire(std::span<const PreviewPart> parts, const PartReader& reader);
  // Copies file bytes through a kept read view and the guard; falls back to a positional read that tells end-of-file from an I/O
  // error. Returns bytes copied; fewer than asked: `status` of the rest is at the returned offset (kVanished, kIo).
  Result<size_t> Copy(uint64_t file_offset, std::span<std::byte> out);
  // Drops all kept views (a file that others want to truncate; before a commit that changes the length).
  void DropViews();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace terahex
