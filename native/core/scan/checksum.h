// Checksums that Node's crypto does not have, several in one pass over a range of a document: CRCs by
// catalogue name, Adler-32, xxHash. Sums whose parts can be joined are made by many threads, and holes in
// them cost nothing. Thread rule: Checksums may run on any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/scan/parallel.h"

namespace terahex {

// One sum on its way. Thread rule: one thread.
class Checksum {
 public:
  virtual ~Checksum() = default;
  // Takes the bytes on trial: what Keep() has not confirmed is forgotten by the next Try. A leaf
  // (fault_guard.h).
  virtual void Try(const uint8_t* data, size_t length) = 0;
  virtual void Keep() = 0;
  // So many zeros. False: they must be shown.
  virtual bool Zeros(uint64_t length) = 0;
  // Lower-case hex, as the tools of the trade print it.
  virtual std::string Finish() const = 0;
  // A sum of the bytes that follow those of this one, to be joined to it later; null where that cannot be
  // done.
  virtual std::unique_ptr<Checksum> MakePart() const { return nullptr; }
  virtual void Join(const Checksum& part, uint64_t part_length) { (void)part, (void)part_length; }
};

// `name`: of the CRC catalogue (crc.h), adler-32, xxh32, xxh64, xxh3 (64 bits), xxh128. Null: there is no
// such sum.
std::unique_ptr<Checksum> MakeChecksum(std::string_view name);
// Every name in full.
std::vector<std::string> ChecksumNames();

struct ChecksumsOutcome : ScanOutcome {
  std::vector<std::string> sums;  // as the names
};

// Errors: kInvalidArgument (unknown name), kIo (bytes that cannot be read, offset()), kChanged (edited
// meanwhile), kCancelled, kClosed.
Result<ChecksumsOutcome> Checksums(const Document& document, const ScanOptions& options,
                                   const std::vector<std::string>& names);

}  // namespace terahex
