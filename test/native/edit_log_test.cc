// The edit log against a model: whatever a document went through, and wherever its process was stopped,
// replaying the log gives the content of that moment. TERAHEX_MODEL_SEED repeats a failed run. Real kills:
// test/unit/engine and test/ui.
#include <cstdlib>
#include <map>
#include <set>

#include "test/native/support/edit_log_support.h"

namespace terahex {
namespace {

using namespace edit_log_test;  // NOLINT(google-build-using-namespace)

uint64_t FirstSeed() {
  const char* text = std::getenv("TERAHEX_MODEL_SEED");
  return text ? std::strtoull(text, nullptr, 0) : 1;
}
// Fewer where the sanitizers make everything slow.
uint64_t Seeds(uint64_t count) {
  if (std::getenv("TERAHEX_MODEL_SEED")) return 1;
  const char* text = std::getenv("TERAHEX_MODEL_OPS");
  return text ? std::max<uint64_t>(
                    1, std::min<uint64_t>(count, count * std::strtoull(text, nullptr, 0) / 100000))
              : count;
}

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

TEST_CASE(
    "EditLog: stopped at random, saves, reverts and outside changes included, a document comes back as it "
    "was") {
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
          case 5: {
            const std::string there = memory.Contents(kPath);
            if (editor.Below(2) == 0) memory.WriteOutside(kPath, editor.Below(there.size() + 1), "xy");
            if (editor.Below(3) == 0)
              memory.TruncateOutside(kPath, there.size() - editor.Below(5) % (there.size() + 1));
            if (!document->Rebase().ok()) REQUIRE(document->Reload().ok());
            break;
          }
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

TEST_CASE("EditLog: stopped at every step of a save, the content comes back whatever became of the save") {
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

// After a power cut a log holds what its last sync left, or more: some moment of the past, never a mix of
// two.
TEST_CASE("EditLog: after a power cut some moment of the past comes back, or the file as it is") {
  for (uint64_t seed = FirstSeed() + 500, end = seed + Seeds(60); seed < end; ++seed) {
    CAPTURE(seed);
    MemoryOptions options;
    options.page_size = 64;
    options.sector_bytes = 16;
    MemoryFileSystem memory(options);
    Editor editor(seed);
    const std::string before = editor.Random(editor.Below(300));
    memory.PutFile(kPath, before);
    auto document = OpenLogged(memory);
    std::set<std::string> contents = {before};
    for (int i = 0; i < 25; ++i) {
      editor.Edit(*document, [&] { contents.insert(ReadAll(*document)); });
      if (i % 8 == 3) REQUIRE(document->FlushLog().ok());
    }
    REQUIRE(document->FlushLog().ok());
    memory.StopAfter(0);
    document.reset();
    memory.Crash(CrashPolicy::kRandom, seed);
    document = OpenLogged(memory);
    for (const EditLogInfo& log : Logs(memory)) {
      if (log.state == EditLogState::kSame) REQUIRE(document->Replay(log.log_path).ok());
    }
    REQUIRE(contents.contains(ReadAll(*document)));
    REQUIRE(memory.Contents(kPath) == before);
  }
}

}  // namespace
}  // namespace terahex
