// SPDX-License-Identifier: GPL-2.0
/*
 * tribus type
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus type show [ NAME ] [ parent [ BUS/ ]PARENT ]\n";

static void print_features(const struct nlattr *attr, uint32_t device_id)
{
	char text[FEATURES_TEXT];
	struct features features;

	if (!attr)
		return;
	features_get(&features, attr);
	json_string("features", features_text(&features, text));
	if (!options.details)
		return;
	text_line();
	text_word(COLOR_NONE, "features");
	features_print("feature_names", &features, device_id);
}

static void print_device(const struct nlattr **attrs)
{
	const struct nlattr *id = attrs[MDEV_A_TYPE_DEVICE_ID];

	if (id) {
		json_number("device_id", attr_number(id));
		print_string("kind", "device", COLOR_NONE, virtio_device_name(attr_number(id)));
	}
	if (attrs[MDEV_A_TYPE_VENDOR_ID])
		json_number("vendor_id", attr_number(attrs[MDEV_A_TYPE_VENDOR_ID]));
	if (attrs[MDEV_A_TYPE_MAX_VQS])
		print_number("queues", "queues", attr_number(attrs[MDEV_A_TYPE_MAX_VQS]));
	if (attrs[MDEV_A_TYPE_AVAILABLE])
		print_number("available", "available", attr_number(attrs[MDEV_A_TYPE_AVAILABLE]));
	print_string("device_api", "device_api", COLOR_NONE,
		     attr_string(attrs[MDEV_A_TYPE_DEVICE_API]));
}

static void print_texts(const struct nlattr **attrs)
{
	const char *pretty = attr_string(attrs[MDEV_A_TYPE_PRETTY_NAME]);
	const char *description = attr_string(attrs[MDEV_A_TYPE_DESCRIPTION]);

	json_string("pretty_name", pretty);
	json_string("description", description);
	if (pretty) {
		text_line();
		text_word(COLOR_NONE, pretty);
	}
	if (description && options.details) {
		text_line();
		text_word(COLOR_NONE, description);
	}
}

/* @data: the name of the only one that is wanted, or NULL */
static void show_one(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[MDEV_A_TYPE_MAX + 1];
	const char *name;

	attr_parse_message(&type_set, message, attrs);
	name = attr_string(attrs[MDEV_A_TYPE_NAME]);
	if (!name || (data && strcmp(name, data)))
		return;
	print_item("name", name);
	print_string("parent", "parent", COLOR_NAME, attr_string(attrs[MDEV_A_TYPE_PARENT_NAME]));
	json_string("bus", attr_string(attrs[MDEV_A_TYPE_PARENT_BUS]));
	print_device(attrs);
	print_texts(attrs);
	text_line();
	config_parts_print("create", "create", attr_number(attrs[MDEV_A_TYPE_CREATE_CONFIG]));
	config_parts_print("set", "set", attr_number(attrs[MDEV_A_TYPE_SET_CONFIG]));
	print_features(attrs[MDEV_A_TYPE_FEATURES], attr_number(attrs[MDEV_A_TYPE_DEVICE_ID]));
	print_item_end();
}

/* A name is looked up where a parent is given, and else chosen from all of them. */
static int type_show(struct nl *nl, struct args *args)
{
	static const char *const keys[] = { "name", "parent", NULL };
	struct filter filter;
	bool single;

	if (filter_read_any(&filter, args, keys))
		return EXIT_USAGE;
	single = filter.name && filter.parent;
	print_begin();
	nl_begin(nl, MDEV_CMD_TYPE_GET, single ? 0 : NLM_F_DUMP);
	nl_put_string(nl, MDEV_A_TYPE_PARENT_BUS, filter.bus);
	nl_put_string(nl, MDEV_A_TYPE_PARENT_NAME, filter.parent);
	if (single)
		nl_put_string(nl, MDEV_A_TYPE_NAME, filter.name);
	nl_talk(nl, show_one, (void *)filter.name);
	print_end();
	return nl_result(nl, filter.name);
}

int object_type(struct nl *nl, struct args *args)
{
	static const struct command commands[] = {
		{ "show", type_show },
		{ "list", type_show },
		{ NULL, NULL },
	};

	return command_run(commands, "type", usage, nl, args);
}
