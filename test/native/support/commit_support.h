// Contents, edits and sources for tests of the commit. Knows the commit's contract, no document.
// Thread rule: one thread per object.
#pragma once

#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "native/core/commit.h"

namespace terahex::test {

inline std::string RandomBytes(size_t length, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(length, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// New content made of an old one: what a document's pieces would say.
struct Edit {
  std::string before;
  std::string after;
  std::vector<ByteRange> ranges;   // for CommitInPlace
  std::vector<Stretch> stretches;  // for CommitRewrite and WriteCopy

  explicit Edit(std::string old) : before(old), after(std::move(old)) {}
  void Overwrite(uint64_t offset, const std::string& bytes) {
    if (offset + bytes.size() > after.size()) after.resize(offset + bytes.size());
    after.replace(offset, bytes.size(), bytes);
    ranges.push_back({offset, offset + bytes.size()});
  }
  // Stretches are appended in order: what is kept, and what is put in.
  Edit& Begin() {
    after.clear();
    return *this;
  }
  Edit& Keep(uint64_t old_offset, uint64_t length) {
    stretches.push_back({Stretch::Kind::kKept, length, old_offset});
    after += before.substr(old_offset, length);
    return *this;
  }
  Edit& Put(const std::string& bytes) {
    stretches.push_back({Stretch::Kind::kNew, bytes.size(), 0});
    after += bytes;
    return *this;
  }
};

class StringSource : public CommitSource {
 public:
  explicit StringSource(const Edit& edit) : edit_(edit), kept(edit.before.size(), 0) {}
  Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
    if (fail_reads) return Status(Code::kIo, "the source fails");
    if (!FitsWithin(offset, out.size(), edit_.after.size()))
      return Status(Code::kOutOfRange, "asked too far");
    std::memcpy(out.data(), edit_.after.data() + offset, out.size());
    return Status::Ok();
  }
  bool IsZeros(uint64_t offset, uint64_t length) override {
    return edit_.after.find_first_not_of('\0', offset) >= offset + length;
  }
  Status KeepBefore(uint64_t offset, uint64_t length, std::span<const std::byte> bytes) override {
    if (fail_keeping) return Status(Code::kNoSpace, "nowhere to keep it");
    std::string there = bytes.empty()
                            ? std::string(length, '\0')
                            : std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    right_before = right_before && there == edit_.before.substr(offset, length) && offset >= last_kept;
    last_kept = offset + length;
    for (uint64_t i = 0; i < length; ++i) ++kept[offset + i];
    return Status::Ok();
  }

 private:
  const Edit& edit_;

 public:
  std::vector<int> kept;     // how often each old byte was told
  bool right_before = true;  // and always as it was, ascending
  uint64_t last_kept = 0;
  bool fail_reads = false;
  bool fail_keeping = false;
};

}  // namespace terahex::test
