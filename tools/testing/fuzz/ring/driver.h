/* SPDX-License-Identifier: GPL-2.0 */
/* The driver side, which writes what it likes. */
#ifndef _FUZZ_RING_DRIVER_H
#define _FUZZ_RING_DRIVER_H

#include "memory.h"

struct driver {
	struct memory *mem;
	u16 num;
	u16 idx;	/* of the available ring, as last written */
};

enum {
	DRIVER_DESC,
	DRIVER_AVAIL,
	DRIVER_IDX,
	DRIVER_RAW,
	DRIVER_EVENT,
	DRIVER_CHAIN,
	DRIVER_MAP,
	DRIVER_OPS
};

/* One record, of which the first byte is one of the above. */
void driver_run(struct driver *driver, const u8 *record);

void driver_set_idx(struct driver *driver, u16 idx);

/* An address: of 16 places, by the low half of @place, at or before its end or not. */
u64 driver_address(const struct memory *mem, u8 place, u8 offset);

#endif /* _FUZZ_RING_DRIVER_H */
