// A file system that asks a test before each call that changes a file: the test may act in the middle of a
// commit, or fail the call. Forwards everything to another file system. Thread rule: as what it wraps; the
// hook runs on the calling thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "native/core/platform/file_system.h"

namespace terahex {

// `path`: of the region, or the target of a rename. A failure is returned in place of the call.
using ChangeHook = std::function<Status(const std::string& path)>;

class HookedRegion final : public MapRegion {
 public:
  HookedRegion(std::shared_ptr<MapRegion> inner, const ChangeHook& hook,
               const std::function<void()>& read_hook)
      : inner_(std::move(inner)), hook_(hook), read_hook_(read_hook) {}
  MapRegion& inner() const { return *inner_; }
  const std::string& path() const override { return inner_->path(); }
  bool writable() const override { return inner_->writable(); }
  bool mappable() const override { return inner_->mappable(); }
  bool block_device() const override { return inner_->block_device(); }
  uint32_t sector_size() const override { return inner_->sector_size(); }
  size_t page_size() const override { return inner_->page_size(); }
  size_t granularity() const override { return inner_->granularity(); }
  Result<uint64_t> Size() const override { return inner_->Size(); }
  Result<FileIdentity> Identify() const override { return inner_->Identify(); }
  Result<std::unique_ptr<View>> Map(uint64_t offset, size_t length, Protection protection) override {
    return inner_->Map(offset, length, protection);
  }
  Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> out) const override {
    if (read_hook_) read_hook_();
    return inner_->ReadAt(offset, out);
  }
  Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    Status status = Ask();
    return status.ok() ? inner_->WriteAt(offset, bytes) : status;
  }
  Status SetSize(uint64_t size) override {
    Status status = Ask();
    return status.ok() ? inner_->SetSize(size) : status;
  }
  Status Sync() override {
    Status status = Ask();
    return status.ok() ? inner_->Sync() : status;
  }
  Result<std::vector<ByteRange>> Extents(uint64_t start, uint64_t end, size_t limit) const override {
    return inner_->Extents(start, end, limit);
  }
  Result<std::vector<ByteRange>> SeemingExtents(uint64_t start, uint64_t end, size_t limit) const override {
    return inner_->SeemingExtents(start, end, limit);
  }
  bool vouches_for_holes() const override { return inner_->vouches_for_holes(); }
  void PunchHole(uint64_t offset, uint64_t length) override { inner_->PunchHole(offset, length); }
  bool views_block_cuts() const override { return inner_->views_block_cuts(); }
  bool copy_on_write() const override { return inner_->copy_on_write(); }
  Status TryLockFile() override { return inner_->TryLockFile(); }
  void UnlockFile() override { inner_->UnlockFile(); }

 private:
  Status Ask() const { return hook_ ? hook_(path()) : Status::Ok(); }
  const std::shared_ptr<MapRegion> inner_;
  const ChangeHook& hook_;
  const std::function<void()>& read_hook_;
};

class HookedFileSystem final : public FileSystem {
 public:
  explicit HookedFileSystem(FileSystem& inner) : inner_(inner) {}
  ChangeHook hook;                  // may be changed between calls
  std::function<void()> read_hook;  // before each positional read; may delay it

  Result<std::shared_ptr<MapRegion>> Open(std::string_view path, OpenMode mode) override {
    return Hooked(inner_.Open(path, mode));
  }
  Result<std::shared_ptr<MapRegion>> Clone(const MapRegion& from, std::string_view path) override {
    return Hooked(inner_.Clone(Inner(from), path));
  }
  Result<PathInfo> Inspect(std::string_view path) override { return inner_.Inspect(path); }
  Status Replace(std::string_view from, std::string_view to) override {
    Status status = hook ? hook(std::string(to)) : Status::Ok();
    return status.ok() ? inner_.Replace(from, to) : status;
  }
  Status Remove(std::string_view path) override { return inner_.Remove(path); }
  Status SyncFolder(std::string_view folder) override { return inner_.SyncFolder(folder); }
  Status MakeFolders(std::string_view folder) override { return inner_.MakeFolders(folder); }
  Result<std::vector<std::string>> List(std::string_view folder) override { return inner_.List(folder); }
  Result<std::vector<std::string>> CopyAttributes(const MapRegion& from, MapRegion& to) override {
    return inner_.CopyAttributes(Inner(from), Inner(to));
  }
  Result<uint64_t> FreeSpace(std::string_view folder) override { return inner_.FreeSpace(folder); }
  Result<uint64_t> CopyStretch(const MapRegion& from, uint64_t from_offset, MapRegion& to, uint64_t to_offset,
                               uint64_t length) override {
    return inner_.CopyStretch(Inner(from), from_offset, Inner(to), to_offset, length);
  }

 private:
  Result<std::shared_ptr<MapRegion>> Hooked(Result<std::shared_ptr<MapRegion>> region) const {
    if (!region.ok()) return region.status();
    return std::shared_ptr<MapRegion>(
        std::make_shared<HookedRegion>(std::move(region).value(), hook, read_hook));
  }
  static MapRegion& Inner(const MapRegion& region) {
    return static_cast<const HookedRegion&>(region).inner();
  }
  FileSystem& inner_;
};

}  // namespace terahex
