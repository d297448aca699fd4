// Outcomes of native operations: a code for programs, an OS number and an offset for people.
// Knows nothing of Node or of any OS; the one place that turns OS numbers into codes is each platform/ file.
// Thread rule: plain values.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace terahex {

// The string names (see CodeName) are a contract with TypeScript: `error.code`.
enum class Code {
  kOk,
  kNotFound,         // no such file, or a folder on the way is missing
  kAccessDenied,     // permission
  kReadOnly,         // read-only file, file system or document
  kNotAFile,         // folder, FIFO, socket, character device
  kExists,           // exclusive creation found something
  kOutOfRange,       // offset or length outside the document, or beyond 2^63 - 1
  kInvalidArgument,  // anything else that no caller should pass
  kVanished,         // the bytes went away while in use: truncated, unplugged
  kChanged,          // the file on disk is not the version this document or journal belongs to
  kIo,               // device error
  kNoSpace,          // disk full
  kQuota,            // disk quota exceeded
  kBusy,             // locked by another program, or another commit is running
  kClosed,           // used after Close()
  kCancelled,        // the caller's cancel flag was seen
  kUnsupported,      // this OS or file system cannot do it
  kTooLarge,         // would exceed a stated limit
  kCorrupt,          // a journal or backup whose checksum or structure is wrong
};

// "ok", "not-found", "access-denied", "read-only", "not-a-file", "exists", "out-of-range",
// "invalid-argument", "vanished", "changed", "io", "no-space", "quota", "busy", "closed", "cancelled",
// "unsupported", "too-large", "corrupt".
const char* CodeName(Code code);

class [[nodiscard]] Status {
 public:
  static constexpr uint64_t kNoOffset = UINT64_MAX;

  Status() = default;
  Status(Code code, std::string message, int os_error = 0, uint64_t offset = kNoOffset)
      : code_(code), os_error_(os_error), offset_(offset), message_(std::move(message)) {}
  static Status Ok() { return {}; }

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  // errno or GetLastError(), 0 where none applies.
  int os_error() const { return os_error_; }
  // Byte offset in the file or document that the failure is about, or kNoOffset.
  uint64_t offset() const { return offset_; }
  // One sentence without a final stop: what, where (path), why.
  const std::string& message() const { return message_; }

 private:
  Code code_ = Code::kOk;
  int os_error_ = 0;
  uint64_t offset_ = kNoOffset;
  std::string message_;
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    assert(!status_.ok() && "a Result without a value needs an error");
  }
  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace terahex
