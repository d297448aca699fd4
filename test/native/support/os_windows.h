// What tests ask of Windows directly: folders, other programs' truncate, processes of our own that are
// killed; and where Wine is no Windows. Same names as in os_posix.h. Thread rule: one thread per object.
#pragma once

#include <windows.h>

#include <string>
#include <utility>
#include <vector>

#include "doctest/doctest.h"

namespace terahex::testing {

inline bool UnderWine() {
  static const bool wine = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
  return wine;
}

inline constexpr bool kViewsStopCuts = true;  // error 1224
// A private view is charged whole against memory and page file.
inline constexpr bool kMapsAnySize = false;
// Wine 8 has no POSIX semantics for names: a deleted name stays until its last handle is closed.
inline const bool kKeepsNamesOpen = UnderWine();
// Wine 8 answers FSCTL_QUERY_ALLOCATED_RANGES with "not supported", for the fallback; Windows has it on NTFS.
inline bool TellsHoles() { return !UnderWine(); }
// Windows asks for developer mode or an administrator; Wine 8 has none.
inline bool MakesSymlinks() { return !UnderWine(); }

inline constexpr char kSeparator = '\\';

inline std::string MakeTempFolder(const std::string& parent) {
  static LONG count = 0;
  const std::string path = parent + "\\terahex-test-" + std::to_string(GetCurrentProcessId()) + "-" +
                           std::to_string(GetTickCount64()) + "-" +
                           std::to_string(InterlockedIncrement(&count));
  REQUIRE(CreateDirectoryA(path.c_str(), nullptr));
  return path;
}

inline std::string DiskParent() {
  char path[MAX_PATH + 1] = "";
  const DWORD length = GetTempPathA(sizeof path, path);
  REQUIRE(length > 1);
  char full[MAX_PATH + 1] = "";  // without names such as PROGRA~1
  REQUIRE(GetLongPathNameA(path, full, sizeof full) > 0);
  std::string parent = full;
  if (parent.back() == '\\') parent.pop_back();
  return parent;
}

inline bool Truncate(const std::string& path, uint64_t size) {
  HANDLE file =
      CreateFileA(path.c_str(), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                  nullptr, OPEN_EXISTING, 0, nullptr);
  if (file == INVALID_HANDLE_VALUE) return false;
  LARGE_INTEGER end;
  end.QuadPart = static_cast<LONGLONG>(size);
  const bool cut = SetFilePointerEx(file, end, nullptr, FILE_BEGIN) && SetEndOfFile(file);
  const DWORD error = GetLastError();
  CloseHandle(file);
  SetLastError(error);
  return cut;
}

inline constexpr UINT kKilled = 137;  // what a killed process' exit code tells: Windows has no signals

[[noreturn]] inline void KillMyself() {
  TerminateProcess(GetCurrentProcess(), kKilled);
  for (;;) Sleep(INFINITE);
}

// How long a process may take to end: the busiest machine needs a tenth of it. A wait without an end would
// take all other tests' results along.
inline constexpr DWORD kProcessLimitMs = 100'000;

// This program once more, with other arguments, its output thrown away.
class Child {
 public:
  static Child StartMyself(const std::vector<std::string>& arguments) {
    char self[MAX_PATH + 1] = "";
    REQUIRE(GetModuleFileNameA(nullptr, self, sizeof self) > 0);
    std::string line = "native_tests";
    for (const std::string& argument : arguments) line += " \"" + argument + "\"";
    STARTUPINFOA start = {};
    start.cb = sizeof start;
    PROCESS_INFORMATION made = {};
    // Wine 8 was seen once to start none on a busy machine, and did the next time.
    BOOL started = FALSE;
    for (int left = 5; !started && left > 0; left--) {
      std::string own = line;  // which the call may write to
      started = CreateProcessA(self, own.data(), nullptr, nullptr, FALSE, DETACHED_PROCESS, nullptr, nullptr,
                               &start, &made);
      if (started) break;
      MESSAGE("no process: error " << GetLastError());
      Sleep(1000);
    }
    REQUIRE(started);
    CloseHandle(made.hThread);
    return Child(made.hProcess);
  }
  Child(Child&& other) noexcept : process_(std::exchange(other.process_, nullptr)) {}
  ~Child() {
    if (process_ != nullptr) CloseHandle(process_);
  }
  void Kill() { TerminateProcess(process_, kKilled); }
  // True: killed; false: it ended its work by itself.
  bool Await() {
    REQUIRE(WaitForSingleObject(process_, kProcessLimitMs) == WAIT_OBJECT_0);
    DWORD code = 0;
    REQUIRE(GetExitCodeProcess(process_, &code));
    if (code != kKilled) CHECK(code == 0);
    return code == kKilled;
  }

 private:
  explicit Child(HANDLE process) : process_(process) {}
  HANDLE process_;
};

inline void SetEnvironment(const char* name, const std::string& value) {
  SetEnvironmentVariableA(name, value.c_str());
}

}  // namespace terahex::testing
