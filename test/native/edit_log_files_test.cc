// Edit logs as files: when there is one, whose it is, of which version of a file; faults of their own disk.
#include <map>

#include "native/core/journal.h"
#include "test/native/support/edit_log_support.h"

namespace terahex {
namespace {

using namespace edit_log_test;  // NOLINT(google-build-using-namespace)

// Everything a document can go through, killed again and again; each next process goes on from what it found.
TEST_CASE("EditLog: opening, reading and closing write nothing; DL-27") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "some bytes");
  const uint64_t steps = memory.Steps();
  auto document = OpenLogged(memory);
  (void)ReadAll(*document);
  REQUIRE(document->FlushLog().ok());
  REQUIRE(document->log_status().path.empty());
  document->Close();
  REQUIRE(memory.Steps() == steps);
}

TEST_CASE(
    "EditLog: the log goes with a save, with discarded edits, with a clean close; it stays with a dirty "
    "one") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "some bytes");
  auto names = [&] { return memory.List(EditLogFolder(kStorage)).value().size(); };
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(0, Bytes("S")).ok());
  REQUIRE(document->FlushLog().ok());
  REQUIRE(names() == 1);
  REQUIRE(document->Commit({}).ok());
  REQUIRE(document->FlushLog().ok());
  REQUIRE(names() == 0);
  REQUIRE(document->Overwrite(0, Bytes("T")).ok());
  REQUIRE(document->FlushLog().ok());
  REQUIRE(names() == 1);
  REQUIRE(document->Seek(document->saved_position()).ok());
  document->Close();
  REQUIRE(names() == 0);
  document = OpenLogged(memory);
  REQUIRE(document->Overwrite(0, Bytes("U")).ok());
  document->Close(true);
  REQUIRE(names() == 0);
  document = OpenLogged(memory);
  REQUIRE(document->Overwrite(0, Bytes("V")).ok());
  document->Close();
  REQUIRE(names() == 1);
  REQUIRE(Logs(memory)[0].steps == 1);
}

TEST_CASE("EditLog: a full disk stops no edit, is told, and loses nothing once there is room again") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, std::string(5000, 'o'));
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(0, Bytes("before")).ok());
  REQUIRE(document->FlushLog().ok());
  memory.Inject({MemoryOp::kWrite, 1, Code::kNoSpace, 7, true, ".edits"});
  for (int i = 0; i < 50; ++i) REQUIRE(document->Insert(i * 10, Bytes("while full"), true).ok());
  REQUIRE(document->Fill(2000, 1000, Bytes("a long pattern")).ok());
  REQUIRE(document->FlushLog().code() == Code::kNoSpace);
  REQUIRE(document->log_status().trouble.code() == Code::kNoSpace);
  memory.ClearFaults();
  REQUIRE(document->Overwrite(0, Bytes("after")).ok());
  REQUIRE(document->FlushLog().ok());
  REQUIRE(document->log_status().trouble.ok());
  const std::string content = ReadAll(*document);
  Kill(memory, document);
  document = OpenLogged(memory);
  REQUIRE(document->Replay(Logs(memory).at(0).log_path).ok());
  REQUIRE(ReadAll(*document) == content);
}

TEST_CASE("EditLog: what a save made void goes, also while the disk is too full for what comes after it") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, std::string(5000, 'o'));
  auto document = OpenLogged(memory);
  REQUIRE(document->Insert(0, Bytes("saved")).ok());
  REQUIRE(document->FlushLog().ok());
  memory.Inject({MemoryOp::kCreate, 1, Code::kNoSpace, 0, true, ".edits"});
  REQUIRE(document->Commit({}).ok());
  REQUIRE(document->Overwrite(9, Bytes("not logged")).ok());
  REQUIRE(document->FlushLog().code() == Code::kNoSpace);
  REQUIRE(Logs(memory).empty());
  memory.ClearFaults();
  REQUIRE(document->FlushLog().ok());
  REQUIRE(Logs(memory).size() == 1);
}

TEST_CASE(
    "EditLog: a recovery notes its end in the log of its save alone, also on a device renumbered since") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, std::string(5000, 'o'));
  const FileIdentity base = memory.Inspect(kPath)->identity;
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(10, Bytes("edit")).ok());
  REQUIRE(document->FlushLog().ok());
  // The commit fails, and so does putting back: for the log its end is open.
  memory.Inject({MemoryOp::kWrite, 1, Code::kIo, 2, true, "file.bin"});
  REQUIRE_FALSE(document->Commit({}).ok());
  Kill(memory, document);
  memory.ClearFaults();
  const auto recovered = Recover(memory, kStorage, kPath);
  REQUIRE(recovered.ok());
  REQUIRE(recovered->how == CommitHow::kRolledBack);
  CHECK(recovered->before == base);
  // A later save in place of the same length.
  CommitOutcome outcome = *recovered;
  outcome.before.mtime_ns += 1;
  for (const CommitHow how : {CommitHow::kRolledBack, CommitHow::kCompleted}) {
    outcome.how = how;
    REQUIRE(NoteRecovery(memory, kStorage, kPath, outcome).ok());
    const auto logs = Logs(memory);
    REQUIRE(logs.size() == 1);
    CHECK(logs[0].state == EditLogState::kChanged);
    CHECK(logs[0].steps == 1);
  }
  document = OpenLogged(memory);
  CHECK(document->Replay(Logs(memory)[0].log_path).code() == Code::kChanged);
  outcome = *recovered;
  outcome.before.volume += 1;
  REQUIRE(NoteRecovery(memory, kStorage, kPath, outcome).ok());
  REQUIRE(Logs(memory).size() == 1);
  CHECK(Logs(memory)[0].state == EditLogState::kSame);
  CHECK(document->Replay(Logs(memory)[0].log_path).ok());
  CHECK(ReadAll(*document).substr(8, 8) == "ooeditoo");
}

TEST_CASE("EditLog: a folder that cannot be made stops no edit and no save") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "some bytes");
  memory.Inject({MemoryOp::kCreate, 1, Code::kAccessDenied, 0, true, ".edits"});
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(0, Bytes("S")).ok());
  REQUIRE(document->FlushLog().code() == Code::kAccessDenied);
  REQUIRE(document->log_status().trouble.code() == Code::kAccessDenied);
  REQUIRE(document->Commit({}).ok());
  REQUIRE(memory.Contents(kPath) == "Some bytes");
}

TEST_CASE("EditLog: two documents on one file keep a log each, and a live one cannot be taken or removed") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "some bytes");
  auto one = OpenLogged(memory);
  auto two = OpenLogged(memory);
  REQUIRE(one->Overwrite(0, Bytes("1")).ok());
  REQUIRE(two->Overwrite(5, Bytes("2")).ok());
  REQUIRE(one->FlushLog().ok());
  REQUIRE(two->FlushLog().ok());
  auto logs = Logs(memory);
  REQUIRE(logs.size() == 2);
  for (const auto& log : logs) {
    REQUIRE(log.live);
    auto third = OpenLogged(memory);
    REQUIRE(third->Replay(log.log_path).code() == Code::kBusy);
    REQUIRE(DiscardEditLog(memory, log.log_path).code() == Code::kBusy);
    REQUIRE(SetAsideEditLog(memory, log.log_path).status().code() == Code::kBusy);
  }
  one->Close();
  two->Close();
  logs = Logs(memory);
  REQUIRE(logs.size() == 2);
  REQUIRE(!logs[0].live);
  REQUIRE(!logs[1].live);
}

TEST_CASE("EditLog: another version of the file is never edited unasked; DL-9") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "0123456789");
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(2, Bytes("ab")).ok());
  REQUIRE(document->Insert(8, Bytes("cd")).ok());
  REQUIRE(document->FlushLog().ok());
  Kill(memory, document);
  const auto reopen = [&] {
    document.reset();
    document = OpenLogged(memory);
    return Logs(memory).at(0);
  };
  memory.WriteOutside(kPath, 9, "X");
  EditLogInfo log = reopen();
  REQUIRE(log.steps == 2);
  REQUIRE(log.state == EditLogState::kChanged);
  REQUIRE(document->Replay(log.log_path).code() == Code::kChanged);
  REQUIRE(ReadAll(*document) == "012345678X");
  auto changes = DescribeEditLog(memory, log.log_path, 10);
  REQUIRE(changes.ok());
  REQUIRE(changes->old_size == 10);

  SUBCASE("applied on top where it fits") {
    const std::string expected = "01ab4567cd8X";
    REQUIRE(document->Replay(log.log_path, true).ok());
    REQUIRE(ReadAll(*document) == expected);
    REQUIRE(document->FlushLog().ok());
    // And from now on they are edits of that version.
    Kill(memory, document);
    log = reopen();
    REQUIRE(log.state == EditLogState::kSame);
    REQUIRE(document->Replay(log.log_path).ok());
    REQUIRE(ReadAll(*document) == expected);
  }
  SUBCASE("not where it does not fit: then nothing is applied") {
    memory.TruncateOutside(kPath, 3);
    log = reopen();
    REQUIRE(document->Replay(log.log_path, true).code() == Code::kOutOfRange);
    REQUIRE(ReadAll(*document) == "012");
    REQUIRE(document->last_position() == 0);
    REQUIRE(!document->dirty());
    REQUIRE(Logs(memory).size() == 1);
  }
  SUBCASE("set aside, it is not found again") {
    auto aside = SetAsideEditLog(memory, log.log_path);
    REQUIRE(aside.ok());
    REQUIRE(memory.Exists(*aside));
    REQUIRE(Logs(memory).empty());
  }
  SUBCASE("discarded, it is gone") {
    REQUIRE(DiscardEditLog(memory, log.log_path).ok());
    REQUIRE(DiscardEditLog(memory, log.log_path).ok());
    REQUIRE(!memory.Exists(log.log_path));
  }
}

TEST_CASE("EditLog: the file is found again under its new name, and not mistaken for what took the old one") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "0123456789");
  auto document = OpenLogged(memory);
  REQUIRE(document->Overwrite(2, Bytes("ab")).ok());
  REQUIRE(document->FlushLog().ok());
  Kill(memory, document);
  REQUIRE(memory.Replace(kPath, "/home/renamed.bin").ok());
  auto logs = Logs(memory, "/home/renamed.bin");
  REQUIRE(logs.size() == 1);
  memory.PutFile(kPath, "0123456789");
  logs = Logs(memory);
  REQUIRE(logs.size() == 1);
  REQUIRE(logs[0].state == EditLogState::kChanged);
}

TEST_CASE("EditLog: what the log would change is told in ranges") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, std::string(1000, 'o'));
  auto document = OpenLogged(memory);
  for (uint64_t i = 0; i < 5; ++i) REQUIRE(document->Overwrite(i * 100, Bytes("new")).ok());
  REQUIRE(document->Overwrite(3, Bytes("er")).ok());
  REQUIRE(document->Overwrite(999, Bytes("past")).ok());
  REQUIRE(document->FlushLog().ok());
  const std::string log_path = document->log_status().path;
  Kill(memory, document);
  auto changes = DescribeEditLog(memory, log_path, 3);
  REQUIRE(changes.ok());
  REQUIRE(changes->range_count == 6);
  REQUIRE(changes->range_bytes == 5 * 3 + 2 + 4);
  REQUIRE(changes->ranges == std::vector<ByteRange>{{0, 5}, {100, 103}, {200, 203}});
  REQUIRE(changes->old_size == 1000);
  REQUIRE(changes->new_size == 1003);
}

TEST_CASE("EditLog: long insertions and patterns come back, and half of one does not") {
  MemoryFileSystem memory;
  memory.PutFile(kPath, "0123456789");
  DocumentOptions options;
  options.storage_folder = kStorage;
  options.log_edits = true;
  auto document = *Document::Open(memory, kPath, options);
  Editor editor(77);
  const std::string big = editor.Random(6'000'000);
  const std::string pattern = editor.Random(600'000);
  REQUIRE(document->Insert(5, Bytes("first")).ok());
  REQUIRE(document->FlushLog().ok());
  const std::string first = ReadAll(*document);
  REQUIRE(document->Insert(3, Bytes(big)).ok());
  REQUIRE(document->FlushLog().ok());
  const uint64_t second_end = document->log_status().bytes;
  const std::string second = ReadAll(*document);
  REQUIRE(document->InsertFill(0, 1'500'000, Bytes(pattern)).ok());
  REQUIRE(document->FlushLog().ok());
  const std::string third = ReadAll(*document);
  const std::string log_path = document->log_status().path;
  const std::string log = memory.Contents(log_path);
  Kill(memory, document);
  const auto replayed = [&](size_t length) {
    memory.PutFile(log_path, std::string_view(log).substr(0, length));
    auto again = *Document::Open(memory, kPath, options);
    REQUIRE(again->Replay(log_path).ok());
    return ReadAll(*again);
  };
  REQUIRE((replayed(log.size()) == third));
  REQUIRE((replayed(log.size() - 1) == second));
  REQUIRE((replayed(second_end) == second));
  REQUIRE((replayed(second_end - 1) == first));
  REQUIRE((replayed(second_end / 2) == first));
}

TEST_CASE("EditLog: old logs of files that are gone are tidied up, others are not") {
  MemoryFileSystem memory;
  const int64_t day = int64_t{24} * 3600 * 1'000'000'000;
  std::map<std::string, std::string> logs;
  for (const char* path : {"/home/gone-old", "/home/gone-new", "/home/there-old"}) {
    memory.PutFile(path, "bytes");
    auto document = OpenLogged(memory, path);
    REQUIRE(document->Overwrite(0, Bytes("B")).ok());
    REQUIRE(document->FlushLog().ok());
    logs[path] = document->log_status().path;
  }
  memory.SetModified(logs["/home/gone-old"], 1);
  memory.SetModified(logs["/home/there-old"], 1);
  memory.SetModified(logs["/home/gone-new"], WallClockNs());
  memory.RemoveOutside("/home/gone-old");
  memory.RemoveOutside("/home/gone-new");
  auto removed = TidyEditLogs(memory, kStorage, 30 * day);
  REQUIRE(removed.ok());
  CHECK(*removed == 1);
  CHECK(!memory.Exists(logs["/home/gone-old"]));
  CHECK(memory.Exists(logs["/home/gone-new"]));
  CHECK(memory.Exists(logs["/home/there-old"]));
}

}  // namespace
}  // namespace terahex
