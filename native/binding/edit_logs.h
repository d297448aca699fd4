// The addon's functions about edit logs that killed processes left: finding, describing, putting away. Knows
// no open document. Thread rule: the environment's JavaScript thread; the logs are read on the pool.
#pragma once

#include <napi.h>

namespace terahex::binding {

void AddEditLogFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
