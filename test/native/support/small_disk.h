// Small file systems of their own for tests, and a file that fills one up. Each says why when it cannot.
// Linux only, root only. Thread rule: one thread.
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "test/native/support/real_system.h"

namespace terahex::testing {

inline constexpr uint64_t kMiB = 1 << 20;

struct DiskKind {
  const char* name;
  const char* make;  // program; null for what needs no making
  const char* flags;
  uint64_t size;  // bytes; the least that its makers take, or 32 MiB
};
inline constexpr DiskKind kDiskKinds[] = {
    {"tmpfs", nullptr, "", 32 * kMiB},
    {"ext4", "mkfs.ext4", "-q -F -m 0", 32 * kMiB},
    {"xfs", "mkfs.xfs", "-q -f", 300 * kMiB},
    {"btrfs", "mkfs.btrfs", "-q -f", 128 * kMiB},
};

inline std::string FindProgram(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/sbin/", "/usr/bin/", "/usr/local/sbin/"})
    if (access((folder + name).c_str(), X_OK) == 0) return folder + name;
  return "";
}

// A small file system of its own, unmounted and detached with the object.
class SmallDisk {
 public:
  explicit SmallDisk(const DiskKind& kind) : work_("/var/tmp") {
    if (!kind.make) {
      tmpfs_.emplace(("size=" + std::to_string(kind.size)).c_str());
      if (tmpfs_->ok()) path_ = tmpfs_->path();
      return;
    }
    const std::string program = FindProgram(kind.make);
    if (program.empty()) {
      MESSAGE("skipped: no " << std::string(kind.make) << " here");
      return;
    }
    const std::string image = work_.path() + "/image";
    std::ofstream(image).close();
    std::filesystem::resize_file(image, kind.size);
    const std::string command = program + " " + kind.flags + " " + image + " >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) {
      MESSAGE("skipped: this failed: " << command);
      return;
    }
    loop_.emplace(image, 512);
    if (!loop_->ok()) return;
    const std::string point = work_.path() + "/disk";
    std::filesystem::create_directory(point);
    if (mount(loop_->path().c_str(), point.c_str(), kind.name, 0, nullptr) == 0) {
      path_ = point;
    } else {
      MESSAGE("skipped: cannot mount " << std::string(kind.name) << ": " << std::strerror(errno));
    }
  }
  ~SmallDisk() {
    if (loop_ && !path_.empty() && umount2(path_.c_str(), 0) != 0) umount2(path_.c_str(), MNT_DETACH);
  }
  bool ok() const { return !path_.empty(); }
  std::string at(const std::string& name) const { return path_ + "/" + name; }

 private:
  TempFolder work_;
  std::optional<MountedTmpfs> tmpfs_;
  std::optional<LoopDevice> loop_;
  std::string path_;  // empty: not mounted
};

// A file that takes all the space there is, and gives some back.
class Filler {
 public:
  explicit Filler(std::string path) : path_(std::move(path)) {
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(file_ >= 0);
  }
  Filler(const Filler&) = delete;
  ~Filler() { close(file_); }
  void Fill() {
    syncfs(file_);  // delayed allocations hold more than they need, removed files still hold their blocks
    for (off_t part = 4 * kMiB; part >= 1024;) {
      if (fallocate(file_, 0, size_, part) == 0) {
        size_ += part;
      } else {
        const int reason = errno;
        REQUIRE(reason == ENOSPC);
        part /= 2;
      }
    }
  }
  void GiveBack(uint64_t bytes) {
    size_ = std::max<off_t>(0, size_ - static_cast<off_t>(bytes));
    REQUIRE(ftruncate(file_, size_) == 0);
    syncfs(file_);
  }
  void GiveBackAll() { GiveBack(static_cast<uint64_t>(size_)); }

 private:
  std::string path_;
  int file_ = -1;
  off_t size_ = 0;
};

}  // namespace terahex::testing
