#include "native/core/status.h"

namespace terahex {

const char* CodeName(Code code) {
  switch (code) {
    case Code::kOk:
      return "ok";
    case Code::kNotFound:
      return "not-found";
    case Code::kAccessDenied:
      return "access-denied";
    case Code::kReadOnly:
      return "read-only";
    case Code::kNotAFile:
      return "not-a-file";
    case Code::kExists:
      return "exists";
    case Code::kOutOfRange:
      return "out-of-range";
    case Code::kInvalidArgument:
      return "invalid-argument";
    case Code::kVanished:
      return "vanished";
    case Code::kChanged:
      return "changed";
    case Code::kIo:
      return "io";
    case Code::kNoSpace:
      return "no-space";
    case Code::kQuota:
      return "quota";
    case Code::kBusy:
      return "busy";
    case Code::kClosed:
      return "closed";
    case Code::kCancelled:
      return "cancelled";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kTooLarge:
      return "too-large";
    case Code::kCorrupt:
      return "corrupt";
  }
  return "unknown";
}

}  // namespace terahex
