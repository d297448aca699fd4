// The latest changes of a document by version, so that views learn what to fetch again. Knows nothing of
// bytes. Thread rule: none of its own; the document's lock guards it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "native/core/document.h"

namespace terahex {

class ChangeRing {
 public:
  static constexpr uint64_t kCapacity = 4096;

  uint64_t version() const { return version_; }
  void Add(const Change& change) {
    if (ring_.size() < kCapacity && ring_.size() == version_ - first_) {
      ring_.push_back(change);
    } else {
      if (ring_.size() < kCapacity) ring_.resize(kCapacity);
      ring_[(version_ - first_) % kCapacity] = change;
    }
    ++version_;
    known_ = std::max(known_, version_ > kCapacity ? version_ - kCapacity : 0);
  }
  // A change too wide to be told: whoever asks from before it gets `all`.
  void AddEverything() {
    ++version_;
    known_ = first_ = version_;
    ring_.clear();
  }
  Changes Since(uint64_t version) const {
    Changes answer;
    answer.version = version_;
    answer.all = version < known_ || version > version_;
    for (uint64_t v = version; !answer.all && v < version_; ++v) {
      answer.changes.push_back(ring_[(v - first_) % kCapacity]);
    }
    return answer;
  }
  uint64_t memory_bytes() const { return ring_.capacity() * sizeof(Change); }

 private:
  std::vector<Change> ring_;  // the change from version v to v + 1 at (v - first_) % kCapacity
  uint64_t first_ = 0;
  uint64_t known_ = 0;  // the oldest version that changes are still known from
  uint64_t version_ = 0;
};

}  // namespace terahex
