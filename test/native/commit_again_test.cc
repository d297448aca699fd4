// Commits one after another, which use one journal again and again: whatever a power cut keeps of the records
// that are over and of the one being written, recovery finds the content before the commit that was running,
// or the one after it. On the in-memory twin. Thread rule: one thread.
#include <cstdlib>

#include "doctest/doctest.h"
#include "native/core/journal.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/commit_support.h"

namespace terahex {
namespace {

using test::Edit;
using test::RandomBytes;
using test::StringSource;

constexpr const char* kFile = "/data/file";
constexpr const char* kJournals = "/state/journals";

// What each commit makes of the file: all are overwrites in place.
struct Saves {
  const char* name;
  std::vector<Edit> edits;

  void Add(const std::vector<std::pair<uint64_t, std::string>>& overwrites) {
    Edit edit(edits.empty() ? RandomBytes(20000, 1) : edits.back().after);
    for (const auto& [offset, bytes] : overwrites) edit.Overwrite(offset, bytes);
    edits.push_back(edit);
  }
  // Puts back a part of what the last commit overwrote: the content that is easiest to mistake for half a
  // commit.
  void AddHalfUndone() {
    const Edit last = edits.back();
    const ByteRange& range = last.ranges.front();
    Add({{range.start, last.before.substr(range.start, range.length())}});
  }
};

std::vector<Saves> AllSaves() {
  Saves small{"small ones", {}};
  small.Add({{100, RandomBytes(700, 2)}, {9000, RandomBytes(800, 3)}});
  small.AddHalfUndone();
  small.Add({{9000, "z"}});
  small.Add({{50, RandomBytes(1500, 4)}});
  Saves mixed{"small and large", {}};
  mixed.Add({{0, RandomBytes(300, 5)}, {2000, RandomBytes(9000, 6)}});
  mixed.AddHalfUndone();
  mixed.Add({{1000, RandomBytes(6000, 7)}, {12000, RandomBytes(5000, 8)}});
  mixed.AddHalfUndone();
  mixed.Add({{3, "small"}});
  mixed.Add({{0, RandomBytes(11000, 9)}});
  return {small, mixed};
}

Status Save(MemoryFileSystem& files, const Edit& edit) {
  auto file = files.Open(kFile, OpenMode::kReadWrite);
  if (!file.ok()) return file.status();
  auto identity = (*file)->Identify();
  if (!identity.ok()) return identity.status();
  StringSource source(edit);
  CommitOptions options;
  options.journal_folder = kJournals;
  options.expected = *identity;
  return CommitInPlace(files, **file, edit.ranges, source, options).status();
}

MemoryOptions Pages() {
  MemoryOptions options;
  options.page_size = 512;
  return options;
}

}  // namespace

TEST_CASE("Commits of one file use one journal, small ones overwrite it without making it longer") {
  MemoryFileSystem files(Pages());
  Saves saves = AllSaves()[0];
  files.PutFile(kFile, saves.edits[0].before);
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < 2; ++i) REQUIRE(Save(files, saves.edits[i]).ok());
    Edit back(saves.edits[1].after);
    back.Overwrite(0, saves.edits[0].before);
    back.ranges = {{9000, 9800}};
    REQUIRE(Save(files, back).ok());
    auto names = files.List(kJournals);
    REQUIRE(names->size() == 1);
    const std::string journal = std::string(kJournals) + "/" + names->front();
    CHECK(files.StoredBytes(journal) == 2 * 4096);
    // What was overwritten stands in no file any more.
    CHECK(files.Contents(journal).find(saves.edits[0].before.substr(9000, 16)) == std::string::npos);
    CHECK(files.Calls(MemoryOp::kSyncFolder) == 1);
  }
}

TEST_CASE("DL-8: a power cut in any of several commits in a row ends before or after the running one") {
  uint64_t seeds = 12;
  if (const char* more = std::getenv("TERAHEX_CRASH_SEEDS")) seeds = std::strtoull(more, nullptr, 10);
  uint64_t runs = 0, mixes = 0;
  for (const Saves& saves : AllSaves()) {
    CAPTURE(std::string(saves.name));
    MemoryFileSystem counting(Pages());
    counting.PutFile(kFile, saves.edits[0].before);
    const uint64_t before = counting.Steps();
    for (const Edit& edit : saves.edits) REQUIRE(Save(counting, edit).ok());
    const uint64_t steps = counting.Steps() - before;
    for (uint64_t step = 0; step <= steps; ++step) {
      for (uint64_t seed = 0; seed < seeds + 2; ++seed) {
        MemoryFileSystem files(Pages());
        files.PutFile(kFile, saves.edits[0].before);
        files.StopAfter(step);
        size_t done = 0;
        while (done < saves.edits.size() && Save(files, saves.edits[done]).ok()) ++done;
        files.Crash(seed == 0   ? CrashPolicy::kKeepAll
                    : seed == 1 ? CrashPolicy::kLoseUnsynced
                                : CrashPolicy::kRandom,
                    seed + 100 * step);
        CAPTURE(step);
        CAPTURE(seed);
        CAPTURE(done);
        auto info = FindJournal(files, kJournals, kFile);
        mixes += info.ok() && info->complete;
        auto recovered = Recover(files, kJournals, kFile);
        INFO(recovered.status().message());
        CHECK(recovered.ok());
        const std::string now = files.Contents(kFile);
        const bool old = now == (done == 0 ? saves.edits[0].before : saves.edits[done - 1].after);
        CHECK((old || (done < saves.edits.size() && now == saves.edits[done].after)));
        // And the next commit works on whatever the journal holds by now.
        Edit more(now);
        more.Overwrite(7, "more");
        CHECK(Save(files, more).ok());
        CHECK(files.Contents(kFile) == more.after);
        ++runs;
      }
    }
  }
  MESSAGE(runs << " power cuts, " << mixes << " with a journal to judge");
}

TEST_CASE("DL-8: any call that fails in any of several commits leaves the content before or after it") {
  uint64_t runs = 0;
  for (const Saves& saves : AllSaves()) {
    CAPTURE(std::string(saves.name));
    MemoryFileSystem counting(Pages());
    counting.PutFile(kFile, saves.edits[0].before);
    for (const Edit& edit : saves.edits) REQUIRE(Save(counting, edit).ok());
    for (int op = 0; op < static_cast<int>(MemoryOp::kCount); ++op) {
      for (uint64_t nth = 1; nth <= counting.Calls(static_cast<MemoryOp>(op)); ++nth) {
        MemoryFileSystem files(Pages());
        files.PutFile(kFile, saves.edits[0].before);
        MemoryFault fault;
        fault.op = static_cast<MemoryOp>(op);
        fault.nth = nth;
        fault.torn_bytes = 700;
        files.Inject(fault);
        CAPTURE(op);
        CAPTURE(nth);
        for (const Edit& edit : saves.edits) {
          Status status = Save(files, edit);
          if (!status.ok()) {
            CHECK(Recover(files, kJournals, kFile).ok());
            CHECK(files.Contents(kFile) == edit.before);
            status = Save(files, edit);  // the fault comes once
          }
          INFO(status.message());
          REQUIRE(status.ok());
          REQUIRE(files.Contents(kFile) == edit.after);
        }
        files.Crash(CrashPolicy::kRandom, nth);
        CHECK(Recover(files, kJournals, kFile).ok());
        CHECK(files.Contents(kFile) == saves.edits.back().after);
        ++runs;
      }
    }
  }
  MESSAGE(runs << " failures injected");
}

TEST_CASE("A journal that is in use, or whose record is not over, is left alone by the next commit") {
  MemoryFileSystem files;
  JournalHeader header;
  header.before = {1, {2, 3}, 4, 5, 6, 7};
  header.path = "/data/file";
  auto first = JournalWriter::Obtain(files, kJournals, header);
  REQUIRE(first.ok());
  auto second = JournalWriter::Obtain(files, kJournals, header);
  REQUIRE(second.ok());
  CHECK((*second)->path() != (*first)->path());
  REQUIRE((*second)->Finish().ok());
  const std::string ended = (*second)->path();
  const std::string left = (*first)->path();
  REQUIRE((*second)->Forget().ok());
  auto third = JournalWriter::Obtain(files, kJournals, header);
  REQUIRE(third.ok());
  CHECK((*third)->path() == ended);
  REQUIRE((*third)->Forget().ok());
  third->reset();
  REQUIRE((*first)->Finish().ok());
  // Of a process that dies: who asks holds the file's lock, so nobody saves just now.
  CHECK(JournalWriter::Obtain(files, kJournals, header).status().code() == Code::kBusy);
  first->reset();  // its record waits for a recovery
  CHECK(JournalWriter::Obtain(files, kJournals, header).status().code() == Code::kBusy);
  CHECK(files.Exists(left));
  header.before.volume = 9;  // another file with this inode number and birth
  header.path = "/other/file";
  CHECK(JournalWriter::Obtain(files, kJournals, header).ok());
}

TEST_CASE("Journals that wait for a next commit are removed once there are many") {
  MemoryFileSystem files;
  JournalHeader header;
  header.path = "/data/file";
  for (uint64_t id = 1; id <= 100; ++id) {
    header.before = {1, {id, 3}, 4, 5, 6, 7};
    auto writer = JournalWriter::Obtain(files, kJournals, header);
    REQUIRE(writer.ok());
    REQUIRE((*writer)->Finish().ok());
    if (id != 5) REQUIRE((*writer)->Forget().ok());
  }
  CHECK(files.List(kJournals)->size() < 40);
  header.before.file_id[0] = 5;
  CHECK(JournalsOf(files, kJournals, &header.before, header.path)->size() == 1);
}

}  // namespace terahex
