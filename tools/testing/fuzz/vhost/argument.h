/* SPDX-License-Identifier: GPL-2.0 */
/* Arguments of ioctls. */
#ifndef _FUZZ_VHOST_ARGUMENT_H
#define _FUZZ_VHOST_ARGUMENT_H

#include "slot.h"

#define CONFIG_MAX	512U
#define ARRAY_MAX	80U

/*
 * What an argument is made of. Those of EVENTFD, ADDR, STATE and SIZE begin with the
 * number of a virtqueue, GROUP is that of a group and of an address space.
 */
enum argument_kind { NONE, VALUE, FEATURES, BACKEND, STATUS, STATE, SIZE, ADDR, EVENTFD, EVENT,
		     CONFIG_SPACE, ARRAY, TABLE, GROUP };

/* The argument of a request, as large as the largest. */
union argument {
	uint64_t value;
	uint8_t status;
	int event;
	struct vhost_vring_state state;
	struct vhost_vring_addr addr;
	struct vhost_vring_file file;
	struct vhost_vdpa_iova_range range;
	struct vhost_vdpa_config config;
	uint8_t bytes[CONFIG_MAX + sizeof(struct vhost_vdpa_config)];
	uint64_t quad[1 + ARRAY_MAX];
};

/* As a record describes it. */
void argument_make(struct slot *slot, enum argument_kind kind, union argument *arg,
		   const uint8_t *record);

/* Bytes of it that are there, and whether these are as many as it says. */
size_t argument_size(enum argument_kind kind, unsigned long cmd, const union argument *arg);
bool argument_whole(enum argument_kind kind, const union argument *arg);

/* Can a request with it succeed on any device? */
bool argument_valid(enum argument_kind kind, const union argument *arg);

#endif /* _FUZZ_VHOST_ARGUMENT_H */
