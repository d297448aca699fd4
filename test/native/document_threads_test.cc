// Readers, the writer and commits at once on one document: every window is one version's bytes. Clean under
// VARIANT=tsan.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/map_region_memory.h"
#include "test/native/support/hooked_file_system.h"
#include "test/native/support/platforms.h"

namespace terahex {
namespace {

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

constexpr size_t kStart = 4096;       // bytes of the file at first
constexpr size_t kWindow = 128;       // bytes of a read
constexpr size_t kMostReads = 20000;  // kept by each reader, for the comparison at the end

// What a reader saw, and of which version.
struct Seen {
  uint64_t version = 0;
  uint64_t offset = 0;
  std::string bytes;
};

// The content after one edit, made while the version went from `before` to `after` (commits raise it too).
struct Told {
  uint64_t before = 0;
  uint64_t after = 0;
  std::string content;
};

std::string Random(size_t length, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(length, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

bool Fits(const Seen& seen, const std::string& content) {
  if (seen.offset > content.size()) return false;
  return content.compare(static_cast<size_t>(seen.offset), kWindow, seen.bytes) == 0;
}

// Is what was seen the content of its version? Where the version was raised during an edit, either side of it
// will do.
bool Explained(const Seen& seen, const std::vector<Told>& told) {
  auto later = std::upper_bound(told.begin(), told.end(), seen.version,
                                [](uint64_t version, const Told& one) { return version < one.after; });
  if (later != told.begin() && Fits(seen, std::prev(later)->content)) return true;
  return later != told.end() && later->before < seen.version && Fits(seen, later->content);
}

void Look(const Document& document, std::mt19937_64& random, std::vector<Seen>* all,
          std::atomic<int>& wrong) {
  Seen seen;
  seen.offset = random() % (kStart + 1000);
  seen.bytes.resize(kWindow);
  auto info = document.Read(seen.offset, std::as_writable_bytes(std::span(seen.bytes)));
  if (!info.ok()) {
    if (info.status().code() != Code::kOutOfRange) ++wrong;
    return;
  }
  if (!info->unreadable.empty()) ++wrong;
  seen.bytes.resize(info->length);
  seen.version = info->version;
  if (all->size() < kMostReads) all->push_back(std::move(seen));
}

void RunThreads(FileSystem& files, const std::string& path, const std::string& storage, bool lengths) {
  DocumentOptions options;
  options.storage_folder = storage;
  options.tuning = {64, 1024, 8};
  auto opened = Document::Open(files, path, options);
  REQUIRE(opened.ok());
  Document& document = **opened;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::atomic<uint64_t> looked = 0;
  std::vector<Seen> seen[3];
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      std::mt19937_64 random(static_cast<uint64_t>(i));
      uint64_t version = 0;
      while (!done) {
        Look(document, random, &seen[i], wrong);
        ++looked;
        const Changes changes = document.ChangesSince(version);
        if (changes.version < version) ++wrong;
        version = changes.version;
        if (random() % 16 == 0 && !document.Extents(0, 100, 8).ok()) ++wrong;
      }
    });
  }
  std::atomic<int> commits = 0;
  threads.emplace_back([&] {
    while (!done) {
      auto outcome = document.Commit({});
      if (!outcome.ok()) {
        ++wrong;
        MESSAGE(outcome.status().message());
      }
      ++commits;
      (void)document.EstimateSave();
      if (document.CheckOutside() != Outside::kSame) ++wrong;
    }
  });

  std::mt19937_64 random(99);
  std::vector<std::string> states = {Random(kStart, 1)};
  uint64_t position = 0;
  std::vector<Told> told = {{0, 0, states[0]}};
  while (told.size() < 1500 || (commits < 40 && told.size() < 8000)) {
    // A machine under load may give readers no time at all beside a writer that never waits.
    if (looked < told.size() / 8) {
      std::this_thread::sleep_for(std::chrono::microseconds(100));
      continue;
    }
    std::string next = states[position];
    const std::string bytes = Random(1 + random() % 40, random());
    const size_t at = random() % (next.size() - 200);
    const uint64_t before = document.version();
    Status status;
    switch (lengths ? random() % 8 : random() % 2 * 4) {
      case 0:
      case 1:
        position = random() % 2 ? states.size() - 1 : position - std::min<uint64_t>(position, random() % 4);
        status = document.Seek(position);
        break;
      case 2:
        if (next.size() > kStart + 500) continue;
        status = document.Insert(at, Bytes(bytes));
        next.insert(at, bytes);
        break;
      case 3:
        if (next.size() < kStart - 500) continue;
        status = document.Erase(at, bytes.size());
        next.erase(at, bytes.size());
        break;
      default:
        status = document.Overwrite(at, Bytes(bytes));
        next.replace(at, bytes.size(), bytes);
    }
    if (!status.ok()) ++wrong;
    if (document.position() != position) {
      states.resize(position + 1);
      states.push_back(std::move(next));
      ++position;
    }
    told.push_back({before, document.version(), states[position]});
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  for (const std::vector<Seen>& one : seen) {
    for (const Seen& window : one) {
      if (!Explained(window, told)) {
        FAIL_CHECK("wrong bytes at offset " << window.offset << " of version " << window.version);
        break;
      }
    }
  }
  REQUIRE(document.Commit({}).ok());
  auto again = Document::Open(files, path, options);
  REQUIRE(again.ok());
  std::string saved(static_cast<size_t>((*again)->size()), '?');
  REQUIRE((*again)->Read(0, std::as_writable_bytes(std::span(saved))).ok());
  CHECK(saved == states[position]);
}

// Makes the moments long in which a commit has changed half of a file, or a reader knows its pieces and has
// no bytes yet.
void Linger(HookedFileSystem& files) {
  files.hook = [](const std::string&) {
    std::this_thread::sleep_for(std::chrono::microseconds(20));
    return Status::Ok();
  };
  files.read_hook = [] {
    thread_local uint64_t reads = 0;
    if (++reads % 8 == 0) std::this_thread::sleep_for(std::chrono::microseconds(500));
  };
}

TEST_CASE("Document threads: readers, writer and commits at once, in memory") {
  MemoryOptions options;
  options.page_size = 64;
  options.mappable = false;
  MemoryFileSystem memory(options);
  memory.PutFile("/a", Random(kStart, 1));
  HookedFileSystem files(memory);
  Linger(files);
  RunThreads(files, "/a", "/storage", true);
}

TEST_CASE("Document threads: undo and redo while commits overwrite the file in place") {
  MemoryOptions options;
  options.page_size = 64;
  options.mappable = false;
  MemoryFileSystem memory(options);
  memory.PutFile("/a", Random(kStart, 1));
  HookedFileSystem files(memory);
  Linger(files);
  RunThreads(files, "/a", "/storage", false);
}

TEST_CASE("Document threads: the same while changes of length are shifted in place") {
  MemoryOptions options;
  options.page_size = 64;
  options.mappable = false;
  MemoryFileSystem memory(options);
  memory.PutFile("/a", Random(kStart, 1));
  memory.PutLink("/b", "/a");
  HookedFileSystem files(memory);
  Linger(files);
  RunThreads(files, "/a", "/storage", true);
}

TEST_CASE("Document threads: the same on real files") {
  const std::string folder = testing::MakeTempFolder(std::filesystem::temp_directory_path().string());
  {
    auto region = NativeFileSystem().Open(folder + "/a", OpenMode::kCreateExclusive);
    REQUIRE(region.ok());
    REQUIRE((*region)->WriteAt(0, Bytes(Random(kStart, 1))).ok());
  }
  RunThreads(NativeFileSystem(), folder + "/a", folder + "/storage", true);
  std::filesystem::remove_all(folder);
}

TEST_CASE("Document threads: the same through mapped views of a file in memory") {
  MemoryFileSystem files;
  files.PutFile("/a", Random(kStart, 1));
  RunThreads(files, "/a", "/storage", true);
}

TEST_CASE("Document threads: Close waits for readers, and what comes later is closed") {
  MemoryFileSystem files;
  files.PutFile("/a", Random(kStart, 1));
  const std::string expected = Random(kStart, 1).substr(8, 100);
  for (int round = 0; round < 50; ++round) {
    auto document = *Document::Open(files, "/a", {});
    std::atomic<int> running = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        ++running;
        for (;;) {
          std::string bytes(100, '!');
          auto info = document->Read(8, std::as_writable_bytes(std::span(bytes)));
          if (!info.ok()) {
            if (info.status().code() != Code::kClosed) ++wrong;
            return;
          }
          if (bytes != expected) ++wrong;
        }
      });
    }
    while (running < 3) std::this_thread::yield();
    document->Close();
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
  }
}

}  // namespace
}  // namespace terahex
