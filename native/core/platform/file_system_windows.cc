// Paths and folders on Windows: opening without ever blocking, and the steps a safe save is made of. Knows
// nothing of documents or journals. Thread rule: all methods from any thread; holds no state.
#include <windows.h>

#include "native/core/platform/attributes_windows.h"
#include "native/core/platform/error_windows.h"
#include "native/core/platform/file_system.h"
#include "native/core/platform/paths_windows.h"
#include "native/core/platform/region_windows.h"
#include "native/core/platform/replace_windows.h"

namespace terahex {
namespace windows {
namespace {

bool IsFolder(DWORD attributes) {
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

// Opens what is there for its facts only: neither rights nor the share modes of others stand in the way.
Handle OpenForFacts(const std::wstring& path) {
  return Handle(CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES, kShareAll, nullptr, OPEN_EXISTING,
                            FILE_FLAG_BACKUP_SEMANTICS, nullptr));
}

// The name that `file` has, without links, short names and drives that stand for folders. One that is told is
// used only where it leads back there: Wine 8 drops dots and blanks at its end, and what is no UTF-16 pair
// has no UTF-8.
std::string RealPath(HANDLE file, const std::wstring& asked, const FileIdentity& identity) {
  const std::wstring told = FinalPath(file);
  const auto plain = [](const std::wstring& path) {
    std::string text = PlainPath(path);
    const Result<std::wstring> back = WidePath("look at", text);
    return back.ok() && *back == path ? text : Narrow(path);  // "aux.c" is a device without the prefix
  };
  const bool same = CompareStringOrdinal(told.data(), static_cast<int>(told.size()), asked.data(),
                                         static_cast<int>(asked.size()), TRUE) == CSTR_EQUAL;
  if (same) return plain(told);
  const Result<std::wstring> leads = WidePath("look at", plain(told));
  const Handle there = leads.ok() ? OpenForFacts(*leads) : Handle();
  FileIdentity found;
  const bool back = there.valid() && IdentifyFile(there.get(), &found, nullptr, nullptr) == ERROR_SUCCESS &&
                    found.SameFile(identity);
  return plain(back ? told : asked);
}

class WindowsFileSystem final : public FileSystem {
 public:
  Result<std::shared_ptr<MapRegion>> Open(std::string_view path, OpenMode mode) override {
    const bool writable = mode != OpenMode::kRead;
    if (NamesSharedMemory(path)) return OpenSharedMemory(path, writable);
    Result<std::wstring> wide = WidePath("open", path);
    if (!wide.ok()) return wide.status();
    const bool create = mode == OpenMode::kCreateExclusive;
    const DWORD attributes = GetFileAttributesW(wide->c_str());
    if (!create && IsFolder(attributes)) return PathStatus(Code::kNotAFile, "open", path, "it is a folder");
    OwnersOnly owners;
    Handle file;
    const DWORD error = Patiently({ERROR_SHARING_VIOLATION}, [&] {
      file = Handle(CreateFileW(wide->c_str(), writable ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ,
                                kShareAll, create ? owners.get() : nullptr,
                                create ? CREATE_NEW : OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
      if (file.valid()) return DWORD{ERROR_SUCCESS};
      return create ? GetLastError() : DWORD{LastOpenError()};
    });
    if (error != ERROR_SUCCESS) {
      if (create && attributes != INVALID_FILE_ATTRIBUTES)
        return ErrorStatus("create", path, ERROR_FILE_EXISTS);
      if (writable && error == ERROR_ACCESS_DENIED && attributes != INVALID_FILE_ATTRIBUTES &&
          (attributes & FILE_ATTRIBUTE_READONLY) != 0) {
        return PathStatus(Code::kReadOnly, "open", path, "the file is marked read-only", error);
      }
      return ErrorStatus(create ? "create" : "open", path, error);
    }
    // A pipe of another computer or a printer, under a share's name.
    if (GetFileType(file.get()) != FILE_TYPE_DISK)
      return PathStatus(Code::kNotAFile, "open", path, "it is a device");
    return WindowsRegion::Make(std::move(file), std::string(path), writable);
  }

  Result<PathInfo> Inspect(std::string_view path) override {
    PathInfo info;
    if (NamesSharedMemory(path)) {
      const Result<FileIdentity> identity = IdentifySharedMemory(path);
      if (!identity.ok()) return identity.status();
      info.identity = *identity;
      info.real_path = std::string(path);
      info.block_device = true;  // as far as saving goes: of a fixed size, and nothing can take its place
      return info;
    }
    Result<std::wstring> wide = WidePath("look at", path);
    if (!wide.ok()) return wide.status();
    const Handle file = OpenForFacts(*wide);
    if (!file.valid()) return ErrorStatus("look at", path, LastOpenError());
    DWORD attributes = 0;
    if (const DWORD error = IdentifyFile(file.get(), &info.identity, &info.link_count, &attributes))
      return ErrorStatus("look at", path, error);
    info.real_path = RealPath(file.get(), *wide, info.identity);
    info.regular_file = !IsFolder(attributes);
    return info;
  }

  Status Replace(std::string_view from, std::string_view to) override {
    Result<std::wstring> source = WidePath("replace", from);
    if (!source.ok()) return source.status();
    Result<std::wstring> target = WidePath("replace", to);
    if (!target.ok()) return target.status();
    const DWORD error = ReplaceByRename(*source, *target);
    return error == ERROR_SUCCESS ? Status::Ok() : ErrorStatus("replace", to, error);
  }

  Status Remove(std::string_view path) override {
    Result<std::wstring> wide = WidePath("remove", path);
    if (!wide.ok()) return wide.status();
    if (IsFolder(GetFileAttributesW(wide->c_str())))
      return PathStatus(Code::kNotAFile, "remove", path, "it is a folder");
    const DWORD error = RemoveName(*wide);
    return error == ERROR_SUCCESS ? Status::Ok() : ErrorStatus("remove", path, error);
  }

  Status SyncFolder(std::string_view folder) override {
    Result<std::wstring> wide = WidePath("open", folder);
    if (!wide.ok()) return wide.status();
    const DWORD attributes = GetFileAttributesW(wide->c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) return ErrorStatus("open", folder, GetLastError());
    if (!IsFolder(attributes)) return PathStatus(Code::kNotAFile, "open", folder, "it is not a folder");
    // NTFS and ReFS keep names in a log of their own, in order; flushing the folder hurries that log. Where
    // it is refused (shares, other people's folders) nothing more can be done here.
    const Handle handle(CreateFileW(wide->c_str(), FILE_LIST_DIRECTORY | FILE_ADD_SUBDIRECTORY, kShareAll,
                                    nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!handle.valid() || FlushFileBuffers(handle.get())) return Status::Ok();
    const DWORD error = GetLastError();
    const Code code = CodeOfError(error);
    const bool lost = code == Code::kVanished || code == Code::kNoSpace || error == ERROR_IO_DEVICE;
    return lost ? ErrorStatus("make durable", folder, error) : Status::Ok();
  }

  Status MakeFolders(std::string_view folder) override {
    Result<std::wstring> wide = WidePath("create", folder);
    if (!wide.ok()) return wide.status();
    std::wstring path = *wide;
    while (path.size() > 1 && path.back() == L'\\' && path[path.size() - 2] != L':') path.pop_back();
    return MakeFolder(path);
  }

  Result<std::vector<std::string>> List(std::string_view folder) override {
    Result<std::wstring> wide = WidePath("list", folder);
    if (!wide.ok()) return wide.status();
    std::wstring pattern = *wide;
    if (pattern.back() != L'\\') pattern += L'\\';
    pattern += L'*';
    WIN32_FIND_DATAW entry;
    const HANDLE search = FindFirstFileW(pattern.c_str(), &entry);
    if (search == INVALID_HANDLE_VALUE) return ErrorStatus("list", folder, GetLastError());
    std::vector<std::string> names;
    do {
      const std::wstring_view name = entry.cFileName;
      if (name != L"." && name != L"..") names.push_back(Narrow(name));
    } while (FindNextFileW(search, &entry));
    const DWORD error = GetLastError();
    FindClose(search);
    if (error != ERROR_NO_MORE_FILES) return ErrorStatus("list", folder, error);
    return names;
  }

  Result<std::vector<std::string>> CopyAttributes(const MapRegion& from, MapRegion& to) override {
    // Regions come from this file system only (the contract), and shared memory is never rewritten, so the
    // casts need no type information.
    return CopyFileAttributes(static_cast<const WindowsRegion&>(from), static_cast<WindowsRegion&>(to));
  }

  Result<uint64_t> FreeSpace(std::string_view folder) override {
    Result<std::wstring> wide = WidePath("ask the free space of", folder);
    if (!wide.ok()) return wide.status();
    if (!IsFolder(GetFileAttributesW(wide->c_str())))
      return ErrorStatus("ask the free space of", folder, ERROR_PATH_NOT_FOUND);
    ULARGE_INTEGER free;
    if (!GetDiskFreeSpaceExW(wide->c_str(), &free, nullptr, nullptr))
      return ErrorStatus("ask the free space of", folder, GetLastError());
    return uint64_t{free.QuadPart};
  }

  // Only ReFS could share blocks; everything is copied by hand.
  Result<uint64_t> CopyStretch(const MapRegion&, uint64_t from_offset, MapRegion& to, uint64_t to_offset,
                               uint64_t length) override {
    if (!to.writable())
      return PathStatus(Code::kReadOnly, "copy to", to.path(), "opened read-only", 0, to_offset);
    if (!FitsWithin(from_offset, length, kMaxOffset) || !FitsWithin(to_offset, length, kMaxOffset)) {
      return PathStatus(Code::kOutOfRange, "copy to", to.path(), "the range ends past 2^63 - 1", 0,
                        to_offset);
    }
    return uint64_t{0};
  }

 private:
  static Status MakeFolder(const std::wstring& path) {
    if (CreateDirectoryW(path.c_str(), nullptr)) return Status::Ok();
    DWORD error = GetLastError();
    if (error == ERROR_PATH_NOT_FOUND) {
      const size_t at = path.find_last_of(L'\\');
      // What is left of a path after its drive or server cannot be made.
      if (at == std::wstring::npos || at < 6) return ErrorStatus("create", PlainPath(path), error);
      if (Status parent = MakeFolder(path.substr(0, at)); !parent.ok()) return parent;
      if (CreateDirectoryW(path.c_str(), nullptr)) return Status::Ok();
      error = GetLastError();
    }
    // Not every failure matters: "C:\" says "permission denied" although it is there.
    const DWORD attributes = GetFileAttributesW(path.c_str());
    if (attributes == INVALID_FILE_ATTRIBUTES) return ErrorStatus("create", PlainPath(path), error);
    if (IsFolder(attributes)) return Status::Ok();
    return PathStatus(Code::kNotAFile, "create", PlainPath(path), "it is not a folder", error);
  }
};

}  // namespace
}  // namespace windows

FileSystem& NativeFileSystem() {
  static windows::WindowsFileSystem file_system;
  return file_system;
}

}  // namespace terahex
