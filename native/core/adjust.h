// Passes every element of a strided region through tables: brightness, contrast and the like, of pictures of
// any size. Streamed: nothing of the document changes until all is computed, then it is one step. Knows
// nothing of pixels or colours. Thread rule: MapElements works on threads of its own; the document may be
// read meanwhile, and an edit meanwhile ends it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "native/core/document.h"
#include "native/core/status.h"

namespace terahex {

// `bits` of the old element, from `from` on, are looked up and become `to_bits` of the new one, from `to` on.
// Bits are counted from the lowest of the little-endian number that the element is.
struct ElementField {
  uint32_t from = 0;
  uint32_t bits = 8;  // 1 to 16
  uint32_t to = 0;
  uint32_t to_bits = 8;
  std::vector<uint16_t> table;  // 2^bits values
};

struct ElementMap {
  size_t element_bytes = 1;          // 1 to 8
  std::vector<ElementField> fields;  // what no field writes stays
};

struct ElementRows {
  uint64_t offset = 0;  // of the row that stands first
  uint64_t rows = 0;
  uint64_t row_stride = 0;  // bytes to the next row, at least row_bytes
  uint64_t row_bytes = 0;   // whole elements
  // Bits of each row's first and last byte that may change: elements of less than a byte.
  uint8_t first_mask = 0xff;
  uint8_t last_mask = 0xff;
};

struct AdjustOptions {
  unsigned threads = 0;  // 0: one for each processor
  const std::atomic<bool>* cancel = nullptr;
  // Bytes done and in all; from any of the threads, one call at a time.
  std::function<void(uint64_t done, uint64_t total)> progress;
  uint64_t block_bytes = uint64_t{1} << 20;  // read, passed through and kept at once; tests make it tiny
};

// Errors, after which the document is as before: kInvalidArgument (rows or map that are none), kOutOfRange
// (past the document's end), kTooLarge (2^22 rows or more), kBusy (edited meanwhile), kIo
// (unreadable bytes), kCancelled, and those of storing the result (kNoSpace).
Status MapElements(Document& document, const ElementRows& rows, const ElementMap& map,
                   const AdjustOptions& options);

// The tables in a shape to run through memory with.
class ElementMapper {
 public:
  explicit ElementMapper(const ElementMap& map);
  // In place; `bytes` holds whole elements.
  void Run(std::span<std::byte> bytes) const;

 private:
  void RunFields(uint8_t* data, size_t length) const;

  const ElementMap& map_;
  bool bytewise_ = true;
  bool alike_ = true;            // bytewise, and every byte by the same table from its own place
  uint64_t kept_ = 0;            // bits that no field writes
  std::vector<uint8_t> tables_;  // bytewise: 256 for each byte of an element
  std::vector<uint8_t> from_;    // bytewise: which old byte is looked up
};

}  // namespace terahex
