// SPDX-License-Identifier: GPL-2.0
/*
 * The engine, unchanged, against the headers of selftests/ring/shim. A file of its
 * own because it is the only one that is compiled for coverage.
 */
#include "as.c"
#include "ring.c"
#include "split.c"

unsigned int shim_warnings;
int shim_alloc_fail = -1;
