// Named steps of a commit that tests can stop at: kill the process or return an error there. Compiled to
// nothing unless TERAHEX_FAIL_POINTS is defined, which no release does. Thread rule: the hook is set while no
// commit runs.
#pragma once

#include "native/core/status.h"

#ifdef TERAHEX_FAIL_POINTS
#include <functional>
#endif

namespace terahex {

#ifdef TERAHEX_FAIL_POINTS
using FailPointHook = std::function<Status(const char* step)>;
void SetFailPointHook(FailPointHook hook);
Status FailPoint(const char* step);
#else
inline Status FailPoint(const char*) { return Status::Ok(); }
#endif

}  // namespace terahex
