// The preview on every platform: each way of making a window gives the same bytes as a plain array. Covers
// DL-19.
#include "native/core/preview.h"

#include <atomic>
#include <random>
#include <thread>

#include "doctest/doctest.h"
#include "native/core/platform/fault_guard.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {

using Kind = PreviewPart::Kind;

// Limits small enough that a few pages meet all of them.
PreviewLimits TinyLimits(const MapRegion& region) {
  PreviewLimits limits;
  limits.assemble_up_to = 4;
  limits.step = region.granularity() * 2;
  limits.kept_views = 3;
  return limits;
}

std::string TextOf(const PreviewWindow& window) {
  std::string text(window.size(), '?');
  text.resize(GuardedCopy(text.data(), window.data(), text.size()));
  return text;
}

// Parts and the texts of the kBytes ones.
struct Layout {
  std::vector<PreviewPart> parts;
  std::vector<std::string> texts;
  void File(uint64_t offset, uint64_t length) {
    parts.push_back({Kind::kFile, length, offset});
    texts.emplace_back();
  }
  void Bytes(std::string text) {
    parts.push_back({Kind::kBytes, text.size(), 0});
    texts.push_back(std::move(text));
  }
  PartReader Reader() const {
    return [this](size_t index, uint64_t from, std::span<std::byte> out) {
      const auto bytes = BytesOf(texts[index]).subspan(from, out.size());
      std::copy(bytes.begin(), bytes.end(), out.begin());
      return Status::Ok();
    };
  }
  std::string Expected(const std::string& file) const {
    std::string all;
    for (size_t i = 0; i < parts.size(); ++i) {
      all += parts[i].kind == Kind::kBytes ? texts[i] : file.substr(parts[i].file_offset, parts[i].length);
    }
    return all;
  }
};

}  // namespace

TEST_CASE_TEMPLATE("Preview: an untouched region is the read view itself", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 9 + 5);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  Preview preview(region, TinyLimits(*region));
  Layout layout;
  for (const size_t start : {size_t{0}, grain - 3, grain * 2 + 1, grain * 7}) {
    for (const size_t length : {size_t{5}, grain, grain * 2, std::min(text.size() - start, grain * 5)}) {
      layout = {};
      layout.File(start, length);
      auto window = preview.Acquire(layout.parts, layout.Reader());
      REQUIRE(window.ok());
      CHECK((*window)->mapped());
      CHECK(TextOf(**window) == text.substr(start, length));
    }
  }
  auto again = preview.Acquire(layout.parts, layout.Reader());
  preview.DropViews();  // windows handed out stay good
  CHECK(TextOf(**again) == layout.Expected(text));
}

TEST_CASE_TEMPLATE("Preview: a region with overwrites is a private window, the file stays as it is", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 6);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  Preview preview(region, TinyLimits(*region));
  Layout layout;
  layout.Bytes("FIRST");
  layout.File(grain + 3 + 5, grain);
  layout.Bytes(std::string(grain + 1, '#'));
  layout.File(grain + 3 + 5 + grain + grain + 1, 7);
  auto window = preview.Acquire(layout.parts, layout.Reader());
  REQUIRE(window.ok());
  CHECK((*window)->mapped());
  CHECK(TextOf(**window) == layout.Expected(text));
  CHECK(ReadText(*region, 0, text.size()) == text);
}

TEST_CASE_TEMPLATE("Preview: random layouts equal the plain array, whatever way they are made", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 8 + 3);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  Preview preview(region, TinyLimits(*region));
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    Layout layout;
    uint64_t at = random() % text.size();
    for (int part = random() % 6; part >= 0; --part) {
      const size_t length = std::min<size_t>(random() % (grain * 2), text.size() - at);
      if (random() % 2) {
        layout.File(at, length);
      } else {
        layout.Bytes(Pattern(length, random()));
      }
      at += length;
      if (random() % 8 == 0) at = random() % text.size();  // as after an insert or erase
    }
    auto window = preview.Acquire(layout.parts, layout.Reader());
    REQUIRE(window.ok());
    REQUIRE(TextOf(**window) == layout.Expected(text));
  }
}

TEST_CASE_TEMPLATE("Preview: nothing, bytes alone and growth past the end need no file", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file", "0123456789");
  Preview preview(region, TinyLimits(*region));
  Layout none;
  auto empty = preview.Acquire(none.parts, none.Reader());
  REQUIRE(empty.ok());
  CHECK((*empty)->size() == 0);
  Layout grown;
  grown.File(6, 4);
  grown.Bytes("past the end");
  CHECK(TextOf(**preview.Acquire(grown.parts, grown.Reader())) == "6789past the end");
  Layout before;  // an insert at the front: the bytes part would begin before the file does
  before.Bytes("longer than");
  before.File(2, 4);
  CHECK(TextOf(**preview.Acquire(before.parts, before.Reader())) == "longer than2345");
}

TEST_CASE_TEMPLATE("Preview: a window over a hole is zeros that touch no file", Platform, ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  REQUIRE(region->SetSize(uint64_t{1} << 43).ok());
  REQUIRE(region->WriteAt(grain * 40, BytesOf("data")).ok());
  Preview preview(region, TinyLimits(*region));
  Layout hole;
  hole.File((uint64_t{1} << 42) + 5, grain * 3);
  auto window = preview.Acquire(hole.parts, hole.Reader());
  REQUIRE(window.ok());
  CHECK((*window)->mapped() == (Platform::kReal && !TellsHoles()));
  CHECK(TextOf(**window) == std::string(grain * 3, '\0'));
  Layout edited;
  edited.File(grain * 39, grain);
  edited.Bytes("DA");
  edited.File(grain * 40 + 2, grain);
  edited.File(grain * 2, grain * 2);  // elsewhere: assembled, mostly holes
  window = preview.Acquire(edited.parts, edited.Reader());
  REQUIRE(window.ok());
  CHECK(TextOf(**window) == std::string(grain, '\0') + "DAta" + std::string(grain * 3 - 2, '\0'));
}

TEST_CASE_TEMPLATE("Preview: a file cut meanwhile gives an error at the right offset (DL-19)", Platform,
                   ALL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text = Pattern(grain * 6);
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  Preview preview(region, TinyLimits(*region));
  Layout plain;
  plain.File(0, grain * 6);
  Layout edited;
  edited.File(grain, grain);
  edited.Bytes("EDIT");
  edited.File(grain * 2 + 4, grain);
  Layout moved;
  moved.File(0, grain);
  moved.File(grain * 4, grain);
  auto kept = preview.Acquire(plain.parts, plain.Reader());
  REQUIRE(kept.ok());
  const bool given_back = Platform::kReal && kViewsStopCuts;  // else nobody could cut the file
  if (given_back) kept->reset();
  platform.TruncateOutside(platform.Path("file"), grain + 2);
  for (const Layout* layout : {&plain, &edited}) {
    const auto window = preview.Acquire(layout->parts, layout->Reader());
    CHECK(window.status().code() == Code::kVanished);
    CHECK(window.status().offset() == grain + 2);
  }
  const auto window = preview.Acquire(moved.parts, moved.Reader());
  CHECK(window.status().code() == Code::kVanished);
  CHECK(window.status().offset() == grain * 4);
  // A window handed out ends early, no more.
  if (!given_back) CHECK(TextOf(**kept).substr(0, grain) == text.substr(0, grain));

  std::string out(grain * 6, '?');
  const auto copied = preview.Copy(0, WritableBytesOf(out));
  REQUIRE(copied.ok());
  CHECK(*copied == grain + 2);
  const auto rest = preview.Copy(*copied, WritableBytesOf(out));
  CHECK(rest.status().code() == Code::kVanished);
  CHECK(rest.status().offset() == grain + 2);
  CHECK(*preview.Copy(grain * 5, {}) == 0);
}

TEST_CASE("Preview: an unreadable stretch is an I/O error at its offset, the bytes before it are given") {
  TinyMemoryPlatform platform;
  auto region = Create(platform, "file", Pattern(80));
  platform.files().SetUnreadable(platform.Path("file"), {{40, 48}});
  Preview preview(region, TinyLimits(*region));
  std::string out(80, '?');
  CHECK(*preview.Copy(10, WritableBytesOf(out)) == 30);
  CHECK(out.substr(0, 30) == Pattern(80).substr(10, 30));
  const auto bad = preview.Copy(40, WritableBytesOf(out));
  CHECK(bad.status().code() == Code::kIo);
  CHECK(bad.status().offset() == 40);
  CHECK(*preview.Copy(48, WritableBytesOf(out)) == 32);
  Layout layout;
  layout.File(32, 20);
  const auto window = preview.Acquire(layout.parts, layout.Reader());
  CHECK(window.status().code() == Code::kIo);
  CHECK(window.status().offset() == 40);
}

TEST_CASE("Preview: a file that cannot be mapped is read positionally") {
  MemoryOptions options;
  options.mappable = false;
  MemoryFileSystem files(options);
  files.PutFile("/file", "0123456789");
  auto region = files.Open("/file", OpenMode::kRead);
  REQUIRE(region.ok());
  Preview preview(*region, TinyLimits(**region));
  Layout layout;
  layout.File(1, 6);
  layout.Bytes("AB");
  auto window = preview.Acquire(layout.parts, layout.Reader());
  REQUIRE(window.ok());
  CHECK_FALSE((*window)->mapped());
  CHECK(TextOf(**window) == "123456AB");
}

TEST_CASE("Preview: the reader's error ends the window, and more than 64 MiB is refused") {
  TinyMemoryPlatform platform;
  auto region = Create(platform, "file", Pattern(80));
  Preview preview(region, TinyLimits(*region));
  Layout layout;
  layout.File(0, 16);
  layout.Bytes("12345678");
  const auto failing = [](size_t, uint64_t, std::span<std::byte>) {
    return Status(Code::kIo, "spill file is gone");
  };
  CHECK(preview.Acquire(layout.parts, failing).status().message() == "spill file is gone");
  std::vector<PreviewPart> large{{Kind::kFile, uint64_t{64} << 20, 0}, {Kind::kFile, 1, 0}};
  CHECK(preview.Acquire(large, failing).status().code() == Code::kTooLarge);
  large = {{Kind::kBytes, UINT64_MAX, 0}, {Kind::kBytes, 2, 0}};
  CHECK(preview.Acquire(large, failing).status().code() == Code::kTooLarge);
}

TEST_CASE("Preview: kept views stay within their bound, windows in use outlive them") {
  TinyMemoryPlatform platform;
  auto region = Create(platform, "file", Pattern(8 * 64));
  {
    Preview preview(region, TinyLimits(*region));
    Layout layout;
    layout.File(0, 16);
    const auto first = preview.Acquire(layout.parts, layout.Reader());
    for (int i = 0; i < 30; ++i) {
      Layout next;
      next.File(static_cast<uint64_t>(i) * 16, 16);
      CHECK(TextOf(**preview.Acquire(next.parts, next.Reader())) == Pattern(8 * 64).substr(i * 16, 16));
    }
    CHECK(platform.files().OpenViews() <= 4);  // three kept, one in use
    CHECK(TextOf(**first) == Pattern(8 * 64).substr(0, 16));
    preview.DropViews();
    CHECK(platform.files().OpenViews() == 1);
  }
}

TEST_CASE_TEMPLATE("Preview: many threads acquire while a file is cut and grown (DL-19)", Platform,
                   REAL_PLATFORMS) {
  Platform platform;
  auto region = Create(platform, "file");
  const size_t grain = region->granularity();
  const std::string text(grain * 16, 'x');
  REQUIRE(region->WriteAt(0, BytesOf(text)).ok());
  Preview preview(region, TinyLimits(*region));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (unsigned id = 0; id < 4; ++id) {
    threads.emplace_back([&, id] {
      std::mt19937 random(id);
      while (!stop) {
        Layout layout;
        const uint64_t at = random() % (grain * 10);
        layout.File(at, grain);
        if (id % 2) layout.Bytes("EDIT");
        layout.File(at + grain + (id % 2 ? 4 : 0), grain);
        const auto window = preview.Acquire(layout.parts, layout.Reader());
        if (!window.ok()) {
          wrong += window.status().code() != Code::kVanished;
          continue;
        }
        const std::string seen = TextOf(**window);
        for (size_t i = 0; i < std::min(seen.size(), grain); i += 100)
          wrong += seen[i] != 'x' && seen[i] != 0;
        std::string out(64, '?');
        const auto copied = preview.Copy(at, WritableBytesOf(out));
        wrong += !copied.ok() && copied.status().code() != Code::kVanished;
      }
    });
  }
  // Windows refuses to cut while one of them has a window, after a pause for it.
  const auto set_size = [&](uint64_t size) {
    const Status status = region->SetSize(size);
    return status.ok() || (kViewsStopCuts && status.code() == Code::kBusy);
  };
  for (int i = 0; i < (kViewsStopCuts ? 16 : 200); ++i) {
    REQUIRE(set_size(grain * (i % 16)));
    REQUIRE(set_size(grain * 16));
    if (i % 16 == 0) preview.DropViews();
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
