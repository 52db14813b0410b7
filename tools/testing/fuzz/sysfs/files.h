/* SPDX-License-Identifier: GPL-2.0 */
/* The files that are written to. */
#ifndef _FUZZ_FILES_H
#define _FUZZ_FILES_H

#include "fuzz.h"

#define FILES_MAX	256

/* What slices that are made by UUID are called; both are among the values. */
#define FILES_UUID_ONE	"1b4e28ba-2fa1-11d2-883f-0016d3cca427"
#define FILES_UUID_TWO	"1b4e28ba-2fa1-11d2-883f-0016d3cca428"

/* To be called while there is a slice of this name, to find what we do not know of. */
void files_init(const char *slice);

/* How many there are; those that are known by name come first. */
unsigned int files_count(void);
unsigned int files_known(void);

/* The path of a file for a slice; the buffer is the function's. */
const char *files_path(unsigned int i, const char *slice);

/* Is this one of the files that take seconds on a debug kernel? */
bool files_slow(unsigned int i);

/* Would this write keep everything waiting for long, or the fuzzer from going on? */
bool files_refuse(unsigned int i, const char *text, size_t len);

#endif /* _FUZZ_FILES_H */
