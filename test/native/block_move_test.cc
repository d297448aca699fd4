// What a save that moves blocks would do, and how far an interrupted one has come: arithmetic over stretches
// and extents. Thread rule: one thread.
#include "native/core/block_move.h"

#include "doctest/doctest.h"
#include "test/native/support/block_edits.h"

namespace terahex {
namespace {

using namespace test;

std::optional<BlockPlan> Plan(const Edit& edit) {
  return PlanBlockMove(edit.stretches, edit.before.size(), edit.after.size(), kUnit);
}

// The new content as the plan makes it, in memory.
std::string Carry(const Edit& edit, const BlockPlan& plan) {
  std::string bytes = edit.before;
  const BlockMove& move = plan.move;
  if (move.inserts) bytes.insert(move.gap, move.length, '?');
  for (const BlockPlan::Write& write : plan.writes) {
    const std::string& from = write.old_offset ? edit.before : edit.after;
    const uint64_t at = write.old_offset ? *write.old_offset : move.LongToNew(write.range.start);
    bytes.replace(write.range.start, write.range.length(), from.substr(at, write.range.length()));
  }
  if (!move.inserts) bytes.erase(move.gap, move.length);
  return bytes;
}

}  // namespace

TEST_CASE("A shift by whole blocks is planned with less than a block of old bytes to be written") {
  const std::string old = RandomBytes(20 * kUnit + 123, 1);
  for (uint64_t at : {uint64_t{0}, uint64_t{1}, kUnit - 1, kUnit, kUnit + 1, 7 * kUnit + 5, 9 * kUnit}) {
    for (uint64_t length : {kUnit, 3 * kUnit}) {
      CAPTURE(at);
      for (const Edit& edit : {Inserted(old, at, length), Erased(old, at, length)}) {
        auto plan = Plan(edit);
        REQUIRE(plan);
        CHECK(plan->move.gap % kUnit == 0);
        CHECK(Carry(edit, *plan) == edit.after);
        uint64_t copied = 0;
        for (const BlockPlan::Write& write : plan->writes)
          copied += write.old_offset ? write.range.length() : 0;
        CHECK(copied == at % kUnit);
      }
    }
  }
  for (const Edit& edit : {InsertEdit(), CollapseEdit()}) {
    REQUIRE(Plan(edit));
    CHECK(Carry(edit, *Plan(edit)) == edit.after);
  }
}

TEST_CASE("What is no single shift by whole blocks is not planned as one") {
  const std::string old = RandomBytes(20 * kUnit, 1);
  CHECK_FALSE(Plan(Inserted(old, 10, kUnit + 1)));
  CHECK_FALSE(Plan(Erased(old, 10, kUnit - 1)));
  CHECK_FALSE(Plan(Inserted(old, old.size(), kUnit)));  // appended: nothing moves
  CHECK_FALSE(Plan(Erased(old, 19 * kUnit, kUnit)));
  Edit twice(old);
  twice.Begin().Keep(0, 5).Put(RandomBytes(kUnit, 2)).Keep(5, 10 * kUnit).Put("x").Keep(10 * kUnit + 5, 90);
  CHECK_FALSE(Plan(twice));
  Edit exchanged(old);
  exchanged.Begin().Keep(kUnit, kUnit).Keep(0, kUnit).Keep(0, 19 * kUnit);
  CHECK_FALSE(Plan(exchanged));
}

TEST_CASE(
    "Blocks tell how far a move came, whatever was merged or split, and nothing when others moved them") {
  const BlockMove insert{true, 8, 4};
  const std::vector<BlockExtent> old = {{0, 10, 100}, {10, 20, 300}, {24, 30, 50}};
  auto form = [&](std::vector<BlockExtent> now) { return JudgeBlocks(old, now, insert).form; };
  CHECK(form(old) == BlockForm::kShorter);
  CHECK(form({{0, 3, 100}, {3, 10, 103}, {10, 20, 300}, {24, 30, 50}}) == BlockForm::kShorter);
  CHECK(form({{0, 8, 100}, {12, 14, 108}, {14, 24, 300}, {28, 34, 50}}) == BlockForm::kLonger);
  CHECK(form({{0, 8, 100}, {8, 12, 900}, {12, 14, 108}, {14, 24, 300}, {28, 34, 50}}) == BlockForm::kLonger);
  const std::vector<BlockExtent> between = {{0, 10, 100}, {10, 15, 300}, {19, 24, 305}, {28, 34, 50}};
  CHECK(form(between) == BlockForm::kBetween);
  CHECK(JudgeBlocks(old, between, insert).hole == 15);
  CHECK(form({{0, 10, 100}, {10, 20, 300}, {28, 34, 50}}) == BlockForm::kBetween);
  CHECK(form({{0, 10, 100}, {10, 15, 300}, {15, 17, 7}, {19, 24, 305}, {28, 34, 50}}) == BlockForm::kForeign);
  CHECK(form({{0, 10, 100}, {14, 24, 300}, {24, 30, 50}}) == BlockForm::kForeign);  // back and forth
  CHECK(form({{0, 10, 100}, {10, 20, 301}, {24, 30, 50}}) == BlockForm::kForeign);
  CHECK(form({{0, 10, 100}, {10, 20, 300}}) == BlockForm::kForeign);
  CHECK(form({}) == BlockForm::kForeign);
  const BlockMove collapse{false, 4, 4};
  auto state = [&](std::vector<BlockExtent> now) { return JudgeBlocks(old, now, collapse); };
  CHECK(state(old).form == BlockForm::kLonger);
  CHECK(state(old).gap_whole);
  CHECK(state({{0, 6, 100}, {8, 10, 108}, {10, 20, 300}, {24, 30, 50}}).form == BlockForm::kLonger);
  CHECK_FALSE(state({{0, 6, 100}, {8, 10, 108}, {10, 20, 300}, {24, 30, 50}}).gap_whole);
  CHECK(state({{0, 4, 100}, {4, 6, 108}, {10, 20, 300}, {24, 30, 50}}).form == BlockForm::kBetween);
  CHECK(state({{0, 4, 100}, {4, 6, 108}, {10, 20, 300}, {24, 30, 50}}).hole == 6);
  CHECK(state({{0, 4, 100}, {4, 6, 108}, {6, 16, 300}, {20, 26, 50}}).form == BlockForm::kShorter);
}

}  // namespace terahex
