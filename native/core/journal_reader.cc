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

uint64_t Hash(std::span<const std::byte> bytes) {
  return uint64_t(Crc32c(bytes)) << 32 | Crc32c(bytes, 0x5bd1e995u);  // names only: the header decides
}

}  // namespace

Result<JournalReader> JournalReader::Open(MapRegion& region) {
  JournalReader reader(region);
  auto size = region.Size();
  if (!size.ok()) return size.status();
  if (*size < 24) return Corrupt(region, "header", 0);
  std::vector<std::byte> block(static_cast<size_t>(std::min(*size, kHeaderMax)));
  if (Status status = ReadWhole(region, 0, block, "header"); !status.ok()) return status;
  FieldReader in(block);
  uint64_t magic = in.U64();
  uint32_t version = in.U32();
  uint32_t length = in.U32();
  if (magic != kHeaderMagic || length < 24 || length > block.size()) return Corrupt(region, "header", 0);
  if (!HasTrailingCrc(std::span(block).first(length))) return Corrupt(region, "header", 0);
  if (version != kJournalVersion)
    return Status(Code::kUnsupported, "journal of another version of this program: " + region.path());
  JournalHeader& header = reader.header_;
  header.kind = static_cast<JournalKind>(in.U32());
  header.before.volume = in.U64();
  header.before.file_id[0] = in.U64();
  header.before.file_id[1] = in.U64();
  header.before.size = in.U64();
  header.before.mtime_ns = in.I64();
  header.before.ctime_ns = in.I64();
  header.before.birth_ns = in.U64();
  header.new_size = in.U64();
  header.created_ns = in.I64();
  header.path = in.Text();
  header.sibling = in.Text();
  if (!in.ok()) return Corrupt(region, "header", 0);
  reader.header_crc_ = FieldReader(std::span(block).subspan(length - 4, 4)).U32();
  reader.first_chunk_ = length;
  reader.last_alive_ns_ = header.created_ns;

  if (*size % kTailBlock != 0 || *size < 2 * kTailBlock) return reader;
  std::vector<std::byte> tail(kFooterLength + kTailBlock);
  if (Status status = ReadWhole(region, *size - tail.size(), tail, "footer"); !status.ok()) return status;
  auto footer = std::span<const std::byte>(tail).first(kFooterLength);
  FieldReader end(footer);
  if (end.U64() != kFooterMagic || !HasTrailingCrc(footer)) return reader;
  reader.chunks_end_ = end.U64();
  reader.entries_ = end.U64();
  reader.before_bytes_ = end.U64();
  reader.chain_crc_ = end.U32();
  reader.complete_ = true;
  reader.marks_at_ = *size - kTailBlock;
  for (int slot = 0; slot < 2; ++slot) {
    auto mark = std::span<const std::byte>(tail).subspan(kFooterLength + slot * kMarkSlot, kMarkLength);
    FieldReader fields(mark);
    if (fields.U64() != kMarkMagic || !HasTrailingCrc(mark)) continue;
    reader.marks_ = std::max(reader.marks_, fields.U64());
    reader.last_alive_ns_ = std::max(reader.last_alive_ns_, fields.I64());
    reader.last_alive_ns_ = std::max(reader.last_alive_ns_, fields.I64());
  }
  return reader;
}

Status JournalReader::ForEach(const std::function<Status(const JournalEntry&)>& visit) const {
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
      entry.before = fields.Bytes(entry.kind == JournalEntry::Before::kBytes ? entry.length : 0);
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
