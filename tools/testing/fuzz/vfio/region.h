/* SPDX-License-Identifier: GPL-2.0 */
/* Accesses to regions, of any width at any place. */
#ifndef _FUZZ_VFIO_REGION_H
#define _FUZZ_VFIO_REGION_H

#include "device.h"

/* A number of 1, 2 or 4 bytes, whatever comes of it. */
void region_put(unsigned int index, uint64_t pos, size_t len, uint32_t value);
uint32_t region_get(unsigned int index, uint64_t pos, size_t len);

/* In a virtio structure. */
void region_put_in(unsigned int type, uint32_t pos, size_t len, uint32_t value);
uint32_t region_get_in(unsigned int type, uint32_t pos, size_t len);

void region_record(const uint8_t *record);
void region_window_record(const uint8_t *record);

/* Configuration space remembers nothing of who had it before. */
void region_learn(void);
void region_check(void);

#endif /* _FUZZ_VFIO_REGION_H */
