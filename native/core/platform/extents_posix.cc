// Which stretches of a file are stored, as far as the system tells, and holes punched where it stored what
// nobody wrote. Why macOS is not believed: docs/decisions/0009-holes-and-clones-on-macos.md. Thread rule: as
// map_region.h.
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE  // SEEK_DATA
#endif
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#if defined(__APPLE__)
#include <sys/mount.h>
#endif

#include "native/core/platform/error_posix.h"
#include "native/core/platform/region_posix.h"

namespace terahex::posix {

int PosixRegion::EndOfData(uint64_t data_start, uint64_t* data_end) const {
  std::lock_guard<std::mutex> lock(stretch_mutex_);
  if (data_start >= stored_stretch_.start && data_start < stored_stretch_.end) {
    *data_end = stored_stretch_.end;
    return 0;
  }
  const off_t hole = lseek(descriptor(), static_cast<off_t>(data_start), SEEK_HOLE);
  if (hole < 0) return errno;
  *data_end = static_cast<uint64_t>(hole);
  stored_stretch_ = {data_start, *data_end};
  return 0;
}

Result<std::vector<ByteRange>> PosixRegion::Extents(uint64_t start, uint64_t end, size_t limit) const {
  if (vouches_for_holes()) return SeemingExtents(start, end, limit);
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  end = std::min(end, *size);
  std::vector<ByteRange> whole;
  if (start < end && limit > 0) whole.push_back({start, end});
  return whole;
}

Result<std::vector<ByteRange>> PosixRegion::SeemingExtents(uint64_t start, uint64_t end, size_t limit) const {
  const Result<uint64_t> size = Size();
  if (!size.ok()) return size.status();
  end = std::min(end, *size);
  std::vector<ByteRange> found;
  // lseek moves the descriptor's own position, which nothing here uses: threads do not disturb each other.
  while (start < end && found.size() < limit) {
    const off_t data = lseek(descriptor(), static_cast<off_t>(start), SEEK_DATA);
    uint64_t data_end = 0;
    int error = data < 0 ? errno : 0;
    if (error == ENXIO) break;  // nothing but a hole up to the end
    if (error == 0 && static_cast<uint64_t>(data) >= end) break;
    if (error == 0) error = EndOfData(static_cast<uint64_t>(data), &data_end);
    if (error == ENXIO) break;  // truncated between the two calls
    if (error == EINVAL || CodeOfErrno(error) == Code::kUnsupported) {
      found.push_back({start, end});  // cannot tell (devices, some network mounts): all of it is stored
      break;
    }
    if (error != 0) return ErrnoStatus("find the stored ranges of", path_, error, start);
    const auto data_start = static_cast<uint64_t>(data);
    if (data_end > data_start)
      found.push_back({data_start, std::min(data_end, end)});  // else punched meanwhile
    start = data_end;
  }
  return found;
}

#if defined(__APPLE__)
void PosixRegion::PunchHole(uint64_t offset, uint64_t length) {
  struct statfs system;
  if (fstatfs(descriptor(), &system) != 0) return;
  // Whole blocks are asked for (fcntl(2)); whole pages, so that none of them also holds bytes just written.
  const uint64_t unit = std::max<uint64_t>(system.f_bsize, page_size_);
  const uint64_t start = AlignUp(offset, unit);
  const uint64_t end = AlignDown(offset + length, unit);
  if (start >= end) return;
  fpunchhole_t hole = {};
  hole.fp_offset = static_cast<off_t>(start);
  hole.fp_length = static_cast<off_t>(end - start);
  (void)fcntl(descriptor(), F_PUNCHHOLE, &hole);
}
#endif

}  // namespace terahex::posix
