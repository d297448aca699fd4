// What only Windows has: its paths, its sharing, its locks, named shared memory. Where Wine is no Windows,
// the case says so. Thread rule: one thread.
#include <windows.h>

#include <string>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/scan/find.h"
#include "native/core/scan/needle.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {

// Another program's opening, with the sharing that it grants.
struct TheirFile {
  TheirFile(const std::string& path, DWORD access, DWORD sharing)
      : handle(CreateFileA(path.c_str(), access, sharing, nullptr, OPEN_EXISTING, 0, nullptr)) {
    REQUIRE(handle != INVALID_HANDLE_VALUE);
  }
  ~TheirFile() { CloseHandle(handle); }
  HANDLE handle;
};

}  // namespace

TEST_CASE("Windows paths: longer than 260 characters, of any script, with either separator") {
  DiskPlatform platform;
  std::string folder = platform.folder();
  for (int i = 0; i < 4; ++i) folder += "\\" + std::string(90, static_cast<char>('a' + i));
  REQUIRE(platform.files().MakeFolders(folder).ok());
  const std::string name = "\xc3\xa4\xe6\x97\xa5\xf0\x9f\x98\x80.bin";  // ä, 日, a character beyond 16 bits
  const std::string path = folder + "\\" + name;
  {
    auto made = platform.files().Open(path, OpenMode::kCreateExclusive);
    REQUIRE_MESSAGE(made.ok(), made.status().message());
    REQUIRE((*made)->WriteAt(0, BytesOf("bytes")).ok());
    CHECK((*made)->path() == path);
  }
  std::string slashes = path;
  for (char& c : slashes) c = c == '\\' ? '/' : c;
  for (const std::string& same : {path, slashes, "\\\\?\\" + path}) {
    auto opened = platform.files().Open(same, OpenMode::kRead);
    REQUIRE_MESSAGE(opened.ok(), opened.status().message());
    CHECK(ReadText(**opened, 0, 9) == "bytes");
    const auto info = platform.files().Inspect(same);
    REQUIRE(info.ok());
    CHECK(info->real_path == path);
    CHECK(info->identity == *(*opened)->Identify());
  }
  CHECK(*platform.files().List(folder) == std::vector<std::string>{name});
  const std::string other = folder + "\\other";
  REQUIRE(platform.files().Replace(path, other).ok());
  REQUIRE(platform.files().Remove(other).ok());
  CHECK(platform.files().SyncFolder(folder).ok());
  CHECK(*platform.files().FreeSpace(folder) > 0);
  std::string up = folder;
  for (int i = 0; i < 4; ++i, up.resize(up.rfind('\\'))) RemoveDirectoryA(("\\\\?\\" + up).c_str());
}

TEST_CASE("Windows paths: what is no file or no text is refused, and nothing waits for a pipe's other end") {
  FileSystem& files = NativeFileSystem();
  for (const char* device : {"NUL", "CON", "\\\\.\\pipe\\terahex-no-such-pipe", "\\\\.\\C:"}) {
    CAPTURE(std::string(device));
    CHECK(files.Open(device, OpenMode::kRead).status().code() == Code::kNotAFile);
  }
  CHECK(files.Open("C:\\\xff\xfe", OpenMode::kRead).status().code() == Code::kInvalidArgument);
  CHECK(files.Open(std::string("C:\\a\0b", 6), OpenMode::kRead).status().code() == Code::kInvalidArgument);
  CHECK(files.Open("", OpenMode::kRead).status().code() == Code::kNotFound);
  CHECK(files.Open("Q:\\no\\such\\drive", OpenMode::kRead).status().code() == Code::kNotFound);
}

TEST_CASE("Windows sharing: who shares nothing is named as the reason, and we share everything") {
  DiskPlatform platform;
  const std::string path = platform.Path("file");
  Create(platform, "file", "bytes");
  {
    const TheirFile theirs(path, GENERIC_READ, 0);
    const auto opened = platform.files().Open(path, OpenMode::kRead);
    CHECK(opened.status().code() == Code::kBusy);
    CHECK(opened.status().os_error() == ERROR_SHARING_VIOLATION);
    CHECK(opened.status().message() ==
          "cannot open " + path + ": another program has it open and does not share it");
  }
  const auto ours = platform.files().Open(path, OpenMode::kReadWrite);
  REQUIRE(ours.ok());
  const TheirFile theirs(path, GENERIC_READ | GENERIC_WRITE | DELETE,
                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
  DWORD put = 0;
  CHECK(WriteFile(theirs.handle, "THEIR", 5, &put, nullptr));
  CHECK(ReadText(**ours, 0, 9) == "THEIR");
}

TEST_CASE("Windows sharing: a file marked read-only says so") {
  if (UnderWine()) return;  // the mark becomes a missing right there, which root does not need
  DiskPlatform platform;
  const std::string path = platform.Path("file");
  Create(platform, "file", "bytes");
  REQUIRE(SetFileAttributesA(path.c_str(), FILE_ATTRIBUTE_READONLY));
  const auto opened = platform.files().Open(path, OpenMode::kReadWrite);
  CHECK(opened.status().code() == Code::kReadOnly);
  CHECK(platform.files().Open(path, OpenMode::kRead).ok());
  SetFileAttributesA(path.c_str(), FILE_ATTRIBUTE_NORMAL);
}

TEST_CASE("Windows locks: ours keeps out no reader or writer, theirs of the whole file keeps out ours") {
  DiskPlatform platform;
  auto region = Create(platform, "file", "bytes");
  const TheirFile theirs(platform.Path("file"), GENERIC_READ | GENERIC_WRITE,
                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE);
  REQUIRE(region->TryLockFile().ok());
  char text[8] = "";
  DWORD count = 0;
  CHECK(ReadFile(theirs.handle, text, 5, &count, nullptr));
  CHECK(WriteFile(theirs.handle, "+", 1, &count, nullptr));
  region->UnlockFile();
  OVERLAPPED start = {};
  REQUIRE(LockFileEx(theirs.handle, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, MAXDWORD,
                     MAXDWORD, &start));
  CHECK(region->TryLockFile().code() == Code::kBusy);
}

TEST_CASE("Windows views: a document keeps none after a scan, so that others may cut its file") {
  DiskPlatform platform;
  const std::string path = platform.Path("file");
  Create(platform, "file", std::string(3 << 20, 'x'));
  DocumentOptions options;
  options.read_only = true;
  auto document = Document::Open(platform.files(), path, options);
  REQUIRE(document.ok());
  auto needle = Needle::Make({'x', 'y'}, {}, 1);
  REQUIRE(needle.ok());
  REQUIRE(Find(**document, **needle, {}, {}).ok());
  CHECK(Truncate(path, 100));
}

TEST_CASE("Windows shared memory: a name opens as a region of fixed size that both sides see") {
  const std::string name = "Local\\terahex-test-" + std::to_string(GetCurrentProcessId());
  const HANDLE section =
      CreateFileMappingA(INVALID_HANDLE_VALUE, nullptr, PAGE_READWRITE, 0, 70'000, name.c_str());
  REQUIRE(section != nullptr);
  auto* theirs = static_cast<char*>(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, 0));
  REQUIRE(theirs != nullptr);
  memcpy(theirs + 60'000, "theirs", 6);
  FileSystem& files = NativeFileSystem();
  {
    auto region = files.Open(name, OpenMode::kReadWrite);
    REQUIRE_MESSAGE(region.ok(), region.status().message());
    const uint64_t size = *(*region)->Size();
    CHECK(size == AlignUp(70'000, (*region)->page_size()));
    CHECK(ReadText(**region, 60'000, 6) == "theirs");
    CHECK(ReadText(**region, size - 2, 9).size() == 2);
    CHECK((*region)->WriteAt(65'534, BytesOf("ours")).ok());
    CHECK(std::string(theirs + 65'534, 4) == "ours");
    CHECK((*region)->WriteAt(size - 1, BytesOf("ab")).code() == Code::kOutOfRange);
    CHECK((*region)->SetSize(1).code() == Code::kUnsupported);
    CHECK(files.Inspect(name)->identity == *(*region)->Identify());
    CHECK((*region)->Map(65'536, 100, Protection::kRead).ok());
  }
  auto document = Document::Open(files, name, {});
  REQUIRE_MESSAGE(document.ok(), document.status().message());
  REQUIRE((*document)->WriteThrough(10, BytesOf("live")).ok());
  CHECK(std::string(theirs + 10, 4) == "live");
  memcpy(theirs + 20, "LIVE", 4);
  std::string seen(4, '?');
  REQUIRE((*document)->Read(20, WritableBytesOf(seen)).ok());
  CHECK(seen == "LIVE");
  REQUIRE((*document)->Overwrite(30, BytesOf("saved")).ok());
  const auto saved = (*document)->Commit({});
  REQUIRE_MESSAGE(saved.ok(), saved.status().message());
  CHECK(std::string(theirs + 30, 5) == "saved");
  UnmapViewOfFile(theirs);
  CloseHandle(section);
  CHECK(files.Open("Local\\terahex-test-no-such", OpenMode::kRead).status().code() == Code::kNotFound);
}
