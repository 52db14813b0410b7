/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slices that there are, by name.
 */
#ifndef TRIBUS_PRESENT_H
#define TRIBUS_PRESENT_H

#include <stddef.h>

#include "slice.h"

/**
 * struct present - slices
 * @slices: in the order of their names
 * @count: how many
 * @room: for how many there is room
 */
struct present {
	struct present_slice *slices;
	size_t count;
	size_t room;
};

struct present_slice {
	struct nlmsghdr *message;
	struct slice slice;
};

/* An exit code; complains. present_free() is needed in any case. */
int present_load(struct nl *nl, struct present *present);
void present_free(struct present *present);

/* NULL if there is none */
const struct slice *present_find(const struct present *present, const char *name);

#endif /* TRIBUS_PRESENT_H */
