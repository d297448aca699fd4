// What the kill test commits: files of any size made from a formula, so that old and new content need no
// memory. Shared by the child that is killed and the parent that judges. Thread rule: one thread per object.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "native/core/commit.h"
#include "native/core/journal_checksum.h"

namespace terahex::test {

enum class KillKind { kScattered, kContiguous, kInsert, kShift, kAppend, kCut };

struct KillScenario {
  const char* name;
  KillKind kind;
  uint64_t size;   // bytes of the old file
  uint64_t count;  // edits, or bytes changed, put in, appended or cut
};

inline uint64_t Word(uint64_t index, uint64_t version) {  // splitmix64
  uint64_t z = (index + 1) * 0x9e3779b97f4a7c15u + version * 0xd1b54a32d192ed03u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

inline void Formula(uint64_t version, uint64_t offset, std::span<std::byte> out) {
  for (size_t done = 0; done < out.size();) {
    uint64_t word = Word((offset + done) / 8, version);
    size_t inside = (offset + done) % 8;
    size_t part = std::min<size_t>(8 - inside, out.size() - done);
    std::memcpy(out.data() + done, reinterpret_cast<const char*>(&word) + inside, part);
    done += part;
  }
}

class KillSource : public CommitSource {
 public:
  explicit KillSource(const KillScenario& scenario) : scenario_(scenario) {}

  uint64_t new_size() const {
    if (scenario_.kind == KillKind::kCut) return scenario_.size - scenario_.count;
    bool grows = scenario_.kind != KillKind::kScattered && scenario_.kind != KillKind::kContiguous;
    return scenario_.size + (grows ? scenario_.count : 0);
  }
  std::vector<ByteRange> Ranges() const {
    std::vector<ByteRange> ranges;
    if (scenario_.kind == KillKind::kScattered) {
      for (uint64_t i = 0; i < scenario_.count; ++i) ranges.push_back(EditRange(i));
    } else if (scenario_.kind == KillKind::kContiguous) {
      ranges.push_back({kFrom, kFrom + scenario_.count});
    } else if (scenario_.kind == KillKind::kAppend) {
      ranges.push_back({scenario_.size, new_size()});
    }
    return ranges;
  }
  std::vector<Stretch> Stretches() const {
    return {{Stretch::Kind::kKept, kFrom, 0},
            {Stretch::Kind::kNew, scenario_.count, 0},
            {Stretch::Kind::kKept, scenario_.size - kFrom, kFrom}};
  }
  Status ReadNew(uint64_t offset, std::span<std::byte> out) override {
    switch (scenario_.kind) {
      case KillKind::kScattered:
        Scattered(offset, out);
        break;
      case KillKind::kContiguous:
      case KillKind::kAppend:
      case KillKind::kCut: {
        uint64_t from = scenario_.kind == KillKind::kContiguous ? kFrom : scenario_.size;
        Formula(0, offset, out);
        Overlay(offset, out, from, scenario_.count, 0);
        break;
      }
      case KillKind::kInsert:
      case KillKind::kShift: {
        size_t head = static_cast<size_t>(std::min<uint64_t>(out.size(), kFrom - std::min(offset, kFrom)));
        Formula(0, offset, out.first(head));
        uint64_t end = kFrom + scenario_.count;
        size_t middle =
            static_cast<size_t>(std::min<uint64_t>(out.size() - head, end - std::min(offset + head, end)));
        Formula(1, offset + head, out.subspan(head, middle));
        size_t both = head + middle;
        Formula(0, offset + both - scenario_.count, out.subspan(both));
        break;
      }
    }
    return Status::Ok();
  }
  Status KeepBefore(uint64_t, uint64_t, std::span<const std::byte>) override { return Status::Ok(); }

  static constexpr uint64_t kFrom = 4099;

 private:
  ByteRange EditRange(uint64_t index) const {
    uint64_t stride = scenario_.size / scenario_.count;
    uint64_t at = index * stride + Word(index, 9) % (stride - 8);
    return {at, at + 8};
  }
  static void Overlay(uint64_t offset, std::span<std::byte> out, uint64_t from, uint64_t length, uint64_t) {
    uint64_t start = std::max(offset, from);
    uint64_t end = std::min(offset + out.size(), from + length);
    if (start < end)
      Formula(1, start, out.subspan(static_cast<size_t>(start - offset), static_cast<size_t>(end - start)));
  }
  void Scattered(uint64_t offset, std::span<std::byte> out) {
    Formula(0, offset, out);
    uint64_t stride = scenario_.size / scenario_.count;
    uint64_t last = std::min((offset + out.size()) / stride, scenario_.count - 1);
    for (uint64_t i = offset / stride; i <= last; ++i) Overlay(offset, out, EditRange(i).start, 8, 1);
  }

  const KillScenario scenario_;
};

// CRC-32C and size of what `fill` makes; enough to tell old from new from anything else.
struct Digest {
  uint64_t size = 0;
  uint32_t crc = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

}  // namespace terahex::test
