/* SPDX-License-Identifier: GPL-2.0 */
/* Ioctls of the device and of its container, with any arguments. */
#ifndef _FUZZ_VFIO_REQUEST_H
#define _FUZZ_VFIO_REQUEST_H

#include "device.h"

void request_irqs_record(const uint8_t *record);
void request_record(const uint8_t *record);
void request_dma_record(const uint8_t *record);

/* Memory of the device, all or a part of it. */
int request_map(uint64_t from, uint64_t len, uint32_t flags);

#endif /* _FUZZ_VFIO_REQUEST_H */
