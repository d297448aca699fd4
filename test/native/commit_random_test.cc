// Random contents as new files: stretches repeated, out of order, empty, in place, on files whose holes lie,
// on a disk that clones, shares or neither. The same seeds every time. Thread rule: one thread.
#include <algorithm>
#include <random>

#include "doctest/doctest.h"
#include "native/core/commit_content.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/commit_support.h"

namespace terahex {
namespace {

using namespace terahex::test;

class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t bound) { return bound == 0 ? 0 : random_() % bound; }
  bool OneIn(uint64_t n) { return Below(n) == 0; }
  std::string Bytes(uint64_t length) {
    return OneIn(2) ? std::string(length, '\0') : RandomBytes(length, random_());
  }

 private:
  std::mt19937_64 random_;
};

MemoryOptions AnyDisk(Chance& chance) {
  MemoryOptions options;
  options.page_size = size_t{8} << (3 * chance.Below(4));  // 8, 64, 512, 4096
  options.clones_files = !chance.OneIn(4);
  options.fills_gaps = !chance.OneIn(4);
  options.copy_on_write = chance.OneIn(2);
  options.vouches_for_holes = chance.OneIn(4);
  options.copies_stretches = chance.OneIn(4);
  return options;
}

Edit AnyEdit(Chance& chance, uint64_t scale) {
  std::string old;
  for (uint64_t parts = chance.Below(9); parts > 0; --parts) old += chance.Bytes(chance.Below(scale));
  Edit edit(old);
  edit.Begin();
  for (uint64_t parts = chance.Below(12); parts > 0; --parts) {
    const uint64_t length = chance.OneIn(6) ? 0 : chance.Below(scale);
    const uint64_t here = std::min<uint64_t>(edit.after.size(), old.size());
    const uint64_t from = chance.OneIn(4) ? chance.Below(old.size() + 1) : here;
    if (chance.OneIn(3)) {
      edit.Put(chance.Bytes(length));
    } else {
      edit.Keep(from, std::min<uint64_t>(length, old.size() - from));
    }
  }
  if (chance.OneIn(3) && edit.after.size() < old.size())
    edit.Keep(edit.after.size(), old.size() - edit.after.size());
  return edit;
}

void Put(MemoryFileSystem& files, const std::string& old, bool vouches, uint64_t scale, Chance& chance) {
  files.PutSparse("/data/file", old.size());
  for (uint64_t at = 0, end = 0; (at = old.find_first_not_of('\0', end)) != std::string::npos;) {
    end = std::min(old.find('\0', at), old.size());
    files.WriteOutside("/data/file", at, old.substr(at, end - at));
  }
  std::vector<ByteRange> hidden;
  for (uint64_t at = 0; !vouches && at < old.size(); at = hidden.back().end) {
    const uint64_t start = at + chance.Below(scale);
    hidden.push_back({start, start + 1 + chance.Below(scale)});
  }
  files.HideStored("/data/file", hidden);
}

}  // namespace

TEST_CASE("Commit: any content becomes a new file exactly, and leaves nothing beside it") {
  uint64_t clones = 0;
  for (uint64_t seed = 1; seed <= 1500; ++seed) {
    CAPTURE(seed);
    Chance chance(seed);
    const MemoryOptions options = AnyDisk(chance);
    const uint64_t scale = options.page_size >= 512 && chance.OneIn(5) ? 200'000 : 2000;
    const Edit edit = AnyEdit(chance, scale);
    MemoryFileSystem files(options);
    Put(files, edit.before, options.vouches_for_holes, scale, chance);
    REQUIRE(files.MakeFolders("/out").ok());
    const bool copy = chance.OneIn(2);
    if (copy && chance.OneIn(2)) files.PutFile("/out/target", "there");
    auto file = files.Open("/data/file", OpenMode::kReadWrite);
    REQUIRE(file.ok());
    CommitOptions how;
    how.journal_folder = "/state/journals";
    how.expected = *(*file)->Identify();
    how.strategy = SaveStrategy::kRewrite;
    StringSource source(edit);
    auto outcome = copy ? WriteCopy(files, "/out/target", **file, edit.stretches, source, how)
                        : CommitRewrite(files, "/data/file", **file, edit.stretches, source, how, nullptr);
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    CHECK((files.Contents(copy ? "/out/target" : "/data/file") == edit.after));
    if (copy) CHECK((files.Contents("/data/file") == edit.before));
    std::vector<int> destroyed(edit.before.size(), 0);
    for (const ByteRange& lost : DestroyedRanges(edit.stretches, edit.before.size()))
      for (uint64_t at = lost.start; at < lost.end && !copy; ++at) destroyed[at] = 1;
    CHECK((source.kept == destroyed));
    CHECK(source.right_before);
    CHECK(files.List("/data")->size() == 1);
    CHECK(files.List("/out")->size() == (copy ? 1 : 0));
    CHECK(files.List("/state/journals")->empty());
    clones += files.Calls(MemoryOp::kClone);
  }
  CHECK(clones > 100);
}

}  // namespace terahex
