// Elements at even distances, rows and columns of them, copied in one call: tiles and overviews of pictures,
// sampled strips. Knows nothing of pixels. Sees unsaved edits. Thread rule: any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "native/core/document.h"
#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex {

struct ElementGrid {
  uint64_t offset = 0;  // of the first element
  uint64_t rows = 0;
  int64_t row_stride = 0;  // bytes to the next row's first element; negative for pictures stored upside down
  uint64_t columns = 0;
  uint64_t column_stride = 0;
  size_t element_bytes = 1;  // elements may overlap
};

struct GatherInfo {
  uint64_t version = 0;            // of the document when the copying began
  std::vector<ByteRange> missing;  // of `out`, ascending: unreadable, or behind the end; filled with 00
};

// What a grid takes in memory. kTooLarge: more than `limit`. kOutOfRange: an element would stand before 0 or
// past kMaxOffset. kInvalidArgument: elements of no bytes.
Result<size_t> GatheredBytes(const ElementGrid& grid, size_t limit);

// Fills `out`, GatheredBytes() long, element by element, row by row. Holes cost nothing. When the document is
// edited meanwhile, rows may be of later versions than the one named. Errors: kClosed.
Result<GatherInfo> Gather(const Document& document, const ElementGrid& grid, std::span<std::byte> out);

}  // namespace terahex
