// The SIGBUS guard of Linux and macOS: a copy routine with fix-up addresses, and a slot table for leaf
// functions. Knows nothing of files; a fault that is not its own goes to whoever had the signal before (V8,
// crash reporters). Thread rule: any thread, any number at once; the handler takes no lock and uses no
// thread_local, because the storage of a dlopen'ed library may be made on first use, which allocates.
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include <atomic>
#include <cstring>
#if defined(__APPLE__)
#include <sys/ucontext.h>
#else
#include <ucontext.h>
#endif

#include "native/core/platform/fault_guard.h"

// The asm() names keep macOS from adding its underscore, so that one assembly text serves both systems.
extern "C" {
size_t terahex_copy(void* destination, const void* source, size_t length) __asm__("terahex_copy");
extern const char terahex_copy_begin[] __asm__("terahex_copy_begin");
extern const char terahex_copy_end[] __asm__("terahex_copy_end");
extern const char terahex_copy_fixup[] __asm__("terahex_copy_fixup");
#if defined(__aarch64__)
extern const char terahex_copy_blocks_begin[] __asm__("terahex_copy_blocks_begin");
extern const char terahex_copy_blocks_end[] __asm__("terahex_copy_blocks_end");
extern const char terahex_copy_bytes[] __asm__("terahex_copy_bytes");
#endif
}

// TERAHEX_LABEL: a place inside a function. Without .alt_entry the linker of macOS would take what follows it
// for a function of its own, to be moved or left out.
#if defined(__APPLE__)
#define TERAHEX_SYMBOL(name) ".globl " name "\n .private_extern " name "\n" name ":\n"
#define TERAHEX_LABEL(name) ".alt_entry " name "\n " TERAHEX_SYMBOL(name)
#else
#define TERAHEX_SYMBOL(name) ".globl " name "\n .hidden " name "\n" name ":\n"
#define TERAHEX_LABEL(name) TERAHEX_SYMBOL(name)
#endif

// terahex_copy returns the bytes it did NOT copy. A fault inside [begin, end) continues at the fix-up.
#if defined(__x86_64__)
// rcx holds what is left at every moment of `rep movsb`, so the count after a fault is exact.
__asm__(".text\n" TERAHEX_SYMBOL("terahex_copy")  //
        "  mov %rdx, %rcx\n"                      //
        TERAHEX_LABEL("terahex_copy_begin")       //
        "  rep movsb\n"                           //
        TERAHEX_LABEL("terahex_copy_end")         //
        TERAHEX_LABEL("terahex_copy_fixup")       //
        "  mov %rcx, %rax\n"                      //
        "  ret\n");
#elif defined(__aarch64__)
// 64 bytes at a time; the three registers move together after the stores, so a fault in a block continues
// with the byte loop, which finds the exact end.
__asm__(".text\n .p2align 4\n" TERAHEX_SYMBOL("terahex_copy")  //
        "  cmp x2, #64\n"                                      //
        "  b.lo 2f\n"                                          //
        TERAHEX_LABEL("terahex_copy_blocks_begin")             //
        "1: ldp q0, q1, [x1]\n"                                //
        "  ldp q2, q3, [x1, #32]\n"                            //
        "  stp q0, q1, [x0]\n"                                 //
        "  stp q2, q3, [x0, #32]\n"                            //
        TERAHEX_LABEL("terahex_copy_blocks_end")               //
        "  add x1, x1, #64\n"                                  //
        "  add x0, x0, #64\n"                                  //
        "  sub x2, x2, #64\n"                                  //
        "  cmp x2, #64\n"                                      //
        "  b.hs 1b\n"                                          //
        TERAHEX_LABEL("terahex_copy_bytes")                    //
        "2: cbz x2, 4f\n"                                      //
        TERAHEX_LABEL("terahex_copy_begin")                    //
        "3: ldrb w3, [x1], #1\n"                               //
        "  strb w3, [x0], #1\n"                                //
        TERAHEX_LABEL("terahex_copy_end")                      //
        "  subs x2, x2, #1\n"                                  //
        "  b.ne 3b\n"                                          //
        TERAHEX_LABEL("terahex_copy_fixup")                    //
        "4: mov x0, x2\n"                                      //
        "  ret\n");
#else
#error "no guarded copy for this processor: write one, or leave mapping out (positional reads) on it"
#endif

namespace terahex {
namespace {

uintptr_t ProgramCounter(const ucontext_t* context) {
#if defined(__APPLE__) && defined(__x86_64__)
  return context->uc_mcontext->__ss.__rip;
#elif defined(__APPLE__)
  return context->uc_mcontext->__ss.__pc;
#elif defined(__x86_64__)
  return static_cast<uintptr_t>(context->uc_mcontext.gregs[REG_RIP]);
#else
  return context->uc_mcontext.pc;
#endif
}

void SetProgramCounter(ucontext_t* context, const char* target) {
  const auto address = reinterpret_cast<uintptr_t>(target);
#if defined(__APPLE__) && defined(__x86_64__)
  context->uc_mcontext->__ss.__rip = address;
#elif defined(__APPLE__)
  context->uc_mcontext->__ss.__pc = address;
#elif defined(__x86_64__)
  context->uc_mcontext.gregs[REG_RIP] = static_cast<greg_t>(address);
#else
  context->uc_mcontext.pc = address;
#endif
}

bool Inside(uintptr_t address, const char* begin, const char* end) {
  return address >= reinterpret_cast<uintptr_t>(begin) && address < reinterpret_cast<uintptr_t>(end);
}

// One running RunGuarded. Only its own thread reads and writes anything but `taken` and `owner`.
struct Slot {
  std::atomic<bool> taken{false};
  std::atomic<bool> armed{false};  // `owner` and the rest are valid
  std::atomic<pthread_t> owner{};
  uintptr_t begin = 0;
  uintptr_t end = 0;
  volatile uintptr_t fault_address = 0;
  sigjmp_buf resume;
};

// More threads than this at once in RunGuarded get `false` and read positionally.
constexpr int kSlots = 256;
Slot slots[kSlots];
std::atomic<int> slots_used{0};  // slots ever taken: the handler looks no further

// Saving the signal mask costs a system call for each run and nothing needs it: with SA_NODEFER the handler
// runs unmasked. ThreadSanitizer's own handler around ours masks everything, so there, and only there,
// leaving it must restore.
#if defined(__SANITIZE_THREAD__)
constexpr int kSaveMask = 1;
#else
constexpr int kSaveMask = 0;
#endif

// A fault of this very thread, and no signal that a program sent. Darwin numbers the latter from SI_USER
// (0x10001) up, others from 0 down.
bool FromKernel(const siginfo_t* info) {
#if defined(__APPLE__)
  return info->si_code > 0 && info->si_code < SI_USER;
#else
  return info->si_code > 0;
#endif
}

struct sigaction previous;  // written before our handler is in place, then only read

// Hands the signal on. With no earlier handler the default action is restored: a real fault repeats and ends
// the process with the right signal, one sent by kill() is raised again.
void Chain(int signal_number, siginfo_t* info, void* context) {
  if (previous.sa_flags & SA_SIGINFO) {
    if (previous.sa_sigaction != nullptr) return previous.sa_sigaction(signal_number, info, context);
  } else if (previous.sa_handler == SIG_IGN && !FromKernel(info)) {
    return;
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    return previous.sa_handler(signal_number);
  }
  struct sigaction fallback;
  std::memset(&fallback, 0, sizeof fallback);
  fallback.sa_handler = SIG_DFL;
  sigaction(signal_number, &fallback, nullptr);
  if (!FromKernel(info)) raise(signal_number);
}

void OnBusError(int signal_number, siginfo_t* info, void* raw_context) {
  auto* context = static_cast<ucontext_t*>(raw_context);
  if (FromKernel(info)) {
    const uintptr_t counter = ProgramCounter(context);
    if (Inside(counter, terahex_copy_begin, terahex_copy_end)) {
      return SetProgramCounter(context, terahex_copy_fixup);
    }
#if defined(__aarch64__)
    if (Inside(counter, terahex_copy_blocks_begin, terahex_copy_blocks_end)) {
      return SetProgramCounter(context, terahex_copy_bytes);
    }
#endif
    const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
    const pthread_t self = pthread_self();
    const int used = slots_used.load(std::memory_order_acquire);
    for (int i = 0; i < used; ++i) {
      Slot& slot = slots[i];
      if (!slot.armed.load(std::memory_order_acquire) || slot.owner.load(std::memory_order_relaxed) != self)
        continue;
      if (address < slot.begin || address >= slot.end) continue;
      slot.fault_address = address;
      siglongjmp(slot.resume, 1);
    }
  }
  Chain(signal_number, info, raw_context);
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

void ReleaseSlot(Slot* slot) {
  slot->armed.store(false, std::memory_order_release);
  slot->taken.store(false, std::memory_order_release);
}

// A worker that ends unloads its addons; the handler must stay where it is.
void PinThisLibrary() {
  Dl_info info;
  if (dladdr(reinterpret_cast<void*>(&OnBusError), &info) == 0 || info.dli_fname == nullptr) return;
  dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

bool Install() {
  PinThisLibrary();
  if (sigaction(SIGBUS, nullptr, &previous) != 0) return false;
  struct sigaction action;
  std::memset(&action, 0, sizeof action);
  action.sa_sigaction = OnBusError;
  // ONSTACK: V8's threads have alternate stacks. NODEFER: leaving by siglongjmp must not leave the signal
  // blocked.
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

void InstallFaultGuard() {
  static const bool installed = Install();
  (void)installed;
}

bool FaultGuardActive() {
  struct sigaction current;
  return sigaction(SIGBUS, nullptr, &current) == 0 && (current.sa_flags & SA_SIGINFO) != 0 &&
         current.sa_sigaction == OnBusError;
}

size_t GuardedCopy(void* destination, const void* source, size_t length) {
  return length - terahex_copy(destination, source, length);
}

// Kept out of line: a sigsetjmp inlined into a caller would make all of the caller's variables suspect.
__attribute__((noinline)) bool RunGuarded(const void* begin, const void* end, void (*leaf)(void*),
                                          void* argument, Fault* fault) {
  Slot* const slot = TakeSlot();
  if (slot == nullptr) {
    if (fault != nullptr) *fault = {};
    return false;
  }
  slot->begin = reinterpret_cast<uintptr_t>(begin);
  slot->end = reinterpret_cast<uintptr_t>(end);
  slot->owner.store(pthread_self(), std::memory_order_relaxed);
  slot->armed.store(true, std::memory_order_release);
  if (sigsetjmp(slot->resume, kSaveMask) == 0) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    leaf(argument);
    std::atomic_signal_fence(std::memory_order_seq_cst);
    ReleaseSlot(slot);
    return true;
  }
  if (fault != nullptr) fault->address = slot->fault_address;
  ReleaseSlot(slot);
  return false;
}

}  // namespace terahex
