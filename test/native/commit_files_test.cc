// Commits on real files, on every platform: links, sizes, versions, locks, cancelling. Uses the native file
// system only. What only one system has stands in commit_files_posix_test.cc and
// commit_files_windows_test.cc. Thread rule: one thread.
#include "test/native/support/commit_files.h"

#include <atomic>
#include <thread>

namespace terahex {
namespace {

using test::Edit;
using test::Get;
using test::InsertAt100;
using test::NamesIn;
using test::OpenFile;
using test::OptionsFor;
using test::Put;
using test::RandomBytes;
using test::Rewrite;
using test::Scratch;
using test::StringSource;
namespace fs = std::filesystem;

}  // namespace

TEST_CASE("DL-2: a further hard link is not cut: the bytes are shifted inside the file") {
  Scratch scratch;
  std::string path = scratch.at("a");
  std::string old = RandomBytes(3'000'000, 2);
  Put(path, old);
  fs::create_hard_link(path, scratch.at("b"));
  const FileIdentity before = *OpenFile(path)->Identify();
  Edit edit(old);
  edit.Begin()
      .Keep(5, 100'000)
      .Put(RandomBytes(50'000, 3))
      .Keep(100'005, 1'500'000)
      .Keep(1'700'000, 1'300'000);
  edit.Put("end");
  std::shared_ptr<MapRegion> replacement;
  auto outcome = Rewrite(scratch, path, edit, &replacement);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kShifted);
  CHECK(Get(path) == edit.after);
  CHECK(Get(scratch.at("b")) == edit.after);
  CHECK(OpenFile(path)->Identify()->SameFile(before));
  CHECK(NativeFileSystem().Inspect(path)->link_count == 2);
  CHECK(FindJournal(NativeFileSystem(), scratch.journals(), path)->journal_path.empty());
}

TEST_CASE("DL-13: a commit to a file that changed, was replaced or deleted meanwhile leaves it untouched") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(9000, 4);
  Edit edit(old);
  edit.Overwrite(10, "mine");
  Edit insert = InsertAt100(old);
  struct Case {
    const char* name;
    std::function<void()> outside;
  };
  const Case cases[] = {
    {"appended", [&] { std::ofstream(path, std::ios::app | std::ios::binary) << "x"; }},
    {"truncated", [&] { fs::resize_file(path, 100); }},
    {"rewritten", [&] { std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "theirs"; }},
    {"replaced",
     [&] {
       Put(path + "2", old);
       REQUIRE(NativeFileSystem().Replace(path + "2", path).ok());
     }},
    {"deleted", [&] { REQUIRE(NativeFileSystem().Remove(path).ok()); }},
#if !defined(_WIN32)
    {"mode changed", [&] { fs::permissions(path, fs::perms(0600)); }},
#endif
  };
  for (const Case& one : cases) {
    const bool names = std::string(one.name) == "replaced" || std::string(one.name) == "deleted";
    if (names && testing::kKeepsNamesOpen) continue;
    for (bool rewrite : {false, true}) {
      CAPTURE(std::string(one.name));
      fs::remove(path);
      Put(path, old);
#if !defined(_WIN32)
      fs::permissions(path, fs::perms(0644));
#endif
      auto file = OpenFile(path);
      CommitOptions options = OptionsFor(scratch, *file);
      std::this_thread::sleep_for(
          std::chrono::milliseconds(10));  // older kernels stamp files once in a tick of 4 ms
      one.outside();
      std::string theirs = fs::exists(path) ? Get(path) : "";
      StringSource source(edit);
      std::shared_ptr<MapRegion> replacement;
      auto outcome = rewrite ? CommitRewrite(NativeFileSystem(), path, *file, insert.stretches, source,
                                             options, &replacement)
                             : CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, options);
      CHECK(outcome.status().code() == Code::kChanged);
      CHECK((fs::exists(path) ? Get(path) : "") == theirs);
      CHECK((!fs::exists(scratch.journals()) || NamesIn(scratch.journals()) == 0));
    }
  }
}

TEST_CASE("A commit refuses read-only regions, busy files, bad ranges, and can be cancelled at any point") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(9'000'000, 5);
  Put(path, old);
  Edit edit(old);
  edit.Overwrite(10, "a");
  edit.Overwrite(2'000'000, RandomBytes(6'000'000, 6));
  StringSource source(edit);
  {
    auto file = OpenFile(path, OpenMode::kRead);
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
    CHECK(outcome.status().code() == Code::kReadOnly);
  }
  auto file = OpenFile(path);
  {
    auto other = OpenFile(path);
    REQUIRE(other->TryLockFile().ok());
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
    CHECK(outcome.status().code() == Code::kBusy);
  }
  const std::vector<ByteRange> beyond = {{old.size() - 1, old.size() + 1}};
  const std::vector<ByteRange> backwards = {{50, 60}, {10, 20}};
  CHECK(
      CommitInPlace(NativeFileSystem(), *file, beyond, source, OptionsFor(scratch, *file)).status().code() ==
      Code::kOutOfRange);
  CHECK(CommitInPlace(NativeFileSystem(), *file, backwards, source, OptionsFor(scratch, *file))
            .status()
            .code() == Code::kInvalidArgument);
  auto nothing = CommitInPlace(NativeFileSystem(), *file, {}, source, OptionsFor(scratch, *file));
  REQUIRE(nothing.ok());
  CHECK(nothing->how == CommitHow::kNothing);

  struct Cancelling : StringSource {
    using StringSource::StringSource;
    Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
      if (++reads == cancel_at) flag = true;
      return StringSource::ReadNew(offset, out);
    }
    uint64_t reads = 0, cancel_at = 0;
    std::atomic<bool> flag{false};
  };
  bool finished = false;
  uint64_t cancelled = 0, put_back = 0;
  for (uint64_t at = 1; !finished; at += 3) {
    Cancelling cancelling(edit);
    cancelling.cancel_at = at;
    CommitOptions options = OptionsFor(scratch, *file);
    options.cancel = &cancelling.flag;
    FileIdentity then;
    options.put_back = [&](const FileIdentity& identity) { then = identity, ++put_back; };
    uint64_t told = put_back;
    auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, cancelling, options);
    finished = outcome.ok();
    if (finished) break;
    ++cancelled;
    CHECK(outcome.status().code() == Code::kCancelled);
    CHECK(Get(path) == old);
    if (put_back > told) CHECK(then == *file->Identify());
    CHECK(FindJournal(NativeFileSystem(), scratch.journals(), path)->journal_path.empty());
  }
  CHECK(cancelled >= 5);
  CHECK(put_back >= 1);
  CHECK(Get(path) == edit.after);
}

TEST_CASE("Long allocated ranges go through shared views and give the same bytes") {
  Scratch scratch;
  std::string path = scratch.at("file");
  std::string old = RandomBytes(90'000'000, 7);
  Put(path, old);
  Edit edit(old);
  edit.Overwrite(12'345, RandomBytes(85'000'000, 8));
  StringSource source(edit);
  auto file = OpenFile(path);
  auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kInPlace);
  CHECK(outcome->bytes_written == 85'000'000);
  CHECK(Get(path) == edit.after);
  CHECK(std::all_of(source.kept.begin() + 12'345, source.kept.begin() + 85'012'345,
                    [](int n) { return n == 1; }));
}

TEST_CASE("DL-1: a copy is byte-identical at every awkward size") {
  Scratch scratch;
  std::vector<uint64_t> sizes = {0, 1};
  for (uint64_t border :
       {uint64_t{4096}, uint64_t{65536}, uint64_t{131072}, uint64_t{1} << 20, uint64_t{16} << 20})
    for (uint64_t size : {border - 1, border, border + 1}) sizes.push_back(size);
  for (uint64_t size : sizes) {
    CAPTURE(size);
    std::string old = RandomBytes(size, size);
    Put(scratch.at("from"), old);
    Edit edit(old);
    edit.Begin().Keep(0, size);
    auto file = OpenFile(scratch.at("from"), OpenMode::kRead);
    StringSource source(edit);
    auto outcome =
        WriteCopy(NativeFileSystem(), scratch.at("to"), *file, edit.stretches, source, CommitOptions());
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    CHECK(Get(scratch.at("to")) == old);
    CHECK(outcome->identity == *OpenFile(scratch.at("to"))->Identify());
  }
}

}  // namespace terahex
