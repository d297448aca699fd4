// Entry point of the native tests; the cases live in *_test.cc beside this file.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "doctest/doctest.h"
