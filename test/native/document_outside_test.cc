// Unsaved edits and history on top of a file that others changed (Rebase), and bytes written straight into it
// (WriteThrough), on the memory file system. Thread rule: single-threaded tests.
#include <string>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/document_support.h"

namespace terahex {
namespace {

using document_test::Bytes;
using document_test::Open;
using document_test::ReadAll;

// A document of "0123456789" with "B" saved at 2 and "X" unsaved at 5.
struct Edited {
  MemoryFileSystem files;
  std::shared_ptr<Document> document;
  Edited() {
    files.PutFile("/a", "0123456789");
    document = Open(files, "/a");
    REQUIRE(document->Overwrite(2, Bytes("B")).ok());
    REQUIRE(document->Commit({}).ok());
    REQUIRE(document->Overwrite(5, Bytes("X")).ok());
  }
};

TEST_CASE("DL-13: edits and history stay on top of a file that was rewritten in place") {
  Edited edited;
  auto& [files, document] = edited;
  files.WriteOutside("/a", 0, "abcdefghij");
  CHECK(document->CheckOutside() == Outside::kModified);
  const uint64_t version = document->version();
  auto rebased = document->Rebase();
  REQUIRE(rebased.ok());
  CHECK(rebased->history_kept);
  CHECK(document->ChangesSince(version).all);
  CHECK(document->CheckOutside() == Outside::kSame);
  CHECK(document->position() == 2);
  CHECK(document->saved_position() == 1);
  CHECK(ReadAll(*document) == "abcdeXghij");
  REQUIRE(document->Seek(1).ok());
  CHECK(ReadAll(*document) == "abcdefghij");
  CHECK_FALSE(document->dirty());
  // The byte that the first save replaced was kept then; every other is the file's of now.
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == "ab2defghij");
  REQUIRE(document->Seek(2).ok());
  CHECK(ReadAll(*document) == "abcdeXghij");
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "abcdeXghij");
}

TEST_CASE("DL-13: what was appended shows up at the end of every step") {
  Edited edited;
  auto& [files, document] = edited;
  REQUIRE(document->Insert(1, Bytes("ins")).ok());
  files.WriteOutside("/a", 10, "++");
  REQUIRE(document->Rebase().ok());
  CHECK(ReadAll(*document) == "0ins1B34X6789++");
  for (auto [step, content] : {std::pair{0, "0123456789++"}, {1, "01B3456789++"}, {2, "01B34X6789++"}}) {
    REQUIRE(document->Seek(static_cast<uint64_t>(step)).ok());
    CHECK(ReadAll(*document) == content);
    CHECK(document->dirty() == (step != 1));
  }
  REQUIRE(document->Seek(3).ok());
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "0ins1B34X6789++");
}

TEST_CASE("DL-13: a file that grew behind an end that the edits moved is refused, nothing has changed") {
  for (bool erase : {false, true}) {
    Edited edited;
    auto& [files, document] = edited;
    REQUIRE((erase ? document->Erase(9, 1) : document->Insert(10, Bytes("mine"))).ok());
    const std::string before = ReadAll(*document);
    files.WriteOutside("/a", 10, "theirs");
    CHECK(document->Rebase().status().code() == Code::kChanged);
    CHECK(ReadAll(*document) == before);
    CHECK(document->CheckOutside() == Outside::kGrown);
    CHECK(document->Commit({}).status().code() == Code::kChanged);
    CHECK(files.Contents("/a") == "01B3456789theirs");
    REQUIRE(document->SaveAs("/mine", {}).ok());
    CHECK(files.Contents("/mine") == before);
  }
}

TEST_CASE("DL-13: a cut file cuts every step when no step touched what is gone") {
  Edited edited;
  auto& [files, document] = edited;
  files.TruncateOutside("/a", 7);
  auto rebased = document->Rebase();
  REQUIRE(rebased.ok());
  CHECK(rebased->history_kept);
  CHECK(ReadAll(*document) == "01B34X6");
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == "0123456");
  REQUIRE(document->Seek(1).ok());
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Seek(2).ok());
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "01B34X6");
}

TEST_CASE("DL-13: older steps that tell of what was cut off are given up, unsaved edits before it stay") {
  Edited edited;
  auto& [files, document] = edited;
  REQUIRE(document->Seek(1).ok());
  REQUIRE(document->Overwrite(9, Bytes("Z")).ok());
  REQUIRE(document->Commit({}).ok());
  REQUIRE(document->Overwrite(1, Bytes("Y")).ok());
  files.TruncateOutside("/a", 7);
  auto rebased = document->Rebase();
  REQUIRE(rebased.ok());
  CHECK_FALSE(rebased->history_kept);
  CHECK(ReadAll(*document) == "0YB3456");
  CHECK(document->dirty());
  CHECK(document->last_position() == 1);
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == "01B3456");
  CHECK_FALSE(document->dirty());
}

TEST_CASE("DL-13: edits behind the new end of a cut file are refused, nothing has changed") {
  Edited edited;
  auto& [files, document] = edited;
  files.TruncateOutside("/a", 4);
  CHECK(document->Rebase().status().code() == Code::kOutOfRange);
  CHECK(document->CheckOutside() == Outside::kTruncated);
  std::string shown(10, '!');
  auto info = document->Read(0, std::as_writable_bytes(std::span(shown)));
  REQUIRE(info.ok());
  CHECK(shown[5] == 'X');
  CHECK(info->unreadable.size() == 2);  // around the edit
  REQUIRE(document->Reload().ok());
  CHECK(ReadAll(*document) == "01B3");
}

TEST_CASE("an empty file that grows, and a file that becomes empty") {
  MemoryFileSystem files;
  files.PutFile("/a", "");
  auto document = Open(files, "/a");
  files.WriteOutside("/a", 0, "new");
  REQUIRE(document->Rebase().ok());
  CHECK(ReadAll(*document) == "new");
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Erase(0, 3).ok());
  files.TruncateOutside("/a", 0);
  auto rebased = document->Rebase();
  REQUIRE(rebased.ok());
  CHECK_FALSE(rebased->history_kept);
  CHECK(document->size() == 0);
  REQUIRE(document->Seek(0).ok());
  CHECK(document->size() == 0);
}

TEST_CASE("DL-13: edits go onto the file that took this one's place") {
  Edited edited;
  auto& [files, document] = edited;
  files.PutFile("/a", "ABCDEFGHIJ");
  CHECK(document->CheckOutside() == Outside::kReplaced);
  REQUIRE(document->Rebase().ok());
  CHECK(ReadAll(*document) == "ABCDEXGHIJ");
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "ABCDEXGHIJ");
  files.RemoveOutside("/a");
  CHECK(document->Rebase().status().code() == Code::kNotFound);
  CHECK(ReadAll(*document) == "ABCDEXGHIJ");
}

TEST_CASE("steps of a length-changing save stay right on a changed file") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Erase(2, 3).ok());
  REQUIRE(document->Insert(4, Bytes("new")).ok());
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "0156new789");
  files.WriteOutside("/a", 0, "abcdefghij");
  REQUIRE(document->Rebase().ok());
  CHECK(ReadAll(*document) == "abcdefghij");
  REQUIRE(document->Seek(1).ok());
  CHECK(ReadAll(*document) == "abcdhij");
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == "ab234cdhij");  // 234 were kept when they were saved away
  REQUIRE(document->Seek(2).ok());
  CHECK(ReadAll(*document) == "abcdefghij");
}

TEST_CASE("a rebase after Close, and one that another save is busy with") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(1, Bytes("X")).ok());
  CommitOptions options;
  options.put_back = [](const FileIdentity&) {};
  Status during = Status::Ok();
  Status through = Status::Ok();
  options.progress = [&](const CommitProgress&) {
    during = document->Rebase().status();
    through = document->WriteThrough(0, Bytes("T"));
  };
  REQUIRE(document->Commit(options).ok());
  CHECK(during.code() == Code::kBusy);
  CHECK(through.code() == Code::kBusy);
  document->Close();
  CHECK(document->Rebase().status().code() == Code::kClosed);
  CHECK(document->WriteThrough(0, Bytes("T")).code() == Code::kClosed);
}

TEST_CASE("live writing reaches the file at once, leaves no step, and never makes it longer") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  const uint64_t version = document->version();
  REQUIRE(document->WriteThrough(3, Bytes("LIVE")).ok());
  CHECK(files.Contents("/a") == "012LIVE789");
  CHECK(ReadAll(*document) == "012LIVE789");
  CHECK_FALSE(document->dirty());
  CHECK(document->last_position() == 0);
  CHECK(document->CheckOutside() == Outside::kSame);
  const Changes changes = document->ChangesSince(version);
  REQUIRE(changes.changes.size() == 1);
  CHECK(changes.changes[0].offset == 3);
  CHECK(changes.changes[0].new_length == 4);
  CHECK(document->WriteThrough(8, Bytes("long")).code() == Code::kOutOfRange);
  CHECK(document->WriteThrough(UINT64_MAX, Bytes("x")).code() == Code::kOutOfRange);
  files.TruncateOutside("/a", 4);
  CHECK(document->WriteThrough(5, Bytes("x")).code() == Code::kOutOfRange);
  CHECK(files.Contents("/a") == "012L");
  files.LockOutside("/a", true);
  CHECK(document->WriteThrough(0, Bytes("x")).code() == Code::kBusy);
  files.LockOutside("/a", false);
  REQUIRE(document->Rebase().ok());
  REQUIRE(document->Overwrite(0, Bytes("u")).ok());
  CHECK(document->WriteThrough(0, Bytes("x")).code() == Code::kInvalidArgument);
  CHECK(files.Contents("/a") == "012L");
  auto read_only = Open(files, "/a", true);
  CHECK(read_only->WriteThrough(0, Bytes("x")).code() == Code::kReadOnly);
}

}  // namespace
}  // namespace terahex
