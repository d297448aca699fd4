// See scan_measure.h.
#include "native/binding/scan_measure.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "native/binding/convert.h"
#include "native/binding/document_wrap.h"
#include "native/binding/scan_calls.h"
#include "native/binding/tasks.h"
#include "native/core/scan/checksum.h"
#include "native/core/scan/diff.h"
#include "native/core/scan/stats.h"
#include "native/core/scan/strings.h"
#include "native/core/scan/unsaved.h"

namespace terahex::binding {

namespace {

napi_value FromTexts(napi_env env, const std::vector<std::string>& texts) {
  napi_value array = nullptr;
  if (napi_create_array_with_length(env, texts.size(), &array) != napi_ok) return nullptr;
  for (size_t i = 0; i < texts.size(); ++i) {
    napi_set_element(env, array, static_cast<uint32_t>(i), FromText(env, texts[i]));
  }
  return array;
}

Napi::Value StatsOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<uint64_t> buckets = OptionalNumber(info[1], "buckets", 1);
  if (!buckets.ok()) return RejectScan(env, buckets.status());
  Result<std::shared_ptr<ScanCall>> scan = ToScanCall(info[0], info[1], nullptr);
  if (!scan.ok() || env.IsExceptionPending()) return RejectScan(env, scan.status());
  auto outcome = std::make_shared<StatsOutcome>();
  return StartScan(
      env, *scan,
      [call = *scan, outcome, buckets = *buckets]() -> Result<ScanOutcome> {
        Result<StatsOutcome> stats = Stats(*call->document, call->options, ClampToSize(buckets));
        if (!stats.ok()) return stats.status();
        *outcome = std::move(stats).value();
        return static_cast<const ScanOutcome&>(*outcome);
      },
      [outcome](napi_env value_env, napi_value answer) {
        double* numbers = nullptr;
        napi_value counts = NewDoubles(value_env, outcome->counts.size(), &numbers);
        if (counts == nullptr) return;
        for (size_t i = 0; i < outcome->counts.size(); ++i)
          numbers[i] = static_cast<double>(outcome->counts[i]);
        napi_value entropy = NewDoubles(value_env, outcome->entropy.size(), &numbers);
        if (entropy == nullptr) return;
        std::copy(outcome->entropy.begin(), outcome->entropy.end(), numbers);
        Put(value_env, answer, "counts", counts);
        Put(value_env, answer, "entropy", entropy);
      });
}

Napi::Value ChecksumsOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  if (!info[1].IsArray()) {
    return RejectScan(env, Status(Code::kInvalidArgument, "names must be an array of strings"));
  }
  auto list = info[1].As<Napi::Array>();
  std::vector<std::string> names;
  for (uint32_t i = 0; i < std::min<uint32_t>(list.Length(), 1000); ++i) {
    const Napi::Value name = list.Get(i);
    if (!name.IsString()) {
      return RejectScan(env, Status(Code::kInvalidArgument, "names must be an array of strings"));
    }
    names.push_back(name.As<Napi::String>().Utf8Value());
  }
  Result<std::shared_ptr<ScanCall>> scan = ToScanCall(info[0], info[2], nullptr);
  if (!scan.ok() || env.IsExceptionPending()) return RejectScan(env, scan.status());
  auto outcome = std::make_shared<ChecksumsOutcome>();
  return StartScan(
      env, *scan,
      [call = *scan, outcome, names]() -> Result<ScanOutcome> {
        Result<ChecksumsOutcome> sums = Checksums(*call->document, call->options, names);
        if (!sums.ok()) return sums.status();
        *outcome = std::move(sums).value();
        return static_cast<const ScanOutcome&>(*outcome);
      },
      [outcome](napi_env value_env, napi_value answer) {
        Put(value_env, answer, "sums", FromTexts(value_env, outcome->sums));
      });
}

Result<std::vector<TextKind>> ToTextKinds(const Napi::Value& value) {
  constexpr const char* kNames[] = {"ascii", "utf-8", "utf-16le", "utf-16be"};  // as TextKind
  const Status wrong(Code::kInvalidArgument,
                     "encodings must be a list of ascii, utf-8, utf-16le and utf-16be, each at most once");
  std::vector<TextKind> kinds;
  if (!value.IsArray()) return wrong;
  auto list = value.As<Napi::Array>();
  for (uint32_t i = 0; i < std::min<uint32_t>(list.Length(), kTextKinds + 1); ++i) {
    const Napi::Value item = list.Get(i);
    const std::string name = item.IsString() ? item.As<Napi::String>().Utf8Value() : "";
    const auto* known = std::find(std::begin(kNames), std::end(kNames), name);
    if (known == std::end(kNames)) return wrong;
    const auto kind = static_cast<TextKind>(known - std::begin(kNames));
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) return wrong;
    kinds.push_back(kind);
  }
  return kinds.empty() ? Result<std::vector<TextKind>>(wrong) : kinds;
}

Napi::Value StringsOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::vector<TextKind>> kinds = ToTextKinds(info[1]);
  if (!kinds.ok()) return RejectScan(env, kinds.status());
  Result<uint64_t> least = OptionalNumber(info[2], "min", 4);
  if (!least.ok()) return RejectScan(env, least.status());
  Result<uint64_t> limit = OptionalNumber(info[2], "limit", UINT64_MAX);
  if (!limit.ok()) return RejectScan(env, limit.status());
  Result<std::shared_ptr<ScanCall>> scan = ToScanCall(info[0], info[2], "onStrings");
  if (!scan.ok() || env.IsExceptionPending()) return RejectScan(env, scan.status());
  auto outcome = std::make_shared<StringsOutcome>();
  return StartScan(
      env, *scan,
      [call = *scan, outcome, kinds = *kinds, least = *least, limit = *limit]() -> Result<ScanOutcome> {
        const auto receive = [&](std::span<const FoundString> strings) {
          if (!call->stream.wanted()) return true;
          std::vector<double> flat;
          for (const FoundString& string : strings) {
            flat.push_back(static_cast<double>(string.range.start));
            flat.push_back(static_cast<double>(string.range.end));
            const auto kind = std::find(kinds.begin(), kinds.end(), string.kind);
            flat.push_back(static_cast<double>(kind - kinds.begin()));
          }
          return call->stream.Push(std::move(flat), call->call.cancel());
        };
        Result<StringsOutcome> strings =
            Strings(*call->document, call->options, kinds, least, limit, receive);
        if (!strings.ok()) return strings.status();
        *outcome = *strings;
        return static_cast<const ScanOutcome&>(*outcome);
      },
      [outcome](napi_env value_env, napi_value answer) {
        napi_value truncated = nullptr;
        napi_get_boolean(value_env, outcome->truncated, &truncated);
        Put(value_env, answer, "count", FromOffset(value_env, outcome->count));
        Put(value_env, answer, "truncated", truncated);
      });
}

// A range as [start, end] of numbers; all of the document when left out.
Result<ByteRange> OptionalRange(const Napi::Value& options, const char* from, const char* to) {
  Result<uint64_t> start = OptionalNumber(options, from, 0);
  if (!start.ok()) return start.status();
  Result<uint64_t> end = OptionalNumber(options, to, UINT64_MAX);
  if (!end.ok()) return end.status();
  if (*start > *end)
    return Status(Code::kInvalidArgument, "A range must not end before it starts", 0, *start);
  return ByteRange{*start, *end};
}

Napi::Value DiffOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::shared_ptr<Document>> other = DocumentWrap::Behind(info[1], "other");
  if (!other.ok()) return RejectScan(env, other.status());
  Result<uint64_t> limit = OptionalNumber(info[2], "limit", UINT64_MAX);
  if (!limit.ok()) return RejectScan(env, limit.status());
  Result<ByteRange> b = OptionalRange(info[2], "otherFrom", "otherTo");
  if (!b.ok()) return RejectScan(env, b.status());
  Result<std::shared_ptr<ScanCall>> scan = ToScanCall(info[0], info[2], "onDifferences");
  if (!scan.ok() || env.IsExceptionPending()) return RejectScan(env, scan.status());
  auto outcome = std::make_shared<DiffOutcome>();
  return StartScan(
      env, *scan,
      [call = *scan, other = *other, b = *b, limit = *limit, outcome]() -> Result<ScanOutcome> {
        DiffOptions options;
        options.a = {call->options.from, call->options.to};
        options.b = b;
        options.limit = limit;
        options.threads = call->options.threads;
        options.cancel = call->options.cancel;
        options.progress = call->options.progress;
        ScanOutcome scanned;
        scanned.version = call->document->version();
        Result<DiffOutcome> result =
            Diff(*call->document, *other, options, [&](std::span<const Difference> differences) {
              if (!call->stream.wanted()) return true;
              std::vector<double> flat;
              for (const Difference& one : differences) {
                for (const uint64_t offset : {one.a.start, one.a.end, one.b.start, one.b.end}) {
                  flat.push_back(static_cast<double>(offset));
                }
              }
              return call->stream.Push(std::move(flat), call->call.cancel());
            });
        if (!result.ok()) return result.status();
        *outcome = *result;
        scanned.stale = result->stale;
        scanned.unreadable_bytes = result->unreadable_bytes;
        return scanned;
      },
      [outcome](napi_env value_env, napi_value answer) {
        napi_value truncated = nullptr;
        napi_get_boolean(value_env, outcome->truncated, &truncated);
        Put(value_env, answer, "count", FromOffset(value_env, outcome->count));
        Put(value_env, answer, "truncated", truncated);
      });
}

Napi::Value UnsavedDifferencesOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::shared_ptr<Document>> document = DocumentWrap::Behind(info[0], "document");
  if (!document.ok()) return Throw(env, document.status(), "");
  Result<std::vector<Difference>> found = UnsavedDifferences(**document);
  if (!found.ok()) return Throw(env, found.status(), (*document)->path());
  double* numbers = nullptr;
  napi_value array = NewDoubles(env, 4 * found->size(), &numbers);
  if (array == nullptr) return {};
  for (const Difference& one : *found) {
    for (const uint64_t offset : {one.a.start, one.a.end, one.b.start, one.b.end})
      *numbers++ = static_cast<double>(offset);
  }
  return Napi::Value(env, array);
}

// readInto(document, offset, bytes): fills the caller's array, so that a hash of a huge file needs no new
// memory for each read. The caller must not transfer the array's buffer before the promise settles.
Napi::Value ReadInto(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<std::shared_ptr<Document>> document = DocumentWrap::Behind(info[0], "document");
  if (!document.ok()) return RejectScan(env, document.status());
  Result<uint64_t> offset = ToSafeInteger(info[1], "offset");
  if (!offset.ok()) return RejectScan(env, offset.status());
  Result<std::span<const std::byte>> bytes = ToBytes(info[2], "bytes");
  if (!bytes.ok()) return RejectScan(env, bytes.status());
  if (bytes->size() > kMaxReadBytes) {
    return RejectScan(env, Status(Code::kTooLarge, "At most 64 MiB can be read at once", 0, *offset));
  }
  auto keep = std::make_shared<Napi::ObjectReference>(Napi::Persistent(info[2].As<Napi::Object>()));
  auto window = std::make_shared<WindowInfo>();
  auto* data = const_cast<std::byte*>(bytes->data());
  return StartValue(
      env, (*document)->path(),
      [document = *document, offset = *offset, data, length = bytes->size(), window] {
        Result<WindowInfo> read = document->Read(offset, std::span(data, length));
        if (!read.ok()) return read.status();
        *window = std::move(read).value();
        return Status::Ok();
      },
      [window](napi_env value_env) -> napi_value {
        napi_value answer = nullptr;
        if (napi_create_object(value_env, &answer) != napi_ok) return nullptr;
        Put(value_env, answer, "length", FromOffset(value_env, window->length));
        Put(value_env, answer, "version", FromOffset(value_env, window->version));
        Put(value_env, answer, "unreadable", FromRanges(value_env, window->unreadable));
        return answer;
      },
      [keep](napi_env) { keep->Reset(); });
}

Napi::Value ChecksumNamesOf(const Napi::CallbackInfo& info) {
  return Napi::Value(info.Env(), FromTexts(info.Env(), ChecksumNames()));
}

}  // namespace

void AddMeasureFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("stats", Napi::Function::New(env, StatsOf, "stats"));
  exports.Set("checksums", Napi::Function::New(env, ChecksumsOf, "checksums"));
  exports.Set("checksumNames", Napi::Function::New(env, ChecksumNamesOf, "checksumNames"));
  exports.Set("strings", Napi::Function::New(env, StringsOf, "strings"));
  exports.Set("diff", Napi::Function::New(env, DiffOf, "diff"));
  exports.Set("unsavedDifferences", Napi::Function::New(env, UnsavedDifferencesOf, "unsavedDifferences"));
  exports.Set("readInto", Napi::Function::New(env, ReadInto, "readInto"));
}

}  // namespace terahex::binding
