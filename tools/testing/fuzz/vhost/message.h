/* SPDX-License-Identifier: GPL-2.0 */
/* IOTLB messages: writes to the node. */
#ifndef _FUZZ_VHOST_MESSAGE_H
#define _FUZZ_VHOST_MESSAGE_H

#include "slot.h"

/* A record's message, in pieces, too short or too long. */
void message_record(struct slot *slot, struct file *file, const uint8_t *record);

/* One of version 2 in one piece. */
int message(struct slot *slot, struct file *file, const struct vhost_msg_v2 *msg);

#endif /* _FUZZ_VHOST_MESSAGE_H */
