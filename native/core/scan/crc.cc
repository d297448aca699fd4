// See crc.h. Folding: 128 bits of the message are multiplied by a power of x (modulo the polynomial) and
// added to 128 bits further on, so that four such accumulators run through the data; the tables finish what
// is left. V. Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction",
// Intel, 2009.
#include "native/core/scan/crc.h"

#include <cctype>
#include <cstring>
#include <string>

#include "native/core/scan/simd.h"

namespace terahex {

namespace {

// clang-format off
constexpr CrcParameters kCatalogue[] = {
    {"CRC-8/SMBUS", 8, 0x07, 0x00, false, 0x00, 0xf4},
    {"CRC-8/MAXIM-DOW", 8, 0x31, 0x00, true, 0x00, 0xa1},
    {"CRC-8/ROHC", 8, 0x07, 0xff, true, 0x00, 0xd0},
    {"CRC-8/AUTOSAR", 8, 0x2f, 0xff, false, 0xff, 0xdf},
    {"CRC-8/BLUETOOTH", 8, 0xa7, 0x00, true, 0x00, 0x26},
    {"CRC-8/SAE-J1850", 8, 0x1d, 0xff, false, 0xff, 0x4b},
    {"CRC-8/I-432-1", 8, 0x07, 0x00, false, 0x55, 0xa1},
    {"CRC-8/DARC", 8, 0x39, 0x00, true, 0x00, 0x15},
    {"CRC-8/WCDMA", 8, 0x9b, 0x00, true, 0x00, 0x25},
    {"CRC-8/CDMA2000", 8, 0x9b, 0xff, false, 0x00, 0xda},
    {"CRC-8/NRSC-5", 8, 0x31, 0xff, false, 0x00, 0xf7},
    {"CRC-8/TECH-3250", 8, 0x1d, 0xff, true, 0x00, 0x97},
    {"CRC-16/ARC", 16, 0x8005, 0x0000, true, 0x0000, 0xbb3d},
    {"CRC-16/MODBUS", 16, 0x8005, 0xffff, true, 0x0000, 0x4b37},
    {"CRC-16/USB", 16, 0x8005, 0xffff, true, 0xffff, 0xb4c8},
    {"CRC-16/MAXIM-DOW", 16, 0x8005, 0x0000, true, 0xffff, 0x44c2},
    {"CRC-16/UMTS", 16, 0x8005, 0x0000, false, 0x0000, 0xfee8},
    {"CRC-16/CMS", 16, 0x8005, 0xffff, false, 0x0000, 0xaee7},
    {"CRC-16/XMODEM", 16, 0x1021, 0x0000, false, 0x0000, 0x31c3},
    {"CRC-16/IBM-3740", 16, 0x1021, 0xffff, false, 0x0000, 0x29b1},
    {"CRC-16/GENIBUS", 16, 0x1021, 0xffff, false, 0xffff, 0xd64e},
    {"CRC-16/GSM", 16, 0x1021, 0x0000, false, 0xffff, 0xce3c},
    {"CRC-16/SPI-FUJITSU", 16, 0x1021, 0x1d0f, false, 0x0000, 0xe5cc},
    {"CRC-16/KERMIT", 16, 0x1021, 0x0000, true, 0x0000, 0x2189},
    {"CRC-16/IBM-SDLC", 16, 0x1021, 0xffff, true, 0xffff, 0x906e},
    {"CRC-16/MCRF4XX", 16, 0x1021, 0xffff, true, 0x0000, 0x6f91},
    {"CRC-16/DNP", 16, 0x3d65, 0x0000, true, 0xffff, 0xea82},
    {"CRC-16/EN-13757", 16, 0x3d65, 0x0000, false, 0xffff, 0xc2b7},
    {"CRC-16/T10-DIF", 16, 0x8bb7, 0x0000, false, 0x0000, 0xd0db},
    {"CRC-16/CDMA2000", 16, 0xc867, 0xffff, false, 0x0000, 0x4c06},
    {"CRC-16/DECT-X", 16, 0x0589, 0x0000, false, 0x0000, 0x007f},
    {"CRC-24/OPENPGP", 24, 0x864cfb, 0xb704ce, false, 0x000000, 0x21cf02},
    {"CRC-32/ISO-HDLC", 32, 0x04c11db7, 0xffffffff, true, 0xffffffff, 0xcbf43926},
    {"CRC-32/ISCSI", 32, 0x1edc6f41, 0xffffffff, true, 0xffffffff, 0xe3069283},
    {"CRC-32/BZIP2", 32, 0x04c11db7, 0xffffffff, false, 0xffffffff, 0xfc891918},
    {"CRC-32/CKSUM", 32, 0x04c11db7, 0x00000000, false, 0xffffffff, 0x765e7680},
    {"CRC-32/MPEG-2", 32, 0x04c11db7, 0xffffffff, false, 0x00000000, 0x0376e6e7},
    {"CRC-32/JAMCRC", 32, 0x04c11db7, 0xffffffff, true, 0x00000000, 0x340bc6d9},
    {"CRC-32/BASE91-D", 32, 0xa833982b, 0xffffffff, true, 0xffffffff, 0x87315576},
    {"CRC-32/AUTOSAR", 32, 0xf4acfb13, 0xffffffff, true, 0xffffffff, 0x1697d06a},
    {"CRC-32/AIXM", 32, 0x814141ab, 0x00000000, false, 0x00000000, 0x3010bf7f},
    {"CRC-32/MEF", 32, 0x741b8cd7, 0xffffffff, true, 0x00000000, 0xd2c22f51},
    {"CRC-32/XFER", 32, 0x000000af, 0x00000000, false, 0x00000000, 0xbd0be338},
    {"CRC-64/ECMA-182", 64, 0x42f0e1eba9ea3693, 0, false, 0, 0x6c40df5f0b497347},
    {"CRC-64/WE", 64, 0x42f0e1eba9ea3693, ~uint64_t{0}, false, ~uint64_t{0}, 0x62ec59e3f1a4f00a},
    {"CRC-64/XZ", 64, 0x42f0e1eba9ea3693, ~uint64_t{0}, true, ~uint64_t{0}, 0x995dc9bbdf1939fa},
    {"CRC-64/GO-ISO", 64, 0x000000000000001b, ~uint64_t{0}, true, ~uint64_t{0}, 0xb90956c775a41001},
};
// clang-format on

struct Alias {
  const char* name;
  const char* means;
};
// What most people mean by the short name.
constexpr Alias kAliases[] = {{"CRC-8", "CRC-8/SMBUS"},          {"CRC-16", "CRC-16/ARC"},
                              {"CRC-16/CCITT", "CRC-16/KERMIT"}, {"CRC-16/CCITT-FALSE", "CRC-16/IBM-3740"},
                              {"CRC-32", "CRC-32/ISO-HDLC"},     {"CRC-32C", "CRC-32/ISCSI"},
                              {"CRC-64", "CRC-64/XZ"},           {"CRC-24", "CRC-24/OPENPGP"}};

std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

uint64_t Reverse(uint64_t value) {
  uint64_t reversed = 0;
  for (int i = 0; i < 64; ++i) reversed |= (value >> i & 1) << (63 - i);
  return reversed;
}

uint64_t LoadLittle(const uint8_t* data) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value |= uint64_t{data[i]} << (8 * i);
  return value;
}
uint64_t LoadBig(const uint8_t* data) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | data[i];
  return value;
}
void StoreLittle(uint64_t value, uint8_t* data) {
  for (size_t i = 0; i < 8; ++i) data[i] = static_cast<uint8_t>(value >> (8 * i));
}
void StoreBig(uint64_t value, uint8_t* data) {
  for (size_t i = 0; i < 8; ++i) data[i] = static_cast<uint8_t>(value >> (56 - 8 * i));
}

#if defined(TERAHEX_X86_64) && defined(__GNUC__)
// The bytes of the message in the order of the powers of x: reversed where the register shifts left.
template <bool kReflected>
TERAHEX_TARGET("pclmul,ssse3")
inline __m128i Load(const uint8_t* data) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data));
  if constexpr (kReflected) return bytes;
  return _mm_shuffle_epi8(bytes, _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

// `factors`: for the low and for the high half of `value`.
TERAHEX_TARGET("pclmul,ssse3")
inline __m128i Fold(__m128i value, __m128i factors, __m128i next) {
  const __m128i low = _mm_clmulepi64_si128(value, factors, 0x00);
  const __m128i high = _mm_clmulepi64_si128(value, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

// Folds `length` bytes (a multiple of 64, from 128 on) into 16 with the same remainder.
template <bool kReflected>
TERAHEX_TARGET("pclmul,ssse3")
void FoldAll(uint64_t state, const uint8_t* data, size_t length, const uint64_t* far, const uint64_t* near,
             uint8_t* out) {
  const __m128i far_factors = _mm_set_epi64x(static_cast<int64_t>(far[1]), static_cast<int64_t>(far[0]));
  const __m128i near_factors = _mm_set_epi64x(static_cast<int64_t>(near[1]), static_cast<int64_t>(near[0]));
  __m128i x0 = Load<kReflected>(data);
  __m128i x1 = Load<kReflected>(data + 16);
  __m128i x2 = Load<kReflected>(data + 32);
  __m128i x3 = Load<kReflected>(data + 48);
  const auto start = static_cast<int64_t>(state);
  x0 = _mm_xor_si128(x0, kReflected ? _mm_set_epi64x(0, start) : _mm_set_epi64x(start, 0));
  for (size_t at = 64; at < length; at += 64) {
    x0 = Fold(x0, far_factors, Load<kReflected>(data + at));
    x1 = Fold(x1, far_factors, Load<kReflected>(data + at + 16));
    x2 = Fold(x2, far_factors, Load<kReflected>(data + at + 32));
    x3 = Fold(x3, far_factors, Load<kReflected>(data + at + 48));
  }
  x1 = Fold(x0, near_factors, x1);
  x2 = Fold(x1, near_factors, x2);
  x3 = Fold(x2, near_factors, x3);
  const auto low = static_cast<uint64_t>(_mm_cvtsi128_si64(x3));
  const auto high = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(x3, x3)));
  if constexpr (kReflected) {
    StoreLittle(low, out);
    StoreLittle(high, out + 8);
  } else {
    StoreBig(high, out);
    StoreBig(low, out + 8);
  }
}
#endif

bool MultipliesWithoutCarry() {
  static const bool has = TERAHEX_HAS("pclmul") && TERAHEX_HAS("ssse3");
  return has;
}

}  // namespace

std::span<const CrcParameters> CrcCatalogue() { return kCatalogue; }

const CrcParameters* FindCrc(std::string_view name) {
  std::string wanted = Plain(name);
  for (const Alias& alias : kAliases) {
    if (Plain(alias.name) == wanted) {
      wanted = Plain(alias.means);
      break;
    }
  }
  for (const CrcParameters& parameters : kCatalogue) {
    if (Plain(parameters.name) == wanted) return &parameters;
  }
  return nullptr;
}

CrcModel::CrcModel(const CrcParameters& parameters) : parameters_(parameters) {
  const uint64_t aligned = parameters.polynomial << (64 - parameters.width);
  const bool reflected = parameters.reflected;
  polynomial_ = reflected ? Reverse(aligned) : aligned;
  for (uint64_t byte = 0; byte < 256; ++byte) {
    uint64_t state = reflected ? byte : byte << 56;
    for (int bit = 0; bit < 8; ++bit) {
      if (reflected) {
        state = (state >> 1) ^ ((state & 1) != 0 ? polynomial_ : 0);
      } else {
        state = (state << 1) ^ ((state >> 63) != 0 ? polynomial_ : 0);
      }
    }
    tables_[0][byte] = state;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint64_t state = tables_[slice - 1][byte];
      tables_[slice][byte] =
          reflected ? (state >> 8) ^ tables_[0][state & 0xff] : (state << 8) ^ tables_[0][state >> 56];
    }
  }
  // A product of two reflected registers comes out one place too high: one power less makes up for it. The
  // half of the message that comes first has 64 powers more.
  const uint64_t less = reflected ? 1 : 0;
  const auto factors = [&](uint64_t bits, uint64_t* into) {
    const uint64_t first = PowerOfX(bits + 64 - less);
    const uint64_t second = PowerOfX(bits - less);
    into[0] = reflected ? first : second;
    into[1] = reflected ? second : first;
  };
  factors(512, fold_far_);
  factors(128, fold_near_);
}

uint64_t CrcModel::Begin() const {
  const uint64_t aligned = parameters_.initial << (64 - parameters_.width);
  return parameters_.reflected ? Reverse(aligned) : aligned;
}

uint64_t CrcModel::Finish(uint64_t state) const {
  const int unused = 64 - parameters_.width;
  const uint64_t value = parameters_.reflected ? state : state >> unused;
  return (value ^ parameters_.final_xor) & (~uint64_t{0} >> unused);
}

uint64_t CrcModel::UpdateNaive(uint64_t state, const uint8_t* data, size_t length) const {
  for (size_t i = 0; i < length; ++i) {
    state ^= parameters_.reflected ? uint64_t{data[i]} : uint64_t{data[i]} << 56;
    for (int bit = 0; bit < 8; ++bit) {
      if (parameters_.reflected) {
        state = (state >> 1) ^ ((state & 1) != 0 ? polynomial_ : 0);
      } else {
        state = (state << 1) ^ ((state >> 63) != 0 ? polynomial_ : 0);
      }
    }
  }
  return state;
}

uint64_t CrcModel::UpdateTables(uint64_t state, const uint8_t* data, size_t length) const {
  const auto& t = tables_;
  size_t i = 0;
  if (parameters_.reflected) {
    for (; i + 16 <= length; i += 16) {
      const uint64_t a = state ^ LoadLittle(data + i);
      const uint64_t b = LoadLittle(data + i + 8);
      state = 0;
      for (size_t k = 0; k < 8; ++k) state ^= t[15 - k][a >> (8 * k) & 0xff] ^ t[7 - k][b >> (8 * k) & 0xff];
    }
    for (; i < length; ++i) state = (state >> 8) ^ t[0][(state ^ data[i]) & 0xff];
  } else {
    for (; i + 16 <= length; i += 16) {
      const uint64_t a = state ^ LoadBig(data + i);
      const uint64_t b = LoadBig(data + i + 8);
      state = 0;
      for (size_t k = 0; k < 8; ++k) {
        state ^= t[15 - k][a >> (56 - 8 * k) & 0xff] ^ t[7 - k][b >> (56 - 8 * k) & 0xff];
      }
    }
    for (; i < length; ++i) state = (state << 8) ^ t[0][(state >> 56) ^ data[i]];
  }
  return state;
}

uint64_t CrcModel::UpdateFolded([[maybe_unused]] uint64_t state, [[maybe_unused]] const uint8_t* data,
                                [[maybe_unused]] size_t length) const {
  uint8_t rest[16] = {};
#if defined(TERAHEX_X86_64) && defined(__GNUC__)
  if (parameters_.reflected) {
    FoldAll<true>(state, data, length, fold_far_, fold_near_, rest);
  } else {
    FoldAll<false>(state, data, length, fold_far_, fold_near_, rest);
  }
#endif
  return UpdateTables(0, rest, sizeof rest);
}

uint64_t CrcModel::Update(uint64_t state, const uint8_t* data, size_t length) const {
  if (length >= 256 && MultipliesWithoutCarry()) {
    const size_t folded = length / 64 * 64;
    state = UpdateFolded(state, data, folded);
    data += folded;
    length -= folded;
  }
  return UpdateTables(state, data, length);
}

// Of two registers, modulo the polynomial.
uint64_t CrcModel::Multiply(uint64_t a, uint64_t b) const {
  uint64_t product = 0;
  for (int i = 0; i < 64; ++i) {  // by the coefficients of b, highest power first
    const bool reflected = parameters_.reflected;
    const bool carry = reflected ? (product & 1) != 0 : (product >> 63) != 0;
    product = reflected ? product >> 1 : product << 1;
    if (carry) product ^= polynomial_;
    const bool bit = reflected ? (b >> i & 1) != 0 : (b >> (63 - i) & 1) != 0;
    if (bit) product ^= a;
  }
  return product;
}

uint64_t CrcModel::PowerOfX(uint64_t exponent) const {
  const bool reflected = parameters_.reflected;
  uint64_t result = reflected ? uint64_t{1} << 63 : 1;  // 1
  uint64_t square = reflected ? uint64_t{1} << 62 : 2;  // x
  for (; exponent > 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = Multiply(result, square);
    square = Multiply(square, square);
  }
  return result;
}

uint64_t CrcModel::UpdateZeros(uint64_t state, uint64_t length) const {
  // x^8 for each byte; the exponent itself may not fit when multiplied by 8.
  const uint64_t by_bytes = PowerOfX(length);
  uint64_t factor = by_bytes;
  for (int i = 0; i < 3; ++i) factor = Multiply(factor, factor);
  return Multiply(state, factor);
}

}  // namespace terahex
