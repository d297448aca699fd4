// Runs of text characters of one encoding in part of a document, put together from single bytes, so that no
// border matters. Knows nothing of documents. Thread rule: one thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/core/span_math.h"

namespace terahex {

// kUtf16: characters of European scripts, at even and odd offsets; almost any two bytes are some Asian
// character.
enum class TextKind { kAscii, kUtf8, kUtf16Le, kUtf16Be };
constexpr size_t kTextKinds = 4;

// One character of the text: tab, and what is printed. The same for the naive twin.
constexpr bool IsTextCharacter(uint32_t character, TextKind kind) {
  if (character == '\t' || (character >= 0x20 && character <= 0x7e)) return true;
  if (kind == TextKind::kAscii || character < 0xa0) return false;
  if (kind == TextKind::kUtf8) return true;
  // Latin, Greek, Cyrillic; dashes, quotes, the euro sign.
  return character <= 0x52f || (character >= 0x2010 && character <= 0x2027) || character == 0x20ac;
}

struct TextRun {
  uint64_t start = 0;
  uint64_t end = 0;
  uint64_t characters = 0;
  uint32_t track = 0;  // runs of different tracks never join: encodings, and the halves of UTF-16's offsets
};

// Plain memory, so that a leaf may fill it.
struct TextRunBatch {
  static constexpr size_t kCapacity = 32768;
  // A stretch of text bytes that always fits: each kind ends a run with every other of them.
  static constexpr size_t kBytesAtOnce = 2048;
  static constexpr size_t kRoom = kTextKinds * (kBytesAtOnce + 4);
  size_t count = 0;
  TextRun runs[kCapacity];
};

class TextRuns {
 public:
  // What a character that begins in one part needs of the bytes before and behind it.
  static constexpr uint64_t kReach = 3;
  static constexpr uint32_t kTracks = 2;  // of one encoding, numbered from kind * kTracks

  // `least`: shorter runs are left out, unless they may go on in the next part, or are part of one from
  // before.
  TextRuns(TextKind kind, uint64_t least);

  // Nothing is known; characters count that begin in `part`.
  void Begin(const ByteRange& part);
  // Takes the bytes on trial, at most kBytesAtOnce: what Keep() has not confirmed is forgotten by Retry(). A
  // leaf (fault_guard.h).
  void Take(uint64_t offset, const uint8_t* data, size_t length, TextRunBatch* batch);
  void Keep() { kept_ = state_; }
  void Retry() { state_ = kept_; }
  // The bytes end here.
  void End(TextRunBatch* batch);

 private:
  // What is known between two bytes.
  struct State {
    TextRun runs[kTracks];  // UTF-16: of even and odd offsets; else the first alone
    uint8_t previous = 0;   // UTF-16
    bool has_previous = false;
    uint32_t character = 0;  // UTF-8, so far
    uint32_t wanted = 0;     // UTF-8: bytes still to come
    uint32_t least = 0;      // UTF-8: smaller ones would be written shorter
    uint64_t character_at = 0;
  };

  void TakeAscii(uint64_t offset, const uint8_t* data, size_t length, TextRunBatch* batch);
  void TakeUtf8(uint64_t offset, uint8_t byte, TextRunBatch* batch);
  void TakeUtf16(uint64_t offset, uint8_t byte, TextRunBatch* batch);
  void Character(TextRun* run, bool text, uint64_t start, uint64_t end, TextRunBatch* batch);
  void Close(TextRun* run, TextRunBatch* batch);

  const TextKind kind_;
  const uint64_t least_;
  bool text_[256];    // a character by itself
  bool begins_[256];  // UTF-8: or the first byte of one
  ByteRange part_;
  State state_;
  State kept_;
};

}  // namespace terahex
