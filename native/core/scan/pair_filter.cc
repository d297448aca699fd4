// One loop for each kind of processor; see pair_filter.h.
#include "native/core/scan/pair_filter.h"

#include <bit>

#include "native/core/scan/simd.h"

namespace terahex {

size_t FindPairNaive(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if ((a[i] & first.mask) == first.value && (b[i] & second.mask) == second.value) return i;
  }
  return count;
}

namespace {

using Find = size_t (*)(const uint8_t*, MaskedByte, const uint8_t*, MaskedByte, size_t);

#if defined(TERAHEX_X86_64)
size_t FindSse2(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count) {
  const __m128i value1 = _mm_set1_epi8(static_cast<char>(first.value));
  const __m128i mask1 = _mm_set1_epi8(static_cast<char>(first.mask));
  const __m128i value2 = _mm_set1_epi8(static_cast<char>(second.value));
  const __m128i mask2 = _mm_set1_epi8(static_cast<char>(second.mask));
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m128i x = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)), mask1);
    const __m128i y = _mm_and_si128(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i)), mask2);
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(x, value1), _mm_cmpeq_epi8(y, value2));
    const auto bits = static_cast<uint32_t>(_mm_movemask_epi8(both));
    if (bits != 0) return i + static_cast<size_t>(std::countr_zero(bits));
  }
  return i + FindPairNaive(a + i, first, b + i, second, count - i);
}
#endif

#if defined(TERAHEX_X86_64) && defined(__GNUC__)
TERAHEX_TARGET("avx2")
inline __m256i Fits(const uint8_t* at, __m256i mask, __m256i value) {
  return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)), mask),
                           value);
}

TERAHEX_TARGET("avx2")
size_t FindAvx2(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count) {
  const __m256i value1 = _mm256_set1_epi8(static_cast<char>(first.value));
  const __m256i mask1 = _mm256_set1_epi8(static_cast<char>(first.mask));
  const __m256i value2 = _mm256_set1_epi8(static_cast<char>(second.value));
  const __m256i mask2 = _mm256_set1_epi8(static_cast<char>(second.mask));
  size_t i = 0;
  for (; i + 128 <= count; i += 128) {
    __m256i both[4];
    for (size_t k = 0; k < 4; ++k) {
      both[k] = _mm256_and_si256(Fits(a + i + 32 * k, mask1, value1), Fits(b + i + 32 * k, mask2, value2));
    }
    const __m256i any = _mm256_or_si256(_mm256_or_si256(both[0], both[1]), _mm256_or_si256(both[2], both[3]));
    if (_mm256_testz_si256(any, any)) continue;
    for (size_t k = 0; k < 4; ++k) {
      const auto bits = static_cast<uint32_t>(_mm256_movemask_epi8(both[k]));
      if (bits != 0) return i + 32 * k + static_cast<size_t>(std::countr_zero(bits));
    }
  }
  return i + FindSse2(a + i, first, b + i, second, count - i);
}
#endif

#if defined(TERAHEX_ARM64)
size_t FindNeon(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count) {
  const uint8x16_t value1 = vdupq_n_u8(first.value);
  const uint8x16_t mask1 = vdupq_n_u8(first.mask);
  const uint8x16_t value2 = vdupq_n_u8(second.value);
  const uint8x16_t mask2 = vdupq_n_u8(second.mask);
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    const uint8x16_t x = vceqq_u8(vandq_u8(vld1q_u8(a + i), mask1), value1);
    const uint8x16_t y = vceqq_u8(vandq_u8(vld1q_u8(b + i), mask2), value2);
    // Four bits for each byte: NEON has no movemask.
    const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(vandq_u8(x, y)), 4);
    const uint64_t bits = vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
    if (bits != 0) return i + static_cast<size_t>(std::countr_zero(bits)) / 4;
  }
  return i + FindPairNaive(a + i, first, b + i, second, count - i);
}
#endif

Find Choose() {
#if defined(TERAHEX_X86_64) && defined(__GNUC__)
  if (TERAHEX_HAS("avx2")) return FindAvx2;
#endif
#if defined(TERAHEX_X86_64)
  return FindSse2;
#elif defined(TERAHEX_ARM64)
  return FindNeon;
#else
  return FindPairNaive;
#endif
}

}  // namespace

size_t FindPair(const uint8_t* a, MaskedByte first, const uint8_t* b, MaskedByte second, size_t count) {
  static const Find find = Choose();
  return find(a, first, b, second, count);
}

}  // namespace terahex
