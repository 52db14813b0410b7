// SPDX-License-Identifier: GPL-2.0
/*
 * tribus slice: slices as messages tell of them, and requests that change them.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "sysfs.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus slice show [ NAME | FILTER ] [ --graph ]\n"
	"       tribus slice add [ name NAME ] parent PARENT [ type TYPE ] [ class CLASS ]\n"
	"                        [ uuid UUID ] [ owner OWNER ] [ CONFIG ]\n"
	"       tribus slice set NAME class CLASS [ force ]\n"
	"       tribus slice set NAME [ owner OWNER ] [ CONFIG ]\n"
	"       tribus slice set NAME name NEWNAME [ owner OWNER ]\n"
	"       tribus slice del NAME\n"
	"       tribus slice flush FILTER\n"
	"       tribus slice stats [ NAME | FILTER ]\n"
	"\n"
	"NAME   := [ name ] NAME | id NUMBER | uuid UUID\n"
	"PARENT := [ BUS/ ]NAME\n"
	"FILTER := [ parent PARENT ] [ class CLASS ] [ type TYPE ] [ owner OWNER ]\n"
	"CLASS  := { none | virtio | vhost | vfio | vendor }\n"
	"CONFIG := [ mac MAC ] [ mtu BYTES ] [ max_vqp PAIRS ] [ queue_size ENTRIES ]\n"
	"          [ device_features BITS ] [ numa NODE ] [ cpus LIST ]\n";

const char *const class_names[] = {
	[MDEV_SLICE_CLASS_NONE] = "none",
	[MDEV_SLICE_CLASS_VIRTIO] = "virtio",
	[MDEV_SLICE_CLASS_VHOST] = "vhost",
	[MDEV_SLICE_CLASS_VFIO] = "vfio",
	[MDEV_SLICE_CLASS_VENDOR] = "vendor",
	NULL,
};

const char *class_name(uint32_t class)
{
	return class <= MDEV_SLICE_CLASS_VENDOR ? class_names[class] : "unknown";
}

void slice_get(struct slice *slice, const struct nlmsghdr *message)
{
	const struct nlattr **attrs = slice->attrs;

	attr_parse_message(&slice_set, message, attrs);
	attr_parse_nest(&endpoint_set, attrs[MDEV_A_SLICE_ENDPOINT], slice->endpoint);
	attr_parse_nest(&device_set, attrs[MDEV_A_SLICE_DEVICE], slice->device);
	attr_parse_nest(&event_set, attrs[MDEV_A_SLICE_EVENT], slice->event);
	config_get(&slice->config, attrs[MDEV_A_SLICE_CONFIG]);
	slice->given = attr_number(attrs[MDEV_A_SLICE_GIVEN]);
	slice->id = attr_number(attrs[MDEV_A_SLICE_ID]);
	slice->name = attr_string(attrs[MDEV_A_SLICE_NAME]);
	if (!slice->name)
		slice->name = "";
	slice->bus = attr_string(attrs[MDEV_A_SLICE_PARENT_BUS]);
	slice->parent = attr_string(attrs[MDEV_A_SLICE_PARENT_NAME]);
	slice->type = attr_string(attrs[MDEV_A_SLICE_TYPE]);
	slice->owner = attr_string(attrs[MDEV_A_SLICE_OWNER]);
	slice->uuid = attr_string(attrs[MDEV_A_SLICE_UUID]);
	slice->class = attr_number(attrs[MDEV_A_SLICE_CLASS]);
}

const char *slice_representor(const struct slice *slice)
{
	const struct nlattr *index = slice->attrs[MDEV_A_SLICE_REPRESENTOR];

	if (!index || slice->attrs[MDEV_A_SLICE_REPRESENTOR_NETNSID])
		return NULL;
	return netdev_name(attr_number(index));
}

const char *slice_state(const struct slice *slice)
{
	switch (attr_number(slice->attrs[MDEV_A_SLICE_STATE])) {
	case MDEV_LIFE_STATE_CHANGING:
		return "changing";
	case MDEV_LIFE_STATE_DYING:
		return "dying";
	}
	if (!slice->attrs[MDEV_A_SLICE_ENDPOINT])
		return "parked";
	if (slice->endpoint[MDEV_A_ENDPOINT_DRIVER])
		return "bound";
	return slice->endpoint[MDEV_A_ENDPOINT_PROBE_ERROR] ? "probe-failed" : "unbound";
}

const char *slice_node(const struct slice *slice, char *text, size_t size)
{
	const struct nlattr *const *endpoint = slice->endpoint;
	const char *node = attr_string(endpoint[MDEV_A_ENDPOINT_NODE]);

	if (node) {
		snprintf(text, size, "/dev/%s", node);
		return text;
	}
	return sysfs_netdev(attr_string(endpoint[MDEV_A_ENDPOINT_BUS]),
			    attr_string(endpoint[MDEV_A_ENDPOINT_DEVICE]), text, size);
}

/**
 * struct request - what is asked for of one slice
 * @exists: it is there, and a name that is given is another one for it
 * @class: number of the class + 1, 0 for none given
 */
struct request {
	struct filter slice;
	bool exists;
	const char *new_name;
	uint32_t class;
	bool force;
	const char *owner;
	struct config config;
};

static const char *const add_keys[] = {
	"name", "uuid", "parent", "type", "class", "owner",
	"mac", "mtu", "max_vqp", "queue_size", "device_features", "numa", "cpus", NULL,
};

static const char *const set_keys[] = {
	"name", "class", "force", "owner",
	"mac", "mtu", "max_vqp", "queue_size", "device_features", "numa", "cpus", NULL,
};

static int read_class(struct request *request, const char *value)
{
	int class = args_choose(value, class_names, "Class");

	request->class = class + 1;
	return class < 0 ? -1 : 0;
}

static int read_key(struct request *request, struct args *args, const char *key)
{
	struct filter *slice = &request->slice;
	const char *value;

	if (!strcmp(key, "force")) {
		request->force = true;
		return 0;
	}
	value = args_value(args, key);
	if (!value)
		return -1;
	if (config_part(key))
		return config_read(&request->config, key, value);
	if (!strcmp(key, "parent"))
		return filter_set_parent(slice, value);
	if (!strcmp(key, "class"))
		return read_class(request, value);
	if (!strcmp(key, "name") && request->exists)
		request->new_name = value;
	else if (!strcmp(key, "name"))
		slice->name = value;
	else if (!strcmp(key, "uuid"))
		slice->uuid = value;
	else if (!strcmp(key, "type"))
		slice->type = value;
	else
		request->owner = value;
	return 0;
}

static int read_keys(struct request *request, struct args *args, const char *const *keys)
{
	const char *word;
	uint32_t seen = 0;
	int which;

	while ((word = args_next(args))) {
		which = args_choose(word, keys, "Keyword");
		if (which < 0 || args_once(&seen, which, keys) ||
		    read_key(request, args, keys[which]))
			return -1;
	}
	return args->failed ? -1 : 0;
}

/* [ name ] NAME | id NUMBER | uuid UUID, which says what it is about */
static int read_slice(struct filter *slice, struct args *args)
{
	static const char *const keys[] = { "name", "id", "uuid", NULL };
	struct args first = { .literal = args->literal };
	const char *word = args_peek(args);

	if (!word)
		return args->failed ? -1 : usage_error("Which slice?");
	first.words = args->words;
	first.count = 1;
	for (int i = 0; keys[i]; i++)
		if (!strcmp(word, keys[i]))
			first.count = 2;
	if (first.count > args->count)
		return usage_error("\"%s\" needs a value.", word);
	args->words += first.count;
	args->count -= first.count;
	return filter_read(slice, &first, keys);
}

static void put_request(struct nl *nl, const struct request *request)
{
	filter_put(nl, &request->slice);
	if (request->class)
		nl_put_u32(nl, MDEV_A_SLICE_CLASS, request->class - 1);
	if (request->force)
		nl_put(nl, MDEV_A_SLICE_FORCE, NULL, 0);
	nl_put_string(nl, MDEV_A_SLICE_OWNER, request->owner);
	nl_put_string(nl, MDEV_A_SLICE_NEW_NAME, request->new_name);
	config_put(nl, &request->config);
}

static void print_added(const struct nlmsghdr *message, void *data)
{
	struct slice slice;

	slice_get(&slice, message);
	print_begin();
	slice_print(&slice, NULL);
	print_end();
}

/* Silent as ip is, unless the caller cannot know what has been made. */
static int slice_add(struct nl *nl, struct args *args)
{
	struct request request = { 0 };
	bool tell;

	if (read_keys(&request, args, add_keys))
		return EXIT_USAGE;
	if (!request.slice.parent)
		return usage_error("\"parent\" is missing.");
	tell = options.json || options.details || !request.slice.name;
	nl_begin(nl, MDEV_CMD_SLICE_NEW, 0);
	put_request(nl, &request);
	nl_talk(nl, tell ? print_added : NULL, NULL);
	return nl_result(nl, request.slice.name);
}

static const char *filter_label(const struct filter *filter)
{
	static char id[16];

	if (filter->name)
		return filter->name;
	if (filter->uuid)
		return filter->uuid;
	snprintf(id, sizeof(id), "id %u", filter->id);
	return id;
}

static int slice_change(struct nl *nl, struct args *args)
{
	struct request request = { .exists = true };

	if (read_slice(&request.slice, args) || read_keys(&request, args, set_keys))
		return EXIT_USAGE;
	if (!request.class && !request.owner && !request.new_name && !request.config.parts)
		return usage_error("What shall be set?");
	if (request.force && !request.class)
		return usage_error("\"force\" belongs to \"class\".");
	if (request.new_name && (request.class || request.config.parts))
		return usage_error("\"name\" goes with \"owner\" only.");
	nl_begin(nl, MDEV_CMD_SLICE_SET, 0);
	put_request(nl, &request);
	nl_talk(nl, NULL, NULL);
	return nl_result(nl, filter_label(&request.slice));
}

static int slice_del(struct nl *nl, struct args *args)
{
	struct filter filter;

	if (read_slice(&filter, args) || args_end(args))
		return EXIT_USAGE;
	nl_begin(nl, MDEV_CMD_SLICE_DEL, 0);
	filter_put(nl, &filter);
	nl_talk(nl, NULL, NULL);
	return nl_result(nl, filter_label(&filter));
}

/**
 * struct flushed - what a request has done
 * @busy: slices that somebody was changing; the next request meets them again
 * @more: it has ended before it came to all of them
 */
struct flushed {
	uint32_t removed;
	uint32_t busy;
	bool more;
};

static void take_flushed(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attrs[MDEV_A_SLICE_MAX + 1];
	struct flushed *flushed = data;

	attr_parse_message(&slice_set, message, attrs);
	flushed->removed = attr_number(attrs[MDEV_A_SLICE_REMOVED]);
	flushed->busy = attr_number(attrs[MDEV_A_SLICE_BUSY]);
	flushed->more = attrs[MDEV_A_SLICE_MORE];
}

static int flush_all(struct nl *nl, const struct filter *filter, struct flushed *sum)
{
	struct flushed part;

	do {
		part = (struct flushed){ 0 };
		nl_begin(nl, MDEV_CMD_SLICE_FLUSH, 0);
		filter_put(nl, filter);
		nl_talk(nl, take_flushed, &part);
		sum->removed += part.removed;
		sum->busy = part.busy;
		sum->more = part.more;
	} while (!nl->error && part.more && part.removed);
	return nl_result(nl, NULL);
}

static int slice_flush(struct nl *nl, struct args *args)
{
	static const char *const keys[] = { "parent", "class", "type", "owner", NULL };
	struct flushed flushed = { 0 };
	struct filter filter;
	int code;

	if (filter_read(&filter, args, keys))
		return EXIT_USAGE;
	if (!filter.parent && !filter.owner)
		return usage_error("\"flush\" needs a parent or an owner.");
	code = flush_all(nl, &filter, &flushed);
	print_begin();
	json_object(NULL);
	print_number("removed", "removed", flushed.removed);
	print_number("busy", "busy", flushed.busy);
	if (flushed.more)
		print_flag("more", "more");
	print_item_end();
	print_end();
	return flushed.busy || flushed.more ? EXIT_KERNEL : code;
}

int object_slice(struct nl *nl, struct args *args)
{
	static const struct command commands[] = {
		{ "show", slice_show },
		{ "add", slice_add },
		{ "set", slice_change },
		{ "delete", slice_del },
		{ "flush", slice_flush },
		{ "stats", slice_stats },
		{ "list", slice_show },
		{ NULL, NULL },
	};

	return command_run(commands, "slice", usage, nl, args);
}
