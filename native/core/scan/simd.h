// Which vector instructions there are, by compiler and processor. Knows nothing of what they are used for.
// Thread rule: pure functions.
#pragma once

#include "native/core/processor.h"

#if defined(__x86_64__) || defined(_M_X64)
#define TERAHEX_X86_64 1
#include <immintrin.h>
#elif defined(__aarch64__) || defined(_M_ARM64)
#define TERAHEX_ARM64 1
#include <arm_neon.h>
#endif

#if defined(TERAHEX_X86_64) && defined(__GNUC__)
// Compiled with, and called only where the processor has it.
#define TERAHEX_TARGET(features) __attribute__((target(features)))
#define TERAHEX_HAS(feature) (::terahex::ProcessorHas(feature))
#else
#define TERAHEX_TARGET(features)
#define TERAHEX_HAS(feature) false
#endif

// Asks for a cache line that is wanted soon; any address will do, also one that cannot be read.
#if defined(__GNUC__)
#define TERAHEX_PREFETCH(address) __builtin_prefetch(address)
#elif defined(TERAHEX_X86_64)
#define TERAHEX_PREFETCH(address) _mm_prefetch(reinterpret_cast<const char*>(address), _MM_HINT_T0)
#else
#define TERAHEX_PREFETCH(address) static_cast<void>(address)
#endif
