// stats, checksums, strings, diff, unsavedDifferences and readInto of index.d.ts. Thread rule: the
// environment's JavaScript thread.
#pragma once

#include <napi.h>

namespace terahex::binding {

void AddMeasureFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
