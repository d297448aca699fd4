// See strings.h. Characters are put together from single bytes, so that no border matters.
#include "native/core/scan/strings.h"

#include <algorithm>

namespace terahex {

namespace {

constexpr size_t kBatch = 8192;

// A string that may go on.
struct Track {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t characters = 0;
};

// What is known between two bytes. Plain, so that a run can be scanned again.
struct TextState {
  Track tracks[2];       // UTF-16: of even and odd offsets; else the first alone
  uint8_t previous = 0;  // UTF-16
  bool has_previous = false;
  uint32_t character = 0;  // UTF-8, so far
  uint32_t wanted = 0;     // UTF-8: bytes still to come
  uint32_t least = 0;      // UTF-8: smaller ones would be written shorter
  uint64_t character_at = 0;
};

struct Batch {
  size_t count = 0;
  ByteRange strings[kBatch];
};

class StringsWorker final : public ScanWorker, private RunVisitor {
 public:
  StringsWorker(TextKind kind, uint64_t least, uint64_t range_end,
                std::function<bool(std::span<const ByteRange>)> tell, ScanSignal& signal)
      : kind_(kind), least_(least), range_end_(range_end), tell_(std::move(tell)), signal_(signal) {
    for (uint32_t byte = 0; byte < 256; ++byte) text_[byte] = byte < 0x80 && IsTextCharacter(byte, kind);
  }

  Status Run(const ScanItem& item, RunReader& reader) override {
    if (item.zeros) return Gap(item.range.start, item.range.length());
    Status status = reader.Visit(item.range.start, item.range.end, 0, *this);
    if (status.ok() && item.range.end == range_end_) return Gap(range_end_, 0);
    return status;
  }

 private:
  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override {
    tried_ = done_;
    batch_->count = 0;
    size_t i = 0;
    // A byte ends two strings at most.
    while (i < length && batch_->count + 2 < kBatch) {
      switch (kind_) {
        case TextKind::kAscii:
          TakeAscii(offset + i, data[i]);
          break;
        case TextKind::kUtf8:
          TakeUtf8(offset + i, data[i]);
          break;
        default:
          TakeUtf16(offset + i, data[i]);
      }
      ++i;
      // Most of a file is no text.
      if (kind_ == TextKind::kAscii && tried_.tracks[0].characters == 0) {
        while (i < length && !text_[data[i]]) ++i;
      }
    }
    return i;
  }
  Status Accept(uint64_t, size_t) override {
    done_ = tried_;
    return Tell();
  }
  Status Gap(uint64_t, uint64_t) override {
    tried_ = done_;
    batch_->count = 0;
    for (Track& track : tried_.tracks) End(&track);
    done_ = {};
    return Tell();
  }
  Status Tell() {
    if (batch_->count > 1 && kind_ >= TextKind::kUtf16Le) {
      std::sort(batch_->strings, batch_->strings + batch_->count,
                [](const ByteRange& a, const ByteRange& b) { return a.start < b.start; });
    }
    if (batch_->count > 0 && !tell_(std::span(batch_->strings, batch_->count))) signal_.enough = true;
    batch_->count = 0;
    return Status::Ok();
  }

  void End(Track* track) {
    if (track->characters >= least_) batch_->strings[batch_->count++] = {track->start, track->end};
    track->characters = 0;
  }
  void Extend(Track* track, uint64_t start, uint64_t end) {
    if (track->characters++ == 0) track->start = start;
    track->end = end;
  }

  void TakeAscii(uint64_t offset, uint8_t byte) {
    if (text_[byte]) {
      Extend(&tried_.tracks[0], offset, offset + 1);
    } else {
      End(&tried_.tracks[0]);
    }
  }

  // RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF.
  void TakeUtf8(uint64_t offset, uint8_t byte) {
    TextState& state = tried_;
    if (state.wanted > 0 && (byte & 0xc0) == 0x80) {
      state.character = state.character << 6 | (byte & 0x3f);
      if (--state.wanted > 0) return;
      const bool good = state.character >= state.least && state.character <= 0x10ffff &&
                        !(state.character >= 0xd800 && state.character <= 0xdfff) &&
                        IsTextCharacter(state.character, TextKind::kUtf8);
      if (good) {
        Extend(&state.tracks[0], state.character_at, offset + 1);
      } else {
        End(&state.tracks[0]);
      }
      return;
    }
    if (state.wanted > 0) End(&state.tracks[0]);  // cut short; this byte begins anew
    state.wanted = 0;
    if (text_[byte]) {
      Extend(&state.tracks[0], offset, offset + 1);
      return;
    }
    const uint32_t more = byte >= 0xc2 && byte <= 0xdf   ? 1
                          : (byte & 0xf0) == 0xe0        ? 2
                          : byte >= 0xf0 && byte <= 0xf4 ? 3
                                                         : 0;
    if (more == 0) {
      End(&state.tracks[0]);
      return;
    }
    state.wanted = more;
    state.character = byte & (0x3fu >> more);
    state.least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
    state.character_at = offset;
  }

  void TakeUtf16(uint64_t offset, uint8_t byte) {
    TextState& state = tried_;
    if (state.has_previous) {
      const uint32_t unit = kind_ == TextKind::kUtf16Le ? state.previous | uint32_t{byte} << 8
                                                        : uint32_t{state.previous} << 8 | byte;
      Track* track = &state.tracks[(offset - 1) & 1];
      if (IsTextCharacter(unit, kind_)) {
        Extend(track, offset - 1, offset + 1);
      } else {
        End(track);
      }
    }
    state.previous = byte;
    state.has_previous = true;
  }

  const TextKind kind_;
  const uint64_t least_;
  const uint64_t range_end_;
  const std::function<bool(std::span<const ByteRange>)> tell_;
  ScanSignal& signal_;
  bool text_[256];
  TextState done_;
  TextState tried_;
  std::unique_ptr<Batch> batch_ = std::make_unique<Batch>();
};

}  // namespace

Result<StringsOutcome> Strings(const Document& document, const ScanOptions& options, TextKind kind,
                               uint64_t least, uint64_t limit, const StringReceiver& receive) {
  if (least == 0) return Status(Code::kInvalidArgument, "A string has at least one character");
  StringsOutcome outcome;
  ScanSignal signal;
  const auto tell = [&](std::span<const ByteRange> strings) {
    const auto taken = static_cast<size_t>(std::min<uint64_t>(limit - outcome.count, strings.size()));
    outcome.count += taken;
    return receive(strings.first(taken)) && outcome.count < limit;
  };
  ScanOptions one = options;
  one.threads = 1;  // its state goes from chunk to chunk
  const uint64_t end = ScanRange(document, options).end;
  const Result<ScanOutcome> scanned = RunParallel(document, one, 0, signal, [&] {
    return std::make_unique<StringsWorker>(kind, least, end, tell, signal);
  });
  if (!scanned.ok()) return scanned.status();
  static_cast<ScanOutcome&>(outcome) = *scanned;
  outcome.truncated = outcome.count >= limit;
  return outcome;
}

}  // namespace terahex
