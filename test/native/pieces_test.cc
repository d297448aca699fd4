// Pieces and fill patterns against naive lists. Thread rule: single-threaded tests.
#include "native/core/pieces.h"

#include <random>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex {
namespace {

struct Parts {
  MemoryFileSystem files;
  EditBuffer buffer{files, "/spill", {}};
  FillPatterns patterns{buffer};
};

std::vector<Piece> All(const Pieces& pieces) {
  std::vector<Piece> all;
  pieces.Visit(0, pieces.size(), [&](uint64_t, const Piece& piece) {
    all.push_back(piece);
    return true;
  });
  return all;
}

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

// Each byte as (kind, place): what a list of pieces says, one by one.
std::vector<std::pair<int, uint64_t>> Spell(const std::vector<Piece>& pieces, const FillPatterns& patterns) {
  std::vector<std::pair<int, uint64_t>> bytes;
  for (const Piece& piece : pieces) {
    for (uint64_t i = 0; i < piece.length(); ++i) {
      const Piece one = SubPiece(piece, i, 1, patterns);
      bytes.push_back({static_cast<int>(one.kind()), one.position()});
    }
  }
  return bytes;
}

TEST_CASE("Piece: packs kind, length and position up to 2^63 - 1") {
  for (uint64_t length : {uint64_t{1}, uint64_t{1} << 32, kMaxOffset}) {
    for (uint64_t position : {uint64_t{0}, uint64_t{1} << 43, kMaxOffset}) {
      const Piece file = Piece::File(position, length);
      CHECK(file.kind() == PieceKind::kFile);
      CHECK(file.length() == length);
      CHECK(file.position() == position);
      const Piece typed = Piece::Buffer(position, length);
      CHECK(typed.kind() == PieceKind::kBuffer);
      CHECK(typed.length() == length);
      CHECK(typed.position() == position);
    }
    const Piece fill = Piece::Fill(0x7fffffff, 0xfffffffe, length);
    CHECK(fill.kind() == PieceKind::kFill);
    CHECK(fill.length() == length);
    CHECK(fill.pattern() == 0x7fffffff);
    CHECK(fill.phase() == 0xfffffffe);
  }
}

TEST_CASE("Pieces: pieces that would run past 2^63 - 1 together are not joined") {
  Parts parts;
  CHECK_FALSE(Continues(Piece::Fill(0, 0, kMaxOffset), Piece::Fill(0, 0, 1), parts.patterns));
  CHECK(Continues(Piece::File(0, kMaxOffset - 1), Piece::File(kMaxOffset - 1, 1), parts.patterns));
}

TEST_CASE("FillPatterns: any window of a fill is the pattern in step") {
  Parts parts;
  for (const std::string& pattern : {std::string("a"), std::string("abc"), std::string("0123456789abcdef")}) {
    const uint32_t number = *parts.patterns.Add(Bytes(pattern));
    for (uint64_t phase : {0u, 1u, 5u, 17u}) {
      for (size_t length : {1u, 2u, 15u, 16u, 17u, 100u}) {
        std::string out(length, '!');
        REQUIRE(parts.patterns.Read(number, phase, std::as_writable_bytes(std::span(out))).ok());
        for (size_t i = 0; i < length; ++i) REQUIRE(out[i] == pattern[(phase + i) % pattern.size()]);
      }
    }
  }
  CHECK(*parts.patterns.Add(Bytes(std::string(9, '\0'))) == FillPatterns::kZeros);
  CHECK(parts.patterns.Add({}).status().code() == Code::kInvalidArgument);
}

TEST_CASE("Pieces: typing at one place stays one piece") {
  Parts parts;
  Pieces pieces(parts.patterns, 4);
  pieces.Reset(Piece::File(0, 1000));
  for (uint64_t i = 0; i < 500; ++i) {
    const Piece typed = Piece::Buffer(i, 1);
    pieces.Replace(300 + i, i % 2, {&typed, 1}, nullptr);
    REQUIRE(pieces.Valid());
  }
  CHECK(pieces.count() == 3);
}

TEST_CASE("Pieces: putting removed pieces back joins them to what they were cut from") {
  Parts parts;
  Pieces pieces(parts.patterns, 4);
  pieces.Reset(Piece::File(0, 1 << 20));
  std::mt19937_64 random(7);
  struct Done {
    uint64_t offset;
    std::vector<Piece> removed;
  };
  std::vector<Done> done;
  for (uint64_t i = 0; i < 2000; ++i) {
    const Piece typed = Piece::Buffer(i * 2, 1);
    Done one{random() % (1 << 20), {}};
    pieces.Replace(one.offset, 1, {&typed, 1}, &one.removed);
    done.push_back(one);
  }
  CHECK(pieces.Valid());
  CHECK(pieces.count() > 3000);
  for (; !done.empty(); done.pop_back()) pieces.Replace(done.back().offset, 1, done.back().removed, nullptr);
  CHECK(pieces.Valid());
  CHECK(TotalLength(All(pieces)) == 1 << 20);
  CHECK(Spell(All(pieces), parts.patterns).back().second == (1 << 20) - 1);
  CHECK(pieces.count() < 20);
}

TEST_CASE("Pieces: random replacements equal those on a naive list, in trees of every width") {
  Parts parts;
  const uint32_t pattern = *parts.patterns.Add(Bytes("xyz"));
  for (uint32_t limit : {4u, 5u, 8u, 62u}) {
    std::mt19937_64 random(limit);
    Pieces pieces(parts.patterns, limit);
    pieces.Reset(Piece::File(0, 300));
    std::vector<std::pair<int, uint64_t>> naive = Spell({Piece::File(0, 300)}, parts.patterns);
    uint64_t typed = 0;
    for (int step = 0; step < 4000; ++step) {
      const uint64_t offset = random() % (pieces.size() + 1);
      uint64_t remove = std::min<uint64_t>(random() % 12, pieces.size() - offset);
      if (random() % 50 == 0) remove = (pieces.size() - offset) / 2;
      std::vector<Piece> insert;
      uint64_t count = pieces.size() > 2000 ? 0 : random() % 4;
      if (random() % 40 == 0) count = 90;
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t length = 1 + random() % 5;
        switch (random() % 3) {
          case 0:
            insert.push_back(Piece::File(random() % 1000, length));
            break;
          case 1:
            insert.push_back(Piece::Buffer(typed, length));
            typed += length + random() % 2;
            break;
          default:
            insert.push_back(Piece::Fill(pattern, static_cast<uint32_t>(random() % 3), length));
        }
      }
      std::vector<Piece> removed;
      pieces.Replace(offset, remove, insert, &removed);
      const auto from = naive.begin() + static_cast<ptrdiff_t>(offset);
      const auto to = from + static_cast<ptrdiff_t>(remove);
      REQUIRE(Spell(removed, parts.patterns) == std::vector(from, to));
      const auto at = naive.erase(from, to);
      const auto put = Spell(insert, parts.patterns);
      naive.insert(at, put.begin(), put.end());
      REQUIRE(pieces.size() == naive.size());
      if (step % 16 == 0) {
        REQUIRE(pieces.Valid());
        REQUIRE(Spell(All(pieces), parts.patterns) == naive);
        const uint64_t start = random() % (naive.size() + 1);
        const uint64_t end = start + random() % (naive.size() - start + 1);
        std::vector<Piece> window;
        pieces.Visit(start, end, [&](uint64_t where, const Piece& piece) {
          REQUIRE(where == start + TotalLength(window));
          window.push_back(piece);
          return true;
        });
        REQUIRE(Spell(window, parts.patterns) == std::vector(naive.begin() + static_cast<ptrdiff_t>(start),
                                                             naive.begin() + static_cast<ptrdiff_t>(end)));
      }
    }
    pieces.Replace(0, pieces.size(), {}, nullptr);
    CHECK(pieces.Valid());
    CHECK(pieces.count() == 0);
    CHECK(pieces.size() == 0);
  }
}

}  // namespace
}  // namespace terahex
