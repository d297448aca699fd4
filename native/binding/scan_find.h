// find and replace of index.d.ts. Thread rule: the environment's JavaScript thread.
#pragma once

#include <napi.h>

namespace terahex::binding {

void AddFindFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
