// The rows of the list of other editors' faults that a document alone can show (DL-n), one test or more for
// each. Thread rule: single-threaded tests.
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
using document_test::Read;
using document_test::ReadAll;

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

}  // namespace
}  // namespace terahex
