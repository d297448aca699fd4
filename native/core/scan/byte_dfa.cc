// See byte_dfa.h. A state is the ordered list of places in RE2's program that may go on, and what it must
// know of the byte before. Conditions between bytes (^ $ \b) are decided when the next byte is known, so a
// match is told one byte late.
#include "native/core/scan/byte_dfa.h"

#include <algorithm>
#include <bit>

#include "re2/prog.h"
#include "re2/regexp.h"

namespace terahex {

namespace {

constexpr int64_t kProgramBytes = 8 << 20;
constexpr size_t kMostFilterBytes = 16;

// Of Key::flags.
constexpr uint32_t kSeeding = 1;
constexpr uint32_t kTextBegins = 2;
constexpr uint32_t kLineBegins = 4;
constexpr uint32_t kAfterWord = 8;

using re2::Prog;

// The bytes that can stand at the first places of a match, as far as they are the same for all ways to match.
std::vector<MaskedByte> FirstBytes(Prog& prog) {
  std::vector<MaskedByte> bytes;
  std::vector<int> heads{prog.start()};
  while (bytes.size() < kMostFilterBytes) {
    std::vector<int> next;
    std::vector<bool> seen(static_cast<size_t>(prog.size()), false);
    uint8_t all_ones = 0xff;
    uint8_t all_zeros = 0xff;
    std::vector<int> stack = heads;
    while (!stack.empty()) {
      int id = stack.back();
      stack.pop_back();
      for (;; ++id) {
        Prog::Inst* inst = prog.inst(id);
        if (seen[static_cast<size_t>(id)]) break;
        seen[static_cast<size_t>(id)] = true;
        switch (inst->opcode()) {
          case re2::kInstByteRange:
            for (int c = 0; c < 256; ++c) {
              if (!inst->Matches(c)) continue;
              all_ones &= static_cast<uint8_t>(c);
              all_zeros &= static_cast<uint8_t>(~c);
            }
            next.push_back(inst->out());
            break;
          case re2::kInstCapture:
          case re2::kInstNop:
          case re2::kInstEmptyWidth:
            stack.push_back(inst->out());
            break;
          case re2::kInstMatch:
            return bytes;
          default:
            break;
        }
        if (inst->last()) break;
      }
    }
    if (next.empty()) return bytes;
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    bytes.push_back({all_ones, static_cast<uint8_t>(all_ones | all_zeros)});
    heads = std::move(next);
  }
  return bytes;
}

BytePattern::Filter FilterOf(Prog& prog) {
  BytePattern::Filter filter;
  const std::vector<MaskedByte> bytes = FirstBytes(prog);
  int best = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (size_t k = i + (bytes.size() > 1 ? 1 : 0); k < bytes.size(); ++k) {
      const int bits = std::popcount(bytes[i].mask) + (k > i ? std::popcount(bytes[k].mask) : 0) +
                       (bytes[i].value != bytes[k].value ? 1 : 0);
      if (bits <= best) continue;
      best = bits;
      filter = {true, i, k, bytes[i], bytes[k]};
    }
  }
  // Fewer bits let so many places through that the automaton is quicker alone.
  filter.useful = best >= 7;
  return filter;
}

}  // namespace

BytePattern::~BytePattern() = default;

bool BytePattern::anchored() const { return forward_->anchor_start(); }

Result<std::shared_ptr<const BytePattern>> BytePattern::Make(const std::string& pattern, bool ignore_case) {
  if (pattern.empty()) return Status(Code::kInvalidArgument, "Nothing to search for: the pattern is empty");
  if (pattern.size() > kMostPatternBytes) {
    return Status(Code::kTooLarge,
                  "The pattern may have at most " + std::to_string(kMostPatternBytes) + " bytes");
  }
  int flags = re2::Regexp::LikePerl | re2::Regexp::Latin1 | re2::Regexp::NeverCapture;
  if (ignore_case) flags |= re2::Regexp::FoldCase;
  re2::RegexpStatus status;
  re2::Regexp* parsed = re2::Regexp::Parse(pattern, static_cast<re2::Regexp::ParseFlags>(flags), &status);
  if (parsed == nullptr) {
    return Status(Code::kInvalidArgument, "The pattern cannot be understood: " + status.Text());
  }
  std::shared_ptr<BytePattern> made(new BytePattern());
  made->forward_.reset(parsed->CompileToProg(kProgramBytes));
  made->backward_.reset(parsed->CompileToReverseProg(kProgramBytes));
  parsed->Decref();
  if (!made->forward_ || !made->backward_) {
    return Status(Code::kTooLarge, "The pattern is too large when compiled: fewer or smaller repetitions");
  }
  made->filter_ = FilterOf(*made->forward_);
  return std::shared_ptr<const BytePattern>(std::move(made));
}

size_t ByteDfa::KeyHash::operator()(const Key& key) const {
  uint64_t hash = key.flags + 0x9e3779b97f4a7c15u;
  for (const uint32_t head : key.heads) hash = (hash ^ head) * 0xff51afd7ed558ccdu ^ (hash >> 29);
  return static_cast<size_t>(hash);
}

ByteDfa::ByteDfa(Prog& prog, Kind kind, size_t memory_bytes)
    : prog_(prog), kind_(kind), memory_bytes_(memory_bytes) {
  for (int id = 0; id < prog.size(); ++id) {
    if (prog.inst(id)->opcode() == re2::kInstEmptyWidth) asked_ |= prog.inst(id)->empty();
  }
  if (prog.anchor_start()) asked_ |= re2::kEmptyBeginText;
  width_ = static_cast<size_t>(prog.bytemap_range()) + 1;
  std::copy(prog.bytemap(), prog.bytemap() + 256, classes_.begin());
  marks_.resize(static_cast<size_t>(prog.size()), 0);
  Forget();
}

ByteDfa::~ByteDfa() = default;

void ByteDfa::Forget() {
  ++generation_;
  states_.clear();
  table_.clear();
  keys_.clear();
  used_bytes_ = 0;
  Intern({});  // kDead
}

ByteDfa::State ByteDfa::Intern(Key key) {
  const auto found = states_.find(key);
  if (found != states_.end()) return found->second;
  auto state = static_cast<State>(keys_.size());
  // A dead state stays dead whatever the byte.
  table_.resize(table_.size() + width_, state == kDead ? kDead : kUnknown);
  if ((key.flags & kSeeding) != 0 && key.heads.empty()) state |= kIdle;
  used_bytes_ += width_ * sizeof(State) + 2 * key.heads.size() * sizeof(uint32_t) + 128;
  keys_.push_back(key);
  states_.emplace(std::move(key), state);
  return state;
}

uint32_t ByteDfa::FlagsAfter(uint16_t byte, bool seeding) const {
  uint32_t flags = seeding ? kSeeding : 0;
  if (byte == kEnd && (asked_ & (re2::kEmptyBeginText | re2::kEmptyBeginLine)) != 0) flags |= kTextBegins;
  if (byte == '\n' && (asked_ & re2::kEmptyBeginLine) != 0) flags |= kLineBegins;
  const bool words = (asked_ & (re2::kEmptyWordBoundary | re2::kEmptyNonWordBoundary)) != 0;
  if (words && byte != kEnd && Prog::IsWordChar(static_cast<uint8_t>(byte))) flags |= kAfterWord;
  return flags;
}

uint32_t ByteDfa::EmptyFlags(uint32_t flags, uint16_t byte) const {
  uint32_t empty = 0;
  if (flags & kTextBegins) empty |= re2::kEmptyBeginText | re2::kEmptyBeginLine;
  if (flags & kLineBegins) empty |= re2::kEmptyBeginLine;
  if (byte == kEnd) empty |= re2::kEmptyEndText | re2::kEmptyEndLine;
  if (byte == '\n') empty |= re2::kEmptyEndLine;
  const bool word = byte != kEnd && Prog::IsWordChar(static_cast<uint8_t>(byte));
  empty |= word == ((flags & kAfterWord) != 0) ? re2::kEmptyNonWordBoundary : re2::kEmptyWordBoundary;
  return empty;
}

ByteDfa::State ByteDfa::Start(uint16_t previous, bool seeding) {
  Key key;
  key.flags = FlagsAfter(previous, seeding);
  if (!seeding) key.heads.push_back(static_cast<uint32_t>(prog_.start()));
  return Intern(std::move(key));
}

ByteDfa::State ByteDfa::WithoutSeeds(State state) {
  Key key = keys_[state & kNumber];
  key.flags &= ~uint32_t{kSeeding};
  if (key.heads.empty()) return kDead;
  return Intern(std::move(key));
}

// Appends what the list at `head` leads to without a byte, in order of priority, each instruction once.
void ByteDfa::Expand(uint32_t head, uint32_t empty_flags, std::vector<uint32_t>* instructions) {
  stack_.push_back(head);
  while (!stack_.empty()) {
    const uint32_t id = stack_.back();
    stack_.pop_back();
    if (marks_[id] == mark_) continue;
    marks_[id] = mark_;
    Prog::Inst* inst = prog_.inst(static_cast<int>(id));
    if (!inst->last()) stack_.push_back(id + 1);  // after all that this one leads to
    switch (inst->opcode()) {
      case re2::kInstByteRange:
      case re2::kInstMatch:
        instructions->push_back(id);
        break;
      case re2::kInstCapture:
      case re2::kInstNop:
        stack_.push_back(static_cast<uint32_t>(inst->out()));
        break;
      case re2::kInstEmptyWidth:
        if ((inst->empty() & ~empty_flags) == 0) stack_.push_back(static_cast<uint32_t>(inst->out()));
        break;
      default:
        break;  // kInstAltMatch says nothing new, kInstFail nothing at all
    }
  }
}

ByteDfa::State ByteDfa::Step(State state, uint16_t byte) {
  if (state == kDead) return kDead;
  const size_t column = byte == kEnd ? width_ - 1 : classes_[byte];
  const size_t row = (state & kNumber) * width_;
  if (const State known = table_[row + column]; known != kUnknown) return known;

  const Key from = keys_[state & kNumber];
  const uint32_t empty_flags = EmptyFlags(from.flags, byte);
  std::vector<uint32_t> instructions;
  std::vector<uint32_t> next;
  bool matched = false;
  ++mark_;
  for (const uint32_t head : from.heads) Expand(head, empty_flags, &instructions);
  const size_t begun = instructions.size();
  const bool may_begin = !prog_.anchor_start() || kind_ == Kind::kLongest || (from.flags & kTextBegins) != 0;
  if ((from.flags & kSeeding) != 0 && may_begin)
    Expand(static_cast<uint32_t>(prog_.start()), empty_flags, &instructions);
  for (size_t i = 0; i < instructions.size(); ++i) {
    Prog::Inst* inst = prog_.inst(static_cast<int>(instructions[i]));
    if (inst->opcode() == re2::kInstMatch) {
      if (prog_.anchor_end() && byte != kEnd) continue;
      if (i >= begun) continue;  // begun here and ended here: no bytes
      matched = true;
      if (kind_ == Kind::kFirst) break;  // what comes later has lower priority
    } else if (byte != kEnd && inst->Matches(byte)) {
      next.push_back(static_cast<uint32_t>(inst->out()));
    }
  }
  ++mark_;
  Key key;
  for (const uint32_t head : next) {
    if (marks_[head] == mark_) continue;
    marks_[head] = mark_;
    key.heads.push_back(head);
  }
  if (kind_ == Kind::kLongest) std::sort(key.heads.begin(), key.heads.end());
  const bool seeding = (from.flags & kSeeding) != 0 && !matched && byte != kEnd;
  const State mark = matched ? kMatched : 0;
  if (key.heads.empty() && !seeding) {
    table_[row + column] = kDead | mark;
    return kDead | mark;
  }
  key.flags = FlagsAfter(byte, seeding);
  if (used_bytes_ > memory_bytes_) {
    Forget();
    return Intern(std::move(key)) | mark;
  }
  const State result = Intern(std::move(key)) | mark;
  table_[row + column] = result;
  return result;
}

}  // namespace terahex
