// The addon's functions about journals that a recovery set aside. Thread rule: the environment's JavaScript
// thread; they are described on the pool.
#pragma once

#include <napi.h>

namespace terahex::binding {

void AddKeptJournalFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
