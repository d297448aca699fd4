// The fault guard under fire, on every platform: exact counts, leaves that fault, many threads. What each
// system does beside it stands in fault_guard_posix_test.cc and fault_guard_windows_test.cc. Covers DL-19.
#include "native/core/platform/fault_guard.h"

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "doctest/doctest.h"
#include "test/native/support/platforms.h"

using namespace terahex;
using namespace terahex::testing;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Sums bytes; owns nothing, as a leaf must.
struct Sum {
  const volatile unsigned char* begin = nullptr;
  size_t length = 0;
  uint64_t total = 0;
  size_t seen = 0;
};
void SumLeaf(void* argument) {
  auto* sum = static_cast<Sum*>(argument);
  for (size_t i = 0; i < sum->length; ++i) {
    sum->total += sum->begin[i];
    sum->seen = i + 1;
  }
}

// Four pages, of which only the first is there.
#if defined(_WIN32)
struct CutMemory {
  CutMemory() {
    SYSTEM_INFO facts;
    GetSystemInfo(&facts);
    page = facts.dwPageSize;
    bytes = static_cast<std::byte*>(VirtualAlloc(nullptr, page * 4, MEM_RESERVE, PAGE_NOACCESS));
    REQUIRE(VirtualAlloc(bytes, page, MEM_COMMIT, PAGE_READWRITE) != nullptr);
    std::memset(bytes, 1, page);
  }
  ~CutMemory() { VirtualFree(bytes, 0, MEM_RELEASE); }
  size_t page = 0;
  std::byte* bytes = nullptr;
};
#else
// A view over a file that was cut.
struct CutMemory {
  CutMemory() : region(Create(platform, "cut")) {
    page = region->page_size();
    REQUIRE(region->WriteAt(0, BytesOf(std::string(page * 4, '\1'))).ok());
    view = std::move(region->Map(0, page * 4, Protection::kShared)).value();
    bytes = view->data();
    REQUIRE(region->SetSize(page).ok());
  }
  DiskPlatform platform;
  std::shared_ptr<MapRegion> region;
  std::unique_ptr<View> view;
  size_t page = 0;
  std::byte* bytes = nullptr;
};
#endif

}  // namespace

TEST_CASE("FaultGuard: a copy counts exactly the bytes before the fault, wherever it starts") {
  CutMemory cut;
  InstallFaultGuard();
  REQUIRE(FaultGuardActive());
  std::vector<char> out(cut.page * 4);
  for (const size_t from :
       {size_t{0}, size_t{1}, size_t{63}, cut.page - 65, cut.page - 1, cut.page, cut.page * 3}) {
    for (const size_t length : {size_t{0}, size_t{1}, size_t{64}, size_t{200}, cut.page}) {
      const size_t readable = from < cut.page ? cut.page - from : 0;
      CHECK(GuardedCopy(out.data(), cut.bytes + from, length) == std::min(length, readable));
      CHECK(GuardedCopy(cut.bytes + from, out.data(), length) == std::min(length, readable));
    }
  }
  CHECK(GuardedCopy(out.data(), cut.bytes, 8) == 8);
}

TEST_CASE("FaultGuard: a leaf that faults returns false with the address, one that does not returns true") {
  CutMemory cut;
  InstallFaultGuard();
  const auto* bytes = reinterpret_cast<const unsigned char*>(cut.bytes);
  std::memset(cut.bytes, 1, cut.page);
  Sum whole{bytes, cut.page};
  Fault fault;
  CHECK(RunGuarded(bytes, bytes + cut.page * 4, SumLeaf, &whole, &fault));
  CHECK(whole.total == cut.page);
  Sum cut_short{bytes, cut.page * 3};
  CHECK_FALSE(RunGuarded(bytes, bytes + cut.page * 4, SumLeaf, &cut_short, &fault));
  CHECK(cut_short.seen == cut.page);
  CHECK(fault.address == reinterpret_cast<uintptr_t>(bytes) + cut.page);
  CHECK_FALSE(RunGuarded(bytes, bytes + cut.page * 4, SumLeaf, &cut_short, nullptr));
}

TEST_CASE("FaultGuard: more than 100,000 faults from main and plain threads at once are survived (DL-19)") {
  CutMemory cut;
  InstallFaultGuard();
  // The sanitizers wrap each signal delivery; a tenth shows the same there.
  const int rounds = kSanitized ? 800 : 8000;
  std::atomic<uint64_t> faults{0};
  std::atomic<uint64_t> wrong{0};
  const auto work = [&] {
    std::vector<char> out(cut.page);
    const auto* bytes = reinterpret_cast<const unsigned char*>(cut.bytes);
    for (int i = 0; i < rounds; ++i) {
      const size_t copied = GuardedCopy(out.data(), cut.bytes + cut.page - 16, cut.page);
      Sum sum{bytes + cut.page - 16, cut.page};
      Fault fault;
      const bool whole = RunGuarded(bytes, bytes + cut.page * 4, SumLeaf, &sum, &fault);
      wrong += copied != 16 || whole || sum.seen != 16 ||
               fault.address != reinterpret_cast<uintptr_t>(bytes) + cut.page;
      faults += 2;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 11; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  CHECK(faults == static_cast<uint64_t>(rounds) * 24);
  CHECK(FaultGuardActive());
}
