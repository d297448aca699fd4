// What a scan is shown of a file that is cut while it is looked at: the rest of the last page reads as zeros
// without a fault, and must be told as missing all the same. DL-19.
#include "native/core/scan/run_reader.h"

#include <string>

#include "doctest/doctest.h"
#include "test/native/support/document_support.h"
#include "test/native/support/platforms.h"

namespace terahex {
namespace {

using document_test::Bytes;

// Takes note of what counts, and cuts the file before it looks at the run that holds `cut_at`.
class CuttingVisitor final : public RunVisitor {
 public:
  CuttingVisitor(std::string path, uint64_t cut_at) : path_(std::move(path)), cut_at_(cut_at) {}

  size_t Scan(uint64_t offset, const uint8_t* data, size_t length) override {
    if (!cut_ && offset <= cut_at_ && cut_at_ < offset + length) cut_ = testing::Truncate(path_, cut_at_);
    uint8_t last = 0;
    for (size_t i = 0; i < length; ++i) last = data[i];
    last_ = last;
    return length;
  }
  Status Accept(uint64_t offset, size_t length) override {
    shown_to = offset + length;
    if (last_ != 'x') zeros = true;
    return Status::Ok();
  }
  Status Gap(uint64_t offset, uint64_t) override {
    if (gap_from == UINT64_MAX) gap_from = offset;
    return Status::Ok();
  }

  uint64_t shown_to = 0;
  uint64_t gap_from = UINT64_MAX;
  bool zeros = false;

 private:
  const std::string path_;
  const uint64_t cut_at_;
  bool cut_ = false;
  volatile uint8_t last_ = 'x';
};

TEST_CASE(
    "Scan runs: DL-19: zeros behind a cut are never taken for bytes, wherever in a run or a page it lies") {
  if (testing::kViewsStopCuts) return;
  constexpr uint64_t kSize = 256 << 10;
  for (const bool edited : {false, true}) {
    for (const size_t run_bytes : {size_t{4096}, size_t{12'000}, size_t{1} << 20}) {
      for (const uint64_t cut_at :
           {uint64_t{1}, uint64_t{4095}, uint64_t{4097}, uint64_t{100'000}, kSize - 1}) {
        INFO("edited " << edited << ", runs of " << run_bytes << ", cut at " << cut_at);
        testing::DiskPlatform platform;
        const std::string path = platform.Path("file");
        {
          auto region = platform.files().Open(path, OpenMode::kCreateExclusive);
          REQUIRE(region.ok());
          REQUIRE((*region)->WriteAt(0, Bytes(std::string(kSize, 'x'))).ok());
        }
        auto document = document_test::Open(platform.files(), path);
        // Pieces that are copied together, and others that are looked at in place.
        for (uint64_t at = 5000; edited && at < kSize; at += at < kSize / 2 ? 9000 : 30'000)
          REQUIRE(document->Overwrite(at, Bytes("x")).ok());
        ScanTuning tuning;
        tuning.run_bytes = run_bytes;
        ScanSignal signal;
        RunReader reader(*document, tuning, signal);
        CuttingVisitor visitor(path, cut_at);
        REQUIRE(reader.Visit(0, kSize, 0, visitor).ok());
        CHECK_FALSE(visitor.zeros);
        CHECK(visitor.gap_from >= cut_at);
        // Small pieces have been copied before they are looked at, and so before the cut.
        CHECK((edited || visitor.gap_from < kSize));
      }
    }
  }
}

}  // namespace
}  // namespace terahex
