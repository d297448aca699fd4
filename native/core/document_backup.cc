// Backups: the unsaved edits in a file of their own, and back; see document_core.h. Format: header, patterns,
// pieces (bytes of the edit buffer inline), checksum; little-endian. Must not know who keeps backups where.
// Thread rule: Backup from any thread, Restore on the writer's.
#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <map>

#include "native/core/document_core.h"

namespace terahex {

namespace {

// Eight bytes, the last of them the version of the format.
constexpr std::array<char, 8> kMagic = {'T', 'H', 'X', 'B', 'A', 'C', 'K', 1};
constexpr size_t kChunk = 1 << 20;

// FNV-1a, 64 bits, a word at a time: tells torn and damaged files, not forged ones.
class Checksum {
 public:
  void Add(std::span<const std::byte> bytes) {
    for (std::byte b : bytes) {
      word_ |= uint64_t{static_cast<uint8_t>(b)} << (8 * filled_);
      if (++filled_ == 8) Flush();
    }
  }
  uint64_t value() const {
    Checksum end = *this;
    end.Flush();
    return end.hash_;
  }

 private:
  void Flush() {
    hash_ = (hash_ ^ word_ ^ filled_) * 0x100000001b3;
    hash_ ^= hash_ >> 32;
    word_ = filled_ = 0;
  }
  uint64_t hash_ = 0xcbf29ce484222325;
  uint64_t word_ = 0;
  uint64_t filled_ = 0;
};

class Writer {
 public:
  explicit Writer(MapRegion& region) : region_(region) { buffer_.reserve(kChunk); }
  Status Bytes(std::span<const std::byte> bytes) {
    checksum_.Add(bytes);
    return Raw(bytes);
  }
  Status Number(uint64_t value) {
    std::byte bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(value >> (8 * i));
    return Bytes(bytes);
  }
  Status Finish() {
    Status status = Number(checksum_.value());
    if (status.ok()) status = Flush();
    return status.ok() ? region_.Sync() : status;
  }

 private:
  Status Raw(std::span<const std::byte> bytes) {
    if (buffer_.size() + bytes.size() > kChunk) {
      Status status = Flush();
      if (!status.ok()) return status;
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return Status::Ok();
  }
  Status Flush() {
    Status status = region_.WriteAt(offset_, buffer_);
    offset_ += buffer_.size();
    buffer_.clear();
    return status;
  }
  MapRegion& region_;
  std::vector<std::byte> buffer_;
  uint64_t offset_ = 0;
  Checksum checksum_;
};

class Reader {
 public:
  Reader(const MapRegion& region, uint64_t size) : region_(region), size_(size) {}
  uint64_t left() const { return size_ - offset_ + (buffer_.size() - at_); }
  uint64_t checksum() const { return checksum_.value(); }
  Status Bytes(std::span<std::byte> out) {
    std::span<std::byte> rest = out;
    while (!rest.empty()) {
      if (at_ == buffer_.size()) {
        buffer_.resize(static_cast<size_t>(std::min<uint64_t>(kChunk, size_ - offset_)));
        at_ = 0;
        Result<size_t> read = region_.ReadAt(offset_, buffer_);
        if (!read.ok()) return read.status();
        buffer_.resize(*read);
        if (buffer_.empty()) return Status(Code::kCorrupt, region_.path() + " ends too early");
        offset_ += *read;
      }
      const size_t count = std::min(rest.size(), buffer_.size() - at_);
      std::memcpy(rest.data(), buffer_.data() + at_, count);
      at_ += count;
      rest = rest.subspan(count);
    }
    checksum_.Add(out);
    return Status::Ok();
  }
  Status Number(uint64_t* value) {
    std::byte bytes[8];
    Status status = Bytes(bytes);
    *value = 0;
    for (int i = 0; i < 8; ++i) *value |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    return status;
  }

 private:
  const MapRegion& region_;
  const uint64_t size_;
  std::vector<std::byte> buffer_;
  size_t at_ = 0;
  uint64_t offset_ = 0;
  Checksum checksum_;
};

std::array<uint64_t, 7> NumbersOf(const FileIdentity& identity) {
  return {identity.volume,
          identity.file_id[0],
          identity.file_id[1],
          identity.size,
          std::bit_cast<uint64_t>(identity.mtime_ns),
          std::bit_cast<uint64_t>(identity.ctime_ns),
          identity.birth_ns};
}

Status Corrupt(const std::string& path, const char* what) {
  return Status(Code::kCorrupt, path + " is not a whole backup: " + what);
}

// Reads everything once and compares the checksum, so that nothing of a damaged backup is ever applied.
Status Check(const MapRegion& region, uint64_t size) {
  Reader reader(region, size);
  std::vector<std::byte> chunk(kChunk);
  if (size < kMagic.size() + 8) return Corrupt(region.path(), "too short");
  uint64_t left = size - 8;
  while (left > 0) {
    const size_t count = static_cast<size_t>(std::min<uint64_t>(left, kChunk));
    Status status = reader.Bytes(std::span(chunk).first(count));
    if (!status.ok()) return status;
    left -= count;
  }
  const uint64_t computed = reader.checksum();
  uint64_t stated = 0;
  Status status = reader.Number(&stated);
  if (!status.ok()) return status;
  return stated == computed ? Status::Ok() : Corrupt(region.path(), "wrong checksum");
}

}  // namespace

Status DocumentCore::WriteBackup(MapRegion& region) const {
  const ContentSnapshot snapshot = TakeSnapshot();
  Writer writer(region);
  Status status = writer.Bytes(std::as_bytes(std::span(kMagic)));
  for (uint64_t number : NumbersOf(snapshot.identity)) {
    if (status.ok()) status = writer.Number(number);
  }
  std::map<uint32_t, uint64_t> numbers;  // of patterns in the document and in the backup
  for (const auto& [start, piece] : snapshot.pieces) {
    if (piece.kind() == PieceKind::kFill) numbers.emplace(piece.pattern(), numbers.size());
  }
  std::vector<uint32_t> order(numbers.size());
  for (const auto& [pattern, number] : numbers) order[number] = pattern;
  if (status.ok()) status = writer.Number(order.size());
  std::vector<std::byte> chunk(kChunk);
  auto write_stored = [&](const Piece& piece) {
    for (uint64_t done = 0; status.ok() && done < piece.length();) {
      const auto part =
          std::span(chunk).first(static_cast<size_t>(std::min<uint64_t>(kChunk, piece.length() - done)));
      status = ReadStored(piece, done, part);
      if (status.ok()) status = writer.Bytes(part);
      done += part.size();
    }
  };
  for (uint32_t pattern : order) {
    const uint32_t length = patterns_.length(pattern);
    if (status.ok()) status = writer.Number(length);
    write_stored(Piece::Fill(pattern, 0, length));
  }
  if (status.ok()) status = writer.Number(snapshot.pieces.size());
  for (const auto& [start, piece] : snapshot.pieces) {
    if (status.ok()) status = writer.Number(static_cast<uint64_t>(piece.kind()));
    if (status.ok()) status = writer.Number(piece.length());
    switch (piece.kind()) {
      case PieceKind::kFile:
        if (status.ok()) status = writer.Number(piece.position());
        break;
      case PieceKind::kBuffer:
        write_stored(piece);
        break;
      case PieceKind::kFill:
        if (status.ok()) status = writer.Number(numbers[piece.pattern()]);
        if (status.ok()) status = writer.Number(piece.phase());
        break;
    }
  }
  return status.ok() ? writer.Finish() : status;
}

Status DocumentCore::Backup(const std::string& target) const {
  const uint64_t salt = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  const std::string sibling = target + "." + std::to_string(salt) + ".part";
  Result<std::shared_ptr<MapRegion>> region = file_system_.Open(sibling, OpenMode::kCreateExclusive);
  if (!region.ok()) return region.status();
  Status status = WriteBackup(**region);
  region->reset();
  if (status.ok()) status = file_system_.Replace(sibling, target);
  if (!status.ok()) {
    (void)file_system_.Remove(sibling);
    return status;
  }
  const size_t slash = target.find_last_of("/\\");
  return file_system_.SyncFolder(slash == std::string::npos ? "."
                                                            : target.substr(0, std::max<size_t>(slash, 1)));
}

Status DocumentCore::ReadBackup(const MapRegion& region, uint64_t file_size, bool force,
                                std::vector<Piece>* pieces) {
  Result<uint64_t> size = region.Size();
  if (!size.ok()) return size.status();
  Status status = Check(region, *size);
  if (!status.ok()) return status;
  Reader reader(region, *size);
  std::array<char, kMagic.size()> magic;
  status = reader.Bytes(std::as_writable_bytes(std::span(magic)));
  if (!status.ok()) return status;
  if (magic != kMagic) return Corrupt(region.path(), "not a backup of this version of the program");
  FileIdentity ours;
  {
    std::shared_lock lock(mutex_);
    ours = identity_;
  }
  std::vector<uint64_t> theirs;
  for (uint64_t expected : NumbersOf(ours)) {
    uint64_t number = 0;
    status = reader.Number(&number);
    if (!status.ok()) return status;
    theirs.push_back(number);
    if (number != expected && !force) {
      return Status(Code::kChanged,
                    path_ + " is not the version that the backup " + region.path() + " was made on");
    }
  }
  const uint64_t old_size = theirs[3];
  uint64_t edited_end = 0;     // of the last byte that an edit put in
  bool ends_with_file = true;  // the document's end is the old file's
  uint64_t count = 0;
  uint64_t length = 0;
  uint64_t kind = 0;
  std::vector<std::byte> chunk;
  status = reader.Number(&count);
  std::vector<uint32_t> order;
  for (uint64_t i = 0; status.ok() && i < count; ++i) {
    status = reader.Number(&length);
    if (!status.ok()) break;
    if (length == 0 || length > reader.left())
      return Corrupt(region.path(), "a pattern longer than the file");
    chunk.resize(static_cast<size_t>(length));
    status = reader.Bytes(chunk);
    if (!status.ok()) break;
    Result<uint32_t> pattern = patterns_.Add(chunk);
    if (!pattern.ok()) return pattern.status();
    order.push_back(*pattern);
  }
  if (status.ok()) status = reader.Number(&count);
  uint64_t total = 0;
  for (uint64_t i = 0; status.ok() && i < count; ++i) {
    status = reader.Number(&kind);
    if (status.ok()) status = reader.Number(&length);
    if (!status.ok()) break;
    if (length == 0 || length > kMaxOffset - total)
      return Corrupt(region.path(), "a piece of impossible length");
    total += length;
    if (kind != static_cast<uint64_t>(PieceKind::kFile)) edited_end = total;
    ends_with_file = false;
    uint64_t first = 0;
    uint64_t second = 0;
    if (kind == static_cast<uint64_t>(PieceKind::kBuffer)) {
      if (length > reader.left()) return Corrupt(region.path(), "a piece longer than the file");
      while (status.ok() && length > 0) {
        chunk.resize(static_cast<size_t>(std::min<uint64_t>(length, kChunk)));
        status = reader.Bytes(chunk);
        if (!status.ok()) break;
        Result<uint64_t> position = buffer_.Append(chunk);
        if (!position.ok()) return position.status();
        PushPiece(*pieces, Piece::Buffer(*position, chunk.size()), patterns_);
        length -= chunk.size();
      }
    } else if (kind == static_cast<uint64_t>(PieceKind::kFile)) {
      status = reader.Number(&first);
      if (!status.ok()) break;
      ends_with_file = FitsWithin(first, length, old_size) && first + length == old_size;
      if (!FitsWithin(first, length, file_size)) {
        // Only a forced restore on a shorter file gets here: what the file no longer has cannot come back.
        if (!force) return Corrupt(region.path(), "a piece past the end of the file");
        length = first < file_size ? file_size - first : 0;
      }
      if (length > 0) PushPiece(*pieces, Piece::File(first, length), patterns_);
    } else if (kind == static_cast<uint64_t>(PieceKind::kFill)) {
      status = reader.Number(&first);
      if (status.ok()) status = reader.Number(&second);
      if (!status.ok()) break;
      if (first >= order.size()) return Corrupt(region.path(), "a pattern that is not there");
      const uint32_t phase = static_cast<uint32_t>(second % patterns_.length(order[first]));
      PushPiece(*pieces, Piece::Fill(order[first], phase, length), patterns_);
    } else {
      return Corrupt(region.path(), "a piece of unknown kind");
    }
  }
  if (!status.ok()) return status;
  if (reader.left() != 8) return Corrupt(region.path(), "bytes behind the last piece");
  // Forced onto a file of another size. What it gained at its end stays; edits that only overwrote keep their
  // offsets, so those past its new end have no place.
  const bool overwrites_only = total == old_size;
  if (overwrites_only && edited_end > file_size) {
    return Status(Code::kOutOfRange, path_ + " has become too short for the edits in " + region.path());
  }
  if (file_size > old_size && (overwrites_only || ends_with_file)) {
    PushPiece(*pieces, Piece::File(old_size, file_size - old_size), patterns_);
  }
  return Status::Ok();
}

Status DocumentCore::Restore(const std::string& backup, bool force) {
  std::unique_lock commit(commit_mutex_, std::try_to_lock);
  if (!commit.owns_lock()) return Status(Code::kBusy, "A save of this document is running");
  Result<std::shared_ptr<MapRegion>> region = file_system_.Open(backup, OpenMode::kRead);
  if (!region.ok()) return region.status();
  uint64_t file_size = 0;
  {
    std::shared_lock lock(mutex_);
    file_size = identity_.size;
  }
  std::vector<Piece> pieces;
  Status status = ReadBackup(**region, file_size, force, &pieces);
  if (!status.ok()) return status;
  std::unique_lock lock(mutex_);
  history_.Seal();
  status = Apply(0, pieces_.size(), pieces, false);
  history_.Seal();
  return status;
}

}  // namespace terahex
