// Reading the document: bytes, what is unsaved, what cannot be read, what is stored at all; see
// document_core.h. Must not change anything. Thread rule: any thread; the lock is held for the snapshot only.
#include <algorithm>
#include <cstring>

#include "native/core/document_core.h"

namespace terahex {

namespace {

void AddRange(std::vector<ByteRange>* ranges, uint64_t start, uint64_t end) {
  if (start >= end) return;
  if (!ranges->empty() && ranges->back().end == start) {
    ranges->back().end = end;
  } else {
    ranges->push_back({start, end});
  }
}

void SortAndJoin(std::vector<ByteRange>* ranges) {
  std::sort(ranges->begin(), ranges->end(),
            [](const ByteRange& a, const ByteRange& b) { return a.start < b.start; });
  size_t kept = 0;
  for (const ByteRange& range : *ranges) {
    if (kept > 0 && (*ranges)[kept - 1].end >= range.start) {
      (*ranges)[kept - 1].end = std::max((*ranges)[kept - 1].end, range.end);
    } else {
      (*ranges)[kept++] = range;
    }
  }
  ranges->resize(kept);
}

// Bytes copied; the byte behind them could not be read. Mapped regions through the guarded views, others
// positionally.
size_t CopyOnce(const FileHandle& file, uint64_t offset, std::span<std::byte> out) {
  Result<size_t> copied =
      file.region->mappable() ? file.preview.Copy(offset, out) : file.region->ReadAt(offset, out);
  return copied.ok() ? std::min(*copied, out.size()) : 0;
}

// Fills `out` from the file; what cannot be read becomes 00 and is noted, page by page. `at`: document offset
// of out[0].
void CopyFromFile(const FileHandle& file, uint64_t offset, std::span<std::byte> out, uint64_t at,
                  std::vector<ByteRange>* unreadable) {
  size_t done = CopyOnce(file, offset, out);
  if (done == out.size()) return;
  // Past the end of a file that shrank nothing is tried: there may be millions of such pages.
  Result<uint64_t> real_size = file.region->Size();
  const uint64_t readable_end = real_size.ok() ? std::max(*real_size, offset) : offset;
  const size_t try_until = static_cast<size_t>(std::min<uint64_t>(out.size(), readable_end - offset));
  const uint64_t page = std::max<size_t>(file.region->page_size(), 1);
  while (done < try_until) {
    const uint64_t page_end = (offset + done) / page * page + page;
    const size_t stop = static_cast<size_t>(std::min<uint64_t>(try_until, page_end - offset));
    const size_t count = CopyOnce(file, offset + done, out.subspan(done, stop - done));
    if (done + count < stop) {
      std::memset(out.data() + done + count, 0, stop - done - count);
      AddRange(unreadable, at + done + count, at + stop);
    }
    done = stop;
  }
  if (done < out.size()) {
    std::memset(out.data() + done, 0, out.size() - done);
    AddRange(unreadable, at + done, at + out.size());
  }
}

}  // namespace

Status DocumentCore::ReadStored(const Piece& piece, uint64_t from, std::span<std::byte> out) const {
  if (piece.kind() == PieceKind::kBuffer) return buffer_.Read(piece.position() + from, out);
  return patterns_.Read(piece.pattern(), piece.phase() + from, out);
}

Result<WindowInfo> DocumentCore::Read(uint64_t offset, std::span<std::byte> out) const {
  std::vector<LocatedPiece> parts;
  for (;;) {
    WindowInfo info;
    parts.clear();
    std::shared_ptr<const FileHandle> file;
    uint64_t epoch = 0;
    uint64_t unsound_from = kNoShift;
    {
      std::shared_lock lock(mutex_);
      const uint64_t size = pieces_.size();
      if (offset > size) {
        return Status(
            Code::kOutOfRange,
            "Offset " + std::to_string(offset) + " is past the document's end at " + std::to_string(size), 0,
            offset);
      }
      info.version = changes_.version();
      info.length = static_cast<size_t>(std::min<uint64_t>(out.size(), size - offset));
      file = file_;
      epoch = epoch_;
      pieces_.Visit(offset, offset + info.length, [&](uint64_t start, const Piece& piece) {
        parts.push_back({start, piece});
        return true;
      });
      const bool moving = std::any_of(parts.begin(), parts.end(), [&](const LocatedPiece& part) {
        return part.piece.kind() == PieceKind::kFile &&
               part.piece.position() + part.piece.length() > shift_from_;
      });
      if (moving) {
        shift_ended_.wait(lock, [&] { return epoch != epoch_ || shift_from_ == kNoShift; });
        continue;
      }
      unsound_from = unsound_from_;
    }
    for (const auto& [start, piece] : parts) {
      const uint64_t end = start + piece.length();
      std::span<std::byte> into =
          out.subspan(static_cast<size_t>(start - offset), static_cast<size_t>(piece.length()));
      if (piece.kind() == PieceKind::kFile) {
        CopyFromFile(*file, piece.position(), into, start, &info.unreadable);
        continue;
      }
      AddRange(&info.unsaved, start, end);
      if (!ReadStored(piece, 0, into).ok()) {
        std::memset(into.data(), 0, into.size());
        AddRange(&info.unreadable, start, end);
      }
    }
    // The last page of a mapped file reads as zeros behind the file's end: what a shrunken file no longer has
    // is no data.
    Result<uint64_t> real_size = file->region->Size();
    const uint64_t sound = std::min(real_size.ok() ? *real_size : kMaxOffset, unsound_from);
    for (const auto& [start, piece] : parts) {
      if (piece.kind() != PieceKind::kFile) continue;
      const uint64_t readable =
          sound > piece.position() ? std::min(sound - piece.position(), piece.length()) : 0;
      if (readable == piece.length()) continue;
      std::memset(out.data() + (start + readable - offset), 0,
                  static_cast<size_t>(piece.length() - readable));
      info.unreadable.push_back({start + readable, start + piece.length()});
    }
    SortAndJoin(&info.unreadable);
    // A commit may have begun to overwrite the file under us; then the pieces of now tell where the bytes
    // are.
    std::shared_lock lock(mutex_);
    if (epoch == epoch_) return info;
  }
}

Result<std::vector<ByteRange>> DocumentCore::Extents(uint64_t start, uint64_t end, size_t limit) const {
  // Pieces taken under one lock. Many pieces may be one extent, so their number says nothing about the
  // answer's.
  constexpr size_t kPiecesAtOnce = 4096;
  std::vector<ByteRange> found;
  auto add = [&](uint64_t from, uint64_t to) {
    if (!found.empty() && found.back().end == from) {
      found.back().end = to;
      return true;
    }
    if (found.size() == limit) return false;
    found.push_back({from, to});
    return true;
  };
  std::vector<LocatedPiece> parts;
  for (uint64_t next = start; next < end || next == start;) {
    std::shared_ptr<const FileHandle> file;
    uint64_t file_end = 0;
    // Of the file, answered in one go: a hole from known_from, then `stored`. Asking for each of many small
    // pieces takes longer than reading them.
    uint64_t known_from = 0;
    ByteRange stored;
    parts.clear();
    {
      std::shared_lock lock(mutex_);
      shift_ended_.wait(lock, [&] { return shift_from_ == kNoShift; });
      end = std::min(end, pieces_.size());
      if (start > end) return Status(Code::kOutOfRange, "Extents past the document's end", 0, start);
      file = file_;
      size_t taken = 0;
      const uint64_t from = next;
      next = end;
      pieces_.Visit(from, end, [&](uint64_t at, const Piece& piece) {
        const bool zeros = piece.kind() == PieceKind::kFill && piece.pattern() == FillPatterns::kZeros;
        if (!zeros) parts.push_back({at, piece});
        if (piece.kind() == PieceKind::kFile)
          file_end = std::max(file_end, piece.position() + piece.length());
        if (++taken < kPiecesAtOnce) return true;
        next = at + piece.length();
        return false;
      });
    }
    for (const auto& [at, piece] : parts) {
      if (piece.kind() != PieceKind::kFile) {
        if (!add(at, at + piece.length())) return found;
        continue;
      }
      const uint64_t from = piece.position();
      const uint64_t to = from + piece.length();
      if (from < known_from || from >= stored.end) {
        Result<std::vector<ByteRange>> first = file->region->Extents(from, file_end, 1);
        if (!first.ok()) return first.status();
        known_from = from;
        stored = first->empty() ? ByteRange{file_end, file_end} : first->front();
      }
      if (to <= stored.end) {
        const uint64_t data = std::max(from, stored.start);
        if (data < to && !add(at + (data - from), at + piece.length())) return found;
        continue;
      }
      const size_t room = limit - std::min(limit, found.size()) + 1;
      Result<std::vector<ByteRange>> several = file->region->Extents(from, to, room);
      if (!several.ok()) return several.status();
      for (const ByteRange& range : *several) {
        if (!add(at + (range.start - from), at + (range.end - from))) return found;
      }
    }
    if (next >= end) break;
  }
  return found;
}

void DocumentCore::ShiftFrom(uint64_t from) {
  std::unique_lock lock(mutex_);
  shift_from_ = from;
  ++epoch_;
  shift_ended_.notify_all();
}

}  // namespace terahex
