// The twin's own promises: injected faults, full disks, power cuts, kill tests. What tests of commits stand
// on.
#include "native/core/platform/map_region_memory.h"

#include <set>

#include "doctest/doctest.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {
MemoryOptions Tiny() {
  MemoryOptions options;
  options.clones_files = true;
  options.page_size = 16;
  options.sector_bytes = 8;
  return options;
}
std::shared_ptr<MapRegion> Open(MemoryFileSystem& files, std::string_view path,
                                OpenMode mode = OpenMode::kReadWrite) {
  auto region = files.Open(path, mode);
  REQUIRE_MESSAGE(region.ok(), region.status().message());
  return *region;
}
}  // namespace

TEST_CASE("MemoryFileSystem: the nth call of an operation fails with the code, the others do not") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/file", "0123456789");
  auto region = Open(files, "/file");
  files.Inject({.op = MemoryOp::kWrite, .nth = 2, .code = Code::kQuota, .torn_bytes = 3});
  CHECK(region->WriteAt(0, BytesOf("AA")).ok());
  const Status torn = region->WriteAt(2, BytesOf("BBBBB"));
  CHECK(torn.code() == Code::kQuota);
  CHECK(torn.offset() == 5);
  CHECK(region->WriteAt(8, BytesOf("CC")).ok());
  CHECK(files.Contents("/file") == "AABBB567CC");

  files.Inject({.op = MemoryOp::kSync, .code = Code::kIo, .forever = true, .path_part = "file"});
  CHECK(region->Sync().code() == Code::kIo);
  CHECK(region->Sync().code() == Code::kIo);
  files.ClearFaults();
  CHECK(region->Sync().ok());
}

TEST_CASE("MemoryFileSystem: every operation can be made to fail with any code") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/file", Pattern(64));
  files.PutFile("/source", Pattern(64));
  auto region = Open(files, "/file");
  auto source = Open(files, "/source");
  auto view = region->Map(0, 32, Protection::kShared);
  std::string text(8, '?');
  const auto call = [&](MemoryOp op) -> Code {
    switch (op) {
      case MemoryOp::kOpen:
        return files.Open("/file", OpenMode::kRead).status().code();
      case MemoryOp::kCreate:
        return files.Open("/new", OpenMode::kCreateExclusive).status().code();
      case MemoryOp::kInspect:
        return files.Inspect("/file").status().code();
      case MemoryOp::kReplace:
        return files.Replace("/source", "/file").code();
      case MemoryOp::kRemove:
        return files.Remove("/file").code();
      case MemoryOp::kSyncFolder:
        return files.SyncFolder("/").code();
      case MemoryOp::kMakeFolders:
        return files.MakeFolders("/a/b").code();
      case MemoryOp::kList:
        return files.List("/").status().code();
      case MemoryOp::kCopyAttributes:
        return files.CopyAttributes(*source, *region).status().code();
      case MemoryOp::kFreeSpace:
        return files.FreeSpace("/").status().code();
      case MemoryOp::kCopyStretch:
        return files.CopyStretch(*source, 0, *region, 0, 8).status().code();
      case MemoryOp::kClone:
        return files.Clone(*source, "/new").status().code();
      case MemoryOp::kSize:
        return region->Size().status().code();
      case MemoryOp::kIdentify:
        return region->Identify().status().code();
      case MemoryOp::kMap:
        return region->Map(0, 16, Protection::kRead).status().code();
      case MemoryOp::kRead:
        return region->ReadAt(0, WritableBytesOf(text)).status().code();
      case MemoryOp::kWrite:
        return region->WriteAt(0, BytesOf("x")).code();
      case MemoryOp::kSetSize:
        return region->SetSize(64).code();
      case MemoryOp::kSync:
        return region->Sync().code();
      case MemoryOp::kExtents:
        return region->Extents(0, 64, 9).status().code();
      case MemoryOp::kFlush:
        return (*view)->Flush(0, 8).code();
      case MemoryOp::kLock:
        return region->TryLockFile().code();
      case MemoryOp::kBlockMap:
        return region->BlockMap(9).status().code();
      case MemoryOp::kInsertRange:
        return region->InsertRange(0, region->ShiftUnit()).code();
      case MemoryOp::kCollapseRange:
        return region->CollapseRange(0, region->ShiftUnit()).code();
      case MemoryOp::kCount:
        break;
    }
    return Code::kOk;
  };
  for (int i = 0; i < static_cast<int>(MemoryOp::kCount); ++i) {
    const auto op = static_cast<MemoryOp>(i);
    for (const Code code : {Code::kIo, Code::kNoSpace, Code::kAccessDenied, Code::kVanished}) {
      files.Inject({.op = op, .code = code});
      CAPTURE(i);
      CHECK(call(op) == code);
    }
  }
  CHECK(files.Exists("/file"));
  CHECK_FALSE(files.Exists("/new"));
}

TEST_CASE("MemoryFileSystem: as on APFS, stored bytes seem to be holes, and gaps are stored until punched") {
  MemoryOptions options = Tiny();
  options.vouches_for_holes = false;
  options.fills_gaps = true;
  MemoryFileSystem files(options);
  files.PutSparse("/file", 80);
  auto region = Open(files, "/file");
  REQUIRE(region->WriteAt(16, BytesOf(Pattern(32))).ok());
  CHECK(*region->Extents(0, 80, 9) == std::vector<ByteRange>{{0, 80}});
  CHECK(*region->SeemingExtents(0, 80, 9) == std::vector<ByteRange>{{16, 48}});
  files.HideStored("/file", {{10, 20}, {24, 30}});
  CHECK(*region->SeemingExtents(0, 80, 9) == std::vector<ByteRange>{{20, 24}, {30, 48}});
  CHECK(*region->SeemingExtents(0, 80, 1) == std::vector<ByteRange>{{20, 24}});
  REQUIRE(region->WriteAt(120, BytesOf("x")).ok());
  CHECK(files.StoredBytes("/file") == 32 + 48);
  region->PunchHole(81, 39);
  CHECK(files.StoredBytes("/file") == 32 + 32);
}

TEST_CASE("MemoryFileSystem: a full disk stops writes at the block that has no place") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/file", Pattern(16));
  auto region = Open(files, "/file");
  files.SetFreeSpace(32);
  CHECK(*files.FreeSpace("/") == 32);
  CHECK(region->WriteAt(0, BytesOf("overwriting needs none")).ok());  // 22 bytes: one block more
  const Status full = region->WriteAt(32, BytesOf(Pattern(40)));
  CHECK(full.code() == Code::kNoSpace);
  CHECK(full.offset() == 48);
  CHECK(*region->Size() == 48);
  CHECK(region->SetSize(16).ok());
  CHECK(*files.FreeSpace("/") == 32);
  // A store to a hole through a shared view: lost, and Flush says so.
  CHECK(region->SetSize(64).ok());
  files.SetFreeSpace(0);
  auto view = region->Map(0, 64, Protection::kShared);
  (*view)->data()[40] = std::byte{'!'};
  CHECK((*view)->Flush(0, 64).code() == Code::kNoSpace);
  CHECK(ReadText(*region, 40, 1) == std::string(1, '\0'));
}

TEST_CASE("MemoryFileSystem: rights, kinds and locks are refused as on a real system") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/file", "bytes");
  files.PutFifo("/pipe");
  CHECK(files.Open("/pipe", OpenMode::kRead).status().code() == Code::kNotAFile);
  files.DenyWriting("/file", Code::kReadOnly);
  CHECK(files.Open("/file", OpenMode::kReadWrite).status().code() == Code::kReadOnly);
  CHECK(files.Open("/file", OpenMode::kRead).ok());
  files.DenyReading("/file", true);
  CHECK(files.Open("/file", OpenMode::kRead).status().code() == Code::kAccessDenied);
  files.DenyReading("/file", false);
  files.LockOutside("/file", true);
  auto region = Open(files, "/file", OpenMode::kRead);
  CHECK(region->TryLockFile().code() == Code::kBusy);
  files.LockOutside("/file", false);
  CHECK(region->TryLockFile().ok());
}

TEST_CASE("MemoryFileSystem: attributes travel, those that cannot are named") {
  MemoryOptions options = Tiny();
  options.unkept_attributes = {"owner"};
  MemoryFileSystem files(options);
  files.PutFile("/from", "x");
  files.PutFile("/to", "y");
  files.SetAttribute("/from", "owner", "root");
  files.SetAttribute("/from", "mode", "0640");
  const auto lost = files.CopyAttributes(*Open(files, "/from"), *Open(files, "/to"));
  CHECK(*lost == std::vector<std::string>{"owner"});
  CHECK(files.Attribute("/to", "mode") == "0640");
  CHECK(files.Attribute("/to", "owner") == "");
}

TEST_CASE("MemoryFileSystem: a device keeps its size and takes any range inside it (DL-21)") {
  MemoryFileSystem files(Tiny());
  files.PutDevice("/device", 64, 8);
  auto region = Open(files, "/device");
  CHECK(region->block_device());
  CHECK(region->sector_size() == 8);
  CHECK(region->WriteAt(60, BytesOf("12345")).code() == Code::kOutOfRange);
  CHECK(region->WriteAt(59, BytesOf("12345")).ok());
  CHECK(ReadText(*region, 59, 9) == "12345");
  CHECK(region->SetSize(10).code() == Code::kUnsupported);
}

TEST_CASE("MemoryFileSystem: a crash that loses all keeps exactly what was synced") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/folder/file", "old old old old old old old old ");
  auto region = Open(files, "/folder/file");
  REQUIRE(region->WriteAt(0, BytesOf("SYNCED")).ok());
  REQUIRE(region->Sync().ok());
  REQUIRE(region->WriteAt(16, BytesOf("lost")).ok());
  REQUIRE(region->WriteAt(100, BytesOf("lost growth")).ok());
  auto fresh = *files.Open("/folder/new", OpenMode::kCreateExclusive);
  REQUIRE(fresh->WriteAt(0, BytesOf("content")).ok());
  REQUIRE(fresh->Sync().ok());
  CHECK(files.DurableContents("/folder/file") == "SYNCEDd old old old old old old ");
  files.Crash(CrashPolicy::kLoseUnsynced);
  CHECK(files.Contents("/folder/file") == "SYNCEDd old old old old old old ");
  CHECK_FALSE(files.Exists("/folder/new"));  // its name was not synced
  CHECK(region->Size().status().code() == Code::kClosed);
  CHECK(region->WriteAt(0, BytesOf("x")).code() == Code::kClosed);
  CHECK(ReadText(*Open(files, "/folder/file"), 0, 6) == "SYNCED");
}

TEST_CASE("MemoryFileSystem: a rename survives a crash once its folder is synced") {
  for (const bool synced : {false, true}) {
    MemoryFileSystem files(Tiny());
    files.PutFile("/folder/file", "old");
    auto fresh = *files.Open("/folder/new", OpenMode::kCreateExclusive);
    REQUIRE(fresh->WriteAt(0, BytesOf("new")).ok());
    REQUIRE(fresh->Sync().ok());
    REQUIRE(files.Replace("/folder/new", "/folder/file").ok());
    if (synced) REQUIRE(files.SyncFolder("/folder").ok());
    files.Crash(CrashPolicy::kLoseUnsynced);
    CHECK(files.Contents("/folder/file") == (synced ? "new" : "old"));
    CHECK_FALSE(files.Exists("/folder/new"));
  }
}

TEST_CASE("MemoryFileSystem: a random crash mixes sectors, the same way for the same seed") {
  const auto crash = [](CrashPolicy policy, uint64_t seed) {
    MemoryFileSystem files(Tiny());
    files.PutFile("/file", std::string(64, 'o'));
    auto region = Open(files, "/file");
    REQUIRE(region->WriteAt(0, BytesOf(std::string(64, 'n'))).ok());
    files.Crash(policy, seed);
    return files.Contents("/file");
  };
  CHECK(crash(CrashPolicy::kKeepAll, 1) == std::string(64, 'n'));
  CHECK(crash(CrashPolicy::kLoseUnsynced, 1) == std::string(64, 'o'));
  CHECK(crash(CrashPolicy::kRandom, 5) == crash(CrashPolicy::kRandom, 5));
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::string text = crash(CrashPolicy::kRandom, seed);
    REQUIRE(text.size() == 64);
    for (size_t sector = 0; sector < 64; sector += 8) {
      const std::string eight = text.substr(sector, 8);
      REQUIRE((eight == "oooooooo" || eight == "nnnnnnnn"));
    }
    seen.insert(text);
  }
  CHECK(seen.size() > 20);
}

TEST_CASE("MemoryFileSystem: stores into a shared view are lost until flushed, and gone after the kill") {
  MemoryFileSystem files(Tiny());
  files.PutFile("/file", std::string(32, '.'));
  auto region = Open(files, "/file");
  auto view = region->Map(0, 32, Protection::kShared);
  (*view)->data()[1] = std::byte{'F'};
  REQUIRE((*view)->Flush(0, 16).ok());
  (*view)->data()[17] = std::byte{'L'};
  CHECK(files.Contents("/file").substr(17, 1) == "L");
  files.Crash(CrashPolicy::kLoseUnsynced);
  CHECK(files.Contents("/file") == ".F" + std::string(30, '.'));
  (*view)->data()[2] = std::byte{'X'};
  CHECK(files.Contents("/file").substr(2, 1) == ".");
  CHECK((*view)->Flush(0, 16).code() == Code::kClosed);
}

TEST_CASE("MemoryFileSystem: a kill between or inside any two steps is found by counting them") {
  const auto run = [](MemoryFileSystem& files) {
    auto region = files.Open("/file", OpenMode::kReadWrite);
    if (!region.ok()) return;
    (void)(*region)->WriteAt(0, BytesOf("AAAAAAAA"));
    (void)(*region)->Sync();
    (void)(*region)->WriteAt(8, BytesOf("BBBBBBBB"));
    (void)(*region)->Sync();
  };
  const std::string old(16, '.');
  MemoryFileSystem whole(Tiny());
  whole.PutFile("/file", old);
  run(whole);
  CHECK(whole.Steps() == 4);
  CHECK(whole.Contents("/file") == "AAAAAAAABBBBBBBB");
  const std::string expected[] = {"AAAA............", "AAAAAAAA........", "AAAAAAAABBBB....",
                                  "AAAAAAAABBBBBBBB"};
  for (const uint64_t steps : {0, 1, 2, 3}) {
    MemoryFileSystem files(Tiny());
    files.PutFile("/file", old);
    files.StopAfter(steps);
    run(files);
    CHECK(files.Open("/file", OpenMode::kRead).status().code() == Code::kClosed);
    files.Crash(CrashPolicy::kKeepAll);
    // Step 0 and 2 are writes, cut in half; 1 and 3 are syncs, which change no byte.
    CHECK(files.Contents("/file") == expected[steps]);
    run(files);
    CHECK(files.Contents("/file") == "AAAAAAAABBBBBBBB");
  }
}
