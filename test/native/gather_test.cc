// A gathered grid against one read for each element, across pieces, pages, holes and ends.
#include "native/core/gather.h"

#include <algorithm>
#include <random>
#include <string>

#include "doctest/doctest.h"
#include "test/native/support/platforms.h"
#include "test/native/support/scan_support.h"

namespace terahex::scan_test {
namespace {

struct Grid {
  std::string bytes;
  std::vector<ByteRange> missing;
};

Grid GatherNaive(const Document& document, const ElementGrid& grid) {
  Grid result;
  for (uint64_t row = 0; row < grid.rows; ++row) {
    for (uint64_t column = 0; column < grid.columns; ++column) {
      const uint64_t at =
          grid.offset + row * static_cast<uint64_t>(grid.row_stride) + column * grid.column_stride;
      std::string element(grid.element_bytes, '\0');
      auto read = document.Read(std::min(at, document.size()),
                                std::as_writable_bytes(std::span(element.data(), element.size())));
      REQUIRE(read.ok());
      if (read->length < grid.element_bytes || !read->unreadable.empty()) {
        element.assign(grid.element_bytes, '\0');
        const uint64_t start = result.bytes.size();
        if (!result.missing.empty() && result.missing.back().end == start) {
          result.missing.back().end += grid.element_bytes;
        } else {
          result.missing.push_back({start, start + grid.element_bytes});
        }
      }
      result.bytes += element;
    }
  }
  return result;
}

TEST_CASE("Gather: equals one read for each element, in edited, sparse and shrunken documents") {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    if (seed % 2 == 0) {
      files.PutSparse("/d/file", 30000);
      files.WriteOutside("/d/file", 10000, Letters(100, 4, random));
    } else {
      files.PutFile("/d/file", document_test::Random(random() % 3000, random()));
    }
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 20), 5, random);
    ElementGrid grid;
    grid.rows = random() % 9;
    grid.columns = random() % 9;
    grid.row_stride = static_cast<int64_t>(random() % 900) - 450;
    grid.column_stride = random() % 5 == 0 ? 4000 + random() % 200 : random() % 40;
    grid.element_bytes = 1 + random() % 9;
    grid.offset = random() % (document->size() + 50);
    if (grid.row_stride < 0) grid.offset += grid.rows * static_cast<uint64_t>(-grid.row_stride);
    auto bytes = GatheredBytes(grid, 1 << 20);
    REQUIRE(bytes.ok());
    std::string out(*bytes, 'x');
    auto info = Gather(*document, grid, std::as_writable_bytes(std::span(out.data(), out.size())));
    REQUIRE(info.ok());
    const Grid naive = GatherNaive(*document, grid);
    CHECK(out == naive.bytes);
    CHECK(info->missing == naive.missing);
    CHECK(info->version == document->version());
  }
}

TEST_CASE("Gather: refuses grids that wrap, reach before the start, or are too large") {
  auto code = [](ElementGrid grid) {
    auto bytes = GatheredBytes(grid, 1 << 20);
    return bytes.ok() ? Code::kOk : bytes.status().code();
  };
  CHECK(code({0, 2, 9, 2, 3, 1}) == Code::kOk);
  CHECK(code({8, 2, -9, 2, 3, 1}) == Code::kOutOfRange);
  CHECK(code({9, 2, -9, 2, 3, 1}) == Code::kOk);
  CHECK(code({0, 2, INT64_MAX, 2, UINT64_MAX, 1}) == Code::kOutOfRange);
  CHECK(code({0, 3, INT64_MAX, 1, 0, 1}) == Code::kOutOfRange);
  CHECK(code({kMaxOffset, 1, 0, 1, 0, 1}) == Code::kOutOfRange);
  CHECK(code({0, 1, 0, 1, 0, 0}) == Code::kInvalidArgument);
  CHECK(code({0, uint64_t{1} << 40, 0, uint64_t{1} << 40, 0, 1}) == Code::kTooLarge);
  CHECK(code({UINT64_MAX, 0, INT64_MIN, 5, 1, 1}) == Code::kOk);
}

}  // namespace
}  // namespace terahex::scan_test
