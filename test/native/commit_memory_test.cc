// Commits of every kind on the in-memory twin: every single call fails once, every step is the last before a
// power cut. After recovery the file is exactly the old or exactly the new. Thread rule: one thread.
#include <functional>

#include "doctest/doctest.h"
#include "native/core/commit_fail_point.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/commit_support.h"

namespace terahex {
namespace {

using test::Edit;
using test::RandomBytes;
using test::StringSource;

constexpr const char* kFile = "/data/file";
constexpr const char* kTarget = "/out/target";
constexpr const char* kJournals = "/state/journals";

enum class Way { kInPlace, kRewrite, kShift, kBlocks, kCopyNew, kCopyOver };

struct Scenario {
  const char* name;
  Way way;
  Edit edit;
  bool as_apfs = false;  // clones whole files, does not vouch for holes, fills what writes skip
};

MemoryOptions OptionsFor(const Scenario& scenario, size_t page_size = 512) {
  MemoryOptions options;
  options.page_size = page_size;
  options.clones_files = options.fills_gaps = options.copy_on_write = scenario.as_apfs;
  options.vouches_for_holes = options.copies_stretches = !scenario.as_apfs;
  return options;
}

std::vector<Scenario> Scenarios() {
  std::string old = RandomBytes(5000, 1);
  old.replace(1536, 1024, std::string(1024, '\0'));  // becomes a hole
  std::vector<Scenario> all;
  Edit scattered(old);
  scattered.Overwrite(0, "x");
  scattered.Overwrite(100, RandomBytes(3, 2));
  scattered.Overwrite(103, RandomBytes(500, 3));
  scattered.Overwrite(1400, RandomBytes(900, 4));
  scattered.Overwrite(2400, std::string(100, '\0'));
  scattered.Overwrite(4999, "y");
  all.push_back({"scattered", Way::kInPlace, scattered});
  Edit grown(old);
  grown.Overwrite(10, "grown");
  grown.Overwrite(4900, RandomBytes(2200, 5));
  all.push_back({"grown", Way::kInPlace, grown});
  Edit cut(old);
  cut.Overwrite(20, "cut");
  cut.after.resize(1700);
  all.push_back({"cut", Way::kInPlace, cut});
  Edit moved(old);
  moved.Begin()
      .Keep(0, 100)
      .Put(RandomBytes(700, 6))
      .Keep(100, 900)
      .Keep(1800, 1500)
      .Put("new")
      .Keep(3300, 1700);
  all.push_back({"rewritten", Way::kRewrite, moved});
  all.push_back({"shifted", Way::kShift, moved});
  Edit shorter(old);
  shorter.Begin().Keep(700, 2000).Put(RandomBytes(1300, 7)).Keep(2700, 1000).Put("?").Keep(4500, 500);
  all.push_back({"shifted shorter", Way::kShift, shorter});
  Edit longer(old);
  longer.Begin()
      .Keep(0, 100)
      .Put(RandomBytes(3, 8))
      .Keep(103, 597)
      .Put(RandomBytes(4096, 9))
      .Keep(700, 4200)
      .Put("tail")
      .Keep(4904, 96);
  all.push_back({"blocks inserted", Way::kBlocks, longer});
  Edit cut_out(old);
  cut_out.Begin()
      .Keep(0, 40)
      .Put("!")
      .Keep(41, 260)
      .Put("in its place")
      .Keep(4409, 400)
      .Put("?")
      .Keep(4810, 190);
  all.push_back({"blocks dropped", Way::kBlocks, cut_out});
  Edit replaced(old);
  replaced.Begin().Put(RandomBytes(5096, 10)).Keep(1000, 4000);
  all.push_back({"blocks inserted at the start", Way::kBlocks, replaced});
  Edit late(old);
  late.Begin()
      .Keep(0, 1000)
      .Put(std::string(700, '\0'))
      .Keep(1700, 2300)
      .Put("late")
      .Keep(4000, 800)
      .Put(std::string(90, '\0'));
  all.push_back({"rewritten behind its middle", Way::kRewrite, late});
  all.push_back({"copied, changed behind its middle", Way::kCopyNew, late});
  all.push_back({"copied to a new name", Way::kCopyNew, moved});
  all.push_back({"copied over a file", Way::kCopyOver, moved});
  for (size_t i = 0, count = all.size(); i < count; ++i) {
    if (all[i].way == Way::kInPlace || all[i].way == Way::kShift || all[i].way == Way::kBlocks) continue;
    all.push_back(all[i]);
    all.back().as_apfs = true;
  }
  return all;
}

void Prepare(MemoryFileSystem& files, const Scenario& scenario) {
  files.PutSparse(kFile, scenario.edit.before.size());
  std::string_view old = scenario.edit.before;
  files.WriteOutside(kFile, 0, old.substr(0, 1536));
  files.WriteOutside(kFile, 2560, old.substr(2560));
  files.HideStored(kFile, {{512, 1024}, {3000, 4700}});  // where holes need not be true
  if (scenario.way == Way::kShift) files.PutLink("/data/second name", kFile);
  (void)files.MakeFolders("/out");
  if (scenario.way == Way::kCopyOver) files.PutFile(kTarget, "what was there");
}

// `durable`: false when the outcome itself says that a power cut may still undo it.
Status Run(MemoryFileSystem& files, const Scenario& scenario, bool* durable = nullptr) {
  auto file = files.Open(kFile, OpenMode::kReadWrite);
  if (!file.ok()) return file.status();
  auto identity = (*file)->Identify();
  if (!identity.ok()) return identity.status();
  CommitOptions options;
  options.journal_folder = kJournals;
  options.expected = *identity;
  StringSource source(scenario.edit);
  Result<CommitOutcome> outcome = Status(Code::kUnsupported, "unset");
  std::shared_ptr<MapRegion> replacement;
  switch (scenario.way) {
    case Way::kInPlace:
      options.new_size = scenario.edit.after.size();
      outcome = CommitInPlace(files, **file, scenario.edit.ranges, source, options);
      break;
    case Way::kRewrite:
    case Way::kShift:
    case Way::kBlocks:
      if (scenario.way == Way::kBlocks) options.strategy = SaveStrategy::kBlocks;
      outcome = CommitRewrite(files, kFile, **file, scenario.edit.stretches, source, options, &replacement);
      break;
    case Way::kCopyNew:
    case Way::kCopyOver:
      outcome = WriteCopy(files, kTarget, **file, scenario.edit.stretches, source, options);
      break;
  }
  CHECK(source.right_before);
  if (durable && outcome.ok()) *durable = outcome->not_kept.empty();
  return outcome.status();
}

bool IsCopy(const Scenario& scenario) {
  return scenario.way == Way::kCopyNew || scenario.way == Way::kCopyOver;
}

// Old or new and nothing else, no debris. Returns true for new.
bool OldOrNew(MemoryFileSystem& files, const Scenario& scenario) {
  if (IsCopy(scenario)) {
    CHECK(files.Contents(kFile) == scenario.edit.before);
    bool is_new = files.Contents(kTarget) == scenario.edit.after;
    if (scenario.way == Way::kCopyNew) CHECK((is_new || !files.Exists(kTarget)));
    if (scenario.way == Way::kCopyOver) CHECK((is_new || files.Contents(kTarget) == "what was there"));
    auto names = files.List("/out");
    REQUIRE(names.ok());
    CHECK(names->size() == (files.Exists(kTarget) ? 1 : 0));
    return is_new;
  }
  std::string now = files.Contents(kFile);
  bool is_new = now == scenario.edit.after;
  CHECK((is_new || now == scenario.edit.before));
  auto names = files.List("/data");
  REQUIRE(names.ok());
  CHECK(names->size() == (scenario.way == Way::kShift ? 2 : 1));
  if (scenario.way == Way::kShift) CHECK(files.Contents("/data/second name") == now);
  return is_new;
}

void RecoverAll(MemoryFileSystem& files) {
  for (const char* path : {kFile, kTarget}) {
    auto recovered = Recover(files, kJournals, path);
    INFO(recovered.status().message());
    CHECK((recovered.ok() || recovered.status().code() == Code::kNotFound));
    auto left = FindJournal(files, kJournals, path);
    CHECK((!left.ok() || left->journal_path.empty()));
  }
}

}  // namespace

TEST_CASE("Commit: without any fault every way gives exactly the new content and leaves no journal") {
  for (const Scenario& scenario : Scenarios()) {
    CAPTURE(std::string(scenario.name));
    CAPTURE(scenario.as_apfs);
    for (size_t page : {size_t{8}, size_t{512}, size_t{4096}}) {
      MemoryFileSystem files(OptionsFor(scenario, page));
      Prepare(files, scenario);
      Status status = Run(files, scenario);
      INFO(status.message());
      CHECK(status.ok());
      CHECK(OldOrNew(files, scenario));
      CHECK(FindJournal(files, kJournals, kFile)->journal_path.empty());
      files.Crash(CrashPolicy::kLoseUnsynced);
      CHECK(OldOrNew(files, scenario));  // it was durable
    }
  }
}

TEST_CASE(
    "DL-8: any single call that fails leaves the old or the new content, after recovery at the latest") {
  uint64_t runs = 0;
  for (const Scenario& scenario : Scenarios()) {
    CAPTURE(std::string(scenario.name));
    CAPTURE(scenario.as_apfs);
    MemoryFileSystem counting(OptionsFor(scenario));
    Prepare(counting, scenario);
    REQUIRE(Run(counting, scenario).ok());
    for (int op = 0; op < static_cast<int>(MemoryOp::kCount); ++op) {
      uint64_t calls = counting.Calls(static_cast<MemoryOp>(op));
      for (uint64_t nth = 1; nth <= calls; ++nth) {
        for (Code code : {Code::kIo, Code::kNoSpace, Code::kQuota, Code::kReadOnly}) {
          for (uint64_t torn : {uint64_t{0}, uint64_t{7}}) {
            MemoryFileSystem files(OptionsFor(scenario));
            Prepare(files, scenario);
            MemoryFault fault;
            fault.op = static_cast<MemoryOp>(op);
            fault.nth = nth;
            fault.code = code;
            fault.torn_bytes = torn;
            const bool moves = fault.op == MemoryOp::kInsertRange || fault.op == MemoryOp::kCollapseRange;
            if (moves && torn > 0) fault.torn_bytes = nth * 1100 % 5000;
            files.Inject(fault);
            Status status = Run(files, scenario);
            files.ClearFaults();
            CAPTURE(op);
            CAPTURE(nth);
            CAPTURE(std::string(CodeName(code)));
            INFO(status.message());
            RecoverAll(files);
            bool is_new = OldOrNew(files, scenario);
            CHECK(is_new == status.ok());
            ++runs;
          }
        }
      }
    }
  }
  MESSAGE(runs << " failures injected");
}

TEST_CASE("DL-8: a device that fails for good keeps the journal, and a later recovery makes the file whole") {
  for (const Scenario& scenario : Scenarios()) {
    CAPTURE(std::string(scenario.name));
    CAPTURE(scenario.as_apfs);
    for (MemoryOp op : {MemoryOp::kWrite, MemoryOp::kSync, MemoryOp::kSetSize, MemoryOp::kFlush,
                        MemoryOp::kInsertRange, MemoryOp::kCollapseRange}) {
      for (uint64_t nth = 1; nth <= 12; ++nth) {
        MemoryFileSystem files(OptionsFor(scenario));
        Prepare(files, scenario);
        MemoryFault fault;
        fault.op = op;
        fault.nth = nth;
        fault.forever = true;
        const bool moves = op == MemoryOp::kInsertRange || op == MemoryOp::kCollapseRange;
        fault.torn_bytes = moves ? 600 * nth : 5;
        files.Inject(fault);
        Status status = Run(files, scenario);
        files.ClearFaults();
        CAPTURE(nth);
        CAPTURE(status.message());
        RecoverAll(files);
        const bool is_new = OldOrNew(files, scenario);
        // A deletion that could drop blocks, but no more than that, is finished by the recovery.
        const bool finished = scenario.way == Way::kBlocks && is_new && !status.ok();
        CHECK((finished || is_new == status.ok()));
      }
    }
  }
}

TEST_CASE(
    "DL-26: a power cut at any step, whatever of the unsynced bytes survives, is recovered to old or new") {
  uint64_t seeds = 12;
  if (const char* more = std::getenv("TERAHEX_CRASH_SEEDS")) seeds = std::strtoull(more, nullptr, 10);
  uint64_t runs = 0, news = 0, mixes = 0;
  for (const Scenario& scenario : Scenarios()) {
    CAPTURE(std::string(scenario.name));
    CAPTURE(scenario.as_apfs);
    MemoryFileSystem counting(OptionsFor(scenario));
    Prepare(counting, scenario);
    uint64_t before = counting.Steps();
    REQUIRE(Run(counting, scenario).ok());
    uint64_t steps = counting.Steps() - before;
    for (uint64_t step = 0; step <= steps; ++step) {
      for (uint64_t seed = 0; seed < seeds + 2; ++seed) {
        MemoryFileSystem files(OptionsFor(scenario));
        Prepare(files, scenario);
        files.StopAfter(step);
        bool durable = false;
        Status status = Run(files, scenario, &durable);
        auto policy = seed == 0   ? CrashPolicy::kKeepAll
                      : seed == 1 ? CrashPolicy::kLoseUnsynced
                                  : CrashPolicy::kRandom;
        files.Crash(policy, seed);
        CAPTURE(step);
        CAPTURE(seed);
        auto info = FindJournal(files, kJournals, kFile);
        mixes += info.ok() && info->complete;
        RecoverAll(files);
        bool is_new = OldOrNew(files, scenario);
        if (status.ok() && durable) CHECK(is_new);
        news += is_new;
        ++runs;
      }
    }
  }
  MESSAGE(runs << " power cuts, " << mixes << " with a journal to apply, " << news << " ended new");
}

TEST_CASE("Recovery that is itself cut off at any step is finished by the next one") {
  uint64_t runs = 0;
  for (const Scenario& scenario : Scenarios()) {
    CAPTURE(std::string(scenario.name));
    CAPTURE(scenario.as_apfs);
    MemoryFileSystem counting(OptionsFor(scenario));
    Prepare(counting, scenario);
    REQUIRE(Run(counting, scenario).ok());
    uint64_t steps = counting.Steps();
    for (uint64_t step = 0; step <= steps; step += 3) {
      for (uint64_t second = 0; second < 14; ++second) {
        MemoryFileSystem files(OptionsFor(scenario));
        Prepare(files, scenario);
        files.StopAfter(step);
        (void)Run(files, scenario);
        files.Crash(step % 2 ? CrashPolicy::kKeepAll : CrashPolicy::kRandom, step + 1);
        files.StopAfter(second);
        (void)Recover(files, kJournals, kFile);
        (void)Recover(files, kJournals, kTarget);
        files.Crash(second % 2 ? CrashPolicy::kKeepAll : CrashPolicy::kRandom, second + 1);
        CAPTURE(step);
        CAPTURE(second);
        RecoverAll(files);
        OldOrNew(files, scenario);
        ++runs;
      }
    }
  }
  MESSAGE(runs << " recoveries cut off");
}

TEST_CASE(
    "A hole that the file system does not vouch for is read: copies are exact, and sparse all the same") {
  constexpr uint64_t kMiB = 1 << 20;
  const Scenario scenario{"", Way::kCopyNew, Edit(""), true};
  MemoryFileSystem files(OptionsFor(scenario, 4096));
  Edit edit(std::string(6 * kMiB, '\0'));
  files.PutSparse(kFile, edit.before.size());
  for (const uint64_t at : {uint64_t{5000}, 2 * kMiB - 3, 4 * kMiB + 100}) {
    const std::string bytes = RandomBytes(8, at);
    edit.before.replace(at, 8, bytes);
    files.WriteOutside(kFile, at, bytes);
  }
  files.HideStored(kFile, {{4096, 8192}, {2 * kMiB, 4 * kMiB + 4096}});
  REQUIRE(files.MakeFolders("/out").ok());
  // The first leaves no byte where it was; of the second two thirds are cloned, and zeros put into them.
  for (const bool cloned : {false, true}) {
    edit.after.clear();
    edit.stretches.clear();
    if (cloned) edit.Keep(0, kMiB).Put(std::string(kMiB, '\0')).Keep(2 * kMiB, 2 * kMiB);
    const uint64_t rest = edit.after.size();
    edit.Put("moved").Keep(rest, 6 * kMiB - rest);
    auto file = files.Open(kFile, OpenMode::kReadWrite);
    REQUIRE(file.ok());
    StringSource source(edit);
    const uint64_t clones = files.Calls(MemoryOp::kClone);
    auto outcome = WriteCopy(files, kTarget, **file, edit.stretches, source, CommitOptions());
    INFO(outcome.status().message());
    REQUIRE(outcome.ok());
    CHECK(files.Contents(kTarget) == edit.after);
    CHECK(files.Contents(kFile) == edit.before);
    CHECK(files.Calls(MemoryOp::kClone) - clones == (cloned ? 1 : 0));
    // At most the 128 KiB around each of the bytes, and the zeros that had to be written over others.
    CHECK(files.StoredBytes(kTarget) <= (cloned ? kMiB : 0) + 5 * 131072);
    REQUIRE(files.Remove(kTarget).ok());
  }
}

TEST_CASE("Zeros inside a clone need space: they are written over what is there") {
  Edit edit(RandomBytes(40'000, 1));
  edit.Begin().Keep(0, 10'000).Put(std::string(20'000, '\0')).Keep(30'000, 10'000);
  const Scenario scenario{"", Way::kCopyNew, edit, true};
  for (const uint64_t free : {uint64_t{19'999}, uint64_t{20'000}}) {
    MemoryFileSystem files(OptionsFor(scenario));
    files.PutFile(kFile, edit.before);
    REQUIRE(files.MakeFolders("/out").ok());
    files.SetFreeSpace(free);
    auto file = files.Open(kFile, OpenMode::kRead);
    REQUIRE(file.ok());
    StringSource source(edit);
    auto outcome = WriteCopy(files, kTarget, **file, edit.stretches, source, CommitOptions());
    CHECK(files.Calls(MemoryOp::kClone) == 1);
    CHECK(outcome.status().code() == (free < 20'000 ? Code::kNoSpace : Code::kOk));
    CHECK(files.List("/out")->size() == (free < 20'000 ? 0 : 1));
  }
}

TEST_CASE(
    "A save that fills more holes than the disk has room for is refused before anything is read or written") {
  Edit edit(std::string(4 << 20, '\0'));
  edit.Overwrite(0, RandomBytes(4 << 20, 1));
  const Scenario scenario{"", Way::kInPlace, edit};
  MemoryFileSystem files(OptionsFor(scenario, 4096));
  files.PutSparse(kFile, edit.before.size());
  files.SetFreeSpace(1 << 20);
  const uint64_t steps = files.Steps();
  const uint64_t reads = files.Calls(MemoryOp::kRead);
  CHECK(Run(files, scenario).code() == Code::kNoSpace);
  CHECK(files.Steps() == steps);
  CHECK(files.Calls(MemoryOp::kRead) == reads);
  CHECK(files.StoredBytes(kFile) == 0);
  files.SetFreeSpace(16 << 20);
  CHECK(Run(files, scenario).ok());
  CHECK(files.Contents(kFile) == edit.after);
}

TEST_CASE("A copy over another file is no clone: the attributes there stay") {
  Edit edit(RandomBytes(5000, 1));
  edit.Begin().Keep(0, 5000);
  const Scenario scenario{"", Way::kCopyOver, edit, true};
  for (const Way way : {Way::kCopyNew, Way::kCopyOver}) {
    MemoryFileSystem files(OptionsFor(scenario));
    files.PutFile(kFile, edit.before);
    files.SetAttribute(kFile, "origin", "a download");
    REQUIRE(files.MakeFolders("/out").ok());
    if (way == Way::kCopyOver) files.PutFile(kTarget, "what was there");
    auto file = files.Open(kFile, OpenMode::kRead);
    REQUIRE(file.ok());
    StringSource source(edit);
    REQUIRE(WriteCopy(files, kTarget, **file, edit.stretches, source, CommitOptions()).ok());
    CHECK(files.Contents(kTarget) == edit.after);
    CHECK(files.Attribute(kTarget, "origin") == (way == Way::kCopyNew ? "a download" : ""));
    CHECK(files.Calls(MemoryOp::kClone) == (way == Way::kCopyNew ? 1 : 0));
  }
}

}  // namespace terahex
