// Counting, checksums, strings and comparing against their naive twins, and all scans while the file is cut,
// edited and closed under them.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <thread>

#include "doctest/doctest.h"
#include "native/core/scan/checksum.h"
#include "native/core/scan/crc.h"
#include "native/core/scan/diff.h"
#include "native/core/scan/needle.h"
#include "native/core/scan/regex.h"
#include "native/core/scan/replace.h"
#include "native/core/scan/stats_naive.h"
#include "native/core/scan/strings_naive.h"
#include "native/core/scan/unsaved.h"
#include "test/native/support/platforms.h"
#include "test/native/support/scan_support.h"

namespace terahex::scan_test {
namespace {

ScanOptions TinyScan(std::mt19937_64& random) { return TinyFind(random); }

std::shared_ptr<Document> RandomDocument(MemoryFileSystem& files, std::mt19937_64& random, bool sparse) {
  if (sparse) {
    files.PutSparse("/d/file", 3000);
    files.WriteOutside("/d/file", 1000, Letters(100, 4, random));
  } else {
    files.PutFile("/d/file", document_test::Random(random() % 3000, random()));
  }
  auto document = document_test::Open(files, "/d/file");
  EditAtRandom(*document, static_cast<int>(random() % 20), 5, random);
  return document;
}

TEST_CASE("Scan stats: counts and entropy are those of the naive twin, holes and edits included") {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    auto document = RandomDocument(files, random, seed % 2 == 0);
    const std::string content = ReadAll(*document);
    const size_t buckets = 1 + random() % 20;
    auto stats = Stats(*document, TinyScan(random), buckets);
    REQUIRE(stats.ok());
    const StatsOutcome expected = StatsNaive(content, buckets);
    CHECK(stats->counts == expected.counts);
    REQUIRE(stats->entropy.size() == buckets);
    for (size_t i = 0; i < buckets; ++i) CHECK(stats->entropy[i] == doctest::Approx(expected.entropy[i]));
  }
}

TEST_CASE("Scan stats: the quick ways through large runs are the naive one, whatever repeats") {
  std::string content = document_test::Random(700'001, 1);  // pairs
  content += std::string(3'000'000, '\0');                  // one pair far too often
  for (int i = 0; i < 400'000; ++i) content += "\x01\0\0";
  content += document_test::Random(2'000'003, 2);
  MemoryFileSystem files;
  files.PutFile("/d/file", content);
  auto document = document_test::Open(files, "/d/file");
  const StatsOutcome expected = StatsNaive(content, 3);
  for (const uint64_t chunk : {uint64_t{300'007}, uint64_t{4} << 20}) {
    ScanOptions options;
    options.tuning.chunk_bytes = chunk;
    auto stats = Stats(*document, options, 3);
    REQUIRE(stats.ok());
    CHECK(stats->counts == expected.counts);
    CHECK(stats->entropy == expected.entropy);
  }
}

TEST_CASE("Scan: the stored ranges of many pieces are those of each byte by itself") {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    auto document = RandomDocument(files, random, true);
    auto extents = document->Extents(0, document->size(), 10000);
    REQUIRE(extents.ok());
    std::vector<bool> stored(document->size(), false);
    for (const ByteRange& range : *extents)
      std::fill(stored.begin() + static_cast<long>(range.start),
                stored.begin() + static_cast<long>(range.end), true);
    for (uint64_t at = 0; at < document->size(); ++at) {
      auto alone = document->Extents(at, at + 1, 1);
      REQUIRE(alone.ok());
      CHECK(stored[at] == !alone->empty());
    }
  }
}

TEST_CASE("Scan: what unsaved edits make of the file joins with it to the document") {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryFileSystem files;
    const std::string before = document_test::Random(random() % 300, seed);
    files.PutFile("/d/file", before);
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 12), 5, random);
    const std::string after = ReadAll(*document);
    auto differences = UnsavedDifferences(*document);
    REQUIRE(differences.ok());
    std::string made;
    uint64_t same = 0;
    for (const Difference& one : *differences) {
      REQUIRE(one.a.start >= same);
      CHECK(one.a.length() + one.b.length() > 0);
      made += before.substr(same, one.a.start - same);
      CHECK(made.size() == one.b.start);
      made += after.substr(one.b.start, one.b.length());
      same = one.a.end;
    }
    CHECK(made + before.substr(same) == after);
  }
}

TEST_CASE("Scan checksum: every CRC of the catalogue gives its check value") {
  const auto* digits = reinterpret_cast<const uint8_t*>("123456789");
  for (const CrcParameters& parameters : CrcCatalogue()) {
    INFO(parameters.name);
    const CrcModel model(parameters);
    CHECK(model.Finish(model.Update(model.Begin(), digits, 9)) == parameters.check);
    CHECK(model.Finish(model.UpdateNaive(model.Begin(), digits, 9)) == parameters.check);
    CHECK(FindCrc(parameters.name) == &parameters);
  }
}

TEST_CASE("Scan checksum: the quick ways of a CRC are the naive one, joined anywhere") {
  std::mt19937_64 random(3);
  for (const CrcParameters& parameters : CrcCatalogue()) {
    INFO(parameters.name);
    const CrcModel model(parameters);
    const std::string data = document_test::Random(random() % 3000, random());
    const auto* bytes = reinterpret_cast<const uint8_t*>(data.data());
    const uint64_t expected = model.UpdateNaive(model.Begin(), bytes, data.size());
    CHECK(model.Update(model.Begin(), bytes, data.size()) == expected);
    const size_t cut = random() % (data.size() + 1);
    const uint64_t first = model.Update(model.Begin(), bytes, cut);
    CHECK(model.Join(first, model.Update(0, bytes + cut, data.size() - cut), data.size() - cut) == expected);
    const std::string zeros(1000, '\0');
    CHECK(model.UpdateZeros(expected, 1000) ==
          model.UpdateNaive(expected, reinterpret_cast<const uint8_t*>(zeros.data()), 1000));
  }
}

TEST_CASE("Scan checksum: the same in chunks and threads of every size, over holes and edits") {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    auto document = RandomDocument(files, random, seed % 2 == 0);
    const std::string content = ReadAll(*document);
    for (const std::vector<std::string>& names :
         {std::vector<std::string>{"CRC-32", "Adler-32", "crc-64/go-iso"},
          {"xxh3", "xxh64", "xxh32", "xxh128", "crc-16"}}) {
      auto sums = Checksums(*document, TinyScan(random), names);
      REQUIRE(sums.ok());
      for (size_t i = 0; i < names.size(); ++i) {
        auto whole = MakeChecksum(names[i]);
        whole->Try(reinterpret_cast<const uint8_t*>(content.data()), content.size());
        whole->Keep();
        CHECK(sums->sums[i] == whole->Finish());
      }
    }
  }
  CHECK(MakeChecksum("crc-99") == nullptr);
}

TEST_CASE("Scan checksum: Adler-32 and xxHash of known bytes") {
  const auto of = [](const char* name, const std::string& text) {
    auto sum = MakeChecksum(name);
    sum->Try(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    sum->Keep();
    return sum->Finish();
  };
  CHECK(of("adler-32", "Wikipedia") == "11e60398");
  CHECK(of("xxh32", "") == "02cc5d05");
  CHECK(of("xxh64", "") == "ef46db3751d8e999");
  CHECK(of("xxh3", "") == "2d06800538d394c2");
}

TEST_CASE("Scan strings: those of the naive twin, in order, all encodings in one pass, across every border") {
  constexpr TextKind kKinds[] = {TextKind::kAscii, TextKind::kUtf8, TextKind::kUtf16Le, TextKind::kUtf16Be};
  const std::string alphabets[] = {"ab\t \x01\x7f", std::string("a\0b\0 \x04", 6),
                                   "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff\xed\xa0"};
  for (uint64_t seed = 0; seed < 150; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    const std::string& alphabet = alphabets[seed % 3];
    std::string text;
    for (size_t left = random() % 2000; left > 0; --left)
      text += random() % 8 == 0 ? static_cast<char>(random()) : alphabet[random() % alphabet.size()];
    files.PutFile("/d/file", text);
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 10), 3, random);
    const std::string content = ReadAll(*document);
    std::vector<TextKind> kinds;
    for (const TextKind kind : kKinds) {
      if (random() % 2 == 0) kinds.push_back(kind);
    }
    const uint64_t least = 1 + random() % 5;
    std::vector<FoundString> found;
    auto strings = Strings(*document, TinyScan(random), kinds, least, UINT64_MAX,
                           [&](std::span<const FoundString> some) {
                             found.insert(found.end(), some.begin(), some.end());
                             return true;
                           });
    REQUIRE(strings.ok());
    CHECK(strings->count == found.size());
    CHECK(std::is_sorted(found.begin(), found.end(), [](const FoundString& a, const FoundString& b) {
      return a.range.start < b.range.start;
    }));
    for (const TextKind kind : kinds) {
      std::vector<ByteRange> of_kind;
      for (const FoundString& string : found) {
        if (string.kind == kind) of_kind.push_back(string.range);
      }
      CHECK(of_kind == StringsNaive(content, kind, least));
    }
  }
}

TEST_CASE("Scan strings: the quick way through large blocks is the naive one") {
  std::mt19937_64 random(7);
  MemoryFileSystem files;
  const std::string text = document_test::Random(300'000, 7);
  files.PutFile("/d/file", text);
  auto document = document_test::Open(files, "/d/file");
  for (const uint64_t least : {1, 4, 6}) {
    const TextKind kind = TextKind::kAscii;
    std::vector<ByteRange> found;
    ScanOptions options;
    options.tuning.chunk_bytes = 50'000;
    auto strings = Strings(*document, options, std::span(&kind, 1), least, UINT64_MAX,
                           [&](std::span<const FoundString> some) {
                             for (const FoundString& string : some) found.push_back(string.range);
                             return true;
                           });
    REQUIRE(strings.ok());
    CHECK(found == StringsNaive(text, kind, least));
  }
}

TEST_CASE("Scan strings: UTF-8 takes whole characters and nothing malformed") {
  MemoryFileSystem files;
  const std::string text = std::string("\x01gr\xc3\xbc\xc3\x9f \xe2\x82\xac\xf0\x9f\x98\x80\xff") + "ab\xc3" +
                           "cdef\xed\xa0\x80xyz\xc0\x80";
  files.PutFile("/d/file", text);
  auto document = document_test::Open(files, "/d/file");
  for (uint64_t seed = 0; seed < 20; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<std::string> found;
    const TextKind kind = TextKind::kUtf8;
    auto strings = Strings(*document, TinyScan(random), std::span(&kind, 1), 3, UINT64_MAX,
                           [&](std::span<const FoundString> some) {
                             for (const FoundString& string : some)
                               found.push_back(text.substr(string.range.start, string.range.length()));
                             return true;
                           });
    REQUIRE(strings.ok());
    CHECK(found ==
          std::vector<std::string>{"gr\xc3\xbc\xc3\x9f \xe2\x82\xac\xf0\x9f\x98\x80", "cdef", "xyz"});
  }
}

std::vector<Difference> DiffAll(const Document& a, const Document& b, const DiffOptions& options = {}) {
  std::vector<Difference> all;
  auto outcome = Diff(a, b, options, [&](std::span<const Difference> some) {
    all.insert(all.end(), some.begin(), some.end());
    return true;
  });
  REQUIRE(outcome.ok());
  CHECK(outcome->count == all.size());
  return all;
}

TEST_CASE("Scan diff: what it tells turns the first into the second, and little more than what was changed") {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    MemoryFileSystem files;
    const std::string old =
        seed % 3 == 0 ? Letters(200'000, 2, random) : document_test::Random(200'000, seed);
    files.PutFile("/d/a", old);
    files.PutFile("/d/b", old);
    auto a = document_test::Open(files, "/d/a");
    auto b = document_test::Open(files, "/d/b");
    uint64_t changed = 0;
    for (uint64_t i = 0; i < seed % 8; ++i) {
      const uint64_t at = random() % b->size();
      const std::string bytes = document_test::Random(1 + random() % 300, random());
      changed += bytes.size();
      switch (random() % 3) {
        case 0:
          REQUIRE(b->Insert(at, Bytes(bytes)).ok());
          break;
        case 1:
          REQUIRE(b->Overwrite(std::min<uint64_t>(at, b->size() - bytes.size()), Bytes(bytes)).ok());
          break;
        default:
          REQUIRE(b->Erase(std::min<uint64_t>(at, b->size() - bytes.size()), bytes.size()).ok());
      }
    }
    const std::string fresh = ReadAll(*b);
    const auto differences = DiffAll(*a, *b);
    std::string made;
    uint64_t from = 0;
    uint64_t told = 0;
    for (const Difference& difference : differences) {
      REQUIRE(difference.a.start >= from);
      made += old.substr(from, difference.a.start - from);
      REQUIRE(made.size() == difference.b.start);
      made += fresh.substr(difference.b.start, difference.b.length());
      from = difference.a.end;
      told += std::max(difference.a.length(), difference.b.length());
    }
    made += old.substr(from);
    CHECK(made == fresh);
    if (seed % 3 != 0) CHECK(told <= 2 * changed + 64);
  }
}

TEST_CASE("Scan diff: equal documents, empty ones, one the start of the other, nothing in common") {
  MemoryFileSystem files;
  files.PutFile("/d/a", document_test::Random(6'000'000, 1));
  files.PutFile("/d/b", document_test::Random(6'000'000, 1) + "tail");
  files.PutFile("/d/c", document_test::Random(300'000, 2));
  files.PutFile("/d/e", "");
  auto a = document_test::Open(files, "/d/a");
  auto b = document_test::Open(files, "/d/b");
  auto c = document_test::Open(files, "/d/c");
  auto e = document_test::Open(files, "/d/e");
  CHECK(DiffAll(*a, *a).empty());
  CHECK(DiffAll(*e, *e).empty());
  CHECK(DiffAll(*a, *b) == std::vector<Difference>{{{6'000'000, 6'000'000}, {6'000'000, 6'000'004}}});
  CHECK(DiffAll(*e, *c) == std::vector<Difference>{{{0, 0}, {0, 300'000}}});
  const auto apart = DiffAll(*c, *a);
  REQUIRE(!apart.empty());
  CHECK(apart.back().b.end == 6'000'000);
}

TEST_CASE("Scan diff: holes on both sides are not read, data against a hole is told") {
  MemoryFileSystem files;
  files.PutSparse("/d/a", uint64_t{1} << 36);
  files.PutSparse("/d/b", uint64_t{1} << 36);
  files.WriteOutside("/d/b", uint64_t{1} << 35, "here");
  auto a = document_test::Open(files, "/d/a");
  auto b = document_test::Open(files, "/d/b");
  const uint64_t at = uint64_t{1} << 35;
  CHECK(DiffAll(*a, *b) == std::vector<Difference>{{{at, at + 4}, {at, at + 4}}});
  CHECK(DiffAll(*b, *a) == std::vector<Difference>{{{at, at + 4}, {at, at + 4}}});
}

TEST_CASE("Scan replace: DL-7, DL-24: a hundred thousand matches in bounded memory, one step, exact spans") {
  MemoryFileSystem files;
  std::string content;
  for (int i = 0; i < 100'000; ++i) content += "\xe4\xff" + std::string(static_cast<size_t>(i % 7), '.');
  files.PutFile("/d/file", content);
  for (const std::string& with : {std::string("\x80\x81"), std::string("longer"), std::string()}) {
    auto document = document_test::Open(files, "/d/file");
    std::vector<ByteRange> ranges;
    auto pattern = BytePattern::Make("[\\xe0-\\xff]+", false);
    REQUIRE(pattern.ok());
    REQUIRE(FindRegex(*document, **pattern, {}, [&](std::span<const ByteRange> some) {
              ranges.insert(ranges.end(), some.begin(), some.end());
              return true;
            }).ok());
    std::string expected;
    uint64_t from = 0;
    for (const ByteRange& range : ranges) {
      expected += content.substr(from, range.start - from) + with;
      from = range.end;
    }
    expected += content.substr(from);
    const uint64_t before = document->memory_bytes();
    const uint64_t position = document->position();
    document->BeginStep();
    auto moved = ReplaceRanges(*document, ranges, Bytes(with), 0);
    document->EndStep();
    REQUIRE(moved.ok());
    CHECK(document->position() == position + 1);
    CHECK(ReadAll(*document) == expected);
    CHECK((document->memory_bytes() - before) / ranges.size() < 400);
    REQUIRE(document->Seek(position).ok());
    CHECK(ReadAll(*document) == content);
  }
}

TEST_CASE("Scan faults: DL-19: every scan survives a file that is cut and grows again under it") {
  testing::DiskPlatform platform;
  const std::string path = platform.Path("file");
  const std::string content(6 << 20, 'x');
  {
    auto region = platform.files().Open(path, OpenMode::kCreateExclusive);
    REQUIRE(region.ok());
    REQUIRE((*region)->WriteAt(0, Bytes(content)).ok());
  }
  auto document = document_test::Open(platform.files(), path, true);
  std::atomic<bool> over = false;
  std::thread cutter([&] {
    for (int i = 0; i < 1000 || !over; ++i) {
      // Windows refuses to cut while a scan has a view.
      REQUIRE((testing::Truncate(path, (i * 7919) % content.size()) || testing::kViewsStopCuts));
      REQUIRE((testing::Truncate(path, content.size()) || testing::kViewsStopCuts));
    }
  });
  auto needle = Needle::Make({'x', 'x', 'x', 'y'}, {}, 1);
  auto pattern = BytePattern::Make("x+y", false);
  for (int round = 0; round < 60; ++round) {
    // Whatever they find: no crash, and no error but that bytes cannot be read.
    FindOptions options;
    options.threads = 2;
    CHECK(Find(*document, **needle, options, {}).ok());
    CHECK(FindRegex(*document, **pattern, options, {}).ok());
    CHECK(Stats(*document, options, 4).ok());
    auto sums = Checksums(*document, options, {"crc-32", "xxh3"});
    CHECK((sums.ok() || sums.status().code() == Code::kIo));
  }
  over = true;
  cutter.join();
}

TEST_CASE("Scan: an edit meanwhile makes it stale, closing ends it, cancelling ends it") {
  MemoryFileSystem files;
  files.PutFile("/d/file", std::string(20'000'000, 'x'));
  auto document = document_test::Open(files, "/d/file");
  auto needle = Needle::Make({'x'}, {}, 1);
  bool edited = false;
  auto found = Find(*document, **needle, {}, [&](std::span<const uint64_t>) {
    if (!edited) REQUIRE(document->Insert(0, Bytes("y")).ok());
    edited = true;
    return true;
  });
  REQUIRE(found.ok());
  CHECK(found->stale);
  std::atomic<bool> cancel = false;
  FindOptions options;
  options.cancel = &cancel;
  auto cancelled = Find(*document, **needle, options, [&](std::span<const uint64_t>) {
    cancel = true;
    return true;
  });
  CHECK(cancelled.status().code() == Code::kCancelled);
  std::thread closer([&] { document->Close(); });
  auto closed = Find(*document, **needle, {}, {});
  closer.join();
  if (!closed.ok()) CHECK(closed.status().code() == Code::kClosed);
  CHECK(Find(*document, **needle, {}, {}).status().code() == Code::kClosed);
}

}  // namespace
}  // namespace terahex::scan_test
