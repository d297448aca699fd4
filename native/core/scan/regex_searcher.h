// One thread's search for matches of a pattern: forward to where a match ends, backward to where it began.
// Holes are stepped over. Knows nothing of other threads. Thread rule: one object per thread.
#pragma once

#include <vector>

#include "native/core/scan/byte_dfa.h"
#include "native/core/scan/run_reader.h"

namespace terahex {

class RegexSearcher final : private RunVisitor {
 public:
  // The text is `range` of the document.
  RegexSearcher(const Document& document, const BytePattern& pattern, ByteRange range,
                const ScanSignal& signal, const ScanTuning& tuning);
  ~RegexSearcher() override;

  enum class End {
    kDone,        // no further match begins before `begin_before`
    kOutOfReach,  // whether one begins at or after `position` is not known within `reach`
    kPaused,      // many were found: go on at `position`
    kFound,       // only with `first_only`: one was found, which ends at `position`
  };
  // Appends the matches that begin in [position, begin_before), and moves `position` on. `reach`: no byte
  // behind it is looked at, unless it is the end of the range.
  Result<End> Search(RunReader& reader, uint64_t begin_before, uint64_t reach, bool first_only,
                     uint64_t* position, std::vector<ByteRange>* found);

 private:
  static constexpr size_t kKept = 4096;
  static constexpr uint64_t kNone = UINT64_MAX;

  struct Work {
    ByteDfa::State state = ByteDfa::kDead;
    uint64_t matched_to = kNone;  // the best match so far ends here
    uint64_t idle_at = 0;         // nothing had begun before
    bool finished = false;        // dead
    bool pending = false;         // a byte whose step is not known yet
    uint8_t pending_byte = 0;
    size_t kept = 0;  // bytes [idle_at, matched_to) in kept_, when it finished
    bool kept_whole = false;
  };

  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override;
  Status Accept(uint64_t offset, size_t length) override;
  Status Gap(uint64_t offset, uint64_t length) override;

  Status Feed(RunReader& reader, uint64_t from, uint64_t to);
  Status FeedZeros(uint64_t from, uint64_t to);
  void Take(ByteDfa::State stepped, uint64_t offset);
  Status Finish(uint64_t at);
  Result<uint64_t> StartOf(uint64_t lowest, uint64_t end);
  uint16_t ByteAt(uint64_t offset) const;  // kEnd outside the range
  void Begin(uint64_t position);

  const Document& document_;
  const BytePattern& pattern_;
  const ByteRange range_;
  const ScanSignal& signal_;
  const ScanTuning tuning_;
  ByteDfa forward_;
  ByteDfa backward_;
  Work done_;   // as of the last Accept
  Work tried_;  // by the last Scan
  std::vector<uint8_t> kept_;
  std::vector<std::byte> back_;  // a block read backwards
  bool seeding_ = true;          // what is fed now may begin matches
  bool stopped_ = false;         // the visit was ended from within
  bool first_only_ = false;
  uint64_t next_ = 0;     // where to go on after a match
  bool matched_ = false;  // since next_ was set anew
  std::vector<ByteRange>* found_ = nullptr;
};

}  // namespace terahex
