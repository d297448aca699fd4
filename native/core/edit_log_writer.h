// Appends a document's edits to its edit log, off the editing thread: calls only queue what to write, one
// thread writes it within some tens of milliseconds, another makes it durable. Knows pieces and the log's
// layout; no history, no tree. Thread rule: the queueing calls one at a time (the document's lock); Flush,
// status from any thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "native/core/edit_log.h"
#include "native/core/edit_log_format.h"
#include "native/core/piece.h"
#include "native/core/platform/file_system.h"

namespace terahex {

// A log that some earlier process left, to be gone on with.
struct AdoptedLog {
  std::shared_ptr<MapRegion> region;  // locked
  std::string path;
  uint64_t end = 0;       // of the last whole frame; what lies behind is cut off
  uint32_t crc = 0;       // of that frame
  uint64_t patterns = 0;  // highest number given so far
};

class EditLogWriter {
 public:
  // `folder` is made when the first edit comes; `path`: the document's.
  EditLogWriter(FileSystem& file_system, std::string folder, std::string path, const EditBuffer& buffer,
                const FillPatterns& patterns);
  // Writes what waits, unless the log was forgotten or cannot be written; leaves the file.
  ~EditLogWriter();

  // `more`: void without the calls up to the next one without it.
  void Base(const FileIdentity& identity, bool more);
  void Edit(bool joined, bool more, uint64_t offset, uint64_t removed, std::span<const Piece> inserted);
  void Seek(uint64_t position, bool more);
  void CommitBegin();
  // A commit failed, its traces were undone, and the file has this identity now.
  void CommitUndone(const FileIdentity& identity);
  // Nothing is unsaved: the file goes. The next call must be Base().
  void Forget();
  // Before any other call.
  void Adopt(AdoptedLog log);

  // Returns once all that was queued is with the OS, or with the reason why it is not.
  Status Flush();
  // Flush, out of reach of a power cut too.
  Status Sync();
  EditLogStatus status() const;

 private:
  struct Entry {
    FrameKind kind = FrameKind::kEdit;
    bool forget = false;
    bool joined = false;
    bool more = false;
    uint32_t pieces = 0;  // kBase, kCommitEnd: index in identities
    uint64_t offset = 0;  // kSeek: position
    uint64_t removed = 0;
  };
  struct Queue {
    std::vector<Entry> entries;
    std::vector<Piece> pieces;
    std::vector<FileIdentity> identities;
    size_t next_entry = 0;  // how far it has been written
    size_t next_piece = 0;
    bool empty() const { return next_entry == entries.size(); }
    void Clear();
  };
  // Where the file ends, as far as it is sound.
  struct Mark {
    uint64_t end = 0;
    uint32_t crc = 0;
    uint64_t patterns = 0;  // highest number given; 0 stands for the pattern 00
  };

  void Push(const Entry& entry);
  void Start();
  void WriteLoop();
  void SyncLoop();
  Status WriteBatch();
  // edit_log_encode.cc: one queued entry as frames.
  Status Encode(const Entry& entry, std::span<const Piece> pieces);
  Status EncodeBase(const Entry& entry);
  Status EncodeEdit(const Entry& entry, std::span<const Piece> pieces);
  Status DefinePattern(uint32_t pattern);
  Status CreateFile(const std::string& name);
  void LeaveFile();
  void RemoveDoomed();
  void BeginFrame(FrameKind kind, uint8_t flags);
  Status EndFrame();
  Status WriteOut();

  FileSystem& file_system_;
  const std::string folder_;
  const std::string document_path_;
  const EditBuffer& buffer_;
  const FillPatterns& patterns_;

  mutable std::mutex mutex_;  // guards this block
  std::condition_variable wake_;
  std::condition_variable written_;
  std::condition_variable sync_wake_;
  Queue queue_;
  uint64_t pushed_ = 0;   // entries so far
  uint64_t settled_ = 0;  // of them: written, or void
  uint64_t attempts_ = 0;
  bool hurry_ = false;     // somebody waits in Flush()
  bool sleeping_ = false;  // the write thread waits for the first entry
  bool stop_ = false;
  Status trouble_;
  Status sync_trouble_;
  std::string path_;
  uint64_t bytes_ = 0;
  std::shared_ptr<MapRegion> unsynced_;  // holds writes that are not durable yet

  // The write thread's alone.
  Queue batch_;
  std::shared_ptr<MapRegion> region_;
  std::string file_path_;
  std::shared_ptr<MapRegion> doomed_;  // a forgotten file, removed behind what came after it
  std::string doomed_path_;
  Mark mark_;   // behind all that was encoded
  Mark sound_;  // behind the last entry that is with the OS whole: a failed write takes up there
  std::vector<std::byte> out_;                      // encoded, not written yet; ends at mark_.end
  size_t frame_at_ = 0;                             // in out_: the frame being made
  std::unordered_map<uint32_t, uint64_t> numbers_;  // of patterns in the log, by the document's

  std::thread write_thread_;
  std::thread sync_thread_;
};

}  // namespace terahex
