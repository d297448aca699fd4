// What the unsaved edits of a document make of its file, as the pieces tell it: no byte is read. Thread rule:
// any thread.
#pragma once

#include <vector>

#include "native/core/scan/diff.h"

namespace terahex {

// `a`: of the file, `b`: of the document; ascending and disjoint. What was overwritten with the same bytes
// counts. Errors: kClosed, kIo; kUnsupported: bytes of the file stand in another order than there.
Result<std::vector<Difference>> UnsavedDifferences(const Document& document);

}  // namespace terahex
