// What the document tests share: opening in a memory file system, reading whole windows, repeatable random
// bytes. Thread rule: single-threaded tests.
#pragma once

#include <memory>
#include <random>
#include <span>
#include <string>
#include <string_view>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/map_region_memory.h"

namespace terahex::document_test {

inline std::span<const std::byte> Bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::shared_ptr<Document> Open(FileSystem& files, const std::string& path, bool read_only = false) {
  DocumentOptions options;
  options.storage_folder = "/storage";
  options.read_only = read_only;
  auto opened = Document::Open(files, path, options);
  REQUIRE(opened.ok());
  return *opened;
}

inline std::string Read(const Document& document, uint64_t offset, size_t length) {
  std::string bytes(length, '!');
  auto info = document.Read(offset, std::as_writable_bytes(std::span(bytes)));
  REQUIRE(info.ok());
  CHECK(info->unreadable.empty());
  bytes.resize(info->length);
  return bytes;
}
inline std::string ReadAll(const Document& document) {
  return Read(document, 0, static_cast<size_t>(document.size()));
}

inline std::string Random(size_t length, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(length, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

}  // namespace terahex::document_test
