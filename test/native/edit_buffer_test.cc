// The edit buffer: spilling, failing disks, readers beside the writer.
#include "native/core/edit_buffer.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex {
namespace {

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string Pattern(uint64_t position, size_t length) {
  std::string bytes;
  for (size_t i = 0; i < length; ++i) bytes += static_cast<char>((position + i) * 2654435761u >> 13);
  return bytes;
}

TEST_CASE("EditBuffer: bytes stay readable in memory, spilled, and across the border") {
  MemoryFileSystem files;
  EditBuffer buffer(files, "/spill", {16, 48});
  uint64_t at = 0;
  for (size_t length = 0; length < 60; ++length) {
    Result<uint64_t> position = buffer.Append(Bytes(Pattern(at, length)));
    REQUIRE(position.ok());
    CHECK(*position == at);
    at += length;
  }
  CHECK(buffer.memory_bytes() <= 48);
  CHECK(buffer.spilled_bytes() >= at - 64);
  for (uint64_t from = 0; from < at; from += 7) {
    const size_t length = static_cast<size_t>(std::min<uint64_t>(at - from, 50));
    std::string out(length, '!');
    REQUIRE(buffer.Read(from, std::as_writable_bytes(std::span(out))).ok());
    REQUIRE(out == Pattern(from, length));
  }
  std::byte one;
  CHECK(buffer.Read(at + 16, {&one, 1}).code() == Code::kOutOfRange);
}

TEST_CASE("EditBuffer: leaves no file behind") {
  MemoryFileSystem files;
  {
    EditBuffer buffer(files, "/spill", {16, 32});
    REQUIRE(buffer.Append(Bytes(std::string(200, 'x'))).ok());
    CHECK(files.List("/spill")->empty());
  }
  CHECK(files.List("/spill")->empty());
}

TEST_CASE("EditBuffer: a full disk fails the append and loses nothing") {
  MemoryFileSystem files;
  EditBuffer buffer(files, "/spill", {16, 32});
  REQUIRE(buffer.Append(Bytes(Pattern(0, 32))).ok());
  files.Inject({.op = MemoryOp::kWrite, .nth = 3, .code = Code::kNoSpace, .torn_bytes = 5, .forever = true});
  CHECK(buffer.Append(Bytes(std::string(200, 'x'))).status().code() == Code::kNoSpace);
  CHECK(buffer.Append(Bytes("y")).status().code() == Code::kNoSpace);
  files.ClearFaults();
  Result<uint64_t> later = buffer.Append(Bytes(std::string(40, 'z')));
  REQUIRE(later.ok());
  std::string out(32, '!');
  REQUIRE(buffer.Read(0, std::as_writable_bytes(std::span(out))).ok());
  CHECK(out == Pattern(0, 32));
  out.resize(40);
  REQUIRE(buffer.Read(*later, std::as_writable_bytes(std::span(out))).ok());
  CHECK(out == std::string(40, 'z'));
}

TEST_CASE("EditBuffer: threads read while the writer appends and spills") {
  MemoryFileSystem files;
  EditBuffer buffer(files, "/spill", {64, 256});
  std::atomic<uint64_t> published = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&, i] {
      for (uint64_t n = 0; published < 20000; n += 31) {
        const uint64_t end = published;
        if (end < 100) continue;
        const uint64_t from = (n * (i + 1)) % (end - 50);
        std::string out(50, '!');
        if (!buffer.Read(from, std::as_writable_bytes(std::span(out))).ok() || out != Pattern(from, 50))
          ++wrong;
      }
    });
  }
  while (published < 20000) {
    REQUIRE(buffer.Append(Bytes(Pattern(published, 13))).ok());
    published += 13;
  }
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace terahex
