// See kept_journal.h. Thread rule: one thread per call.
#include "native/core/kept_journal.h"

#include <algorithm>

namespace terahex {
namespace {

// Opens and checks it as a whole, so that nothing is believed that a checksum does not cover.
Result<JournalReader> OpenKept(FileSystem& file_system, const std::string& path,
                               std::shared_ptr<MapRegion>* region) {
  auto opened = file_system.Open(path, OpenMode::kRead);
  if (!opened.ok()) return opened.status();
  *region = std::move(*opened);
  auto reader = JournalReader::Open(**region);
  if (!reader.ok()) return reader.status();
  if (!reader->complete() || reader->ended())
    return Status(Code::kCorrupt, "the journal was never finished: " + path);
  return reader;
}

}  // namespace

Result<KeptJournal> DescribeKeptJournal(FileSystem& file_system, const std::string& kept_path, size_t limit) {
  std::shared_ptr<MapRegion> region;
  auto reader = OpenKept(file_system, kept_path, &region);
  if (!reader.ok()) return reader.status();
  KeptJournal kept;
  kept.path = reader->header().path;
  kept.base = reader->header().before;
  kept.kept_ns = reader->header().created_ns;
  kept.placed = !MovesBlocks(reader->header().kind);
  kept.replaced = true;
  uint64_t last_end = UINT64_MAX;
  Status status = reader->ForEach([&](const JournalEntry& entry) {
    if (!entry.new_crcs.empty()) kept.replaced = false;
    if (entry.kind == JournalEntry::Before::kAbsent) return Status::Ok();
    const uint64_t end = entry.offset + entry.length;
    kept.range_bytes += entry.length;
    if (entry.offset != last_end && ++kept.range_count <= limit) {
      kept.ranges.push_back({entry.offset, end});
    } else if (entry.offset == last_end && kept.range_count <= limit && !kept.ranges.empty()) {
      kept.ranges.back().end = end;
    }
    last_end = end;
    return Status::Ok();
  });
  if (!status.ok()) return status;
  return kept;
}

Status PutKeptJournal(FileSystem& file_system, const std::string& kept_path, Document& document) {
  auto kept = DescribeKeptJournal(file_system, kept_path, 0);
  if (!kept.ok()) return kept.status();
  if (!kept->placed)
    return Status(Code::kUnsupported, "the bytes have no place in the file as it is: " + kept_path);
  if (kept->range_bytes > kMostPutBytes)
    return Status(Code::kTooLarge, "more than 64 MiB are kept in " + kept_path);
  std::shared_ptr<MapRegion> region;
  auto reader = OpenKept(file_system, kept_path, &region);
  if (!reader.ok()) return reader.status();
  Status fits = reader->ForEach([&](const JournalEntry& entry) {
    const bool there = entry.kind == JournalEntry::Before::kAbsent ||
                       FitsWithin(entry.offset, entry.length, document.size());
    return there
               ? Status::Ok()
               : Status(Code::kOutOfRange, "the file has become too short for the bytes kept in " + kept_path,
                        0, entry.offset);
  });
  if (!fits.ok()) return fits;
  const uint64_t before = document.position();
  document.SealStep();
  document.BeginStep();
  Status status = reader->ForEach([&](const JournalEntry& entry) {
    if (entry.kind == JournalEntry::Before::kAbsent) return Status::Ok();
    if (entry.kind == JournalEntry::Before::kBytes) return document.Overwrite(entry.offset, entry.before);
    const std::byte zero{0};
    return document.Fill(entry.offset, entry.length, {&zero, 1});
  });
  document.EndStep();
  if (!status.ok() && document.position() != before) (void)document.Seek(before);
  return status;
}

}  // namespace terahex
