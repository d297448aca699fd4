// The face of the native core; see document.h. Only the gate: use after Close, writing to what is read-only.
// The work is in document_core.h. Thread rule: calls are counted, and Close waits for those that run.
#include "native/core/document.h"

#include <condition_variable>
#include <mutex>
#include <utility>

#include "native/core/document_core.h"

namespace terahex {

struct Document::State {
  std::string path;
  std::atomic<bool> closed = false;
  std::atomic<uint32_t> calls = 0;     // running now; Close waits until none does
  std::unique_ptr<DocumentCore> core;  // null once closed and no call runs
  // For Close. Not calls.wait(): where there is no futex, as in MinGW, that of libstdc++ 12 looks at the
  // value before it locks what it sleeps under, and at times sleeps through the last call's notification for
  // ever.
  std::mutex closing;
  std::condition_variable idle;
};

namespace {

Status Closed() { return Status(Code::kClosed, "The document is closed"); }
Status ReadOnly(const std::string& path) { return Status(Code::kReadOnly, path + " is open read-only"); }

// Keeps the core alive for one call. Counted rather than locked, so that a progress callback may call the
// document while another thread is closing it.
template <typename State>
class Call {
 public:
  explicit Call(State& state) : state_(state) { ++state_.calls; }
  ~Call() {
    if (--state_.calls > 0 || !state_.closed) return;
    // Close has not looked at the calls yet, or sleeps already.
    std::lock_guard lock(state_.closing);
    state_.idle.notify_all();
  }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  bool allowed() const { return !state_.closed; }

 private:
  State& state_;
};

// Calls `work(core)`; kClosed once the document is closed. (GCC 12 takes a Result passed in as the fallback
// for uninitialized, so it is made here.)
template <typename State, typename Work>
auto WithCore(State& state, Work work) -> decltype(work(*state.core)) {
  Call call(state);
  if (!call.allowed()) return Closed();
  return work(*state.core);
}

// The same for plain values: `otherwise` once the document is closed.
template <typename Value, typename State, typename Work>
Value ValueOr(State& state, const Value& otherwise, Work work) {
  Call call(state);
  return call.allowed() ? work(*state.core) : otherwise;
}

template <typename State, typename Work>
Status Edit(State& state, Work work) {
  return WithCore(state,
                  [&](DocumentCore& core) { return core.writable() ? work(core) : ReadOnly(state.path); });
}

}  // namespace

Result<std::shared_ptr<Document>> Document::Open(FileSystem& file_system, std::string_view path,
                                                 const DocumentOptions& options) {
  auto state = std::make_unique<State>();
  state->path = std::string(path);
  Result<std::unique_ptr<DocumentCore>> core = DocumentCore::Open(file_system, state->path, options);
  if (!core.ok()) return core.status();
  state->core = std::move(core).value();
  return std::shared_ptr<Document>(new Document(std::move(state)));
}

Document::Document(std::unique_ptr<State> state) : state_(std::move(state)) {}
Document::~Document() { Close(); }

void Document::Close(bool discard_edits) {
  if (state_->closed.exchange(true)) return;
  {
    std::unique_lock lock(state_->closing);
    state_->idle.wait(lock, [&] { return state_->calls == 0; });
  }
  if (discard_edits) state_->core->DropLog();
  state_->core.reset();
}

const std::string& Document::path() const { return state_->path; }

bool Document::writable() const {
  return ValueOr(*state_, false, [](const DocumentCore& core) { return core.writable(); });
}
uint64_t Document::size() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.size(); });
}
uint64_t Document::version() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.version(); });
}
uint64_t Document::position() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.position(); });
}
uint64_t Document::saved_position() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.saved_position(); });
}
uint64_t Document::last_position() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.last_position(); });
}
bool Document::mapped() const {
  return ValueOr(*state_, false, [](const DocumentCore& core) { return core.mapped(); });
}
size_t Document::page_size() const {
  return ValueOr(*state_, size_t{0}, [](const DocumentCore& core) { return core.page_size(); });
}
uint64_t Document::memory_bytes() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.memory_bytes(); });
}
uint64_t Document::piece_count() const {
  return ValueOr(*state_, uint64_t{0}, [](const DocumentCore& core) { return core.piece_count(); });
}

Status Document::ForScan(const std::function<Status(const DocumentCore&)>& work) const {
  return WithCore(*state_, [&](const DocumentCore& core) { return work(core); });
}

Status Document::ForEdit(const std::function<Status(DocumentCore&)>& work) {
  return Edit(*state_, [&](DocumentCore& core) { return work(core); });
}

Result<WindowInfo> Document::Read(uint64_t offset, std::span<std::byte> out) const {
  return WithCore(*state_, [&](const DocumentCore& core) { return core.Read(offset, out); });
}
Result<std::vector<ByteRange>> Document::Extents(uint64_t start, uint64_t end, size_t limit) const {
  return WithCore(*state_, [&](const DocumentCore& core) { return core.Extents(start, end, limit); });
}

Status Document::Overwrite(uint64_t offset, std::span<const std::byte> bytes, bool merge) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Overwrite(offset, bytes, merge); });
}
Status Document::Insert(uint64_t offset, std::span<const std::byte> bytes, bool merge) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Insert(offset, bytes, merge); });
}
Status Document::Erase(uint64_t offset, uint64_t length, bool merge) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Erase(offset, length, merge); });
}
Status Document::Fill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Fill(offset, length, pattern); });
}
Status Document::InsertFill(uint64_t offset, uint64_t length, std::span<const std::byte> pattern) {
  return Edit(*state_, [&](DocumentCore& core) { return core.InsertFill(offset, length, pattern); });
}
void Document::BeginStep() {
  ValueOr(*state_, false, [](DocumentCore& core) { return core.BeginStep(), true; });
}
void Document::EndStep() {
  ValueOr(*state_, false, [](DocumentCore& core) { return core.EndStep(), true; });
}
void Document::SealStep() {
  ValueOr(*state_, false, [](DocumentCore& core) { return core.SealStep(), true; });
}

Status Document::Seek(uint64_t position) {
  return WithCore(*state_, [&](DocumentCore& core) { return core.Seek(position); });
}
Status Document::Revert() {
  return WithCore(*state_, [](DocumentCore& core) { return core.Revert(); });
}
Status Document::Reload() {
  return WithCore(*state_, [](DocumentCore& core) { return core.Reload(); });
}
Result<Rebased> Document::Rebase() {
  return WithCore(*state_, [](DocumentCore& core) { return core.Rebase(); });
}
std::vector<UnsavedRange> Document::Unsaved(size_t limit) const {
  return ValueOr(*state_, std::vector<UnsavedRange>{},
                 [&](const DocumentCore& core) { return core.Unsaved(limit); });
}
Status Document::WriteThrough(uint64_t offset, std::span<const std::byte> bytes) {
  return Edit(*state_, [&](DocumentCore& core) { return core.WriteThrough(offset, bytes); });
}
Changes Document::ChangesSince(uint64_t version) const {
  return ValueOr(*state_, Changes{0, true, {}},
                 [&](const DocumentCore& core) { return core.ChangesSince(version); });
}
SaveCost Document::EstimateSave() const {
  return ValueOr(*state_, SaveCost{}, [](const DocumentCore& core) { return core.EstimateSave(); });
}
SaveChoices Document::EstimateChoices() const {
  return ValueOr(*state_, SaveChoices{}, [](const DocumentCore& core) { return core.EstimateChoices(); });
}

Result<CommitOutcome> Document::Commit(const CommitOptions& options) {
  return WithCore(*state_, [&](DocumentCore& core) {
    return core.writable() ? core.Commit(options) : Result<CommitOutcome>(ReadOnly(state_->path));
  });
}
Result<CommitOutcome> Document::SaveAs(const std::string& target, const CommitOptions& options) {
  return WithCore(*state_, [&](DocumentCore& core) { return core.SaveAs(target, options); });
}
Result<CommitOutcome> Document::Export(uint64_t start, uint64_t end, const std::string& target,
                                       const CommitOptions& options) {
  return WithCore(*state_, [&](DocumentCore& core) { return core.Export(start, end, target, options); });
}

Status Document::Backup(const std::string& target) const {
  return WithCore(*state_, [&](const DocumentCore& core) { return core.Backup(target); });
}
Status Document::Restore(const std::string& backup, bool force) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Restore(backup, force); });
}
Status Document::Replay(const std::string& log_path, bool force) {
  return Edit(*state_, [&](DocumentCore& core) { return core.Replay(log_path, force); });
}
Status Document::FlushLog() {
  return WithCore(*state_, [](DocumentCore& core) { return core.FlushLog(); });
}
EditLogStatus Document::log_status() const {
  return ValueOr(*state_, EditLogStatus(), [](const DocumentCore& core) { return core.LogStatus(); });
}
Outside Document::CheckOutside() const {
  return ValueOr(*state_, Outside::kUnreachable,
                 [](const DocumentCore& core) { return core.CheckOutside(); });
}

}  // namespace terahex
