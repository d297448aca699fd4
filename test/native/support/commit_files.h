// Files in a scratch folder and commits to them, shared by the commit tests on real files. Thread rule: one
// thread.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "doctest/doctest.h"
#include "native/core/commit.h"
#include "test/native/support/commit_support.h"
#include "test/native/support/platforms.h"

namespace terahex::test {

struct Scratch {
  testing::TempFolder home{testing::DiskParent()};
  std::filesystem::path folder = home.path();
  std::string at(const std::string& name) const { return (folder / name).string(); }
  std::string journals() const { return at("journals"); }
};

inline void Put(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
}

inline std::string Get(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

inline std::shared_ptr<MapRegion> OpenFile(const std::string& path, OpenMode mode = OpenMode::kReadWrite) {
  auto region = NativeFileSystem().Open(path, mode);
  INFO(region.status().message());
  REQUIRE(region.ok());
  return *region;
}

inline CommitOptions OptionsFor(const Scratch& scratch, const MapRegion& file) {
  CommitOptions options;
  options.journal_folder = scratch.journals();
  options.expected = *file.Identify();
  return options;
}

inline Result<CommitOutcome> Rewrite(const Scratch& scratch, const std::string& path, const Edit& edit,
                                     std::shared_ptr<MapRegion>* replacement) {
  auto file = OpenFile(path);
  StringSource source(edit);
  auto outcome = CommitRewrite(NativeFileSystem(), path, *file, edit.stretches, source,
                               OptionsFor(scratch, *file), replacement);
  for (size_t i = 0; outcome.ok() && i < edit.before.size(); ++i) CHECK(source.kept[i] <= 1);
  return outcome;
}

inline Edit InsertAt100(const std::string& old) {
  Edit edit(old);
  edit.Begin().Keep(0, 100).Put("inserted").Keep(100, old.size() - 100);
  return edit;
}

inline size_t NamesIn(const std::filesystem::path& folder) {
  return static_cast<size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

}  // namespace terahex::test
