// What only Windows has: its paths, its sharing, its locks, named shared memory. Where Wine is no Windows,
// the case says so. Thread rule: one thread.
#include <windows.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "native/core/platform/region_windows.h"
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

std::string WithPrefix(std::string path) {
  std::replace(path.begin(), path.end(), '/', '\\');
  return "\\\\?\\" + path;
}

// A name that the test's folder cannot be cleared of by itself.
struct OddName {
  std::string path;
  ~OddName() { DeleteFileA(path.c_str()) || RemoveDirectoryA(path.c_str()); }
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

TEST_CASE("Windows paths: names that end in dots or blanks are their own files, not those without") {
  DiskPlatform platform;
  FileSystem& files = platform.files();
  Create(platform, "name", "plain");
  const std::string folder = platform.folder() + "\\folder. ";
  REQUIRE(files.MakeFolders(folder).ok());
  const OddName cleared{WithPrefix(folder)};
  CHECK(*files.List(folder) == std::vector<std::string>{});
  CHECK(files.Inspect(platform.folder() + "\\folder").status().code() == Code::kNotFound);
  for (const std::string& path : {platform.Path("name."), platform.Path("name "), folder + "/name..."}) {
    CAPTURE(path);
    CHECK(files.Open(path, OpenMode::kReadWrite).status().code() == Code::kNotFound);
    const OddName file_cleared{WithPrefix(path)};
    {
      auto made = files.Open(WithPrefix(path), OpenMode::kCreateExclusive);
      REQUIRE_MESSAGE(made.ok(), made.status().message());
      REQUIRE((*made)->WriteAt(0, BytesOf(path)).ok());
    }
    auto opened = files.Open(path, OpenMode::kRead);
    REQUIRE_MESSAGE(opened.ok(), opened.status().message());
    CHECK(ReadText(**opened, 0, 999) == path);
    // What a save puts its new version in place of.
    const auto info = files.Inspect(WithPrefix(path));
    REQUIRE(info.ok());
    CHECK(info->real_path.ends_with(path.substr(path.size() - 3)));
    const auto again = files.Inspect(info->real_path);
    REQUIRE(again.ok());
    CHECK(again->identity.SameFile(*(*opened)->Identify()));
    opened->reset();
    REQUIRE(files.Remove(info->real_path).ok());
  }
  const auto plain = files.Open(platform.Path("name"), OpenMode::kRead);
  REQUIRE(plain.ok());
  CHECK(ReadText(**plain, 0, 9) == "plain");
}

TEST_CASE("Windows paths: a share's files are read, saved and locked, and never mapped") {
  DiskPlatform platform;
  FileSystem& files = platform.files();
  // The share of the whole drive that Windows has for administrators, and wine.mjs makes.
  std::string share = "\\\\localhost\\" + platform.folder();
  share[share.find(':')] = '$';
  if (GetFileAttributesA(share.c_str()) == INVALID_FILE_ATTRIBUTES) {
    REQUIRE(!UnderWine());
    MESSAGE("skipped: only administrators have the share of a drive");
    return;
  }
  const std::string text = Pattern(200'000);
  Create(platform, "file", text);
  std::string slashes = share + "/file";
  std::replace(slashes.begin(), slashes.end(), '\\', '/');
  for (const std::string& path : {share + "\\file", slashes, "\\\\?\\UNC" + share.substr(1) + "\\file"}) {
    CAPTURE(path);
    auto region = files.Open(path, OpenMode::kReadWrite);
    REQUIRE_MESSAGE(region.ok(), region.status().message());
    CHECK(ReadText(**region, 0, text.size()) == text);
    CHECK((*region)->TryLockFile().ok());
    const auto info = files.Inspect(path);
    REQUIRE(info.ok());
    CHECK(info->identity.SameFile(*(*region)->Identify()));
    CHECK(files.Inspect(info->real_path)->identity.SameFile(info->identity));
    CHECK((*region)->Extents(0, text.size(), 9)->size() == 1);
    if (UnderWine()) continue;  // whose shares are folders of this machine, and say so
    CHECK(info->real_path == share + "\\file");
    CHECK_FALSE((*region)->mappable());
  }
  auto made = files.Open(share + "\\new", OpenMode::kCreateExclusive);
  REQUIRE_MESSAGE(made.ok(), made.status().message());
  REQUIRE((*made)->WriteAt(0, BytesOf("new")).ok());
  REQUIRE(files.Replace(share + "\\new", share + "\\file").ok());
  CHECK(files.SyncFolder(share).ok());
  const auto replaced = files.Open(platform.Path("file"), OpenMode::kRead);
  REQUIRE(replaced.ok());
  CHECK(ReadText(**replaced, 0, 9) == "new");
}

TEST_CASE("Windows paths: with the prefix a device's name is a file's, and stays one") {
  DiskPlatform platform;
  FileSystem& files = platform.files();
  const std::string path = WithPrefix(platform.Path("nul"));
  const OddName cleared{path};
  { REQUIRE(files.Open(path, OpenMode::kCreateExclusive).ok()); }
  const auto info = files.Inspect(path);
  REQUIRE_MESSAGE(info.ok(), info.status().message());
  CHECK(files.Inspect(info->real_path)->identity == info->identity);
  CHECK(files.Remove(info->real_path).ok());
}

TEST_CASE("Windows paths: what is no file or no text is refused, and nothing waits for a pipe's other end") {
  FileSystem& files = NativeFileSystem();
  for (const char* device : {"NUL", "CON", "\\\\.\\pipe\\terahex-no-such-pipe",
                             "\\\\.\\C:", "//./C:", "\\\\?\\C:", "\\\\?\\PIPE\\terahex-no-such-pipe"}) {
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

TEST_CASE("Windows sharing: what somebody has open for a moment only is waited for, and no longer") {
  DiskPlatform platform;
  FileSystem& files = platform.files();
  Create(platform, "new", "new");
  const std::string path = platform.Path("new");
  auto theirs = std::make_unique<TheirFile>(path, GENERIC_READ, 0);
  int attempts = 0;
  windows::Handle opened;
  CHECK(windows::Patiently({ERROR_SHARING_VIOLATION}, [&] {
          if (++attempts == 4) theirs.reset();
          opened = windows::Handle(CreateFileA(path.c_str(), GENERIC_READ, windows::kShareAll, nullptr,
                                               OPEN_EXISTING, 0, nullptr));
          return opened.valid() ? ERROR_SUCCESS : GetLastError();
        }) == ERROR_SUCCESS);
  CHECK(attempts == 4);
  opened = windows::Handle();
  attempts = 0;
  CHECK(windows::Patiently({ERROR_SHARING_VIOLATION}, [&] {
          ++attempts;
          return DWORD{ERROR_ACCESS_DENIED};
        }) == ERROR_ACCESS_DENIED);
  CHECK(attempts == 1);

  Create(platform, "old", "old");
  theirs = std::make_unique<TheirFile>(path, GENERIC_READ, FILE_SHARE_READ);
  const std::function<Status()> works[] = {
      [&] { return files.Open(path, OpenMode::kReadWrite).status(); },
      [&] { return files.Replace(path, platform.Path("old")); },
      [&] { return files.Remove(path); },
  };
  for (const auto& work : works) {
    const ULONGLONG start = GetTickCount64();
    CHECK(work().code() == Code::kBusy);
    CHECK(GetTickCount64() - start >= 250);
  }
  const auto old_file = files.Open(platform.Path("old"), OpenMode::kRead);
  REQUIRE(old_file.ok());
  CHECK(ReadText(**old_file, 0, 9) == "old");
  CHECK(files.List(platform.folder())->size() == 2);
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

TEST_CASE("Windows holes: of a file whose bytes may wait elsewhere none is believed") {
  if (UnderWine()) return;  // Wine 8 tells no holes, and of none of these attributes
  DiskPlatform platform;
  auto region = Create(platform, "file");
  REQUIRE(region->SetSize(1 << 20).ok());
  CHECK(region->Extents(0, 1 << 20, 9)->empty());
  REQUIRE(SetFileAttributesA(platform.Path("file").c_str(), FILE_ATTRIBUTE_OFFLINE));
  CHECK(*region->Extents(0, 1 << 20, 9) == std::vector<ByteRange>{{0, 1 << 20}});
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
