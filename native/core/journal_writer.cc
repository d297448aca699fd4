// Writes a record into a journal: header, chunks of entries, footer; then the marks of a long commit, and its
// end. Finds the journal to write into. Knows the layout only. Thread rule: one thread per object.
#include <algorithm>

#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"
#include "native/core/journal.h"
#include "native/core/journal_checksum.h"
#include "native/core/journal_codec.h"
#include "native/core/journal_format.h"
#include "native/core/journal_names.h"

namespace terahex {
namespace {

// So many journals may wait for the next commit of their files.
constexpr size_t kSpareJournals = 32;

bool StillNamed(FileSystem& file_system, const std::string& path, const MapRegion& region) {
  auto there = file_system.IdentifyPath(path);
  auto mine = region.Identify();
  return there.ok() && mine.ok() && there->SameFile(*mine);
}

// Removes the journals that wait for a next commit once there are many. One that reappears after a power cut
// is judged like any other.
void PruneJournals(FileSystem& file_system, const std::string& folder,
                   const std::vector<std::string>& names) {
  if (names.size() <= kSpareJournals) return;
  for (const std::string& name : names) {
    if (!name.starts_with("f-") || !name.ends_with(kJournalSuffix)) continue;
    const std::string path = JoinPath(folder, name);
    auto region = file_system.Open(path, OpenMode::kReadWrite);
    if (!region.ok() || !(*region)->TryLockFile().ok()) continue;
    auto reader = JournalReader::Open(**region);
    if (!reader.ok() || !reader->ended()) continue;
    (void)file_system.Remove(path);
  }
}

}  // namespace

JournalWriter::JournalWriter(FileSystem& file_system, std::string folder, std::string path,
                             std::shared_ptr<MapRegion> region)
    : file_system_(file_system),
      folder_(std::move(folder)),
      path_(std::move(path)),
      region_(std::move(region)) {}

JournalWriter::~JournalWriter() = default;

Result<std::unique_ptr<JournalWriter>> JournalWriter::Create(FileSystem& file_system,
                                                             const std::string& folder,
                                                             const JournalHeader& header) {
  if (Status made = file_system.MakeFolders(folder); !made.ok()) return made;
  std::string path = JoinPath(folder, JournalPrefix(header) + UniqueSuffix() + kJournalSuffix);
  auto region = file_system.Open(path, OpenMode::kCreateExclusive);
  if (!region.ok()) return region.status();
  std::unique_ptr<JournalWriter> writer(new JournalWriter(file_system, folder, path, std::move(*region)));
  Status status = FailPoint("journal-created");
  // The lock tells recoveries that this commit lives; where locks do not exist, Finish() still notices a lost
  // journal.
  if (status.ok()) status = writer->region_->TryLockFile();
  writer->stays_ = status.ok() && header.kind != JournalKind::kSibling;
  if (status.code() == Code::kUnsupported) status = Status::Ok();
  if (status.ok()) status = writer->SetHeader(header);
  if (!status.ok()) {
    (void)writer->Forget();  // the first failure is the one to report
    return status;
  }
  return writer;
}

Result<std::unique_ptr<JournalWriter>> JournalWriter::Obtain(FileSystem& file_system,
                                                             const std::string& folder,
                                                             const JournalHeader& header) {
  if (Status made = file_system.MakeFolders(folder); !made.ok()) return made;
  auto names = file_system.List(folder);
  if (!names.ok()) return names.status();
  const std::string prefix = JournalPrefix(header);
  std::unique_ptr<JournalWriter> writer;
  std::vector<std::shared_ptr<MapRegion>> others;
  for (const std::string& name : *names) {
    if (!name.starts_with(prefix) || !name.ends_with(kJournalSuffix)) continue;
    std::string path = JoinPath(folder, name);
    auto region = file_system.Open(path, OpenMode::kReadWrite);
    if (region.status().code() == Code::kNotFound) continue;
    if (!region.ok()) return region.status();
    // Read after the lock was asked for: where only journals can be locked, another commit may have used this
    // one until then. Without locks nobody could tell whether another commit is writing into it.
    const bool locked = (*region)->TryLockFile().ok();
    auto reader = JournalReader::Open(**region);
    // What is saved on top of a mix makes that final; who died over it may not have let go of its lock yet.
    // With the file's lock in our hands no running commit writes into any of these.
    const bool waits = reader.ok() && !reader->ended() && reader->complete() &&
                       BelongsTo(reader->header(), header.before, header.path);
    if (waits)
      return Status(Code::kBusy,
                    "an interrupted save of the file waits to be recovered, which opening it anew does: " +
                        header.path);
    if (locked) {
      if (!writer && reader.ok() && reader->ended() && StillNamed(file_system, path, **region)) {
        writer.reset(new JournalWriter(file_system, folder, path, *region));
        writer->durable_name_ = true;  // no record ends before its journal was durable
        writer->stays_ = true;
        writer->sequence_ = reader->sequence() + 1;
        writer->small_place_ = reader->base() == 0 ? kSmallRecord : 0;
        continue;
      }
      (*region)->UnlockFile();
    }
    others.push_back(std::move(*region));
  }
  if (writer) {
    if (Status status = writer->SetHeader(header); !status.ok()) return status;
  } else {
    PruneJournals(file_system, folder, *names);
    auto made = Create(file_system, folder, header);
    if (!made.ok()) return made.status();
    writer = std::move(*made);
  }
  writer->others_ = std::move(others);
  return writer;
}

Status JournalWriter::SetHeader(const JournalHeader& header) {
  std::vector<std::byte> fields;
  FieldWriter out(fields);
  out.U64(sequence_);
  out.U32(static_cast<uint32_t>(header.kind));
  out.U64(header.before.volume);
  out.U64(header.before.file_id[0]);
  out.U64(header.before.file_id[1]);
  out.U64(header.before.size);
  out.I64(header.before.mtime_ns);
  out.I64(header.before.ctime_ns);
  out.U64(header.before.birth_ns);
  out.U64(header.new_size);
  out.I64(header.created_ns);
  out.Text(header.path);
  out.Text(header.sibling);

  FieldWriter whole(header_);
  whole.U64(kHeaderMagic);
  whole.U32(MovesBlocks(header.kind) ? kJournalBlocksVersion : kJournalVersion);
  whole.U32(static_cast<uint32_t>(16 + fields.size() + 4));
  whole.Bytes(fields);
  header_crc_ = chain_crc_ = Crc32c(header_);
  whole.U32(header_crc_);
  if (header_.size() > kHeaderMax)
    return Status(Code::kTooLarge, "path too long for a journal: " + header.path);
  return Status::Ok();
}

Status JournalWriter::Add(const JournalEntry& entry) {
  if (chunk_.empty()) chunk_.resize(kChunkHeader);
  FieldWriter out(chunk_);
  out.U64(entry.offset);
  out.U32(entry.length);
  out.U32(static_cast<uint32_t>(entry.kind) | (entry.new_crcs.empty() ? kNoNewBytes : 0));
  for (uint32_t crc : entry.new_crcs) out.U32(crc);
  out.Bytes(entry.before);
  ++chunk_entries_;
  ++entries_;
  before_bytes_ += entry.before.size();
  return chunk_.size() >= kChunkTarget ? FlushChunk() : Status::Ok();
}

// Fills in the head of what was added since the last chunk.
void JournalWriter::SealChunk() {
  if (chunk_.empty()) return;
  auto payload = std::span<const std::byte>(chunk_).subspan(kChunkHeader);
  std::vector<std::byte> head;
  FieldWriter out(head);
  out.U32(kChunkMagic);
  out.U32(static_cast<uint32_t>(payload.size()));
  out.U32(chunk_entries_);
  out.U32(Crc32c(payload));
  std::copy(head.begin(), head.end(), chunk_.begin());
  chain_crc_ = Crc32c(head, chain_crc_);
  chunk_entries_ = 0;
}

// Into the place of large records.
Status JournalWriter::FlushChunk() {
  if (base_ == kNotWritten) {
    base_ = kLargePlace;
    end_ = base_ + header_.size();
    if (Status status = region_->WriteAt(base_, header_); !status.ok()) return status;
    if (Status status = FailPoint("journal-header"); !status.ok()) return status;
  }
  if (chunk_.empty()) return Status::Ok();
  SealChunk();
  Status status = region_->WriteAt(end_, chunk_);
  end_ += chunk_.size();
  chunk_.clear();
  return status.ok() ? FailPoint("journal-chunk") : status;
}

std::vector<std::byte> JournalWriter::Footer() const {
  std::vector<std::byte> footer;
  FieldWriter out(footer);
  out.U64(kFooterMagic);
  out.U64(sequence_);
  out.U64(end_);
  out.U64(entries_);
  out.U64(before_bytes_);
  out.U32(header_crc_);
  out.U32(chain_crc_);
  footer.resize(kFooterLength - 4);
  out.U32(Crc32c(footer));
  return footer;
}

// A whole record in one write, so that its sync has one block to write and nothing to allocate.
Status JournalWriter::WriteSmall() {
  base_ = small_place_;
  marks_at_ = kSmallMarks;
  SealChunk();
  std::vector<std::byte> record = header_;
  record.insert(record.end(), chunk_.begin(), chunk_.end());
  end_ = base_ + record.size();
  record.resize(kSmallRecord - kFooterLength);
  const std::vector<std::byte> footer = Footer();
  record.insert(record.end(), footer.begin(), footer.end());
  return region_->WriteAt(base_, record);
}

Status JournalWriter::WriteLargeFooter() {
  if (Status status = FlushChunk(); !status.ok()) return status;
  const uint64_t footer_end = AlignUp(end_ + kFooterLength, kTailBlock);
  if (Status status = region_->WriteAt(footer_end - kFooterLength, Footer()); !status.ok()) return status;
  marks_at_ = footer_end;
  return region_->SetSize(footer_end + kTailBlock);
}

Status JournalWriter::Finish() {
  // An earlier record in another journal of this file may be over, but not yet so on the disk.
  for (const auto& other : others_) {
    if (Status status = other->Sync(); !status.ok()) return status;
  }
  const bool small = base_ == kNotWritten && header_.size() + chunk_.size() + kFooterLength <= kSmallRecord;
  if (Status status = small ? WriteSmall() : WriteLargeFooter(); !status.ok()) return status;
  if (Status status = FailPoint("journal-written"); !status.ok()) return status;
  if (Status status = region_->Sync(); !status.ok()) return status;
  if (Status status = FailPoint("journal-synced"); !status.ok()) return status;
  if (!durable_name_) {
    if (Status status = file_system_.SyncFolder(folder_); !status.ok()) return status;
    durable_name_ = true;
  }
  if (!StillNamed(file_system_, path_, *region_))
    return Status(Code::kBusy, "the journal was taken away before the commit began: " + path_);
  return FailPoint("journal-durable");
}

void WriteJournalMark(MapRegion& journal, uint64_t marks_at, uint64_t sequence, int64_t file_mtime_ns) {
  std::vector<std::byte> mark;
  FieldWriter out(mark);
  out.U64(kMarkMagic);
  out.U64(sequence);
  out.I64(WallClockNs());
  out.I64(file_mtime_ns);
  out.U32(0);
  out.U32(Crc32c(mark));
  (void)journal.WriteAt(marks_at + (sequence % 2) * kMarkSlot, mark);
}

std::vector<std::byte> JournalStamps(uint64_t sequence, uint64_t length) {
  std::vector<std::byte> stamps;
  while (stamps.size() < length) {
    const size_t start = stamps.size();
    FieldWriter out(stamps);
    out.U64(kStampMagic);
    out.U64(sequence);
    out.U32(Crc32c(std::span(stamps).subspan(start)));
    stamps.resize(start + kStampSector);
  }
  return stamps;
}

void JournalWriter::Mark(int64_t file_mtime_ns) {
  WriteJournalMark(*region_, marks_at_, ++marks_, file_mtime_ns);
}

Status JournalWriter::Stamp() {
  if (base_ == kNotWritten) return Status::Ok();
  if (base_ != kLargePlace) {
    Status status = region_->WriteAt(base_, JournalStamps(sequence_, kSmallRecord));
    if (status.ok()) region_->StartWriting(base_, kSmallRecord);
    return status;
  }
  if (Status status = region_->WriteAt(base_, JournalStamps(sequence_, kStampSector)); !status.ok())
    return status;
  // Before its chunks go, in whatever order a power cut keeps that; and the next large record lies over this
  // one.
  if (Status status = region_->Sync(); !status.ok()) return status;
  return region_->SetSize(base_ + kStampSector);
}

Status JournalWriter::Forget() {
  if (stays_ && durable_name_ && Stamp().ok()) {
    region_.reset();
    return Status::Ok();
  }
  region_.reset();  // Windows removes no open file
  return file_system_.Remove(path_);
}

}  // namespace terahex
