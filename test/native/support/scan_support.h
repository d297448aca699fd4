// Documents full of edits for the tests of scans, and scans with tiny windows, so that every border is met.
// Thread rule: single-threaded tests.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "native/core/document.h"
#include "native/core/scan/find.h"
#include "test/native/support/document_support.h"

namespace terahex::scan_test {

using document_test::Bytes;
using document_test::ReadAll;

// Few different bytes, so that needles are met often.
inline std::string Letters(size_t length, unsigned kinds, std::mt19937_64& random) {
  std::string text(length, '\0');
  for (char& c : text) c = static_cast<char>(random() % kinds == 0 ? 0 : 'a' + random() % kinds);
  return text;
}

// Inserts, overwrites, erases and fills at random.
inline void EditAtRandom(Document& document, int edits, unsigned kinds, std::mt19937_64& random) {
  for (int i = 0; i < edits; ++i) {
    const uint64_t size = document.size();
    const uint64_t at = random() % (size + 1);
    const std::string bytes = Letters(1 + random() % 20, kinds, random);
    switch (random() % 4) {
      case 0:
        REQUIRE(document.Insert(at, Bytes(bytes)).ok());
        break;
      case 1:
        REQUIRE(document.Overwrite(at, Bytes(bytes)).ok());
        break;
      case 2:
        REQUIRE(document.Erase(at, std::min<uint64_t>(size - at, random() % 30)).ok());
        break;
      default:
        REQUIRE(document.Fill(at, std::min<uint64_t>(size - at, random() % 40), Bytes("abc")).ok());
    }
  }
}

inline ScanTuning TinyTuning(std::mt19937_64& random) {
  ScanTuning tuning;
  tuning.window_bytes = 1 + random() % 300;
  tuning.run_bytes = 1 + random() % 60;
  tuning.direct_from = 1 + random() % 40;
  tuning.assembled_bytes = 1 + random() % 50;
  tuning.chunk_bytes = 1 + random() % 500;
  tuning.hole_from = 1 + random() % 50;
  return tuning;
}

inline FindOptions TinyFind(std::mt19937_64& random) {
  FindOptions options;
  options.tuning = TinyTuning(random);
  options.threads = 1 + static_cast<unsigned>(random() % 4);
  return options;
}

inline std::vector<uint64_t> FindAll(const Document& document, const Matcher& matcher,
                                     const FindOptions& options) {
  std::vector<uint64_t> hits;
  auto found = Find(document, matcher, options, [&](std::span<const uint64_t> batch) {
    hits.insert(hits.end(), batch.begin(), batch.end());
    return true;
  });
  REQUIRE(found.ok());
  CHECK(found->count == hits.size());
  return hits;
}

}  // namespace terahex::scan_test
