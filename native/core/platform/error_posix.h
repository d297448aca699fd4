// errno into Status, in one place. Owns the table of codes and the wording of messages; knows no files.
// Thread rule: pure functions. Save errno before any cleanup call and hand it in.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/status.h"

namespace terahex {

Code CodeOfErrno(int error);

// "cannot open /x/y: permission denied". `action`: "open", "write to", ...; `offset`: byte in the file, where
// there is one.
Status ErrnoStatus(std::string_view action, std::string_view path, int error,
                   uint64_t offset = Status::kNoOffset);

// The same sentence with a code and reason that no errno tells.
Status PathStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                  int error = 0, uint64_t offset = Status::kNoOffset);

}  // namespace terahex
