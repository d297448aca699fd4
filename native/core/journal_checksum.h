// CRC-32C, the checksum of everything a journal stores. Knows nothing of files. Thread rule: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace terahex {

// Castagnoli polynomial 0x1EDC6F41, reflected 0x82F63B78, initial and final value ~0 (RFC 3720, appendix
// B.4). `previous`: the checksum of the bytes before, to go on from there.
uint32_t Crc32c(std::span<const std::byte> bytes, uint32_t previous = 0);

// The same without CPU instructions; Crc32c takes this where there are none.
uint32_t Crc32cByTables(std::span<const std::byte> bytes, uint32_t previous = 0);

}  // namespace terahex
