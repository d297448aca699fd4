// A document as other environments (worker threads) of this process see it: reads only. Which documents there
// are is kept by number, process-wide; a number never comes back. Thread rule: any environment's JavaScript
// thread.
#pragma once

#include <napi.h>

#include <cstdint>
#include <memory>

#include "native/core/document.h"

namespace terahex::binding {

// Offset and length of a read, the length cut to what the document holds.
struct ReadRequest {
  uint64_t offset = 0;
  uint64_t length = 0;
};
Result<ReadRequest> ToReadRequest(const Napi::CallbackInfo& info, const Document& document);

// The key under which attachReader() finds the document for as long as it lives.
uint64_t OfferToReaders(const std::shared_ptr<Document>& document);

// (offset, length) -> a Window.
Napi::Value ReadSyncOf(const Napi::CallbackInfo& info, const Document& document);
// (version) -> Changes.
Napi::Value ChangesSinceOf(const Napi::CallbackInfo& info, const Document& document);

// attachReader.
void AddReaderFunctions(Napi::Env env, Napi::Object exports);

}  // namespace terahex::binding
