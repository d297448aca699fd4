// The SIGBUS guard beside other handlers, and files that are cut and grown under readers. Linux and macOS.
// Covers DL-19.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/fault_guard.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Reads without any guard.
void Touch(const volatile std::byte* address) { [[maybe_unused]] const std::byte value = *address; }

// A view of four pages over a file that then has one.
struct CutFile {
  explicit CutFile(DiskPlatform& platform) : region(Create(platform, "cut")) {
    page = region->page_size();
    REQUIRE(region->WriteAt(0, BytesOf(std::string(page * 4, '\1'))).ok());
    view = std::move(region->Map(0, page * 4, Protection::kShared)).value();
    REQUIRE(region->SetSize(page).ok());
  }
  std::shared_ptr<MapRegion> region;
  size_t page = 0;
  std::unique_ptr<View> view;
};

// Runs `body` in a child process; its exit code, or minus the signal that ended it.
int InChild(void (*body)(CutFile*), CutFile* file) {
  const pid_t child = fork();
  if (child == 0) {
    body(file);
    _exit(99);  // the body exits by itself or dies
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

TEST_CASE("FaultGuard: a file cut and regrown again and again under many readers kills nobody (DL-19)") {
  DiskPlatform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file");
  const size_t page = region->page_size();
  const std::string text(page * 8, 'x');
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  const auto view = std::move(region->Map(0, page * 8, Protection::kPrivate)).value();
  const auto other = std::move(region->Map(0, page * 8, Protection::kRead)).value();
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([&, id] {
      std::vector<char> out(page * 8);
      while (!stop) {
        const View& mine = id % 2 ? *view : *other;
        const size_t copied = GuardedCopy(out.data(), mine.data(), out.size());
        // Bytes are the file's, or zeros of a page that was cut and grown again.
        for (size_t i = 0; i < copied; i += 512) wrong += out[i] != 'x' && out[i] != 0;
        if (id % 2) GuardedCopy(mine.data() + page * 7, out.data(), 8);
      }
    });
  }
  for (int i = 0; i < (kSanitized ? 100 : 1000); ++i) {
    REQUIRE(region->SetSize(page * (i % 7)).ok());
    REQUIRE(region->SetSize(page * 8).ok());
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("FaultGuard: a fault that is not its own goes to the handler that was there before") {
  DiskPlatform platform;
  CutFile cut(platform);
  // In children: the guard is installed once per process, and the outcome is an exit code. A fresh child
  // would inherit an installed guard, so the earlier handler is put in place by whoever runs first: here, by
  // exec'ing ourselves.
  char self[4096] = "";
  REQUIRE(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
  const pid_t child = fork();
  if (child == 0) {
    setenv("TERAHEX_GUARD_CHILD", "chain", 1);
    execl(self, self, "-tc=FaultGuard child*", "--no-skip", static_cast<char*>(nullptr));
    _exit(98);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
}

// Runs in the child of the case above only.
TEST_CASE("FaultGuard child: chains" * doctest::skip()) {
  if (getenv("TERAHEX_GUARD_CHILD") == nullptr) return;
  struct sigaction earlier;
  std::memset(&earlier, 0, sizeof earlier);
  earlier.sa_flags = SA_SIGINFO;
  earlier.sa_sigaction = [](int, siginfo_t* info, void*) { _exit(info->si_code > 0 ? 42 : 43); };
  sigaction(SIGBUS, &earlier, nullptr);
  DiskPlatform platform;
  CutFile cut(platform);
  std::filesystem::remove_all(
      platform.folder());  // no destructor runs before _exit; the mapping keeps the file
  InstallFaultGuard();
  char byte = 0;
  if (GuardedCopy(&byte, cut.view->data() + cut.page, 1) != 0) _exit(44);  // our own faults stay ours
  Touch(cut.view->data() + cut.page);                                      // foreign
  _exit(45);
}

TEST_CASE("FaultGuard: without an earlier handler a foreign fault ends the process with SIGBUS" *
          doctest::skip(kSanitized)) {  // the sanitizers are an earlier handler, and end it with their report
  DiskPlatform platform;
  CutFile cut(platform);
  InstallFaultGuard();
  CHECK(InChild([](CutFile* file) { Touch(file->view->data() + file->page * 2); }, &cut) == -SIGBUS);
  CHECK(InChild([](CutFile*) { raise(SIGBUS); }, &cut) == -SIGBUS);
}

TEST_CASE("FaultGuard: a displaced handler is noticed") {
  InstallFaultGuard();
  REQUIRE(FaultGuardActive());
  struct sigaction ours;
  struct sigaction theirs;
  std::memset(&theirs, 0, sizeof theirs);
  theirs.sa_handler = SIG_IGN;
  REQUIRE(sigaction(SIGBUS, &theirs, &ours) == 0);
  CHECK_FALSE(FaultGuardActive());
  InstallFaultGuard();  // once per process: does not fight for the signal
  CHECK_FALSE(FaultGuardActive());
  REQUIRE(sigaction(SIGBUS, &ours, nullptr) == 0);
  CHECK(FaultGuardActive());
}
