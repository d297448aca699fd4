// The edit log against a model: whatever a document went through, and wherever its process was stopped,
// replaying the log gives the content of that moment. Faults of the log's own disk; logs of several
// documents, of other versions of a file, of saves that died. TERAHEX_MODEL_SEED repeats a failed run. See
// kill/ for real kills.
#include "native/core/edit_log.h"

#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/journal.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex {
namespace {

const std::string kPath = "/home/file.bin";
const std::string kStorage = "/home/storage";

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string ReadAll(const Document& document) {
  std::string bytes(static_cast<size_t>(document.size()), '\0');
  auto info = document.Read(0, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  REQUIRE(info->unreadable.empty());
  return bytes;
}

std::shared_ptr<Document> OpenLogged(FileSystem& file_system, const std::string& path = kPath) {
  DocumentOptions options;
  options.storage_folder = kStorage;
  options.log_edits = true;
  options.tuning = {64, 256, 4};
  auto document = Document::Open(file_system, path, options);
  REQUIRE_MESSAGE(document.ok(), document.status().message());
  return *document;
}

std::vector<EditLogInfo> Logs(FileSystem& file_system, const std::string& path = kPath) {
  auto logs = FindEditLogs(file_system, kStorage, path);
  REQUIRE_MESSAGE(logs.ok(), logs.status().message());
  return *logs;
}

// All that the process wrote stays, and nothing more comes.
void Kill(MemoryFileSystem& memory, std::shared_ptr<Document>& document) {
  memory.StopAfter(0);
  document.reset();
  memory.Crash(CrashPolicy::kKeepAll);
}

class Editor {
 public:
  explicit Editor(uint64_t seed) : random_(seed) {}
  uint64_t Below(uint64_t limit) { return limit == 0 ? 0 : random_() % limit; }
  std::string Random(uint64_t length) {
    std::string bytes(static_cast<size_t>(length), '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    return bytes;
  }
  // One change of content or position; `changed` after each part of it that the log could be cut behind.
  void Edit(
      Document& document, const std::function<void()>& changed = [] {}) {
    const uint64_t size = document.size();
    const bool merge = Below(3) == 0;
    const uint64_t at = Below(size + 1);
    const std::string pattern = Random(1 + Below(12));
    Status status;
    switch (Below(9)) {
      case 0:
      case 1:
        status = document.Overwrite(at, Bytes(Random(1 + Below(20))), merge);
        break;
      case 2:
        status = document.Insert(at, Bytes(Random(1 + Below(40))), merge);
        break;
      case 3:
        status = document.Erase(at, Below(std::min<uint64_t>(size - at, 60) + 1), merge);
        break;
      case 4:
        status = document.Fill(at, Below(size - at + 1), Bytes(pattern));
        break;
      case 5:
        status = document.InsertFill(at, Below(90), Bytes(pattern));
        break;
      case 6:
        status = document.Seek(Below(document.last_position() + 1));
        break;
      case 7:
        if (document.position() > 0) status = document.Seek(document.position() - 1);
        break;
      case 8: {
        document.BeginStep();
        for (uint64_t i = Below(4); i > 0; --i) {
          status = document.Overwrite(Below(document.size() + 1), Bytes(Random(1 + Below(5))));
          changed();
        }
        document.EndStep();
        break;
      }
    }
    REQUIRE_MESSAGE(status.ok(), status.message());
    changed();
  }

 private:
  std::mt19937_64 random_;
};

uint64_t FirstSeed() {
  const char* text = std::getenv("TERAHEX_MODEL_SEED");
  return text ? std::strtoull(text, nullptr, 0) : 1;
}
uint64_t Seeds(uint64_t count) { return std::getenv("TERAHEX_MODEL_SEED") ? 1 : count; }

TEST_CASE("EditLog: cut at any byte, a log gives the content of some moment, and the undo steps to it") {
  for (uint64_t seed = FirstSeed(), end = seed + Seeds(12); seed < end; ++seed) {
    CAPTURE(seed);
    MemoryFileSystem memory;
    Editor editor(seed);
    const std::string before = editor.Random(editor.Below(300));
    memory.PutFile(kPath, before);
    auto document = OpenLogged(memory);
    struct Moment {
      std::string content;
      std::vector<std::string> steps;  // content at each position up to the present one
    };
    std::map<uint64_t, Moment> moments;  // by the log's length
    std::vector<std::string> steps = {before};
    moments[0] = {before, steps};
    for (int i = 0; i < 40; ++i) {
      editor.Edit(*document, [&] {
        steps.resize(static_cast<size_t>(std::max(document->last_position(), document->position()) + 1));
        steps[static_cast<size_t>(document->position())] = ReadAll(*document);
        REQUIRE(document->FlushLog().ok());
        Moment moment{ReadAll(*document), steps};
        moment.steps.resize(static_cast<size_t>(document->position() + 1));
        moments[document->log_status().bytes] = std::move(moment);
      });
    }
    REQUIRE(document->log_status().trouble.ok());
    const std::string log_path = document->log_status().path;
    const std::string log = memory.Contents(log_path);
    REQUIRE(log.size() == document->log_status().bytes);
    Kill(memory, document);

    for (size_t cut = 0; cut <= log.size(); ++cut) {
      CAPTURE(cut);
      memory.PutFile(log_path, log.substr(0, cut));
      auto again = OpenLogged(memory);
      const Status replayed = again->Replay(log_path);
      const Moment& moment = std::prev(moments.upper_bound(cut))->second;
      if (!replayed.ok()) {
        REQUIRE(replayed.code() == Code::kCorrupt);
        REQUIRE(&moment == &moments[0]);
      }
      REQUIRE(ReadAll(*again) == moment.content);
      if (cut % 16 == 0 || cut == log.size()) {
        for (size_t step = again->position() + 1; step-- > 0;) {
          REQUIRE(again->Seek(step).ok());
          REQUIRE(ReadAll(*again) == moment.steps[step]);
        }
      }
      REQUIRE(again->Revert().ok());
      REQUIRE(ReadAll(*again) == before);
    }
  }
}

TEST_CASE("EditLog: a damaged byte ends the log before it, and harms nothing else") {
  MemoryFileSystem memory;
  Editor editor(5);
  memory.PutFile(kPath, editor.Random(100));
  auto document = OpenLogged(memory);
  std::set<std::string> contents = {ReadAll(*document)};
  for (int i = 0; i < 12; ++i) {
    editor.Edit(*document);
    contents.insert(ReadAll(*document));
  }
  REQUIRE(document->FlushLog().ok());
  const std::string log_path = document->log_status().path;
  const std::string log = memory.Contents(log_path);
  Kill(memory, document);
  for (size_t at = 0; at < log.size(); ++at) {
    std::string damaged = log;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    memory.PutFile(log_path, damaged);
    auto again = OpenLogged(memory);
    (void)again->Replay(log_path);
    REQUIRE(contents.contains(ReadAll(*again)));
    again->Close(true);
  }
}

// Everything a document can go through, killed again and again; each next process goes on from what it found.
TEST_CASE("EditLog: killed at random, saves and reverts included, a document comes back as it was") {
  for (uint64_t seed = FirstSeed() + 100, end = seed + Seeds(40); seed < end; ++seed) {
    CAPTURE(seed);
    MemoryFileSystem memory;
    Editor editor(seed);
    memory.PutFile(kPath, editor.Random(editor.Below(400)));
    if (editor.Below(4) == 0) memory.PutLink("/home/other.bin", kPath);
    auto document = OpenLogged(memory);
    for (int life = 0; life < 6; ++life) {
      CAPTURE(life);
      for (uint64_t i = editor.Below(30); i > 0; --i) {
        switch (editor.Below(20)) {
          case 0:
          case 1: {
            auto saved = document->Commit({});
            REQUIRE_MESSAGE(saved.ok(), saved.status().message());
            break;
          }
          case 2:
            REQUIRE(document->Revert().ok());
            break;
          case 3: {
            REQUIRE(document->Backup("/home/backup").ok());
            REQUIRE(document->Restore("/home/backup").ok());
            break;
          }
          case 4:
            if (document->dirty()) break;
            memory.WriteOutside(kPath, 0, "x");
            REQUIRE(document->Reload().ok());
            break;
          default:
            editor.Edit(*document);
        }
      }
      REQUIRE(document->FlushLog().ok());
      const std::string content = ReadAll(*document);
      const std::string saved = memory.Contents(kPath);
      Kill(memory, document);
      document = OpenLogged(memory);
      const auto logs = Logs(memory);
      REQUIRE(logs.size() <= 1);
      if (logs.empty()) {
        REQUIRE(content == saved);
        continue;
      }
      REQUIRE(!logs[0].live);
      REQUIRE(logs[0].state == EditLogState::kSame);
      REQUIRE(logs[0].path == kPath);
      const Status replayed = document->Replay(logs[0].log_path);
      REQUIRE_MESSAGE(replayed.ok(), replayed.message());
      REQUIRE(document->position() == logs[0].steps);
      REQUIRE(ReadAll(*document) == content);
      REQUIRE(memory.Contents(kPath) == saved);
      if (editor.Below(3) == 0) {
        const uint64_t position = document->position();
        REQUIRE(document->Seek(0).ok());
        REQUIRE(ReadAll(*document) == saved);
        REQUIRE(document->Seek(position).ok());
        REQUIRE(ReadAll(*document) == content);
      }
    }
  }
}

TEST_CASE("EditLog: killed at every step of a save, the content comes back whatever became of the save") {
  for (const char* kind : {"in place", "longer", "hard link", "cut"}) {
    CAPTURE(kind);
    bool ended = false;
    for (uint64_t steps = 0; !ended; ++steps) {
      CAPTURE(steps);
      MemoryFileSystem memory;
      memory.PutFile(kPath, std::string(3000, 'o'));
      if (std::string(kind) == "hard link") memory.PutLink("/home/other.bin", kPath);
      auto document = OpenLogged(memory);
      REQUIRE(document->Overwrite(10, Bytes("one")).ok());
      REQUIRE(document->Overwrite(2000, Bytes("two")).ok());
      if (std::string(kind) == "longer" || std::string(kind) == "hard link") {
        REQUIRE(document->Insert(100, Bytes(std::string(700, 'i'))).ok());
      }
      if (std::string(kind) == "cut") REQUIRE(document->Erase(2500, 500).ok());
      const std::string content = ReadAll(*document);
      REQUIRE(document->FlushLog().ok());
      memory.StopAfter(steps);
      ended = document->Commit({}).ok();
      document.reset();
      memory.Crash(CrashPolicy::kKeepAll);
      if (steps % 3 == 2) {
        // Nobody was there to note how the recovery ended; then a person decides.
        REQUIRE(Recover(memory, kStorage, kPath).ok());
      } else {
        auto recovered = Recover(memory, kStorage, kPath);
        REQUIRE_MESSAGE(recovered.ok(), recovered.status().message());
        REQUIRE(NoteRecovery(memory, kStorage, kPath, *recovered).ok());
      }
      document = OpenLogged(memory);
      const auto logs = Logs(memory);
      REQUIRE(logs.size() <= 1);
      if (logs.empty()) {
        REQUIRE(ReadAll(*document) == content);
        continue;
      }
      if (logs[0].state == EditLogState::kChanged) {
        REQUIRE(steps % 3 == 2);
        REQUIRE(document->Replay(logs[0].log_path).code() == Code::kChanged);
        REQUIRE(document->Replay(logs[0].log_path, true).ok());
      } else {
        if (logs[0].state == EditLogState::kSaved) REQUIRE(logs[0].steps == 0);
        REQUIRE(document->Replay(logs[0].log_path).ok());
      }
      REQUIRE(ReadAll(*document) == content);
      REQUIRE(document->dirty() == (memory.Contents(kPath) != content));
    }
  }
}

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
