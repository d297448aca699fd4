// Who holds a lock on a file, for a message. Linux only: elsewhere nobody is named. Thread rule: any thread;
// keeps no state.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>

#include "native/core/platform/region_posix.h"

namespace terahex::posix {
namespace {

// Names in a folder of /proc that are numbers.
template <typename Visit>
void ForEachNumber(const std::string& folder, Visit visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
  if (!entries) return;  // gone, or another user's
  while (const dirent* entry = readdir(entries.get())) {
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && visit(std::string(entry->d_name))) return;
  }
}

// An open-file-description lock belongs to no process, and F_OFD_GETLK says so; but /proc shows at each
// descriptor what is locked through it (proc_pid_fdinfo(5)).
bool HoldsLock(const std::string& process, const std::string& number, const struct stat& file) {
  struct stat facts;
  if (stat((process + "/fd/" + number).c_str(), &facts) != 0) return false;
  if (facts.st_dev != file.st_dev || facts.st_ino != file.st_ino) return false;
  std::ifstream lines(process + "/fdinfo/" + number);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("lock:")) return true;
  }
  return false;
}

}  // namespace

std::string FindLockHolder(int descriptor) {
  struct stat file;
  std::string holder;
  if (fstat(descriptor, &file) != 0) return holder;
  ForEachNumber("/proc", [&](const std::string& pid) {
    const std::string process = "/proc/" + pid;
    ForEachNumber(process + "/fd", [&](const std::string& number) {
      if (!HoldsLock(process, number, file)) return false;
      std::ifstream comm(process + "/comm");
      std::getline(comm, holder);
      holder += " (process " + pid + ")";
      return true;
    });
    return !holder.empty();
  });
  return holder;
}

}  // namespace terahex::posix
