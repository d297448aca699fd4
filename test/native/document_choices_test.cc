// Saves that move bytes: what each way is said to cost, and that the way which was asked for is taken.
// Thread rule: one thread, and readers that it joins.
#include <future>

#include "doctest/doctest.h"
#include "native/core/commit_fail_point.h"
#include "test/native/support/document_support.h"

namespace terahex {
namespace {

using namespace document_test;

TEST_CASE("An insertion says what it moves, from where, and what a shift keeps aside") {
  MemoryFileSystem files;
  files.PutFile("/a", Random(10000, 1));
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(9000, Bytes("xy")).ok());
  SaveChoices none = document->EstimateChoices();
  CHECK(none.moved_bytes == 0);
  CHECK(none.first_changed == 9000);
  REQUIRE(document->Insert(4000, Bytes("abcd")).ok());
  SaveChoices choices = document->EstimateChoices();
  CHECK(choices.first_changed == 4000);
  CHECK(choices.moved_bytes == 6000 - 2);
  CHECK(choices.rewrite_bytes == 10004);
  CHECK(choices.shift_bytes == 6004);
  CHECK(choices.journal_bytes == 6004);
  CHECK(choices.links == 1);
  CHECK(choices.can_rewrite);
  CHECK(choices.can_shift);
  REQUIRE(document->Seek(0).ok());
  REQUIRE(document->Erase(100, 9000).ok());
  SaveChoices shorter = document->EstimateChoices();
  CHECK(shorter.first_changed == 100);
  CHECK(shorter.moved_bytes == 900);
  CHECK(shorter.journal_bytes == 9900);
}

TEST_CASE("A shift is not offered where bytes were exchanged, nor without a folder for the journal") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto plain = Document::Open(files, "/a", {});
  REQUIRE(plain.ok());
  REQUIRE((*plain)->Insert(0, Bytes("x")).ok());
  CHECK_FALSE((*plain)->EstimateChoices().can_shift);
  CHECK((*plain)->EstimateChoices().can_rewrite);
}

TEST_CASE("DL-2: a save takes the way that was asked for, whatever other names the file has") {
  for (const uint64_t names : {1, 2}) {
    for (const SaveStrategy strategy : {SaveStrategy::kAuto, SaveStrategy::kRewrite, SaveStrategy::kShift}) {
      CAPTURE(names);
      CAPTURE(static_cast<int>(strategy));
      MemoryFileSystem files;
      std::string content = Random(5000, 2);
      files.PutFile("/a", content);
      if (names == 2) files.PutLink("/b", "/a");
      auto document = Open(files, "/a");
      CHECK(document->EstimateChoices().links == names);
      REQUIRE(document->Insert(1000, Bytes("inserted")).ok());
      CommitOptions options;
      options.strategy = strategy;
      auto outcome = document->Commit(options);
      REQUIRE(outcome.ok());
      const bool shifts = strategy == SaveStrategy::kShift || (strategy == SaveStrategy::kAuto && names == 2);
      CHECK(outcome->how == (shifts ? CommitHow::kShifted : CommitHow::kRewritten));
      const std::string before = content;
      content.insert(1000, "inserted");
      CHECK(files.Contents("/a") == content);
      if (names == 2) CHECK(files.Contents("/b") == (shifts ? content : before));
      CHECK_FALSE(document->dirty());
      REQUIRE(document->Seek(0).ok());
      CHECK(ReadAll(*document) == before);
      REQUIRE(document->Seek(1).ok());
      CHECK(ReadAll(*document) == content);
    }
  }
}

TEST_CASE(
    "A shift by whole blocks is offered as such, keeps other names and the undo steps, and writes little") {
  MemoryFileSystem files;
  const std::string content = Random(90'000, 4);
  files.PutFile("/a", content);
  files.PutLink("/b", "/a");
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(80'000, Bytes("behind")).ok());
  REQUIRE(document->Insert(1000, Bytes(Random(8192, 5))).ok());
  SaveChoices choices = document->EstimateChoices();
  CHECK(choices.can_move_blocks);
  CHECK(choices.block_bytes == 8192 + 1000 + 6);
  std::string edited = content;
  edited.replace(80'000, 6, "behind").insert(1000, Random(8192, 5));
  CommitOptions options;
  options.strategy = SaveStrategy::kBlocks;
  auto outcome = document->Commit(options);
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kShifted);
  CHECK(outcome->bytes_written == choices.block_bytes);
  CHECK(files.Contents("/b") == edited);
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == content);
  CHECK(document->EstimateChoices().can_move_blocks);
  REQUIRE(document->Commit(options).ok());  // the undo saved, by dropping the blocks
  CHECK(files.Contents("/a") == content);
  REQUIRE(document->Seek(2).ok());
  CHECK(ReadAll(*document) == edited);
  REQUIRE(document->Insert(0, Bytes("odd")).ok());
  CHECK_FALSE(document->EstimateChoices().can_move_blocks);
  CHECK(document->Commit(options).status().code() == Code::kUnsupported);
  CHECK(files.Contents("/a") == content);
}

#ifdef TERAHEX_FAIL_POINTS
struct Hook {
  explicit Hook(FailPointHook hook) { SetFailPointHook(std::move(hook)); }
  ~Hook() { SetFailPointHook(nullptr); }
};

TEST_CASE("Who reads before an insertion inside a block waits until the block has its bytes back") {
  MemoryFileSystem files;
  const std::string content = Random(90'000, 4);
  files.PutFile("/a", content);
  auto document = Open(files, "/a");
  REQUIRE(document->Insert(5000, Bytes(Random(8192, 5))).ok());
  std::future<std::string> reader;
  Hook hook([&](const char* step) {
    if (std::string(step) != "blocks-inserted") return Status::Ok();
    std::string before(4096, '?');
    REQUIRE(document->Read(0, std::as_writable_bytes(std::span(before))).ok());
    CHECK(before == content.substr(0, 4096));
    reader = std::async(std::launch::async, [&] {
      std::string bytes(100, '?');
      (void)document->Read(4500, std::as_writable_bytes(std::span(bytes)));
      return bytes;
    });
    CHECK(reader.wait_for(std::chrono::milliseconds(30)) == std::future_status::timeout);
    return Status::Ok();
  });
  CommitOptions options;
  options.strategy = SaveStrategy::kBlocks;
  REQUIRE(document->Commit(options).ok());
  REQUIRE(reader.valid());
  CHECK(reader.get() == content.substr(4500, 100));
}

TEST_CASE("While a new file is written after blocks could not be moved, the old one can be read") {
  MemoryFileSystem files;
  const uint64_t size = 70 * 1024 * 1024;
  files.PutSparse("/a", size);
  files.WriteOutside("/a", size - 4, "tail");
  auto document = Open(files, "/a");
  REQUIRE(document->Insert(0, Bytes(Random(4096, 5))).ok());
  files.Inject({.op = MemoryOp::kInsertRange, .code = Code::kUnsupported});
  std::future<std::string> reader;
  Hook hook([&](const char* step) {
    if (std::string(step) != "sibling-created") return Status::Ok();
    reader = std::async(std::launch::async, [&] {
      std::string bytes(4, '?');
      (void)document->Read(size + 4096 - 4, std::as_writable_bytes(std::span(bytes)));
      return bytes;
    });
    CHECK(reader.wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    return Status::Ok();
  });
  auto outcome = document->Commit(CommitOptions());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kRewritten);
  REQUIRE(reader.valid());
  CHECK(reader.get() == "tail");
}

TEST_CASE("DL-13: nobody saves to a new file before the save that put it there knows its version") {
  MemoryFileSystem files;
  const std::string content = Random(5000, 2);
  files.PutFile("/a", content);
  auto one = Open(files, "/a");
  auto other = Open(files, "/a");
  REQUIRE(one->Insert(10, Bytes("one")).ok());
  REQUIRE(other->Overwrite(4000, Bytes("other")).ok());
  Status meanwhile;
  SetFailPointHook([&](const char* step) {
    if (std::string_view(step) != "replaced") return Status::Ok();
    REQUIRE(other->Rebase().ok());
    meanwhile = other->Commit({}).status();
    return Status::Ok();
  });
  auto outcome = one->Commit({});
  SetFailPointHook(nullptr);
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kRewritten);
  CHECK(meanwhile.code() == Code::kBusy);
  CHECK(ReadAll(*one) == std::string(content).insert(10, "one"));
  REQUIRE(other->Rebase().ok());
  REQUIRE(other->Commit({}).ok());
  CHECK(one->CheckOutside() == Outside::kModified);
}
#endif  // TERAHEX_FAIL_POINTS

}  // namespace
}  // namespace terahex
