// The matrix of outside changes on real files: what another program did, times what the document was doing
// (clean, dirty, in the middle of a commit). Each cell: no crash, the edits where they belong, never a stale
// byte shown as new, and a file that holds exactly what it must. Thread rule: single-threaded; the mapping
// writer is another process.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "doctest/doctest.h"
#include "native/core/document.h"
#include "test/native/support/document_support.h"
#include "test/native/support/hooked_file_system.h"
#include "test/native/support/platforms.h"

namespace terahex {
namespace {

using document_test::Bytes;

constexpr size_t kSize = 40000;  // ten pages, the last one not full
constexpr uint64_t kEdit = 5000;
constexpr uint64_t kTheirs = 20000;

enum class What { kAppended, kTruncated, kRewritten, kMapped, kReplaced, kDeleted, kMode };
constexpr What kAll[] = {What::kAppended, What::kTruncated, What::kRewritten, What::kMapped,
                         What::kReplaced, What::kDeleted,   What::kMode};

const char* Name(What what) {
  switch (what) {
    case What::kAppended:
      return "appended";
    case What::kTruncated:
      return "truncated";
    case What::kRewritten:
      return "rewritten in place";
    case What::kMapped:
      return "rewritten through another program's mapping";
    case What::kReplaced:
      return "replaced by rename";
    case What::kDeleted:
      return "deleted";
    case What::kMode:
      return "mode changed";
  }
  return "";
}

std::string Contents(const std::string& path) {
  auto region = NativeFileSystem().Open(path, OpenMode::kRead);
  REQUIRE(region.ok());
  auto size = (*region)->Size();
  REQUIRE(size.ok());
  return testing::ReadText(**region, 0, static_cast<size_t>(*size));
}

void Put(const std::string& path, std::string_view text, int flags, off_t offset) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644);
  REQUIRE(file >= 0);
  REQUIRE(pwrite(file, text.data(), text.size(), offset) == static_cast<ssize_t>(text.size()));
  close(file);
}

// A process of its own stores through a shared mapping and ends without msync.
void StoreThroughMapping(const std::string& path) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int file = open(path.c_str(), O_RDWR);
    void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) _exit(1);
    static_cast<char*>(memory)[kTheirs] = '!';
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

// Does it, and tells what the file at the path holds then; empty: no file.
std::string Change(const std::string& path, What what, std::string before) {
  switch (what) {
    case What::kAppended:
      Put(path, "++", 0, static_cast<off_t>(before.size()));
      return before + "++";
    case What::kTruncated:
      REQUIRE(truncate(path.c_str(), 30001) == 0);
      return before.substr(0, 30001);
    case What::kRewritten:
      Put(path, "!", 0, kTheirs);
      return before.replace(kTheirs, 1, "!");
    case What::kMapped:
      StoreThroughMapping(path);
      return before.replace(kTheirs, 1, "!");
    case What::kReplaced: {
      const std::string other = testing::Pattern(kSize, 9);
      Put(path + ".new", other, O_CREAT | O_EXCL, 0);
      REQUIRE(rename((path + ".new").c_str(), path.c_str()) == 0);
      return other;
    }
    case What::kDeleted:
      REQUIRE(unlink(path.c_str()) == 0);
      return "";
    case What::kMode:
      REQUIRE(chmod(path.c_str(), 0600) == 0);
      return before;
  }
  return before;
}

Outside Expected(What what) {
  switch (what) {
    case What::kAppended:
      return Outside::kGrown;
    case What::kTruncated:
      return Outside::kTruncated;
    case What::kReplaced:
      return Outside::kReplaced;
    case What::kDeleted:
      return Outside::kDeleted;
    default:
      return Outside::kModified;
  }
}

struct Shown {
  std::string bytes;
  std::vector<ByteRange> unreadable;
};
Shown Show(const Document& document) {
  Shown shown;
  shown.bytes.resize(static_cast<size_t>(document.size()));
  auto info = document.Read(0, std::as_writable_bytes(std::span(shown.bytes)));
  REQUIRE(info.ok());
  shown.unreadable = info->unreadable;
  return shown;
}

template <typename Work>
void ForEachCell(Work work) {
  for (const char* folder : {"/var/tmp", "/dev/shm"}) {
    for (What what : kAll) {
      CAPTURE(folder);
      CAPTURE(Name(what));
      testing::TempFolder home(folder);
      const std::string path = home.path() + "/file";
      const std::string before = testing::Pattern(kSize);
      Put(path, before, O_CREAT | O_EXCL, 0);
      usleep(5000);  // file times tick every few milliseconds
      work(home.path(), path, before, what);
    }
  }
}

std::shared_ptr<Document> OpenReal(FileSystem& files, const std::string& path, const std::string& folder) {
  DocumentOptions options;
  options.storage_folder = folder + "/storage";
  auto opened = Document::Open(files, path, options);
  REQUIRE(opened.ok());
  return *opened;
}

TEST_CASE("DL-13, DL-19: matrix of outside changes, clean documents") {
  ForEachCell([](const std::string& folder, const std::string& path, const std::string& before, What what) {
    auto document = OpenReal(NativeFileSystem(), path, folder);
    CHECK(Show(*document).bytes == before);
    const std::string now = Change(path, what, before);
    CHECK(document->CheckOutside() == Expected(what));
    const Shown stale = Show(*document);
    if (what == What::kTruncated) {
      REQUIRE(stale.unreadable.size() == 1);
      CHECK(stale.unreadable[0].start == now.size());
    } else {
      CHECK(stale.unreadable.empty());
    }
    auto rebased = document->Rebase();
    if (what == What::kDeleted) {
      CHECK(rebased.status().code() == Code::kNotFound);
      CHECK(Show(*document).bytes == before);
      return;
    }
    REQUIRE(rebased.ok());
    CHECK(document->CheckOutside() == Outside::kSame);
    CHECK(Show(*document).bytes == now);
    CHECK(Show(*document).unreadable.empty());
    CHECK_FALSE(document->dirty());
  });
}

TEST_CASE("DL-13, DL-19: matrix of outside changes, dirty documents") {
  ForEachCell([](const std::string& folder, const std::string& path, const std::string& before, What what) {
    auto document = OpenReal(NativeFileSystem(), path, folder);
    REQUIRE(document->Overwrite(kEdit, Bytes("EDIT")).ok());
    std::string now = Change(path, what, before);
    CHECK(document->CheckOutside() == Expected(what));
    CHECK(document->Commit({}).status().code() == Code::kChanged);
    if (what != What::kDeleted) CHECK(Contents(path) == now);
    CHECK(Show(*document).bytes.substr(kEdit, 4) == "EDIT");
    auto rebased = document->Rebase();
    if (what == What::kDeleted) {
      CHECK(rebased.status().code() == Code::kNotFound);
      CHECK(access(path.c_str(), F_OK) != 0);
      const std::string rescued = folder + "/rescued";
      REQUIRE(document->SaveAs(rescued, {}).ok());
      CHECK(Contents(rescued) == std::string(before).replace(kEdit, 4, "EDIT"));
      return;
    }
    REQUIRE(rebased.ok());
    CHECK(rebased->history_kept);
    CHECK(Show(*document).bytes == std::string(now).replace(kEdit, 4, "EDIT"));
    REQUIRE(document->Seek(0).ok());
    CHECK(Show(*document).bytes == now);
    CHECK_FALSE(document->dirty());
    REQUIRE(document->Seek(1).ok());
    REQUIRE(document->Commit({}).ok());
    CHECK(Contents(path) == now.replace(kEdit, 4, "EDIT"));
    CHECK(document->CheckOutside() == Outside::kSame);
  });
}

TEST_CASE("DL-13: a store through a mapping that leaves no trace in the file's times is read all the same") {
  for (const char* folder : {"/var/tmp", "/dev/shm"}) {
    CAPTURE(folder);
    testing::TempFolder home(folder);
    const std::string path = home.path() + "/file";
    const std::string before = testing::Pattern(kSize);
    Put(path, before, O_CREAT | O_EXCL, 0);
    const int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
    void* memory = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    REQUIRE(memory != MAP_FAILED);
    volatile char* mapped = static_cast<char*>(memory);
    mapped[kTheirs] = '!';  // the first store to a page is noted
    usleep(5000);
    auto document = OpenReal(NativeFileSystem(), path, home.path());
    REQUIRE(document->Overwrite(kEdit, Bytes("EDIT")).ok());
    mapped[kTheirs] = '?';  // the next ones to it are not
    CHECK(document->CheckOutside() == Outside::kSame);
    std::string now = std::string(before).replace(kTheirs, 1, "?");
    CHECK(Show(*document).bytes == std::string(now).replace(kEdit, 4, "EDIT"));
    REQUIRE(document->Rebase().ok());
    REQUIRE(document->Commit({}).ok());
    CHECK(Contents(path) == now.replace(kEdit, 4, "EDIT"));
    munmap(memory, kSize);
    close(file);
  }
}

// The other program strikes at each step of the commit in turn. Then the commit says so or has done its part:
// whatever it answers, the bytes of others are never lost to ours elsewhere, and ours never vanish.
TEST_CASE("DL-13, DL-19: matrix of outside changes, in the middle of a commit") {
  ForEachCell([](const std::string& folder, const std::string& path, const std::string& before, What what) {
    for (int strike = 0; strike < 12; ++strike) {
      CAPTURE(strike);
      unlink(path.c_str());
      Put(path, before, O_CREAT | O_EXCL, 0);
      usleep(5000);
      HookedFileSystem files(NativeFileSystem());
      auto document = OpenReal(files, path, folder);
      REQUIRE(document->Overwrite(kEdit, Bytes("EDIT")).ok());
      int calls = 0;
      std::string now = before;
      files.hook = [&](const std::string&) {
        if (calls++ == strike) now = Change(path, what, before);
        return Status::Ok();
      };
      auto outcome = document->Commit({});
      files.hook = nullptr;
      const bool struck = calls > strike;
      std::string ours = now;
      if (!now.empty()) ours.replace(kEdit, 4, "EDIT");
      if (!struck) {
        REQUIRE(outcome.ok());
        CHECK(Contents(path) == ours);
        break;
      }
      CAPTURE(outcome.ok() ? "saved" : outcome.status().message());
      if (what == What::kDeleted) {
        CHECK(access(path.c_str(), F_OK) != 0);
      } else {
        // Bytes that Change() found and then overwrote were the old or the saved ones; all others are
        // exact.
        std::string found = Contents(path);
        REQUIRE(found.size() == now.size());
        const std::string there = found.substr(kEdit, 4);
        const bool mine = there == "EDIT";
        const bool theirs = there == now.substr(kEdit, 4);
        CHECK((mine || theirs));
        if (what == What::kReplaced) CHECK(theirs);
        if (outcome.ok() && what != What::kReplaced) CHECK(mine);
        CHECK(found.replace(kEdit, 4, now.substr(kEdit, 4)) == now);
      }
      // The edit is still there, or in the file; a second save after a look puts it there.
      const Shown shown = Show(*document);
      CHECK(shown.bytes.substr(kEdit, 4) == "EDIT");
      if (what == What::kDeleted) continue;
      REQUIRE(document->Rebase().ok());
      if (document->dirty()) REQUIRE(document->Commit({}).ok());
      const std::string last = Contents(path);
      // A replacement that came after the last look of a finished commit is theirs alone: that commit had
      // been made.
      if (what != What::kReplaced || !outcome.ok()) CHECK(last == ours);
      CHECK(Show(*document).bytes == last);
    }
  });
}

}  // namespace
}  // namespace terahex
