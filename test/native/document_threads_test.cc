// Readers, the writer and commits at once on one document: every window is one version's bytes. Clean under
// VARIANT=tsan.
#include <atomic>
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

namespace terahex {
namespace {

std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

// Every 8 bytes of the document carry the same letter in any state, so a window that mixes states shows.
constexpr size_t kCell = 8;
constexpr size_t kCells = 512;

void Check(const Document& document, std::mt19937_64& random, std::atomic<int>& wrong) {
  std::string bytes(kCell * 16, '!');
  const uint64_t cells = document.size() / kCell;
  if (cells == 0) return;
  const uint64_t from = random() % cells * kCell;
  auto info = document.Read(from, std::as_writable_bytes(std::span(bytes)));
  if (!info.ok()) {
    if (info.status().code() != Code::kOutOfRange) ++wrong;
    return;
  }
  if (!info->unreadable.empty()) ++wrong;
  for (size_t cell = 0; cell + kCell <= info->length; cell += kCell) {
    for (size_t i = 1; i < kCell; ++i) {
      if (bytes[cell + i] != bytes[cell]) {
        ++wrong;
        return;
      }
    }
  }
}

void RunThreads(FileSystem& files, const std::string& path, const std::string& storage, int edits) {
  DocumentOptions options;
  options.storage_folder = storage;
  options.tuning = {64, 1024, 8};
  auto opened = Document::Open(files, path, options);
  REQUIRE(opened.ok());
  Document& document = **opened;
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, i] {
      std::mt19937_64 random(static_cast<uint64_t>(i));
      uint64_t version = 0;
      while (!done) {
        Check(document, random, wrong);
        const Changes changes = document.ChangesSince(version);
        if (changes.version < version) ++wrong;
        version = changes.version;
        if (!document.Extents(0, document.size(), 8).ok() && document.size() > 0) ++wrong;
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
  for (int i = 0; i < edits || commits < 40; ++i) {
    const uint64_t cells = document.size() / kCell;
    const std::string cell(kCell, static_cast<char>('a' + random() % 26));
    const uint64_t at = cells > 0 ? random() % cells * kCell : 0;
    Status status;
    switch (random() % 8) {
      case 0:
        status = document.Seek(random() % (document.last_position() + 1));
        break;
      case 1:
        status = cells < 2 * kCells ? document.Insert(at, Bytes(cell), random() % 2) : Status::Ok();
        break;
      case 2:
        status = cells > kCells / 2 ? document.Erase(at, kCell) : Status::Ok();
        break;
      case 3:
        status = cells > 4 ? document.Fill(at, kCell, Bytes(cell.substr(0, 1))) : Status::Ok();
        break;
      default:
        status = document.Overwrite(at, Bytes(cell), random() % 2);
    }
    if (!status.ok()) ++wrong;
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  REQUIRE(document.Commit({}).ok());
  auto again = Document::Open(files, path, options);
  REQUIRE(again.ok());
  std::string edited(static_cast<size_t>(document.size()), '!');
  std::string saved(static_cast<size_t>((*again)->size()), '?');
  REQUIRE(document.Read(0, std::as_writable_bytes(std::span(edited))).ok());
  REQUIRE((*again)->Read(0, std::as_writable_bytes(std::span(saved))).ok());
  CHECK(edited == saved);
}

TEST_CASE("Document threads: readers, writer and commits at once, in memory") {
  MemoryOptions options;
  options.page_size = 64;
  MemoryFileSystem files(options);
  files.PutFile("/a", std::string(kCell * kCells, '0'));
  RunThreads(files, "/a", "/storage", 3000);
}

TEST_CASE("Document threads: the same while changes of length are shifted in place") {
  MemoryOptions options;
  options.page_size = 64;
  MemoryFileSystem files(options);
  files.PutFile("/a", std::string(kCell * kCells, '0'));
  files.PutLink("/b", "/a");
  RunThreads(files, "/a", "/storage", 2000);
}

TEST_CASE("Document threads: the same on real files") {
  const std::string folder = (std::filesystem::temp_directory_path() / "terahex-document-threads").string();
  std::filesystem::remove_all(folder);
  REQUIRE(NativeFileSystem().MakeFolders(folder).ok());
  {
    auto region = NativeFileSystem().Open(folder + "/a", OpenMode::kCreateExclusive);
    REQUIRE(region.ok());
    REQUIRE((*region)->WriteAt(0, Bytes(std::string(kCell * kCells, '0'))).ok());
  }
  RunThreads(NativeFileSystem(), folder + "/a", folder + "/storage", 2000);
  std::filesystem::remove_all(folder);
}

TEST_CASE("Document threads: Close waits for readers, and what comes later is closed") {
  MemoryFileSystem files;
  files.PutFile("/a", std::string(kCell * kCells, '0'));
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
          if (bytes != std::string(100, '0')) ++wrong;
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
