// The checks and conversions of convert.h, and nothing else.
#include "native/binding/convert.h"

#include <cmath>

namespace terahex::binding {

namespace {

Status Invalid(const char* name, const char* expected) {
  return Status(Code::kInvalidArgument, std::string(name) + " must be " + expected);
}

}  // namespace

Result<uint64_t> ToSafeInteger(const Napi::Value& value, const char* name) {
  if (!value.IsNumber()) return Invalid(name, "a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::isnan(number)) return Invalid(name, "a whole number, got NaN");
  // Before the test for fractions: infinities and everything from 2^53 on count as whole numbers.
  if (number < 0 || number > static_cast<double>(kMaxSafeInteger)) {
    return Status(Code::kOutOfRange,
                  std::string(name) + " must be from 0 to 2^53 - 1, got " + value.ToString().Utf8Value());
  }
  if (number != std::floor(number)) return Invalid(name, "a whole number");
  return static_cast<uint64_t>(number);
}

Result<std::string> ToPath(const Napi::Value& value, const char* name) {
  if (!value.IsString()) return Invalid(name, "a string");
  std::string path = value.As<Napi::String>().Utf8Value();
  if (path.empty()) return Invalid(name, "a path, got an empty string");
  if (path.find('\0') != std::string::npos) return Invalid(name, "a path without NUL characters");
  return path;
}

Result<std::span<const std::byte>> ToBytes(const Napi::Value& value, const char* name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    return Invalid(name, "a Uint8Array");
  }
  auto array = value.As<Napi::Uint8Array>();
  return std::span(reinterpret_cast<const std::byte*>(array.Data()), array.ByteLength());
}

Result<bool> ToFlag(const Napi::Value& value, const char* name) {
  if (value.IsUndefined()) return false;
  if (!value.IsBoolean()) return Invalid(name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

Napi::Number FromOffset(Napi::Env env, uint64_t value) {
  return Napi::Number::New(env, static_cast<double>(value));
}

Napi::Float64Array FromRanges(Napi::Env env, std::span<const ByteRange> ranges) {
  auto flat = Napi::Float64Array::New(env, ranges.size() * 2);
  for (size_t i = 0; i < ranges.size(); ++i) {
    flat[2 * i] = static_cast<double>(ranges[i].start);
    flat[2 * i + 1] = static_cast<double>(ranges[i].end);
  }
  return flat;
}

Napi::Error ToError(Napi::Env env, const Status& status, const std::string& path) {
  Napi::Error error = Napi::Error::New(env, status.message());
  Napi::Object fields = error.Value();
  fields.Set("code", CodeName(status.code()));
  if (status.offset() != Status::kNoOffset) fields.Set("offset", FromOffset(env, status.offset()));
  if (status.os_error() != 0) fields.Set("osError", Napi::Number::New(env, status.os_error()));
  if (!path.empty()) fields.Set("path", path);
  return error;
}

Napi::Value Throw(Napi::Env env, const Status& status, const std::string& path) {
  ToError(env, status, path).ThrowAsJavaScriptException();
  return {};
}

}  // namespace terahex::binding
