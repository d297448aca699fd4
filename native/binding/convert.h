// Crossing between JavaScript values and the core's: range checks on the way in, Status to Error with `code`
// on the way out. Knows nothing of documents. Numbers are checked here and nowhere later: only safe integers
// pass. Thread rule: the environment's JavaScript thread.
#pragma once

#include <napi.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "native/core/span_math.h"
#include "native/core/status.h"

namespace terahex::binding {

// 2^53 - 1, the last integer that a JavaScript number tells from its neighbours.
inline constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;

// Errors name the argument. kInvalidArgument: not a number, NaN, a fraction. kOutOfRange: negative, beyond
// kMaxSafeInteger.
Result<uint64_t> ToSafeInteger(const Napi::Value& value, const char* name);
// kInvalidArgument: not a string, empty, or with a NUL inside (the OS would cut it there and take another
// file).
Result<std::string> ToPath(const Napi::Value& value, const char* name);
// The bytes stay JavaScript's: use them before returning. kInvalidArgument: not a Uint8Array.
Result<std::span<const std::byte>> ToBytes(const Napi::Value& value, const char* name);
// undefined is false. kInvalidArgument: neither boolean nor undefined.
Result<bool> ToFlag(const Napi::Value& value, const char* name);

napi_value FromOffset(napi_env env, uint64_t value);
napi_value FromText(napi_env env, const std::string& text);
napi_value FromRanges(napi_env env, std::span<const ByteRange> ranges);
// A Float64Array for the caller to fill; null when it cannot be made.
napi_value NewDoubles(napi_env env, size_t count, double** data);
// Of its own memory, zeroed; null when it cannot be made.
napi_value NewBuffer(napi_env env, size_t length, std::byte** data);
// Sets a property; a null object or value is left alone.
void Put(napi_env env, napi_value object, const char* name, napi_value value);

// An Error with code, and offset, osError and path where known.
napi_value ToError(napi_env env, const Status& status, const std::string& path);
// Raises it and gives an empty value, for the caller to return at once.
Napi::Value Throw(Napi::Env env, const Status& status, const std::string& path);

}  // namespace terahex::binding
