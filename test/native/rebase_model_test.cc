// Random edits, undo, redo, commits and outside changes against a model that knows of every byte where it
// came from: shown is what the file holds there now, or what an edit or a commit's before-image said, and
// nothing else. The seed is printed with a failure. Thread rule: single-threaded.
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/document_support.h"

namespace terahex {
namespace {

using document_test::Bytes;
using document_test::Open;
using document_test::Random;
using document_test::ReadAll;

struct Cell {
  uint64_t id = 0;
  int64_t file = -1;    // offset in the file; -1: not there
  std::set<char> told;  // by an edit, or kept by a commit
};
using Content = std::vector<Cell>;

struct Model {
  std::mt19937_64 random;
  MemoryFileSystem files;
  std::shared_ptr<Document> document;
  std::vector<Content> steps = {{}};
  size_t position = 0;
  int64_t saved = 0;  // -1: no step
  uint64_t next_id = 1;

  explicit Model(uint64_t seed) : random(seed) {
    const std::string content = Random(64, seed);
    files.PutFile("/a", content);
    document = Open(files, "/a");
    Grow(steps[0], 64, 0);
  }

  uint64_t Below(uint64_t limit) { return random() % limit; }
  std::string File() { return files.Contents("/a"); }
  void Grow(Content& content, size_t count, uint64_t from) {
    for (size_t i = 0; i < count; ++i) content.push_back({0, static_cast<int64_t>(from + i), {}});
    for (Cell& cell : content) {
      if (cell.id == 0) cell.id = next_id++;
    }
  }

  void Edit() {
    Content now = steps[position];
    const size_t at = Below(now.size() + 1);
    const size_t gone = std::min<size_t>(Below(8), now.size() - at);
    const std::string put = Random(Below(8), random());
    if (gone == 0 && put.empty()) return;
    document->BeginStep();
    if (gone > 0) REQUIRE(document->Erase(at, gone).ok());
    if (!put.empty()) REQUIRE(document->Insert(at, Bytes(put)).ok());
    document->EndStep();
    now.erase(now.begin() + at, now.begin() + at + gone);
    for (size_t i = 0; i < put.size(); ++i) now.insert(now.begin() + at + i, Cell{next_id++, -1, {put[i]}});
    steps.resize(position + 1);
    if (saved > static_cast<int64_t>(position)) saved = -1;
    steps.push_back(now);
    ++position;
  }

  void Commit() {
    const std::string old = File();
    REQUIRE(document->Commit({}).ok());
    std::map<uint64_t, int64_t> places;
    for (const Cell& cell : steps[position]) places[cell.id] = static_cast<int64_t>(places.size());
    for (Content& content : steps) {
      for (Cell& cell : content) {
        if (cell.file >= 0 && !places.count(cell.id)) cell.told.insert(old[cell.file]);
        cell.file = places.count(cell.id) ? places[cell.id] : -1;
      }
    }
    saved = static_cast<int64_t>(position);
  }

  void Outside() {
    const std::string file = File();
    if (!file.empty() && Below(2) == 0) {
      const size_t at = Below(file.size());
      files.WriteOutside("/a", at, Random(std::min<size_t>(Below(16) + 1, file.size() - at), random()));
      REQUIRE(document->Rebase().ok());
      return;
    }
    const Content& now = steps[position];
    const bool ends = now.empty() ? file.empty() : now.back().file + 1 == static_cast<int64_t>(file.size());
    const size_t more = Below(5) + 1;
    files.WriteOutside("/a", file.size(), Random(more, random()));
    auto rebased = document->Rebase();
    // A last byte that an edit put in and a later save wrote may be shown from either: then refusing is
    // right, too.
    const bool either = ends && !now.empty() && !now.back().told.empty();
    if (!either) REQUIRE(rebased.ok() == ends);
    if (!rebased.ok()) {
      CHECK(rebased.status().code() == Code::kChanged);
      files.TruncateOutside("/a", file.size());
      REQUIRE(document->Rebase().ok());
      return;
    }
    const uint64_t first = next_id;  // the same bytes at the end of every step
    for (Content& content : steps) {
      next_id = first;
      for (size_t i = 0; i < more; ++i)
        content.push_back({next_id++, static_cast<int64_t>(file.size() + i), {}});
    }
  }

  void Check() {
    const std::string file = File();
    const std::string shown = ReadAll(*document);
    const Content& now = steps[position];
    REQUIRE(shown.size() == now.size());
    REQUIRE(document->position() == position);
    if (saved == static_cast<int64_t>(position)) REQUIRE(shown == file);
    for (size_t i = 0; i < now.size(); ++i) {
      const bool present = now[i].file >= 0 && file[now[i].file] == shown[i];
      REQUIRE((present || now[i].told.count(shown[i]) > 0));
    }
  }
};

TEST_CASE("DL-13: random edits, commits and outside changes never show a byte that nobody holds") {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    Model model(seed);
    for (int turn = 0; turn < 120; ++turn) {
      CAPTURE(turn);
      const uint64_t what = model.Below(10);
      if (what < 4) {
        model.Edit();
      } else if (what < 7) {
        model.position = model.Below(model.steps.size());
        REQUIRE(model.document->Seek(model.position).ok());
      } else if (what < 8) {
        model.Commit();
      } else {
        model.Outside();
      }
      model.Check();
    }
  }
}

}  // namespace
}  // namespace terahex
