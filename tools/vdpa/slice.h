/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slices, as messages tell of them, and which of them a request means.
 */
#ifndef TRIBUS_SLICE_H
#define TRIBUS_SLICE_H

#include <linux/mdev_netlink.h>

#include "config.h"

struct args;
struct nl;
struct nlmsghdr;
struct stats;

/* The words for enum mdev_slice_class; ends with NULL. */
extern const char *const class_names[];
const char *class_name(uint32_t class);

/**
 * struct slice - what a message tells; its strings are in the message
 * @given: parts of its provisioning that somebody gave; the parent chose the others
 * @config: its provisioning
 */
struct slice {
	const struct nlattr *attrs[MDEV_A_SLICE_MAX + 1];
	const struct nlattr *endpoint[MDEV_A_ENDPOINT_MAX + 1];
	const struct nlattr *device[MDEV_A_DEVICE_MAX + 1];
	const struct nlattr *event[MDEV_A_EVENT_MAX + 1];
	const char *name;
	const char *bus;
	const char *parent;
	const char *type;
	const char *owner;
	const char *uuid;
	uint32_t id;
	uint32_t class;
	uint32_t given;
	struct config config;
};

void slice_get(struct slice *slice, const struct nlmsghdr *message);

/* In words: "bound", "unbound", "probe-failed", "changing", "dying", or "parked". */
const char *slice_state(const struct slice *slice);

/* Name of its representor, NULL if that is in another network namespace. */
const char *slice_representor(const struct slice *slice);

/* What it appears as: a node, a network device ...; NULL if there is none */
const char *slice_node(const struct slice *slice, char *text, size_t size);

/**
 * struct filter - which slices are meant
 * @single: by name, id, or UUID
 * @class: number of the class + 1, 0 for any
 */
struct filter {
	bool single;
	bool has_id;
	uint32_t id;
	uint32_t class;
	const char *name;
	const char *uuid;
	const char *bus;
	const char *parent;
	const char *type;
	const char *owner;
	char bus_text[MDEV_PARENT_NAME_MAX + 1];
};

/*
 * Reads words up to the end: a name, or keywords of @keys with their values. -1 after a
 * complaint.
 */
int filter_read(struct filter *filter, struct args *args, const char *const *keys);

/* The same, where a name and other keywords may stand together. */
int filter_read_any(struct filter *filter, struct args *args, const char *const *keys);

/* Takes "PARENT" or "BUS/PARENT"; or the path of one in sysfs. */
int filter_set_parent(struct filter *filter, const char *text);
int filter_set_device(struct filter *filter, const char *path);

void filter_put(struct nl *nl, const struct filter *filter);

/* Keywords that slices can be chosen by. */
extern const char *const filter_all[];

void slice_print(const struct slice *slice, const struct stats *stats);

int slice_show(struct nl *nl, struct args *args);
int slice_stats(struct nl *nl, struct args *args);
int slice_graph(struct nl *nl, const struct filter *filter);

#endif /* TRIBUS_SLICE_H */
