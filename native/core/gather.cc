// See gather.h. Near elements are read with what is between them, far ones by themselves.
#include "native/core/gather.h"

#include <algorithm>
#include <cstring>

namespace terahex {

namespace {

// Elements further apart are read one by one: a read costs about as much as copying so many bytes.
constexpr uint64_t kNearBytes = 4096;
// Read at once, with what is between the elements.
constexpr uint64_t kRunBytes = uint64_t{256} << 10;

void AddMissing(std::vector<ByteRange>* missing, uint64_t start, uint64_t end) {
  if (!missing->empty() && missing->back().end == start) {
    missing->back().end = end;
  } else {
    missing->push_back({start, end});
  }
}

class Gatherer {
 public:
  Gatherer(const Document& document, const ElementGrid& grid, std::span<std::byte> out)
      : document_(document), grid_(grid), out_(out) {
    const uint64_t stride = std::max<uint64_t>(grid.column_stride, 1);
    per_run_ = grid.column_stride > kNearBytes ? 1 : kRunBytes / stride + 1;
    info_.version = document.version();
  }

  Result<GatherInfo> Run() {
    for (uint64_t row = 0; row < grid_.rows; ++row) {
      const uint64_t at = static_cast<uint64_t>(static_cast<int64_t>(grid_.offset) +
                                                static_cast<int64_t>(row) * grid_.row_stride);
      Status status = Row(row, at);
      if (!status.ok()) return status;
    }
    return std::move(info_);
  }

 private:
  Status Row(uint64_t row, uint64_t at) {
    // Where the row begins to be stored; before that it is zeros, which `out` may not be.
    const uint64_t end = at + (grid_.columns - 1) * grid_.column_stride + grid_.element_bytes;
    const uint64_t size = document_.size();
    uint64_t stored_from = end;
    if (at < size) {
      Result<std::vector<ByteRange>> extents = document_.Extents(at, std::min(end, size), 1);
      // Cut by others between the two questions: the reads will tell.
      stored_from = !extents.ok() ? at : extents->empty() ? std::min(end, size) : extents->front().start;
    }
    for (uint64_t first = 0; first < grid_.columns; first += per_run_) {
      const uint64_t held = std::min(per_run_, grid_.columns - first);
      const uint64_t run_at = at + first * grid_.column_stride;
      const uint64_t run_end = run_at + (held - 1) * grid_.column_stride + grid_.element_bytes;
      const uint64_t to = (row * grid_.columns + first) * grid_.element_bytes;
      if (run_end <= stored_from && run_end <= size) {
        std::memset(out_.data() + to, 0, static_cast<size_t>(held * grid_.element_bytes));
        continue;
      }
      Status status = Elements(run_at, held, run_end - run_at, to);
      if (!status.ok()) return status;
    }
    return {};
  }

  // `held` elements from `at` on, `span` bytes with what is between, to out[to].
  Status Elements(uint64_t at, uint64_t held, uint64_t span, uint64_t to) {
    scratch_.resize(static_cast<size_t>(span));
    WindowInfo window;
    if (at < document_.size()) {
      Result<WindowInfo> read = document_.Read(at, scratch_);
      if (!read.ok() && read.status().code() != Code::kOutOfRange) return read.status();
      if (read.ok()) window = std::move(*read);
    }
    size_t bad = 0;  // index of the first unreadable range that may concern the element
    for (uint64_t column = 0; column < held; ++column) {
      const uint64_t from = column * grid_.column_stride;
      const uint64_t target = to + column * grid_.element_bytes;
      std::byte* element = out_.data() + target;
      while (bad < window.unreadable.size() && window.unreadable[bad].end <= at + from) ++bad;
      const bool unreadable =
          bad < window.unreadable.size() && window.unreadable[bad].start < at + from + grid_.element_bytes;
      if (unreadable || !FitsWithin(from, grid_.element_bytes, window.length)) {
        std::memset(element, 0, grid_.element_bytes);
        AddMissing(&info_.missing, target, target + grid_.element_bytes);
      } else {
        std::memcpy(element, scratch_.data() + from, grid_.element_bytes);
      }
    }
    return {};
  }

  const Document& document_;
  const ElementGrid& grid_;
  const std::span<std::byte> out_;
  uint64_t per_run_ = 1;
  std::vector<std::byte> scratch_;
  GatherInfo info_;
};

}  // namespace

Result<size_t> GatheredBytes(const ElementGrid& grid, size_t limit) {
  if (grid.element_bytes == 0) return Status(Code::kInvalidArgument, "elementBytes must be at least 1");
  if (grid.rows == 0 || grid.columns == 0) return size_t{0};
  const uint64_t elements = SaturatedSum(grid.rows, grid.columns, 0);
  const uint64_t bytes = SaturatedSum(elements, grid.element_bytes, 0);
  if (bytes > limit) {
    return Status(Code::kTooLarge, "a grid may hold at most " + std::to_string(limit) + " bytes", 0,
                  grid.offset);
  }
  const uint64_t down = grid.row_stride < 0 ? 0 - static_cast<uint64_t>(grid.row_stride) : 0;
  const uint64_t up = grid.row_stride > 0 ? static_cast<uint64_t>(grid.row_stride) : 0;
  const uint64_t last_row = SaturatedSum(grid.rows - 1, up, grid.offset);
  const uint64_t reach =
      SaturatedSum(grid.columns - 1, grid.column_stride, std::min(grid.element_bytes, limit));
  if (SaturatedSum(grid.rows - 1, down, 0) > grid.offset || last_row > kMaxOffset ||
      reach > kMaxOffset - last_row) {
    return Status(Code::kOutOfRange, "the grid reaches beyond any file", 0, grid.offset);
  }
  return static_cast<size_t>(bytes);
}

Result<GatherInfo> Gather(const Document& document, const ElementGrid& grid, std::span<std::byte> out) {
  if (out.empty()) {
    GatherInfo info;
    info.version = document.version();
    return info;
  }
  return Gatherer(document, grid, out).Run();
}

}  // namespace terahex
