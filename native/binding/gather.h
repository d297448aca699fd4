// gather() of documents and readers: a strided grid of elements in one call. Thread rule: the environment's
// JavaScript thread.
#pragma once

#include <napi.h>

#include "native/core/document.h"

namespace terahex::binding {

// (offset, rows, rowStride, columns, columnStride, elementBytes) -> Gathered of index.d.ts.
Napi::Value GatherOf(const Napi::CallbackInfo& info, const Document& document);

}  // namespace terahex::binding
