// Reads a journal back and finds the journals of a file. Trusts nothing that no checksum covers.
// Thread rule: one thread per object.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

#include "native/core/commit_path.h"
#include "native/core/journal.h"
#include "native/core/journal_checksum.h"
#include "native/core/journal_codec.h"
#include "native/core/journal_format.h"
#include "native/core/journal_names.h"

namespace terahex {
namespace {

Status Corrupt(const MapRegion& region, const char* what, uint64_t offset) {
  return Status(Code::kCorrupt, std::string("damaged journal (") + what + "): " + region.path(), 0, offset);
}

// All or nothing: a short read is an error here.
Status ReadWhole(const MapRegion& region, uint64_t offset, std::span<std::byte> out, const char* what) {
  auto read = region.ReadAt(offset, out);
  if (!read.ok()) return read.status();
  return *read == out.size() ? Status::Ok() : Corrupt(region, what, offset);
}

bool HasTrailingCrc(std::span<const std::byte> block) {
  FieldReader crc(block.last(4));
  return Crc32c(block.first(block.size() - 4)) == crc.U32();
}

std::string Hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

// The highest sequence number that a sector of `place` says is over; 0: none.
uint64_t LatestStamp(std::span<const std::byte> place) {
  uint64_t latest = 0;
  for (; place.size() >= kStampSector; place = place.subspan(kStampSector)) {
    FieldReader in(place);
    if (in.U64() == kStampMagic && HasTrailingCrc(place.first(kStampLength)))
      latest = std::max(latest, in.U64());
  }
  return latest;
}

uint64_t Hash(std::span<const std::byte> bytes) {
  return uint64_t(Crc32c(bytes)) << 32 | Crc32c(bytes, 0x5bd1e995u);  // names only: the header decides
}

}  // namespace

Status JournalReader::ParseHeader(std::span<const std::byte> block) {
  if (block.size() < 24) return Corrupt(*region_, "header", base_);
  FieldReader in(block);
  uint64_t magic = in.U64();
  uint32_t version = in.U32();
  uint32_t length = in.U32();
  if (magic != kHeaderMagic || length < 24 || length > block.size())
    return Corrupt(*region_, "header", base_);
  if (!HasTrailingCrc(block.first(length))) return Corrupt(*region_, "header", base_);
  if (version != kJournalVersion && version != kJournalBlocksVersion)
    return Status(Code::kUnsupported, "journal of another version of this program: " + region_->path());
  sequence_ = in.U64();
  header_.kind = static_cast<JournalKind>(in.U32());
  header_.before.volume = in.U64();
  header_.before.file_id[0] = in.U64();
  header_.before.file_id[1] = in.U64();
  header_.before.size = in.U64();
  header_.before.mtime_ns = in.I64();
  header_.before.ctime_ns = in.I64();
  header_.before.birth_ns = in.U64();
  header_.new_size = in.U64();
  header_.created_ns = in.I64();
  header_.path = in.Text();
  header_.sibling = in.Text();
  if (!in.ok()) return Corrupt(*region_, "header", base_);
  header_crc_ = FieldReader(block.subspan(length - 4, 4)).U32();
  first_chunk_ = base_ + length;
  last_alive_ns_ = header_.created_ns;
  return Status::Ok();
}

Status JournalReader::ReadFooter(uint64_t size) {
  const bool small = base_ < kLargePlace;
  if (!small && size % kTailBlock != 0) return Status::Ok();
  const uint64_t footer_end = small ? base_ + kSmallRecord : size - kTailBlock;
  if (size < footer_end || footer_end < first_chunk_ + kFooterLength) return Status::Ok();
  std::vector<std::byte> footer(kFooterLength);
  if (Status status = ReadWhole(*region_, footer_end - kFooterLength, footer, "footer"); !status.ok())
    return status;
  FieldReader end(footer);
  if (end.U64() != kFooterMagic || !HasTrailingCrc(footer)) return Status::Ok();
  // Another record's, whose place this one was about to take.
  if (end.U64() != sequence_) return Status::Ok();
  chunks_end_ = end.U64();
  entries_ = end.U64();
  before_bytes_ = end.U64();
  if (end.U32() != header_crc_) return Status::Ok();
  chain_crc_ = end.U32();
  complete_ = true;
  marks_at_ = small ? kSmallMarks : footer_end;
  std::vector<std::byte> marks(kTailBlock);  // without marks a hole, or past the end
  if (auto read = region_->ReadAt(marks_at_, marks); !read.ok()) return read.status();
  for (int slot = 0; slot < 2; ++slot) {
    auto mark = std::span<const std::byte>(marks).subspan(slot * kMarkSlot, kMarkLength);
    FieldReader fields(mark);
    if (fields.U64() != kMarkMagic || !HasTrailingCrc(mark)) continue;
    marks_ = std::max(marks_, fields.U64());
    last_alive_ns_ = std::max(last_alive_ns_, fields.I64());
    last_alive_ns_ = std::max(last_alive_ns_, fields.I64());
  }
  return Status::Ok();
}

Result<JournalReader> JournalReader::Open(MapRegion& region) {
  auto size = region.Size();
  if (!size.ok()) return size.status();
  std::vector<std::byte> block(static_cast<size_t>(std::min(*size, kLargePlace + kHeaderMax)));
  if (Status status = ReadWhole(region, 0, block, "header"); !status.ok()) return status;
  std::optional<JournalReader> latest;
  for (uint64_t base : {uint64_t{0}, kSmallRecord, kLargePlace}) {
    if (base >= block.size()) break;
    auto place = std::span<const std::byte>(block).subspan(static_cast<size_t>(base));
    if (base < kLargePlace) place = place.first(std::min<size_t>(place.size(), kSmallRecord));
    JournalReader reader(region, base);
    Status parsed = reader.ParseHeader(place);
    if (parsed.code() == Code::kUnsupported) return parsed;
    const uint64_t over =
        LatestStamp(base < kLargePlace ? place : place.first(std::min<size_t>(place.size(), kStampSector)));
    if (!parsed.ok() && over == 0) continue;
    reader.ended_ = over >= reader.sequence_;
    reader.sequence_ = std::max(reader.sequence_, over);
    if (!latest || reader.sequence_ > latest->sequence_) latest = reader;
  }
  if (!latest) return Corrupt(region, "header", 0);
  if (!latest->ended_) {
    if (Status status = latest->ReadFooter(*size); !status.ok()) return status;
  }
  return *latest;
}

Status JournalReader::ForEach(const std::function<Status(const JournalEntry&)>& visit) const {
  return Walk([&](const JournalEntry& entry) {
    return entry.kind == JournalEntry::Before::kMap ? Status::Ok() : visit(entry);
  });
}

Status JournalReader::ForEachMap(const std::function<Status(const JournalEntry&)>& visit) const {
  return Walk([&](const JournalEntry& entry) {
    return entry.kind == JournalEntry::Before::kMap ? visit(entry) : Status::Ok();
  });
}

Status JournalReader::Walk(const std::function<Status(const JournalEntry&)>& visit) const {
  uint32_t chain = header_crc_;
  uint64_t seen = 0;
  std::vector<std::byte> payload;
  for (uint64_t at = first_chunk_; at < chunks_end_;) {
    std::byte head[kChunkHeader];
    if (Status status = ReadWhole(*region_, at, head, "chunk"); !status.ok()) return status;
    chain = Crc32c(head, chain);
    FieldReader in(head);
    uint32_t magic = in.U32();
    uint32_t length = in.U32();
    uint32_t entries = in.U32();
    uint32_t crc = in.U32();
    if (magic != kChunkMagic || length > kChunkMax) return Corrupt(*region_, "chunk", at);
    payload.resize(length);
    if (Status status = ReadWhole(*region_, at + kChunkHeader, payload, "chunk"); !status.ok()) return status;
    if (Crc32c(payload) != crc) return Corrupt(*region_, "chunk", at);
    FieldReader fields(payload);
    JournalEntry entry;
    for (uint32_t i = 0; i < entries; ++i) {
      entry.offset = fields.U64();
      entry.length = fields.U32();
      uint32_t flags = fields.U32();
      entry.kind = static_cast<JournalEntry::Before>(flags & 0xff);
      if (entry.length > kJournalEntryMax || !FitsWithin(entry.offset, entry.length, kMaxOffset))
        return Corrupt(*region_, "entry", at);
      entry.new_crcs.resize(flags & kNoNewBytes ? 0 : JournalBlocks(entry.offset, entry.length));
      for (uint32_t& value : entry.new_crcs) value = fields.U32();
      const bool holds =
          entry.kind == JournalEntry::Before::kBytes || entry.kind == JournalEntry::Before::kMap;
      entry.before = fields.Bytes(holds ? entry.length : 0);
      if (!fields.ok()) return Corrupt(*region_, "entry", at);
      ++seen;
      if (Status status = visit(entry); !status.ok()) return status;
    }
    at += kChunkHeader + length;
  }
  return chain == chain_crc_ && seen == entries_ ? Status::Ok() : Corrupt(*region_, "counts", chunks_end_);
}

void JournalReader::Mark(int64_t file_mtime_ns) {
  WriteJournalMark(*region_, marks_at_, ++marks_, file_mtime_ns);
}

int64_t WallClockNs() {
  using std::chrono::duration_cast, std::chrono::nanoseconds, std::chrono::system_clock;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

std::string UniqueSuffix() {
  std::random_device device;
  auto half = [&device] { return uint64_t(device()) << 32 | device(); };
  return Hex(half()) + Hex(half());
}

std::string IdentityPrefix(const FileIdentity& identity) {
  std::vector<std::byte> key;
  FieldWriter out(key);
  out.U64(identity.file_id[0]);
  out.U64(identity.file_id[1]);
  out.U64(identity.birth_ns);
  return "f-" + Hex(Hash(key)) + "-";
}

std::string PathPrefix(const std::string& real_path) {
  return "s-" + Hex(Hash(std::as_bytes(std::span(real_path)))) + "-";
}

std::string JournalPrefix(const JournalHeader& header) {
  return header.kind == JournalKind::kSibling ? PathPrefix(header.path) : IdentityPrefix(header.before);
}

Result<std::vector<std::string>> JournalsOf(FileSystem& file_system, const std::string& folder,
                                            const FileIdentity* identity, const std::string& real_path) {
  auto names = file_system.List(folder);
  if (!names.ok()) {
    if (names.status().code() == Code::kNotFound) return std::vector<std::string>();
    return names.status();
  }
  std::string by_path = PathPrefix(real_path);
  std::string by_identity = identity ? IdentityPrefix(*identity) : by_path;
  std::vector<std::string> found;
  for (const std::string& name : *names) {
    bool ours = name.starts_with(by_path) || name.starts_with(by_identity);
    if (ours && name.ends_with(kJournalSuffix)) found.push_back(name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool BelongsTo(const JournalHeader& header, const FileIdentity& identity, const std::string& real_path) {
  if (header.kind == JournalKind::kSibling) return header.path == real_path;
  const FileIdentity& before = header.before;
  bool same_inode = before.file_id[0] == identity.file_id[0] && before.file_id[1] == identity.file_id[1] &&
                    before.birth_ns == identity.birth_ns;
  return same_inode && (before.volume == identity.volume || header.path == real_path);
}

}  // namespace terahex
