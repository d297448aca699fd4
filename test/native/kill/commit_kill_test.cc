// Kills real processes in the middle of real commits, at every named step and at random moments, and
// recovers. The child is this program again, started with its own test case. Thread rule: one thread.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "doctest/doctest.h"
#include "native/core/commit_fail_point.h"
#include "test/native/kill/kill_scenario.h"
#include "test/native/support/platforms.h"

#ifdef TERAHEX_FAIL_POINTS

namespace terahex {
namespace {

using test::Digest;
using test::KillKind;
using test::KillScenario;
using test::KillSource;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::vector<KillScenario> KillScenarios() {
  uint64_t mib = 1024 * 1024;
  uint64_t large = FromEnvironment("TERAHEX_KILL_MIB", 40) * mib;  // 1024: the full size
  return {{"scattered", KillKind::kScattered, large, std::min<uint64_t>(10000, large / 4096)},
          {"contiguous", KillKind::kContiguous, large + 2 * mib, large},
          {"insert", KillKind::kInsert, large, 5},
          {"shift", KillKind::kShift, 12 * mib, 4096 + 7},
          {"append", KillKind::kAppend, 3 * mib + 1, 5 * mib},
          {"cut", KillKind::kCut, 8 * mib, 5 * mib + 77}};
}

struct Scratch {
  testing::TempFolder home{std::filesystem::temp_directory_path().string()};
  std::filesystem::path folder = home.path();
  std::string file() const { return (folder / "data" / "file").string(); }
  std::string journals() const { return (folder / "journals").string(); }
};

void MakeOld(const Scratch& scratch, const KillScenario& scenario) {
  std::filesystem::remove_all(scratch.folder / "data");
  std::filesystem::create_directories(scratch.folder / "data");
  std::ofstream out(scratch.file(), std::ios::binary);
  std::vector<std::byte> chunk(1024 * 1024);
  for (uint64_t at = 0; at < scenario.size; at += chunk.size()) {
    chunk.resize(static_cast<size_t>(std::min<uint64_t>(chunk.size(), scenario.size - at)));
    test::Formula(0, at, chunk);
    out.write(reinterpret_cast<const char*>(chunk.data()), static_cast<std::streamsize>(chunk.size()));
  }
  out.close();
  REQUIRE(out);
  if (scenario.kind == KillKind::kShift)
    std::filesystem::create_hard_link(scratch.file(), scratch.folder / "data" / "other name");
}

Digest DigestOf(uint64_t size, const std::function<void(uint64_t, std::span<std::byte>)>& fill) {
  Digest digest{size, 0};
  std::vector<std::byte> chunk(1024 * 1024);
  for (uint64_t at = 0; at < size; at += chunk.size()) {
    chunk.resize(static_cast<size_t>(std::min<uint64_t>(chunk.size(), size - at)));
    fill(at, chunk);
    digest.crc = Crc32c(chunk, digest.crc);
  }
  return digest;
}

Digest DigestOfFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return DigestOf(std::filesystem::file_size(path), [&](uint64_t, std::span<std::byte> out) {
    REQUIRE(in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size())));
  });
}

// Starts the child: commits (or recovers) `index` in `scratch`; kills itself at the nth `step` if one is
// given.
testing::Child StartChild(const Scratch& scratch, size_t index, const char* work, const std::string& step,
                          uint64_t nth) {
  testing::SetEnvironment("TERAHEX_KILL_JOB", scratch.folder.string() + "|" + std::to_string(index) + "|" +
                                                  work + "|" + step + "|" + std::to_string(nth));
  return testing::Child::StartMyself({"--no-skip", "-tc=the child of the kill test"});
}

class Judge {
 public:
  Judge(const Scratch& scratch, const KillScenario& scenario) : scratch_(scratch), scenario_(scenario) {
    KillSource source(scenario);
    before_ =
        DigestOf(scenario.size, [](uint64_t at, std::span<std::byte> out) { test::Formula(0, at, out); });
    after_ = DigestOf(source.new_size(),
                      [&](uint64_t at, std::span<std::byte> out) { CHECK(source.ReadNew(at, out).ok()); });
  }
  // Recovers and compares; makes the old file anew when the new one was there.
  void RecoverAndCompare() {
    auto found = FindJournal(NativeFileSystem(), scratch_.journals(), scratch_.file());
    REQUIRE(found.ok());
    mixed += found->complete;
    auto outcome = Recover(NativeFileSystem(), scratch_.journals(), scratch_.file());
    if (!outcome.ok()) INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    Digest now = DigestOfFile(scratch_.file());
    bool is_new = now == after_;
    CHECK((is_new || now == before_));
    news += is_new;
    size_t names = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.folder / "data")) {
      (void)entry;
      ++names;
    }
    CHECK(names == (scenario_.kind == KillKind::kShift ? 2 : 1));
    auto left = FindJournal(NativeFileSystem(), scratch_.journals(), scratch_.file());
    REQUIRE(left.ok());
    CHECK(left->journal_path.empty());
    if (now != before_) MakeOld(scratch_, scenario_);
  }
  uint64_t mixed = 0;
  uint64_t news = 0;

 private:
  const Scratch& scratch_;
  const KillScenario& scenario_;
  Digest before_;
  Digest after_;
};

constexpr char kNoStep[] = "-";

std::filesystem::path StepsFile(const std::filesystem::path& folder) { return folder / "steps"; }

// The named steps of one whole commit, which counts them, and how often each comes.
std::map<std::string, uint64_t> StepsOf(const Scratch& scratch, size_t index) {
  CHECK_FALSE(StartChild(scratch, index, "commit", kNoStep, 1).Await());
  std::map<std::string, uint64_t> steps;
  std::ifstream in(StepsFile(scratch.folder));
  std::string step;
  for (uint64_t count; in >> step >> count;) steps[step] = count;
  return steps;
}

}  // namespace

TEST_CASE("the child of the kill test" * doctest::skip()) {
  const char* job = std::getenv("TERAHEX_KILL_JOB");
  REQUIRE(job != nullptr);
  char folder[512], work[32], step[64];
  unsigned long index = 0, nth = 0;
  REQUIRE(std::sscanf(job, "%511[^|]|%lu|%31[^|]|%63[^|]|%lu", folder, &index, work, step, &nth) == 5);
  std::map<std::string, uint64_t> steps;
  SetFailPointHook([&](const char* here) {
    ++steps[here];
    if (std::strcmp(here, step) == 0 && --nth == 0) testing::KillMyself();
    return Status::Ok();
  });
  KillScenario scenario = KillScenarios()[index];
  std::string path = std::string(folder) + "/data/file";
  std::string journals = std::string(folder) + "/journals";
  if (std::strcmp(work, "recover") == 0) {
    REQUIRE(Recover(NativeFileSystem(), journals, path).ok());
    return;
  }
  auto file = NativeFileSystem().Open(path, OpenMode::kReadWrite);
  REQUIRE(file.ok());
  KillSource source(scenario);
  CommitOptions options;
  options.journal_folder = journals;
  options.expected = *(*file)->Identify();
  Result<CommitOutcome> outcome = Status(Code::kUnsupported, "unset");
  if (scenario.kind == KillKind::kInsert || scenario.kind == KillKind::kShift) {
    std::shared_ptr<MapRegion> replacement;
    auto stretches = source.Stretches();
    outcome = CommitRewrite(NativeFileSystem(), path, **file, stretches, source, options, &replacement);
  } else {
    options.new_size = source.new_size();
    auto ranges = source.Ranges();
    outcome = CommitInPlace(NativeFileSystem(), **file, ranges, source, options);
  }
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  if (std::strcmp(step, kNoStep) != 0) return;
  std::ofstream counts(StepsFile(folder));
  for (const auto& [name, count] : steps) counts << name << ' ' << count << '\n';
}

TEST_CASE("DL-8, DL-26: a commit killed at any named step is old or new after recovery") {
  auto scenarios = KillScenarios();
  for (size_t index = 0; index < scenarios.size(); ++index) {
    CAPTURE(std::string(scenarios[index].name));
    Scratch scratch;
    MakeOld(scratch, scenarios[index]);
    Judge judge(scratch, scenarios[index]);
    const auto steps = StepsOf(scratch, index);
    judge.RecoverAndCompare();
    uint64_t killed = 0;
    for (const auto& [step, count] : steps) {
      for (uint64_t nth : {1, 7}) {
        if (nth > count) break;
        CAPTURE(step);
        CAPTURE(nth);
        const bool dead = StartChild(scratch, index, "commit", step, nth).Await();
        killed += dead;
        if (dead && step == "write") {  // the recovery is killed too
          StartChild(scratch, index, "recover", "put-back", 2).Await();
          StartChild(scratch, index, "recover", "rolled-back", 1).Await();
        }
        judge.RecoverAndCompare();
      }
    }
    CHECK(killed >= 8);
    MESSAGE(std::string(scenarios[index].name) << ": " << killed << " kills at named steps, " << judge.mixed
                                               << " left a complete journal, " << judge.news << " ended new");
  }
}

TEST_CASE("DL-8, DL-26: a commit killed at random moments is old or new after recovery") {
  uint64_t rounds = FromEnvironment("TERAHEX_KILL_ROUNDS", 6);
  uint64_t seed = FromEnvironment("TERAHEX_KILL_SEED", 1);
  MESSAGE("seed " << seed);
  std::mt19937_64 random(seed);
  auto scenarios = KillScenarios();
  for (size_t index = 0; index < scenarios.size(); ++index) {
    CAPTURE(std::string(scenarios[index].name));
    Scratch scratch;
    MakeOld(scratch, scenarios[index]);
    Judge judge(scratch, scenarios[index]);
    auto start = std::chrono::steady_clock::now();
    CHECK_FALSE(StartChild(scratch, index, "commit", kNoStep, 1).Await());
    uint64_t whole_us = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start)
            .count());
    judge.RecoverAndCompare();
    uint64_t killed = 0;
    for (uint64_t round = 0; round < rounds; ++round) {
      const auto started = std::chrono::steady_clock::now();
      testing::Child child = StartChild(scratch, index, "commit", kNoStep, 1);
      std::this_thread::sleep_for(std::chrono::microseconds(random() % (whole_us + 1)));
      child.Kill();
      const bool dead = child.Await();
      killed += dead;
      // A first run that other work slowed down would let the kills come too late for ever.
      if (!dead) {
        const auto took = std::chrono::steady_clock::now() - started;
        whole_us =
            std::min<uint64_t>(whole_us, std::chrono::duration_cast<std::chrono::microseconds>(took).count());
      }
      judge.RecoverAndCompare();
    }
    MESSAGE(std::string(scenarios[index].name)
            << ": " << killed << " kills at random in " << whole_us / 1000 << " ms, " << judge.mixed
            << " left a complete journal, " << judge.news << " ended new");
  }
}

}  // namespace terahex

#endif  // TERAHEX_FAIL_POINTS
