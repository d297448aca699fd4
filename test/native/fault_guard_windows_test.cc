// The vectored guard beside other handlers, and a file that shrinks under its readers. Covers DL-19.
#include <windows.h>

#include <atomic>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "native/core/platform/fault_guard.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {

// Cuts a file past Windows' rule that nobody may while it is mapped: with a program of the system below Wine.
bool CutBelowWine(const std::string& path, uint64_t size) {
  using UnixName = char*(CDECL*)(const wchar_t*);
  const auto unix_name = reinterpret_cast<UnixName>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "wine_get_unix_file_name")));
  if (unix_name == nullptr) return false;
  char* name = unix_name(std::wstring(path.begin(), path.end()).c_str());
  if (name == nullptr) return false;
  std::string line = "truncate -s " + std::to_string(size) + " " + name;
  HeapFree(GetProcessHeap(), 0, name);
  STARTUPINFOA start = {};
  start.cb = sizeof start;
  PROCESS_INFORMATION made = {};
  if (!CreateProcessA("Z:\\usr\\bin\\truncate", line.data(), nullptr, nullptr, FALSE, 0, nullptr, nullptr,
                      &start, &made))
    return false;
  WaitForSingleObject(made.hProcess, INFINITE);
  CloseHandle(made.hThread);
  CloseHandle(made.hProcess);
  return true;
}

uint64_t SizeBelowWine(const MapRegion& region) {
  for (int i = 0; i < 100; ++i, Sleep(10)) {
    if (*region.Size() < 65536) break;  // what is no program of Windows is not waited for
  }
  return *region.Size();
}

LONG CALLBACK EndAsKilled(EXCEPTION_POINTERS*) {
  TerminateProcess(GetCurrentProcess(), kKilled);
  return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

TEST_CASE("FaultGuard: a fault that is not its own goes to who else handles it") {
  CHECK(Child::StartMyself({"--no-skip", "-tc=FaultGuard child: goes on"}).Await());
}

// Runs in the child of the case above only.
TEST_CASE("FaultGuard child: goes on" * doctest::skip()) {
  InstallFaultGuard();
  auto* nowhere = static_cast<char*>(VirtualAlloc(nullptr, 4096, MEM_RESERVE, PAGE_NOACCESS));
  char byte = 0;
  REQUIRE(GuardedCopy(&byte, nowhere, 1) == 0);  // our own faults stay ours
  AddVectoredExceptionHandler(0, EndAsKilled);
  *static_cast<volatile char*>(nowhere);
}

TEST_CASE("FaultGuard: a file that shrinks under four readers ends their reads, and nothing else (DL-19)") {
  if (!UnderWine())
    return;  // Windows lets nobody cut a mapped file; only devices and shares fail like this there
  DiskPlatform platform;
  InstallFaultGuard();
  const std::string path = platform.Path("file");
  auto region = Create(platform, "file", std::string(1 << 20, 'x'));
  auto view = region->Map(0, 1 << 20, Protection::kRead);
  REQUIRE(view.ok());
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> faults{0};
  std::atomic<uint64_t> wrong{0};
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id) {
    threads.emplace_back([&] {
      std::vector<char> out(1 << 20);
      while (!stop) {
        const size_t copied = GuardedCopy(out.data(), (*view)->data(), out.size());
        faults += copied < out.size();
        wrong += copied < 4096;
        for (size_t i = 0; i < copied; i += 1000) wrong += out[i] != 'x' && out[i] != 0;
      }
    });
  }
  REQUIRE(CutBelowWine(path, 5000));
  CHECK(SizeBelowWine(*region) == 5000);
  Sleep(100);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(faults > 0);
  CHECK(wrong == 0);
  CHECK(ReadText(*region, 0, 1 << 20) == std::string(5000, 'x'));
}
