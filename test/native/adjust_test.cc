// Elements passed through tables against a plain loop over the document's bytes: rows of any distance, fields
// of any width, holes, pieces, several threads; one step, which undo takes back; and what ends it without a
// trace.
#include "native/core/adjust.h"

#include <algorithm>
#include <atomic>
#include <random>
#include <string>

#include "doctest/doctest.h"
#include "test/native/support/platforms.h"
#include "test/native/support/scan_support.h"

namespace terahex::scan_test {
namespace {

std::string ContentOf(const Document& document) {
  std::string bytes(document.size(), '\0');
  auto read = document.Read(0, std::as_writable_bytes(std::span(bytes.data(), bytes.size())));
  REQUIRE((bytes.empty() || (read.ok() && read->length == bytes.size())));
  return bytes;
}

ElementMap RandomMap(std::mt19937_64& random) {
  ElementMap map;
  map.element_bytes = 1 + random() % 8;
  const uint32_t width = static_cast<uint32_t>(8 * map.element_bytes);
  const bool bytewise = random() % 2 == 0;
  uint64_t taken = 0;
  for (int i = 0; i < 4; ++i) {
    ElementField field;
    if (bytewise) {
      field.from = static_cast<uint32_t>(8 * (random() % map.element_bytes));
      field.to = static_cast<uint32_t>(8 * (random() % map.element_bytes));
    } else {
      field.bits = static_cast<uint32_t>(1 + random() % std::min<uint32_t>(width, 12));
      field.to_bits = static_cast<uint32_t>(1 + random() % std::min<uint32_t>(width, 16));
      field.from = static_cast<uint32_t>(random() % (width - field.bits + 1));
      field.to = static_cast<uint32_t>(random() % (width - field.to_bits + 1));
    }
    const uint64_t written = ((uint64_t{1} << field.to_bits) - 1) << field.to;
    if ((taken & written) != 0) continue;
    taken |= written;
    for (size_t value = 0; value < size_t{1} << field.bits; ++value) {
      // Zeros that stay zeros are a case of their own.
      const bool zero = value == 0 && random() % 2 == 0;
      field.table.push_back(static_cast<uint16_t>(zero ? 0 : random() % (uint64_t{1} << field.to_bits)));
    }
    map.fields.push_back(std::move(field));
  }
  return map;
}

std::string MapNaive(std::string bytes, const ElementRows& rows, const ElementMap& map) {
  for (uint64_t row = 0; row < rows.rows; ++row) {
    const uint64_t start = rows.offset + row * rows.row_stride;
    const std::string old = bytes.substr(start, rows.row_bytes);
    for (uint64_t at = 0; at < rows.row_bytes; at += map.element_bytes) {
      uint64_t value = 0;
      for (size_t k = map.element_bytes; k-- > 0;) value = value << 8 | static_cast<uint8_t>(old[at + k]);
      uint64_t now = value;
      for (const ElementField& field : map.fields) {
        for (uint32_t bit = 0; bit < field.to_bits; ++bit) {
          const uint64_t looked_up = field.table[(value >> field.from) % (uint64_t{1} << field.bits)];
          now &= ~(uint64_t{1} << (field.to + bit));
          now |= (looked_up >> bit & 1) << (field.to + bit);
        }
      }
      for (size_t k = 0; k < map.element_bytes; ++k)
        bytes[start + at + k] = static_cast<char>(now >> (8 * k));
    }
    auto keep = [&](uint64_t at, uint8_t mask) {
      char& byte = bytes[start + at];
      byte = static_cast<char>((byte & mask) | (old[at] & ~mask));
    };
    keep(0, rows.first_mask);
    keep(rows.row_bytes - 1, rows.last_mask);
  }
  return bytes;
}

TEST_CASE("Adjust: equals a loop over elements, in edited and sparse documents, and undo takes it back") {
  for (uint64_t seed = 0; seed < 600; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    if (seed % 3 == 0) {
      files.PutSparse("/d/file", 4000);
      files.WriteOutside("/d/file", 1000, Letters(100, 4, random));
    } else {
      files.PutFile("/d/file", document_test::Random(500 + random() % 3000, random()));
    }
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 10), 5, random);
    const std::string before = ContentOf(*document);
    const ElementMap map = RandomMap(random);
    ElementRows rows;
    rows.row_bytes = map.element_bytes * (1 + random() % 20);
    rows.row_stride = rows.row_bytes + random() % 14;
    rows.offset = random() % 100;
    if (rows.offset + rows.row_bytes > before.size()) continue;
    rows.rows = 1 + random() % ((before.size() - rows.offset - rows.row_bytes) / rows.row_stride + 1);
    if (random() % 4 == 0) {
      rows.first_mask = static_cast<uint8_t>(0xff >> random() % 8);
      rows.last_mask = static_cast<uint8_t>(0xff << random() % 8);
      // Both masks of a single byte count.
      if (rows.row_bytes == 1) rows.last_mask = 0xff;
    }
    AdjustOptions options;
    options.threads = static_cast<unsigned>(1 + random() % 3);
    options.block_bytes = 1 + random() % 64;
    const uint64_t position = document->position();
    REQUIRE(MapElements(*document, rows, map, options).ok());
    CHECK(ContentOf(*document) == MapNaive(before, rows, map));
    REQUIRE(document->position() <= position + 1);
    REQUIRE(document->Seek(position).ok());
    CHECK(ContentOf(*document) == before);
    REQUIRE(document->Seek(document->last_position()).ok());
    CHECK(ContentOf(*document) == MapNaive(before, rows, map));
  }
}

ElementMap Invert() {
  ElementMap map;
  map.fields.resize(1);
  for (int value = 0; value < 256; ++value) map.fields[0].table.push_back(static_cast<uint16_t>(255 - value));
  return map;
}

TEST_CASE("Adjust: a hole becomes a fill, whatever its size") {
  MemoryFileSystem files;
  files.PutSparse("/d/file", uint64_t{1} << 32);
  auto document = document_test::Open(files, "/d/file");
  const ElementRows rows{100, 1, 0, (uint64_t{1} << 32) - 200, 0xff, 0xff};
  REQUIRE(MapElements(*document, rows, Invert(), {}).ok());
  CHECK(document->piece_count() == 3);
  std::byte byte{};
  REQUIRE(document->Read(uint64_t{1} << 31, {&byte, 1}).ok());
  CHECK(byte == std::byte{0xff});
}

TEST_CASE("Adjust: what is refused, cancelled or unreadable leaves the document as it was") {
  MemoryFileSystem files;
  files.PutFile("/d/file", document_test::Random(5000, 1));
  auto document = document_test::Open(files, "/d/file");
  const std::string before = ContentOf(*document);
  auto code = [&](const ElementRows& rows, const ElementMap& map, const AdjustOptions& options = {}) {
    return MapElements(*document, rows, map, options).code();
  };
  const ElementRows good{0, 1, 0, 5000, 0xff, 0xff};
  CHECK(code({1, 1, 0, 5000, 0xff, 0xff}, Invert()) == Code::kOutOfRange);
  CHECK(code({0, UINT64_MAX, UINT64_MAX, 5, 0xff, 0xff}, Invert()) == Code::kOutOfRange);
  CHECK(code({0, 2, 3, 5, 0xff, 0xff}, Invert()) == Code::kInvalidArgument);
  CHECK(code({0, 1, 0, 0, 0xff, 0xff}, Invert()) == Code::kInvalidArgument);
  ElementMap wrong = Invert();
  wrong.fields[0].table.pop_back();
  CHECK(code(good, wrong) == Code::kInvalidArgument);
  wrong = Invert();
  wrong.fields[0].table[3] = 256;
  CHECK(code(good, wrong) == Code::kInvalidArgument);
  wrong = Invert();
  wrong.fields[0].from = 1;
  CHECK(code(good, wrong) == Code::kInvalidArgument);
  AdjustOptions options;
  std::atomic<bool> cancel = true;
  options.cancel = &cancel;
  CHECK(code(good, Invert(), options) == Code::kCancelled);
  options.cancel = nullptr;
  options.block_bytes = 64;
  options.threads = 1;
  bool edited = false;
  options.progress = [&](uint64_t, uint64_t) {
    if (edited) return;
    edited = true;
    const std::byte byte{1};
    REQUIRE(document->Overwrite(4999, {&byte, 1}).ok());
  };
  CHECK(code(good, Invert(), options) == Code::kBusy);
  REQUIRE(document->Seek(0).ok());
  CHECK(ContentOf(*document) == before);
  files.TruncateOutside("/d/file", 100);
  CHECK(code(good, Invert()) == Code::kIo);
  document->Close();
  CHECK(code(good, Invert()) == Code::kOutOfRange);
}

}  // namespace
}  // namespace terahex::scan_test
