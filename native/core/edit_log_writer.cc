// The queue and the two threads of an edit log; see edit_log_writer.h. A write that fails is tried again
// from the last sound place as long as the document lives: the bytes wait in the edit buffer. Thread rule:
// see there.
#include "native/core/edit_log_writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace terahex {

namespace {

using std::chrono::milliseconds;

// The first edit after a pause is written at once, those of the next moments together.
constexpr milliseconds kGather{40};
// How much a power cut may cost; a kill costs only what was not written.
constexpr milliseconds kSyncEvery{1000};
constexpr milliseconds kRetryEvery{1000};
// A burst's queue gives its memory back.
constexpr size_t kKeptEntries = 4096;
constexpr size_t kKeptBytes = 1 << 20;

}  // namespace

void EditLogWriter::Queue::Clear() {
  auto empty = [](auto& list) {
    list.clear();
    if (list.capacity() > kKeptEntries) list.shrink_to_fit();
  };
  empty(entries);
  empty(pieces);
  empty(identities);
  next_entry = next_piece = 0;
}

EditLogWriter::EditLogWriter(FileSystem& file_system, std::string folder, std::string path,
                             const EditBuffer& buffer, const FillPatterns& patterns)
    : file_system_(file_system),
      folder_(std::move(folder)),
      document_path_(std::move(path)),
      buffer_(buffer),
      patterns_(patterns) {}

EditLogWriter::~EditLogWriter() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  sync_wake_.notify_all();
  if (write_thread_.joinable()) write_thread_.join();
  if (sync_thread_.joinable()) sync_thread_.join();
}

void EditLogWriter::Base(const FileIdentity& identity, bool more) {
  std::lock_guard lock(mutex_);
  Entry entry;
  entry.pieces = static_cast<uint32_t>(queue_.identities.size());
  queue_.identities.push_back(identity);
  entry.kind = FrameKind::kBase;
  entry.more = more;
  Push(entry);
}

void EditLogWriter::Edit(bool joined, bool more, uint64_t offset, uint64_t removed,
                         std::span<const Piece> inserted) {
  std::lock_guard lock(mutex_);
  queue_.pieces.insert(queue_.pieces.end(), inserted.begin(), inserted.end());
  Entry entry;
  entry.joined = joined;
  entry.more = more;
  entry.offset = offset;
  entry.removed = removed;
  entry.pieces = static_cast<uint32_t>(inserted.size());
  Push(entry);
}

void EditLogWriter::Seek(uint64_t position, bool more) {
  std::lock_guard lock(mutex_);
  Entry entry;
  entry.kind = FrameKind::kSeek;
  entry.more = more;
  entry.offset = position;
  Push(entry);
}

void EditLogWriter::CommitBegin() {
  std::lock_guard lock(mutex_);
  Entry entry;
  entry.kind = FrameKind::kCommitBegin;
  Push(entry);
}

void EditLogWriter::CommitUndone(const FileIdentity& identity) {
  std::lock_guard lock(mutex_);
  Entry entry;
  entry.pieces = static_cast<uint32_t>(queue_.identities.size());
  queue_.identities.push_back(identity);
  entry.kind = FrameKind::kCommitEnd;
  Push(entry);
}

void EditLogWriter::Forget() {
  std::lock_guard lock(mutex_);
  // What was not written yet need not be any more. So this is always the first in the queue.
  queue_.Clear();
  Entry entry;
  entry.forget = true;
  Push(entry);
}

void EditLogWriter::Adopt(AdoptedLog log) {
  std::lock_guard lock(mutex_);
  region_ = std::move(log.region);
  file_path_ = path_ = std::move(log.path);
  mark_ = sound_ = {log.end, log.crc, log.patterns};
  bytes_ = log.end;
}

// Needs mutex_.
void EditLogWriter::Push(const Entry& entry) {
  queue_.entries.push_back(entry);
  ++pushed_;
  if (!write_thread_.joinable()) {
    Start();
  } else if (sleeping_) {
    wake_.notify_one();
  }
}

void EditLogWriter::Start() {
  write_thread_ = std::thread([this] { WriteLoop(); });
  sync_thread_ = std::thread([this] { SyncLoop(); });
}

Status EditLogWriter::Flush() {
  std::unique_lock lock(mutex_);
  const uint64_t wanted = pushed_;
  const uint64_t attempts = attempts_;
  hurry_ = true;
  wake_.notify_all();
  // One attempt may have been under way before the call.
  written_.wait(lock, [&] { return settled_ >= wanted || attempts_ >= attempts + 2; });
  return settled_ >= wanted ? Status::Ok() : trouble_;
}

Status EditLogWriter::Sync() {
  if (Status status = Flush(); !status.ok()) return status;
  std::unique_lock lock(mutex_);
  const std::shared_ptr<MapRegion> region = std::exchange(unsynced_, nullptr);
  if (!region) return sync_trouble_;
  lock.unlock();
  const Status status = region->Sync();
  lock.lock();
  // The OS says it once; whatever it says later about this file proves nothing.
  if (!status.ok() && sync_trouble_.ok()) sync_trouble_ = status;
  return status;
}

EditLogStatus EditLogWriter::status() const {
  std::lock_guard lock(mutex_);
  EditLogStatus status;
  status.path = path_;
  status.bytes = bytes_;
  status.trouble = trouble_.ok() ? sync_trouble_ : trouble_;
  return status;
}

void EditLogWriter::WriteLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (!batch_.empty()) {
      wake_.wait_for(lock, kRetryEvery, [&] { return stop_ || hurry_; });
    } else {
      sleeping_ = true;
      wake_.wait(lock, [&] { return stop_ || hurry_ || !queue_.empty(); });
      sleeping_ = false;
    }
    hurry_ = false;
    // Later entries wait behind those that could not be written, but for a Forget: it makes those void.
    const bool forget = !queue_.empty() && queue_.entries.front().forget;
    if (batch_.empty() || forget) {
      batch_.Clear();
      std::swap(batch_, queue_);
    }
    Status status;
    if (!batch_.empty()) {
      lock.unlock();
      status = WriteBatch();
      lock.lock();
    }
    const bool whole = batch_.empty();
    if (whole) batch_.Clear();
    settled_ = pushed_ - queue_.entries.size() - (batch_.entries.size() - batch_.next_entry);
    trouble_ = status;
    path_ = file_path_;
    if (forget) sync_trouble_ = Status::Ok();
    if (forget || bytes_ != sound_.end) {
      unsynced_ = region_;
      sync_wake_.notify_all();
    }
    bytes_ = sound_.end;
    ++attempts_;
    written_.notify_all();
    if (stop_ && (!whole || queue_.empty())) return;
    if (whole) wake_.wait_for(lock, kGather, [&] { return stop_ || hurry_; });
  }
}

void EditLogWriter::SyncLoop() {
  std::unique_lock lock(mutex_);
  while (true) {
    sync_wake_.wait(lock, [&] { return stop_ || unsynced_ != nullptr; });
    if (sync_wake_.wait_for(lock, kSyncEvery, [&] { return stop_; })) return;
    const std::shared_ptr<MapRegion> region = std::exchange(unsynced_, nullptr);
    if (!region) continue;  // forgotten meanwhile
    lock.unlock();
    const Status status = region->Sync();
    lock.lock();
    if (!status.ok() && sync_trouble_.ok()) sync_trouble_ = status;
  }
}

// Writes as much of batch_ as it can; next_entry says how far it came.
Status EditLogWriter::WriteBatch() {
  size_t entry_at = batch_.next_entry;
  size_t piece_at = batch_.next_piece;
  Status status;
  while (status.ok() && entry_at < batch_.entries.size()) {
    const Entry& entry = batch_.entries[entry_at];
    const size_t pieces = entry.kind == FrameKind::kEdit ? entry.pieces : 0;
    if (entry.forget) {
      LeaveFile();
    } else {
      status = Encode(entry, std::span(batch_.pieces).subspan(piece_at, pieces));
    }
    ++entry_at;
    piece_at += pieces;
    // Never between the frames of one entry: after a failure it is written again as a whole.
    if (status.ok() && (entry_at == batch_.entries.size() || out_.size() >= kFrameTarget)) {
      status = WriteOut();
      if (!status.ok()) break;
      sound_ = mark_;
      batch_.next_entry = entry_at;
      batch_.next_piece = piece_at;
    }
  }
  // Also where nothing can be written: left there, a later recovery would take it for the log of its save.
  RemoveDoomed();
  if (!status.ok()) {
    out_.clear();
    mark_ = sound_;
    std::erase_if(numbers_, [&](const auto& item) { return item.second > mark_.patterns; });
  }
  if (out_.capacity() > kKeptBytes) std::vector<std::byte>().swap(out_);
  return status;
}

}  // namespace terahex
