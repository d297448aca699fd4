// The two requests of macOS's <sys/disk.h> that we send, for compilers that do not bring that header: their
// numbers are Apple's (xnu, bsd/sys/disk.h).
#pragma once
#include <stdint.h>
#include <sys/ioctl.h>

#define DKIOCGETBLOCKSIZE _IOR('d', 24, uint32_t)
#define DKIOCGETBLOCKCOUNT _IOR('d', 25, uint64_t)
