// What the tests of the edit log share: a document that logs, its logs, the end of its process, random edits.
// Thread rule: single-threaded tests.
#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/edit_log.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex::edit_log_test {

inline const std::string kPath = "/home/file.bin";
inline const std::string kStorage = "/home/storage";

inline std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

inline std::string ReadAll(const Document& document) {
  std::string bytes(static_cast<size_t>(document.size()), '\0');
  auto info = document.Read(0, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  REQUIRE(info->unreadable.empty());
  return bytes;
}

inline std::shared_ptr<Document> OpenLogged(FileSystem& file_system, const std::string& path = kPath) {
  DocumentOptions options;
  options.storage_folder = kStorage;
  options.log_edits = true;
  options.tuning = {64, 256, 4};
  auto document = Document::Open(file_system, path, options);
  REQUIRE_MESSAGE(document.ok(), document.status().message());
  return *document;
}

inline std::vector<EditLogInfo> Logs(FileSystem& file_system, const std::string& path = kPath) {
  auto logs = FindEditLogs(file_system, kStorage, path);
  REQUIRE_MESSAGE(logs.ok(), logs.status().message());
  return *logs;
}

// All that the process wrote stays, and nothing more comes.
inline void Kill(MemoryFileSystem& memory, std::shared_ptr<Document>& document) {
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

}  // namespace terahex::edit_log_test
