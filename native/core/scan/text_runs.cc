// See text_runs.h.
#include "native/core/scan/text_runs.h"

#include <algorithm>

namespace terahex {

namespace {

// RFC 3629: how many bytes follow this first one of several; 0: it is none.
uint32_t BytesBehind(uint32_t byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

}  // namespace

TextRuns::TextRuns(TextKind kind, uint64_t least) : kind_(kind), least_(least) {
  for (uint32_t byte = 0; byte < 256; ++byte) {
    text_[byte] = byte < 0x80 && IsTextCharacter(byte, kind);
    begins_[byte] = text_[byte] || BytesBehind(byte) > 0;
  }
}

void TextRuns::Begin(const ByteRange& part) {
  part_ = part;
  state_ = {};
  for (uint32_t i = 0; i < kTracks; ++i) state_.runs[i].track = static_cast<uint32_t>(kind_) * kTracks + i;
  Keep();
}

void TextRuns::Take(uint64_t offset, const uint8_t* data, size_t length, TextRunBatch* batch) {
  if (kind_ == TextKind::kAscii) return TakeAscii(offset, data, length, batch);
  for (size_t i = 0; i < length; ++i) {
    if (kind_ != TextKind::kUtf8) {
      TakeUtf16(offset + i, data[i], batch);
      continue;
    }
    // Most of a file is no text.
    if (state_.wanted == 0 && state_.runs[0].characters == 0) {
      while (i < length && !begins_[data[i]]) ++i;
      if (i == length) return;
    }
    TakeUtf8(offset + i, data[i], batch);
  }
}

void TextRuns::End(TextRunBatch* batch) {
  for (TextRun& run : state_.runs) Close(&run, batch);
  state_.wanted = 0;
  state_.has_previous = false;
  Keep();
}

void TextRuns::Close(TextRun* run, TextRunBatch* batch) {
  const bool joins = run->start - part_.start <= kReach || run->end >= part_.end;
  if (run->characters > 0 && (run->characters >= least_ || joins)) batch->runs[batch->count++] = *run;
  run->characters = 0;
}

void TextRuns::Character(TextRun* run, bool text, uint64_t start, uint64_t end, TextRunBatch* batch) {
  if (start < part_.start || start >= part_.end) return;
  if (!text) return Close(run, batch);
  if (run->characters++ == 0) run->start = start;
  run->end = end;
}

void TextRuns::TakeAscii(uint64_t offset, const uint8_t* data, size_t length, TextRunBatch* batch) {
  const size_t skip =
      offset < part_.start ? static_cast<size_t>(std::min<uint64_t>(part_.start - offset, length)) : 0;
  offset += skip;
  data += skip;
  length -= skip;
  length = offset < part_.end ? static_cast<size_t>(std::min<uint64_t>(length, part_.end - offset)) : 0;
  TextRun& run = state_.runs[0];
  const auto least = static_cast<size_t>(std::min<uint64_t>(least_, TextRunBatch::kBytesAtOnce));
  for (size_t i = 0; i < length;) {
    if (run.characters == 0) {
      // A run that is long enough and begins in the next bytes holds the last of them. One at the part's
      // start may be shorter.
      while (length - i >= least && offset + i > part_.start && !text_[data[i + least - 1]]) i += least;
      while (i < length && !text_[data[i]]) ++i;
      if (i == length) return;
      run.start = offset + i;
    }
    const size_t from = i;
    while (i < length && text_[data[i]]) ++i;
    run.characters += i - from;
    run.end = offset + i;
    if (i < length) Close(&run, batch);
  }
}

// No overlong forms, no surrogates, nothing past U+10FFFF (RFC 3629).
void TextRuns::TakeUtf8(uint64_t offset, uint8_t byte, TextRunBatch* batch) {
  State& state = state_;
  TextRun* run = &state.runs[0];
  if (state.wanted > 0 && (byte & 0xc0) == 0x80) {
    state.character = state.character << 6 | (byte & 0x3f);
    if (--state.wanted > 0) return;
    const bool good = state.character >= state.least && state.character <= 0x10ffff &&
                      !(state.character >= 0xd800 && state.character <= 0xdfff) &&
                      IsTextCharacter(state.character, TextKind::kUtf8);
    return Character(run, good, state.character_at, offset + 1, batch);
  }
  // One that is cut short; this byte begins anew.
  if (state.wanted > 0) Character(run, false, state.character_at, offset, batch);
  state.wanted = text_[byte] ? 0 : BytesBehind(byte);
  if (state.wanted == 0) return Character(run, text_[byte], offset, offset + 1, batch);
  state.character = byte & (0x3fu >> state.wanted);
  state.least = state.wanted == 1 ? 0x80 : state.wanted == 2 ? 0x800 : 0x10000;
  state.character_at = offset;
}

void TextRuns::TakeUtf16(uint64_t offset, uint8_t byte, TextRunBatch* batch) {
  State& state = state_;
  if (state.has_previous) {
    const uint32_t unit = kind_ == TextKind::kUtf16Le ? state.previous | uint32_t{byte} << 8
                                                      : uint32_t{state.previous} << 8 | byte;
    const uint64_t start = offset - 1;
    Character(&state.runs[start & 1], IsTextCharacter(unit, kind_), start, offset + 1, batch);
  }
  state.previous = byte;
  state.has_previous = true;
}

}  // namespace terahex
