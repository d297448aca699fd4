// Little-endian fields of the journal's format, in and out of byte buffers. Knows nothing of files.
// Thread rule: one thread per object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace terahex {

class FieldWriter {
 public:
  explicit FieldWriter(std::vector<std::byte>& out) : out_(out) {}
  void U32(uint32_t value) { Number(value, 4); }
  void U64(uint64_t value) { Number(value, 8); }
  void I64(int64_t value) { Number(static_cast<uint64_t>(value), 8); }
  void Bytes(std::span<const std::byte> bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void Text(const std::string& text) {
    U32(static_cast<uint32_t>(text.size()));
    Bytes(std::as_bytes(std::span(text)));
  }

 private:
  void Number(uint64_t value, int bytes) {
    std::byte fields[8];
    for (int i = 0; i < bytes; ++i) fields[i] = static_cast<std::byte>(value >> (8 * i));
    out_.insert(out_.end(), fields, fields + bytes);
  }
  std::vector<std::byte>& out_;
};

// Reads past the end give zeros and clear ok(), so a parser checks once at its end.
class FieldReader {
 public:
  explicit FieldReader(std::span<const std::byte> in) : in_(in) {}
  bool ok() const { return ok_; }
  size_t position() const { return position_; }
  uint32_t U32() { return static_cast<uint32_t>(Number(4)); }
  uint64_t U64() { return Number(8); }
  int64_t I64() { return static_cast<int64_t>(Number(8)); }
  std::span<const std::byte> Bytes(size_t length) {
    if (length > in_.size() - position_) {
      ok_ = false;
      return {};
    }
    position_ += length;
    return in_.subspan(position_ - length, length);
  }
  std::string Text() {
    auto bytes = Bytes(U32());
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

 private:
  uint64_t Number(size_t length) {
    auto bytes = Bytes(length);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) value |= uint64_t(bytes[i]) << (8 * i);
    return value;
  }
  std::span<const std::byte> in_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace terahex
