// Saves that move blocks inside the file's map: what is planned, and on real file systems what any
// interrupted state is recovered to. The states in between are made with the very calls that leave them.
// Small disks of their own, as root; the in-memory twin stands in elsewhere (commit_memory_test.cc). Thread
// rule: one thread.
#if defined(__linux__)

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>

#include "doctest/doctest.h"
#include "native/core/commit_blocks.h"
#include "native/core/commit_fail_point.h"
#include "native/core/kept_journal.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/block_edits.h"
#include "test/native/support/small_disk.h"

#ifdef TERAHEX_FAIL_POINTS

namespace terahex {
namespace {

using namespace test;

struct Disk {
  testing::SmallDisk disk;
  std::string file;
  std::string journals;
  explicit Disk(const testing::DiskKind& kind)
      : disk(kind), file(disk.at("file")), journals(disk.at("journals")) {}

  // Every other 64 KiB behind the first is written later, so that the extents are many and out of order.
  void Make(const std::string& bytes) const {
    std::remove(file.c_str());
    const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    REQUIRE(fd >= 0);
    for (size_t odd : {0, 1}) {
      for (size_t at = odd * 65536; at < bytes.size(); at += 2 * 65536) {
        const size_t part = std::min<size_t>(65536, bytes.size() - at);
        REQUIRE(pwrite(fd, bytes.data() + at, part, static_cast<off_t>(at)) == static_cast<ssize_t>(part));
        if (at % (8 * 65536) == odd * 65536) REQUIRE(fsync(fd) == 0);
      }
    }
    REQUIRE(fsync(fd) == 0);
    close(fd);
  }
  std::string Content() const {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  Result<CommitOutcome> Commit(const Edit& edit) const {
    auto region = NativeFileSystem().Open(file, OpenMode::kReadWrite);
    if (!region.ok()) return region.status();
    StringSource source(edit);
    CommitOptions options;
    options.strategy = SaveStrategy::kBlocks;
    options.journal_folder = journals;
    options.expected = *(*region)->Identify();
    auto outcome =
        CommitRewrite(NativeFileSystem(), file, **region, edit.stretches, source, options, nullptr);
    CHECK(source.right_before);
    return outcome;
  }
  // In a process of its own; true: it was killed at the nth `step`, after `first`.
  bool Killed(const std::string& step, int nth, const std::function<void()>& first,
              const std::function<Status()>& work) const {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      SetFailPointHook([&](const char* here) {
        if (step != here || --nth > 0) return Status::Ok();
        first();
        kill(getpid(), SIGKILL);
        return Status::Ok();
      });
      _exit(work().ok() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (!WIFSIGNALED(status)) CHECK(WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
  }
  Result<CommitOutcome> Recovered(RecoverChoice choice = RecoverChoice::kSafe) const {
    return Recover(NativeFileSystem(), journals, file, choice);
  }
};

const testing::DiskKind kMovingDisks[] = {
    {"ext4", "mkfs.ext4", "-q -F -m 0", 32 * testing::kMiB},
    {"xfs", "mkfs.xfs", "-q -f -m reflink=0", 300 * testing::kMiB},
};

void OnEachDisk(const std::function<void(Disk&)>& work) {
  for (const testing::DiskKind& kind : kMovingDisks) {
    const std::string name = kind.name;
    CAPTURE(name);
    Disk disk(kind);
    if (!disk.disk.ok()) continue;
    disk.Make("probe");
    const uint64_t unit = (*NativeFileSystem().Open(disk.file, OpenMode::kRead))->ShiftUnit();
    REQUIRE(unit > 0);
    REQUIRE(kUnit % unit == 0);
    work(disk);
  }
}

}  // namespace

TEST_CASE("Blocks are moved on real file systems, and little is written") {
  OnEachDisk([](Disk& disk) {
    for (const Edit& edit :
         {InsertEdit(), CollapseEdit(), Inserted(Old(), 0, kUnit), Erased(Old(), 0, 16 * kUnit)}) {
      disk.Make(Old());
      struct stat before, after;
      REQUIRE(stat(disk.file.c_str(), &before) == 0);
      auto outcome = disk.Commit(edit);
      INFO(outcome.status().message());
      REQUIRE(outcome.ok());
      CHECK(outcome->how == CommitHow::kShifted);
      CHECK(outcome->bytes_written < 8 * kUnit);
      CHECK(disk.Content() == edit.after);
      REQUIRE(stat(disk.file.c_str(), &after) == 0);
      CHECK(before.st_ino == after.st_ino);
      CHECK(FindJournal(NativeFileSystem(), disk.journals, disk.file)->journal_path.empty());
    }
  });
}

TEST_CASE(
    "Blocks are not moved where places do not tell, or the file system moves more than blocks at once") {
  const testing::DiskKind kinds[] = {
      {"xfs", "mkfs.xfs", "-q -f -m reflink=1", 300 * testing::kMiB},
      {"ext4", "mkfs.ext4", "-q -F -O ^has_journal", 32 * testing::kMiB},
      {"ext4", "mkfs.ext4", "-q -F -m 0 -O bigalloc -C 65536", 64 * testing::kMiB},
  };
  for (const testing::DiskKind& kind : kinds) {
    CAPTURE(std::string(kind.flags));
    Disk disk(kind);
    if (!disk.disk.ok()) continue;
    for (const Edit& edit : {InsertEdit(), CollapseEdit()}) {
      disk.Make(Old());
      CHECK(disk.Commit(edit).status().code() == Code::kUnsupported);
      CHECK((disk.Content() == edit.before));
      CHECK(FindJournal(NativeFileSystem(), disk.journals, disk.file)->journal_path.empty());
    }
  }
}

TEST_CASE("DL-26: a save that moves blocks, killed at any step, is old or new after recovery") {
  OnEachDisk([](Disk& disk) {
    uint64_t killed = 0;
    for (const Edit& edit : {InsertEdit(), CollapseEdit()}) {
      for (const char* step :
           {"journal-written", "journal-durable", "blocks-inserted", "blocks-durable", "blocks-write",
            "blocks-written", "blocks-synced", "blocks-collapsed", "blocks-gone", "forgotten"}) {
        for (int nth : {1, 3}) {
          CAPTURE(std::string(step));
          disk.Make(Old());
          if (!disk.Killed(
                  step, nth, [] {}, [&] { return disk.Commit(edit).status(); }))
            continue;
          ++killed;
          for (const char* again : {"put-back", "rolled-back", "blocks-shorter"})
            (void)disk.Killed(
                again, 1, [] {}, [&] { return disk.Recovered().status(); });
          auto outcome = disk.Recovered();
          INFO(outcome.status().message());
          REQUIRE(outcome.ok());
          const std::string now = disk.Content();
          CHECK((now == edit.before || now == edit.after));
          CHECK(FindJournal(NativeFileSystem(), disk.journals, disk.file)->journal_path.empty());
        }
      }
    }
    MESSAGE(killed << " kills");
    CHECK(killed >= 18);
  });
}

TEST_CASE("DL-26: blocks that were moved only in part are found and moved back, or all the way") {
  OnEachDisk([](Disk& disk) {
    const Edit insert = InsertEdit();
    const BlockMove in = PlanBlockMove(insert.stretches, Old().size(), insert.after.size(), kUnit)->move;
    for (uint64_t border :
         {in.gap, in.gap + kUnit, in.gap + 20 * kUnit, Old().size() / kUnit * kUnit, UINT64_MAX}) {
      CAPTURE(border);
      disk.Make(Old());
      auto partly = [&] {
        auto region = NativeFileSystem().Open(disk.file, OpenMode::kReadWrite);
        // At the end only the size has changed.
        (void)(border == UINT64_MAX ? (*region)->SetSize(Old().size() + in.length)
                                    : (*region)->InsertRange(border, in.length));
        (void)(*region)->Sync();
      };
      REQUIRE(disk.Killed("journal-durable", 1, partly, [&] { return disk.Commit(insert).status(); }));
      CHECK(disk.Content().size() == Old().size() + in.length);
      auto outcome = disk.Recovered();
      INFO(outcome.status().message());
      REQUIRE(outcome.ok());
      CHECK(outcome->how == CommitHow::kRolledBack);
      CHECK((disk.Content() == insert.before));
    }
    const Edit erase = CollapseEdit();
    const BlockMove out = PlanBlockMove(erase.stretches, Old().size(), erase.after.size(), kUnit)->move;
    const uint64_t left = erase.after.size();
    for (uint64_t border : {out.gap, out.gap + 5 * kUnit, left / kUnit * kUnit, UINT64_MAX}) {
      CAPTURE(border);
      disk.Make(Old());
      auto partly = [&] {
        auto region = NativeFileSystem().Open(disk.file, OpenMode::kReadWrite);
        (void)(*region)->CollapseRange(out.gap, out.length);
        (void)(border == UINT64_MAX ? (*region)->SetSize(left + out.length)
                                    : (*region)->InsertRange(border, out.length));
        (void)(*region)->Sync();
      };
      REQUIRE(disk.Killed("blocks-synced", 1, partly, [&] { return disk.Commit(erase).status(); }));
      auto outcome = disk.Recovered();
      INFO(outcome.status().message());
      REQUIRE(outcome.ok());
      CHECK(outcome->how == CommitHow::kCompleted);
      CHECK((disk.Content() == erase.after));
    }
  });
}

TEST_CASE(
    "DL-13: blocks that another program moved after the crash are left alone, and the journal is kept") {
  OnEachDisk([](Disk& disk) {
    disk.Make(Old());
    const Edit edit = InsertEdit();
    REQUIRE(disk.Killed(
        "blocks-durable", 1, [] {}, [&] { return disk.Commit(edit).status(); }));
    const std::string half = disk.Content();
    // As a defragmenter: the same bytes in other places.
    const int fd = open(disk.file.c_str(), O_RDWR);
    REQUIRE(ftruncate(fd, 0) == 0);
    const std::string filler = disk.disk.at("filler");
    std::ofstream(filler) << std::string(200'000, 'f');
    sync();
    REQUIRE(pwrite(fd, half.data(), half.size(), 0) == static_cast<ssize_t>(half.size()));
    REQUIRE(fsync(fd) == 0);
    close(fd);
    for (const RecoverChoice choice : {RecoverChoice::kSafe, RecoverChoice::kForce}) {
      auto outcome = disk.Recovered(choice);
      CHECK(outcome.status().code() == Code::kChanged);
      CHECK((disk.Content() == half));
    }
    auto aside = disk.Recovered(RecoverChoice::kDiscard);
    REQUIRE(aside.ok());
    CHECK(aside->not_kept.size() == 1);
    CHECK((disk.Content() == half));
  });
}

TEST_CASE("DL-13: what another program appended after the crash is not cut off, be it as long as the move") {
  OnEachDisk([](Disk& disk) {
    for (const int way : {0, 1, 2, 3}) {
      const bool inserts = way % 2 == 0;
      const bool zeros = way / 2 == 1;  // to the end, which a move makes, too, but stores nowhere
      CAPTURE(inserts);
      CAPTURE(zeros);
      disk.Make(Old());
      const Edit edit = inserts ? InsertEdit() : CollapseEdit();
      REQUIRE(disk.Killed(
          inserts ? "journal-durable" : "blocks-gone", 1, [] {}, [&] { return disk.Commit(edit).status(); }));
      const std::string half = disk.Content();
      CHECK((half == (inserts ? edit.before : edit.after)));
      const uint64_t length = inserts ? edit.after.size() - edit.before.size() : Old().size() - half.size();
      const std::string more =
          std::string(static_cast<size_t>(length) - 5, '\0') + (zeros ? std::string(5, '\0') : "other");
      std::ofstream(disk.file, std::ios::binary | std::ios::app) << more;
      for (const RecoverChoice choice : {RecoverChoice::kSafe, RecoverChoice::kForce}) {
        CHECK(disk.Recovered(choice).status().code() == Code::kChanged);
        CHECK((disk.Content() == half + more));
      }
      REQUIRE(disk.Recovered(RecoverChoice::kDiscard).ok());
      CHECK((disk.Content() == half + more));
    }
  });
}

TEST_CASE("Bytes kept from an insertion that is undone have no place, those of a deletion have theirs") {
  OnEachDisk([](Disk& disk) {
    for (const bool inserts : {true, false}) {
      CAPTURE(inserts);
      disk.Make(Old());
      const Edit edit = inserts ? InsertEdit() : CollapseEdit();
      auto other = [&] {
        const int fd = open(disk.file.c_str(), O_RDWR);
        (void)!pwrite(fd, "by another program", 18, 45);
        close(fd);
      };
      REQUIRE(disk.Killed("blocks-write", 2, other, [&] { return disk.Commit(edit).status(); }));
      auto outcome = disk.Recovered();
      INFO(outcome.status().message());
      REQUIRE(outcome.ok());
      REQUIRE(outcome->not_kept.size() == 1);
      auto kept = DescribeKeptJournal(NativeFileSystem(), outcome->not_kept[0], 8);
      REQUIRE(kept.ok());
      CHECK(kept->range_bytes > 0);
      CHECK(kept->placed == !inserts);
    }
  });
}

TEST_CASE("Where moving blocks fails the save takes the way it took before, told once what it destroys") {
  const uint64_t size = 70 * testing::kMiB;
  for (const Code code : {Code::kUnsupported, Code::kIo, Code::kNoSpace}) {
    for (const uint64_t torn : {uint64_t{0}, uint64_t{10'000'000}}) {
      for (const bool erases : {false, true}) {
        MemoryFileSystem files;
        files.PutSparse("/data/file", size);
        files.WriteOutside("/data/file", 0, "head" + std::string(8188, '\0'));
        files.WriteOutside("/data/file", size - 4, "tail");
        auto region = files.Open("/data/file", OpenMode::kReadWrite);
        REQUIRE(region.ok());
        const MemoryOp op = erases ? MemoryOp::kCollapseRange : MemoryOp::kInsertRange;
        files.Inject({.op = op, .code = code, .torn_bytes = torn});
        Edit edit(std::string(size, '\0'));
        edit.before.replace(0, 4, "head").replace(size - 4, 4, "tail");
        if (erases) {
          edit.Begin().Keep(0, 2).Keep(2 + 4096, size - 4098);
        } else {
          edit.Begin().Keep(0, 2).Put(RandomBytes(4096, 3)).Keep(2, size - 2);
        }
        StringSource source(edit);
        CommitOptions options;
        options.journal_folder = "/state";
        options.expected = *(*region)->Identify();
        auto outcome = CommitRewrite(files, "/data/file", **region, edit.stretches, source, options, nullptr);
        CAPTURE(std::string(CodeName(code)));
        CAPTURE(torn);
        CAPTURE(erases);
        INFO(outcome.status().message());
        REQUIRE(outcome.ok());
        // What was dropped in part is finished; all else is undone and done otherwise.
        CHECK(outcome->how == (erases && torn > 0 ? CommitHow::kShifted : CommitHow::kRewritten));
        CHECK((files.Contents("/data/file") == edit.after));
        CHECK(std::all_of(source.kept.begin(), source.kept.end(), [](int times) { return times <= 1; }));
        CHECK(FindJournal(files, "/state", "/data/file")->journal_path.empty());
      }
    }
  }
}

}  // namespace terahex

#endif  // TERAHEX_FAIL_POINTS

#endif  // __linux__
