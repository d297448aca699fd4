// GetLastError() into Status, in one place. Owns the table of codes and the wording of messages; knows no
// files. Thread rule: pure functions. Save the error before any cleanup call and hand it in.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/core/status.h"

namespace terahex::windows {

// `error`: GetLastError(), as the plain number that this header may name without <windows.h>.
Code CodeOfError(uint32_t error);

// GetLastError() of a call that opens what is there. A name that goes with the file's last handle is "not
// found", as where it goes at once; Windows says "access denied".
uint32_t LastOpenError();

// "cannot open C:\x: permission denied". `action`: "open", "write to", ...; `offset`: byte in the file, where
// there is one.
Status ErrorStatus(std::string_view action, std::string_view path, uint32_t error,
                   uint64_t offset = Status::kNoOffset);

// The same sentence with a code and reason that no system error tells.
Status PathStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                  uint32_t error = 0, uint64_t offset = Status::kNoOffset);

}  // namespace terahex::windows
