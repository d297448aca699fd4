// Patterns over bytes against RE2 itself, which sees the whole content at once; DL-7: bytes from 0x80 on, and
// matches of any length across every border.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "doctest/doctest.h"
#include "native/core/scan/regex.h"
#include "re2/re2.h"
#include "test/native/support/scan_support.h"

namespace terahex::scan_test {
namespace {

std::shared_ptr<const BytePattern> Pattern(const std::string& text, bool ignore_case = false) {
  auto made = BytePattern::Make(text, ignore_case);
  REQUIRE(made.ok());
  return *made;
}

std::vector<ByteRange> FindAllRegex(const Document& document, const std::string& pattern,
                                    const FindOptions& options, bool ignore_case = false) {
  std::vector<ByteRange> matches;
  auto found =
      FindRegex(document, *Pattern(pattern, ignore_case), options, [&](std::span<const ByteRange> batch) {
        matches.insert(matches.end(), batch.begin(), batch.end());
        return true;
      });
  REQUIRE(found.ok());
  CHECK(found->count == matches.size());
  return matches;
}

// One match after the other, from the left; patterns here match at least one byte.
std::vector<ByteRange> WholeAtOnce(const std::string& content, const std::string& pattern, uint64_t from,
                                   uint64_t to, bool ignore_case = false) {
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  options.set_case_sensitive(!ignore_case);
  const RE2 engine(pattern, options);
  REQUIRE(engine.ok());
  to = std::min<uint64_t>(to, content.size());
  std::vector<ByteRange> matches;
  if (from > to) return matches;
  const re2::StringPiece text(content.data() + from, static_cast<size_t>(to - from));
  re2::StringPiece match;
  size_t at = 0;
  while (at < text.size() && engine.Match(text, at, text.size(), RE2::UNANCHORED, &match, 1)) {
    REQUIRE(!match.empty());
    const auto start = static_cast<uint64_t>(match.data() - text.data());
    matches.push_back({from + start, from + start + match.size()});
    at = static_cast<size_t>(start + match.size());
  }
  return matches;
}

// A random pattern over the letters a, b, c and NUL that matches at least one byte.
std::string RandomPattern(std::mt19937_64& random, int depth) {
  const char* const atoms[] = {"a",   "b",  "c", "\\x00", ".", "[ab]", "[^a]", "(?s:.)", "[\\x80-\\xff]",
                               "\\w", "\\W"};
  if (depth == 0) return atoms[random() % std::size(atoms)];
  const std::string x = RandomPattern(random, depth - 1);
  const std::string y = RandomPattern(random, depth - 1);
  switch (random() % 11) {
    case 0:
      return "(?:" + x + ")*" + y;
    case 1:
      return "(?:" + x + ")+";
    case 2:
      return "(?:" + x + ")*?" + y;
    case 3:
      return "(?:" + x + ")+?";
    case 4:
      return "(?:" + x + "|" + y + ")";
    case 5:
      return "\\b" + x;
    case 6:
      return "(?m:^)" + x + "(?:" + y + ")?";
    case 7:
      return x + "(?m:$)";
    case 8:
      return "(?:" + x + "){1,3}" + y;
    default:
      return x + y;
  }
}

TEST_CASE(
    "Scan regex: DL-7, DL-12: what RE2 finds in the whole content at once, in windows and threads of every "
    "size") {
  for (uint64_t seed = 0; seed < 400; ++seed) {
    std::mt19937_64 random(seed);
    MemoryOptions memory;
    memory.page_size = 8;
    MemoryFileSystem files(memory);
    std::string content = Letters(random() % 3000, 4, random);
    for (size_t i = 0; i < content.size(); i += 1 + random() % 60) {
      const char specials[] = {'\n', '\xff', '\x80', ' ', '\xe4'};
      content[i] = specials[random() % 5];
    }
    files.PutFile("/d/file", content);
    auto document = document_test::Open(files, "/d/file");
    EditAtRandom(*document, static_cast<int>(random() % 20), 4, random);
    content = ReadAll(*document);
    FindOptions options = TinyFind(random);
    if (random() % 2 == 0) {
      options.from = random() % (content.size() + 1);
      options.to = options.from + random() % (content.size() + 10);
    }
    std::string pattern = RandomPattern(random, static_cast<int>(random() % 4));
    if (random() % 12 == 0) pattern = "^" + pattern;
    if (random() % 12 == 0) pattern += "$";
    const bool ignore_case = random() % 4 == 0;
    INFO("seed " << seed << " pattern " << pattern << " from " << options.from << " to " << options.to);
    const auto expected = WholeAtOnce(content, pattern, options.from, options.to, ignore_case);
    const auto found = FindAllRegex(*document, pattern, options, ignore_case);
    REQUIRE(found.size() == expected.size());
    CHECK(std::equal(found.begin(), found.end(), expected.begin()));
    const size_t limit = 1 + random() % 4;
    options.limit = limit;
    const auto first = FindAllRegex(*document, pattern, options, ignore_case);
    CHECK(first.size() == std::min(limit, expected.size()));
  }
}

TEST_CASE("Scan regex: holes are stepped over, also by matches that begin, end or lie in them") {
  MemoryOptions memory;
  memory.page_size = 8;
  MemoryFileSystem files(memory);
  files.PutSparse("/d/file", 4000);
  files.WriteOutside("/d/file", 1003, "START");
  files.WriteOutside("/d/file", 3001, "END");
  auto document = document_test::Open(files, "/d/file");
  const std::string content = ReadAll(*document);
  const char* const patterns[] = {"START\\x00+END", "\\x00+END",    "\\x00{3}START",    "(?:\\x00\\x00)+",
                                  "\\x00{7}",       "START(?s:.)*", "START\\x00*?E",    "[^\\x00]+",
                                  "\\x00+",         "T\\x00+",      "(?:\\x00{5})+END", "(?:\\x00{3})+"};
  for (const char* pattern : patterns) {
    for (uint64_t seed = 0; seed < 12; ++seed) {
      INFO("pattern " << pattern << " seed " << seed);
      std::mt19937_64 random(seed);
      FindOptions options = TinyFind(random);
      options.tuning.hole_from = 1 + random() % 100;
      CHECK(FindAllRegex(*document, pattern, options) == WholeAtOnce(content, pattern, 0, content.size()));
    }
  }
}

TEST_CASE("Scan regex: a terabyte of zeros takes no time") {
  MemoryFileSystem files;
  files.PutSparse("/d/file", uint64_t{1} << 40);
  files.WriteOutside("/d/file", 5000, "START");
  files.WriteOutside("/d/file", (uint64_t{1} << 40) - 3, "END");
  auto document = document_test::Open(files, "/d/file");
  CHECK(FindAllRegex(*document, "START\\x00+END", {}) == std::vector<ByteRange>{{5000, uint64_t{1} << 40}});
  CHECK(FindAllRegex(*document, "\\x00+END", {}) == std::vector<ByteRange>{{5005, uint64_t{1} << 40}});
  CHECK(FindAllRegex(*document, "(?:\\x00\\x00)+", {}).size() == 2);
}

TEST_CASE("Scan regex: matches of no bytes are none") {
  MemoryFileSystem files;
  files.PutFile("/d/file", "baaac");
  auto document = document_test::Open(files, "/d/file");
  CHECK(FindAllRegex(*document, "a*", {}) == std::vector<ByteRange>{{1, 4}});
  CHECK(FindAllRegex(*document, "^|$|\\b", {}).empty());
}

TEST_CASE("Scan regex: bad and huge patterns are refused with a reason") {
  CHECK(BytePattern::Make("(", false).status().code() == Code::kInvalidArgument);
  CHECK(BytePattern::Make("", false).status().code() == Code::kInvalidArgument);
  CHECK(BytePattern::Make("(a)\\1", false).status().code() == Code::kInvalidArgument);
  CHECK(BytePattern::Make("((((a{100}){100}){100}){100})", false).status().code() != Code::kOk);
  CHECK(BytePattern::Make(std::string(5000, 'a'), false).status().code() == Code::kTooLarge);
}

TEST_CASE("Scan regex: hostile patterns take linear time and bounded memory") {
  MemoryFileSystem files;
  files.PutFile("/d/file", std::string(400'000, 'a') + "b");
  auto document = document_test::Open(files, "/d/file");
  // Each of them takes a backtracking engine longer than anybody lives.
  for (const char* pattern : {"(a+)+$x", "(a|aa)+x", "(?:a*)*(?:a*)*(?:a*)*x", "(a|a?)+x",
                              "a{1,500}a{1,500}x", "(?:[ab]*a[ab]{12})+x", "(.*)(.*)(.*)(.*)(.*)[^b]x"}) {
    INFO(pattern);
    CHECK(FindAllRegex(*document, pattern, {}).empty());
  }
}

TEST_CASE("Scan regex: cancelling ends it at once, in whatever it is") {
  MemoryFileSystem files;
  files.PutFile("/d/file", std::string(30'000'000, 'a'));
  auto document = document_test::Open(files, "/d/file");
  for (const char* pattern : {"(?:[ab]*a[ab]{10})+x", "a", "(?s).*x"}) {
    std::atomic<bool> cancel = false;
    FindOptions options;
    options.cancel = &cancel;
    std::chrono::steady_clock::time_point asked;
    std::thread canceller([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      asked = std::chrono::steady_clock::now();
      cancel = true;
    });
    auto found = FindRegex(*document, *Pattern(pattern), options, {});
    const auto ended = std::chrono::steady_clock::now();
    canceller.join();
    if (found.ok()) continue;  // quicker than we are
    CHECK(found.status().code() == Code::kCancelled);
    // Generous: other work on the machine, and sanitizers. The promise is 50 ms.
    CHECK(ended - asked < std::chrono::seconds(5));
  }
}

}  // namespace
}  // namespace terahex::scan_test
