/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of slots, which comes and goes, and of arguments. */
#ifndef _FUZZ_VHOST_MEMORY_H
#define _FUZZ_VHOST_MEMORY_H

#include "slot.h"

void memory_init(struct slot *slot, unsigned int number);

/* All of it is there, and empty. */
void memory_begin(struct slot *slot);

/* Unmap, protect, truncate, replace: a record's change to some pages. */
void memory_change(struct slot *slot, const uint8_t *record);

/* Copies; false if there is no memory. Also for doorbells. */
bool memory_write(void *to, const void *from, size_t len);
bool memory_read(void *to, const void *from, size_t len);

/*
 * A copy of bytes that are followed by what is no memory: access to more than there
 * is fails. NULL and 0 bytes: a pointer to nothing.
 */
void *memory_argument(const void *bytes, size_t len);

#endif /* _FUZZ_VHOST_MEMORY_H */
