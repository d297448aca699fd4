// Access rights, alternate streams and flags from one open file to another; what cannot be kept is named.
// Thread rule: any thread; touches nothing but the two files.
#include "native/core/platform/attributes_windows.h"

#include <winioctl.h>

#include "native/core/platform/error_windows.h"
#include "native/core/platform/paths_windows.h"

namespace terahex::windows {
namespace {

// The same file with other rights; invalid when they are refused. The region's own handle has none of these,
// because on some shares asking for them fails the opening as a whole.
Handle Reopen(const WindowsRegion& region, DWORD access) {
  return Handle(ReOpenFile(region.handle(), access, kShareAll, FILE_FLAG_BACKUP_SEMANTICS));
}

std::vector<std::byte> SecurityOf(HANDLE file, SECURITY_INFORMATION parts) {
  DWORD needed = 0;
  GetKernelObjectSecurity(file, parts, nullptr, 0, &needed);
  std::vector<std::byte> descriptor(needed);
  if (needed == 0 || !GetKernelObjectSecurity(file, parts, descriptor.data(), needed, &needed)) return {};
  return descriptor;
}

void CopySecurity(const WindowsRegion& from, const WindowsRegion& to, std::vector<std::string>* lost) {
  std::vector<std::byte> list = SecurityOf(from.handle(), DACL_SECURITY_INFORMATION);
  SECURITY_DESCRIPTOR_CONTROL control = 0;
  DWORD revision = 0;
  const bool has_list = !list.empty() && GetSecurityDescriptorControl(list.data(), &control, &revision);
  if (has_list) {
    // Entries that came from the folder stay marked as such only when this is asked for.
    if (control & SE_DACL_AUTO_INHERITED)
      SetSecurityDescriptorControl(list.data(), SE_DACL_AUTO_INHERIT_REQ, SE_DACL_AUTO_INHERIT_REQ);
    const SECURITY_INFORMATION parts =
        DACL_SECURITY_INFORMATION | (control & SE_DACL_PROTECTED ? PROTECTED_DACL_SECURITY_INFORMATION
                                                                 : UNPROTECTED_DACL_SECURITY_INFORMATION);
    const Handle target = Reopen(to, WRITE_DAC);
    if (!target.valid() || !SetKernelObjectSecurity(target.get(), parts, list.data()))
      lost->push_back("access rights (ACL)");
  }
  constexpr SECURITY_INFORMATION kOwner = OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION;
  std::vector<std::byte> wanted = SecurityOf(from.handle(), kOwner);
  if (wanted.empty() || wanted == SecurityOf(to.handle(), kOwner)) return;
  // Giving a file to somebody else takes a privilege that administrators have.
  const Handle target = Reopen(to, WRITE_OWNER);
  if (!target.valid() || !SetKernelObjectSecurity(target.get(), kOwner, wanted.data()))
    lost->push_back("owner");
}

bool CopyStream(const std::wstring& from, const std::wstring& to) {
  const Handle source(CreateFileW(from.c_str(), GENERIC_READ, kShareAll, nullptr, OPEN_EXISTING,
                                  FILE_ATTRIBUTE_NORMAL, nullptr));
  const Handle target(CreateFileW(to.c_str(), GENERIC_WRITE, kShareAll, nullptr, CREATE_ALWAYS,
                                  FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!source.valid() || !target.valid()) return false;
  std::vector<std::byte> buffer(64 * 1024);
  for (;;) {
    DWORD got = 0;
    DWORD put = 0;
    if (!ReadFile(source.get(), buffer.data(), static_cast<DWORD>(buffer.size()), &got, nullptr))
      return false;
    if (got == 0) return FlushFileBuffers(target.get()) != 0;
    if (!WriteFile(target.get(), buffer.data(), got, &put, nullptr) || put != got) return false;
  }
}

// The path of an open file, as CreateFileW takes it.
std::wstring PathOf(const WindowsRegion& region) {
  std::wstring path = FinalPath(region.handle());
  if (!path.empty()) return path;
  auto asked = WidePath("open", region.path());
  return asked.ok() ? std::move(*asked) : path;
}

// Named streams beside the data ("Zone.Identifier" tells that a file was downloaded).
void CopyStreams(const WindowsRegion& from, const WindowsRegion& to, std::vector<std::string>* lost) {
  const std::wstring source = PathOf(from);
  const std::wstring target = PathOf(to);
  WIN32_FIND_STREAM_DATA stream;
  const HANDLE search = FindFirstStreamW(source.c_str(), FindStreamInfoStandard, &stream, 0);
  if (search != INVALID_HANDLE_VALUE) {
    do {
      const std::wstring name = stream.cStreamName;  // ":name:$DATA"; the data itself is "::$DATA"
      if (name == L"::$DATA") continue;
      if (!CopyStream(source + name, target + name)) lost->push_back("stream " + Narrow(name));
    } while (FindNextStreamW(search, &stream));
  }
  const DWORD error = GetLastError();
  if (search != INVALID_HANDLE_VALUE) FindClose(search);
  // The end of the list, and what file systems without streams say ("FindFirstStreamW", Microsoft Learn).
  const bool all = error == ERROR_HANDLE_EOF || error == ERROR_INVALID_PARAMETER ||
                   CodeOfError(error) == Code::kUnsupported;
  if (!all) lost->push_back("other streams");
}

void CopyFlags(const WindowsRegion& from, const WindowsRegion& to, std::vector<std::string>* lost) {
  FILE_BASIC_INFO wanted;
  FILE_BASIC_INFO present;
  if (!GetFileInformationByHandleEx(from.handle(), FileBasicInfo, &wanted, sizeof wanted)) return;
  if (!GetFileInformationByHandleEx(to.handle(), FileBasicInfo, &present, sizeof present)) return;
  const DWORD differ = wanted.FileAttributes ^ present.FileAttributes;
  DWORD returned = 0;
  if (differ & FILE_ATTRIBUTE_COMPRESSED) {
    USHORT format = wanted.FileAttributes & FILE_ATTRIBUTE_COMPRESSED ? COMPRESSION_FORMAT_DEFAULT
                                                                      : COMPRESSION_FORMAT_NONE;
    if (!DeviceIoControl(to.handle(), FSCTL_SET_COMPRESSION, &format, sizeof format, nullptr, 0, &returned,
                         nullptr))
      lost->push_back("compression");
  }
  // Encrypting needs the file closed; a new file in an encrypted folder is encrypted anyway.
  if (differ & wanted.FileAttributes & FILE_ATTRIBUTE_ENCRYPTED) lost->push_back("encryption");
  // Not "read-only": such a file could not have been opened for writing.
  constexpr DWORD kKept = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |
                          FILE_ATTRIBUTE_NOT_CONTENT_INDEXED;
  FILE_BASIC_INFO flags = {};  // 0: leave the other times as they are
  // Where a file is known by its id alone (IdentifyFile); elsewhere the time tells the new file from the old.
  FileIdentity identity;
  if (IdentifyFile(to.handle(), &identity, nullptr, nullptr) == ERROR_SUCCESS && identity.birth_ns == 0)
    flags.CreationTime = wanted.CreationTime;
  if ((differ & kKept) == 0 && flags.CreationTime.QuadPart == present.CreationTime.QuadPart) return;
  flags.FileAttributes = (present.FileAttributes & ~kKept) | (wanted.FileAttributes & kKept);
  if (flags.FileAttributes == 0) flags.FileAttributes = FILE_ATTRIBUTE_NORMAL;  // 0 would change nothing
  if (!SetFileInformationByHandle(to.handle(), FileBasicInfo, &flags, sizeof flags))
    lost->push_back("attributes");
}

}  // namespace

Result<std::vector<std::string>> CopyFileAttributes(const WindowsRegion& from, WindowsRegion& to) {
  std::vector<std::string> lost;
  CopyStreams(from, to, &lost);
  CopyFlags(from, to, &lost);
  CopySecurity(from, to, &lost);  // last: the old file's rights may forbid what was done before
  return lost;
}

OwnersOnly::OwnersOnly() {
  HANDLE raw = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw)) return;
  const Handle token(raw);
  DWORD needed = 0;
  GetTokenInformation(token.get(), TokenUser, nullptr, 0, &needed);
  user_.resize(needed);
  if (needed == 0 || !GetTokenInformation(token.get(), TokenUser, user_.data(), needed, &needed)) return;
  PSID user = reinterpret_cast<TOKEN_USER*>(user_.data())->User.Sid;
  alignas(DWORD) std::byte system[SECURITY_MAX_SID_SIZE];
  DWORD system_bytes = sizeof system;
  if (!CreateWellKnownSid(WinLocalSystemSid, nullptr, system, &system_bytes)) return;
  list_.resize(sizeof(ACL) + 2 * sizeof(ACCESS_ALLOWED_ACE) + GetLengthSid(user) + system_bytes);
  auto* list = reinterpret_cast<ACL*>(list_.data());
  made_ = InitializeAcl(list, static_cast<DWORD>(list_.size()), ACL_REVISION) &&
          AddAccessAllowedAce(list, ACL_REVISION, FILE_ALL_ACCESS, user) &&
          AddAccessAllowedAce(list, ACL_REVISION, FILE_ALL_ACCESS, system) &&
          InitializeSecurityDescriptor(&descriptor_, SECURITY_DESCRIPTOR_REVISION) &&
          SetSecurityDescriptorDacl(&descriptor_, TRUE, list, FALSE) &&
          SetSecurityDescriptorControl(&descriptor_, SE_DACL_PROTECTED, SE_DACL_PROTECTED);
  attributes_.nLength = sizeof attributes_;
  attributes_.lpSecurityDescriptor = &descriptor_;
}

}  // namespace terahex::windows
