// A needle of fixed length: bytes, bytes with wildcard bits, or for each character one of several spellings
// of equal length. Knows nothing of encodings or of what a person typed. Thread rule: immutable.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "native/core/scan/matcher.h"
#include "native/core/scan/pair_filter.h"
#include "native/core/status.h"

namespace terahex {

class Needle final : public Matcher {
 public:
  // Longer ones find nothing that a person would type; the overlap of runs grows with them.
  static constexpr size_t kMostBytes = size_t{64} << 10;
  // With wildcards or spellings the work of one place is not bounded by the search itself.
  static constexpr size_t kMostMaskedBytes = 4096;

  // `mask`: bits that count, as long as `value`, or empty when all do. `align`: offsets that are multiples of
  // it. Errors: kInvalidArgument (empty; mask of another length; align 0), kTooLarge.
  static Result<std::unique_ptr<Needle>> Make(std::vector<uint8_t> value, std::vector<uint8_t> mask,
                                              uint64_t align);
  // In each place one of its spellings, all of a place of the same length. Errors as above.
  using Spellings = std::vector<std::string>;
  static Result<std::unique_ptr<Needle>> MakeFolded(const std::vector<Spellings>& places, uint64_t align);

  size_t length() const override { return value_.size(); }
  size_t Find(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const override;
  InZeros in_zeros() const override;
  uint64_t stride() const override { return align_; }

  // Does it match here? Byte by byte: what all quick ways are measured against.
  bool MatchesAt(const uint8_t* data) const;

 private:
  struct Place {
    size_t at = 0;
    size_t length = 0;
    std::vector<std::string> spellings;
  };

  Needle(std::vector<uint8_t> value, std::vector<uint8_t> mask, std::vector<Place> places, uint64_t align);
  void ChoosePair();
  size_t FindLinear(uint64_t offset, const uint8_t* data, size_t count, HitBuffer* hits) const;
  MaskedByte At(size_t index) const { return {value_[index], exact_ ? uint8_t{0xff} : mask_[index]}; }

  const std::vector<uint8_t> value_;
  const std::vector<uint8_t> mask_;  // empty when exact_
  const std::vector<Place> places_;  // with more than one spelling
  const uint64_t align_;
  const bool exact_;
  size_t first_ = 0;  // the two bytes that the filter looks at
  size_t second_ = 0;
  std::vector<uint32_t>
      borders_;  // exact_ and long: for each prefix its longest border (Knuth, Morris, Pratt)
};

}  // namespace terahex
