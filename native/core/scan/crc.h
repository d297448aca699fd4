// Cyclic redundancy checks of 8 to 64 bits, by their name in the catalogue of Greg Cook ("Catalogue of
// parametrised CRC algorithms", reveng.sourceforge.io/crc-catalogue), whose names and figures these are. At
// memory speed where the processor multiplies without carry. Knows nothing of documents. Thread rule: a
// CrcModel is immutable; Crc is a plain value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace terahex {

struct CrcParameters {
  const char* name;
  int width;  // bits
  uint64_t polynomial;
  uint64_t initial;
  bool reflected;  // input and output
  uint64_t final_xor;
  uint64_t check;  // of the nine bytes "123456789"
};

std::span<const CrcParameters> CrcCatalogue();

// The registers of all widths are kept as 64 bits: a polynomial P of width w as P * x^(64 - w), whose
// remainders are those of P, times x^(64 - w).
class CrcModel {
 public:
  explicit CrcModel(const CrcParameters& parameters);

  const CrcParameters& parameters() const { return parameters_; }
  uint64_t Begin() const;
  // A leaf (fault_guard.h).
  uint64_t Update(uint64_t state, const uint8_t* data, size_t length) const;
  // As Update with so many zeros, in no time.
  uint64_t UpdateZeros(uint64_t state, uint64_t length) const;
  // The state behind two stretches, from that behind the first and, with 0 to begin with, behind the second.
  uint64_t Join(uint64_t first, uint64_t second, uint64_t second_length) const {
    return UpdateZeros(first, second_length) ^ second;
  }
  uint64_t Finish(uint64_t state) const;

  uint64_t UpdateNaive(uint64_t state, const uint8_t* data, size_t length) const;

 private:
  static constexpr size_t kSlices = 16;
  uint64_t UpdateTables(uint64_t state, const uint8_t* data, size_t length) const;
  uint64_t UpdateFolded(uint64_t state, const uint8_t* data, size_t length) const;
  uint64_t Multiply(uint64_t a, uint64_t b) const;
  uint64_t PowerOfX(uint64_t exponent) const;

  const CrcParameters parameters_;
  uint64_t polynomial_ = 0;  // in the 64 bits, bit order of the register
  uint64_t tables_[kSlices][256] = {};
  uint64_t fold_far_[2] = {};   // 64 bytes on
  uint64_t fold_near_[2] = {};  // 16 bytes on
};

// Null: no such name. Case does not matter, nor do / - and _ between its parts.
const CrcParameters* FindCrc(std::string_view name);

}  // namespace terahex
