// What JavaScript calls for native/core/adjust.h (index.d.ts, mapElements). Thread rule: the environment's
// JavaScript thread.
#pragma once

#include <napi.h>

namespace terahex::binding {

void AddAdjustFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
