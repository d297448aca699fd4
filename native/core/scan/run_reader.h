// A document as runs of contiguous memory for one scanning thread: mapped views where nothing is edited,
// small assembled copies where something is. Knows nothing of what is searched. Bytes that cannot be read are
// a gap, never 00. Thread rule: one RunReader per thread; the document may be edited meanwhile, each run is
// of one version.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/core/document_core.h"
#include "native/core/status.h"

namespace terahex {

// Sizes that tests make tiny, so that every border is met at once.
struct ScanTuning {
  size_t window_bytes = size_t{8} << 20;  // of the document, whose pieces are looked up together
  size_t run_bytes = size_t{1} << 20;     // looked at under one guard; cancelling waits for one at most
  size_t direct_from = size_t{16} << 10;  // shorter file pieces are copied together with their neighbours
  size_t assembled_bytes = size_t{256} << 10;  // of one copy
  uint64_t chunk_bytes = uint64_t{4} << 20;    // given to one thread at a time
  uint64_t hole_from = uint64_t{256} << 10;    // shorter holes are read
};

// Why a scan should end: somebody gave it up, or it has found enough.
struct ScanSignal {
  const std::atomic<bool>* cancel = nullptr;
  std::atomic<bool> enough = false;
  bool cancelled() const { return cancel != nullptr && cancel->load(std::memory_order_relaxed); }
  bool stop() const { return enough.load(std::memory_order_relaxed) || cancelled(); }
};

// What looks at the runs.
class RunVisitor {
 public:
  virtual ~RunVisitor() = default;
  // Looks at bytes that stand at `offset` and returns how many it has dealt with, from 1 to `length`; it is
  // then called again for the rest. May be called twice for the same bytes. A leaf: the memory may fault, and
  // what is left then runs no destructors. Bytes in the overlap (see Visit) are looked at, not dealt with.
  virtual size_t Scan(uint64_t offset, const uint8_t* data, size_t length) = 0;
  // What the latest Scan found counts: `length` bytes from `offset`. kCancelled ends the visit early.
  virtual Status Accept(uint64_t offset, size_t length) = 0;
  // These bytes cannot be read.
  virtual Status Gap(uint64_t offset, uint64_t length) = 0;
};

class RunReader {
 public:
  RunReader(const Document& document, const ScanTuning& tuning, const ScanSignal& signal);

  // Shows [from, to) to the visitor, in ascending order. `overlap`: each run but the last repeats its last so
  // many bytes at the start of the next, so that whatever is one byte longer lies wholly in exactly one run.
  // Errors: kCancelled, kClosed, the visitor's.
  Status Visit(uint64_t from, uint64_t to, size_t overlap, RunVisitor& visitor);

  // Of the document, that the latest run was of.
  uint64_t version() const { return version_; }
  // Bytes that could not be read so far.
  uint64_t unreadable_bytes() const { return unreadable_bytes_; }

 private:
  struct Span {  // of a window: a file piece looked at in place, or anything copied together
    uint64_t start = 0;
    uint64_t end = 0;
    const std::byte* mapped = nullptr;  // null: to be copied
    uint64_t file_offset = 0;           // mapped
  };

  Status VisitWindow(const DocumentCore& core, uint64_t from, uint64_t to, size_t overlap,
                     RunVisitor& visitor);
  void MapFilePieces();
  void MakeSpans(size_t overlap);
  Status VisitMapped(const DocumentCore& core, const Span& span, size_t overlap, RunVisitor& visitor);
  Status VisitCopied(const DocumentCore& core, uint64_t start, uint64_t end, size_t overlap,
                     RunVisitor& visitor);
  Status VisitRead(const DocumentCore& core, uint64_t start, uint64_t end, size_t overlap,
                   RunVisitor& visitor);
  bool Copy(const DocumentCore& core, uint64_t start, size_t length);
  bool FileReaches(uint64_t file_end, size_t length) const;
  Status Show(uint64_t offset, const uint8_t* data, size_t length, size_t overlap, RunVisitor& visitor);

  const Document& document_;
  const ScanTuning tuning_;
  const ScanSignal& signal_;
  ContentWindow window_;
  std::unique_ptr<PreviewWindow> view_;  // of [view_start_, view_end_) of the file
  uint64_t view_start_ = 0;
  uint64_t view_end_ = 0;
  std::vector<Span> spans_;
  std::vector<std::byte> buffer_;
  uint64_t version_ = 0;
  uint64_t unreadable_bytes_ = 0;
};

}  // namespace terahex
