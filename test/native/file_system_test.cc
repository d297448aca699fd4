// The contract of paths and folders, on every platform: opening, inspecting, replacing, listing, copying in
// the kernel. Covers DL-10 (opening never creates).
#include "native/core/platform/file_system.h"

#include <algorithm>

#include "doctest/doctest.h"
#include "native/core/commit_path.h"
#include "native/core/platform/fault_guard.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

TEST_CASE_TEMPLATE("FileSystem: opening what is not there fails and creates nothing (DL-10)", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  const std::string path = platform.Path("absent");
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kReadWrite}) {
    const auto region = platform.files().Open(path, mode);
    CHECK(region.status().code() == Code::kNotFound);
    CHECK(region.status().message() == "cannot open " + path + ": no such file or directory");
  }
  CHECK(platform.files().Inspect(path).status().code() == Code::kNotFound);
  CHECK(platform.files()
            .Open(platform.Path("no/such/folder/file"), OpenMode::kCreateExclusive)
            .status()
            .code() == Code::kNotFound);
  CHECK(platform.files().List(platform.folder())->empty());
}

TEST_CASE_TEMPLATE("FileSystem: exclusive creation never takes over what is there", Platform, ALL_PLATFORMS) {
  Platform platform;
  Create(platform, "file", "bytes");
  CHECK(platform.files().Open(platform.Path("file"), OpenMode::kCreateExclusive).status().code() ==
        Code::kExists);
  CHECK(platform.files().Open(platform.folder(), OpenMode::kCreateExclusive).status().code() ==
        Code::kExists);
  CHECK(ReadText(**platform.files().Open(platform.Path("file"), OpenMode::kRead), 0, 9) == "bytes");
}

TEST_CASE_TEMPLATE("FileSystem: a folder is no file, and the message says so", Platform, ALL_PLATFORMS) {
  Platform platform;
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kReadWrite}) {
    const auto region = platform.files().Open(platform.folder(), mode);
    CHECK(region.status().code() == Code::kNotAFile);
    CHECK(region.status().message() == "cannot open " + platform.folder() + ": it is a folder");
  }
  const auto info = platform.files().Inspect(platform.folder());
  REQUIRE(info.ok());
  CHECK_FALSE(info->regular_file);
  CHECK_FALSE(info->block_device);
}

TEST_CASE_TEMPLATE("FileSystem: Replace puts one file in another's place, open regions keep theirs", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto old_file = Create(platform, "file", "old");
  auto new_file = Create(platform, "sibling", "new");
  REQUIRE(platform.files().Replace(platform.Path("sibling"), platform.Path("file")).ok());
  CHECK(platform.files().SyncFolder(platform.folder()).ok());
  CHECK_FALSE(platform.Exists(platform.Path("sibling")));
  CHECK(ReadText(**platform.files().Open(platform.Path("file"), OpenMode::kRead), 0, 9) == "new");
  CHECK(ReadText(*old_file, 0, 9) == "old");
  CHECK(platform.files().Replace(platform.Path("absent"), platform.Path("file")).code() == Code::kNotFound);
  CHECK(platform.Exists(platform.Path("file")));
}

TEST_CASE_TEMPLATE("FileSystem: Remove takes files only", Platform, ALL_PLATFORMS) {
  Platform platform;
  Create(platform, "file", "x");
  CHECK(platform.files().Remove(platform.Path("file")).ok());
  CHECK(platform.files().Remove(platform.Path("file")).code() == Code::kNotFound);
  CHECK(platform.files().Remove(platform.folder()).code() == Code::kNotAFile);
}

TEST_CASE_TEMPLATE("FileSystem: folders are made with all their parents, listed and synced", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  const std::string deep = platform.Path("a/b/c");
  CHECK(platform.files().MakeFolders(deep).ok());
  CHECK(platform.files().MakeFolders(deep + "/").ok());
  Create(platform, "a/b/one", "1");
  Create(platform, "a/b/two", "2");
  auto names = platform.files().List(platform.Path("a/b"));
  REQUIRE(names.ok());
  std::sort(names->begin(), names->end());
  CHECK(*names == std::vector<std::string>{"c", "one", "two"});
  CHECK(platform.files().SyncFolder(deep).ok());
  CHECK(platform.files().MakeFolders(platform.Path("a/b/one/x")).code() == Code::kNotAFile);
  CHECK(platform.files().MakeFolders(platform.Path("a/b/one")).code() == Code::kNotAFile);
  CHECK(platform.files().List(platform.Path("absent")).status().code() == Code::kNotFound);
  CHECK(platform.files().SyncFolder(platform.Path("absent")).code() == Code::kNotFound);
  CHECK(platform.files().FreeSpace(platform.Path("absent")).status().code() == Code::kNotFound);
  CHECK(*platform.files().FreeSpace(platform.folder()) > 0);
}

TEST_CASE_TEMPLATE("FileSystem: Inspect follows symlinks and counts hard links", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "bytes");
  const std::string file = platform.Path("file");
  if constexpr (Platform::kReal) {
    if (!MakesSymlinks()) return;
    std::filesystem::create_symlink(file, platform.Path("alias"));
    std::filesystem::create_hard_link(file, platform.Path("second"));
  } else {
    platform.files().PutSymlink(platform.Path("alias"), file);
    platform.files().PutLink(platform.Path("second"), file);
  }
  const auto info = platform.files().Inspect(platform.Path("alias"));
  REQUIRE(info.ok());
  CHECK(info->real_path == file);
  CHECK(info->link_count == 2);
  CHECK(info->regular_file);
  CHECK(info->identity.SameFile(*region->Identify()));
  CHECK(platform.files().Inspect(platform.Path("second"))->identity == *region->Identify());
  CHECK(platform.files().Open(platform.Path("alias"), OpenMode::kCreateExclusive).status().code() ==
        Code::kExists);
}

TEST_CASE_TEMPLATE("FileSystem: a stretch copied in the kernel equals one copied by hand", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto from = Create(platform, "from");
  const size_t page = from->page_size();
  const std::string text = Pattern(page * 6 + 5);
  REQUIRE(from->WriteAt(0, BytesOf(text)).ok());
  struct {
    uint64_t from, to, length;
  } const cases[] = {
      {0, 0, page * 4}, {page, page * 2, page * 3}, {3, 1, page * 2 + 1},   {0, 0, text.size()},
      {5, 0, 0},        {page * 5, 0, page * 9},    {text.size() + 9, 0, 4}};
  for (const auto& test : cases) {
    auto to = Create(platform, "to");
    const auto copied = platform.files().CopyStretch(*from, test.from, *to, test.to, test.length);
    REQUIRE(copied.ok());
    const uint64_t there =
        test.from < text.size() ? std::min<uint64_t>(test.length, text.size() - test.from) : 0;
    CHECK(*copied <= there);
    if (!Platform::kReal) CHECK(*copied == there);
    CHECK(ReadText(*to, test.to, *copied) == (there ? text.substr(test.from, *copied) : ""));
    REQUIRE(platform.files().Remove(platform.Path("to")).ok());
  }
  auto reader = platform.files().Open(platform.Path("from"), OpenMode::kRead);
  CHECK(platform.files().CopyStretch(*from, 0, **reader, 0, 1).status().code() == Code::kReadOnly);
  CHECK(platform.files().CopyStretch(*from, UINT64_MAX, *from, 0, 2).status().code() == Code::kOutOfRange);
}

TEST_CASE_TEMPLATE("FileSystem: a clone has the same bytes, is a file of its own, and takes over nothing",
                   Platform, ALL_PLATFORMS) {
  Platform platform;
  auto from = Create(platform, "from", "");
  const std::string text = Pattern(from->page_size() * 5 + 3);
  REQUIRE(from->WriteAt(0, BytesOf(text)).ok());
  Create(platform, "there", "somebody's");
  const auto over = platform.files().Clone(*from, platform.Path("there"));
  CHECK_FALSE(over.ok());
  CHECK(ReadText(**platform.files().Open(platform.Path("there"), OpenMode::kRead), 0, 99) == "somebody's");
  FileIdentity before = *from->Identify();
  const auto clone = platform.files().Clone(*from, platform.Path("clone"));
  if (clone.ok()) before.ctime_ns = from->Identify()->ctime_ns;
  CHECK(*from->Identify() == before);
  if (!clone.ok()) {
    CHECK(clone.status().code() == Code::kUnsupported);
    CHECK_FALSE(platform.Exists(platform.Path("clone")));
    return;
  }
  CHECK_FALSE((*clone)->Identify()->SameFile(*from->Identify()));
  REQUIRE((*clone)->WriteAt(1, BytesOf("clone's")).ok());
  REQUIRE(from->WriteAt(from->page_size() * 3, BytesOf("from's")).ok());
  REQUIRE((*clone)->SetSize(text.size() - 1).ok());
  std::string expected = text.substr(0, text.size() - 1);
  CHECK(ReadText(**clone, 0, text.size()) == expected.replace(1, 7, "clone's"));
  expected = text;
  CHECK(ReadText(*from, 0, text.size()) == expected.replace(from->page_size() * 3, 6, "from's"));
}

TEST_CASE_TEMPLATE("FileSystem: a clone has what was stored through a view that nobody flushed", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto from = Create(platform, "from", Pattern(10));
  const size_t grain = from->granularity();
  REQUIRE(from->SetSize(grain * 3).ok());
  auto view = from->Map(0, grain * 3, Protection::kShared);
  REQUIRE(view.ok());
  for (const size_t at : {size_t{3}, grain * 2}) CHECK(GuardedCopy((*view)->data() + at, "stored", 6) == 6);
  const auto clone = platform.files().Clone(*from, platform.Path("clone"));
  if (!clone.ok()) return;
  std::string expected = Pattern(10) + std::string(grain * 3 - 10, '\0');
  expected.replace(3, 6, "stored").replace(grain * 2, 6, "stored");
  CHECK(ReadText(**clone, 0, grain * 3) == expected);
}

TEST_CASE("Paths: the folder of a file in a root is the root, of a drive too") {
  CHECK(FolderOf("/file") == "/");
  CHECK(FolderOf("/a:/file") == "/a:");
  CHECK(FolderOf("/folder/file") == "/folder");
  CHECK(FolderOf("file") == ".");
  CHECK(FolderOf("C:\\file") == "C:\\");
  CHECK(FolderOf("C:/folder\\file") == "C:/folder");
  CHECK(FolderOf("\\\\?\\C:\\file") == "\\\\?\\C:\\");
  CHECK(FolderOf("\\\\server\\share\\file") == "\\\\server\\share");
  CHECK(JoinPath(FolderOf("C:\\file"), "other") == "C:\\other");
  CHECK(JoinPath("/", "other") == "/other");
}
