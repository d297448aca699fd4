// Parses and checks the frames of an edit log; see edit_log_reader.h. Thread rule: one thread per object.
#include "native/core/edit_log_reader.h"

#include <algorithm>

#include "native/core/journal_checksum.h"

namespace terahex {

namespace {

constexpr size_t kWindow = 4 << 20;

// Gives payloads in order for as long as their checksums hold.
class FrameSource {
 public:
  FrameSource(const MapRegion& region, uint64_t offset, uint32_t crc)
      : region_(region), at_(offset), crc_(crc) {}
  uint64_t offset() const { return at_; }
  uint32_t crc() const { return crc_; }
  // Empty: no further whole frame. Valid until the next call.
  Result<std::span<const std::byte>> Next() {
    const std::span<const std::byte> nothing;
    auto header = Window(kFrameHeader);
    if (!header.ok()) return header.status();
    if (header->size() < kFrameHeader) return nothing;
    FieldReader fields(*header);
    const uint32_t length = fields.U32();
    const uint32_t crc = fields.U32();
    if (length == 0 || length > kFrameMax) return nothing;
    auto frame = Window(kFrameHeader + length);
    if (!frame.ok()) return frame.status();
    if (frame->size() < kFrameHeader + length) return nothing;
    const auto payload = frame->subspan(kFrameHeader, length);
    if (Crc32c(payload, Crc32c(frame->first(4), crc_)) != crc) return nothing;
    at_ += kFrameHeader + length;
    crc_ = crc;
    return payload;
  }

 private:
  // So many bytes from at_ on, or as many as the log has.
  Result<std::span<const std::byte>> Window(size_t length) {
    size_t inside = static_cast<size_t>(at_ - window_at_);
    if (at_ < window_at_ || inside > window_.size() || window_.size() - inside < length) {
      window_.resize(std::max(length, kWindow));
      auto read = region_.ReadAt(at_, window_);
      if (!read.ok()) return read.status();
      window_.resize(*read);
      window_at_ = at_;
      inside = 0;
    }
    return std::span<const std::byte>(window_).subspan(inside, std::min(length, window_.size() - inside));
  }

  const MapRegion& region_;
  uint64_t at_;
  uint32_t crc_;
  std::vector<std::byte> window_;
  uint64_t window_at_ = 0;
};

bool ParsePieces(FieldReader& in, std::span<const std::byte> payload, uint64_t payload_at, LogFrame* frame) {
  bool ok = true;
  uint64_t total = 0;
  while (ok && in.ok() && in.position() < payload.size()) {
    LogPiece piece;
    const auto kind = in.Bytes(1);
    piece.kind = static_cast<PieceKind>(kind[0]);
    piece.length = GetVarint(in, &ok);
    if (!ok || piece.length == 0 || piece.length > kMaxOffset - total) return false;
    total += piece.length;
    switch (piece.kind) {
      case PieceKind::kFile:
        piece.position = GetVarint(in, &ok);
        if (!ok || !FitsWithin(piece.position, piece.length, kMaxOffset)) return false;
        break;
      case PieceKind::kFill:
        piece.pattern = GetVarint(in, &ok);
        piece.phase = GetVarint(in, &ok);
        break;
      case PieceKind::kBuffer:
        piece.position = payload_at + in.position();
        if (piece.length > payload.size() - in.position()) return false;
        piece.bytes = in.Bytes(static_cast<size_t>(piece.length));
        break;
      default:
        return false;
    }
    frame->pieces.push_back(piece);
  }
  return ok && in.ok();
}

// False: not a frame of this version of the format.
bool Parse(std::span<const std::byte> payload, uint64_t payload_at, LogFrame* frame) {
  FieldReader in(payload);
  const auto head = static_cast<uint8_t>(in.Bytes(1)[0]);
  frame->kind = static_cast<FrameKind>(head & kFrameKindMask);
  frame->joined = (head & kFrameJoined) != 0;
  frame->more = (head & kFrameMore) != 0;
  frame->pieces.clear();
  bool ok = true;
  switch (frame->kind) {
    case FrameKind::kBase:
      frame->identity = GetIdentity(in);
      frame->path = in.Text();
      return in.ok();
    case FrameKind::kEdit:
      frame->offset = GetVarint(in, &ok);
      frame->removed = GetVarint(in, &ok);
      return ok && ParsePieces(in, payload, payload_at, frame);
    case FrameKind::kSeek:
      frame->offset = GetVarint(in, &ok);
      return ok;
    case FrameKind::kPattern:
      frame->offset = GetVarint(in, &ok);
      frame->bytes = in.Bytes(payload.size() - in.position());
      return ok && frame->offset > 0 && !frame->bytes.empty();
    case FrameKind::kCommitBegin:
      return true;
    case FrameKind::kCommitEnd: {
      const auto completed = in.Bytes(1);
      frame->completed = !completed.empty() && completed[0] == std::byte{1};
      frame->identity = GetIdentity(in);
      return in.ok();
    }
  }
  return false;
}

}  // namespace

Result<EditLogReader> EditLogReader::Open(MapRegion& region) {
  EditLogReader reader(region);
  std::byte magic[kEditLogStart];
  auto read = region.ReadAt(0, magic);
  if (!read.ok()) return read.status();
  if (*read < sizeof magic || FieldReader(magic).U64() != kEditLogMagic) {
    return Status(Code::kCorrupt, region.path() + " is not an edit log of this version of the program");
  }
  FrameSource source(region, kEditLogStart, 0);
  State state;
  bool whole = false;
  LogFrame frame;
  while (true) {
    const Place before{source.offset(), source.crc()};
    auto payload = source.Next();
    if (!payload.ok()) return payload.status();
    if (payload->empty() || !Parse(*payload, before.offset + kFrameHeader, &frame)) break;
    const Place after{source.offset(), source.crc()};
    if (!reader.Take(frame, before, after, &state)) break;
    if (frame.more) continue;
    reader.state_ = state;
    whole = true;
  }
  if (!whole) return Status(Code::kCorrupt, region.path() + " has no whole beginning");
  return reader;
}

// False: the frame cannot stand here.
bool EditLogReader::Take(const LogFrame& frame, const Place& before, const Place& after, State* state) {
  const bool begun = state->end > 0;
  switch (frame.kind) {
    case FrameKind::kBase: {
      const uint64_t patterns = state->patterns;
      *state = State();
      state->base = frame.identity;
      state->path = paths_.size();
      state->start = after;
      state->patterns = patterns;
      paths_.push_back(frame.path);
      break;
    }
    case FrameKind::kEdit:
      if (!begun) return false;
      if (!frame.joined) state->last = ++state->position;
      if (state->position == 0 && !frame.empty_edit()) return false;
      break;
    case FrameKind::kSeek: {
      if (!begun || frame.offset < state->minus || frame.offset - state->minus > state->last) return false;
      const uint64_t target = frame.offset - state->minus;
      if (state->commit_open && target < state->commit_position && !state->cut) {
        state->cut = true;
        state->cut_at = before;
        state->cut_position = state->position;
      }
      state->position = target;
      break;
    }
    case FrameKind::kPattern:
      if (!begun) return false;
      state->patterns = std::max(state->patterns, frame.offset);
      break;
    case FrameKind::kCommitBegin:
      if (!begun) return false;
      state->commit_open = true;
      state->commit = after;
      state->commit_position = state->position;
      state->cut = false;
      break;
    case FrameKind::kCommitEnd:
      if (!begun || (frame.completed && !state->commit_open)) return false;
      if (frame.completed) {
        std::swap(state_, *state);
        TakeCommitForDone();
        std::swap(state_, *state);
      }
      state->base = frame.identity;
      state->commit_open = false;
      break;
    default:
      return false;
  }
  state->end = after.offset;
  state->crc = after.crc;
  return true;
}

void EditLogReader::TakeCommitForDone() {
  state_.start = state_.commit;
  if (state_.cut) {
    state_.end = state_.cut_at.offset;
    state_.crc = state_.cut_at.crc;
    state_.position = state_.cut_position;
  }
  state_.position -= state_.commit_position;
  state_.last = std::max(state_.last, state_.commit_position) - state_.commit_position;
  state_.minus += state_.commit_position;
  state_.commit_open = false;
  state_.cut = false;
}

Status EditLogReader::ForEach(const std::function<Status(const LogFrame&)>& visit, bool until_commit) const {
  const uint64_t end = until_commit ? state_.commit.offset : state_.end;
  FrameSource source(*region_, kEditLogStart, 0);
  LogFrame frame;
  while (source.offset() < end) {
    const uint64_t at = source.offset();
    auto payload = source.Next();
    if (!payload.ok()) return payload.status();
    if (payload->empty() || !Parse(*payload, at + kFrameHeader, &frame)) {
      return Status(Code::kCorrupt, region_->path() + " was changed while it was read", 0, at);
    }
    const bool counts = at >= state_.start.offset && !frame.empty_edit();
    const bool wanted = frame.kind == FrameKind::kPattern ||
                        (counts && (frame.kind == FrameKind::kEdit || frame.kind == FrameKind::kSeek));
    if (!wanted) continue;
    if (frame.kind == FrameKind::kSeek) frame.offset -= std::min(frame.offset, state_.minus);
    if (Status status = visit(frame); !status.ok()) return status;
  }
  return Status::Ok();
}

void LogPatterns::Add(const LogFrame& frame) {
  std::vector<std::byte>& bytes = bytes_[frame.offset];
  bytes.insert(bytes.end(), frame.bytes.begin(), frame.bytes.end());
}

Result<uint32_t> LogPatterns::Find(uint64_t number) {
  if (number == 0) return FillPatterns::kZeros;
  if (auto found = known_.find(number); found != known_.end()) return found->second;
  auto bytes = bytes_.find(number);
  if (bytes == bytes_.end())
    return Status(Code::kCorrupt, "an edit log names a pattern that it does not hold");
  Result<uint32_t> added = table_.Add(bytes->second);
  if (!added.ok()) return added.status();
  known_[number] = *added;
  bytes_.erase(bytes);
  return added;
}

}  // namespace terahex
