// What scans need of the document: the pieces of a stretch, and whether they still hold; see document_core.h.
// Must not read bytes. Thread rule: any thread; the lock is held for the pieces only.
#include "native/core/document_core.h"

namespace terahex {

void DocumentCore::TakeWindow(uint64_t offset, uint64_t length, ContentWindow* window) const {
  std::shared_lock lock(mutex_);
  for (;;) {
    window->pieces.clear();
    window->size = pieces_.size();
    window->version = changes_.version();
    window->file = file_;
    window->epoch = epoch_;
    window->unsound_from = unsound_from_;
    bool moving = false;
    if (offset < window->size) {
      const uint64_t end = offset + std::min(length, window->size - offset);
      pieces_.Visit(offset, end, [&](uint64_t start, const Piece& piece) {
        const bool of_file = piece.kind() == PieceKind::kFile;
        moving = moving || (of_file && piece.position() + piece.length() > shift_from_);
        window->pieces.push_back({start, piece});
        return true;
      });
    }
    if (!moving) return;
    shift_ended_.wait(lock, [&] { return window->epoch != epoch_ || shift_from_ == kNoShift; });
  }
}

bool DocumentCore::Holds(const ContentWindow& window) const {
  // Asked for every run: no lock. Adding nothing, unlike a load, cannot move before the reads of bytes above
  // it.
  return window.epoch == epoch_.fetch_add(0, std::memory_order_acq_rel);
}

}  // namespace terahex
