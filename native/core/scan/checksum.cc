// See checksum.h.
#include "native/core/scan/checksum.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "native/core/scan/crc.h"
#define XXH_STATIC_LINKING_ONLY
#define XXH_INLINE_ALL
#include "xxhash/xxhash.h"

namespace terahex {

namespace {

constexpr size_t kZeroBlock = 64 << 10;

std::string Hex(uint64_t value, int digits) {
  char text[20];
  std::snprintf(text, sizeof text, "%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

class CrcSum final : public Checksum {
 public:
  CrcSum(std::shared_ptr<const CrcModel> model, uint64_t state) : model_(std::move(model)), state_(state) {}
  void Try(const uint8_t* data, size_t length) override { tried_ = model_->Update(state_, data, length); }
  void Keep() override { state_ = tried_; }
  bool Zeros(uint64_t length) override {
    state_ = model_->UpdateZeros(state_, length);
    return true;
  }
  std::string Finish() const override {
    return Hex(model_->Finish(state_), (model_->parameters().width + 3) / 4);
  }
  std::unique_ptr<Checksum> MakePart() const override { return std::make_unique<CrcSum>(model_, 0); }
  void Join(const Checksum& part, uint64_t part_length) override {
    state_ = model_->Join(state_, static_cast<const CrcSum&>(part).state_, part_length);
  }

 private:
  const std::shared_ptr<const CrcModel> model_;
  uint64_t state_;
  uint64_t tried_ = 0;
};

// RFC 1950, 8.2.
class AdlerSum final : public Checksum {
 public:
  explicit AdlerSum(uint32_t a) : a_(a) {}
  void Try(const uint8_t* data, size_t length) override {
    uint64_t a = a_;
    uint64_t b = b_;
    // As many as cannot make b overflow 64 bits by far; small enough to stay in vector registers of 32.
    constexpr size_t kStretch = 4096;
    for (size_t at = 0; at < length;) {
      const size_t count = std::min(kStretch, length - at);
      uint32_t sum = 0;
      uint64_t weighted = 0;
      for (size_t block = 0; block < count; block += 64) {
        const size_t bytes = std::min<size_t>(64, count - block);
        uint32_t block_sum = 0;
        uint32_t block_weighted = 0;
        for (size_t i = 0; i < bytes; ++i) {
          const uint32_t byte = data[at + block + i];
          block_sum += byte;
          block_weighted += byte * static_cast<uint32_t>(bytes - i);
        }
        weighted += uint64_t{sum} * bytes + block_weighted;
        sum += block_sum;
      }
      b = (b + a * count + weighted) % kBase;
      a = (a + sum) % kBase;
      at += count;
    }
    tried_a_ = static_cast<uint32_t>(a);
    tried_b_ = static_cast<uint32_t>(b);
  }
  void Keep() override { a_ = tried_a_, b_ = tried_b_; }
  bool Zeros(uint64_t length) override {
    b_ = static_cast<uint32_t>((b_ + length % kBase * a_) % kBase);
    return true;
  }
  std::string Finish() const override { return Hex(uint64_t{b_} << 16 | a_, 8); }
  std::unique_ptr<Checksum> MakePart() const override { return std::make_unique<AdlerSum>(0); }
  void Join(const Checksum& part, uint64_t part_length) override {
    const auto& next = static_cast<const AdlerSum&>(part);
    Zeros(part_length);
    b_ = (b_ + next.b_) % kBase;
    a_ = (a_ + next.a_) % kBase;
  }

 private:
  static constexpr uint32_t kBase = 65521;
  uint32_t a_;
  uint32_t b_ = 0;
  uint32_t tried_a_ = 0;
  uint32_t tried_b_ = 0;
};

struct Xxh32 {
  XXH32_state_t state;
  Xxh32() { XXH32_reset(&state, 0); }
  void Update(const uint8_t* data, size_t length) { XXH32_update(&state, data, length); }
  std::string Finish() const { return Hex(XXH32_digest(&state), 8); }
};
struct Xxh64 {
  XXH64_state_t state;
  Xxh64() { XXH64_reset(&state, 0); }
  void Update(const uint8_t* data, size_t length) { XXH64_update(&state, data, length); }
  std::string Finish() const { return Hex(XXH64_digest(&state), 16); }
};
struct Xxh3 {
  XXH3_state_t state;
  Xxh3() {
    XXH3_INITSTATE(&state);
    XXH3_64bits_reset(&state);
  }
  void Update(const uint8_t* data, size_t length) { XXH3_64bits_update(&state, data, length); }
  std::string Finish() const { return Hex(XXH3_64bits_digest(&state), 16); }
};
struct Xxh128 {
  XXH3_state_t state;
  Xxh128() {
    XXH3_INITSTATE(&state);
    XXH3_128bits_reset(&state);
  }
  void Update(const uint8_t* data, size_t length) { XXH3_128bits_update(&state, data, length); }
  std::string Finish() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return Hex(hash.high64, 16) + Hex(hash.low64, 16);
  }
};

template <typename Hash>
class XxhSum final : public Checksum {
 public:
  void Try(const uint8_t* data, size_t length) override {
    tried_ = state_;
    tried_.Update(data, length);
  }
  void Keep() override { state_ = tried_; }
  bool Zeros(uint64_t) override { return false; }
  std::string Finish() const override { return state_.Finish(); }

 private:
  Hash state_;
  Hash tried_;
};

std::string Plain(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-' && c != '_') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return plain;
}

using Sums = std::vector<std::unique_ptr<Checksum>>;

// Sums of chunks that are not joined yet, because one before them is still under way.
struct SharedSums {
  Sums& sums;
  const bool parts;
  std::atomic<uint64_t> summed;  // without parts: up to here
  std::mutex mutex{};
  struct Part {
    uint64_t length = 0;
    Sums sums;
  };
  std::map<uint64_t, Part> waiting{};
  uint64_t next = 0;

  void Finish(uint64_t index, Part part) {
    std::lock_guard lock(mutex);
    waiting.emplace(index, std::move(part));
    for (auto first = waiting.begin(); first != waiting.end() && first->first == next; ++next) {
      for (size_t i = 0; i < sums.size(); ++i) sums[i]->Join(*first->second.sums[i], first->second.length);
      first = waiting.erase(first);
    }
  }
};

// Brings pages into reach ahead of a sum that one thread has to make: mapping them takes as long as a quick
// sum.
class PageToucher final : public ScanWorker, private RunVisitor {
 public:
  PageToucher(const std::atomic<uint64_t>& summed, const ScanSignal& signal)
      : summed_(summed), signal_(signal) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    while (item.range.start > summed_ + kAhead && !signal_.stop())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    // The sum is there already.
    if (item.zeros || item.range.start <= summed_) return Status::Ok();
    return reader.Visit(item.range.start, item.range.end, 0, *this);
  }

 private:
  static constexpr uint64_t kAhead = uint64_t{64} << 20;  // no more views than a preview keeps
  static constexpr size_t kLeastPage = 4096;

  size_t Scan(uint64_t, const uint8_t* data, size_t length) override {
    for (size_t at = 0; at < length; at += kLeastPage) touched_ = data[at];
    return length;
  }
  Status Accept(uint64_t, size_t) override { return Status::Ok(); }
  Status Gap(uint64_t, uint64_t) override { return Status::Ok(); }

  const std::atomic<uint64_t>& summed_;
  const ScanSignal& signal_;
  volatile uint8_t touched_ = 0;
};

class SumWorker final : public ScanWorker, private RunVisitor {
 public:
  explicit SumWorker(SharedSums& shared) : shared_(shared) {}

  Status Run(const ScanItem& item, RunReader& reader) override {
    Sums parts;
    if (shared_.parts) {
      for (const auto& sum : shared_.sums) parts.push_back(sum->MakePart());
    }
    sums_ = shared_.parts ? &parts : &shared_.sums;
    Status status = item.zeros ? Zeros(item.range) : reader.Visit(item.range.start, item.range.end, 0, *this);
    if (!status.ok()) return status;
    if (shared_.parts) shared_.Finish(item.index, {item.range.length(), std::move(parts)});
    shared_.summed = item.range.end;
    return status;
  }

 private:
  Status Zeros(const ByteRange& range) {
    for (const auto& sum : *sums_) {
      if (sum->Zeros(range.length())) continue;
      const std::vector<uint8_t> zeros(kZeroBlock, 0);
      for (uint64_t left = range.length(); left > 0;) {
        const auto count = static_cast<size_t>(std::min<uint64_t>(left, zeros.size()));
        sum->Try(zeros.data(), count);
        sum->Keep();
        left -= count;
      }
    }
    return Status::Ok();
  }
  size_t Scan(uint64_t, const uint8_t* data, size_t length) override {
    // Short enough for the next sum to find it in the nearest cache.
    const size_t count = sums_->size() > 1 ? std::min<size_t>(length, 256 << 10) : length;
    for (const auto& sum : *sums_) sum->Try(data, count);
    return count;
  }
  Status Accept(uint64_t, size_t) override {
    for (const auto& sum : *sums_) sum->Keep();
    return Status::Ok();
  }
  Status Gap(uint64_t offset, uint64_t) override {
    return Status(Code::kIo, "Bytes at offset " + std::to_string(offset) + " cannot be read", 0, offset);
  }

  SharedSums& shared_;
  Sums* sums_ = nullptr;
};

void TouchAhead(const Document& document, const ScanOptions& options, const std::atomic<uint64_t>& summed,
                ScanSignal& signal) {
  ScanOptions quiet = options;
  quiet.threads = 1;
  quiet.progress = nullptr;
  // What goes wrong here, the sum meets and tells.
  (void)RunParallel(document, quiet, 0, signal,
                    [&] { return std::make_unique<PageToucher>(summed, signal); });
}

}  // namespace

std::unique_ptr<Checksum> MakeChecksum(std::string_view name) {
  const std::string plain = Plain(name);
  if (plain == "adler32") return std::make_unique<AdlerSum>(1);
  if (plain == "xxh32") return std::make_unique<XxhSum<Xxh32>>();
  if (plain == "xxh64") return std::make_unique<XxhSum<Xxh64>>();
  if (plain == "xxh3" || plain == "xxh364") return std::make_unique<XxhSum<Xxh3>>();
  if (plain == "xxh128") return std::make_unique<XxhSum<Xxh128>>();
  const CrcParameters* crc = FindCrc(name);
  if (crc == nullptr) return nullptr;
  auto model = std::make_shared<const CrcModel>(*crc);
  return std::make_unique<CrcSum>(model, model->Begin());
}

std::vector<std::string> ChecksumNames() {
  std::vector<std::string> names = {"adler-32", "xxh32", "xxh64", "xxh3", "xxh128"};
  for (const CrcParameters& crc : CrcCatalogue()) names.emplace_back(crc.name);
  return names;
}

Result<ChecksumsOutcome> Checksums(const Document& document, const ScanOptions& options,
                                   const std::vector<std::string>& names) {
  Sums sums;
  bool joined = true;
  for (const std::string& name : names) {
    sums.push_back(MakeChecksum(name));
    if (!sums.back()) return Status(Code::kInvalidArgument, "No checksum is called " + name);
    joined = joined && sums.back()->MakePart() != nullptr;
  }
  ScanSignal signal;
  SharedSums shared{sums, joined, ScanRange(document, options).start};
  ScanOptions one = options;
  ScanSignal touched;
  std::thread touching;
  if (!joined) {
    one.threads = 1;
    if (options.threads != 1)
      touching = std::thread([&] { TouchAhead(document, options, shared.summed, touched); });
  }
  const Result<ScanOutcome> scanned =
      RunParallel(document, one, 0, signal, [&] { return std::make_unique<SumWorker>(shared); });
  touched.enough = true;
  if (touching.joinable()) touching.join();
  if (!scanned.ok()) return scanned.status();
  if (scanned->stale) {
    return Status(Code::kChanged, document.path() + " was edited while its checksum was made");
  }
  ChecksumsOutcome outcome;
  static_cast<ScanOutcome&>(outcome) = *scanned;
  for (const auto& sum : sums) outcome.sums.push_back(sum->Finish());
  return outcome;
}

}  // namespace terahex
