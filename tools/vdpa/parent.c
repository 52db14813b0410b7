// SPDX-License-Identifier: GPL-2.0
/*
 * tribus parent
 */
#include <stdio.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus parent show [ [ BUS/ ]NAME ]\n";

static void print_classes(uint32_t classes)
{
	json_array("classes");
	text_word(COLOR_NONE, "classes");
	for (int i = 0; class_names[i]; i++) {
		if (!(classes >> i & 1))
			continue;
		json_string(NULL, class_names[i]);
		text_word(COLOR_CLASS, class_names[i]);
	}
	json_array_end();
}

static void show_one(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[MDEV_A_PARENT_MAX + 1];
	const char *name;

	attr_parse_message(&parent_set, message, attrs);
	name = attr_string(attrs[MDEV_A_PARENT_NAME]);
	print_item("name", name ? name : "");
	json_number("id", attr_number(attrs[MDEV_A_PARENT_ID]));
	print_string("bus", "bus", COLOR_NONE, attr_string(attrs[MDEV_A_PARENT_BUS]));
	print_string("driver", "driver", COLOR_NONE, attr_string(attrs[MDEV_A_PARENT_DRIVER]));
	text_line();
	print_classes(attr_number(attrs[MDEV_A_PARENT_CLASSES]));
	print_number("types", "types", attr_number(attrs[MDEV_A_PARENT_TYPES]));
	print_number("slices", "slices", attr_number(attrs[MDEV_A_PARENT_SLICES]));
	print_item_end();
}

static int parent_show(struct nl *nl, struct args *args)
{
	struct filter filter = { 0 };
	const char *word = args_next(args);

	if ((word && filter_set_parent(&filter, word)) || args_end(args))
		return EXIT_USAGE;
	print_begin();
	nl_begin(nl, MDEV_CMD_PARENT_GET, word ? 0 : NLM_F_DUMP);
	nl_put_string(nl, MDEV_A_PARENT_BUS, filter.bus);
	nl_put_string(nl, MDEV_A_PARENT_NAME, filter.parent);
	nl_talk(nl, show_one, NULL);
	print_end();
	return nl_result(nl, word);
}

int object_parent(struct nl *nl, struct args *args)
{
	static const struct command commands[] = {
		{ "show", parent_show },
		{ "list", parent_show },
		{ NULL, NULL },
	};

	return command_run(commands, "parent", usage, nl, args);
}
