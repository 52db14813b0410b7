/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ioctls of the node: what is passed, and what must not come of it whatever the
 * device is doing.
 */
#ifndef _FUZZ_VHOST_REQUEST_H
#define _FUZZ_VHOST_REQUEST_H

#include "slot.h"

/* What a device is does not change: remember it, and compare. */
void requests_learn(struct slot *slot);
void requests_check(struct slot *slot);

/* What the first of these gave: a number, by a request that gives the same each time. */
uint64_t request_offered(const struct slot *slot, unsigned long cmd);

/* How many there are in the table. */
unsigned int requests_count(void);

/* A record's ioctl, with the argument that it describes. */
void request_record(struct slot *slot, struct file *file, const uint8_t *record);

/* One with a given argument: 0 or a negative errno. */
int request(struct slot *slot, struct file *file, unsigned long cmd, const void *arg);

#endif /* _FUZZ_VHOST_REQUEST_H */
