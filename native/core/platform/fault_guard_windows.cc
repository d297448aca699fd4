// The guard of Windows: a vectored handler that takes a faulting thread back to where it entered RunGuarded.
// In-page errors (0xC0000006) come from devices and shares that went away; access violations (0xC0000005)
// from a view that lost its pages. No assembly, so that each compiler and processor runs what the tests ran.
// Knows nothing of files; a fault that is not its own goes on to V8 and crash reporters. Thread rule: any
// thread, any number at once; the handler takes no lock, allocates nothing, uses no thread_local.
#include <windows.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "native/core/platform/fault_guard.h"

#if defined(_MSC_VER)
#define TERAHEX_NO_INLINE __declspec(noinline)
#else
#define TERAHEX_NO_INLINE __attribute__((noinline))
#endif

namespace terahex {
namespace {

struct Stretch {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  bool Holds(uintptr_t address) const { return address >= begin && address < end; }
};

// One running leaf. Only its own thread reads and writes anything but `taken`, `armed` and `owner`.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<bool> armed{false};  // `owner` and the rest are valid
  std::atomic<DWORD> owner{0};
  Stretch guarded[2];
  volatile bool faulted = false;
  volatile uintptr_t fault_address = 0;
  CONTEXT resume;
};

// More threads than this at once get `false` and read positionally.
constexpr int kSlots = 256;
Slot slots[kSlots];
std::atomic<int> slots_used{0};  // slots ever taken: the handler looks no further

LONG CALLBACK OnException(EXCEPTION_POINTERS* pointers) {
  const EXCEPTION_RECORD& record = *pointers->ExceptionRecord;
  if (record.ExceptionCode != EXCEPTION_IN_PAGE_ERROR && record.ExceptionCode != EXCEPTION_ACCESS_VIOLATION)
    return EXCEPTION_CONTINUE_SEARCH;
  if (record.NumberParameters < 2) return EXCEPTION_CONTINUE_SEARCH;
  const auto address = static_cast<uintptr_t>(record.ExceptionInformation[1]);
  const DWORD self = GetCurrentThreadId();
  const int used = slots_used.load(std::memory_order_acquire);
  for (int i = 0; i < used; ++i) {
    Slot& slot = slots[i];
    if (!slot.armed.load(std::memory_order_acquire) || slot.owner.load(std::memory_order_relaxed) != self)
      continue;
    if (!slot.guarded[0].Holds(address) && !slot.guarded[1].Holds(address)) continue;
    slot.fault_address = address;
    slot.faulted = true;
    *pointers->ContextRecord = slot.resume;  // back behind RtlCaptureContext
    return EXCEPTION_CONTINUE_EXECUTION;
  }
  return EXCEPTION_CONTINUE_SEARCH;
}

Slot* TakeSlot() {
  for (int i = 0; i < kSlots; ++i) {
    Slot& slot = slots[i];
    if (slot.taken.load(std::memory_order_relaxed) || slot.taken.exchange(true, std::memory_order_acquire))
      continue;
    int used = slots_used.load();
    while (used < i + 1 && !slots_used.compare_exchange_weak(used, i + 1)) {
    }
    return &slot;
  }
  return nullptr;
}

// Returns a second time after a fault, with the registers of the first. The compiler does not know that, so
// nothing lives across it but `slot`, which is needed to the end and therefore stays where it is.
TERAHEX_NO_INLINE bool RunIn(Slot* slot, void (*leaf)(void*), void* argument) {
  slot->faulted = false;
  RtlCaptureContext(&slot->resume);
  if (!slot->faulted) {
    slot->armed.store(true, std::memory_order_release);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    leaf(argument);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  slot->armed.store(false, std::memory_order_release);
  return !slot->faulted;
}

bool RunGuardedIn(Stretch first, Stretch second, void (*leaf)(void*), void* argument, Fault* fault) {
  Slot* const slot = TakeSlot();
  if (fault != nullptr) *fault = {};
  if (slot == nullptr) return false;
  slot->guarded[0] = first;
  slot->guarded[1] = second;
  slot->owner.store(GetCurrentThreadId(), std::memory_order_relaxed);
  const bool whole = RunIn(slot, leaf, argument);
  if (!whole && fault != nullptr) fault->address = slot->fault_address;
  slot->taken.store(false, std::memory_order_release);
  return whole;
}

struct Copy {
  std::byte* to;
  const std::byte* from;
  size_t length;
  volatile size_t done = 0;
};

void CopyBlocks(void* argument) {
  auto& copy = *static_cast<Copy*>(argument);
  constexpr size_t kBlock = 4096;  // what is copied again by bytes after a fault
  for (size_t at = 0; at < copy.length;) {
    const size_t part = std::min(copy.length - at, kBlock);
    std::memcpy(copy.to + at, copy.from + at, part);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    at += part;
    copy.done = at;
  }
}

// To the very byte that faults.
void CopyBytes(void* argument) {
  auto& copy = *static_cast<Copy*>(argument);
  auto* const to = reinterpret_cast<volatile std::byte*>(copy.to);
  const auto* const from = reinterpret_cast<const volatile std::byte*>(copy.from);
  for (size_t at = copy.done; at < copy.length;) {
    to[at] = from[at];
    ++at;
    copy.done = at;
  }
}

Stretch StretchOf(const void* begin, size_t length) {
  const auto start = reinterpret_cast<uintptr_t>(begin);
  return {start, start + length};
}

bool Install() {
  // A worker that ends unloads its addons; the handler must stay where it is.
  HMODULE self = nullptr;
  (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                           reinterpret_cast<LPCWSTR>(&OnException), &self);
  return AddVectoredExceptionHandler(1, OnException) != nullptr;  // 1: before the others
}

bool InstallOnce() {
  static const bool installed = Install();
  return installed;
}

}  // namespace

void InstallFaultGuard() { (void)InstallOnce(); }

// Nobody can displace a vectored handler, only come before it.
bool FaultGuardActive() { return InstallOnce(); }

size_t GuardedCopy(void* destination, const void* source, size_t length) {
  Copy copy{static_cast<std::byte*>(destination), static_cast<const std::byte*>(source), length};
  const Stretch to = StretchOf(destination, length);
  const Stretch from = StretchOf(source, length);
  if (!RunGuardedIn(to, from, CopyBlocks, &copy, nullptr))
    (void)RunGuardedIn(to, from, CopyBytes, &copy, nullptr);
  return copy.done;
}

bool RunGuarded(const void* begin, const void* end, void (*leaf)(void*), void* argument, Fault* fault) {
  const Stretch mapped{reinterpret_cast<uintptr_t>(begin), reinterpret_cast<uintptr_t>(end)};
  return RunGuardedIn(mapped, {}, leaf, argument, fault);
}

}  // namespace terahex
