// Work off the JavaScript thread: window reads, and long calls with progress and cancellation. A task keeps
// its document alive, and settles its promise exactly once. Knows nothing of argument parsing. Thread rule:
// made and settled on the environment's thread, run on libuv's pool. When the environment ends first, Node
// waits for running tasks before it tears anything down; what they then hand to script values comes to
// nothing.
#pragma once

#include <napi.h>

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "native/core/commit.h"
#include "native/core/document.h"
#include "native/core/status.h"

namespace terahex::binding {

// One read may not ask for more.
inline constexpr uint64_t kMaxReadBytes = uint64_t{64} << 20;

Napi::Value Reject(Napi::Env env, const Status& status, const std::string& path);

// {bytes, version, unsaved, unreadable}. `bytes`: an ArrayBuffer over `filled`, cut when fewer were filled.
napi_value ToWindow(napi_env env, napi_value bytes, std::span<const std::byte> filled,
                    const WindowInfo& info);

// `length` at most kMaxReadBytes. Resolves to a Window.
Napi::Value StartRead(Napi::Env env, std::shared_ptr<Document> document, uint64_t offset, uint64_t length);

using CommitWork = std::function<Result<CommitOutcome>(const CommitOptions&)>;
// Runs `work` with progress and cancel filled in from `call` (index.d.ts, LongCall; undefined: neither).
// Resolves to a CommitOutcome. `keep_alive` may be empty.
Napi::Value StartCommit(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                        const Napi::Value& call, CommitWork work);

// Resolves to undefined.
Napi::Value StartPlain(Napi::Env env, std::shared_ptr<Document> keep_alive, std::string path,
                       std::function<Status()> work);

// Resolves to what `value` makes of the work's results, on the environment's thread. `path`: for errors.
// `release`: called there before the promise settles, also after a failure; may be empty.
Napi::Value StartValue(Napi::Env env, std::string path, std::function<Status()> work,
                       std::function<napi_value(napi_env)> value, std::function<void(napi_env)> release = {});

}  // namespace terahex::binding
