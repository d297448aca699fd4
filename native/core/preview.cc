// The document as contiguous memory, see preview.h. Decides for each window how it comes to be: zeros, a kept
// read view, a private copy-on-write view with the edits poked in, or a buffer that everything is copied
// into. Knows nothing of pieces beyond PreviewPart. Thread rule: one mutex around the list of kept views,
// nothing else is shared.
#include "native/core/preview.h"

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>

#include "native/core/platform/fault_guard.h"

namespace terahex {
namespace {

constexpr uint64_t kMaxWindowBytes = uint64_t{64} << 20;
constexpr size_t kPokeBytes = size_t{64} << 10;
constexpr size_t kExtentsAtOnce = 64;

struct Freed {
  void operator()(std::byte* bytes) const { std::free(bytes); }
};
using Buffer = std::unique_ptr<std::byte, Freed>;

class BufferWindow final : public PreviewWindow {
 public:
  BufferWindow(Buffer bytes, size_t size) : bytes_(std::move(bytes)), size_(size) {}
  const std::byte* data() const override { return bytes_.get(); }
  size_t size() const override { return size_; }
  bool mapped() const override { return false; }

 private:
  const Buffer bytes_;
  const size_t size_;
};

class ViewWindow final : public PreviewWindow {
 public:
  ViewWindow(std::shared_ptr<View> view, uint64_t file_offset, size_t size)
      : view_(std::move(view)), data_(view_->data() + (file_offset - view_->offset())), size_(size) {}
  const std::byte* data() const override { return data_; }
  size_t size() const override { return size_; }
  bool mapped() const override { return true; }

 private:
  const std::shared_ptr<View> view_;
  const std::byte* const data_;
  const size_t size_;
};

// What all parts together are, as far as mapping goes.
struct Shape {
  size_t total = 0;
  bool any_file = false;
  bool any_bytes = false;
  std::optional<uint64_t> file_start;  // all kFile parts lie where they lie in the file, counted from here
};

Status TooLarge() { return Status(Code::kTooLarge, "cannot make a window of more than 64 MiB"); }

Result<Shape> ShapeOf(std::span<const PreviewPart> parts) {
  Shape shape;
  bool aligned = true;
  for (const PreviewPart& part : parts) {
    if (part.length > kMaxWindowBytes - shape.total) return TooLarge();
    if (part.kind == PreviewPart::Kind::kBytes) {
      shape.any_bytes = true;
    } else if (!FitsWithin(part.file_offset, part.length, kMaxOffset)) {
      return Status(Code::kOutOfRange, "cannot make a window past 2^63 - 1", 0, part.file_offset);
    } else {
      shape.any_file = true;
      // A bytes part before it may reach over the file's beginning: nothing to map there.
      aligned = aligned && part.file_offset >= shape.total;
      const uint64_t start = part.file_offset - shape.total;
      if (aligned && shape.file_start.value_or(start) == start)
        shape.file_start = start;
      else
        aligned = false;
    }
    shape.total += static_cast<size_t>(part.length);
  }
  if (!aligned) shape.file_start.reset();
  return shape;
}

}  // namespace

struct Preview::State {
  struct Kept {
    uint64_t index = 0;  // begins at index * step
    uint64_t last_use = 0;
    std::shared_ptr<View> view;
  };

  std::shared_ptr<MapRegion> file;
  PreviewLimits limits;
  std::mutex mutex;
  std::vector<Kept> kept;
  uint64_t uses = 0;

  Status Vanished(uint64_t offset) const {
    return Status(Code::kVanished,
                  "cannot read " + file->path() + " at offset " + std::to_string(offset) +
                      ": the file ends before it now",
                  0, offset);
  }

  // A read view that holds [start, end) now, kept if it is small enough; nullptr when it cannot be mapped.
  std::shared_ptr<View> ReadView(uint64_t start, uint64_t end, uint64_t file_size) {
    const uint64_t index = start / limits.step;
    const uint64_t view_start = index * limits.step;
    if (end - view_start > 2 * limits.step) {
      const uint64_t aligned = AlignDown(start, file->granularity());
      auto view = file->Map(aligned, static_cast<size_t>(end - aligned), Protection::kRead);
      return view.ok() ? std::shared_ptr<View>(std::move(view).value()) : nullptr;
    }
    std::lock_guard<std::mutex> lock(mutex);
    const auto found =
        std::find_if(kept.begin(), kept.end(), [&](const Kept& entry) { return entry.index == index; });
    if (found != kept.end() && end - view_start <= found->view->size()) {
      found->last_use = ++uses;
      return found->view;
    }
    const uint64_t view_end = std::min(view_start + 2 * limits.step, file_size);
    auto view = file->Map(view_start, static_cast<size_t>(view_end - view_start), Protection::kRead);
    if (!view.ok()) return nullptr;
    Kept entry{index, ++uses, std::shared_ptr<View>(std::move(view).value())};
    if (found != kept.end()) {
      *found = entry;  // the file has grown since
    } else if (kept.size() < limits.kept_views) {
      kept.push_back(entry);
    } else if (!kept.empty()) {
      *std::min_element(kept.begin(), kept.end(),
                        [](const Kept& a, const Kept& b) { return a.last_use < b.last_use; }) = entry;
    }
    return entry.view;
  }

  // A private view of the file with the byte parts stored into it; nullptr when it cannot be made (the buffer
  // says why).
  Result<std::unique_ptr<PreviewWindow>> PrivateWindow(const Shape& shape, std::span<const PreviewPart> parts,
                                                       const PartReader& reader) {
    const uint64_t aligned = AlignDown(*shape.file_start, file->granularity());
    const size_t lead = static_cast<size_t>(*shape.file_start - aligned);
    auto mapped = file->Map(aligned, lead + shape.total, Protection::kPrivate);
    if (!mapped.ok()) return std::unique_ptr<PreviewWindow>();
    std::shared_ptr<View> view(std::move(mapped).value());
    std::vector<std::byte> scratch;
    size_t position = lead;
    for (size_t i = 0; i < parts.size(); ++i) {
      const size_t length = static_cast<size_t>(parts[i].length);
      for (size_t done = 0; parts[i].kind == PreviewPart::Kind::kBytes && done < length;) {
        scratch.resize(std::min(length - done, kPokeBytes));
        if (Status status = reader(i, done, scratch); !status.ok()) return status;
        // Through the guard: the first store into a page reads it from the file.
        if (GuardedCopy(view->data() + position + done, scratch.data(), scratch.size()) != scratch.size()) {
          return std::unique_ptr<PreviewWindow>();
        }
        done += scratch.size();
      }
      position += length;
    }
    return std::unique_ptr<PreviewWindow>(new ViewWindow(std::move(view), *shape.file_start, shape.total));
  }

  // Is all of [start, end) a hole? Positional and view reads of a hole fill the page cache with zeros, so it
  // is asked first.
  bool OnlyHole(uint64_t start, uint64_t end) const {
    const auto extents = file->Extents(start, end, 1);
    return extents.ok() && extents->empty();
  }

  // Copies the file's bytes into zeroed memory, stored stretches only. Not more than `out`; an error for what
  // is missing.
  Status CopyStored(uint64_t start, std::span<std::byte> out) {
    const uint64_t end = start + out.size();
    uint64_t next = start;
    while (next < end) {
      std::vector<ByteRange> ranges{{next, end}};
      // Asking where the data is costs as much as a small read.
      if (out.size() > limits.assemble_up_to) {
        auto extents = file->Extents(next, end, kExtentsAtOnce);
        if (extents.ok()) ranges = *std::move(extents);
      }
      for (const ByteRange& range : ranges) {
        if (Status status = CopyWhole(range.start, out.subspan(range.start - start, range.length()));
            !status.ok()) {
          return status;
        }
      }
      next = ranges.size() == kExtentsAtOnce ? ranges.back().end : end;
    }
    // A file that was cut looks like a hole up to here.
    const Result<uint64_t> size = file->Size();
    if (!size.ok()) return size.status();
    return *size < end ? Vanished(std::max(*size, start)) : Status::Ok();
  }

  Status CopyWhole(uint64_t start, std::span<std::byte> out) {
    const Result<size_t> got = file->ReadAt(start, out);
    if (!got.ok()) return got.status();
    return *got == out.size() ? Status::Ok() : Vanished(start + *got);
  }

  Result<std::unique_ptr<PreviewWindow>> Assemble(const Shape& shape, std::span<const PreviewPart> parts,
                                                  const PartReader& reader) {
    // calloc: large zeroed memory comes untouched from the OS, so a window over holes costs nothing.
    Buffer buffer(static_cast<std::byte*>(std::calloc(std::max<size_t>(shape.total, 1), 1)));
    if (!buffer) return Status(Code::kTooLarge, "cannot make a window: no memory left");
    std::byte* next = buffer.get();
    for (size_t i = 0; i < parts.size(); ++i) {
      const std::span<std::byte> out(next, static_cast<size_t>(parts[i].length));
      if (!out.empty()) {
        Status status = parts[i].kind == PreviewPart::Kind::kFile ? CopyStored(parts[i].file_offset, out)
                                                                  : reader(i, 0, out);
        if (!status.ok()) return status;
      }
      next += out.size();
    }
    return std::unique_ptr<PreviewWindow>(new BufferWindow(std::move(buffer), shape.total));
  }
};

Preview::Preview(std::shared_ptr<MapRegion> file, const PreviewLimits& limits)
    : state_(std::make_unique<State>()) {
  InstallFaultGuard();
  state_->file = std::move(file);
  state_->limits = limits;
  if (state_->file->views_block_cuts()) state_->limits.kept_views = 0;
}

Preview::~Preview() = default;

Result<std::unique_ptr<PreviewWindow>> Preview::Acquire(std::span<const PreviewPart> parts,
                                                        const PartReader& reader) {
  const Result<Shape> shape = ShapeOf(parts);
  if (!shape.ok()) return shape.status();
  const bool may_map = shape->file_start && shape->total > state_->limits.assemble_up_to &&
                       state_->file->mappable() && FaultGuardActive();
  if (!may_map) return state_->Assemble(*shape, parts, reader);

  const uint64_t start = *shape->file_start;
  const uint64_t end = start + shape->total;
  const Result<uint64_t> size = state_->file->Size();
  // Overwrites that run past the end, or a file that was cut: the buffer holds the one and names the other.
  if (!size.ok() || *size < end || state_->OnlyHole(start, end))
    return state_->Assemble(*shape, parts, reader);
  if (!shape->any_bytes) {
    std::shared_ptr<View> view = state_->ReadView(start, end, *size);
    if (view) return std::unique_ptr<PreviewWindow>(new ViewWindow(std::move(view), start, shape->total));
  } else {
    auto window = state_->PrivateWindow(*shape, parts, reader);
    if (!window.ok() || *window) return window;
  }
  return state_->Assemble(*shape, parts, reader);
}

Result<size_t> Preview::Copy(uint64_t file_offset, std::span<std::byte> out) {
  Result<size_t> got = state_->file->ReadAt(file_offset, out);
  if (!got.ok()) {
    // Bytes before a bad sector are good: the second read stops short of it.
    const uint64_t bad = got.status().offset();
    if (bad == Status::kNoOffset || bad <= file_offset || bad - file_offset >= out.size()) return got;
    return state_->file->ReadAt(file_offset, out.first(static_cast<size_t>(bad - file_offset)));
  }
  if (*got == 0 && !out.empty()) return state_->Vanished(file_offset);
  return got;
}

void Preview::DropViews() {
  std::vector<State::Kept> dropped;  // unmapped after the lock is released
  std::lock_guard<std::mutex> lock(state_->mutex);
  dropped.swap(state_->kept);
}

}  // namespace terahex
