// The checks and conversions of convert.h, and nothing else.
#include "native/binding/convert.h"

#include <cmath>
#include <cstdio>

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

napi_value FromOffset(napi_env env, uint64_t value) {
  napi_value number = nullptr;
  napi_create_double(env, static_cast<double>(value), &number);
  return number;
}

napi_value FromText(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value NewBuffer(napi_env env, size_t length, std::byte** data) {
  napi_value buffer = nullptr;
  void* memory = nullptr;
  if (napi_create_arraybuffer(env, length, &memory, &buffer) != napi_ok) return nullptr;
  *data = static_cast<std::byte*>(memory);
  return buffer;
}

napi_value NewDoubles(napi_env env, size_t count, double** data) {
  std::byte* memory = nullptr;
  napi_value buffer = NewBuffer(env, count * sizeof(double), &memory);
  napi_value array = nullptr;
  if (buffer == nullptr) return nullptr;
  if (napi_create_typedarray(env, napi_float64_array, count, buffer, 0, &array) != napi_ok) return nullptr;
  *data = reinterpret_cast<double*>(memory);
  return array;
}

napi_value FromRanges(napi_env env, std::span<const ByteRange> ranges) {
  double* flat = nullptr;
  napi_value array = NewDoubles(env, ranges.size() * 2, &flat);
  if (array == nullptr) return nullptr;
  for (size_t i = 0; i < ranges.size(); ++i) {
    flat[2 * i] = static_cast<double>(ranges[i].start);
    flat[2 * i + 1] = static_cast<double>(ranges[i].end);
  }
  return array;
}

void Put(napi_env env, napi_value object, const char* name, napi_value value) {
  if (object != nullptr && value != nullptr) napi_set_named_property(env, object, name, value);
}

napi_value ToError(napi_env env, const Status& status, const std::string& path) {
  napi_value error = nullptr;
  if (napi_create_error(env, nullptr, FromText(env, status.message()), &error) != napi_ok) return nullptr;
  Put(env, error, "code", FromText(env, CodeName(status.code())));
  if (status.offset() != Status::kNoOffset) Put(env, error, "offset", FromOffset(env, status.offset()));
  if (status.os_error() != 0) {
    Put(env, error, "osError", FromOffset(env, static_cast<uint64_t>(status.os_error())));
  }
  if (!path.empty()) Put(env, error, "path", FromText(env, path));
  return error;
}

Napi::Value Throw(Napi::Env env, const Status& status, const std::string& path) {
  napi_value error = ToError(env, status, path);
  if (error != nullptr) napi_throw(env, error);
  return {};
}

}  // namespace terahex::binding
