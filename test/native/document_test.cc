// The document's promises, by the rows of the fault list (docs: "Faults of today's editors"), and what it
// answers in each state.
#include "native/core/document.h"

#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex {
namespace {

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

std::shared_ptr<Document> Open(FileSystem& files, const std::string& path, bool read_only = false) {
  DocumentOptions options;
  options.storage_folder = "/storage";
  options.read_only = read_only;
  auto opened = Document::Open(files, path, options);
  REQUIRE(opened.ok());
  return *opened;
}

std::string Read(const Document& document, uint64_t offset, size_t length) {
  std::string bytes(length, '!');
  auto info = document.Read(offset, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  CHECK(info->unreadable.empty());
  bytes.resize(info->length);
  return bytes;
}
std::string ReadAll(const Document& document) {
  return Read(document, 0, static_cast<size_t>(document.size()));
}

std::string Random(size_t length, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(length, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

TEST_CASE("DL-1: Save As is byte-identical at every awkward size") {
  for (uint64_t border :
       {uint64_t{1}, uint64_t{4096}, uint64_t{65536}, uint64_t{131072}, uint64_t{1} << 20}) {
    for (uint64_t size : {border - 1, border, border + 1}) {
      MemoryFileSystem files;
      const std::string content = Random(static_cast<size_t>(size), size + 1);
      files.PutFile("/a", content);
      auto document = Open(files, "/a");
      auto outcome = document->SaveAs("/b", {});
      REQUIRE(outcome.ok());
      CHECK(files.Contents("/b") == content);
      REQUIRE(document->Insert(size / 2, Bytes("xyz")).ok());
      REQUIRE(document->SaveAs("/b", {}).ok());
      CHECK(files.Contents("/b") == content.substr(0, size / 2) + "xyz" + content.substr(size / 2));
      CHECK(files.Contents("/a") == content);
      CHECK(document->dirty());
    }
  }
}

TEST_CASE("DL-1: Save As of 4 GiB and a byte more or less keeps holes as holes") {
  for (int64_t more : {-1, 0, 1}) {
    MemoryFileSystem files;
    const uint64_t size = (uint64_t{4} << 30) + static_cast<uint64_t>(more);
    files.PutSparse("/a", size);
    files.WriteOutside("/a", 0, "begin");
    files.WriteOutside("/a", (uint64_t{2} << 30) - 2, "middle");
    files.WriteOutside("/a", size - 3, "end");
    auto document = Open(files, "/a");
    REQUIRE(document->Fill(uint64_t{1} << 20, uint64_t{1} << 31, Bytes(std::string(1, '\0'))).ok());
    REQUIRE(document->Overwrite(size - 1, Bytes("D")).ok());
    REQUIRE(document->SaveAs("/b", {}).ok());
    auto copy = Open(files, "/b");
    CHECK(copy->size() == size);
    CHECK(Read(*copy, 0, 6) == std::string("begin\0", 6));
    CHECK(Read(*copy, (uint64_t{2} << 30) - 2, 6) == std::string(6, '\0'));
    CHECK(Read(*copy, size - 3, 9) == "enD");
    CHECK(files.StoredBytes("/b") < 1 << 20);
  }
}

TEST_CASE("DL-3: several ranges deleted in one step are the right bytes") {
  MemoryFileSystem files;
  std::string content = Random(5000, 3);
  files.PutFile("/a", content);
  auto document = Open(files, "/a");
  const std::string before = content;
  document->BeginStep();
  for (uint64_t start : {4000u, 3000u, 100u, 0u}) {
    REQUIRE(document->Erase(start, 70).ok());
    content.erase(start, 70);
  }
  document->EndStep();
  CHECK(ReadAll(*document) == content);
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == content);
  CHECK(document->position() == 1);
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == before);
}

TEST_CASE("DL-4: undo after saving a step of many edits gives the old bytes") {
  MemoryFileSystem files;
  const std::string before = Random(1000, 4);
  files.PutFile("/a", before);
  auto document = Open(files, "/a");
  document->BeginStep();
  REQUIRE(document->Overwrite(10, Bytes("abc")).ok());
  REQUIRE(document->Insert(11, Bytes("defg")).ok());
  REQUIRE(document->Overwrite(9, Bytes("hij")).ok());
  REQUIRE(document->Erase(500, 100).ok());
  document->EndStep();
  const std::string after = ReadAll(*document);
  REQUIRE(document->Commit({}).ok());
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Seek(0).ok());
  CHECK(document->dirty());
  CHECK(ReadAll(*document) == before);
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == before);
  REQUIRE(document->Seek(1).ok());
  CHECK(ReadAll(*document) == after);
}

TEST_CASE("DL-5: edit, save, edit, undo twice, redo twice, undo") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Insert(5, Bytes("A")).ok());
  REQUIRE(document->Commit({}).ok());
  REQUIRE(document->Insert(2, Bytes("B")).ok());
  REQUIRE(document->Seek(1).ok());
  REQUIRE(document->Seek(0).ok());
  CHECK(ReadAll(*document) == "0123456789");
  REQUIRE(document->Seek(1).ok());
  REQUIRE(document->Seek(2).ok());
  CHECK(ReadAll(*document) == "01B234A56789");
  REQUIRE(document->Seek(1).ok());
  CHECK(ReadAll(*document) == "01234A56789");
  CHECK_FALSE(document->dirty());
}

TEST_CASE("DL-6: reads and exports show unsaved edits, and which bytes are unsaved") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(2, Bytes("xx")).ok());
  REQUIRE(document->InsertFill(6, 5, Bytes("ab")).ok());
  CHECK(ReadAll(*document) == "01xx45ababa6789");
  REQUIRE(document->Export(1, 9, "/part", {}).ok());
  CHECK(files.Contents("/part") == "1xx45aba");
  std::string bytes(8, '!');
  auto info = document->Read(3, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  CHECK(info->unsaved == std::vector<ByteRange>{{3, 4}, {6, 11}});
  CHECK(info->version == document->version());
}

TEST_CASE("DL-9: a backup made for another version of the file is never applied silently") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(2, Bytes("xx")).ok());
  REQUIRE(document->InsertFill(6, 5, Bytes("ab")).ok());
  const std::string edited = ReadAll(*document);
  REQUIRE(document->Backup("/backup").ok());
  document->Close();

  auto again = Open(files, "/a");
  REQUIRE(again->Restore("/backup").ok());
  CHECK(ReadAll(*again) == edited);
  CHECK(again->position() == 1);
  CHECK(again->dirty());
  REQUIRE(again->Seek(0).ok());
  CHECK(ReadAll(*again) == "0123456789");
  again->Close();

  files.WriteOutside("/a", 0, "Z");
  auto changed = Open(files, "/a");
  CHECK(changed->Restore("/backup").code() == Code::kChanged);
  CHECK(ReadAll(*changed) == "Z123456789");
  CHECK_FALSE(changed->dirty());
  REQUIRE(changed->Restore("/backup", true).ok());
  CHECK(ReadAll(*changed) == "Z1xx45ababa6789");
}

TEST_CASE("DL-9: a backup with any byte damaged, cut anywhere, is corrupt") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  auto document = Open(files, "/a");
  REQUIRE(document->Overwrite(2, Bytes("xx")).ok());
  REQUIRE(document->InsertFill(6, 50, Bytes("ab")).ok());
  REQUIRE(document->Backup("/backup").ok());
  REQUIRE(document->Seek(0).ok());
  const std::string whole = files.Contents("/backup");
  for (size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    files.PutFile("/backup", damaged);
    REQUIRE(document->Restore("/backup").code() == Code::kCorrupt);
    files.PutFile("/backup", whole.substr(0, i));
    REQUIRE(document->Restore("/backup").code() == Code::kCorrupt);
  }
  CHECK(ReadAll(*document) == "0123456789");
  CHECK(document->Restore("/none").code() == Code::kNotFound);
}

TEST_CASE("DL-16: reads, writes and saves past 2^31, 2^32 and near 2^43") {
  MemoryFileSystem files;
  const uint64_t size = uint64_t{1} << 43;
  files.PutSparse("/a", size);
  auto document = Open(files, "/a");
  const uint64_t places[] = {(uint64_t{1} << 31) - 2, (uint64_t{1} << 32) - 2, size - 4};
  for (uint64_t place : places) REQUIRE(document->Overwrite(place, Bytes("data")).ok());
  REQUIRE(document->Fill(uint64_t{1} << 40, uint64_t{1} << 41, Bytes("0123456789")).ok());
  for (uint64_t place : places)
    CHECK(Read(*document, place - 1, 6) == std::string("\0data\0", place == size - 4 ? 5 : 6));
  CHECK(Read(*document, (uint64_t{1} << 40) + (uint64_t{1} << 41) - 3, 5)[0] ==
        static_cast<char>('0' + ((uint64_t{1} << 41) - 3) % 10));
  REQUIRE(document->Seek(3).ok());
  auto outcome = document->Commit({});
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kInPlace);
  CHECK(outcome->bytes_written < 1 << 20);
  auto again = Open(files, "/a");
  CHECK(again->size() == size);
  for (uint64_t place : places) CHECK(Read(*again, place, 4) == "data");
  auto extents = again->Extents(0, size, 100);
  REQUIRE(extents.ok());
  CHECK(extents->size() >= 3);
  CHECK(extents->back().end == size);
  CHECK(again->Overwrite(size - 1, Bytes(std::string(2, 'x'))).ok());
  CHECK(again->size() == size + 1);
  CHECK(again->InsertFill(0, kMaxOffset - size - 1, Bytes("z")).ok());
  CHECK(again->size() == kMaxOffset);
  CHECK(again->Insert(5, Bytes("y")).code() == Code::kTooLarge);
  CHECK(again->InsertFill(0, 1, Bytes("y")).code() == Code::kTooLarge);
  CHECK(again->Overwrite(kMaxOffset, Bytes("y")).code() == Code::kTooLarge);
  CHECK(Read(*again, kMaxOffset - 2, 9).substr(1) == "x");
}

TEST_CASE("DL-17: Save As onto itself, also by another name, is a save") {
  for (const std::string& target : {std::string("/folder/a"), std::string("/link"), std::string("/other")}) {
    MemoryFileSystem files;
    files.PutFile("/folder/a", "0123456789");
    files.PutSymlink("/link", "/folder/a");
    files.PutLink("/other", "/folder/a");
    auto document = Open(files, "/folder/a");
    REQUIRE(document->Overwrite(3, Bytes("xyz")).ok());
    auto outcome = document->SaveAs(target, {});
    REQUIRE(outcome.ok());
    CHECK(outcome->how == CommitHow::kInPlace);
    CHECK(files.Contents("/folder/a") == "012xyz6789");
    CHECK_FALSE(document->dirty());
  }
}

TEST_CASE("DL-17: overwrites on and across every page are saved, and the size stays") {
  MemoryOptions options;
  options.page_size = 16;
  MemoryFileSystem files(options);
  std::string content = Random(1000, 17);
  files.PutFile("/a", content);
  auto document = Open(files, "/a");
  for (size_t offset = 0; offset + 3 <= content.size(); offset += 5) {
    REQUIRE(document->Overwrite(offset, Bytes("abc")).ok());
    content.replace(offset, 3, "abc");
  }
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == content);
}

TEST_CASE("DL-18: nothing reaches the file before Save, and revert leaves it as it was") {
  MemoryFileSystem files;
  files.PutFile("/a", "0123456789");
  files.SetModified("/a", 12345);
  auto document = Open(files, "/a");
  const FileIdentity before = files.Inspect("/a")->identity;
  REQUIRE(document->Overwrite(0, Bytes("edit")).ok());
  REQUIRE(document->Insert(3, Bytes("more")).ok());
  CHECK(files.Contents("/a") == "0123456789");
  REQUIRE(document->Revert().ok());
  CHECK_FALSE(document->dirty());
  CHECK(ReadAll(*document) == "0123456789");
  CHECK(document->piece_count() == 1);
  CHECK(files.Inspect("/a")->identity == before);
  document->Close();
  CHECK(files.Inspect("/a")->identity == before);
}

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

TEST_CASE("DL-23: an insert and a save give the whole file, not a part") {
  MemoryFileSystem files;
  const std::string content = Random(2900000, 23);
  files.PutFile("/a", content);
  auto document = Open(files, "/a");
  REQUIRE(document->Insert(752, Bytes("x")).ok());
  CHECK(document->EstimateSave().how == CommitHow::kRewritten);
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == content.substr(0, 752) + "x" + content.substr(752));
}

TEST_CASE("DL-24: replacing 336,000 hits is one step of bounded memory") {
  MemoryFileSystem files;
  files.PutSparse("/a", uint64_t{1} << 32);
  auto document = Open(files, "/a");
  document->BeginStep();
  for (uint64_t i = 0; i < 336000; ++i) {
    REQUIRE(document->Overwrite(i * 12000 + i % 7, Bytes("new")).ok());
  }
  document->EndStep();
  CHECK(document->position() == 1);
  CHECK(document->memory_bytes() < 336000 * 150);
  REQUIRE(document->Seek(0).ok());
  CHECK(document->piece_count() == 1);
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Seek(1).ok());
  CHECK(Read(*document, 335999u * 12000 + 335999 % 7, 3) == "new");
}

TEST_CASE("DL-25: the empty file, its beginning and its end take every edit, and dirty follows the content") {
  MemoryFileSystem files;
  files.PutFile("/a", "abc");
  files.PutFile("/empty", "");
  auto document = Open(files, "/a");
  REQUIRE(document->Erase(0, 3).ok());
  CHECK(document->size() == 0);
  CHECK(ReadAll(*document).empty());
  REQUIRE(document->Insert(0, Bytes("x"), true).ok());
  CHECK(document->Erase(0, 0).ok());
  CHECK(document->Erase(1, 1).code() == Code::kOutOfRange);
  CHECK(document->Insert(2, Bytes("y")).code() == Code::kOutOfRange);
  CHECK(document->Overwrite(1, Bytes("yz")).ok());
  CHECK(ReadAll(*document) == "xyz");
  REQUIRE(document->Commit({}).ok());
  CHECK(files.Contents("/a") == "xyz");
  CHECK_FALSE(document->dirty());
  REQUIRE(document->Seek(0).ok());
  CHECK(document->dirty());
  REQUIRE(document->Seek(document->last_position()).ok());
  CHECK_FALSE(document->dirty());
  // A new branch: the saved step can no longer be reached, whatever the numbers say.
  REQUIRE(document->Seek(0).ok());
  REQUIRE(document->Insert(0, Bytes("n")).ok());
  REQUIRE(document->Insert(0, Bytes("n")).ok());
  REQUIRE(document->Insert(0, Bytes("n")).ok());
  CHECK(document->dirty());
  CHECK(document->saved_position() == Document::kNoPosition);
  REQUIRE(document->Revert().ok());
  CHECK(ReadAll(*document) == "xyz");
  CHECK_FALSE(document->dirty());

  auto empty = Open(files, "/empty");
  CHECK(empty->piece_count() == 0);
  CHECK(ReadAll(*empty).empty());
  CHECK(empty->Overwrite(0, Bytes("grown")).ok());
  auto outcome = empty->Commit({});
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kInPlace);
  CHECK(files.Contents("/empty") == "grown");
  REQUIRE(empty->Seek(0).ok());
  REQUIRE(empty->Commit({}).ok());
  CHECK(files.Contents("/empty").empty());
}

TEST_CASE("DL-27: opening writes and reads nothing, backup and save cost what was edited") {
  MemoryFileSystem files;
  files.PutSparse("/a", uint64_t{1} << 40);
  files.WriteOutside("/a", 5000, "data");
  const uint64_t reads = files.Calls(MemoryOp::kRead);
  const uint64_t steps = files.Steps();
  auto document = Open(files, "/a");
  CHECK(files.Calls(MemoryOp::kRead) == reads);
  CHECK(files.Steps() == steps);
  REQUIRE(document->Overwrite(5000, Bytes("DATA")).ok());
  REQUIRE(document->Fill(uint64_t{1} << 20, uint64_t{1} << 38, Bytes("ab")).ok());
  REQUIRE(document->Backup("/backup").ok());
  CHECK(files.Contents("/backup").size() < 1000);
  REQUIRE(document->Seek(1).ok());
  SaveCost cost = document->EstimateSave();
  CHECK(cost.bytes == 4);
  CHECK(cost.ranges == 1);
  CHECK(cost.how == CommitHow::kInPlace);
  auto outcome = document->Commit({});
  REQUIRE(outcome.ok());
  CHECK(outcome->bytes_written == 4);
  CHECK(document->EstimateSave().how == CommitHow::kNothing);
  REQUIRE(document->Restore("/backup", true).ok());
  CHECK(Read(*document, (uint64_t{1} << 20) + 1, 2) == "ba");
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
