// See value_matcher.h. Blocks of places are first asked whether any fits, in a loop without branches that
// compilers turn into vector code.
#include "native/core/scan/value_matcher.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

namespace terahex {

namespace {

constexpr size_t kBlock = 64;  // places

template <typename T>
T ReverseBytes(T value) {
  uint8_t bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  std::reverse(bytes, bytes + sizeof(T));
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <typename T, bool kReversed>
class RangeMatcher final : public Matcher {
 public:
  // Floats are compared as doubles: a bound rounded to a float would let a neighbour in.
  using Bound = std::conditional_t<std::is_floating_point_v<T>, double, T>;

  RangeMatcher(Bound low, Bound high, uint64_t align) : low_(low), high_(high), align_(align) {}
  size_t length() const override { return sizeof(T); }
  uint64_t stride() const override { return align_; }
  InZeros in_zeros() const override {
    return low_ <= Bound{0} && Bound{0} <= high_ ? InZeros::kEverywhere : InZeros::kNowhere;
  }

  size_t Find(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const override {
    const size_t lead = static_cast<size_t>((align_ - offset % align_) % align_);
    const size_t step = static_cast<size_t>(std::min<uint64_t>(align_, count));
    for (size_t at = lead; at < count;) {
      const size_t places = std::min(kBlock, (count - at + step - 1) / step);
      unsigned any = 0;
      for (size_t i = 0; i < places; ++i) any |= Fits(data + at + i * step);
      for (size_t i = 0; any != 0 && i < places; ++i) {
        if (!Fits(data + at + i * step)) continue;
        if (hits->full()) return at + i * step;
        hits->Add(offset + at + i * step);
      }
      at += places * step;
    }
    return count;
  }

 private:
  unsigned Fits(const uint8_t* at) const {
    T value;
    std::memcpy(&value, at, sizeof(T));
    if constexpr (kReversed) value = ReverseBytes(value);
    const Bound number = value;
    return static_cast<unsigned>(low_ <= number) & static_cast<unsigned>(number <= high_);  // never a NaN
  }

  const Bound low_;
  const Bound high_;
  const uint64_t align_;
};

// The bounds cut to what `Bound` holds; false: nothing of it is between them.
template <typename Bound, typename Wide>
bool Cut(Wide low, Wide high, Bound* cut_low, Bound* cut_high) {
  constexpr Wide kLeast = std::numeric_limits<Bound>::lowest();
  constexpr Wide kMost = std::numeric_limits<Bound>::max();
  if (low > kMost || high < kLeast || low > high) return false;
  *cut_low = static_cast<Bound>(std::max(low, kLeast));
  *cut_high = static_cast<Bound>(std::min(high, kMost));
  return true;
}

template <typename T>
Result<std::unique_ptr<Matcher>> MakeTyped(bool big, const ValueBounds& bounds, uint64_t align) {
  typename RangeMatcher<T, false>::Bound low{}, high{};
  bool any;
  if constexpr (std::is_floating_point_v<T>) {
    low = bounds.low_float, high = bounds.high_float;
    any = low <= high;
  } else if constexpr (std::is_signed_v<T>) {
    any = Cut(bounds.low_signed, bounds.high_signed, &low, &high);
  } else {
    any = Cut(bounds.low_unsigned, bounds.high_unsigned, &low, &high);
  }
  if (!any) return Status(Code::kInvalidArgument, "No value of this type lies between the bounds");
  if (big == (std::endian::native == std::endian::big)) {
    return std::unique_ptr<Matcher>(new RangeMatcher<T, false>(low, high, align));
  }
  return std::unique_ptr<Matcher>(new RangeMatcher<T, true>(low, high, align));
}

class DifferMatcher final : public Matcher {
 public:
  DifferMatcher(const std::vector<uint8_t>& pattern, uint64_t origin)
      : period_(pattern.size()), origin_(origin % pattern.size()) {
    // Long enough to compare a block from any phase.
    while (repeated_.size() < period_ + kBlock)
      repeated_.insert(repeated_.end(), pattern.begin(), pattern.end());
  }
  size_t length() const override { return 1; }
  InZeros in_zeros() const override {
    const bool zeros =
        std::all_of(repeated_.begin(), repeated_.end(), [](uint8_t byte) { return byte == 0; });
    return zeros ? InZeros::kNowhere : InZeros::kSomewhere;
  }

  size_t Find(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const override {
    size_t phase = static_cast<size_t>((offset % period_ + period_ - origin_) % period_);
    for (size_t at = 0; at < count;) {
      const size_t block = std::min(kBlock, count - at);
      if (std::memcmp(data + at, repeated_.data() + phase, block) != 0) {
        for (size_t i = 0; i < block; ++i) {
          if (data[at + i] == repeated_[phase + i]) continue;
          if (hits->full()) return at + i;
          hits->Add(offset + at + i);
        }
      }
      at += block;
      phase = (phase + block) % period_;
    }
    return count;
  }

 private:
  const size_t period_;
  const size_t origin_;
  std::vector<uint8_t> repeated_;
};

}  // namespace

Result<std::unique_ptr<Matcher>> MakeRangeMatcher(std::string_view type, const ValueBounds& bounds,
                                                  uint64_t align) {
  if (align == 0) return Status(Code::kInvalidArgument, "The alignment must be at least 1");
  if (type == "u1") return MakeTyped<uint8_t>(false, bounds, align);
  if (type == "s1") return MakeTyped<int8_t>(false, bounds, align);
  const bool big = type.ends_with("be");
  if (type.size() == 4 && (big || type.ends_with("le"))) {
    const std::string_view kind = type.substr(0, 2);
    if (kind == "u2") return MakeTyped<uint16_t>(big, bounds, align);
    if (kind == "u4") return MakeTyped<uint32_t>(big, bounds, align);
    if (kind == "u8") return MakeTyped<uint64_t>(big, bounds, align);
    if (kind == "s2") return MakeTyped<int16_t>(big, bounds, align);
    if (kind == "s4") return MakeTyped<int32_t>(big, bounds, align);
    if (kind == "s8") return MakeTyped<int64_t>(big, bounds, align);
    if (kind == "f4") return MakeTyped<float>(big, bounds, align);
    if (kind == "f8") return MakeTyped<double>(big, bounds, align);
  }
  return Status(Code::kInvalidArgument, "No type is called " + std::string(type));
}

Result<std::unique_ptr<Matcher>> MakeDifferMatcher(std::vector<uint8_t> pattern, uint64_t origin) {
  if (pattern.empty()) return Status(Code::kInvalidArgument, "Nothing to compare with");
  if (pattern.size() > 4096) return Status(Code::kTooLarge, "The pattern may have at most 4096 bytes");
  return std::unique_ptr<Matcher>(new DifferMatcher(pattern, origin));
}

}  // namespace terahex
