// See unsaved.h.
#include "native/core/scan/unsaved.h"

namespace terahex {

Result<std::vector<Difference>> UnsavedDifferences(const Document& document) {
  ContentWindow window;
  Status status = document.ForScan([&](const DocumentCore& core) {
    core.TakeWindow(0, UINT64_MAX, &window);
    return Status::Ok();
  });
  if (!status.ok()) return status;
  const Result<uint64_t> file_size = window.file->region->Size();
  if (!file_size.ok()) return file_size.status();

  std::vector<Difference> found;
  uint64_t same = 0;  // of the file, behind the latest bytes that stand in both
  uint64_t made = 0;  // of the document
  const auto meet = [&](uint64_t file_offset, uint64_t offset) {
    if (file_offset > same || offset > made) found.push_back({{same, file_offset}, {made, offset}});
  };
  for (const auto& [start, piece] : window.pieces) {
    if (piece.kind() != PieceKind::kFile) continue;
    if (piece.position() < same) {
      return Status(Code::kUnsupported, document.path() + " holds its old bytes in another order");
    }
    meet(piece.position(), start);
    same = piece.position() + piece.length();
    made = start + piece.length();
  }
  meet(std::max(same, *file_size), window.size);
  return found;
}

}  // namespace terahex
