/* SPDX-License-Identifier: GPL-2.0 */
/* Pages of the device that are mapped to be written to. */
#ifndef _FUZZ_VHOST_DOORBELL_H
#define _FUZZ_VHOST_DOORBELL_H

#include "slot.h"

/* Map one, write to it, change or unmap it. */
void doorbell_record(struct slot *slot, struct file *file, const uint8_t *record);
void doorbell_unmap(struct slot *slot);

#endif /* _FUZZ_VHOST_DOORBELL_H */
