// See adjust.h. Threads take blocks of the region in turn, keep what becomes of each in the edit buffer, and
// note the pieces; at the end the pieces take their places under one lock.
#include "native/core/adjust.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "native/core/document_core.h"

namespace terahex {

namespace {

constexpr unsigned kMostThreads = 64;
constexpr uint64_t kMostPieces = uint64_t{1} << 22;
// Rows with no more than this between them (what pads a picture's rows) are kept with what is between them,
// as it is: one piece for a block then, not one for each row.
constexpr uint64_t kJoinedGap = 8;

Status Wrong(const char* message) { return Status(Code::kInvalidArgument, message); }

Status CheckMap(const ElementMap& map) {
  const uint64_t width = 8 * map.element_bytes;
  if (map.element_bytes < 1 || map.element_bytes > 8) return Wrong("elements must have 1 to 8 bytes");
  if (map.fields.size() > 8) return Wrong("at most 8 fields");
  for (const ElementField& field : map.fields) {
    if (field.bits < 1 || field.bits > 16 || field.to_bits < 1 || field.to_bits > 16) {
      return Wrong("fields must have 1 to 16 bits");
    }
    if (!FitsWithin(field.from, field.bits, width) || !FitsWithin(field.to, field.to_bits, width)) {
      return Wrong("a field must lie within its element");
    }
    if (field.table.size() != size_t{1} << field.bits) return Wrong("a table must name every value");
    const uint32_t most = (uint32_t{1} << field.to_bits) - 1;
    for (const uint16_t value : field.table) {
      if (value > most) return Wrong("a value of a table is too large for its field");
    }
  }
  return Status::Ok();
}

Status CheckRows(const ElementRows& rows, const ElementMap& map, uint64_t size) {
  if (rows.row_bytes == 0 || rows.row_bytes % map.element_bytes != 0) {
    return Wrong("a row must be of whole elements");
  }
  if (rows.rows > 1 && rows.row_stride < rows.row_bytes) return Wrong("rows must not overlap");
  const uint64_t reach = SaturatedSum(rows.rows - 1, rows.row_stride, rows.row_bytes);
  if (!FitsWithin(rows.offset, reach, size)) {
    return Status(Code::kOutOfRange, "The region reaches past the end of the document", 0, rows.offset);
  }
  return Status::Ok();
}

Status EditedMeanwhile() { return Status(Code::kBusy, "The document was edited meanwhile"); }

// One call: what its threads share, and what each of them does.
class Adjustment {
 public:
  Adjustment(Document& document, const ElementRows& rows, const ElementMap& map, const AdjustOptions& options)
      : document_(document), rows_(rows), mapper_(map), options_(options), version_(document.version()) {
    const uint64_t element = map.element_bytes;
    block_bytes_ = std::max<uint64_t>(options.block_bytes / element, 1) * element;
    total_ = rows.rows * rows.row_bytes;
    blocks_.resize(static_cast<size_t>((total_ + block_bytes_ - 1) / block_bytes_));
    joined_ = rows.row_stride - rows.row_bytes <= kJoinedGap || rows.rows == 1;
    zeros_.resize(element);
    mapper_.Run(zeros_);
    zeros_stay_ =
        std::all_of(zeros_.begin(), zeros_.end(), [](std::byte byte) { return byte == std::byte{0}; });
  }

  Status Run() {
    if (rows_.first_mask == 0xff && rows_.last_mask == 0xff && !zeros_stay_) {
      Status added = document_.ForEdit([&](DocumentCore& core) {
        Result<uint32_t> pattern = core.AddPattern(zeros_);
        if (!pattern.ok()) return pattern.status();
        pattern_ = *pattern;
        return Status::Ok();
      });
      if (!added.ok()) return added;
    }
    const unsigned wanted = options_.threads != 0 ? options_.threads : std::thread::hardware_concurrency();
    const auto count =
        static_cast<size_t>(std::min<uint64_t>({std::max(wanted, 1u), kMostThreads, blocks_.size()}));
    std::vector<std::thread> threads;
    for (size_t i = 1; i < count; ++i) threads.emplace_back([this] { Work(); });
    Work();
    for (std::thread& thread : threads) thread.join();
    if (cancelled()) return Status(Code::kCancelled, "The adjustment was cancelled");
    if (!failure_.ok()) return failure_;
    return document_.ForEdit([&](DocumentCore& core) { return core.PutPieces(version_, blocks_); });
  }

 private:
  bool cancelled() const {
    return options_.cancel != nullptr && options_.cancel->load(std::memory_order_relaxed);
  }

  void Work() {
    std::vector<std::byte> bytes;
    while (!cancelled() && !failed_.load(std::memory_order_relaxed)) {
      const size_t index = next_++;
      if (index >= blocks_.size()) return;
      const uint64_t from = index * block_bytes_;
      const uint64_t length = std::min(block_bytes_, total_ - from);
      Status status = Block(from, length, &bytes, &blocks_[index]);
      if (!status.ok()) {
        std::lock_guard lock(mutex_);
        if (failure_.ok()) failure_ = status;
        failed_ = true;
        return;
      }
      const uint64_t done = done_ += length;
      if (!options_.progress) continue;
      std::unique_lock lock(progress_mutex_, std::try_to_lock);
      if (lock.owns_lock()) options_.progress(done, total_);
    }
  }

  struct Part {
    uint64_t offset = 0;  // in the document
    uint64_t length = 0;
    bool begins_row = false;
    bool ends_row = false;
  };

  // Calls `work` for the parts of rows that [from, from + length) of the region is made of.
  template <typename Take>
  Status ForParts(uint64_t from, uint64_t length, Take take) const {
    while (length > 0) {
      const uint64_t row = from / rows_.row_bytes;
      const uint64_t within = from % rows_.row_bytes;
      const uint64_t held = std::min(length, rows_.row_bytes - within);
      const Part part{rows_.offset + row * rows_.row_stride + within, held, within == 0,
                      within + held == rows_.row_bytes};
      Status status = take(part);
      if (!status.ok()) return status;
      from += held;
      length -= held;
    }
    return Status::Ok();
  }

  Status Block(uint64_t from, uint64_t length, std::vector<std::byte>* bytes,
               std::vector<LocatedPiece>* pieces) const {
    uint64_t start = UINT64_MAX;
    uint64_t end = 0;
    (void)ForParts(from, length, [&](const Part& part) {
      start = std::min(start, part.offset);
      end = part.offset + part.length;
      return Status::Ok();
    });
    if (rows_.first_mask == 0xff && rows_.last_mask == 0xff) {
      Result<std::vector<ByteRange>> stored = document_.Extents(start, end, 1);
      if (!stored.ok()) return stored.status();
      if (stored->empty()) return Hole(from, length, pieces);
    }
    bytes->resize(static_cast<size_t>(joined_ ? end - start : length));
    if (joined_) {
      if (Status status = Read(start, *bytes); !status.ok()) return status;
      (void)ForParts(from, length, [&](const Part& part) {
        Pass(part, std::span(*bytes).subspan(static_cast<size_t>(part.offset - start),
                                             static_cast<size_t>(part.length)));
        return Status::Ok();
      });
    } else {
      size_t at = 0;
      Status status = ForParts(from, length, [&](const Part& part) {
        const auto into = std::span(*bytes).subspan(at, static_cast<size_t>(part.length));
        Status read = Read(part.offset, into);
        if (read.ok()) Pass(part, into);
        at += into.size();
        return read;
      });
      if (!status.ok()) return status;
    }
    uint64_t position = 0;
    Status kept = document_.ForEdit([&](DocumentCore& core) {
      Result<uint64_t> appended = core.buffer().Append(*bytes);
      if (!appended.ok()) return appended.status();
      position = *appended;
      return Status::Ok();
    });
    if (!kept.ok()) return kept;
    if (joined_) {
      pieces->push_back({start, Piece::Buffer(position, bytes->size())});
      return Status::Ok();
    }
    return ForParts(from, length, [&](const Part& part) {
      pieces->push_back({part.offset, Piece::Buffer(position, part.length)});
      position += part.length;
      return Status::Ok();
    });
  }

  // A block that is not stored: zeros, and what becomes of zeros is not stored either.
  Status Hole(uint64_t from, uint64_t length, std::vector<LocatedPiece>* pieces) const {
    if (zeros_stay_) return Status::Ok();
    return ForParts(from, length, [&](const Part& part) {
      pieces->push_back({part.offset, Piece::Fill(pattern_, 0, part.length)});
      return Status::Ok();
    });
  }

  Status Read(uint64_t offset, std::span<std::byte> out) const {
    Result<WindowInfo> window = document_.Read(offset, out);
    if (!window.ok()) return window.status();
    if (window->version != version_ || window->length != out.size()) return EditedMeanwhile();
    if (window->unreadable.empty()) return Status::Ok();
    return Status(Code::kIo, "Bytes of the region cannot be read", 0, window->unreadable.front().start);
  }

  void Pass(const Part& part, std::span<std::byte> bytes) const {
    const std::byte first = bytes.front();
    const std::byte last = bytes.back();
    mapper_.Run(bytes);
    auto keep = [](std::byte& now, std::byte old, uint8_t mask) {
      now = (now & std::byte{mask}) | (old & ~std::byte{mask});
    };
    if (part.begins_row && part.ends_row && bytes.size() == 1) {
      keep(bytes.front(), first, rows_.first_mask & rows_.last_mask);
      return;
    }
    if (part.begins_row) keep(bytes.front(), first, rows_.first_mask);
    if (part.ends_row) keep(bytes.back(), last, rows_.last_mask);
  }

  Document& document_;
  const ElementRows rows_;
  const ElementMapper mapper_;
  const AdjustOptions& options_;
  const uint64_t version_;
  uint64_t block_bytes_ = 0;
  uint64_t total_ = 0;
  bool joined_ = false;
  bool zeros_stay_ = false;
  uint32_t pattern_ = 0;
  std::vector<std::byte> zeros_;                   // an element of zeros, passed through
  std::vector<std::vector<LocatedPiece>> blocks_;  // each written by the thread that took it
  std::atomic<size_t> next_ = 0;
  std::atomic<uint64_t> done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;  // guards failure_
  Status failure_;
  std::mutex progress_mutex_;
};

}  // namespace

ElementMapper::ElementMapper(const ElementMap& map) : map_(map) {
  kept_ = UINT64_MAX;
  for (const ElementField& field : map.fields) {
    kept_ &= ~(((uint64_t{1} << field.to_bits) - 1) << field.to);
    bytewise_ =
        bytewise_ && field.bits == 8 && field.to_bits == 8 && field.from % 8 == 0 && field.to % 8 == 0;
  }
  if (!bytewise_) return;
  tables_.resize(256 * map.element_bytes);
  from_.resize(map.element_bytes);
  for (size_t i = 0; i < map.element_bytes; ++i) {
    from_[i] = static_cast<uint8_t>(i);
    for (size_t value = 0; value < 256; ++value) tables_[256 * i + value] = static_cast<uint8_t>(value);
  }
  for (const ElementField& field : map.fields) {
    const size_t to = field.to / 8;
    from_[to] = static_cast<uint8_t>(field.from / 8);
    for (size_t value = 0; value < 256; ++value)
      tables_[256 * to + value] = static_cast<uint8_t>(field.table[value]);
  }
  for (size_t i = 0; i < map.element_bytes; ++i) {
    alike_ =
        alike_ && from_[i] == i &&
        std::equal(tables_.begin(), tables_.begin() + 256, tables_.begin() + static_cast<ptrdiff_t>(256 * i));
  }
}

void ElementMapper::Run(std::span<std::byte> bytes) const {
  auto* data = reinterpret_cast<uint8_t*>(bytes.data());
  const size_t length = bytes.size();
  if (!bytewise_) return RunFields(data, length);
  const uint8_t* const tables = tables_.data();
  if (alike_) {
    for (size_t i = 0; i < length; ++i) data[i] = tables[data[i]];
    return;
  }
  const size_t element = map_.element_bytes;
  if (element == 3) {
    const auto [a, b, c] = std::array{from_[0], from_[1], from_[2]};
    for (size_t i = 0; i + 3 <= length; i += 3) {
      const uint8_t old[3] = {data[i], data[i + 1], data[i + 2]};
      data[i] = tables[old[a]];
      data[i + 1] = tables[256 + old[b]];
      data[i + 2] = tables[512 + old[c]];
    }
    return;
  }
  for (size_t i = 0; i + element <= length; i += element) {
    uint8_t old[8];
    std::memcpy(old, data + i, element);
    for (size_t k = 0; k < element; ++k) data[i + k] = tables[256 * k + old[from_[k]]];
  }
}

void ElementMapper::RunFields(uint8_t* data, size_t length) const {
  const size_t element = map_.element_bytes;
  for (size_t i = 0; i + element <= length; i += element) {
    uint64_t old = 0;
    for (size_t k = 0; k < element; ++k) old |= uint64_t{data[i + k]} << (8 * k);
    uint64_t now = old & kept_;
    for (const ElementField& field : map_.fields) {
      const uint64_t value = (old >> field.from) & ((uint64_t{1} << field.bits) - 1);
      now |= uint64_t{field.table[static_cast<size_t>(value)]} << field.to;
    }
    for (size_t k = 0; k < element; ++k) data[i + k] = static_cast<uint8_t>(now >> (8 * k));
  }
}

Status MapElements(Document& document, const ElementRows& rows, const ElementMap& map,
                   const AdjustOptions& options) {
  if (Status status = CheckMap(map); !status.ok()) return status;
  if (rows.rows == 0) return Status::Ok();
  if (Status status = CheckRows(rows, map, document.size()); !status.ok()) return status;
  const uint64_t blocks = rows.rows * rows.row_bytes / options.block_bytes;
  if (blocks > kMostPieces || rows.rows > kMostPieces) {
    return Status(Code::kTooLarge, "The region has more rows than the " + std::to_string(kMostPieces) +
                                       " that are adjusted at once");
  }
  return Adjustment(document, rows, map, options).Run();
}

}  // namespace terahex
