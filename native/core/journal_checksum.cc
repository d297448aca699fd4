// CRC-32C by eight tables of 256 entries, eight bytes a step ("slicing by 8"), or by the instruction that
// Intel's processors have for it. Thread rule: the tables are constants.
#include "native/core/journal_checksum.h"

#include <array>
#include <cstring>

#include "native/core/processor.h"

namespace terahex {
namespace {

using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0x82F63B78u : 0u);
    tables[0][byte] = value;
  }
  for (uint32_t byte = 0; byte < 256; ++byte) {
    for (size_t step = 1; step < 8; ++step) {
      uint32_t before = tables[step - 1][byte];
      tables[step][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

constexpr uint32_t Load32(const std::byte* at) {
  return uint32_t(at[0]) | uint32_t(at[1]) << 8 | uint32_t(at[2]) << 16 | uint32_t(at[3]) << 24;
}

#if defined(__x86_64__) && defined(__GNUC__)
// Clang counts the instruction as a feature of its own.
__attribute__((target("sse4.2,crc32"))) uint32_t ByInstruction(std::span<const std::byte> bytes,
                                                               uint32_t crc) {
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  uint64_t wide = crc;
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    wide = __builtin_ia32_crc32di(wide, word);
  }
  crc = static_cast<uint32_t>(wide);
  for (; left > 0; --left, ++at) crc = __builtin_ia32_crc32qi(crc, static_cast<unsigned char>(*at));
  return crc;
}
bool HasInstruction() {
  static const bool has = ProcessorHas("sse4.2");
  return has;
}
#else
uint32_t ByInstruction(std::span<const std::byte>, uint32_t crc) { return crc; }
constexpr bool HasInstruction() { return false; }
#endif

}  // namespace

uint32_t Crc32c(std::span<const std::byte> bytes, uint32_t previous) {
  return HasInstruction() ? ~ByInstruction(bytes, ~previous) : Crc32cByTables(bytes, previous);
}

uint32_t Crc32cByTables(std::span<const std::byte> bytes, uint32_t previous) {
  uint32_t crc = ~previous;
  const std::byte* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    uint32_t low = crc ^ Load32(at);
    uint32_t high = Load32(at + 4);
    crc = kTables[7][low & 0xff] ^ kTables[6][(low >> 8) & 0xff] ^ kTables[5][(low >> 16) & 0xff] ^
          kTables[4][low >> 24] ^ kTables[3][high & 0xff] ^ kTables[2][(high >> 8) & 0xff] ^
          kTables[1][(high >> 16) & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; --left, ++at) crc = (crc >> 8) ^ kTables[0][(crc ^ uint32_t(*at)) & 0xff];
  return ~crc;
}

}  // namespace terahex
