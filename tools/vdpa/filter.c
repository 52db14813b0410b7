// SPDX-License-Identifier: GPL-2.0
/*
 * Which slices a request means.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "nl.h"
#include "slice.h"
#include "sysfs.h"
#include "tribus.h"

const char *const filter_all[] = {
	"name", "id", "uuid", "parent", "class", "type", "owner", NULL,
};

int filter_set_parent(struct filter *filter, const char *text)
{
	const char *slash = strchr(text, '/');

	filter->parent = text;
	if (!slash)
		return 0;
	if (slash - text > MDEV_PARENT_NAME_MAX)
		return usage_error("\"%s\" has no bus of that name.", text);
	snprintf(filter->bus_text, sizeof(filter->bus_text), "%.*s", (int)(slash - text), text);
	filter->bus = filter->bus_text;
	filter->parent = slash + 1;
	return 0;
}

int filter_set_device(struct filter *filter, const char *path)
{
	filter->parent = strrchr(path, '/') + 1;
	filter->bus = sysfs_bus(path, filter->bus_text, sizeof(filter->bus_text));
	return filter->bus ? 0 : usage_error("\"%s\" is no device of a bus.", path);
}

static int set_class(struct filter *filter, const char *text)
{
	int class = args_choose(text, class_names, "Class");

	filter->class = class + 1;
	return class < 0 ? -1 : 0;
}

static int set_id(struct filter *filter, const char *text)
{
	uint64_t id;

	if (args_number("id", text, UINT32_MAX, &id))
		return -1;
	filter->id = id;
	filter->has_id = true;
	return 0;
}

static int set_key(struct filter *filter, const char *key, const char *value)
{
	filter->single |= *key == 'n' || *key == 'i' || *key == 'u';
	switch (*key) {
	case 'n':
		filter->name = value;
		return 0;
	case 'i':
		return set_id(filter, value);
	case 'u':
		filter->uuid = value;
		return 0;
	case 'p':
		return filter_set_parent(filter, value);
	case 'c':
		return set_class(filter, value);
	case 't':
		filter->type = value;
		return 0;
	default:
		filter->owner = value;
		return 0;
	}
}

/* The number of a keyword that is not cut, -1 if it is none */
static int find_key(const char *word, const char *const *keys)
{
	for (int i = 0; keys[i]; i++)
		if (!strcmp(keys[i], word))
			return i;
	return -1;
}

static int read_key(struct filter *filter, struct args *args, const char *word,
		    const char *const *keys, uint32_t *seen)
{
	const char *value;
	int which;

	which = args_choose(word, keys, "Keyword");
	if (which < 0 || args_once(seen, which, keys))
		return -1;
	value = args_value(args, keys[which]);
	return value ? set_key(filter, keys[which], value) : -1;
}

/* The first word is a name unless it is a keyword, not cut; "name" is for any name. */
int filter_read_any(struct filter *filter, struct args *args, const char *const *keys)
{
	const char *word = args_next(args);
	int name = find_key("name", keys);
	uint32_t seen = 0;

	memset(filter, 0, sizeof(*filter));
	if (word && name >= 0 && find_key(word, keys) < 0) {
		args_once(&seen, name, keys);
		filter->single = true;
		filter->name = word;
		word = args_next(args);
	}
	for (; word; word = args_next(args))
		if (read_key(filter, args, word, keys, &seen))
			return -1;
	return args->failed ? -1 : 0;
}

int filter_read(struct filter *filter, struct args *args, const char *const *keys)
{
	if (filter_read_any(filter, args, keys))
		return -1;
	if (filter->single && (filter->parent || filter->class || filter->type || filter->owner))
		return usage_error("A slice that is named needs no other keyword.");
	return 0;
}

void filter_put(struct nl *nl, const struct filter *filter)
{
	if (filter->has_id)
		nl_put_u32(nl, MDEV_A_SLICE_ID, filter->id);
	nl_put_string(nl, MDEV_A_SLICE_NAME, filter->name);
	nl_put_string(nl, MDEV_A_SLICE_UUID, filter->uuid);
	nl_put_string(nl, MDEV_A_SLICE_PARENT_BUS, filter->bus);
	nl_put_string(nl, MDEV_A_SLICE_PARENT_NAME, filter->parent);
	nl_put_string(nl, MDEV_A_SLICE_TYPE, filter->type);
	if (filter->class)
		nl_put_u32(nl, MDEV_A_SLICE_CLASS, filter->class - 1);
	nl_put_string(nl, MDEV_A_SLICE_OWNER, filter->owner);
}
