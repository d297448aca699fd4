// The journal's format: what is written is read, checksums by their published values. On the in-memory twin.
// Thread rule: one thread.
#include "native/core/journal.h"

#include <cstring>

#include "doctest/doctest.h"
#include "native/core/journal_checksum.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/commit_support.h"

namespace terahex {

TEST_CASE("Crc32c gives the published values, in one piece or in many") {
  auto crc = [](const std::string& text) { return Crc32c(std::as_bytes(std::span(text))); };
  CHECK(crc("123456789") == 0xe3069283);            // the check value of CRC-32C
  CHECK(crc(std::string(32, '\0')) == 0x8a9136aa);  // RFC 3720, B.4
  CHECK(crc(std::string(32, '\xff')) == 0x62a8ab43);
  CHECK(crc("") == 0);
  std::string bytes = test::RandomBytes(1000, 1);
  auto all = std::as_bytes(std::span(bytes));
  for (size_t cut = 0; cut <= bytes.size(); cut += 7)
    CHECK(Crc32c(all.subspan(cut), Crc32cByTables(all.first(cut))) == Crc32cByTables(all));
}

TEST_CASE("A journal gives back every entry as it was put in, over many chunks") {
  MemoryFileSystem files;
  JournalHeader header;
  header.before = {1, {2, 3}, 4, 5, 6, 7};
  header.new_size = 8;
  header.created_ns = WallClockNs();
  header.path = "/data/\xc3\xa4";
  auto writer = JournalWriter::Create(files, "/journals", header);
  REQUIRE(writer.ok());
  std::vector<std::string> bytes;
  std::vector<JournalEntry> entries;
  for (uint64_t i = 0; i < 40; ++i) {
    uint32_t length = i % 3 == 0 ? kJournalEntryMax : static_cast<uint32_t>(i + 1);
    bytes.push_back(test::RandomBytes(length, i));
    JournalEntry entry;
    entry.offset = i * kJournalEntryMax + i * 13;
    entry.length = length;
    entry.kind = static_cast<JournalEntry::Before>(i % 3);
    if (entry.kind == JournalEntry::Before::kBytes) entry.before = std::as_bytes(std::span(bytes.back()));
    if (i % 5 != 0) entry.new_crcs.assign(JournalBlocks(entry.offset, length), static_cast<uint32_t>(i));
    entries.push_back(entry);
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].before.empty()) entries[i].before = std::as_bytes(std::span(bytes[i]));
    REQUIRE((*writer)->Add(entries[i]).ok());
  }
  REQUIRE((*writer)->Finish().ok());
  std::string path = (*writer)->path();
  writer->reset();

  auto region = files.Open(path, OpenMode::kReadWrite);
  REQUIRE(region.ok());
  auto reader = JournalReader::Open(**region);
  REQUIRE(reader.ok());
  CHECK(reader->complete());
  CHECK(reader->header().before == header.before);
  CHECK(reader->header().path == header.path);
  size_t seen = 0;
  Status read = reader->ForEach([&](const JournalEntry& entry) {
    const JournalEntry& wanted = entries[seen++];
    CHECK(entry.offset == wanted.offset);
    CHECK(entry.length == wanted.length);
    CHECK(entry.kind == wanted.kind);
    CHECK(entry.new_crcs == wanted.new_crcs);
    CHECK(std::ranges::equal(entry.before, wanted.before));
    return Status::Ok();
  });
  CHECK(read.ok());
  CHECK(seen == entries.size());
  CHECK(reader->last_alive_ns() == header.created_ns);
  const int64_t later = header.created_ns + 3'600'000'000'000;  // than now, however slow the machine is
  reader->Mark(later);
  CHECK(JournalReader::Open(**region)->last_alive_ns() == later);
}

TEST_CASE("JournalsOf finds by inode and birth, whatever the volume's number is after a reboot") {
  MemoryFileSystem files;
  JournalHeader header;
  header.before = {1, {2, 3}, 4, 5, 6, 7};
  header.path = "/data/file";
  REQUIRE((*JournalWriter::Create(files, "/journals", header))->Finish().ok());
  FileIdentity later = header.before;
  later.volume = 99;
  later.size = 1000;
  CHECK(JournalsOf(files, "/journals", &later, "/data/file")->size() == 1);
  CHECK(BelongsTo(header, later, "/data/file"));
  CHECK_FALSE(BelongsTo(header, later, "/other/file"));
  later.birth_ns = 8;
  CHECK(JournalsOf(files, "/journals", &later, "/data/file")->empty());
  CHECK_FALSE(BelongsTo(header, later, "/data/file"));
}

}  // namespace terahex
