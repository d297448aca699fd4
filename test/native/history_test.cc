// Steps, merging and transitions, without a document.
#include "native/core/history.h"

#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/map_region_memory.h"
#include "native/core/transition.h"

namespace terahex {
namespace {

struct Parts {
  MemoryFileSystem files;
  EditBuffer buffer{files, "/spill", {}};
  FillPatterns patterns{buffer};
  History history{patterns};

  void Overwrite(uint64_t offset, uint64_t position, uint64_t length, bool merge) {
    const Piece removed = Piece::File(offset, length);
    const Piece inserted = Piece::Buffer(position, length);
    history.Record(offset, 0, {&removed, 1}, {&inserted, 1}, merge);
  }
  void Erase(uint64_t offset, uint64_t from, uint64_t length, bool merge) {
    const Piece removed = Piece::File(from, length);
    history.Record(offset, 0, {&removed, 1}, {}, merge);
  }
  std::vector<Operation> Step(uint64_t step) {
    std::vector<Operation> operations;
    const auto [first, last] = history.OperationsOf(step);
    for (uint64_t i = first; i < last; ++i) history.Load(i, &operations.emplace_back());
    return operations;
  }
};

TEST_CASE("History: a typing run is one operation of one step") {
  Parts parts;
  for (uint64_t i = 0; i < 1000; ++i) parts.Overwrite(50 + i, i, 1, true);
  REQUIRE(parts.history.last_position() == 1);
  const auto operations = parts.Step(1);
  REQUIRE(operations.size() == 1);
  CHECK(operations[0].offset == 50);
  CHECK(operations[0].removed == std::vector{Piece::File(50, 1000)});
  CHECK(operations[0].inserted == std::vector{Piece::Buffer(0, 1000)});
}

TEST_CASE("History: backspaces and deletes join backwards and forwards") {
  Parts parts;
  for (uint64_t i = 0; i < 10; ++i) parts.Erase(50 - i, 50 - i, 1, true);
  for (uint64_t i = 0; i < 10; ++i) parts.Erase(41, 51 + i, 1, true);
  REQUIRE(parts.history.last_position() == 1);
  const auto operations = parts.Step(1);
  REQUIRE(operations.size() == 1);
  CHECK(operations[0].offset == 41);
  CHECK(operations[0].removed == std::vector{Piece::File(41, 20)});
}

TEST_CASE("History: seals, groups and moves decide what is a step") {
  Parts parts;
  parts.Overwrite(0, 0, 1, true);
  parts.history.Seal();
  parts.Overwrite(1, 1, 1, true);   // 2: sealed before
  parts.Overwrite(9, 2, 1, true);   // 2 still, elsewhere
  parts.Overwrite(1, 3, 1, false);  // 3
  CHECK(parts.history.last_position() == 3);
  CHECK(parts.Step(2).size() == 2);
  parts.history.BeginGroup();
  parts.history.BeginGroup();
  parts.Overwrite(20, 4, 1, false);
  parts.history.EndGroup();
  parts.Overwrite(30, 5, 1, false);
  parts.history.EndGroup();
  CHECK(parts.history.last_position() == 4);
  CHECK(parts.Step(4).size() == 2);
  parts.Overwrite(31, 6, 1, true);
  CHECK(parts.history.last_position() == 5);
  parts.history.MoveTo(1);
  parts.Overwrite(7, 7, 1, true);
  CHECK(parts.history.last_position() == 2);
  CHECK(parts.history.position() == 2);
  CHECK(parts.Step(2)[0].offset == 7);
}

TEST_CASE("History: memory of forgotten steps is given back") {
  Parts parts;
  for (uint64_t i = 0; i < 200000; ++i) parts.Overwrite(i * 3, i * 2, 1, false);
  const uint64_t full = parts.history.memory_bytes();
  CHECK(full < 200000 * 80);
  parts.history.MoveTo(0);
  parts.Overwrite(0, 0, 1, false);
  CHECK(parts.history.memory_bytes() < full / 10);
}

TEST_CASE("Transition: file ranges are split at the borders of what a commit destroyed") {
  Parts parts;
  Transition first;
  first.Add(10, Piece::Buffer(100, 5), parts.patterns);
  first.Add(15, Piece::Buffer(105, 5), parts.patterns);
  first.Add(30, Piece::Fill(FillPatterns::kZeros, 0, 10), parts.patterns);
  CHECK(first.entries().size() == 2);
  Transition second;
  second.Add(0, Piece::File(1000, 25), parts.patterns);
  second.Add(25, Piece::Buffer(200, 75), parts.patterns);
  Transitions all(parts.patterns);
  all.Push(std::move(first));
  std::vector<Piece> pieces = {Piece::Buffer(7, 1), Piece::File(5, 30)};
  all.Translate(0, &pieces);
  CHECK(pieces == std::vector{Piece::Buffer(7, 1), Piece::File(5, 5), Piece::Buffer(100, 10),
                              Piece::File(20, 10), Piece::Fill(0, 0, 5)});
  all.Push(std::move(second));
  pieces = {Piece::Buffer(7, 1), Piece::File(5, 30)};
  all.Translate(0, &pieces);
  CHECK(pieces == std::vector{Piece::Buffer(7, 1), Piece::File(1005, 5), Piece::Buffer(100, 10),
                              Piece::File(1020, 5), Piece::Buffer(200, 5), Piece::Fill(0, 0, 5)});
}

}  // namespace
}  // namespace terahex
