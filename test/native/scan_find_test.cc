// Searching against its naive twin, over random documents with random edits, in windows, runs, chunks and
// threads of every size. DL-12: hits are neither missed nor invented.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "doctest/doctest.h"
#include "native/core/scan/find_naive.h"
#include "native/core/scan/needle.h"
#include "native/core/scan/value_matcher.h"
#include "test/native/support/platforms.h"
#include "test/native/support/scan_support.h"

namespace terahex::scan_test {
namespace {

constexpr int kRounds = 60;

std::vector<uint8_t> BytesOfText(const std::string& text) { return {text.begin(), text.end()}; }

// Calls `check(document, content, options, random)` for many documents: in memory with pages of 8 bytes
// (views are copies there) and in a real file.
template <typename Check>
void ForManyDocuments(Check check) {
  for (int round = 0; round < kRounds; ++round) {
    std::mt19937_64 random(1000 + static_cast<uint64_t>(round));
    INFO("seed " << 1000 + round);
    MemoryOptions memory;
    memory.page_size = 8;
    memory.mappable = round % 5 != 4;
    MemoryFileSystem files(memory);
    const unsigned kinds = 2 + static_cast<unsigned>(random() % 4);
    files.PutFile("/d/file", Letters(random() % 4000, kinds, random));
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 40), kinds, random);
    FindOptions options = TinyFind(random);
    const std::string content = ReadAll(*document);
    if (random() % 2 == 0) {
      options.from = random() % (content.size() + 1);
      options.to = options.from + random() % (content.size() + 10);
    }
    check(*document, content, options, random);
  }
}

TEST_CASE("Scan find: DL-12: a literal needle is found wherever its naive twin finds it") {
  ForManyDocuments([](Document& document, const std::string& content, FindOptions options, auto& random) {
    std::string needle = Letters(1 + random() % 12, 3, random);
    if (!content.empty() && random() % 2 == 0) {
      needle = content.substr(random() % content.size(), 1 + random() % 200);
    }
    const uint64_t align = random() % 3 == 0 ? 1 + random() % 5 : 1;
    auto matcher = Needle::Make(BytesOfText(needle), {}, align);
    REQUIRE(matcher.ok());
    const auto expected = FindNaive(
        content, options.from, std::min<uint64_t>(options.to, content.size()), needle.size(), align,
        [&](const uint8_t* at, uint64_t) { return std::memcmp(at, needle.data(), needle.size()) == 0; });
    CHECK(FindAll(document, **matcher, options) == expected);
    auto counted = Find(document, **matcher, options, {});
    REQUIRE(counted.ok());
    CHECK(counted->count == expected.size());
    options.limit = 1 + random() % 5;
    std::vector<uint64_t> first(expected.begin(),
                                expected.begin() + static_cast<ptrdiff_t>(std::min<size_t>(
                                                       expected.size(), static_cast<size_t>(options.limit))));
    CHECK(FindAll(document, **matcher, options) == first);
  });
}

TEST_CASE("Scan find: wildcard bits are found wherever the naive twin finds them") {
  ForManyDocuments([](Document& document, const std::string& content, FindOptions options, auto& random) {
    const std::string letters = Letters(1 + random() % 6, 3, random);
    std::vector<uint8_t> value = BytesOfText(letters);
    std::vector<uint8_t> mask(value.size());
    const uint8_t masks[] = {0xff, 0xf0, 0x0f, 0x00, 0xdf};
    for (uint8_t& bits : mask) bits = masks[random() % 5];
    auto matcher = Needle::Make(value, mask, 1);
    REQUIRE(matcher.ok());
    const auto expected =
        FindNaive(content, options.from, options.to, value.size(), 1, [&](const uint8_t* at, uint64_t) {
          for (size_t i = 0; i < value.size(); ++i) {
            if (((at[i] ^ value[i]) & mask[i]) != 0) return false;
          }
          return true;
        });
    CHECK(FindAll(document, **matcher, options) == expected);
  });
}

TEST_CASE("Scan find: each place may be spelled in several ways") {
  ForManyDocuments([](Document& document, const std::string& content, FindOptions options, auto& random) {
    std::vector<Needle::Spellings> places;
    size_t length = 0;
    for (size_t i = 0; i < 1 + random() % 3; ++i) {
      const size_t bytes = 1 + random() % 2;
      Needle::Spellings spellings;
      for (size_t k = 0; k < 1 + random() % 3; ++k) spellings.push_back(Letters(bytes, 4, random));
      length += bytes;
      places.push_back(spellings);
    }
    auto matcher = Needle::MakeFolded(places, 1);
    REQUIRE(matcher.ok());
    const auto expected =
        FindNaive(content, options.from, options.to, length, 1, [&](const uint8_t* at, uint64_t) {
          for (const auto& spellings : places) {
            const size_t bytes = spellings[0].size();
            if (std::none_of(spellings.begin(), spellings.end(), [&](const std::string& spelling) {
                  return std::memcmp(at, spelling.data(), bytes) == 0;
                }))
              return false;
            at += bytes;
          }
          return true;
        });
    CHECK(FindAll(document, **matcher, options) == expected);
  });
}

template <typename T>
void CheckRange(const char* type, bool big) {
  ForManyDocuments([&](Document& document, const std::string& content, FindOptions options, auto& random) {
    T a, b;
    std::string raw = document_test::Random(sizeof(T) * 2, random());
    if (content.size() > sizeof(T))
      raw.replace(0, sizeof(T), content.substr(random() % (content.size() - sizeof(T)), sizeof(T)));
    std::memcpy(&a, raw.data(), sizeof(T));
    std::memcpy(&b, raw.data() + sizeof(T), sizeof(T));
    if (!(a <= b)) std::swap(a, b);
    if (!(a <= b)) return;  // NaN
    ValueBounds bounds;
    bounds.low_float = static_cast<double>(a), bounds.high_float = static_cast<double>(b);
    bounds.low_signed = static_cast<int64_t>(std::is_floating_point_v<T> ? T{0} : a);
    bounds.high_signed = static_cast<int64_t>(std::is_floating_point_v<T> ? T{0} : b);
    bounds.low_unsigned = static_cast<uint64_t>(std::is_floating_point_v<T> ? T{0} : a);
    bounds.high_unsigned = static_cast<uint64_t>(std::is_floating_point_v<T> ? T{0} : b);
    const uint64_t align = 1 + random() % 9;
    auto matcher = MakeRangeMatcher(type, bounds, align);
    REQUIRE(matcher.ok());
    const auto expected =
        FindNaive(content, options.from, options.to, sizeof(T), align, [&](const uint8_t* at, uint64_t) {
          uint8_t bytes[sizeof(T)];
          std::memcpy(bytes, at, sizeof(T));
          if (big) std::reverse(bytes, bytes + sizeof(T));
          T value;
          std::memcpy(&value, bytes, sizeof(T));
          return a <= value && value <= b;
        });
    CHECK(FindAll(document, **matcher, options) == expected);
  });
}

TEST_CASE("Scan find: numbers within a range") {
  static_assert(std::endian::native == std::endian::little);
  CheckRange<uint8_t>("u1", false);
  CheckRange<int16_t>("s2be", true);
  CheckRange<uint32_t>("u4le", false);
  CheckRange<int64_t>("s8le", false);
  CheckRange<uint64_t>("u8be", true);
  CheckRange<float>("f4be", true);
  CheckRange<double>("f8le", false);
}

TEST_CASE("Scan find: bounds outside the type find nothing, and say so") {
  ValueBounds bounds;
  bounds.low_unsigned = 256, bounds.high_unsigned = 300;
  CHECK(MakeRangeMatcher("u1", bounds, 1).status().code() == Code::kInvalidArgument);
  CHECK(MakeRangeMatcher("u3le", bounds, 1).status().code() == Code::kInvalidArgument);
  bounds.low_unsigned = 255;
  CHECK(MakeRangeMatcher("u1", bounds, 1).ok());
  CHECK(MakeRangeMatcher("u1", bounds, 0).status().code() == Code::kInvalidArgument);
}

TEST_CASE("Scan find: bytes that differ from a repeated pattern") {
  ForManyDocuments([](Document& document, const std::string& content, FindOptions options, auto& random) {
    const std::string pattern = Letters(1 + random() % 5, 2, random);
    const uint64_t origin = random() % 10;
    auto matcher = MakeDifferMatcher(BytesOfText(pattern), origin);
    REQUIRE(matcher.ok());
    const auto expected =
        FindNaive(content, options.from, options.to, 1, 1, [&](const uint8_t* at, uint64_t offset) {
          const size_t phase = (offset + pattern.size() * 10 - origin) % pattern.size();
          return *at != static_cast<uint8_t>(pattern[phase]);
        });
    CHECK(FindAll(document, **matcher, options) == expected);
  });
}

TEST_CASE("Scan find: holes are searched without being read") {
  MemoryOptions memory;
  memory.page_size = 8;
  MemoryFileSystem files(memory);
  files.PutSparse("/d/file", 4096);
  files.WriteOutside("/d/file", 1000, "needle");
  auto document = document_test::Open(files, "/d/file");
  const std::string content = ReadAll(*document);
  for (uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const FindOptions options = TinyFind(random);
    std::string needle;
    switch (seed % 4) {
      case 0:
        needle = std::string(1 + random() % 20, '\0');
        break;
      case 1:
        needle = std::string(random() % 20, '\0') + "nee";
        break;
      case 2:
        needle = "dle" + std::string(random() % 20, '\0');
        break;
      default:
        needle = std::string(3, '\0') + "needle" + std::string(3, '\0');
    }
    const uint64_t align = 1 + random() % 3;
    auto matcher = Needle::Make(BytesOfText(needle), {}, align);
    REQUIRE(matcher.ok());
    const auto expected = FindNaive(
        content, 0, content.size(), needle.size(), align,
        [&](const uint8_t* at, uint64_t) { return std::memcmp(at, needle.data(), needle.size()) == 0; });
    CHECK(FindAll(*document, **matcher, options) == expected);
    auto counted = Find(*document, **matcher, options, {});
    REQUIRE(counted.ok());
    CHECK(counted->count == expected.size());
  }
}

TEST_CASE(
    "Scan find: DL-12: ten thousand edits side by side with the file's bytes hide nothing behind them") {
  MemoryFileSystem files;
  files.PutFile("/d/file", std::string(200'000, 'a') + "needle");
  auto document = document_test::Open(files, "/d/file");
  for (uint64_t i = 0; i < 10'000; ++i) REQUIRE(document->Overwrite(i * 13, Bytes("b")).ok());
  auto extents = document->Extents(0, document->size(), 4);
  REQUIRE(extents.ok());
  CHECK(*extents == std::vector<ByteRange>{{0, 200'006}});
  auto matcher = Needle::Make(BytesOfText("needle"), {}, 1);
  CHECK(FindAll(*document, **matcher, {}) == std::vector<uint64_t>{200'000});
}

TEST_CASE("Scan find: DL-12: what cannot be read matches nothing, not even zeros") {
  MemoryOptions memory;
  memory.page_size = 8;
  MemoryFileSystem files(memory);
  files.PutFile("/d/file", std::string(400, '\0') + "tail");
  auto document = document_test::Open(files, "/d/file");
  files.SetUnreadable("/d/file", {{80, 96}});
  std::mt19937_64 random(5);
  auto matcher = Needle::Make({0, 0, 0}, {}, 1);
  for (int round = 0; round < 20; ++round) {
    std::vector<uint64_t> expected;
    for (uint64_t at = 0; at + 3 <= 400; ++at) {
      if (at + 3 <= 80 || at >= 96) expected.push_back(at);
    }
    CHECK(FindAll(*document, **matcher, TinyFind(random)) == expected);
  }
}

TEST_CASE("Scan find: a needle that repeats itself takes linear time") {
  testing::DiskPlatform platform;
  std::string content(1 << 20, 'a');
  for (size_t i = 60000; i < content.size(); i += 60001) content[i] = 'b';
  auto region = platform.files().Open(platform.Path("file"), OpenMode::kCreateExclusive);
  REQUIRE(region.ok());
  REQUIRE((*region)->WriteAt(0, Bytes(content)).ok());
  auto document = document_test::Open(platform.files(), platform.Path("file"));
  const std::string needle(50000, 'a');
  auto matcher = Needle::Make(BytesOfText(needle), {}, 1);
  REQUIRE(matcher.ok());
  std::vector<uint64_t> expected;
  for (size_t start = 0; start < content.size();) {
    const size_t end = std::min(content.find('b', start), content.size());
    for (size_t at = start; at + needle.size() <= end; ++at) expected.push_back(at);
    start = end + 1;
  }
  CHECK(FindAll(*document, **matcher, {}) == expected);
}

TEST_CASE("Scan find: the pair filter finds what its naive twin finds, on every length and phase") {
  std::mt19937_64 random(77);
  for (int round = 0; round < 3000; ++round) {
    const std::string data = Letters(1 + random() % 400, 3, random);
    const auto* bytes = reinterpret_cast<const uint8_t*>(data.data());
    const size_t distance = random() % data.size();
    const size_t count = data.size() - distance;
    const MaskedByte first{static_cast<uint8_t>('a' + random() % 3), 0xff};
    const MaskedByte second{static_cast<uint8_t>(random() % 2 == 0 ? 'a' : 0x60),
                            static_cast<uint8_t>(random() % 2 == 0 ? 0xff : 0xf0)};
    CHECK(FindPair(bytes, first, bytes + distance, second, count) ==
          FindPairNaive(bytes, first, bytes + distance, second, count));
  }
}

}  // namespace
}  // namespace terahex::scan_test
