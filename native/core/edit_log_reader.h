// Reads an edit log back: what of it is whole, what it is about, and its frames one by one. Trusts nothing
// that the chain of checksums does not reach. Knows no document and no file but the log. Thread rule: one
// thread per object.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "native/core/edit_log_format.h"
#include "native/core/piece.h"
#include "native/core/platform/map_region.h"
#include "native/core/status.h"

namespace terahex {

struct LogPiece {
  PieceKind kind = PieceKind::kFile;
  uint64_t length = 0;
  uint64_t position = 0;             // kFile: in the file; kBuffer: of the bytes, in the log
  uint64_t pattern = 0;              // kFill: as numbered in the log
  uint64_t phase = 0;                // kFill
  std::span<const std::byte> bytes;  // kBuffer; valid during the visit
};

struct LogFrame {
  FrameKind kind = FrameKind::kEdit;
  bool joined = false;
  bool more = false;
  uint64_t offset = 0;  // kEdit; kSeek: history position; kPattern: number
  uint64_t removed = 0;
  std::vector<LogPiece> pieces;
  std::span<const std::byte> bytes;  // kPattern
  FileIdentity identity;             // kBase, kCommitEnd
  std::string path;                  // kBase
  bool completed = false;            // kCommitEnd
  // Changes nothing: the end of a row of frames.
  bool empty_edit() const { return kind == FrameKind::kEdit && removed == 0 && pieces.empty(); }
};

class EditLogReader {
 public:
  // Reads the whole log once; a torn tail is left out. kCorrupt: not even its beginning is whole. The OS's
  // errors.
  static Result<EditLogReader> Open(MapRegion& region);

  const FileIdentity& base() const { return state_.base; }
  const std::string& path() const { return paths_[state_.path]; }
  // History position that the log ends on, counted from the base.
  uint64_t position() const { return state_.position; }
  uint64_t end() const { return state_.end; }  // of what is whole
  uint32_t crc() const { return state_.crc; }  // of the last whole frame
  uint64_t patterns() const { return state_.patterns; }
  // A commit had begun and was not seen to end.
  bool commit_open() const { return state_.commit_open; }
  // Takes that commit for completed: its content is the base from here on, and the steps up to it are gone.
  void TakeCommitForDone();

  // Visits kPattern, kEdit and kSeek, in order. `until_commit`: only up to where the open commit began.
  Status ForEach(const std::function<Status(const LogFrame&)>& visit, bool until_commit = false) const;

 private:
  struct Place {
    uint64_t offset = 0;
    uint32_t crc = 0;
  };
  struct State {
    FileIdentity base;
    size_t path = 0;
    Place start;  // of the first frame behind the base
    uint64_t end = 0;
    uint32_t crc = 0;
    uint64_t patterns = 0;
    uint64_t position = 0;
    uint64_t last = 0;   // the newest step that redo can reach
    uint64_t minus = 0;  // to be taken off the positions in the frames
    bool commit_open = false;
    Place commit;  // behind its frame
    uint64_t commit_position = 0;
    // The first undo below the open commit: how that would look if the commit is done, the log cannot tell.
    bool cut = false;
    Place cut_at;
    uint64_t cut_position = 0;
  };

  explicit EditLogReader(MapRegion& region) : region_(&region) {}
  bool Take(const LogFrame& frame, const Place& before, const Place& after, State* state);

  MapRegion* region_;
  std::vector<std::string> paths_;
  State state_;
};

// The patterns of a log, as numbers of a document's table.
class LogPatterns {
 public:
  explicit LogPatterns(FillPatterns& table) : table_(table) {}
  void Add(const LogFrame& frame);
  // kCorrupt: no such pattern.
  Result<uint32_t> Find(uint64_t number);

 private:
  FillPatterns& table_;
  std::map<uint64_t, std::vector<std::byte>> bytes_;
  std::map<uint64_t, uint32_t> known_;
};

}  // namespace terahex
