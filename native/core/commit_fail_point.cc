// Holds the hook of the fail points; empty in releases. Thread rule: see commit_fail_point.h.
#include "native/core/commit_fail_point.h"

#ifdef TERAHEX_FAIL_POINTS
#include <utility>

namespace terahex {
namespace {
FailPointHook& Hook() {
  static FailPointHook hook;
  return hook;
}
}  // namespace

void SetFailPointHook(FailPointHook hook) { Hook() = std::move(hook); }
Status FailPoint(const char* step) { return Hook() ? Hook()(step) : Status::Ok(); }

}  // namespace terahex
#endif
