// See adjust.h.
#include "native/binding/adjust.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "native/binding/convert.h"
#include "native/binding/scan_calls.h"
#include "native/core/adjust.h"

namespace terahex::binding {

namespace {

// The number `name` of an object. `most`: larger ones are cut, for the core to refuse.
Status Take(const Napi::Object& object, const char* name, uint64_t most, uint64_t* into) {
  Result<uint64_t> value = ToSafeInteger(object.Get(name), name);
  if (!value.ok()) return value.status();
  *into = std::min(*value, most);
  return Status::Ok();
}

Result<ElementRows> ToRows(const Napi::Value& value) {
  if (!value.IsObject()) return Status(Code::kInvalidArgument, "rows must be an object");
  auto object = value.As<Napi::Object>();
  ElementRows rows;
  uint64_t masks[2] = {};
  const std::pair<const char*, uint64_t*> numbers[] = {
      {"offset", &rows.offset},      {"rows", &rows.rows},     {"rowStride", &rows.row_stride},
      {"rowBytes", &rows.row_bytes}, {"firstMask", &masks[0]}, {"lastMask", &masks[1]}};
  for (const auto& [name, into] : numbers) {
    if (Status status = Take(object, name, UINT64_MAX, into); !status.ok()) return status;
  }
  rows.first_mask = static_cast<uint8_t>(masks[0]);
  rows.last_mask = static_cast<uint8_t>(masks[1]);
  return rows;
}

Result<ElementField> ToField(const Napi::Value& value) {
  if (!value.IsObject()) return Status(Code::kInvalidArgument, "a field must be an object");
  auto object = value.As<Napi::Object>();
  uint64_t bits[4] = {};
  const char* const names[] = {"from", "bits", "to", "toBits"};
  for (size_t i = 0; i < 4; ++i) {
    if (Status status = Take(object, names[i], 255, &bits[i]); !status.ok()) return status;
  }
  const Napi::Value table = object.Get("table");
  if (!table.IsTypedArray() || table.As<Napi::TypedArray>().TypedArrayType() != napi_uint16_array) {
    return Status(Code::kInvalidArgument, "table must be a Uint16Array");
  }
  auto values = table.As<Napi::Uint16Array>();
  ElementField field{static_cast<uint32_t>(bits[0]),
                     static_cast<uint32_t>(bits[1]),
                     static_cast<uint32_t>(bits[2]),
                     static_cast<uint32_t>(bits[3]),
                     {}};
  field.table.assign(values.Data(), values.Data() + values.ElementLength());
  return field;
}

Result<ElementMap> ToMap(const Napi::Value& value) {
  if (!value.IsObject()) return Status(Code::kInvalidArgument, "map must be an object");
  auto object = value.As<Napi::Object>();
  uint64_t element_bytes = 0;
  if (Status status = Take(object, "elementBytes", 255, &element_bytes); !status.ok()) return status;
  const Napi::Value list = object.Get("fields");
  if (!list.IsArray()) return Status(Code::kInvalidArgument, "fields must be an array");
  ElementMap map{static_cast<size_t>(element_bytes), {}};
  auto fields = list.As<Napi::Array>();
  for (uint32_t i = 0; i < std::min<uint32_t>(fields.Length(), 9); ++i) {
    Result<ElementField> field = ToField(fields.Get(i));
    if (!field.ok()) return field.status();
    map.fields.push_back(std::move(field).value());
  }
  return map;
}

Napi::Value MapElementsOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Result<ElementRows> rows = ToRows(info[1]);
  if (!rows.ok() || env.IsExceptionPending()) return RejectScan(env, rows.status());
  Result<ElementMap> map = ToMap(info[2]);
  if (!map.ok() || env.IsExceptionPending()) return RejectScan(env, map.status());
  Result<std::shared_ptr<ScanCall>> call = ToScanCall(info[0], info[3], nullptr);
  if (!call.ok() || env.IsExceptionPending()) return RejectScan(env, call.status());
  return StartScan(
      env, *call,
      [call = *call, rows = *rows, map = std::move(*map)]() -> Result<ScanOutcome> {
        AdjustOptions options;
        options.threads = call->options.threads;
        options.cancel = call->options.cancel;
        options.progress = call->options.progress;
        if (Status status = MapElements(*call->document, rows, map, options); !status.ok()) return status;
        ScanOutcome outcome;
        outcome.version = call->document->version();
        return outcome;
      },
      [](napi_env, napi_value) {});
}

}  // namespace

void AddAdjustFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("mapElements", Napi::Function::New(env, MapElementsOf, "mapElements"));
}

}  // namespace terahex::binding
