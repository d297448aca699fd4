// See gather.h.
#include "native/binding/gather.h"

#include <string>

#include "native/binding/convert.h"
#include "native/core/gather.h"

namespace terahex::binding {

namespace {

// As for reads: more in one answer only stalls.
constexpr size_t kMaxGatheredBytes = size_t{64} << 20;

Result<int64_t> ToSignedSafeInteger(const Napi::Value& value, const char* name) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : 0;
  if (!(number < 0)) {
    Result<uint64_t> positive = ToSafeInteger(value, name);
    if (!positive.ok()) return positive.status();
    return static_cast<int64_t>(*positive);
  }
  Result<uint64_t> magnitude = ToSafeInteger(Napi::Number::New(value.Env(), -number), name);
  if (!magnitude.ok()) return magnitude.status();
  return -static_cast<int64_t>(*magnitude);
}

Result<ElementGrid> ToGrid(const Napi::CallbackInfo& info) {
  Result<int64_t> row_stride = ToSignedSafeInteger(info[2], "rowStride");
  if (!row_stride.ok()) return row_stride.status();
  const char* const names[] = {"offset", "rows", nullptr, "columns", "columnStride", "elementBytes"};
  uint64_t values[6] = {};
  for (size_t i = 0; i < 6; ++i) {
    if (names[i] == nullptr) continue;
    Result<uint64_t> value = ToSafeInteger(info[i], names[i]);
    if (!value.ok()) return value.status();
    values[i] = *value;
  }
  return ElementGrid{values[0], values[1], *row_stride, values[3], values[4], ClampToSize(values[5])};
}

}  // namespace

Napi::Value GatherOf(const Napi::CallbackInfo& info, const Document& document) {
  Napi::Env env = info.Env();
  Result<ElementGrid> grid = ToGrid(info);
  if (!grid.ok()) return Throw(env, grid.status(), document.path());
  Result<size_t> length = GatheredBytes(*grid, kMaxGatheredBytes);
  if (!length.ok()) return Throw(env, length.status(), document.path());
  std::byte* memory = nullptr;
  napi_value bytes = NewBuffer(env, *length, &memory);
  if (bytes == nullptr) return {};
  Result<GatherInfo> gathered = Gather(document, *grid, std::span(memory, *length));
  if (!gathered.ok()) return Throw(env, gathered.status(), document.path());
  auto answer = Napi::Object::New(env);
  Put(env, answer, "bytes", bytes);
  Put(env, answer, "version", FromOffset(env, gathered->version));
  Put(env, answer, "missing", FromRanges(env, gathered->missing));
  return answer;
}

}  // namespace terahex::binding
