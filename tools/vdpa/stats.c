// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of slices and of their queues: tribus slice stats, tribus -s slice show
 */
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "stats.h"
#include "tribus.h"
#include "virtio.h"

/* Where @attrs has MDEV_A_STATS_MAX + 1 places. */
static uint32_t message_slice(const struct nlmsghdr *message, const struct nlattr **attrs)
{
	attr_parse_message(&stats_set, message, attrs);
	return attr_number(attrs[MDEV_A_STATS_SLICE_ID]);
}

static void keep_message(const struct nlmsghdr *message, void *data)
{
	struct stats *stats = data;
	struct nlmsghdr *copy;

	if (stats->count == stats->room) {
		stats->room = stats->room ? 2 * stats->room : 64;
		stats->messages = need_memory(realloc(stats->messages,
						      stats->room * sizeof(*stats->messages)));
	}
	copy = need_memory(malloc(message->nlmsg_len));
	memcpy(copy, message, message->nlmsg_len);
	stats->messages[stats->count++] = copy;
}

static uint32_t slice_at(const struct stats *stats, size_t index)
{
	const struct nlattr *attrs[MDEV_A_STATS_MAX + 1];

	return message_slice(stats->messages[index], attrs);
}

int stats_load(struct nl *nl, struct stats *stats, const struct filter *filter)
{
	nl_begin(nl, MDEV_CMD_STATS_GET, NLM_F_DUMP);
	if (filter->has_id)
		nl_put_u32(nl, MDEV_A_STATS_SLICE_ID, filter->id);
	nl_put_string(nl, MDEV_A_STATS_SLICE_NAME, filter->name);
	nl_put_string(nl, MDEV_A_STATS_SLICE_UUID, filter->uuid);
	nl_put_string(nl, MDEV_A_STATS_PARENT_BUS, filter->bus);
	nl_put_string(nl, MDEV_A_STATS_PARENT_NAME, filter->parent);
	nl_put_string(nl, MDEV_A_STATS_SLICE_TYPE, filter->type);
	if (filter->class)
		nl_put_u32(nl, MDEV_A_STATS_SLICE_CLASS, filter->class - 1);
	nl_put_string(nl, MDEV_A_STATS_SLICE_OWNER, filter->owner);
	nl_talk(nl, keep_message, stats);
	return nl_result(nl, filter->name);
}

void stats_free(struct stats *stats)
{
	for (size_t i = 0; i < stats->count; i++)
		free(stats->messages[i]);
	free(stats->messages);
	memset(stats, 0, sizeof(*stats));
}

static void print_counters(const struct nlmsghdr *message)
{
	const struct nlattr *counter[MDEV_A_COUNTER_MAX + 1];
	const struct nlattr *attr;

	json_object("counters");
	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != MDEV_A_STATS_COUNTER)
			continue;
		attr_parse_nest(&counter_set, attr, counter);
		if (counter[MDEV_A_COUNTER_NAME])
			print_number(attr_string(counter[MDEV_A_COUNTER_NAME]),
				     attr_string(counter[MDEV_A_COUNTER_NAME]),
				     attr_number(counter[MDEV_A_COUNTER_VALUE]));
	}
	json_object_end();
}

static void print_message(const struct nlmsghdr *message)
{
	const struct nlattr *attrs[MDEV_A_STATS_MAX + 1];

	message_slice(message, attrs);
	json_object(NULL);
	text_line();
	if (attrs[MDEV_A_STATS_QUEUE])
		print_number("queue", "queue", attr_number(attrs[MDEV_A_STATS_QUEUE]));
	else
		text_word(COLOR_NONE, "slice");
	print_counters(message);
	json_object_end();
}

/* The first message of a slice: they are in the order of slices. */
static size_t find_slice(const struct stats *stats, uint32_t slice_id)
{
	size_t low = 0, high = stats->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (slice_at(stats, middle) < slice_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Prints from @index on what belongs to the same slice; the index of the next one */
static size_t print_from(const struct stats *stats, size_t index, uint32_t slice_id)
{
	json_array("stats");
	for (; index < stats->count && slice_at(stats, index) == slice_id; index++)
		print_message(stats->messages[index]);
	json_array_end();
	return index;
}

void stats_print(const struct stats *stats, uint32_t slice_id)
{
	print_from(stats, find_slice(stats, slice_id), slice_id);
}

static void print_all(const struct stats *stats)
{
	const struct nlattr *attrs[MDEV_A_STATS_MAX + 1];
	size_t index = 0;

	while (index < stats->count) {
		uint32_t id = message_slice(stats->messages[index], attrs);
		const char *name = attr_string(attrs[MDEV_A_STATS_SLICE_NAME]);

		print_item("name", name ? name : "");
		json_number("id", id);
		print_string("kind", "device", COLOR_NONE,
			     virtio_device_name(attr_number(attrs[MDEV_A_STATS_DEVICE_ID])));
		index = print_from(stats, index, id);
		print_item_end();
	}
}

int slice_stats(struct nl *nl, struct args *args)
{
	struct stats stats = { 0 };
	struct filter filter;
	int code;

	if (filter_read(&filter, args, filter_all))
		return EXIT_USAGE;
	code = stats_load(nl, &stats, &filter);
	print_begin();
	print_all(&stats);
	print_end();
	stats_free(&stats);
	return code;
}
