// Tells holes from data while walking up a file, few questions to the OS for many small steps. Knows no
// commit. Thread rule: one thread per cursor.
#pragma once

#include <vector>

#include "native/core/platform/map_region.h"

namespace terahex {

class ExtentCursor {
 public:
  struct Part {
    uint64_t end = 0;
    bool data = true;
  };
  // `size` of the file, bytes. `seeming`: also holes that the file system does not vouch for.
  ExtentCursor(const MapRegion& file, uint64_t size, bool seeming = false)
      : file_(file), size_(size), seeming_(seeming) {}
  // What lies at `offset`, and up to where (at most `end`, which lies inside the file). An OS that cannot
  // tell says data.
  Part At(uint64_t offset, uint64_t end);

 private:
  void Ask(uint64_t offset);

  const MapRegion& file_;
  uint64_t size_;
  bool seeming_;
  uint64_t known_from_ = 0;
  uint64_t known_to_ = 0;
  std::vector<ByteRange> extents_;
  size_t next_ = 0;  // first extent that ends past the last offset asked for
};

}  // namespace terahex
