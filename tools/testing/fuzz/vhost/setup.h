/* SPDX-License-Identifier: GPL-2.0 */
/* Everything up to a device that works, in the order in which QEMU does it. */
#ifndef _FUZZ_VHOST_SETUP_H
#define _FUZZ_VHOST_SETUP_H

#include "slot.h"

#define SETUP_STEPS	12

/* As many steps as the record says; those that fail are passed over. */
void setup_record(struct slot *slot, struct file *file, const uint8_t *record);

#endif /* _FUZZ_VHOST_SETUP_H */
