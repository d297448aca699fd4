// Saves on Windows: what a length-changing one must keep, and files that others have open. Thread rule: one
// thread.
#include <aclapi.h>
#include <windows.h>

#include "native/core/platform/region_windows.h"
#include "test/native/support/commit_files.h"

namespace terahex {
namespace {

using namespace test;

std::vector<std::byte> RightsOf(const std::string& path) {
  DWORD needed = 0;
  GetFileSecurityA(path.c_str(), DACL_SECURITY_INFORMATION, nullptr, 0, &needed);
  std::vector<std::byte> rights(needed);
  REQUIRE(GetFileSecurityA(path.c_str(), DACL_SECURITY_INFORMATION, rights.data(), needed, &needed));
  return rights;
}

// Everybody may read, which no folder of a test passes on.
void LetEverybodyRead(const std::string& path) {
  EXPLICIT_ACCESSA entry = {};
  entry.grfAccessPermissions = FILE_GENERIC_READ;
  entry.grfAccessMode = GRANT_ACCESS;
  entry.Trustee.TrusteeForm = TRUSTEE_IS_NAME;
  entry.Trustee.ptstrName = const_cast<char*>("EVERYONE");
  PACL old_list = nullptr;
  PACL new_list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  REQUIRE(GetNamedSecurityInfoA(const_cast<char*>(path.c_str()), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION,
                                nullptr, nullptr, &old_list, nullptr, &descriptor) == ERROR_SUCCESS);
  REQUIRE(SetEntriesInAclA(1, &entry, old_list, &new_list) == ERROR_SUCCESS);
  REQUIRE(SetNamedSecurityInfoA(const_cast<char*>(path.c_str()), SE_FILE_OBJECT,
                                DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
                                nullptr, new_list, nullptr) == ERROR_SUCCESS);
  LocalFree(new_list);
  LocalFree(descriptor);
}

bool HasStream(const std::string& path, const std::wstring& wanted) {
  WIN32_FIND_STREAM_DATA stream;
  const std::wstring wide(path.begin(), path.end());
  const HANDLE search = FindFirstStreamW(wide.c_str(), FindStreamInfoStandard, &stream, 0);
  if (search == INVALID_HANDLE_VALUE) return false;
  bool found = false;
  do {
    found = found || wanted == stream.cStreamName;
  } while (FindNextStreamW(search, &stream));
  FindClose(search);
  return found;
}

}  // namespace

TEST_CASE("DL-2: a length-changing save keeps access rights, flags and streams, and spares <file>.tmp") {
  Scratch scratch;
  const std::string path = scratch.at("disk.img");
  const std::string old = RandomBytes(9000, 1);
  Put(path, old);
  Put(path + ".tmp", "precious");
  LetEverybodyRead(path);
  REQUIRE(SetFileAttributesA(path.c_str(), FILE_ATTRIBUTE_HIDDEN));
  // Wine 8 has no streams: a name with a colon is a file of its own there.
  const bool streams = !testing::UnderWine();
  if (streams) Put(path + ":note", "kept");
  const std::vector<std::byte> rights = RightsOf(path);
  constexpr FILETIME kMadeIn2001 = {0, 29390000};
  {
    const windows::Handle file(CreateFileA(path.c_str(), FILE_WRITE_ATTRIBUTES, windows::kShareAll, nullptr,
                                           OPEN_EXISTING, 0, nullptr));
    REQUIRE(SetFileTime(file.get(), &kMadeIn2001, nullptr, nullptr));
  }

  const Edit edit = InsertAt100(old);
  std::shared_ptr<MapRegion> replacement;
  const auto outcome = Rewrite(scratch, path, edit, &replacement);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->how == CommitHow::kRewritten);
  CHECK(outcome->not_kept.empty());
  CHECK(Get(path) == edit.after);
  CHECK((RightsOf(path) == rights));
  // Wine 8 keeps flags in an attribute that the folder's file system may not have.
  if (!testing::UnderWine()) CHECK((GetFileAttributesA(path.c_str()) & FILE_ATTRIBUTE_HIDDEN) != 0);
  // It keeps no times of creation at all.
  WIN32_FILE_ATTRIBUTE_DATA facts;
  REQUIRE(GetFileAttributesExA(path.c_str(), GetFileExInfoStandard, &facts));
  if (!testing::UnderWine()) CHECK(CompareFileTime(&facts.ftCreationTime, &kMadeIn2001) == 0);
  if (streams) {
    CHECK(HasStream(path, L":note:$DATA"));
    CHECK(Get(path + ":note") == "kept");
  }
  CHECK(Get(path + ".tmp") == "precious");
  CHECK(NamesIn(scratch.journals()) == 0);
  REQUIRE(replacement);
  CHECK(*replacement->Identify() == outcome->identity);
}

TEST_CASE("A length-changing save replaces a file that another program has open, which keeps the old one") {
  Scratch scratch;
  const std::string path = scratch.at("file");
  const std::string old = RandomBytes(9000, 2);
  Put(path, old);
  const auto theirs = OpenFile(path, OpenMode::kRead);
  const Edit edit = InsertAt100(old);
  std::shared_ptr<MapRegion> replacement;
  const auto outcome = Rewrite(scratch, path, edit, &replacement);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(Get(path) == edit.after);
  CHECK((testing::ReadText(*theirs, 0, 10'000) == old));
}

TEST_CASE("A save that cuts a file which another program has mapped says so and puts the old content back") {
  Scratch scratch;
  const std::string path = scratch.at("file");
  const std::string old = RandomBytes(200'000, 3);
  Put(path, old);
  auto file = OpenFile(path);
  Edit edit(old);
  edit.Overwrite(10, "changed");
  edit.after.resize(100'000);
  StringSource source(edit);
  CommitOptions options = OptionsFor(scratch, *file);
  options.new_size = edit.after.size();
  {
    const auto theirs = OpenFile(path, OpenMode::kRead);
    const auto view = theirs->Map(0, 1000, Protection::kRead);
    REQUIRE(view.ok());
    const auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, options);
    CHECK(outcome.status().code() == Code::kBusy);
    CHECK(outcome.status().os_error() == ERROR_USER_MAPPED_FILE);
    INFO(outcome.status().message());
    CHECK(outcome.status().message().find(path) != std::string::npos);
    CHECK((Get(path) == old));
  }
  StringSource again(edit);
  options.expected = *file->Identify();
  const auto outcome = CommitInPlace(NativeFileSystem(), *file, edit.ranges, again, options);
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK((Get(path) == edit.after));
}

TEST_CASE("A save through views tells the time of the change at once") {
  Scratch scratch;
  const std::string path = scratch.at("file");
  const std::string old = RandomBytes(18'000'000, 4);
  Put(path, old);
  auto file = OpenFile(path);
  const FileIdentity before = *file->Identify();
  Sleep(30);
  Edit edit(old);
  edit.Overwrite(0, RandomBytes(17'000'000, 5));
  StringSource source(edit);
  const auto outcome =
      CommitInPlace(NativeFileSystem(), *file, edit.ranges, source, OptionsFor(scratch, *file));
  INFO(outcome.status().message());
  REQUIRE(outcome.ok());
  CHECK(outcome->identity.mtime_ns > before.mtime_ns);
  file.reset();
  CHECK(*OpenFile(path)->Identify() == outcome->identity);
  CHECK((Get(path) == edit.after));
}

// Windows leaves the time to who once set it; Wine does not, where this passes in either case.
TEST_CASE("What is written behind a save through views has a later time, by its end at the latest") {
  Scratch scratch;
  const std::string path = scratch.at("file");
  Put(path, RandomBytes(100'000, 6));
  auto file = OpenFile(path);
  REQUIRE(file->Map(0, 4096, Protection::kShared).ok());
  REQUIRE(file->Sync().ok());
  const int64_t first = file->Identify()->mtime_ns;
  Sleep(30);
  REQUIRE(file->WriteAt(5, testing::BytesOf("once more")).ok());
  REQUIRE(file->Sync().ok());
  const int64_t second = file->Identify()->mtime_ns;
  CHECK(second > first);
  Sleep(30);
  REQUIRE(file->WriteAt(7, testing::BytesOf("and again")).ok());
  file.reset();
  CHECK(OpenFile(path)->Identify()->mtime_ns > second);
}

}  // namespace terahex
