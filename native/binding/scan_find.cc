// Needles as JavaScript describes them, and searches for them; see index.d.ts, Needle.
#include "native/binding/scan_find.h"

#include <string>
#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/document_wrap.h"
#include "native/binding/scan_calls.h"
#include "native/core/scan/find.h"
#include "native/core/scan/needle.h"
#include "native/core/scan/regex.h"
#include "native/core/scan/replace.h"
#include "native/core/scan/value_matcher.h"

namespace terahex::binding {

namespace {

constexpr uint32_t kMostPlaces = 4096;

Status NoNeedle(const char* why) { return Status(Code::kInvalidArgument, std::string("needle ") + why); }

Result<std::vector<uint8_t>> CopyBytes(const Napi::Value& value, const char* name) {
  Result<std::span<const std::byte>> bytes = ToBytes(value, name);
  if (!bytes.ok()) return bytes.status();
  const auto* data = reinterpret_cast<const uint8_t*>(bytes->data());
  return std::vector<uint8_t>(data, data + bytes->size());
}

Result<std::vector<Needle::Spellings>> ToPlaces(const Napi::Value& value) {
  if (!value.IsArray()) return NoNeedle("places must be an array");
  auto list = value.As<Napi::Array>();
  if (list.Length() > kMostPlaces) return Status(Code::kTooLarge, "needle has too many places");
  std::vector<Needle::Spellings> places;
  for (uint32_t i = 0; i < list.Length(); ++i) {
    const Napi::Value place = list.Get(i);
    if (!place.IsArray()) return NoNeedle("places must be arrays of Uint8Array");
    auto spellings = place.As<Napi::Array>();
    if (spellings.Length() > kMostPlaces) return Status(Code::kTooLarge, "needle has too many spellings");
    places.emplace_back();
    for (uint32_t k = 0; k < spellings.Length(); ++k) {
      Result<std::vector<uint8_t>> bytes = CopyBytes(spellings.Get(k), "spelling");
      if (!bytes.ok()) return bytes.status();
      places.back().emplace_back(bytes->begin(), bytes->end());
    }
  }
  return places;
}

// A bigint is exact for every integer type, a number is a float bound.
bool TakeBound(const Napi::Value& value, uint64_t* as_unsigned, int64_t* as_signed, double* as_float) {
  bool lossless = true;
  if (value.IsNumber()) {
    *as_float = value.As<Napi::Number>().DoubleValue();
    return true;
  }
  if (!value.IsBigInt()) return false;
  auto integer = value.As<Napi::BigInt>();
  bool fits = false;
  *as_signed = integer.Int64Value(&lossless);
  fits = lossless;
  *as_unsigned = integer.Uint64Value(&lossless);
  return fits || lossless;
}

Result<std::unique_ptr<Matcher>> ToRange(const Napi::Object& needle, uint64_t align) {
  const Napi::Value type = needle.Get("type");
  if (!type.IsString()) return NoNeedle("type must be a string");
  ValueBounds bounds;
  const bool good =
      TakeBound(needle.Get("low"), &bounds.low_unsigned, &bounds.low_signed, &bounds.low_float) &&
      TakeBound(needle.Get("high"), &bounds.high_unsigned, &bounds.high_signed, &bounds.high_float);
  if (!good) return NoNeedle("low and high must be 64-bit bigints, or numbers for floats");
  return MakeRangeMatcher(type.As<Napi::String>().Utf8Value(), bounds, align);
}

Result<std::unique_ptr<Matcher>> Upcast(Result<std::unique_ptr<Needle>> needle) {
  if (!needle.ok()) return needle.status();
  return std::unique_ptr<Matcher>(std::move(needle).value());
}

Result<std::unique_ptr<Matcher>> ToMatcher(const Napi::Value& value) {
  if (!value.IsObject()) return NoNeedle("must be an object");
  auto needle = value.As<Napi::Object>();
  const Napi::Value kind_value = needle.Get("kind");
  const std::string kind = kind_value.IsString() ? kind_value.As<Napi::String>().Utf8Value() : "";
  uint64_t align = 1;
  if (const Napi::Value given = needle.Get("align"); !given.IsUndefined()) {
    Result<uint64_t> parsed = ToSafeInteger(given, "align");
    if (!parsed.ok()) return parsed.status();
    align = *parsed;
  }
  if (kind == "bytes") {
    Result<std::vector<uint8_t>> bytes = CopyBytes(needle.Get("value"), "needle.value");
    if (!bytes.ok()) return bytes.status();
    std::vector<uint8_t> mask;
    if (const Napi::Value given = needle.Get("mask"); !given.IsUndefined()) {
      Result<std::vector<uint8_t>> bits = CopyBytes(given, "needle.mask");
      if (!bits.ok()) return bits.status();
      mask = std::move(bits).value();
    }
    return Upcast(Needle::Make(std::move(bytes).value(), std::move(mask), align));
  }
  if (kind == "folded") {
    Result<std::vector<Needle::Spellings>> places = ToPlaces(needle.Get("places"));
    if (!places.ok()) return places.status();
    return Upcast(Needle::MakeFolded(*places, align));
  }
  if (kind == "range") return ToRange(needle, align);
  if (kind == "differ") {
    Result<std::vector<uint8_t>> pattern = CopyBytes(needle.Get("pattern"), "needle.pattern");
    if (!pattern.ok()) return pattern.status();
    Result<uint64_t> origin = ToSafeInteger(needle.Get("origin"), "needle.origin");
    if (!origin.ok()) return origin.status();
    return MakeDifferMatcher(std::move(pattern).value(), *origin);
  }
  return NoNeedle("has an unknown kind");
}

Result<std::shared_ptr<const BytePattern>> ToPattern(const Napi::Object& needle) {
  const Napi::Value pattern = needle.Get("pattern");
  if (!pattern.IsString()) return NoNeedle("pattern must be a string");
  Result<bool> ignore_case = ToFlag(needle.Get("ignoreCase"), "needle.ignoreCase");
  if (!ignore_case.ok()) return ignore_case.status();
  return BytePattern::Make(pattern.As<Napi::String>().Utf8Value(), *ignore_case);
}

// What is looked for: one of the two.
struct Sought {
  std::shared_ptr<Matcher> matcher;
  std::shared_ptr<const BytePattern> pattern;
};

Result<Sought> ToSought(const Napi::Value& value) {
  if (!value.IsObject()) return NoNeedle("must be an object");
  auto needle = value.As<Napi::Object>();
  const Napi::Value kind = needle.Get("kind");
  if (kind.IsString() && kind.As<Napi::String>().Utf8Value() == "regex") {
    Result<std::shared_ptr<const BytePattern>> pattern = ToPattern(needle);
    if (!pattern.ok()) return pattern.status();
    return Sought{nullptr, *pattern};
  }
  Result<std::unique_ptr<Matcher>> matcher = ToMatcher(value);
  if (!matcher.ok()) return matcher.status();
  return Sought{std::move(matcher).value(), nullptr};
}

std::vector<double> Flat(std::span<const ByteRange> ranges) {
  std::vector<double> flat;
  flat.reserve(2 * ranges.size());
  for (const ByteRange& range : ranges) {
    flat.push_back(static_cast<double>(range.start));
    flat.push_back(static_cast<double>(range.end));
  }
  return flat;
}

Result<FindOutcome> Search(ScanCall& call, const Sought& sought, uint64_t limit) {
  FindOptions options;
  static_cast<ScanOptions&>(options) = call.options;
  options.limit = limit;
  const bool wanted = call.stream.wanted();
  if (sought.pattern) {
    MatchReceiver receive;
    if (wanted) {
      receive = [&](std::span<const ByteRange> matches) {
        return call.stream.Push(Flat(matches), call.call.cancel());
      };
    }
    return FindRegex(*call.document, *sought.pattern, options, receive);
  }
  HitReceiver receive;
  if (wanted) {
    receive = [&](std::span<const uint64_t> hits) {
      return call.stream.Push({hits.begin(), hits.end()}, call.call.cancel());
    };
  }
  return Find(*call.document, *sought.matcher, options, receive);
}

Napi::Value FindAll(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<Sought> sought = ToSought(info[1]);
  if (!sought.ok() || env.IsExceptionPending()) return RejectScan(env, sought.status());
  Result<uint64_t> limit = OptionalNumber(info[2], "limit", UINT64_MAX);
  if (!limit.ok()) return RejectScan(env, limit.status());
  Result<std::shared_ptr<ScanCall>> scan = ToScanCall(info[0], info[2], "onHits");
  if (!scan.ok() || env.IsExceptionPending()) return RejectScan(env, scan.status());
  auto found = std::make_shared<FindOutcome>();
  const size_t length = sought->matcher ? sought->matcher->length() : 0;
  return StartScan(
      env, *scan,
      [call = *scan, sought = *sought, limit = *limit, found]() -> Result<ScanOutcome> {
        Result<FindOutcome> result = Search(*call, sought, limit);
        if (!result.ok()) return result.status();
        *found = *result;
        return static_cast<const ScanOutcome&>(*found);
      },
      [found, length](napi_env value_env, napi_value answer) {
        napi_value truncated = nullptr;
        napi_get_boolean(value_env, found->truncated, &truncated);
        Put(value_env, answer, "count", FromOffset(value_env, found->count));
        Put(value_env, answer, "truncated", truncated);
        Put(value_env, answer, "matchLength", FromOffset(value_env, length));
      });
}

// replaceHits(document, ranges, bytes, shift): on this thread, the document's writer.
Napi::Value ReplaceHits(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::shared_ptr<Document>> document = DocumentWrap::Behind(info[0], "document");
  if (!document.ok()) return Throw(env, document.status(), "");
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    return Throw(env, Status(Code::kInvalidArgument, "ranges must be a Float64Array"), "");
  }
  auto flat = info[1].As<Napi::Float64Array>();
  std::vector<ByteRange> ranges(flat.ElementLength() / 2);
  for (size_t i = 0; i < ranges.size(); ++i) {
    const double start = flat[2 * i];
    const double end = flat[2 * i + 1];
    if (!(start >= 0 && start <= end && end <= static_cast<double>(kMaxSafeInteger))) {
      return Throw(env, Status(Code::kOutOfRange, "ranges must be ascending pairs of offsets"), "");
    }
    ranges[i] = {static_cast<uint64_t>(start), static_cast<uint64_t>(end)};
  }
  Result<std::span<const std::byte>> bytes = ToBytes(info[2], "bytes");
  if (!bytes.ok()) return Throw(env, bytes.status(), "");
  const double shift = info[3].IsNumber() ? info[3].As<Napi::Number>().DoubleValue() : 0;
  if (!(shift >= -static_cast<double>(kMaxSafeInteger) && shift <= static_cast<double>(kMaxSafeInteger))) {
    return Throw(env, Status(Code::kOutOfRange, "shift must be a safe integer"), "");
  }
  Result<int64_t> moved = ReplaceRanges(**document, ranges, *bytes, static_cast<int64_t>(shift));
  if (!moved.ok()) return Throw(env, moved.status(), (*document)->path());
  return Napi::Number::New(env, static_cast<double>(*moved));
}

}  // namespace

void AddFindFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("find", Napi::Function::New(env, FindAll, "find"));
  exports.Set("replaceHits", Napi::Function::New(env, ReplaceHits, "replaceHits"));
}

}  // namespace terahex::binding
