/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes of family mdev: what they hold, and what they are called on the command
 * line.
 */
#ifndef TRIBUS_ATTR_H
#define TRIBUS_ATTR_H

#include <libmnl/libmnl.h>
#include <linux/mdev_netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum attr_kind {
	ATTR_UNKNOWN,
	ATTR_BINARY,
	ATTR_FLAG,
	ATTR_NEST,
	ATTR_STRING,
	ATTR_U8,
	ATTR_U32,
	ATTR_UINT,
};

/**
 * struct attr - one attribute
 * @kind: what it holds
 * @name: what the command line calls it
 * @nest: the attributes in it
 */
struct attr {
	enum attr_kind kind;
	const char *name;
	const struct attr_set *nest;
};

struct attr_set {
	unsigned int count;
	const struct attr *attrs;
};

extern const struct attr_set parent_set, type_set, slice_set, stats_set;
extern const struct attr_set endpoint_set, device_set, config_set, net_set;
extern const struct attr_set event_set, counter_set;

/*
 * Sorts attributes by their type into @table, which has @set->count places. One that is
 * not known, or holds something else than it should, is not there.
 */
void attr_parse(const struct attr_set *set, const void *data, size_t length,
		const struct nlattr **table);
void attr_parse_nest(const struct attr_set *set, const struct nlattr *nest,
		     const struct nlattr **table);
bool attr_fits(const struct attr_set *set, const struct nlattr *attr);

/* NULL, or 0, where the attribute is not there. */
const char *attr_string(const struct nlattr *attr);
uint64_t attr_number(const struct nlattr *attr);

/* The attributes of a message of the family. */
void attr_parse_message(const struct attr_set *set, const struct nlmsghdr *message,
			const struct nlattr **table);

/* The name of the attribute at @offset in a request, NULL if there is none. */
const char *attr_at(const struct attr_set *set, const struct nlmsghdr *request,
		    unsigned int offset);

#endif /* TRIBUS_ATTR_H */
