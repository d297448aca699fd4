// See needle.h. Candidates come from pair_filter.h and are compared in full; where that becomes too much work
// (needle and data repeat themselves), exact needles go on in linear time.
#include "native/core/scan/needle.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace terahex {

namespace {

// Bytes compared in one call before somebody may cancel.
constexpr size_t kWorkBytes = size_t{4} << 20;
// Shorter needles cannot make enough work to matter.
constexpr size_t kLinearFrom = 64;

// How often a byte is met in files, roughly: padding, text and code are full of some. Smaller is rarer.
int Commonness(uint8_t byte) {
  if (byte == 0) return 9;
  if (byte == 0xff) return 7;
  if (byte == ' ' || byte == 'e' || byte == 't' || byte == 'a') return 6;
  if (byte >= 'a' && byte <= 'z') return 5;
  if (byte == 1 || byte == '\n' || (byte >= '0' && byte <= '9')) return 4;
  if (byte < 0x20 || (byte >= 'A' && byte <= 'Z')) return 3;
  return 2;
}

Status CheckLength(size_t length, size_t most, uint64_t align) {
  if (length == 0) return Status(Code::kInvalidArgument, "Nothing to search for");
  if (align == 0) return Status(Code::kInvalidArgument, "The alignment must be at least 1");
  if (length > most) {
    return Status(Code::kTooLarge, "The needle may have at most " + std::to_string(most) + " bytes, it has " +
                                       std::to_string(length));
  }
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Needle>> Needle::Make(std::vector<uint8_t> value, std::vector<uint8_t> mask,
                                             uint64_t align) {
  if (std::all_of(mask.begin(), mask.end(), [](uint8_t bits) { return bits == 0xff; })) mask.clear();
  Status status = CheckLength(value.size(), mask.empty() ? kMostBytes : kMostMaskedBytes, align);
  if (!status.ok()) return status;
  if (!mask.empty() && mask.size() != value.size()) {
    return Status(Code::kInvalidArgument, "The mask must be as long as the needle");
  }
  for (size_t i = 0; i < mask.size(); ++i) value[i] &= mask[i];
  return std::unique_ptr<Needle>(new Needle(std::move(value), std::move(mask), {}, align));
}

Result<std::unique_ptr<Needle>> Needle::MakeFolded(const std::vector<Spellings>& places, uint64_t align) {
  std::vector<uint8_t> value;
  std::vector<uint8_t> mask;
  std::vector<Place> folded;
  for (const Spellings& spellings : places) {
    if (spellings.empty() || spellings[0].empty()) continue;
    const std::string& first = spellings[0];
    if (spellings.size() > 1) folded.push_back({value.size(), first.size(), spellings});
    for (size_t i = 0; i < first.size(); ++i) {
      const auto byte = static_cast<uint8_t>(first[i]);
      uint8_t differs = 0;
      for (const std::string& other : spellings) {
        if (other.size() != first.size()) {
          return Status(Code::kInvalidArgument, "The spellings of a place must have one length");
        }
        differs |= static_cast<uint8_t>(static_cast<uint8_t>(other[i]) ^ byte);
      }
      value.push_back(byte & static_cast<uint8_t>(~differs));
      mask.push_back(static_cast<uint8_t>(~differs));
    }
  }
  if (folded.empty()) return Make(std::move(value), {}, align);
  if (Status status = CheckLength(value.size(), kMostMaskedBytes, align); !status.ok()) return status;
  return std::unique_ptr<Needle>(new Needle(std::move(value), std::move(mask), std::move(folded), align));
}

Needle::Needle(std::vector<uint8_t> value, std::vector<uint8_t> mask, std::vector<Place> places,
               uint64_t align)
    : value_(std::move(value)),
      mask_(std::move(mask)),
      places_(std::move(places)),
      align_(align),
      exact_(mask_.empty()) {
  ChoosePair();
  if (!exact_ || value_.size() < kLinearFrom) return;
  borders_.resize(value_.size(), 0);
  for (size_t i = 1, border = 0; i < value_.size(); ++i) {
    while (border > 0 && value_[i] != value_[border]) border = borders_[border - 1];
    if (value_[i] == value_[border]) ++border;
    borders_[i] = static_cast<uint32_t>(border);
  }
}

// The two bytes that the fewest places of a usual file fit.
void Needle::ChoosePair() {
  const auto cost = [&](size_t i) {
    const MaskedByte byte = At(i);
    const int free_bits = 8 - std::popcount(byte.mask);
    return free_bits * 4 + Commonness(byte.value);
  };
  for (size_t i = 1; i < value_.size(); ++i) {
    if (cost(i) < cost(first_)) first_ = i;
  }
  second_ = first_ == 0 ? value_.size() - 1 : 0;
  for (size_t i = 0; i < value_.size(); ++i) {
    // Two equal bytes side by side tell less than two different ones.
    const bool better =
        cost(i) + (value_[i] == value_[first_]) < cost(second_) + (value_[second_] == value_[first_]);
    if (i != first_ && better) second_ = i;
  }
}

bool Needle::MatchesAt(const uint8_t* data) const {
  if (exact_) return std::memcmp(data, value_.data(), value_.size()) == 0;
  for (size_t i = 0; i < value_.size(); ++i) {
    if ((data[i] & mask_[i]) != value_[i]) return false;
  }
  for (const Place& place : places_) {
    bool any = false;
    for (const std::string& spelling : place.spellings) {
      any = any || std::memcmp(data + place.at, spelling.data(), place.length) == 0;
    }
    if (!any) return false;
  }
  return true;
}

InZeros Needle::in_zeros() const {
  const std::vector<uint8_t> zeros(value_.size(), 0);
  return MatchesAt(zeros.data()) ? InZeros::kEverywhere : InZeros::kNowhere;
}

size_t Needle::Find(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const {
  const MaskedByte first = At(first_);
  const MaskedByte second = At(second_);
  size_t work = 0;
  size_t at = 0;
  while (at < count && !hits->full()) {
    at += FindPair(data + at + first_, first, data + at + second_, second, count - at);
    if (at >= count) break;
    if ((offset + at) % align_ == 0) {
      if (MatchesAt(data + at)) hits->Add(offset + at);
      work += value_.size();
    }
    ++at;
    if (work < kWorkBytes) continue;
    if (!borders_.empty()) return at + FindLinear(offset + at, data + at, count - at, hits);
    return at;
  }
  return at;
}

size_t Needle::FindLinear(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const {
  const size_t length = value_.size();
  const size_t end = count + length - 1;
  size_t matched = 0;  // bytes of the needle that fit up to here
  for (size_t i = 0; i < end; ++i) {
    while (matched > 0 && (matched == length || data[i] != value_[matched])) matched = borders_[matched - 1];
    if (data[i] == value_[matched]) ++matched;
    if (matched < length) continue;
    const size_t start = i + 1 - length;
    if ((offset + start) % align_ == 0) hits->Add(offset + start);
    if (hits->full()) return start + 1;
  }
  return count;
}

}  // namespace terahex
