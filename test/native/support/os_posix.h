// What tests ask of Linux and macOS directly: folders, other programs' truncate, processes of our own that
// are killed. Same names in os_windows.h. Thread rule: one thread per object.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "doctest/doctest.h"

namespace terahex::testing {

inline constexpr bool kViewsStopCuts = false;   // a file can be cut while somebody maps it
inline constexpr bool kMapsAnySize = true;      // 8 TiB as one view
inline constexpr bool kKeepsNamesOpen = false;  // a deleted or replaced name is free at once
inline bool TellsHoles() { return true; }
inline bool MakesSymlinks() { return true; }

inline constexpr char kSeparator = '/';
inline std::string DiskParent() { return "/var/tmp"; }

inline std::string MakeTempFolder(const std::string& parent) {
  std::string path = parent + "/terahex-test-XXXXXX";
  REQUIRE(mkdtemp(path.data()) != nullptr);
  return path;
}

inline bool Truncate(const std::string& path, uint64_t size) {
  return truncate(path.c_str(), static_cast<off_t>(size)) == 0;
}

[[noreturn]] inline void KillMyself() {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// This program once more, with other arguments, its output thrown away.
class Child {
 public:
  static Child StartMyself(const std::vector<std::string>& arguments) {
    Child child;
    child.pid_ = fork();
    REQUIRE(child.pid_ >= 0);
    if (child.pid_ > 0) return child;
    std::vector<char*> list{const_cast<char*>("native_tests")};
    for (const std::string& argument : arguments) list.push_back(const_cast<char*>(argument.c_str()));
    list.push_back(nullptr);
    int null = open("/dev/null", O_WRONLY);
    dup2(null, 1);
    execv("/proc/self/exe", list.data());
    _exit(127);
  }
  void Kill() { kill(pid_, SIGKILL); }
  // True: killed; false: it ended its work by itself.
  bool Await() {
    int status = 0;
    REQUIRE(waitpid(pid_, &status, 0) == pid_);
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL;
    CHECK(WEXITSTATUS(status) == 0);
    return false;
  }

 private:
  Child() = default;
  pid_t pid_ = -1;
};

inline void SetEnvironment(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }

}  // namespace terahex::testing
