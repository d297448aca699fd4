// The platforms that the contract suites run on: the real one on a disk (and on tmpfs), and the in-memory
// twin with pages of 8 bytes. Each gives a fresh folder and plays the other programs. Thread rule: one
// platform per test, on its thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/file_system.h"
#include "native/core/platform/map_region_memory.h"
#if defined(_WIN32)
#include "test/native/support/os_windows.h"
#else
#include "test/native/support/os_posix.h"
#endif

namespace terahex::testing {

inline std::span<const std::byte> BytesOf(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}
inline std::span<std::byte> WritableBytesOf(std::string& text) {
  return std::as_writable_bytes(std::span(text.data(), text.size()));
}

// Text of a region, to its end or up to `length`; "<code>" when the read fails.
inline std::string ReadText(const MapRegion& region, uint64_t offset, size_t length) {
  std::string text(length, '?');
  const Result<size_t> got = region.ReadAt(offset, WritableBytesOf(text));
  if (!got.ok()) return std::string("<") + CodeName(got.status().code()) + ">";
  text.resize(*got);
  return text;
}

// A folder that goes away with the object.
class TempFolder {
 public:
  explicit TempFolder(const std::string& parent) : path_(MakeTempFolder(parent)) {}
  TempFolder(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

class RealPlatform {
 public:
  explicit RealPlatform(const std::string& parent) : folder_(parent) {}
  static constexpr bool kReal = true;
  FileSystem& files() { return NativeFileSystem(); }
  std::string Path(std::string_view name) const { return folder_.path() + kSeparator + std::string(name); }
  const std::string& folder() const { return folder_.path(); }
  void TruncateOutside(const std::string& path, uint64_t size) { REQUIRE(Truncate(path, size)); }
  void WriteOutside(const std::string& path, uint64_t offset, std::string_view text) {
    auto region = files().Open(path, OpenMode::kReadWrite);
    REQUIRE(region.ok());
    REQUIRE((*region)->WriteAt(offset, BytesOf(text)).ok());
  }
  bool Exists(const std::string& path) const { return std::filesystem::exists(path); }

 private:
  TempFolder folder_;
};

struct DiskPlatform : RealPlatform {
  DiskPlatform() : RealPlatform(DiskParent()) {}
};
#if defined(_WIN32)
#define REAL_PLATFORMS DiskPlatform
#else
struct TmpfsPlatform : RealPlatform {
  TmpfsPlatform() : RealPlatform("/dev/shm") {}
};
#define REAL_PLATFORMS DiskPlatform, TmpfsPlatform
#endif
#define ALL_PLATFORMS REAL_PLATFORMS, TinyMemoryPlatform

// Ten bytes cross a page border here.
class TinyMemoryPlatform {
 public:
  TinyMemoryPlatform() : files_(Options()) { REQUIRE(files_.MakeFolders(folder_).ok()); }
  ~TinyMemoryPlatform() { CHECK(files_.OpenViews() == 0); }
  static constexpr bool kReal = false;
  MemoryFileSystem& files() { return files_; }
  std::string Path(std::string_view name) const { return folder_ + "/" + std::string(name); }
  const std::string& folder() const { return folder_; }
  void TruncateOutside(const std::string& path, uint64_t size) { files_.TruncateOutside(path, size); }
  void WriteOutside(const std::string& path, uint64_t offset, std::string_view text) {
    files_.WriteOutside(path, offset, text);
  }
  bool Exists(const std::string& path) const { return files_.Exists(path); }

 private:
  static MemoryOptions Options() {
    MemoryOptions options;
    options.page_size = 8;
    return options;
  }
  MemoryFileSystem files_;
  std::string folder_ = "/folder";
};

// A new file with this text, open for writing.
template <typename Platform>
std::shared_ptr<MapRegion> Create(Platform& platform, std::string_view name, std::string_view text = "") {
  auto region = platform.files().Open(platform.Path(name), OpenMode::kCreateExclusive);
  REQUIRE_MESSAGE(region.ok(), region.status().message());
  REQUIRE((*region)->WriteAt(0, BytesOf(text)).ok());
  return *region;
}

// `count` bytes that differ from their neighbours and from one page to the next.
inline std::string Pattern(size_t count, uint32_t seed = 1) {
  std::string text(count, '\0');
  for (size_t i = 0; i < count; ++i) {
    seed = seed * 1664525 + 1013904223;
    text[i] = static_cast<char>('a' + (seed >> 24) % 26);
  }
  return text;
}

}  // namespace terahex::testing
