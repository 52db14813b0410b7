/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _FUZZ_RING_PACKED_RUN_H
#define _FUZZ_RING_PACKED_RUN_H

#include <linux/types.h>

/* Does the first record of an input want a packed ring? */
static inline bool packed_wanted(const u8 *record)
{
	return record[7] % 8 == 7;
}

void packed_run(const u8 *data, size_t len);

#endif /* _FUZZ_RING_PACKED_RUN_H */
