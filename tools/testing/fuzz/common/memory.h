/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of devices, which comes and goes, and of arguments. */
#ifndef _FUZZ_MEMORY_H
#define _FUZZ_MEMORY_H

#include "fuzz.h"

#define PAGE		4096U

/* Shared memory of a file, at an address that stays. */
struct memory {
	char *at;
	size_t bytes;
	int fd;
};

/* Nothing is there before memory_begin(). */
void memory_init(struct memory *memory, const char *name, uint64_t at, size_t bytes);

/* All of it is there, and empty. */
void memory_begin(const struct memory *memory);

/* Unmap, protect, truncate, replace: a record's change to some pages. */
void memory_change(const struct memory *memory, const uint8_t *record);

/* Copies; false if there is no memory. Also for doorbells. */
bool memory_write(void *to, const void *from, size_t len);
bool memory_read(void *to, const void *from, size_t len);

/*
 * A copy of bytes that are followed by what is no memory: access to more than there
 * is fails. NULL and 0 bytes: a pointer to nothing. At most a page.
 */
void *memory_argument(const void *bytes, size_t len);

#endif /* _FUZZ_MEMORY_H */
