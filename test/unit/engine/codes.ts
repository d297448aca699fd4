// The code of the failure that a call must give.
import assert from "node:assert/strict";

export function codeOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return assert.fail("the call did not fail");
}
