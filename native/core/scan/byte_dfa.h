// Runs a pattern that RE2 has parsed and compiled over bytes that come piece by piece: a deterministic
// automaton whose states are made when first met, in bounded memory (they are forgotten and made again beyond
// that). Time is linear in the bytes, whatever the pattern. Knows nothing of documents. Thread rule: a
// BytePattern is immutable and shared; a ByteDfa belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "native/core/scan/pair_filter.h"
#include "native/core/status.h"

namespace re2 {
class Prog;
}

namespace terahex {

class BytePattern {
 public:
  static constexpr size_t kMostPatternBytes = 4096;
  // RE2 syntax over bytes: \xNN is one byte, \w and \b are those of ASCII, ^ and $ the ends of the document
  // unless (?m). Errors: kInvalidArgument with RE2's reason, kTooLarge.
  static Result<std::shared_ptr<const BytePattern>> Make(const std::string& pattern, bool ignore_case);
  ~BytePattern();

  re2::Prog& forward() const { return *forward_; }
  re2::Prog& backward() const { return *backward_; }

  // Two bytes that every match has at these distances from its start; useless when nothing is known.
  struct Filter {
    bool useful = false;
    size_t first_at = 0;
    size_t second_at = 0;
    MaskedByte first;
    MaskedByte second;
  };
  const Filter& filter() const { return filter_; }
  // Matches begin where the text begins.
  bool anchored() const;

 private:
  BytePattern() = default;
  std::unique_ptr<re2::Prog> forward_;
  std::unique_ptr<re2::Prog> backward_;
  Filter filter_;
};

// One direction of one search. Matches of no bytes are none.
class ByteDfa {
 public:
  enum class Kind {
    kFirst,    // from the left: the match that Perl would find; places to begin are added until one is found
    kLongest,  // anchored where it begins, the longest
  };
  using State = uint32_t;
  static constexpr uint16_t kEnd = 256;  // in the place of a byte: there are no more
  // What a step tells besides the next state: a match ended before the byte that was taken.
  static constexpr State kMatched = State{1} << 31;
  // Part of the state: nothing has begun yet, but may.
  static constexpr State kIdle = State{1} << 30;
  static constexpr State kUnknown = UINT32_MAX;
  static constexpr State kDead = 0;  // nothing can match any more

  ByteDfa(re2::Prog& prog, Kind kind, size_t memory_bytes);
  ~ByteDfa();

  // Before the byte that follows `previous` (kEnd: the text begins here). `seeding`: a match may begin here
  // and later.
  State Start(uint16_t previous, bool seeding);
  // No match begins from here on; what has begun goes on.
  State WithoutSeeds(State state);

  // As far as it is known already: kUnknown otherwise. A leaf.
  State Peek(State state, uint8_t byte) const { return table_[(state & kNumber) * width_ + classes_[byte]]; }
  // Makes the step. All states but the one returned may be forgotten.
  State Step(State state, uint16_t byte);
  // Changes when states are forgotten: numbers of before mean nothing then.
  uint64_t generation() const { return generation_; }
  // Does it matter to a state which byte came before?
  bool looks_back() const { return asked_ != 0; }

 private:
  static constexpr State kNumber = kIdle - 1;

  struct Key {
    uint32_t flags = 0;
    std::vector<uint32_t> heads;  // instruction lists, by priority
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };

  State Intern(Key key);
  void Forget();
  void Expand(uint32_t head, uint32_t empty_flags, std::vector<uint32_t>* instructions);
  uint32_t EmptyFlags(uint32_t flags, uint16_t byte) const;
  uint32_t FlagsAfter(uint16_t byte, bool seeding) const;

  re2::Prog& prog_;
  const Kind kind_;
  const size_t memory_bytes_;
  uint32_t asked_ = 0;  // empty-width conditions that the program asks for
  size_t width_ = 0;    // of a row of the table: classes of bytes, and the end
  std::array<uint8_t, 256> classes_{};
  std::vector<State> table_;
  std::vector<Key> keys_;
  std::unordered_map<Key, State, KeyHash> states_;
  size_t used_bytes_ = 0;
  uint64_t generation_ = 0;
  std::vector<uint32_t> stack_;
  std::vector<uint32_t> marks_;  // by instruction: when it was last met
  uint32_t mark_ = 0;
};

}  // namespace terahex
