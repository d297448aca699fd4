// Mode, owner, ACLs, extended attributes and flags from one open file to another; what cannot be kept is
// named. Thread rule: any thread; touches nothing but the two descriptors.
#include "native/core/platform/attributes_posix.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "native/core/platform/error_posix.h"
#if defined(__linux__)
#include <linux/fs.h>
#include <sys/xattr.h>
#elif defined(__APPLE__)
#include <copyfile.h>
#endif

namespace terahex::posix {
namespace {

#if defined(__linux__)
// Names of the extended attributes, ACLs among them (system.posix_acl_access); none where the file system has
// none.
std::vector<std::string> AttributeNames(int descriptor) {
  std::vector<char> list;
  // The list may grow between asking its length and reading it.
  for (int attempt = 0; attempt < 8; ++attempt) {
    const ssize_t needed = flistxattr(descriptor, nullptr, 0);
    if (needed <= 0) return {};
    list.resize(static_cast<size_t>(needed));
    const ssize_t got = flistxattr(descriptor, list.data(), list.size());
    if (got >= 0) {
      list.resize(static_cast<size_t>(got));
      break;
    }
    if (errno != ERANGE) return {};
    list.clear();
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < list.size(); i += names.back().size() + 1) names.emplace_back(&list[i]);
  return names;
}

bool ReadAttribute(int descriptor, const std::string& name, std::vector<char>* value) {
  value->resize(64 * 1024);  // XATTR_SIZE_MAX of Linux
  const ssize_t got = fgetxattr(descriptor, name.c_str(), value->data(), value->size());
  if (got < 0) return false;
  value->resize(static_cast<size_t>(got));
  return true;
}

void CopyExtendedAttributes(int from, int to, std::vector<std::string>* lost) {
  const std::vector<std::string> wanted = AttributeNames(from);
  const std::vector<std::string> present = AttributeNames(to);
  std::vector<char> value;
  std::vector<char> there;
  for (const std::string& name : wanted) {
    if (!ReadAttribute(from, name, &value)) {
      lost->push_back(name);
      continue;
    }
    if (ReadAttribute(to, name, &there) && there == value) continue;  // a label that only the system may set
    if (fsetxattr(to, name.c_str(), value.data(), value.size(), 0) != 0) lost->push_back(name);
  }
  for (const std::string& name : present) {
    // The folder's default ACL gave the new file rights that the old one did not have.
    if (name.rfind("security.", 0) == 0 || std::count(wanted.begin(), wanted.end(), name) != 0) continue;
    if (fremovexattr(to, name.c_str()) != 0) lost->push_back(name);
  }
}

void CopyFlags(int from, int to, std::vector<std::string>* lost) {
  // chattr's flags that a user may set and that say how to keep the file; the rest describe the file system's
  // layout. Not "immutable" and "append only": such a file could not be put in place by a rename any more.
  constexpr int kKept = FS_SYNC_FL | FS_NODUMP_FL | FS_NOATIME_FL | FS_COMPR_FL | FS_NOCOMP_FL | FS_NOCOW_FL |
                        FS_JOURNAL_DATA_FL | FS_SECRM_FL | FS_UNRM_FL;
  int wanted = 0;
  int present = 0;
  if (ioctl(from, FS_IOC_GETFLAGS, &wanted) != 0 || ioctl(to, FS_IOC_GETFLAGS, &present) != 0) return;
  if ((wanted & kKept) == (present & kKept)) return;
  int flags = (present & ~kKept) | (wanted & kKept);
  if (ioctl(to, FS_IOC_SETFLAGS, &flags) != 0) lost->push_back("file flags (chattr)");
}
#endif

}  // namespace

Result<std::vector<std::string>> CopyFileAttributes(int from, const std::string& from_path, int to,
                                                    const std::string& to_path) {
  struct stat wanted;
  struct stat present;
  if (fstat(from, &wanted) != 0) return ErrnoStatus("read the attributes of", from_path, errno);
  if (fstat(to, &present) != 0) return ErrnoStatus("read the attributes of", to_path, errno);
  std::vector<std::string> lost;
  mode_t mode = wanted.st_mode & 07777;

  // Owner first: changing it clears set-user-ID bits and file capabilities.
  if ((wanted.st_uid != present.st_uid || wanted.st_gid != present.st_gid) &&
      fchown(to, wanted.st_uid, wanted.st_gid) != 0) {
    if (wanted.st_uid != present.st_uid) {
      lost.push_back("owner");
      if (mode & S_ISUID) lost.push_back("set-user-ID bit");
      mode &= ~static_cast<mode_t>(S_ISUID);  // must not pass to another owner
    }
    if (wanted.st_gid != present.st_gid && fchown(to, static_cast<uid_t>(-1), wanted.st_gid) != 0) {
      lost.push_back("group");
      if (mode & S_ISGID) lost.push_back("set-group-ID bit");
      mode &= ~static_cast<mode_t>(S_ISGID);
    }
  }
#if defined(__linux__)
  CopyExtendedAttributes(from, to, &lost);
#elif defined(__APPLE__)
  if (fcopyfile(from, to, nullptr, COPYFILE_ACL | COPYFILE_XATTR) != 0) lost.push_back("extended attributes");
#endif
  // After the ACL, whose mask shows as the group's bits.
  if (fchmod(to, mode) != 0) lost.push_back("mode");
#if defined(__linux__)
  CopyFlags(from, to, &lost);
#elif defined(__APPLE__)
  // Not "locked" and "append only": such a file could not be put in place by a rename any more.
  constexpr unsigned kKept = UF_NODUMP | UF_HIDDEN | UF_OPAQUE;
  if ((wanted.st_flags & kKept) != 0 && fchflags(to, wanted.st_flags & kKept) != 0)
    lost.push_back("file flags (chflags)");
#endif
  return lost;
}

}  // namespace terahex::posix
