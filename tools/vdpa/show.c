// SPDX-License-Identifier: GPL-2.0
/*
 * tribus slice show
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "stats.h"
#include "sysfs.h"
#include "tribus.h"

static void print_holder(const struct slice *slice)
{
	const struct nlattr *pid = slice->endpoint[MDEV_A_ENDPOINT_HOLDER_PID];
	const char *comm = attr_string(slice->endpoint[MDEV_A_ENDPOINT_HOLDER_COMM]);

	/* A process that has passed its file on has none any more. */
	if (!pid && !comm)
		return;
	json_object("holder");
	text_word(COLOR_NONE, "held by");
	if (pid)
		print_number("pid", "pid", attr_number(pid));
	print_string("comm", "comm", COLOR_NONE, comm);
	json_object_end();
}

static void print_probe_error(const struct slice *slice)
{
	const struct nlattr *error = slice->endpoint[MDEV_A_ENDPOINT_PROBE_ERROR];

	if (!error)
		return;
	json_number("probe_error", attr_number(error));
	print_string("probe_error_text", "error", COLOR_BAD, strerror(attr_number(error)));
}

static void print_endpoint(const struct slice *slice)
{
	const struct nlattr *const *endpoint = slice->endpoint;
	const struct nlattr *group = endpoint[MDEV_A_ENDPOINT_IOMMU_GROUP];
	const char *device = attr_string(endpoint[MDEV_A_ENDPOINT_DEVICE]);
	const char *bus = attr_string(endpoint[MDEV_A_ENDPOINT_BUS]);
	char name[256];

	if (!slice->attrs[MDEV_A_SLICE_ENDPOINT])
		return;
	text_line();
	json_object("endpoint");
	text_word(COLOR_NONE, "endpoint");
	json_string("bus", bus);
	json_string("device", device);
	if (endpoint[MDEV_A_ENDPOINT_NODE])
		print_string("node", NULL, COLOR_NAME, slice_node(slice, name, sizeof(name)));
	else
		print_string("netdev", NULL, COLOR_NAME,
			     sysfs_netdev(bus, device, name, sizeof(name)));
	print_string("driver", "driver", COLOR_NONE, attr_string(endpoint[MDEV_A_ENDPOINT_DRIVER]));
	if (group)
		print_number("iommu_group", "iommu_group", attr_number(group));
	print_probe_error(slice);
	print_holder(slice);
	json_object_end();
}

static void print_queues(const struct nlattr *const *device)
{
	if (device[MDEV_A_DEVICE_VQS])
		print_number("queues", "queues", attr_number(device[MDEV_A_DEVICE_VQS]));
	if (device[MDEV_A_DEVICE_VQ_SIZE_MAX])
		print_number("queue_size_max", "queue_size",
			     attr_number(device[MDEV_A_DEVICE_VQ_SIZE_MAX]));
	if (device[MDEV_A_DEVICE_VQ_SIZE_MIN])
		json_number("queue_size_min", attr_number(device[MDEV_A_DEVICE_VQ_SIZE_MIN]));
}

static void print_features(const char *key, const char *names, const struct nlattr *attr,
			   uint32_t id)
{
	char text[FEATURES_TEXT];
	struct features features;

	if (!attr)
		return;
	features_get(&features, attr);
	json_string(key, features_text(&features, text));
	if (!options.details)
		return;
	text_line();
	text_word(COLOR_NONE, key);
	features_print(names, &features, id);
}

static void print_device(const struct slice *slice)
{
	const struct nlattr *const *device = slice->device;
	uint32_t id = attr_number(device[MDEV_A_DEVICE_ID]);
	struct features features;

	if (!slice->attrs[MDEV_A_SLICE_DEVICE])
		return;
	text_line();
	json_object("device");
	json_number("id", id);
	print_string("kind", "device", COLOR_NONE, virtio_device_name(id));
	features_get(&features, device[MDEV_A_DEVICE_FEATURES]);
	virtio_space_print(id, &features, device[MDEV_A_DEVICE_SPACE]);
	print_queues(device);
	if (device[MDEV_A_DEVICE_STATUS])
		virtio_status_print(attr_number(device[MDEV_A_DEVICE_STATUS]));
	print_features("features", "feature_names", device[MDEV_A_DEVICE_FEATURES], id);
	print_features("driver_features", "driver_feature_names",
		       device[MDEV_A_DEVICE_DRIVER_FEATURES], id);
	json_object_end();
}

static void print_config(const struct slice *slice)
{
	if (!slice->config.parts)
		return;
	if (options.details)
		text_line();
	if (!options.details && !options.json)
		return;
	json_object("config");
	text_word(COLOR_NONE, "config");
	config_print(&slice->config);
	json_object_end();
	if (options.details)
		text_line();
	config_parts_print("given", "given", slice->given);
}

static void print_representor(const struct slice *slice)
{
	const struct nlattr *index = slice->attrs[MDEV_A_SLICE_REPRESENTOR];
	const struct nlattr *netnsid = slice->attrs[MDEV_A_SLICE_REPRESENTOR_NETNSID];

	if (!index)
		return;
	json_object("representor");
	if (netnsid) {
		print_number("ifindex", "representor ifindex", attr_number(index));
		print_number("netnsid", "netnsid", attr_number(netnsid));
	} else {
		json_number("ifindex", attr_number(index));
		print_string("ifname", "representor", COLOR_NAME, slice_representor(slice));
	}
	json_object_end();
}

static void print_head(const struct slice *slice)
{
	const char *state = slice_state(slice);

	json_number("id", slice->id);
	print_string("parent", "parent", COLOR_NAME, slice->parent);
	json_string("bus", slice->bus);
	print_string("type", "type", COLOR_NONE, slice->type);
	print_string("class", "class", COLOR_CLASS, class_name(slice->class));
	print_string("state", "state", strcmp(state, "probe-failed") ? COLOR_NONE : COLOR_BAD,
		     state);
}

void slice_print(const struct slice *slice, const struct stats *stats)
{
	print_item("name", slice->name);
	print_head(slice);
	print_endpoint(slice);
	print_device(slice);
	print_config(slice);
	text_line();
	print_string("uuid", "uuid", COLOR_NONE, slice->uuid);
	print_string("owner", "owner", COLOR_NAME, slice->owner);
	print_representor(slice);
	if (stats)
		stats_print(stats, slice->id);
	print_item_end();
}

static void show_one(const struct nlmsghdr *message, void *data)
{
	struct slice slice;

	slice_get(&slice, message);
	slice_print(&slice, data);
}

static int show_all(struct nl *nl, const struct filter *filter, struct stats *stats)
{
	print_begin();
	nl_begin(nl, MDEV_CMD_SLICE_GET, filter->single ? 0 : NLM_F_DUMP);
	filter_put(nl, filter);
	nl_talk(nl, show_one, stats);
	print_end();
	return nl_result(nl, filter->single ? filter->name : NULL);
}

int slice_show(struct nl *nl, struct args *args)
{
	struct stats stats = { 0 };
	struct filter filter;
	int code;

	if (filter_read(&filter, args, filter_all))
		return EXIT_USAGE;
	if (options.graph)
		return slice_graph(nl, &filter);
	if (!options.statistics)
		return show_all(nl, &filter, NULL);
	code = stats_load(nl, &stats, &filter);
	if (!code)
		code = show_all(nl, &filter, &stats);
	stats_free(&stats);
	return code;
}
