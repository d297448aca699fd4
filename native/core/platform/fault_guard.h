// Survives faults on mapped memory: copies and leaf scans that end with a count instead of SIGBUS / an
// in-page exception. Everything that touches a View goes through here. See the "Faults" facts in
// docs/architecture.md. Thread rule: any thread, any number at once; no locks, no thread_local in the
// handler.
#pragma once

#include <cstddef>
#include <cstdint>

namespace terahex {

// Installs the handler once per process; chains to whatever was there. Idempotent.
void InstallFaultGuard();
// False once someone displaced the handler (process.on('SIGBUS')): fall back to positional reads.
bool FaultGuardActive();

// Copies `length` bytes out of (or into) mapped memory. Returns bytes copied; fewer when an access faulted.
size_t GuardedCopy(void* destination, const void* source, size_t length);

struct Fault {
  uintptr_t address = 0;
};
// Runs `leaf(argument)`, which may touch only [begin, end) of mapped memory besides its own data and must own
// nothing with a destructor. Returns false and fills `fault` when it faulted there, or when no slot is free.
bool RunGuarded(const void* begin, const void* end, void (*leaf)(void*), void* argument, Fault* fault);

}  // namespace terahex
