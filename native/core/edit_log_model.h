// The content that a log leads to, without the bytes: pieces of the old file and of the log itself. Answers
// what would change, and whether a file holds it already. Knows no document. Thread rule: one thread per
// object.
#pragma once

#include <vector>

#include "native/core/edit_log_reader.h"
#include "native/core/history.h"
#include "native/core/pieces.h"

namespace terahex {

class EditLogModel {
 public:
  // `base_size`: of the file that the edits begin on. Buffer pieces are positions in `log`.
  EditLogModel(FileSystem& file_system, MapRegion& log, uint64_t base_size);

  // Errors: kCorrupt: an edit outside the content of its moment; the OS's.
  Status Run(const EditLogReader& reader, bool until_commit);

  const Pieces& pieces() const { return pieces_; }
  // Does the file hold this content, as far as that can be told: the size, and every byte that no edit left
  // alone?
  Result<bool> HeldBy(const MapRegion& file) const;

 private:
  Status Take(const LogFrame& frame);
  void Walk(uint64_t from, uint64_t to);
  Status ReadNew(const Piece& piece, uint64_t from, std::span<std::byte> out) const;

  MapRegion& log_;
  EditBuffer buffer_;  // of long patterns only
  FillPatterns patterns_;
  LogPatterns log_patterns_;
  Pieces pieces_;
  History history_;
};

}  // namespace terahex
