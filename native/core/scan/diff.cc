// See diff.h.
#include "native/core/scan/diff.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

namespace terahex {

namespace {

constexpr uint64_t kSequential = uint64_t{4}
                                 << 20;  // behind a change, before many threads are worth their start
constexpr size_t kBlock = size_t{256} << 10;
constexpr size_t kNear = 4096;      // within which a change in place ends
constexpr size_t kSureBytes = 32;   // so many equal bytes are no accident
constexpr uint64_t kJoinBelow = 4;  // equal bytes between two differences
constexpr uint64_t kFirstLook = 64 << 10;
constexpr uint64_t kMarks = 16384;  // of one look, about
constexpr size_t kWindow = 64;      // bytes that a mark depends on

// Random figures for the rolling hash, the same in every run (splitmix64 by S. Vigna, public domain).
std::array<uint64_t, 256> MakeGear() {
  std::array<uint64_t, 256> gear{};
  uint64_t state = 0;
  for (uint64_t& figure : gear) {
    state += 0x9e3779b97f4a7c15u;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
    figure = mixed ^ (mixed >> 31);
  }
  return gear;
}

// One side, read forward in blocks.
class Side {
 public:
  Side(const Document& document, ByteRange range) : document_(document), range_(range), block_(kBlock) {}
  uint64_t end() const { return range_.end; }
  uint64_t left(uint64_t at) const { return range_.end - at; }
  uint64_t unreadable_bytes() const { return unreadable_; }

  // Bytes from `at` on, at least one unless the range ends; valid until the next call.
  Result<std::span<const std::byte>> At(uint64_t at) {
    if (at < start_ || at >= start_ + filled_) {
      start_ = at;
      filled_ = 0;
      const auto length = static_cast<size_t>(std::min<uint64_t>(kBlock, left(at)));
      if (length == 0) return std::span<const std::byte>();
      const Result<WindowInfo> read = document_.Read(at, std::span(block_).first(length));
      if (!read.ok()) return read.status();
      filled_ = read->length;
      for (const ByteRange& bad : read->unreadable) unreadable_ += bad.length();
      if (filled_ < length) range_.end = at + filled_;  // it has become shorter
    }
    return std::span<const std::byte>(block_).subspan(static_cast<size_t>(at - start_),
                                                      static_cast<size_t>(start_ + filled_ - at));
  }

  // Exactly these bytes, which lie in the range; false: they do not.
  Result<bool> Exactly(uint64_t at, std::span<std::byte> out) const {
    if (at > range_.end || left(at) < out.size()) return false;
    const Result<WindowInfo> read = document_.Read(at, out);
    if (!read.ok()) return read.status();
    return read->length == out.size();
  }

  const Document& document() const { return document_; }

 private:
  const Document& document_;
  ByteRange range_;
  std::vector<std::byte> block_;
  uint64_t start_ = 0;
  size_t filled_ = 0;
  uint64_t unreadable_ = 0;
};

// How many bytes at the start of both are equal.
size_t EqualBytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  const size_t length = std::min(a.size(), b.size());
  constexpr size_t kStep = 1024;
  size_t at = 0;
  while (at + kStep <= length && std::memcmp(a.data() + at, b.data() + at, kStep) == 0) at += kStep;
  while (at < length && a[at] == b[at]) ++at;
  return at;
}

// The first difference in an aligned stretch, by many threads.
struct SharedCompare {
  const Document& other;
  const uint64_t a_start;
  const uint64_t b_start;
  std::atomic<uint64_t> first{UINT64_MAX};  // offset in a
  void Found(uint64_t at) {
    uint64_t known = first;
    while (at < known && !first.compare_exchange_weak(known, at)) {
    }
  }
};

class CompareWorker final : public ScanWorker, private RunVisitor {
 public:
  explicit CompareWorker(SharedCompare& shared) : shared_(shared), block_(kBlock) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    if (item.zeros) return CompareWithZeros(item.range);
    for (uint64_t at = item.range.start; at < item.range.end && at < shared_.first;) {
      const uint64_t end = std::min<uint64_t>(item.range.end, at + kBlock);
      if (Status status = ReadOther(at, static_cast<size_t>(end - at)); !status.ok()) return status;
      block_at_ = at;
      if (Status status = reader.Visit(at, end, 0, *this); !status.ok()) return status;
      at = end;
    }
    return Status::Ok();
  }

 private:
  Status ReadOther(uint64_t at, size_t length) {
    const uint64_t offset = shared_.b_start + (at - shared_.a_start);
    const Result<WindowInfo> read = shared_.other.Read(offset, std::span(block_).first(length));
    if (!read.ok()) return read.status();
    if (read->length < length) shared_.Found(at + read->length);
    return Status::Ok();
  }

  // A hole here: only what is stored there may differ.
  Status CompareWithZeros(const ByteRange& range) {
    constexpr size_t kExtents = 64;
    const uint64_t delta = shared_.b_start - shared_.a_start;  // may wrap, and back
    const std::vector<std::byte> zeros(kBlock);
    for (uint64_t at = range.start; at < range.end && at < shared_.first;) {
      const auto extents = shared_.other.Extents(at + delta, range.end + delta, kExtents);
      if (!extents.ok()) return extents.status();
      for (const ByteRange& extent : *extents) {
        for (uint64_t from = extent.start - delta; from < extent.end - delta && from < shared_.first;) {
          const auto length = static_cast<size_t>(std::min<uint64_t>(kBlock, extent.end - delta - from));
          if (Status status = ReadOther(from, length); !status.ok()) return status;
          const size_t equal = EqualBytes(std::span(block_).first(length), zeros);
          if (equal < length) shared_.Found(from + equal);
          from += length;
        }
      }
      at = extents->size() < kExtents ? range.end : extents->back().end - delta;
    }
    return Status::Ok();
  }

  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override {
    const auto* there = reinterpret_cast<const uint8_t*>(block_.data()) + (offset - block_at_);
    if (std::memcmp(data, there, length) == 0) {
      equal_ = length;
    } else {
      for (equal_ = 0; equal_ < length && data[equal_] == there[equal_];) ++equal_;
    }
    return length;
  }
  Status Accept(uint64_t offset, size_t length) override {
    if (equal_ < length) shared_.Found(offset + equal_);
    return Status::Ok();
  }
  Status Gap(uint64_t offset, uint64_t) override {
    shared_.Found(offset);  // looked at more closely by the caller
    return Status::Ok();
  }

  SharedCompare& shared_;
  std::vector<std::byte> block_;
  uint64_t block_at_ = 0;
  size_t equal_ = 0;
};

class Differ {
 public:
  Differ(const Document& a, const Document& b, const DiffOptions& options, const DifferenceReceiver& receive)
      : a_(a, Cut(options.a, a)), b_(b, Cut(options.b, b)), options_(options), receive_(receive) {
    at_a_ = Cut(options.a, a).start;
    at_b_ = Cut(options.b, b).start;
    total_ = a_.left(at_a_);
  }

  Result<DiffOutcome> Run() {
    const uint64_t version_a = a_.document().version();
    const uint64_t version_b = b_.document().version();
    uint64_t sequential = 0;  // equal bytes since the last change
    while (!enough_) {
      Status status = Skip(&sequential);
      if (!status.ok()) return status;
      if (a_.left(at_a_) == 0 || b_.left(at_b_) == 0) break;
      const Result<bool> near = ChangeInPlace();
      if (!near.ok()) return near.status();
      if (!*near) {
        if (status = Resync(); !status.ok()) return status;
      }
      sequential = 0;
    }
    if (!enough_ && (a_.left(at_a_) > 0 || b_.left(at_b_) > 0)) Tell({{at_a_, a_.end()}, {at_b_, b_.end()}});
    Flush();
    outcome_.stale = a_.document().version() != version_a || b_.document().version() != version_b;
    outcome_.truncated = outcome_.count >= options_.limit;
    outcome_.unreadable_bytes = a_.unreadable_bytes() + b_.unreadable_bytes();
    return outcome_;
  }

 private:
  static ByteRange Cut(ByteRange range, const Document& document) {
    const uint64_t end = std::min(range.end, document.size());
    return {std::min(range.start, end), end};
  }
  bool Cancelled() const { return options_.cancel != nullptr && options_.cancel->load(); }
  static Status Cancel() { return Status(Code::kCancelled, "Comparing was cancelled"); }
  void Report() {
    if (options_.progress) options_.progress(total_ - a_.left(at_a_), total_);
  }

  // Moves both sides to their next difference, or to an end.
  Status Skip(uint64_t* sequential) {
    for (;;) {
      if (Cancelled()) return Cancel();
      const uint64_t common = std::min(a_.left(at_a_), b_.left(at_b_));
      if (common == 0) return Status::Ok();
      if (*sequential >= kSequential && common > kSequential) {
        const uint64_t before = at_a_;
        if (Status status = SkipByThreads(common); !status.ok()) return status;
        *sequential = 0;
        if (at_a_ - before == common) return Status::Ok();
      }
      const auto here = a_.At(at_a_);
      if (!here.ok()) return here.status();
      const auto there = b_.At(at_b_);
      if (!there.ok()) return there.status();
      const size_t length = std::min(here->size(), there->size());
      if (length == 0) return Status::Ok();
      const size_t equal = EqualBytes(*here, *there);
      at_a_ += equal;
      at_b_ += equal;
      *sequential += equal;
      if (equal < length) return Status::Ok();
      Report();
    }
  }

  Status SkipByThreads(uint64_t common) {
    SharedCompare shared{b_.document(), at_a_, at_b_};
    ScanOptions options;
    options.from = at_a_;
    options.to = at_a_ + common;
    options.threads = options_.threads;
    options.cancel = options_.cancel;
    options.tuning = options_.tuning;
    if (options_.progress) {
      options.progress = [this, start = total_ - a_.left(at_a_)](uint64_t done, uint64_t) {
        options_.progress(start + done, total_);
      };
    }
    ScanSignal signal;
    const Result<ScanOutcome> compared = RunParallel(a_.document(), options, 0, signal,
                                                     [&] { return std::make_unique<CompareWorker>(shared); });
    if (!compared.ok()) return compared.status();
    const uint64_t equal = std::min(shared.first - at_a_, common);
    at_a_ += equal;
    at_b_ += equal;
    return Status::Ok();
  }

  // Bytes changed, none moved: soon many bytes in the same places are equal again. Tells the changes up to
  // there.
  Result<bool> ChangeInPlace() {
    near_a_.resize(std::min<uint64_t>(kNear, a_.left(at_a_)));
    near_b_.resize(std::min<uint64_t>(kNear, b_.left(at_b_)));
    const Result<bool> whole_a = a_.Exactly(at_a_, near_a_);
    if (!whole_a.ok()) return whole_a.status();
    const Result<bool> whole_b = b_.Exactly(at_b_, near_b_);
    if (!whole_b.ok()) return whole_b.status();
    const size_t length = std::min(near_a_.size(), near_b_.size());
    const bool ends = a_.left(at_a_) == b_.left(at_b_) && length == a_.left(at_a_);
    size_t equal_from = 0;
    size_t i = 0;
    for (; i < length && i - equal_from < kSureBytes; ++i) {
      if (near_a_[i] != near_b_[i]) equal_from = i + 1;
    }
    if (i - equal_from < kSureBytes && !ends) return false;
    for (size_t start = 0; start < equal_from;) {
      size_t end = start + 1;
      for (size_t k = end; k < equal_from && k - end < kJoinBelow; ++k) {
        if (near_a_[k] != near_b_[k]) end = k + 1;
      }
      Tell({{at_a_ + start, at_a_ + end}, {at_b_ + start, at_b_ + end}});
      start = end;
      while (start < equal_from && near_a_[start] == near_b_[start]) ++start;
    }
    at_a_ += equal_from;
    at_b_ += equal_from;
    return true;
  }

  // Calls `mark(offset behind the window, hash)` where the bytes set a mark, in [from, from + length), until
  // it says no.
  template <typename Mark>
  Status VisitMarks(Side& side, uint64_t from, uint64_t length, uint64_t mask, Mark mark) {
    static const std::array<uint64_t, 256> gear = MakeGear();
    uint64_t hash = 0;
    uint64_t seen = 0;
    for (uint64_t at = from; at < from + length;) {
      if (Cancelled()) return Cancel();
      const auto bytes = side.At(at);
      if (!bytes.ok()) return bytes.status();
      const auto count = static_cast<size_t>(std::min<uint64_t>(bytes->size(), from + length - at));
      if (count == 0) break;
      for (size_t i = 0; i < count; ++i) {
        hash = (hash << 1) + gear[static_cast<uint8_t>((*bytes)[i])];
        // The high bits depend on the whole window.
        if ((hash & mask) != 0 || seen + i + 1 < kWindow) continue;
        if (!mark(at + i + 1, hash)) return Status::Ok();
      }
      at += count;
      seen += count;
    }
    return Status::Ok();
  }

  // Finds the nearest place where both sides go on alike, and tells what lies before it.
  Status Resync() {
    const uint64_t most = std::max(a_.left(at_a_), b_.left(at_b_));
    for (uint64_t look = std::min(kFirstLook, most);; look = std::min(look * 8, most)) {
      // Marks so rare that those of one look fit into bounded memory.
      uint64_t mask = 0;
      for (uint64_t every = 1; every < 64 || every * kMarks < look; every *= 2)
        mask = mask >> 1 | uint64_t{1} << 63;
      std::unordered_map<uint64_t, uint64_t> marks;  // hash: first offset in a
      Status status =
          VisitMarks(a_, at_a_, std::min(look, a_.left(at_a_)), mask, [&](uint64_t at, uint64_t hash) {
            marks.emplace(hash, at);
            return marks.size() < 8 * kMarks;
          });
      if (!status.ok()) return status;
      uint64_t best = UINT64_MAX;
      Difference found;
      Status failure;
      status = VisitMarks(b_, at_b_, std::min(look, b_.left(at_b_)), mask, [&](uint64_t at, uint64_t hash) {
        if (at - at_b_ >= best) return false;  // no later one can be nearer
        const auto twin = marks.find(hash);
        if (twin == marks.end()) return true;
        const uint64_t distance = (twin->second - at_a_) + (at - at_b_);
        if (distance >= best) return true;
        const Result<bool> alike = Alike(twin->second - kWindow, at - kWindow);
        if (!alike.ok()) failure = alike.status();
        if (!alike.ok() || !*alike) return alike.ok();
        best = distance;
        found = {{at_a_, twin->second - kWindow}, {at_b_, at - kWindow}};
        return true;
      });
      if (!status.ok()) return status;
      if (!failure.ok()) return failure;
      if (best != UINT64_MAX) return TellUpTo(found);
      if (look == most) {
        Tell({{at_a_, a_.end()}, {at_b_, b_.end()}});
        at_a_ = a_.end();
        at_b_ = b_.end();
        return Status::Ok();
      }
    }
  }

  Result<bool> Alike(uint64_t in_a, uint64_t in_b) const {
    std::array<std::byte, kWindow> x, y;
    const Result<bool> whole_x = a_.Exactly(in_a, x);
    if (!whole_x.ok() || !*whole_x) return whole_x;
    const Result<bool> whole_y = b_.Exactly(in_b, y);
    if (!whole_y.ok() || !*whole_y) return whole_y;
    return x == y;
  }

  // `found` ends where both sides are alike; they may have been so before.
  Status TellUpTo(Difference found) {
    std::vector<std::byte> x, y;
    for (;;) {
      const uint64_t room = std::min(found.a.length(), found.b.length());
      const auto length = static_cast<size_t>(std::min<uint64_t>(room, kNear));
      x.resize(length);
      y.resize(length);
      const Result<bool> whole_x = a_.Exactly(found.a.end - length, x);
      if (!whole_x.ok()) return whole_x.status();
      const Result<bool> whole_y = b_.Exactly(found.b.end - length, y);
      if (!whole_y.ok()) return whole_y.status();
      size_t equal = 0;
      while (equal < length && x[length - 1 - equal] == y[length - 1 - equal]) ++equal;
      found.a.end -= equal;
      found.b.end -= equal;
      if (equal < length || length == 0) break;
    }
    if (found.a.length() + found.b.length() > 0) Tell(found);
    at_a_ = found.a.end;
    at_b_ = found.b.end;
    return Status::Ok();
  }

  void Tell(const Difference& difference) {
    if (enough_) return;
    pending_.push_back(difference);
    ++outcome_.count;
    if (outcome_.count >= options_.limit) enough_ = true;
    if (pending_.size() >= 4096) Flush();
  }
  void Flush() {
    if (!pending_.empty() && receive_ && !receive_(pending_)) enough_ = true;
    pending_.clear();
  }

  Side a_;
  Side b_;
  const DiffOptions& options_;
  const DifferenceReceiver& receive_;
  uint64_t at_a_ = 0;
  uint64_t at_b_ = 0;
  uint64_t total_ = 0;
  bool enough_ = false;
  DiffOutcome outcome_;
  std::vector<Difference> pending_;
  std::vector<std::byte> near_a_;
  std::vector<std::byte> near_b_;
};

}  // namespace

Result<DiffOutcome> Diff(const Document& a, const Document& b, const DiffOptions& options,
                         const DifferenceReceiver& receive) {
  for (const Document* document : {&a, &b}) {
    const Status open = document->ForScan([](const DocumentCore&) { return Status::Ok(); });
    if (!open.ok()) return open;
  }
  return Differ(a, b, options, receive).Run();
}

}  // namespace terahex
