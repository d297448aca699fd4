// What the document answers in each state, to bad input, and to what happens outside.
// Thread rule: single-threaded tests.
#include "native/core/document.h"

#include <functional>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/document_support.h"

namespace terahex {
namespace {

using document_test::Bytes;
using document_test::Open;
using document_test::Read;
using document_test::ReadAll;

TEST_CASE("DL-19: what a shrunken file no longer has is unreadable, not zeros, and edits stay") {
  MemoryOptions options;
  options.page_size = 16;
  MemoryFileSystem files(options);
  files.PutFile("/a", std::string(100, 'x'));
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(70, Bytes("edit")).ok());
  files.TruncateOutside("/a", 37);
  std::string bytes(100, '!');
  auto info = document->Read(0, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  CHECK(info->length == 100);
  CHECK(info->unreadable == std::vector<ByteRange>{{37, 70}, {74, 100}});
  CHECK(bytes.substr(0, 37) == std::string(37, 'x'));
  CHECK(bytes.substr(70, 4) == "edit");
  CHECK(document->CheckOutside() == Outside::kTruncated);
  CHECK(document->Commit({}).status().code() == Code::kChanged);
  CHECK(files.Contents("/a") == std::string(37, 'x'));
  CHECK(ReadAll(*Open(files, "/a")) == std::string(37, 'x'));
}

TEST_CASE("DL-19: only the pages that the device cannot read are unreadable") {
  MemoryOptions options;
  options.page_size = 16;
  MemoryFileSystem files(options);
  files.PutFile("/a", std::string(100, 'x'));
  files.SetUnreadable("/a", {{35, 36}, {64, 80}});
  auto document = Open(files, "/a");
  std::string bytes(100, '!');
  auto info = document->Read(0, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  REQUIRE(info->unreadable.size() == 2);
  CHECK(info->unreadable[0].start >= 32);
  CHECK(info->unreadable[0].end == 48);
  CHECK(info->unreadable[1] == ByteRange{64, 80});
  CHECK(bytes.substr(0, 32) == std::string(32, 'x'));
  CHECK(bytes.substr(80) == std::string(20, 'x'));
}

TEST_CASE("Document: a failed spill fails the edit and changes nothing") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  DocumentOptions options;
  options.storage_folder = "/storage";
  options.tuning = {16, 32, 4};
  auto document = *Document::Open(files, "/a", options);
  REQUIRE(document->Overwrite(0, Bytes("abc")).ok());
  files.Inject({.op = MemoryOp::kWrite, .nth = 1, .code = Code::kNoSpace, .forever = true});
  const std::string before = ReadAll(*document);
  const uint64_t version = document->version();
  CHECK(document->Insert(3, Bytes(std::string(100, 'x'))).code() == Code::kNoSpace);
  CHECK(document->Overwrite(3, Bytes(std::string(100, 'x'))).code() == Code::kNoSpace);
  CHECK(document->Fill(0, 10, Bytes(std::string(90, 'x'))).code() == Code::kNoSpace);
  CHECK(ReadAll(*document) == before);
  CHECK(document->version() == version);
  CHECK(document->last_position() == 1);
  files.ClearFaults();
  CHECK(document->Insert(3, Bytes(std::string(100, 'x'))).ok());
  CHECK(document->size() == 110);
}

TEST_CASE("Document: what happened outside is told apart") {
  struct Row {
    Outside expected;
    std::function<void(MemoryFileSystem&)> happens;
  };
  const Row rows[] = {
      {Outside::kSame, [](MemoryFileSystem&) {}},
      {Outside::kModified, [](MemoryFileSystem& files) { files.WriteOutside("/a", 1, "z"); }},
      {Outside::kGrown, [](MemoryFileSystem& files) { files.WriteOutside("/a", 9, "zz"); }},
      {Outside::kTruncated, [](MemoryFileSystem& files) { files.TruncateOutside("/a", 4); }},
      {Outside::kReplaced, [](MemoryFileSystem& files) { files.PutFile("/a", "abcdefghij"); }},
      {Outside::kDeleted, [](MemoryFileSystem& files) { files.RemoveOutside("/a"); }},
  };
  for (const Row& row : rows) {
    MemoryFileSystem files;
    files.PutFile("/a", "0123456789");
    auto document = Open(files, "/a");
    REQUIRE(document->Overwrite(0, Bytes("e")).ok());
    row.happens(files);
    CHECK(document->CheckOutside() == row.expected);
    const bool same = row.expected == Outside::kSame;
    const std::string outside = files.Contents("/a");
    auto outcome = document->Commit({});
    CHECK(outcome.ok() == same);
    if (!same) CHECK(outcome.status().code() == Code::kChanged);
    if (!same) CHECK(files.Contents("/a") == outside);
    CHECK(document->dirty() == !same);
    if (row.expected == Outside::kDeleted) {
      CHECK(document->Reload().code() == Code::kNotFound);
      CHECK_FALSE(files.Exists("/a"));
      CHECK(Read(*document, 0, 3) == "e12");
    } else {
      REQUIRE(document->Reload().ok());
      CHECK(ReadAll(*document) == files.Contents("/a"));
      CHECK(document->CheckOutside() == Outside::kSame);
      CHECK_FALSE(document->dirty());
      CHECK(document->ChangesSince(1).all);
    }
  }
}

// What each operation answers in each state; kOk: allowed.
TEST_CASE("Document: every operation answers as stated in every state") {
  enum State { kOpen, kReadOnlyState, kTruncated, kReplaced, kClosedState, kStates };
  struct Row {
    const char* name;
    Code expected[kStates];
    std::function<Code(Document&)> call;
  };
  std::byte byte{};
  const Code ok = Code::kOk;
  const Code ro = Code::kReadOnly;
  const Code changed = Code::kChanged;
  const Code closed = Code::kClosed;
  const Row rows[] = {
      {"read",
       {ok, ok, ok, ok, closed},
       [&](Document& d) {
         return d.Read(1, {&byte, 1}).status().code();
       }},
      {"extents", {ok, ok, ok, ok, closed}, [](Document& d) { return d.Extents(0, 10, 9).status().code(); }},
      {"overwrite", {ok, ro, ok, ok, closed}, [](Document& d) { return d.Overwrite(1, Bytes("x")).code(); }},
      {"insert", {ok, ro, ok, ok, closed}, [](Document& d) { return d.Insert(1, Bytes("x")).code(); }},
      {"erase", {ok, ro, ok, ok, closed}, [](Document& d) { return d.Erase(1, 1).code(); }},
      {"fill", {ok, ro, ok, ok, closed}, [](Document& d) { return d.Fill(1, 5, Bytes("x")).code(); }},
      {"insert fill",
       {ok, ro, ok, ok, closed},
       [](Document& d) { return d.InsertFill(1, 5, Bytes("x")).code(); }},
      {"seek", {ok, ok, ok, ok, closed}, [](Document& d) { return d.Seek(0).code(); }},
      {"revert", {ok, ok, ok, ok, closed}, [](Document& d) { return d.Revert().code(); }},
      {"reload", {ok, ok, ok, ok, closed}, [](Document& d) { return d.Reload().code(); }},
      {"commit",
       {ok, ro, changed, changed, closed},
       [](Document& d) {
         if (d.writable()) REQUIRE(d.Overwrite(0, Bytes("c")).ok());
         return d.Commit({}).status().code();
       }},
      {"export",
       {ok, ok, ok, ok, closed},
       [](Document& d) { return d.Export(0, 2, "/part", {}).status().code(); }},
      {"save as itself",
       {ok, ro, changed, ok, closed},
       [](Document& d) {
         if (d.writable()) REQUIRE(d.Overwrite(0, Bytes("c")).ok());
         return d.SaveAs("/a", {}).status().code();
       }},
      {"backup", {ok, ok, ok, ok, closed}, [](Document& d) { return d.Backup("/backup").code(); }},
      {"restore",
       {ok, ro, changed, changed, closed},
       [](Document& d) {
         if (d.writable()) REQUIRE(d.Reload().ok());
         return d.Restore("/kept").code();
       }},
  };
  for (int state = kOpen; state < kStates; ++state) {
    for (const Row& row : rows) {
      MemoryFileSystem files;
      files.PutFile("/a", "0123456789");
      REQUIRE(Open(files, "/a")->Backup("/kept").ok());
      auto document = Open(files, "/a", state == kReadOnlyState);
      if (state == kTruncated) files.TruncateOutside("/a", 5);
      if (state == kReplaced) files.PutFile("/a", "another");
      if (state == kClosedState) document->Close();
      CAPTURE(row.name);
      CAPTURE(state);
      CHECK(row.call(*document) == row.expected[state]);
      if (state == kClosedState) {
        document->Close();
        document->BeginStep();
        document->EndStep();
        document->SealStep();
        CHECK(document->size() == 0);
        CHECK(document->position() == 0);
        CHECK_FALSE(document->dirty());
        CHECK_FALSE(document->writable());
        CHECK(document->memory_bytes() == 0);
        CHECK(document->ChangesSince(0).all);
        CHECK(document->EstimateSave().how == CommitHow::kNothing);
        CHECK(document->CheckOutside() == Outside::kUnreachable);
      }
      document.reset();
      CHECK(files.OpenViews() == 0);
    }
  }
}

TEST_CASE("Document: opening falls back to reading, and says why when it cannot open at all") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  files.DenyWriting("/a", Code::kAccessDenied);
  auto document = Open(files, "/a");
  CHECK_FALSE(document->writable());
  CHECK(ReadAll(*document) == "0123456789");
  files.PutFifo("/fifo");
  CHECK(Document::Open(files, "/fifo", {}).status().code() == Code::kNotAFile);
  CHECK(Document::Open(files, "/none", {}).status().code() == Code::kNotFound);
  CHECK_FALSE(files.Exists("/none"));
  files.DenyReading("/a", true);
  CHECK(Document::Open(files, "/a", {}).status().code() == Code::kAccessDenied);
}

TEST_CASE("Document: nonsense offsets and lengths are refused without a change") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  std::byte byte{};
  for (uint64_t bad : {uint64_t{11}, kMaxOffset, kMaxOffset + 1, UINT64_MAX}) {
    CHECK(document->Read(bad, {&byte, 1}).status().code() == Code::kOutOfRange);
    CHECK(document->Overwrite(bad, {&byte, 1}).code() == Code::kOutOfRange);
    CHECK(document->Insert(bad, {&byte, 1}).code() == Code::kOutOfRange);
    CHECK(document->Erase(bad, 1).code() == Code::kOutOfRange);
    CHECK(document->Erase(1, bad).code() == Code::kOutOfRange);
    CHECK(document->Fill(bad, 1, {&byte, 1}).code() == Code::kOutOfRange);
    CHECK(document->Fill(1, bad, {&byte, 1}).code() == Code::kOutOfRange);
    CHECK(document->Seek(bad).code() == Code::kOutOfRange);
    CHECK(document->Export(0, bad, "/x", {}).status().code() == Code::kOutOfRange);
    CHECK(document->Export(bad, 5, "/x", {}).status().code() == Code::kOutOfRange);
  }
  CHECK(document->Extents(11, 12, 1).status().code() == Code::kOutOfRange);
  CHECK(document->InsertFill(3, UINT64_MAX, {&byte, 1}).code() == Code::kTooLarge);
  CHECK(document->Fill(0, 5, {}).code() == Code::kInvalidArgument);
  CHECK(document->InsertFill(0, 5, {}).code() == Code::kInvalidArgument);
  CHECK(document->version() == 0);
  CHECK_FALSE(files.Exists("/x"));
}

TEST_CASE("Document: changes are told for a while, then as everything") {
  MemoryFileSystem files;
  files.PutFile("/a", std::string(100, 'x'));
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(5, Bytes("ab")).ok());
  REQUIRE(document->Erase(7, 3).ok());
  Changes changes = document->ChangesSince(0);
  REQUIRE(changes.changes.size() == 2);
  CHECK(changes.changes[0].offset == 5);
  CHECK(changes.changes[1].old_length == 3);
  CHECK(changes.changes[1].new_length == 0);
  CHECK(document->ChangesSince(2).changes.empty());
  CHECK_FALSE(document->ChangesSince(2).all);
  CHECK(document->ChangesSince(3).all);
  for (int i = 0; i < 4094; ++i) REQUIRE(document->Overwrite(static_cast<uint64_t>(i % 50), Bytes("z")).ok());
  CHECK(document->ChangesSince(0).changes.size() == 4096);
  REQUIRE(document->Overwrite(0, Bytes("z")).ok());
  CHECK(document->ChangesSince(0).all);
  changes = document->ChangesSince(1);
  CHECK(changes.changes.size() == 4096);
  CHECK(changes.changes[0].offset == 7);
}

}  // namespace
}  // namespace terahex
