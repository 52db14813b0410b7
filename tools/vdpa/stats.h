/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of slices and of their queues.
 */
#ifndef TRIBUS_STATS_H
#define TRIBUS_STATS_H

#include <stddef.h>
#include <stdint.h>

struct filter;
struct nl;
struct nlmsghdr;

/**
 * struct stats - messages with counters, in the order of slices
 * @messages: copies
 * @count: how many
 * @room: for how many there is room
 */
struct stats {
	struct nlmsghdr **messages;
	size_t count;
	size_t room;
};

/* An exit code; complains. stats_free() is needed in any case. */
int stats_load(struct nl *nl, struct stats *stats, const struct filter *filter);
void stats_free(struct stats *stats);

/* Prints those of one slice, as lines of its paragraph. */
void stats_print(const struct stats *stats, uint32_t slice_id);

#endif /* TRIBUS_STATS_H */
