// What recovery may never do: apply a journal to another file, to another version, or while its commit runs;
// and what it does with torn and damaged journals. On the in-memory twin. Thread rule: one thread.
#include "doctest/doctest.h"
#include "native/core/commit_fail_point.h"
#include "native/core/document.h"
#include "native/core/journal.h"
#include "native/core/kept_journal.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/commit_support.h"

#ifdef TERAHEX_FAIL_POINTS

namespace terahex {
namespace {

using test::Edit;
using test::RandomBytes;
using test::StringSource;

constexpr const char* kFile = "/data/file";
constexpr const char* kJournals = "/state/journals";

struct Interrupted {
  MemoryFileSystem files;
  Edit edit{RandomBytes(20000, 1)};

  // The process dies at the nth time that a commit passes `step`.
  explicit Interrupted(const std::string& step, int nth = 1) {
    edit.Overwrite(100, RandomBytes(3000, 2));
    edit.Overwrite(9000, RandomBytes(2000, 3));
    files.PutFile(kFile, edit.before);
    auto file = files.Open(kFile, OpenMode::kReadWrite);
    REQUIRE(file.ok());
    StringSource source(edit);
    CommitOptions options;
    options.journal_folder = kJournals;
    options.expected = *(*file)->Identify();
    SetFailPointHook([&](const char* here) {
      if (step == here && --nth == 0) files.StopAfter(0);
      return Status::Ok();
    });
    CHECK_FALSE(CommitInPlace(files, **file, edit.ranges, source, options).ok());
    SetFailPointHook({});
    files.Crash(CrashPolicy::kKeepAll);
  }
  Result<CommitOutcome> Recovered(RecoverChoice choice = RecoverChoice::kSafe) {
    return Recover(files, kJournals, kFile, choice);
  }
  JournalInfo Found() {
    auto found = FindJournal(files, kJournals, kFile);
    REQUIRE(found.ok());
    return *found;
  }
};

}  // namespace

TEST_CASE("Recover rolls a half applied commit back and says so") {
  Interrupted state("write", 2);
  JournalInfo found = state.Found();
  CHECK(found.complete);
  CHECK_FALSE(found.busy);
  CHECK(found.bytes == 5000);
  CHECK(state.files.Contents(kFile) != state.edit.before);
  auto outcome = state.Recovered();
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kRolledBack);
  CHECK(state.files.Contents(kFile) == state.edit.before);
  CHECK(state.Found().journal_path.empty());
  CHECK(state.Recovered()->how == CommitHow::kNothing);
}

TEST_CASE("Recover finishes a commit that had written everything") {
  Interrupted state("applied");
  auto outcome = state.Recovered();
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kCompleted);
  CHECK(state.files.Contents(kFile) == state.edit.after);
  state.files.Crash(CrashPolicy::kLoseUnsynced);  // it synced what the dead commit had not
  CHECK(state.files.Contents(kFile) == state.edit.after);
}

TEST_CASE("DL-8: nothing is saved on top of an interrupted save before that is recovered") {
  Interrupted state("write", 2);
  const std::string mix = state.files.Contents(kFile);
  DocumentOptions options;
  options.storage_folder = kJournals;
  auto journal = FindJournal(state.files, kJournals, kFile);
  REQUIRE(journal.ok());
  for (const int way : {0, 1, 2, 3}) {
    const bool moves = way % 2 == 1;
    auto dying = state.files.Open(journal->journal_path, OpenMode::kRead);
    REQUIRE(dying.ok());
    // A process that is killed lets go of one file after the other.
    if (way >= 2) REQUIRE((*dying)->TryLockFile().ok());
    auto document = Document::Open(state.files, kFile, options);
    REQUIRE(document.ok());
    const std::byte byte{'!'};
    REQUIRE((moves ? (*document)->Insert(7000, {&byte, 1}) : (*document)->Overwrite(7000, {&byte, 1})).ok());
    CHECK((*document)->Commit({}).status().code() == Code::kBusy);
    CHECK(state.files.Contents(kFile) == mix);
  }
  REQUIRE(state.Recovered().ok());
  CHECK(state.files.Contents(kFile) == state.edit.before);
  auto document = Document::Open(state.files, kFile, options);
  REQUIRE(document.ok());
  const std::byte byte{'!'};
  REQUIRE((*document)->Overwrite(7000, {&byte, 1}).ok());
  CHECK((*document)->Commit({}).ok());
}

TEST_CASE("DL-13: Recover touches nothing when somebody else wrote into what the journal covers") {
  Interrupted state("write", 2);
  state.files.WriteOutside(kFile, 600, RandomBytes(2000, 9));
  std::string theirs = state.files.Contents(kFile);
  auto outcome = state.Recovered();
  CHECK(outcome.status().code() == Code::kChanged);
  CHECK(state.files.Contents(kFile) == theirs);
  CHECK_FALSE(state.Found().journal_path.empty());

  SUBCASE("forced, it keeps a copy first") {
    auto forced = state.Recovered(RecoverChoice::kForce);
    REQUIRE(forced.ok());
    CHECK(forced->how == CommitHow::kRolledBack);
    REQUIRE(forced->not_kept.size() == 1);
    CHECK(state.files.Contents(forced->not_kept[0]).find(theirs.substr(600, 2000)) != std::string::npos);
    CHECK(state.files.Contents(kFile) == state.edit.before);
  }
  SUBCASE("discarded, the file stays and the journal is set aside") {
    auto discarded = state.Recovered(RecoverChoice::kDiscard);
    REQUIRE(discarded.ok());
    REQUIRE(discarded->not_kept.size() == 1);
    CHECK(state.files.Exists(discarded->not_kept[0]));
    CHECK(state.files.Contents(kFile) == theirs);
    CHECK(state.Found().journal_path.empty());
  }
}

TEST_CASE("What a recovery set aside says what it holds, and can be put on the file as one unsaved step") {
  Interrupted state("write", 2);
  state.files.WriteOutside(kFile, 600, RandomBytes(2000, 9));
  std::string theirs = state.files.Contents(kFile);
  auto opened = [&] {
    auto document = Document::Open(state.files, kFile, {});
    REQUIRE(document.ok());
    return *document;
  };
  auto content = [](const Document& document) {
    std::string bytes(document.size(), '?');
    REQUIRE(document.Read(0, std::as_writable_bytes(std::span(bytes))).ok());
    return bytes;
  };

  SUBCASE("the bytes before the save, when the file was taken as it is") {
    auto discarded = state.Recovered(RecoverChoice::kDiscard);
    REQUIRE(discarded.ok());
    const std::string path = discarded->not_kept[0];
    auto kept = DescribeKeptJournal(state.files, path, 1);
    REQUIRE(kept.ok());
    CHECK(kept->path == kFile);
    CHECK_FALSE(kept->replaced);
    CHECK(kept->placed);
    CHECK(kept->range_bytes == 5000);
    CHECK(kept->range_count == 2);
    CHECK(kept->ranges == std::vector<ByteRange>{{100, 3100}});
    auto document = opened();
    REQUIRE(PutKeptJournal(state.files, path, *document).ok());
    CHECK(content(*document) == state.edit.before);
    CHECK(document->position() == 1);
    REQUIRE(document->Seek(0).ok());
    CHECK(content(*document) == theirs);
    CHECK(state.files.Contents(kFile) == theirs);
    REQUIRE(document->Erase(0, 15000).ok());  // too short for them now
    CHECK(PutKeptJournal(state.files, path, *document).code() == Code::kOutOfRange);
    CHECK(document->size() == 5000);
    std::string damaged = state.files.Contents(path);
    damaged[damaged.size() / 2] ^= 1;
    state.files.PutFile(path, damaged);
    CHECK(PutKeptJournal(state.files, path, *document).code() == Code::kCorrupt);
  }
  SUBCASE("the bytes that were replaced, when the old ones were put back") {
    auto forced = state.Recovered(RecoverChoice::kForce);
    REQUIRE(forced.ok());
    auto kept = DescribeKeptJournal(state.files, forced->not_kept[0], 10);
    REQUIRE(kept.ok());
    CHECK(kept->replaced);
    auto document = opened();
    REQUIRE(PutKeptJournal(state.files, forced->not_kept[0], *document).ok());
    CHECK(content(*document) == theirs);
  }
}

TEST_CASE("DL-13: Recover touches nothing when the file was written long after the commit died") {
  Interrupted state("write", 2);
  state.files.WriteOutside(kFile, 15000, "elsewhere");
  state.files.SetModified(kFile, WallClockNs() + int64_t{3600} * 1'000'000'000);
  std::string theirs = state.files.Contents(kFile);
  CHECK(state.Recovered().status().code() == Code::kChanged);
  CHECK(state.files.Contents(kFile) == theirs);
}

TEST_CASE("DL-13: Recover touches nothing when the file was cut or grew") {
  for (uint64_t size : {uint64_t{5000}, uint64_t{19999}, uint64_t{20001}}) {
    Interrupted state("write", 2);
    state.files.TruncateOutside(kFile, size);
    std::string theirs = state.files.Contents(kFile);
    CHECK(state.Recovered().status().code() == Code::kChanged);
    CHECK(state.files.Contents(kFile) == theirs);
  }
}

TEST_CASE("A journal is never applied to another file under the same name") {
  Interrupted state("write", 2);
  std::string mixed = state.files.Contents(kFile);
  state.files.PutFile(kFile, mixed);  // a new file in its place, byte for byte the mix
  CHECK(state.Found().journal_path.empty());
  auto outcome = state.Recovered();
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kNothing);
  CHECK(state.files.Contents(kFile) == mixed);
}

TEST_CASE("A commit that still runs is not recovered") {
  Interrupted state("write", 2);
  state.files.LockOutside(state.Found().journal_path, true);
  CHECK(state.Found().busy);
  CHECK(state.Recovered().status().code() == Code::kBusy);
  state.files.LockOutside(state.Found().journal_path, false);
  state.files.LockOutside(kFile, true);
  CHECK(state.Recovered().status().code() == Code::kBusy);
  state.files.LockOutside(kFile, false);
  CHECK(state.Recovered().ok());
}

TEST_CASE("A journal torn at any length belongs to an untouched file and is dropped") {
  Interrupted whole("journal-synced");
  std::string path = whole.Found().journal_path;
  size_t length = whole.files.Contents(path).size();
  uint64_t dropped = 0;
  for (size_t cut = 0; cut < length; cut += 61) {
    Interrupted state("journal-synced");
    std::string journal = state.Found().journal_path;
    state.files.TruncateOutside(journal, cut);
    CAPTURE(cut);
    auto outcome = state.Recovered();
    REQUIRE(outcome.ok());
    CHECK(outcome->how == CommitHow::kRolledBack);
    CHECK(state.files.Contents(kFile) == state.edit.before);
    CHECK(state.Found().journal_path.empty());
    ++dropped;
  }
  MESSAGE(dropped << " torn journals");
}

TEST_CASE("A journal damaged after its commit began is never applied: the file stays, the damage is named") {
  // Past the two small places and the header.
  for (uint64_t at = 12288 + 200; at < 12288 + 5200; at += 97) {
    Interrupted state("write", 2);
    std::string journal = state.Found().journal_path;
    std::string byte = state.files.Contents(journal).substr(at, 1);
    byte[0] = static_cast<char>(byte[0] ^ 0x40);
    state.files.WriteOutside(journal, at, byte);
    std::string mixed = state.files.Contents(kFile);
    CAPTURE(at);
    auto outcome = state.Recovered();
    std::string now = state.files.Contents(kFile);
    bool refused = outcome.status().code() == Code::kCorrupt && now == mixed;
    bool gap = outcome.ok() && now == state.edit.before;  // the byte lay in padding
    CHECK((refused || gap));
  }
}

// As replace_windows.cc on FAT: the old file steps aside, and what then should take its place does not.
TEST_CASE("DL-8: a file that has stepped aside for its new version, which never came, gets its name back") {
  for (const bool killed : {false, true}) {
    CAPTURE(killed);
    MemoryFileSystem files;
    const std::string before = RandomBytes(5000, 4);
    files.PutFile(kFile, before);
    const FileIdentity identity = files.Inspect(kFile)->identity;
    DocumentOptions options;
    options.storage_folder = kJournals;
    auto document = Document::Open(files, kFile, options);
    REQUIRE(document.ok());
    const std::byte byte{'!'};
    REQUIRE((*document)->Insert(7, {&byte, 1}).ok());
    std::string aside;
    SetFailPointHook([&](const char* step) {
      if (std::string(step) != "taking-place") return Status::Ok();
      const auto names = files.List("/data");
      for (const std::string& name : *names) {
        if (name.ends_with(".terahex")) aside = "/data/" + name + ".old";
      }
      CHECK(files.Replace(kFile, aside).ok());
      if (killed) {
        files.StopAfter(0);
      } else {
        files.Inject({.op = MemoryOp::kReplace, .code = Code::kAccessDenied});
      }
      return Status::Ok();
    });
    CommitOptions rewrite;
    rewrite.strategy = SaveStrategy::kRewrite;
    const auto saved = (*document)->Commit(rewrite);
    SetFailPointHook({});
    REQUIRE_FALSE(saved.ok());
    if (!killed) CHECK(saved.status().message().find(aside) != std::string::npos);
    document->reset();
    if (killed) files.Crash(CrashPolicy::kKeepAll);
    REQUIRE_FALSE(files.Exists(kFile));
    REQUIRE(files.Contents(aside) == before);
    CHECK_FALSE(FindJournal(files, kJournals, kFile)->journal_path.empty());
    const auto recovered = Recover(files, kJournals, kFile);
    REQUIRE(recovered.ok());
    CHECK(recovered->how == CommitHow::kRolledBack);
    CHECK(recovered->identity.SameFile(identity));
    CHECK(files.Contents(kFile) == before);
    CHECK(files.List("/data")->size() == 1);
    CHECK(FindJournal(files, kJournals, kFile)->journal_path.empty());
  }
}

TEST_CASE(
    "FindJournal and Recover of a file that never was saved, or without a journal folder, find nothing") {
  MemoryFileSystem files;
  files.PutFile(kFile, "bytes");
  CHECK(FindJournal(files, kJournals, kFile)->journal_path.empty());
  CHECK(Recover(files, kJournals, kFile)->how == CommitHow::kNothing);
  CHECK(Recover(files, "", kFile)->how == CommitHow::kNothing);
  CHECK(FindJournal(files, kJournals, "/none").ok());
}

}  // namespace terahex

#endif  // TERAHEX_FAIL_POINTS
