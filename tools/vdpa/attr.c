// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes of family mdev: what they hold, and what they are called on the command
 * line.
 */
#include <linux/genetlink.h>
#include <string.h>

#include "attr.h"
#include "tribus.h"

static const struct attr event_attrs[] = {
	[MDEV_A_EVENT_CAUSE] = { ATTR_U32, "cause", NULL },
	[MDEV_A_EVENT_PID] = { ATTR_U32, "pid", NULL },
	[MDEV_A_EVENT_COMM] = { ATTR_STRING, "comm", NULL },
	[MDEV_A_EVENT_ERROR] = { ATTR_U32, "error", NULL },
	[MDEV_A_EVENT_PREVIOUS_CLASS] = { ATTR_U32, "previous_class", NULL },
	[MDEV_A_EVENT_PREVIOUS_NAME] = { ATTR_STRING, "previous_name", NULL },
};

const struct attr_set event_set = { ARRAY_SIZE(event_attrs), event_attrs };

static const struct attr parent_attrs[] = {
	[MDEV_A_PARENT_ID] = { ATTR_U32, "id", NULL },
	[MDEV_A_PARENT_BUS] = { ATTR_STRING, "bus", NULL },
	[MDEV_A_PARENT_NAME] = { ATTR_STRING, "parent", NULL },
	[MDEV_A_PARENT_DRIVER] = { ATTR_STRING, "driver", NULL },
	[MDEV_A_PARENT_CLASSES] = { ATTR_U32, "classes", NULL },
	[MDEV_A_PARENT_TYPES] = { ATTR_U32, "types", NULL },
	[MDEV_A_PARENT_SLICES] = { ATTR_U32, "slices", NULL },
	[MDEV_A_PARENT_EVENT] = { ATTR_NEST, "event", &event_set },
};

const struct attr_set parent_set = { ARRAY_SIZE(parent_attrs), parent_attrs };

static const struct attr type_attrs[] = {
	[MDEV_A_TYPE_PARENT_BUS] = { ATTR_STRING, "bus", NULL },
	[MDEV_A_TYPE_PARENT_NAME] = { ATTR_STRING, "parent", NULL },
	[MDEV_A_TYPE_NAME] = { ATTR_STRING, "type", NULL },
	[MDEV_A_TYPE_PRETTY_NAME] = { ATTR_STRING, "pretty_name", NULL },
	[MDEV_A_TYPE_DESCRIPTION] = { ATTR_STRING, "description", NULL },
	[MDEV_A_TYPE_DEVICE_ID] = { ATTR_U32, "device_id", NULL },
	[MDEV_A_TYPE_VENDOR_ID] = { ATTR_U32, "vendor_id", NULL },
	[MDEV_A_TYPE_FEATURES] = { ATTR_BINARY, "features", NULL },
	[MDEV_A_TYPE_MAX_VQS] = { ATTR_U32, "max_vqs", NULL },
	[MDEV_A_TYPE_AVAILABLE] = { ATTR_U32, "available", NULL },
	[MDEV_A_TYPE_DEVICE_API] = { ATTR_STRING, "device_api", NULL },
	[MDEV_A_TYPE_CREATE_CONFIG] = { ATTR_U32, "create", NULL },
	[MDEV_A_TYPE_SET_CONFIG] = { ATTR_U32, "set", NULL },
};

const struct attr_set type_set = { ARRAY_SIZE(type_attrs), type_attrs };

static const struct attr endpoint_attrs[] = {
	[MDEV_A_ENDPOINT_BUS] = { ATTR_STRING, "bus", NULL },
	[MDEV_A_ENDPOINT_DEVICE] = { ATTR_STRING, "device", NULL },
	[MDEV_A_ENDPOINT_DRIVER] = { ATTR_STRING, "driver", NULL },
	[MDEV_A_ENDPOINT_PROBE_ERROR] = { ATTR_U32, "probe_error", NULL },
	[MDEV_A_ENDPOINT_NODE] = { ATTR_STRING, "node", NULL },
	[MDEV_A_ENDPOINT_IOMMU_GROUP] = { ATTR_U32, "iommu_group", NULL },
	[MDEV_A_ENDPOINT_HOLDER_PID] = { ATTR_U32, "holder_pid", NULL },
	[MDEV_A_ENDPOINT_HOLDER_COMM] = { ATTR_STRING, "holder_comm", NULL },
};

const struct attr_set endpoint_set = { ARRAY_SIZE(endpoint_attrs), endpoint_attrs };

static const struct attr device_attrs[] = {
	[MDEV_A_DEVICE_ID] = { ATTR_U32, "id", NULL },
	[MDEV_A_DEVICE_FEATURES] = { ATTR_BINARY, "features", NULL },
	[MDEV_A_DEVICE_DRIVER_FEATURES] = { ATTR_BINARY, "driver_features", NULL },
	[MDEV_A_DEVICE_STATUS] = { ATTR_U8, "status", NULL },
	[MDEV_A_DEVICE_VQS] = { ATTR_U32, "queues", NULL },
	[MDEV_A_DEVICE_VQ_SIZE_MAX] = { ATTR_U32, "queue_size_max", NULL },
	[MDEV_A_DEVICE_VQ_SIZE_MIN] = { ATTR_U32, "queue_size_min", NULL },
	[MDEV_A_DEVICE_SPACE] = { ATTR_BINARY, "space", NULL },
};

const struct attr_set device_set = { ARRAY_SIZE(device_attrs), device_attrs };

static const struct attr net_attrs[] = {
	[MDEV_A_CONFIG_NET_MAC] = { ATTR_BINARY, "mac", NULL },
	[MDEV_A_CONFIG_NET_MTU] = { ATTR_U32, "mtu", NULL },
	[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS] = { ATTR_U32, "max_vqp", NULL },
};

const struct attr_set net_set = { ARRAY_SIZE(net_attrs), net_attrs };

static const struct attr config_attrs[] = {
	[MDEV_A_CONFIG_FEATURES] = { ATTR_BINARY, "device_features", NULL },
	[MDEV_A_CONFIG_QUEUE_SIZE] = { ATTR_U32, "queue_size", NULL },
	[MDEV_A_CONFIG_NUMA_NODE] = { ATTR_U32, "numa", NULL },
	[MDEV_A_CONFIG_CPUS] = { ATTR_STRING, "cpus", NULL },
	[MDEV_A_CONFIG_NET] = { ATTR_NEST, "net", &net_set },
};

const struct attr_set config_set = { ARRAY_SIZE(config_attrs), config_attrs };

static const struct attr slice_attrs[] = {
	[MDEV_A_SLICE_ID] = { ATTR_U32, "id", NULL },
	[MDEV_A_SLICE_NAME] = { ATTR_STRING, "name", NULL },
	[MDEV_A_SLICE_UUID] = { ATTR_STRING, "uuid", NULL },
	[MDEV_A_SLICE_PARENT_BUS] = { ATTR_STRING, "bus", NULL },
	[MDEV_A_SLICE_PARENT_NAME] = { ATTR_STRING, "parent", NULL },
	[MDEV_A_SLICE_TYPE] = { ATTR_STRING, "type", NULL },
	[MDEV_A_SLICE_CLASS] = { ATTR_U32, "class", NULL },
	[MDEV_A_SLICE_FORCE] = { ATTR_FLAG, "force", NULL },
	[MDEV_A_SLICE_STATE] = { ATTR_U32, "state", NULL },
	[MDEV_A_SLICE_OWNER] = { ATTR_STRING, "owner", NULL },
	[MDEV_A_SLICE_ENDPOINT] = { ATTR_NEST, "endpoint", &endpoint_set },
	[MDEV_A_SLICE_DEVICE] = { ATTR_NEST, "device", &device_set },
	[MDEV_A_SLICE_CONFIG] = { ATTR_NEST, "config", &config_set },
	[MDEV_A_SLICE_REPRESENTOR] = { ATTR_U32, "representor", NULL },
	[MDEV_A_SLICE_REPRESENTOR_NETNSID] = { ATTR_U32, "representor_netnsid", NULL },
	[MDEV_A_SLICE_EVENT] = { ATTR_NEST, "event", &event_set },
	[MDEV_A_SLICE_REMOVED] = { ATTR_U32, "removed", NULL },
	[MDEV_A_SLICE_MORE] = { ATTR_FLAG, "more", NULL },
	[MDEV_A_SLICE_GIVEN] = { ATTR_U32, "given", NULL },
	[MDEV_A_SLICE_BUSY] = { ATTR_U32, "busy", NULL },
	[MDEV_A_SLICE_NEW_NAME] = { ATTR_STRING, "new_name", NULL },
};

const struct attr_set slice_set = { ARRAY_SIZE(slice_attrs), slice_attrs };

static const struct attr counter_attrs[] = {
	[MDEV_A_COUNTER_NAME] = { ATTR_STRING, "name", NULL },
	[MDEV_A_COUNTER_VALUE] = { ATTR_UINT, "value", NULL },
};

const struct attr_set counter_set = { ARRAY_SIZE(counter_attrs), counter_attrs };

static const struct attr stats_attrs[] = {
	[MDEV_A_STATS_SLICE_ID] = { ATTR_U32, "id", NULL },
	[MDEV_A_STATS_SLICE_NAME] = { ATTR_STRING, "name", NULL },
	[MDEV_A_STATS_PARENT_BUS] = { ATTR_STRING, "bus", NULL },
	[MDEV_A_STATS_PARENT_NAME] = { ATTR_STRING, "parent", NULL },
	[MDEV_A_STATS_DEVICE_ID] = { ATTR_U32, "device_id", NULL },
	[MDEV_A_STATS_QUEUE] = { ATTR_U32, "queue", NULL },
	[MDEV_A_STATS_COUNTER] = { ATTR_NEST, "counter", &counter_set },
	[MDEV_A_STATS_SLICE_UUID] = { ATTR_STRING, "uuid", NULL },
	[MDEV_A_STATS_SLICE_TYPE] = { ATTR_STRING, "type", NULL },
	[MDEV_A_STATS_SLICE_CLASS] = { ATTR_U32, "class", NULL },
	[MDEV_A_STATS_SLICE_OWNER] = { ATTR_STRING, "owner", NULL },
};

const struct attr_set stats_set = { ARRAY_SIZE(stats_attrs), stats_attrs };

static bool kind_fits(enum attr_kind kind, const struct nlattr *attr)
{
	const char *payload = mnl_attr_get_payload(attr);
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (kind) {
	case ATTR_STRING:
		return length && !payload[length - 1];
	case ATTR_U8:
		return length == 1;
	case ATTR_U32:
		return length == 4;
	case ATTR_UINT:
		return length == 4 || length == 8;
	default:
		return kind != ATTR_UNKNOWN;
	}
}

bool attr_fits(const struct attr_set *set, const struct nlattr *attr)
{
	uint16_t type = mnl_attr_get_type(attr);

	return type < set->count && kind_fits(set->attrs[type].kind, attr);
}

void attr_parse(const struct attr_set *set, const void *data, size_t length,
		const struct nlattr **table)
{
	const struct nlattr *attr;

	memset(table, 0, set->count * sizeof(*table));
	mnl_attr_for_each_payload((const struct nlattr *)data, length)
		if (attr_fits(set, attr))
			table[mnl_attr_get_type(attr)] = attr;
}

void attr_parse_nest(const struct attr_set *set, const struct nlattr *nest,
		     const struct nlattr **table)
{
	if (nest)
		attr_parse(set, mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), table);
	else
		attr_parse(set, "", 0, table);
}

void attr_parse_message(const struct attr_set *set, const struct nlmsghdr *message,
			const struct nlattr **table)
{
	const size_t header = sizeof(struct genlmsghdr);
	size_t length = mnl_nlmsg_get_payload_len(message);

	if (length < header)
		attr_parse(set, "", 0, table);
	else
		attr_parse(set, mnl_nlmsg_get_payload_offset(message, header), length - header,
			   table);
}

const char *attr_string(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_str(attr) : NULL;
}

uint64_t attr_number(const struct nlattr *attr)
{
	if (!attr)
		return 0;
	switch (mnl_attr_get_payload_len(attr)) {
	case 1:
		return mnl_attr_get_u8(attr);
	case 4:
		return mnl_attr_get_u32(attr);
	case 8:
		return mnl_attr_get_u64(attr);
	default:
		return 0;
	}
}

/* What is wrong with a nest of one attribute is wrong with that one. */
static const char *name_in(const struct attr *what, const struct nlattr *nest)
{
	const struct nlattr *attr, *only = NULL;
	uint16_t type;

	if (!what->nest)
		return what->name;
	mnl_attr_for_each_nested(attr, nest) {
		if (only)
			return what->name;
		only = attr;
	}
	type = only ? mnl_attr_get_type(only) : what->nest->count;
	if (type >= what->nest->count)
		return what->name;
	return name_in(&what->nest->attrs[type], only);
}

static const char *name_at(const struct attr_set *set, const char *start, const char *data,
			   size_t length, unsigned int offset)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload((const struct nlattr *)data, length) {
		size_t at = (const char *)attr - start;
		uint16_t type = mnl_attr_get_type(attr);

		if (offset < at || offset >= at + attr->nla_len || type >= set->count)
			continue;
		if (offset == at)
			return name_in(&set->attrs[type], attr);
		if (!set->attrs[type].nest)
			return set->attrs[type].name;
		return name_at(set->attrs[type].nest, start, mnl_attr_get_payload(attr),
			       mnl_attr_get_payload_len(attr), offset);
	}
	return NULL;
}

const char *attr_at(const struct attr_set *set, const struct nlmsghdr *request,
		    unsigned int offset)
{
	const size_t header = MNL_NLMSG_HDRLEN + sizeof(struct genlmsghdr);
	const char *start = (const char *)request;

	if (request->nlmsg_len < header)
		return NULL;
	return name_at(set, start, start + header, request->nlmsg_len - header, offset);
}
