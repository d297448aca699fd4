// How runs come to be; see run_reader.h. Whatever goes wrong on the quick way (a fault, a file that shrank, a
// commit that moved bytes) is done again through Document's own Read, which knows all of it. Thread rule: as
// run_reader.h.
#include "native/core/scan/run_reader.h"

#include <algorithm>
#include <cstring>

#include "native/core/platform/fault_guard.h"
#include "native/core/span_math.h"

namespace terahex {

namespace {

// Longer runs take so long to scan that asking the system for the file's size costs next to nothing.
constexpr size_t kTouchUpTo = size_t{64} << 10;

struct GuardedScan {
  RunVisitor* visitor;
  uint64_t offset;
  const uint8_t* data;
  size_t length;
  size_t dealt;
};

void RunScan(void* argument) {
  auto* scan = static_cast<GuardedScan*>(argument);
  scan->dealt = scan->visitor->Scan(scan->offset, scan->data, scan->length);
}

Status Cancel() { return Status(Code::kCancelled, "The scan was cancelled"); }

}  // namespace

RunReader::RunReader(const Document& document, const ScanTuning& tuning, const ScanSignal& signal)
    : document_(document), tuning_(tuning), signal_(signal) {}

Status RunReader::Visit(uint64_t from, uint64_t to, size_t overlap, RunVisitor& visitor) {
  const uint64_t window_bytes = std::max<uint64_t>(tuning_.window_bytes, uint64_t{2} * overlap + 2);
  while (from < to) {
    if (signal_.stop()) return Cancel();
    const uint64_t end = from + std::min(window_bytes, to - from);
    Status status = document_.ForScan(
        [&](const DocumentCore& core) { return VisitWindow(core, from, end, overlap, visitor); });
    if (!status.ok()) return status;
    from = end < to ? end - overlap : end;
  }
  return Status::Ok();
}

Status RunReader::VisitWindow(const DocumentCore& core, uint64_t from, uint64_t to, size_t overlap,
                              RunVisitor& visitor) {
  core.TakeWindow(from, to - from, &window_);
  version_ = window_.version;
  MapFilePieces();
  MakeSpans(overlap);
  const uint64_t end = std::min(to, window_.size);
  Status status;
  for (size_t i = 0; i < spans_.size() && status.ok(); ++i) {
    const Span& span = spans_[i];
    if (span.mapped != nullptr) {
      status = VisitMapped(core, span, overlap, visitor);
    } else {
      const uint64_t start = span.start - std::min<uint64_t>(overlap, span.start - from);
      status =
          VisitCopied(core, start, span.end + std::min<uint64_t>(overlap, end - span.end), overlap, visitor);
    }
  }
  view_.reset();
  window_.file.reset();
  return status;
}

// One view over all file pieces of the window when they lie close together in the file, as they do unless
// something was moved.
void RunReader::MapFilePieces() {
  view_.reset();
  const size_t direct_from = tuning_.direct_from;
  uint64_t start = UINT64_MAX;
  uint64_t end = 0;
  uint64_t bytes = 0;
  for (const LocatedPiece& part : window_.pieces) {
    if (part.piece.kind() != PieceKind::kFile) continue;
    const uint64_t piece_end = part.piece.position() + part.piece.length();
    if (piece_end > window_.unsound_from) continue;
    start = std::min(start, part.piece.position());
    end = std::max(end, piece_end);
    bytes += part.piece.length();
  }
  if (bytes < direct_from || bytes == 0 || end - start > 2 * bytes + tuning_.window_bytes) return;
  // Without a mapping a view would be one large copy; many small ones take less memory.
  if (!window_.file->region->mappable() || !FaultGuardActive()) return;
  const PreviewPart part{PreviewPart::Kind::kFile, end - start, start};
  auto window = window_.file->preview.Acquire(std::span(&part, 1), nullptr);
  if (!window.ok()) return;
  view_ = std::move(window).value();
  view_start_ = start;
  view_end_ = end;
}

void RunReader::MakeSpans(size_t overlap) {
  spans_.clear();
  const size_t direct_from = std::max({tuning_.direct_from, overlap + 1, size_t{1}});
  for (const LocatedPiece& part : window_.pieces) {
    const uint64_t end = part.start + part.piece.length();
    const uint64_t position = part.piece.position();
    const bool direct = view_ != nullptr && part.piece.kind() == PieceKind::kFile &&
                        part.piece.length() >= direct_from && position >= view_start_ &&
                        FitsWithin(position - view_start_, part.piece.length(), view_end_ - view_start_);
    if (direct) {
      // Between two pieces in place lies nothing, but what spans their border must be seen, too.
      if (overlap > 0 && !spans_.empty() && spans_.back().mapped != nullptr)
        spans_.push_back({part.start, part.start, nullptr, 0});
      spans_.push_back({part.start, end, view_->data() + (position - view_start_), position});
    } else if (!spans_.empty() && spans_.back().mapped == nullptr) {
      spans_.back().end = end;
    } else {
      spans_.push_back({part.start, end, nullptr, 0});
    }
  }
}

Status RunReader::VisitMapped(const DocumentCore& core, const Span& span, size_t overlap,
                              RunVisitor& visitor) {
  const bool guard = view_->mapped();
  const auto* data = reinterpret_cast<const uint8_t*>(span.mapped);
  const std::byte* const view_end = view_->data() + view_->size();
  uint64_t at = span.start;
  while (span.end - at > overlap) {
    if (signal_.stop()) return Cancel();
    const size_t length =
        static_cast<size_t>(std::min<uint64_t>(span.end - at, uint64_t{tuning_.run_bytes} + overlap));
    GuardedScan scan{&visitor, at, data + (at - span.start), length, 0};
    bool good = true;
    if (guard) {
      good = RunGuarded(view_->data(), view_end, RunScan, &scan, nullptr) &&
             FileReaches(span.file_offset + (at - span.start) + length, length);
    } else {
      RunScan(&scan);
    }
    if (!good || !core.Holds(window_)) return VisitRead(core, at, span.end, overlap, visitor);
    if (Status status = visitor.Accept(at, scan.dealt); !status.ok()) return status;
    at += scan.dealt;
  }
  return Status::Ok();
}

Status RunReader::VisitCopied(const DocumentCore& core, uint64_t start, uint64_t end, size_t overlap,
                              RunVisitor& visitor) {
  const size_t most = std::max(tuning_.assembled_bytes, 2 * overlap + 2);
  while (end - start > overlap) {
    if (signal_.stop()) return Cancel();
    const size_t length = static_cast<size_t>(std::min<uint64_t>(most, end - start));
    if (buffer_.size() < length) buffer_.resize(length);
    const bool good = Copy(core, start, length) && core.Holds(window_);
    if (!good) return VisitRead(core, start, end, overlap, visitor);
    Status status = Show(start, reinterpret_cast<const uint8_t*>(buffer_.data()), length, overlap, visitor);
    if (!status.ok()) return status;
    start += length;
    if (start < end) start -= overlap;
  }
  return Status::Ok();
}

// The careful way: as any reader of the document does, with what cannot be read told apart.
Status RunReader::VisitRead(const DocumentCore& core, uint64_t start, uint64_t end, size_t overlap,
                            RunVisitor& visitor) {
  const size_t most = std::max(tuning_.assembled_bytes, 2 * overlap + 2);
  uint64_t gap_end = start;  // gaps up to here are told: the next read repeats the overlap
  while (start < end) {
    if (signal_.stop()) return Cancel();
    const size_t wanted = static_cast<size_t>(std::min<uint64_t>(most, end - start));
    if (buffer_.size() < wanted) buffer_.resize(wanted);
    const Result<WindowInfo> read = core.Read(start, std::span(buffer_).first(wanted));
    if (!read.ok()) return read.status().code() == Code::kOutOfRange ? Status::Ok() : read.status();
    version_ = read->version;
    const uint64_t read_end = start + read->length;
    uint64_t at = start;
    const auto show = [&](uint64_t to) {
      return to > at ? Show(at, reinterpret_cast<const uint8_t*>(buffer_.data()) + (at - start),
                            static_cast<size_t>(to - at), overlap, visitor)
                     : Status::Ok();
    };
    for (const ByteRange& bad : read->unreadable) {
      if (Status status = show(bad.start); !status.ok()) return status;
      const uint64_t new_from = std::max(bad.start, gap_end);
      if (new_from < bad.end) {
        unreadable_bytes_ += bad.end - new_from;
        if (Status status = visitor.Gap(new_from, bad.end - new_from); !status.ok()) return status;
      }
      at = bad.end;
    }
    if (Status status = show(read_end); !status.ok()) return status;
    gap_end = read_end;
    if (read->length < wanted || read_end >= end) break;  // the document has become shorter
    start = read_end - overlap;
  }
  return Status::Ok();
}

// Fills buffer_ from window_'s pieces; false: something could not be read.
bool RunReader::Copy(const DocumentCore& core, uint64_t start, size_t length) {
  const uint64_t end = start + length;
  auto first =
      std::upper_bound(window_.pieces.begin(), window_.pieces.end(), start,
                       [](uint64_t offset, const LocatedPiece& part) { return offset < part.start; });
  if (first == window_.pieces.begin()) return false;
  uint64_t file_end = 0;
  for (auto part = std::prev(first); part != window_.pieces.end() && part->start < end; ++part) {
    const uint64_t from = std::max(start, part->start);
    const uint64_t to = std::min(end, part->start + part->piece.length());
    const std::span<std::byte> out =
        std::span(buffer_).subspan(static_cast<size_t>(from - start), static_cast<size_t>(to - from));
    const uint64_t skip = from - part->start;
    if (part->piece.kind() != PieceKind::kFile) {
      if (!core.ReadStored(part->piece, skip, out).ok()) return false;
      continue;
    }
    const uint64_t position = part->piece.position() + skip;
    if (position + out.size() > window_.unsound_from) return false;
    file_end = std::max(file_end, position + out.size());
    if (view_ != nullptr && position >= view_start_ &&
        FitsWithin(position - view_start_, out.size(), view_end_ - view_start_)) {
      const std::byte* source = view_->data() + (position - view_start_);
      if (GuardedCopy(out.data(), source, out.size()) != out.size()) return false;
    } else {
      const Result<size_t> got = window_.file->region->ReadAt(position, out);
      if (!got.ok() || *got != out.size()) return false;
    }
  }
  return file_end == 0 || FileReaches(file_end, length);
}

// Ask after reading up to there: the rest of the last page of a file that was cut reads as zeros, without a
// fault. But the page behind it faults; touching that is all it takes where the view has it, and asking the
// system for the size of each of a hundred thousand pieces takes as long as searching them. Only for `length`
// bytes of such a piece: not all systems take the page away at once (huge pages in memory, network shares).
bool RunReader::FileReaches(uint64_t file_end, size_t length) const {
  if (length <= kTouchUpTo && view_ != nullptr && view_->mapped() && file_end >= view_start_) {
    const uint64_t page = AlignUp(file_end, window_.file->region->page_size());
    std::byte touched;
    if (page < view_end_) return GuardedCopy(&touched, view_->data() + (page - view_start_), 1) == 1;
  }
  const Result<uint64_t> size = window_.file->region->Size();
  return size.ok() && file_end <= *size;
}

// Plain memory.
Status RunReader::Show(uint64_t offset, const uint8_t* data, size_t length, size_t overlap,
                       RunVisitor& visitor) {
  size_t at = 0;
  while (length - at > overlap) {
    if (signal_.stop()) return Cancel();
    const size_t dealt = visitor.Scan(offset + at, data + at, length - at);
    if (Status status = visitor.Accept(offset + at, dealt); !status.ok()) return status;
    at += dealt;
  }
  return Status::Ok();
}

}  // namespace terahex
