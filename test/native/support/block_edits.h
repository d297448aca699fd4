// Edits that change the length by whole blocks, for tests of the commits that move those. Thread rule:
// values.
#pragma once

#include "native/core/block_move.h"
#include "test/native/support/commit_support.h"

namespace terahex::test {

inline constexpr uint64_t kUnit = 4096;

inline Edit Inserted(const std::string& old, uint64_t at, uint64_t length) {
  Edit edit(old);
  edit.Begin().Keep(0, at).Put(RandomBytes(length, 77)).Keep(at, old.size() - at);
  return edit;
}
inline Edit Erased(const std::string& old, uint64_t at, uint64_t length) {
  Edit edit(old);
  edit.Begin().Keep(0, at).Keep(at + length, old.size() - at - length);
  return edit;
}

inline const std::string& Old() {
  static const std::string old = RandomBytes(40 * 65536 + 777, 5);
  return old;
}
inline Edit InsertEdit() {
  Edit edit(Old());
  edit.Begin()
      .Keep(0, 50)
      .Put("overwritten")
      .Keep(61, 300'000 - 61)
      .Put(RandomBytes(6 * kUnit, 6))
      .Keep(300'000, 900'000)
      .Put("behind")
      .Keep(1'200'006, Old().size() - 1'200'006);
  return edit;
}
inline Edit CollapseEdit() {
  Edit edit(Old());
  edit.Begin()
      .Keep(0, 50)
      .Put("overwritten")
      .Keep(61, 300'000 - 61)
      .Put("left in its place")
      .Keep(300'000 + 17 + 9 * kUnit, 900'000)
      .Put("behind");
  const uint64_t next = 300'000 + 17 + 9 * kUnit + 900'000 + 6;
  edit.Keep(next, Old().size() - next);
  return edit;
}

}  // namespace terahex::test
