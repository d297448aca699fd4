// Measures what random one-byte overwrites cost a document: time and memory of each, and undoing them. Prints
// one JSON line.
//   make -C bench/native run [ARGS="FILE COUNT [STORAGE]"]
// FILE is made (sparse, 4 GiB) when missing. With STORAGE an edit log is kept there; then its size and the
// time to bring the edits back are measured in place of undo. Targets: at most 2 us and 150 bytes each, undo
// as fast.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "native/core/document.h"

namespace {

using terahex::Document;

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

// Resident bytes of this process (Linux); 0 elsewhere.
uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total = 0;
  uint64_t resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

// The edits are in the log of a closed document: finds it and brings them back.
int Replay(const std::string& path, const std::string& storage, uint64_t count, double edit,
           uint64_t resident, double flush, uint64_t log_bytes) {
  terahex::FileSystem& files = terahex::NativeFileSystem();
  auto start = std::chrono::steady_clock::now();
  auto logs = terahex::FindEditLogs(files, storage, path);
  const double find = Seconds(start);
  if (!logs.ok() || logs->size() != 1 || (*logs)[0].steps != count) return 2;
  terahex::DocumentOptions options;
  options.storage_folder = storage;
  options.log_edits = true;
  auto opened = Document::Open(files, path, options);
  start = std::chrono::steady_clock::now();
  if (!opened.ok() || !(*opened)->Replay((*logs)[0].log_path).ok()) return 2;
  const double replay = Seconds(start);
  (*opened)->Close(true);
  const double n = static_cast<double>(count);
  std::printf(
      "{\"edits\":%llu,\"editUs\":%.3f,\"residentBytesEach\":%.1f,\"logBytesEach\":%.1f,\"flushMs\":%.1f,"
      "\"findMs\":%.1f,\"replayUs\":%.3f}\n",
      static_cast<unsigned long long>(count), edit * 1e6 / n, static_cast<double>(resident) / n,
      static_cast<double>(log_bytes) / n, flush * 1e3, find * 1e3, replay * 1e6 / n);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = argc > 1 ? argv[1] : "/tmp/terahex-bench-sparse.bin";
  const uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 0) : 1000000;
  if (!std::filesystem::exists(path)) {
    std::ofstream(path).close();
    std::filesystem::resize_file(path, uint64_t{4} << 30);
  }
  terahex::DocumentOptions options;
  if (argc > 3) options.storage_folder = argv[3];
  options.log_edits = argc > 3;
  auto opened = Document::Open(terahex::NativeFileSystem(), path, options);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.status().message().c_str());
    return 2;
  }
  Document& document = **opened;
  std::mt19937_64 random(42);
  std::vector<uint64_t> offsets(count);
  for (uint64_t& offset : offsets) offset = random() % document.size();
  const std::byte one{0x5a};

  const uint64_t resident_before = ResidentBytes();
  const uint64_t held_before = document.memory_bytes();
  auto start = std::chrono::steady_clock::now();
  for (uint64_t offset : offsets) {
    if (!document.Overwrite(offset, {&one, 1}).ok()) return 2;
  }
  const double edit = Seconds(start);
  const uint64_t resident = ResidentBytes() - resident_before;
  const uint64_t held = document.memory_bytes() - held_before;
  const uint64_t pieces = document.piece_count();
  if (options.log_edits) {
    start = std::chrono::steady_clock::now();
    if (!document.FlushLog().ok()) return 2;
    const double flush = Seconds(start);
    const uint64_t log_bytes = document.log_status().bytes;
    document.Close();
    return Replay(path, options.storage_folder, count, edit, resident, flush, log_bytes);
  }

  start = std::chrono::steady_clock::now();
  while (document.position() > 1) {
    if (!document.Seek(document.position() - 1).ok()) return 2;
  }
  if (!document.Seek(0).ok()) return 2;
  const double undo = Seconds(start);
  start = std::chrono::steady_clock::now();
  while (document.position() < document.last_position()) {
    if (!document.Seek(document.position() + 1).ok()) return 2;
  }
  const double redo = Seconds(start);
  start = std::chrono::steady_clock::now();
  if (!document.Seek(0).ok()) return 2;
  const double home = Seconds(start);

  const double n = static_cast<double>(count);
  std::printf(
      "{\"edits\":%llu,\"editUs\":%.3f,\"undoUs\":%.3f,\"redoUs\":%.3f,\"undoAllAtOnceMs\":%.3f,"
      "\"bytesHeldEach\":%.1f,"
      "\"residentBytesEach\":%.1f,\"pieces\":%llu}\n",
      static_cast<unsigned long long>(count), edit * 1e6 / n, undo * 1e6 / n, redo * 1e6 / n, home * 1e3,
      static_cast<double>(held) / n, static_cast<double>(resident) / n,
      static_cast<unsigned long long>(pieces));
  return 0;
}
