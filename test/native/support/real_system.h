// Real things that only root can make: a small tmpfs, a loop device, another user's eyes. Each says why when
// it cannot. Linux only. Thread rule: one thread.
#pragma once

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "test/native/support/platforms.h"

namespace terahex::testing {

// A tmpfs of its own, unmounted with the object.
class MountedTmpfs {
 public:
  explicit MountedTmpfs(const char* options) : folder_("/var/tmp") {
    mounted_ = mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options) == 0;
    if (!mounted_) MESSAGE("skipped: cannot mount a tmpfs: " << std::strerror(errno));
  }
  ~MountedTmpfs() {
    if (mounted_) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  bool ok() const { return mounted_; }
  bool MakeReadOnly() {
    return mount(nullptr, folder_.path().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }
  const std::string& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
  bool mounted_ = false;
};

// A block device over a file, detached with the object.
class LoopDevice {
 public:
  LoopDevice(const std::string& backing, uint32_t sector_size) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    const int number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
    if (control >= 0) close(control);
    path_ = "/dev/loop" + std::to_string(number);
    device_ = number < 0 ? -1 : open(path_.c_str(), O_RDWR | O_CLOEXEC);
    const int file = open(backing.c_str(), O_RDWR | O_CLOEXEC);
    if (device_ < 0 || file < 0 || ioctl(device_, LOOP_SET_FD, file) != 0) {
      MESSAGE("skipped: cannot make a loop device: " << std::strerror(errno));
    } else if (ioctl(device_, LOOP_SET_BLOCK_SIZE, static_cast<unsigned long>(sector_size)) == 0) {
      ready_ = true;
    } else {
      MESSAGE("skipped: no loop device with sectors of " << sector_size << ": " << std::strerror(errno));
      ioctl(device_, LOOP_CLR_FD, 0);
    }
    if (file >= 0) close(file);
  }
  ~LoopDevice() {
    if (ready_) ioctl(device_, LOOP_CLR_FD, 0);
    if (device_ >= 0) close(device_);
  }
  bool ok() const { return ready_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int device_ = -1;
  bool ready_ = false;
};

// This thread opens files as "nobody" until the object ends; root's right to everything goes with the user.
class AsNobody {
 public:
  AsNobody() {
    setfsuid(65534);
    // setfsuid tells nothing but the user before the call.
    ok_ = static_cast<uint32_t>(setfsuid(static_cast<uid_t>(-1))) == 65534;
  }
  ~AsNobody() { setfsuid(geteuid()); }
  bool ok() const { return ok_; }

 private:
  bool ok_ = false;
};

}  // namespace terahex::testing
