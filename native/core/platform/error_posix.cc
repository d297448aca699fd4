// errno into Status: the one table of codes and the one wording of messages for both posix files.
// Thread rule: pure functions.
#include "native/core/platform/error_posix.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace terahex {
namespace {

// strerror_r has two shapes: GNU returns the text, POSIX fills the buffer.
[[maybe_unused]] const char* TextOf(const char* gnu_text, const char*) { return gnu_text; }
[[maybe_unused]] const char* TextOf(int posix_failed, const char* buffer) {
  return posix_failed ? "unknown error" : buffer;
}

std::string ReasonOf(int error) {
  char buffer[256] = "";
  std::string reason = TextOf(strerror_r(error, buffer, sizeof buffer), buffer);
  // Not "I/O error", as musl says.
  const bool word = reason.size() > 1 && reason[1] >= 'a' && reason[1] <= 'z';
  if (word && reason[0] >= 'A' && reason[0] <= 'Z') reason[0] += 'a' - 'A';
  return reason;
}

}  // namespace

Code CodeOfErrno(int error) {
  switch (error) {
    case 0:
      return Code::kOk;
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return Code::kNotFound;
    case EACCES:
    case EPERM:
      return Code::kAccessDenied;
    case EROFS:
      return Code::kReadOnly;
    case EISDIR:
      return Code::kNotAFile;
    case EEXIST:
    case ENOTEMPTY:
      return Code::kExists;
    case EINVAL:
    case ENAMETOOLONG:
    case EBADF:
      return Code::kInvalidArgument;
    // Gone for good: a server that forgot the file, a device that was pulled out.
    case ESTALE:
    case ENXIO:
    case ENODEV:
    case ENOTCONN:
#ifdef ENOMEDIUM
    case ENOMEDIUM:
#endif
      return Code::kVanished;
    case ENOSPC:
      return Code::kNoSpace;
    case EDQUOT:
      return Code::kQuota;
    case EBUSY:
    case ETXTBSY:
    case EAGAIN:
      return Code::kBusy;
    case ENOSYS:
    case ENOTTY:
    case EXDEV:
    case ENOTSUP:
#if EOPNOTSUPP != ENOTSUP
    case EOPNOTSUPP:
#endif
    case ENOLCK:
      return Code::kUnsupported;
    case EFBIG:
    case EOVERFLOW:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return Code::kTooLarge;
    default:
      return Code::kIo;
  }
}

Status ErrnoStatus(std::string_view action, std::string_view path, int error, uint64_t offset) {
  return PathStatus(CodeOfErrno(error), action, path, ReasonOf(error), error, offset);
}

Status PathStatus(Code code, std::string_view action, std::string_view path, std::string_view reason,
                  int error, uint64_t offset) {
  std::string message = "cannot ";
  message.append(action).append(" ").append(path);
  if (offset != Status::kNoOffset) message.append(" at offset ").append(std::to_string(offset));
  message.append(": ").append(reason);
  return Status(code, std::move(message), error, offset);
}

}  // namespace terahex
