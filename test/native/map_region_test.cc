// The contract of one open file, on every platform: reads, writes, windows, extents, offsets up to 8 TiB,
// cuts and locks. Covers DL-10 (never re-created), DL-16 (past 2^31, 2^32, near 2^43), DL-19 (cut while
// mapped).
#include "native/core/platform/map_region.h"

#include <atomic>
#include <random>
#include <thread>

#include "doctest/doctest.h"
#include "native/core/platform/fault_guard.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {
// Copies through the guard, as everything that touches a view must.
std::string TextOf(const View& view, size_t from, size_t length) {
  std::string text(length, '?');
  text.resize(GuardedCopy(text.data(), view.data() + from, length));
  return text;
}
constexpr uint64_t k8TiB = uint64_t{1} << 43;
}  // namespace

TEST_CASE_TEMPLATE("MapRegion: an empty file has no bytes and no windows", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "empty");
  CHECK(*region->Size() == 0);
  CHECK(ReadText(*region, 0, 10) == "");
  CHECK(region->Map(0, 1, Protection::kRead).status().code() == Code::kOutOfRange);
  CHECK(region->Map(0, 0, Protection::kRead).status().code() == Code::kInvalidArgument);
  CHECK(region->Extents(0, UINT64_MAX, 10)->empty());
  CHECK(region->Sync().ok());
  CHECK(region->WriteAt(0, {}).ok());
  CHECK(*region->Size() == 0);
  CHECK(region->path() == platform.Path("empty"));
  CHECK(region->sector_size() == 1);
  CHECK_FALSE(region->block_device());
}

TEST_CASE_TEMPLATE("MapRegion: a read across windows equals one large read", Platform, ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto probe = Create(platform, "probe");
  const size_t grain = probe->granularity();
  const std::string text = Pattern(grain * 5 + grain / 2);
  auto region = Create(platform, "file", text);
  CHECK(ReadText(*region, 0, text.size()) == text);
  std::string joined;
  for (size_t offset = 0; offset < text.size(); offset += 2 * grain) {
    const size_t length = std::min(2 * grain, text.size() - offset);
    auto view = region->Map(offset, length, Protection::kRead);
    REQUIRE(view.ok());
    CHECK((*view)->size() == length);
    CHECK((*view)->offset() == offset);
    (*view)->Advise(Advice::kRandom);
    (*view)->Advise(Advice::kSequential);
    (*view)->Advise(Advice::kNormal);
    joined += TextOf(**view, 0, length);
  }
  CHECK(joined == text);
}

TEST_CASE_TEMPLATE("MapRegion: reads of any offset and length match the bytes written", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t limit = region->page_size() * 4;
  std::string model;
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const size_t offset = random() % limit;
    const std::string text = Pattern(random() % (limit / 3), random());
    REQUIRE(region->WriteAt(offset, BytesOf(text)).ok());
    if (!text.empty() && model.size() < offset + text.size()) model.resize(offset + text.size(), '\0');
    model.replace(offset, text.empty() ? 0 : text.size(), text);
    const size_t from = random() % (limit * 2);
    const size_t length = random() % limit;
    REQUIRE(ReadText(*region, from, length) == (from < model.size() ? model.substr(from, length) : ""));
    REQUIRE(*region->Size() == model.size());
  }
}

TEST_CASE_TEMPLATE("MapRegion: offsets past the 64-bit end are refused, not wrapped", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "bytes");
  std::string text(4, '?');
  CHECK(region->ReadAt(kMaxOffset + 1, WritableBytesOf(text)).status().code() == Code::kOutOfRange);
  CHECK(region->ReadAt(UINT64_MAX - 1, WritableBytesOf(text)).status().code() == Code::kOutOfRange);
  CHECK(*region->ReadAt(kMaxOffset, WritableBytesOf(text)) == 0);
  CHECK(region->WriteAt(kMaxOffset - 1, BytesOf("xyz")).code() == Code::kOutOfRange);
  CHECK(region->WriteAt(UINT64_MAX - 1, BytesOf("xyz")).code() == Code::kOutOfRange);
  CHECK(region->SetSize(kMaxOffset + 1).code() == Code::kOutOfRange);
  const uint64_t high = AlignDown(UINT64_MAX, region->granularity());
  CHECK(region->Map(high, region->granularity(), Protection::kRead).status().code() == Code::kOutOfRange);
  CHECK(ReadText(*region, 0, 9) == "bytes");
}

TEST_CASE_TEMPLATE("MapRegion: a window must be aligned, not empty and inside the file", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  REQUIRE(region->WriteAt(0, BytesOf(Pattern(grain * 2 + 3))).ok());
  CHECK(region->Map(1, 1, Protection::kRead).status().code() == Code::kInvalidArgument);
  CHECK(region->Map(grain / 2, 1, Protection::kPrivate).status().code() == Code::kInvalidArgument);
  CHECK(region->Map(0, 0, Protection::kShared).status().code() == Code::kInvalidArgument);
  CHECK(region->Map(grain * 2, 4, Protection::kRead).status().code() == Code::kOutOfRange);
  CHECK(region->Map(grain * 3, 1, Protection::kRead).status().code() == Code::kOutOfRange);
  CHECK(region->Map(grain * 2, 3, Protection::kRead).ok());
  CHECK(region->Map(0, grain * 2 + 3, Protection::kRead).ok());
}

TEST_CASE_TEMPLATE("MapRegion: private stores stay here, shared stores reach the file", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 3);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  auto reader = platform.files().Open(platform.Path("file"), OpenMode::kRead);
  REQUIRE(reader.ok());
  {
    auto secret = (*reader)->Map(grain, grain * 2, Protection::kPrivate);  // needs no right to write
    REQUIRE(secret.ok());
    CHECK(GuardedCopy((*secret)->data() + grain - 2, "----", 4) == 4);
    CHECK(TextOf(**secret, grain - 2, 4) == "----");
    CHECK((*secret)->Flush(0, 1).code() == Code::kInvalidArgument);
  }
  CHECK(ReadText(**reader, 0, text.size()) == text);
  {
    auto shared = region->Map(grain, grain * 2, Protection::kShared);
    REQUIRE(shared.ok());
    CHECK(GuardedCopy((*shared)->data() + grain - 2, "++++", 4) == 4);
    CHECK((*shared)->Flush(grain - 2, 4).ok());
    CHECK((*shared)->Flush(0, 0).ok());
    CHECK((*shared)->Flush(0, grain * 2 + 1).code() == Code::kInvalidArgument);
    CHECK((*shared)->Flush(SIZE_MAX, 2).code() == Code::kInvalidArgument);
  }
  CHECK(region->Sync().ok());
  std::string expected = text;
  expected.replace(grain * 2 - 2, 4, "++++");
  CHECK(ReadText(**reader, 0, text.size()) == expected);
}

TEST_CASE_TEMPLATE("MapRegion: a kept read view shows later writes", Platform, ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file", Pattern(100));
  auto view = region->Map(0, 100, Protection::kRead);
  REQUIRE(view.ok());
  REQUIRE(region->WriteAt(6, BytesOf("NEW")).ok());
  CHECK(TextOf(**view, 6, 3) == "NEW");
  platform.WriteOutside(platform.Path("file"), 20, "OTHER");
  CHECK(TextOf(**view, 20, 5) == "OTHER");
}

TEST_CASE_TEMPLATE("MapRegion: a region opened for reading refuses every write", Platform, ALL_PLATFORMS) {
  Platform platform;
  Create(platform, "file", "bytes");
  auto region = platform.files().Open(platform.Path("file"), OpenMode::kRead);
  REQUIRE(region.ok());
  CHECK_FALSE((*region)->writable());
  CHECK((*region)->WriteAt(0, BytesOf("x")).code() == Code::kReadOnly);
  CHECK((*region)->SetSize(1).code() == Code::kReadOnly);
  CHECK((*region)->Map(0, 5, Protection::kShared).status().code() == Code::kReadOnly);
  CHECK(ReadText(**region, 0, 9) == "bytes");
}

TEST_CASE_TEMPLATE("MapRegion: a new length cuts, and growth reads as zeros", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "0123456789");
  CHECK(region->SetSize(4).ok());
  CHECK(*region->Size() == 4);
  CHECK(ReadText(*region, 0, 99) == "0123");
  CHECK(region->SetSize(20).ok());
  CHECK(ReadText(*region, 0, 99) == "0123" + std::string(16, '\0'));
}

TEST_CASE_TEMPLATE("MapRegion: between the extents all is zero, and a limit says how far it came", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const uint64_t block = region->granularity();  // NTFS leaves holes in this unit, not in pages
  REQUIRE(region->SetSize(block * 100).ok());
  for (const uint64_t at : {3, 4, 10, 50, 99}) REQUIRE(region->WriteAt(at * block + 1, BytesOf("data")).ok());
  const auto all = region->Extents(0, UINT64_MAX, 100);
  REQUIRE(all.ok());
  const auto covered = [&](uint64_t offset) {
    for (const ByteRange& range : *all) {
      if (offset >= range.start && offset < range.end) return true;
    }
    return false;
  };
  uint64_t previous = 0;
  for (const ByteRange& range : *all) {
    CHECK(range.start >= previous);
    CHECK(range.start < range.end);
    CHECK(range.end <= block * 100);
    previous = range.end;
  }
  for (const uint64_t at : {3, 4, 10, 50, 99}) CHECK(covered(at * block + 1));
  if (Platform::kReal && !TellsHoles()) return;
  for (const uint64_t at : {0, 2, 7, 30, 98}) CHECK_FALSE(covered(at * block));
  const auto first = region->Extents(0, UINT64_MAX, 1);
  REQUIRE(first->size() == 1);
  CHECK(first->front() == all->front());
  CHECK(*region->Extents(block * 4 + 2, block * 4 + 3, 9) ==
        std::vector<ByteRange>{{block * 4 + 2, block * 4 + 3}});
  CHECK(region->Extents(block * 20, block * 40, 9)->empty());
  CHECK(region->Extents(block * 200, block * 300, 9)->empty());
  CHECK(region->Extents(5, 5, 9)->empty());
  CHECK(region->Extents(0, UINT64_MAX, 0)->empty());
  REQUIRE(region->SetSize(block * 4).ok());
  REQUIRE(region->SetSize(block * 100).ok());
  CHECK(region->Extents(block * 4, block * 100, 9)->empty());
}

TEST_CASE_TEMPLATE("MapRegion: a hole punched into zeros changes no byte", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const uint64_t block = region->granularity();
  const std::string text = Pattern(10);
  for (const uint64_t at : {uint64_t{0}, block * 20 - 5, block * 40 - 10})
    REQUIRE(region->WriteAt(at, BytesOf(text)).ok());
  REQUIRE(region->WriteAt(block * 2, BytesOf(std::string(block * 3, '\0'))).ok());
  const std::string before = ReadText(*region, 0, block * 41);
  region->PunchHole(10, block * 20 - 15);
  region->PunchHole(block * 20 + 5, block * 20 - 15);
  CHECK(ReadText(*region, 0, block * 41) == before);
  REQUIRE(region->Sync().ok());
  CHECK(ReadText(*region, 0, block * 41) == before);
}

TEST_CASE_TEMPLATE("MapRegion: an 8 TiB file is exact around 2^31, 2^32 and at its end (DL-16)", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto region = Create(platform, "huge");
  REQUIRE(region->SetSize(k8TiB).ok());
  CHECK(*region->Size() == k8TiB);
  std::vector<uint64_t> places{0, k8TiB - 8, k8TiB / 4 * 3 - 4, k8TiB - 4096 - 4};
  for (const int bit : {31, 32, 42}) places.push_back((uint64_t{1} << bit) - 4);  // crosses
  for (size_t i = 0; i < places.size(); ++i) {
    REQUIRE(region->WriteAt(places[i], BytesOf("place" + std::to_string(100 + i))).ok());
  }
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string expected = "place" + std::to_string(100 + i);
    CHECK(ReadText(*region, places[i], 8) == expected);
    const uint64_t start = AlignDown(places[i], region->granularity());
    const size_t lead = static_cast<size_t>(places[i] - start);
    for (const Protection protection : {Protection::kRead, Protection::kPrivate, Protection::kShared}) {
      auto view = region->Map(start, lead + 8, protection);
      REQUIRE(view.ok());
      CHECK(TextOf(**view, lead, 8) == expected);
    }
    const auto extents = region->Extents(places[i], places[i] + 8, 4);
    REQUIRE(extents.ok());
    CHECK(*extents == std::vector<ByteRange>{{places[i], places[i] + 8}});
  }
  CHECK(*region->Size() == k8TiB);
  CHECK(ReadText(*region, k8TiB - 3, 10).size() == 3);
  CHECK(ReadText(*region, k8TiB, 10) == "");
  if (!Platform::kReal || TellsHoles())
    CHECK(region->Extents((uint64_t{1} << 33), (uint64_t{1} << 40), 9)->empty());
#if defined(__SANITIZE_THREAD__)
  constexpr bool kRoomFor8TiB = false;  // its shadow memory leaves no such stretch of address space
#else
  constexpr bool kRoomFor8TiB = kMapsAnySize;
#endif
  if (Platform::kReal && kRoomFor8TiB) {
    // Read-only and private views of everything cost no memory: MAP_NORESERVE.
    CHECK(region->Map(0, k8TiB, Protection::kRead).ok());
    auto all = region->Map(0, k8TiB, Protection::kPrivate);
    REQUIRE(all.ok());
    CHECK(GuardedCopy((*all)->data() + k8TiB - 8, "changed!", 8) == 8);
    CHECK(ReadText(*region, k8TiB - 8, 8) == "place101");
  }
}

TEST_CASE_TEMPLATE("MapRegion: reading on after deletion neither fails nor re-creates the file (DL-10)",
                   Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "still here");
  const FileIdentity before = *region->Identify();
  REQUIRE(platform.files().Remove(platform.Path("file")).ok());
  CHECK(ReadText(*region, 0, 99) == "still here");
  CHECK(region->Identify()->SameFile(before));
  if (Platform::kReal && kKeepsNamesOpen) return;
  CHECK_FALSE(platform.Exists(platform.Path("file")));
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kReadWrite}) {
    CHECK(platform.files().Open(platform.Path("file"), mode).status().code() == Code::kNotFound);
    CHECK_FALSE(platform.Exists(platform.Path("file")));
  }
}

TEST_CASE_TEMPLATE("MapRegion: the identity tells changed, renamed and replaced files apart", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "bytes");
  const FileIdentity before = *region->Identify();
  CHECK(before.size == 5);
  CHECK(*region->Identify() == before);
  CHECK(platform.files().Inspect(platform.Path("file"))->identity == before);
  std::this_thread::sleep_for(
      std::chrono::milliseconds(20));  // file times tick with the kernel, 4 ms or 10 ms
  platform.WriteOutside(platform.Path("file"), 0, "B");
  CHECK_FALSE(*region->Identify() == before);
  CHECK(region->Identify()->SameFile(before));
  auto other = Create(platform, "other", "bytes");
  CHECK_FALSE(other->Identify()->SameFile(before));
  if (Platform::kReal && kKeepsNamesOpen) return;
  REQUIRE(platform.files().Replace(platform.Path("other"), platform.Path("file")).ok());
  CHECK(region->Identify()->SameFile(before));
  CHECK(platform.files().Inspect(platform.Path("file"))->identity.SameFile(*other->Identify()));
}

TEST_CASE_TEMPLATE("MapRegion: a file cut while mapped ends reads early and kills nobody (DL-19)", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 4);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  auto view = region->Map(0, grain * 4, Protection::kRead);
  REQUIRE(view.ok());
  if (Platform::kReal && kViewsStopCuts) {
    CHECK_FALSE(Truncate(platform.Path("file"), grain + 3));
    CHECK(region->SetSize(grain + 3).code() == Code::kBusy);
    CHECK(TextOf(**view, 0, grain * 4) == text);
    view->reset();
    CHECK(Truncate(platform.Path("file"), grain + 3));
    CHECK(ReadText(*region, 0, grain * 4) == text.substr(0, grain + 3));
    return;
  }
  platform.TruncateOutside(platform.Path("file"), grain + 3);
  CHECK(*region->Size() == grain + 3);
  CHECK(ReadText(*region, 0, grain * 4) == text.substr(0, grain + 3));
  CHECK(ReadText(*region, grain * 2, 5) == "");
  CHECK(region->Map(0, grain * 4, Protection::kRead).status().code() == Code::kOutOfRange);
  const std::string seen = TextOf(**view, 0, grain * 4);
  CHECK(seen.substr(0, grain + 3) == text.substr(0, grain + 3));
  // The rest of the last page reads as zeros on a real system; what follows faults.
  CHECK(seen.substr(grain + 3) == std::string(Platform::kReal ? grain - 3 : grain * 3 - 3, '\0'));
}

TEST_CASE_TEMPLATE("MapRegion: a lock keeps others out until it is released or its region ends", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto one = Create(platform, "file", "bytes");
  auto two = platform.files().Open(platform.Path("file"), OpenMode::kReadWrite);
  REQUIRE(two.ok());
  CHECK(one->TryLockFile().ok());
  CHECK(one->TryLockFile().ok());
  CHECK((*two)->TryLockFile().code() == Code::kBusy);
  {
    // Another opening that ends does not drop the lock, as it would with classic fcntl locks.
    auto three = platform.files().Open(platform.Path("file"), OpenMode::kReadWrite);
    REQUIRE(three.ok());
  }
  CHECK((*two)->TryLockFile().code() == Code::kBusy);
  one->UnlockFile();
  CHECK((*two)->TryLockFile().ok());
  CHECK(one->TryLockFile().code() == Code::kBusy);
  (*two).reset();
  CHECK(one->TryLockFile().ok());
}

TEST_CASE_TEMPLATE("MapRegion: many threads read, map and write at once", Platform, ALL_PLATFORMS) {
  Platform platform;
  InstallFaultGuard();
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 16);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned id = 0; id < 6; ++id) {
    threads.emplace_back([&, id] {
      std::mt19937 random(id);
      for (int i = 0; i < 200; ++i) {
        // The upper half is written to meanwhile, the lower half must stay as it is.
        const size_t page = random() % 7;
        if (id == 0) {
          wrong += !region->WriteAt(grain * (8 + page), BytesOf(text.substr(0, grain))).ok();
        } else if (id % 2 == 0) {
          wrong += ReadText(*region, page * grain + 1, grain) != text.substr(page * grain + 1, grain);
        } else {
          auto view = region->Map(page * grain, grain * 2, Protection::kPrivate);
          wrong += !view.ok() || TextOf(**view, 0, grain) != text.substr(page * grain, grain);
          wrong += region->Extents(0, grain, 1)->size() != 1;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
