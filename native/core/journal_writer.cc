// Writes a journal: header, chunks of entries, footer; then the marks of a long commit. Knows the layout
// only. Thread rule: one thread per object.
#include <algorithm>

#include "native/core/commit_fail_point.h"
#include "native/core/commit_path.h"
#include "native/core/journal.h"
#include "native/core/journal_checksum.h"
#include "native/core/journal_codec.h"
#include "native/core/journal_format.h"
#include "native/core/journal_names.h"

namespace terahex {

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
  if (status.code() == Code::kUnsupported) status = Status::Ok();
  if (status.ok()) status = writer->WriteHeader(header);
  if (!status.ok()) {
    (void)writer->Forget();  // the first failure is the one to report
    return status;
  }
  return writer;
}

Status JournalWriter::WriteHeader(const JournalHeader& header) {
  std::vector<std::byte> fields;
  FieldWriter out(fields);
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

  std::vector<std::byte> block;
  FieldWriter whole(block);
  whole.U64(kHeaderMagic);
  whole.U32(kJournalVersion);
  whole.U32(static_cast<uint32_t>(16 + fields.size() + 4));
  whole.Bytes(fields);
  uint32_t crc = Crc32c(block);
  whole.U32(crc);
  if (block.size() > kHeaderMax)
    return Status(Code::kTooLarge, "path too long for a journal: " + header.path);
  chain_crc_ = crc;
  end_ = block.size();
  if (Status status = region_->WriteAt(0, block); !status.ok()) return status;
  return FailPoint("journal-header");
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

Status JournalWriter::FlushChunk() {
  if (chunk_.empty()) return Status::Ok();
  auto payload = std::span<const std::byte>(chunk_).subspan(kChunkHeader);
  std::vector<std::byte> head;
  FieldWriter out(head);
  out.U32(kChunkMagic);
  out.U32(static_cast<uint32_t>(payload.size()));
  out.U32(chunk_entries_);
  out.U32(Crc32c(payload));
  std::copy(head.begin(), head.end(), chunk_.begin());
  chain_crc_ = Crc32c(head, chain_crc_);
  Status status = region_->WriteAt(end_, chunk_);
  end_ += chunk_.size();
  chunk_.clear();
  chunk_entries_ = 0;
  if (!status.ok()) return status;
  return FailPoint("journal-chunk");
}

Status JournalWriter::Finish() {
  if (Status status = FlushChunk(); !status.ok()) return status;
  std::vector<std::byte> footer;
  FieldWriter out(footer);
  out.U64(kFooterMagic);
  out.U64(end_);
  out.U64(entries_);
  out.U64(before_bytes_);
  out.U32(chain_crc_);
  footer.resize(kFooterLength - 4);
  out.U32(Crc32c(footer));
  uint64_t footer_end = AlignUp(end_ + kFooterLength, kTailBlock);
  if (Status status = region_->WriteAt(footer_end - kFooterLength, footer); !status.ok()) return status;
  if (Status status = region_->SetSize(footer_end + kTailBlock); !status.ok()) return status;
  end_ = footer_end;
  if (Status status = FailPoint("journal-written"); !status.ok()) return status;
  if (Status status = region_->Sync(); !status.ok()) return status;
  if (Status status = FailPoint("journal-synced"); !status.ok()) return status;
  if (Status status = file_system_.SyncFolder(folder_); !status.ok()) return status;
  auto there = file_system_.Inspect(path_);
  auto mine = region_->Identify();
  if (!mine.ok()) return mine.status();
  if (!there.ok() || !there->identity.SameFile(*mine))
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

void JournalWriter::Mark(int64_t file_mtime_ns) { WriteJournalMark(*region_, end_, ++marks_, file_mtime_ns); }

Status JournalWriter::Forget() {
  region_.reset();  // Windows removes no open file
  return file_system_.Remove(path_);
}

}  // namespace terahex
