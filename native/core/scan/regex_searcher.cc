// See regex_searcher.h.
#include "native/core/scan/regex_searcher.h"

#include <algorithm>
#include <cstring>

namespace terahex {

namespace {

constexpr size_t kDfaBytes = size_t{1} << 20;
constexpr size_t kMostFound = 32768;  // before the caller should take them
constexpr size_t kBackBytes = 4096;   // first block read backwards; later ones grow
constexpr size_t kMostBackBytes = 256 << 10;
constexpr size_t kExtentsAtOnce = 64;

// Ends a visit; never seen by callers.
Status Stop() { return Status(Code::kCancelled, "enough"); }

constexpr uint64_t kNone = UINT64_MAX;

// What came of a number of zeros. Steps are counted from 0.
struct ZeroSteps {
  ByteDfa::State state = ByteDfa::kDead;
  uint64_t taken = 0;        // fewer than asked: dead, or cancelled
  uint64_t matched = kNone;  // the last step that told of a match
  uint64_t idle = kNone;     // the last step that led to an idle state
};

// The automaton soon goes in circles (R. Brent, 1980); whole circles are skipped.
ZeroSteps StepZeros(ByteDfa& dfa, ByteDfa::State state, uint64_t count, const ScanSignal& signal) {
  ZeroSteps steps;
  ByteDfa::State seen = state;
  uint64_t seen_at = 0;
  uint64_t power = 1;
  uint64_t generation = dfa.generation();
  uint64_t i = 0;
  while (i < count && state != ByteDfa::kDead) {
    if ((i & 0xffff) == 0xffff && signal.stop()) break;
    const ByteDfa::State stepped = dfa.Step(state, 0);
    state = stepped & ~ByteDfa::kMatched;
    if (stepped & ByteDfa::kMatched) steps.matched = i;
    if (state & ByteDfa::kIdle) steps.idle = i;
    ++i;
    const uint64_t period = i - seen_at;
    if (generation != dfa.generation()) {
      generation = dfa.generation();
      seen = state, seen_at = i, power = 1;
    } else if (state == seen) {
      const uint64_t skipped = (count - i) / period * period;
      if (steps.matched != kNone && steps.matched >= seen_at) steps.matched += skipped;
      if (steps.idle != kNone && steps.idle >= seen_at) steps.idle += skipped;
      i += skipped;
      seen_at += skipped;
    } else if (period >= power) {
      power *= 2;
      seen = state, seen_at = i;
    }
  }
  steps.state = state;
  steps.taken = i;
  return steps;
}

}  // namespace

RegexSearcher::RegexSearcher(const Document& document, const BytePattern& pattern, ByteRange range,
                             const ScanSignal& signal, const ScanTuning& tuning)
    : document_(document),
      pattern_(pattern),
      range_(range),
      signal_(signal),
      tuning_(tuning),
      forward_(pattern.forward(), ByteDfa::Kind::kFirst, kDfaBytes),
      backward_(pattern.backward(), ByteDfa::Kind::kLongest, kDfaBytes),
      kept_(kKept) {}

RegexSearcher::~RegexSearcher() = default;

uint16_t RegexSearcher::ByteAt(uint64_t offset) const {
  if (offset < range_.start || offset >= range_.end) return ByteDfa::kEnd;
  std::byte byte{0};
  const Result<WindowInfo> read = document_.Read(offset, std::span(&byte, 1));
  return read.ok() && read->length == 1 ? static_cast<uint16_t>(byte) : ByteDfa::kEnd;
}

void RegexSearcher::Begin(uint64_t position) {
  const bool looks = position == range_.start || forward_.looks_back();
  done_ = {};
  done_.state = forward_.Start(looks ? ByteAt(position - 1) : uint16_t{0}, true);
  done_.idle_at = position;
}

Result<RegexSearcher::End> RegexSearcher::Search(RunReader& reader, uint64_t begin_before, uint64_t reach,
                                                 bool first_only, uint64_t* position,
                                                 std::vector<ByteRange>* found) {
  found_ = found;
  first_only_ = first_only;
  reach = std::min(reach, range_.end);
  while (*position < begin_before) {
    if (pattern_.anchored() && *position > range_.start) break;
    next_ = *position;
    matched_ = false;
    stopped_ = false;
    seeding_ = true;
    Begin(*position);
    Status status = Feed(reader, *position, begin_before);
    if (status.ok() && !stopped_ && begin_before < reach) {
      seeding_ = false;
      done_.state = forward_.WithoutSeeds(done_.state);
      status = done_.state == ByteDfa::kDead ? Finish(begin_before) : Feed(reader, begin_before, reach);
    }
    if (status.ok() && !stopped_ && reach == range_.end) {
      Take(forward_.Step(done_.state, ByteDfa::kEnd), range_.end);
      status = Finish(range_.end);
    }
    if (!status.ok() && !stopped_) return status;
    *position = next_;
    if (!stopped_ && reach < range_.end && done_.state != ByteDfa::kDead && !(done_.state & ByteDfa::kIdle))
      return End::kOutOfReach;
    if (!matched_) break;
    if (first_only) return End::kFound;
    if (found->size() >= kMostFound) return End::kPaused;
  }
  *position = std::max(*position, begin_before);
  return End::kDone;
}

// Shows [from, to) to the automaton, holes as a number of zeros. Ok with stopped_: ended from within.
Status RegexSearcher::Feed(RunReader& reader, uint64_t from, uint64_t to) {
  while (from < to && !stopped_) {
    const Result<std::vector<ByteRange>> extents = document_.Extents(from, to, kExtentsAtOnce);
    if (!extents.ok()) return extents.status();
    uint64_t known_to = extents->size() == kExtentsAtOnce ? extents->back().end : to;
    for (size_t i = 0; i <= extents->size() && from < known_to && !stopped_; ++i) {
      const ByteRange next = i < extents->size() ? (*extents)[i] : ByteRange{known_to, known_to};
      uint64_t data_from = from;
      if (next.start > from && next.start - from >= tuning_.hole_from) {
        if (Status status = FeedZeros(from, next.start); !status.ok() && !stopped_) return status;
        data_from = next.start;
      }
      if (stopped_) break;
      Status status = reader.Visit(data_from, next.end, 0, *this);
      if (!status.ok() && !stopped_) return status;
      from = next.end;
    }
  }
  return Status::Ok();
}

size_t RegexSearcher::Scan(uint64_t offset, const uint8_t* data, size_t length) {
  Work work = done_;
  work.pending = false;
  const BytePattern::Filter& filter = pattern_.filter();
  const bool filtered = filter.useful && seeding_;
  const size_t lead = forward_.looks_back() ? 1 : 0;
  size_t i = 0;
  size_t filtered_to = 0;  // no candidate before
  while (i < length) {
    if (work.state & ByteDfa::kIdle) {
      if (filtered && i >= filtered_to && length - i > filter.second_at) {
        const size_t count = length - i - filter.second_at;
        const size_t at = FindPair(data + i + filter.first_at, filter.first, data + i + filter.second_at,
                                   filter.second, count);
        filtered_to = i + at + 1;
        // The byte before a candidate tells the state what it looks back at; nothing can match from there.
        if (at > lead) i += at - lead;
      }
      work.idle_at = offset + i;
      if (i == length) break;
    }
    const ByteDfa::State stepped = forward_.Peek(work.state, data[i]);
    if (stepped == ByteDfa::kUnknown) {
      work.pending = true;
      work.pending_byte = data[i];
      ++i;
      break;
    }
    if (stepped & ByteDfa::kMatched) work.matched_to = offset + i;
    work.state = stepped & ~ByteDfa::kMatched;
    ++i;
    if (work.state == ByteDfa::kDead) {
      work.finished = true;
      break;
    }
  }
  if (work.finished && work.matched_to != kNone && work.idle_at >= offset) {
    const auto start = static_cast<size_t>(work.idle_at - offset);
    const auto end = static_cast<size_t>(work.matched_to - offset);
    if (end - start < kKept && end < length) {
      std::memcpy(kept_.data(), data + start, end - start + 1);  // and the byte behind it
      work.kept = end - start;
      work.kept_whole = true;
    }
    tried_ = work;
    // Behind the match it begins anew: the bytes up to here are shown again.
    if (end > 0) return end;
    return i;
  }
  tried_ = work;
  return i;
}

void RegexSearcher::Take(ByteDfa::State stepped, uint64_t offset) {
  if (stepped & ByteDfa::kMatched) done_.matched_to = offset;
  done_.state = stepped & ~ByteDfa::kMatched;
  if (done_.state & ByteDfa::kIdle) done_.idle_at = offset + 1;
  if (done_.state == ByteDfa::kDead) done_.finished = true;
}

Status RegexSearcher::Accept(uint64_t offset, size_t length) {
  done_ = tried_;
  if (done_.pending) {
    done_.pending = false;
    Take(forward_.Step(done_.state, done_.pending_byte), offset + length - 1);
  }
  return done_.finished ? Finish(offset + length) : Status::Ok();
}

// What has begun cannot go on. `at`: bytes up to here were shown.
Status RegexSearcher::Finish(uint64_t at) {
  if (done_.matched_to == kNone) {
    if (seeding_) return Status::Ok();
    stopped_ = true;  // and nothing begins any more
    return Stop();
  }
  const uint64_t end = done_.matched_to;
  uint64_t start = 0;
  if (done_.kept_whole) {
    const uint64_t lowest = done_.idle_at;
    ByteDfa::State state = backward_.Start(end == range_.end ? ByteDfa::kEnd : kept_[done_.kept], false);
    start = end;
    for (size_t i = done_.kept; i-- > 0 && state != ByteDfa::kDead;) {
      state = backward_.Step(state, kept_[i]);
      if (state & ByteDfa::kMatched) start = lowest + i + 1;
      state &= ~ByteDfa::kMatched;
    }
    if (state != ByteDfa::kDead) {
      const bool looks = lowest > range_.start && backward_.looks_back();
      const uint16_t before = lowest == range_.start ? ByteDfa::kEnd
                              : looks                ? ByteAt(lowest - 1)
                                                     : uint16_t{0};
      if (backward_.Step(state, before) & ByteDfa::kMatched) start = lowest;
    }
  } else {
    const Result<uint64_t> found = StartOf(done_.idle_at, end);
    if (!found.ok()) return found.status();
    start = *found;
  }
  if (start < end) found_->push_back({start, end});  // else edited meanwhile
  next_ = end;
  matched_ = true;
  const bool go_on = seeding_ && end == at && !first_only_ && found_->size() < kMostFound;
  if (!go_on) {
    stopped_ = true;
    return Stop();
  }
  const uint16_t previous = !forward_.looks_back() ? uint16_t{0}
                            : done_.kept_whole     ? uint16_t{kept_[done_.kept - 1]}
                                                   : ByteAt(end - 1);
  done_ = {};
  done_.state = forward_.Start(previous, true);
  done_.idle_at = end;
  return Status::Ok();
}

Status RegexSearcher::Gap(uint64_t offset, uint64_t length) {
  if (Status status = Finish(offset); !status.ok()) return status;
  done_ = {};
  done_.idle_at = offset + length;
  done_.state = seeding_ ? forward_.Start(0, true) : ByteDfa::kDead;
  return Status::Ok();
}

// A hole.
Status RegexSearcher::FeedZeros(uint64_t from, uint64_t to) {
  while (from < to) {
    const ZeroSteps steps = StepZeros(forward_, done_.state, to - from, signal_);
    done_.state = steps.state;
    if (steps.matched != kNone) done_.matched_to = from + steps.matched;
    if (steps.idle != kNone) done_.idle_at = from + steps.idle + 1;
    from += steps.taken;
    if (done_.state == ByteDfa::kDead) {
      if (Status status = Finish(from); !status.ok()) return status;
    } else if (from < to) {
      return Status(Code::kCancelled, "The scan was cancelled");
    }
  }
  return Status::Ok();
}

// The leftmost place from `lowest` on where a match begins that ends at `end`.
Result<uint64_t> RegexSearcher::StartOf(uint64_t lowest, uint64_t end) {
  ByteDfa::State state = backward_.Start(ByteAt(end), false);
  uint64_t start = end;
  uint64_t at = end;
  size_t block = kBackBytes;
  uint64_t hole = tuning_.hole_from;
  while (at > lowest && state != ByteDfa::kDead) {
    if (signal_.stop()) return Status(Code::kCancelled, "The scan was cancelled");
    hole = std::min(hole, at - lowest);
    if (hole >= tuning_.hole_from) {
      const Result<std::vector<ByteRange>> extents = document_.Extents(at - hole, at, 1);
      if (extents.ok() && extents->empty()) {
        const ZeroSteps steps = StepZeros(backward_, state, hole, signal_);
        if (steps.matched != kNone) start = at - steps.matched;
        state = steps.state;
        at -= steps.taken;
        hole *= 2;
        continue;
      }
    }
    hole = tuning_.hole_from;
    const auto length = static_cast<size_t>(std::min<uint64_t>(block, at - lowest));
    back_.resize(length);
    const Result<WindowInfo> read = document_.Read(at - length, back_);
    if (!read.ok()) return read.status();
    for (size_t i = length; i-- > 0 && state != ByteDfa::kDead;) {
      const ByteDfa::State stepped = backward_.Step(state, static_cast<uint8_t>(back_[i]));
      if (stepped & ByteDfa::kMatched) start = at - length + i + 1;
      state = stepped & ~ByteDfa::kMatched;
    }
    at -= length;
    block = std::min(block * 4, kMostBackBytes);
  }
  if (state != ByteDfa::kDead) {
    const uint16_t before = lowest == range_.start ? ByteDfa::kEnd : ByteAt(lowest - 1);
    if (backward_.Step(state, before) & ByteDfa::kMatched) start = lowest;
  }
  return start;
}

}  // namespace terahex
