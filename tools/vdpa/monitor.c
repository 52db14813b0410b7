// SPDX-License-Identifier: GPL-2.0
/*
 * tribus monitor: what happens, a line for each change
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include "args.h"
#include "attr.h"
#include "nl.h"
#include "print.h"
#include "slice.h"
#include "tribus.h"

static const char usage[] =
	"Usage: tribus monitor [ -t ] [ -j ]\n";

static const char *const event_names[] = {
	[MDEV_CMD_PARENT_READY_NTF] = "ready",
	[MDEV_CMD_PARENT_GONE_NTF] = "gone",
	[MDEV_CMD_SLICE_ADD_NTF] = "added",
	[MDEV_CMD_SLICE_CLASS_NTF] = "class",
	[MDEV_CMD_SLICE_CONFIG_NTF] = "config",
	[MDEV_CMD_SLICE_OWNER_NTF] = "owner",
	[MDEV_CMD_SLICE_RENAME_NTF] = "renamed",
	[MDEV_CMD_SLICE_ENDPOINT_NTF] = "endpoint",
	[MDEV_CMD_SLICE_LEAVE_NTF] = "leaving",
	[MDEV_CMD_SLICE_DEL_NTF] = "removed",
};

static const char *event_name(uint8_t command)
{
	return command < ARRAY_SIZE(event_names) ? event_names[command] : NULL;
}

static void print_time(void)
{
	char date[32], text[64];
	struct timeval now;
	struct tm tm;

	if (!options.timestamp)
		return;
	gettimeofday(&now, NULL);
	localtime_r(&now.tv_sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%06ld", date, (long)now.tv_usec);
	json_string("time", text);
	if (!options.json)
		printf("[%s] ", text);
}

static void print_cause(const struct nlattr *const *event)
{
	const struct nlattr *pid = event[MDEV_A_EVENT_PID];

	switch (attr_number(event[MDEV_A_EVENT_CAUSE])) {
	case MDEV_CAUSE_USER:
		print_string("cause", "cause", COLOR_NONE, "user");
		break;
	case MDEV_CAUSE_PARENT:
		print_string("cause", "cause", COLOR_NONE, "parent");
		break;
	}
	if (pid)
		print_number("pid", "pid", attr_number(pid));
	print_string("comm", "comm", COLOR_NONE, attr_string(event[MDEV_A_EVENT_COMM]));
}

static void print_error(const struct nlattr *error)
{
	if (!error)
		return;
	json_number("error", attr_number(error));
	print_string("error_text", "error", COLOR_BAD, strerror(attr_number(error)));
}

static void print_holder(const struct slice *slice)
{
	const struct nlattr *pid = slice->endpoint[MDEV_A_ENDPOINT_HOLDER_PID];

	if (pid)
		print_number("holder_pid", "holder_pid", attr_number(pid));
	print_string("holder_comm", "holder_comm", COLOR_NONE,
		     attr_string(slice->endpoint[MDEV_A_ENDPOINT_HOLDER_COMM]));
}

static bool tells_endpoint(uint8_t command)
{
	return command == MDEV_CMD_SLICE_CLASS_NTF || command == MDEV_CMD_SLICE_ADD_NTF ||
	       command == MDEV_CMD_SLICE_ENDPOINT_NTF;
}

static void print_slice(const struct slice *slice, uint8_t command)
{
	const struct nlattr *previous = slice->event[MDEV_A_EVENT_PREVIOUS_CLASS];
	char node[256];

	print_string("slice", "slice", COLOR_NAME, slice->name);
	print_string("event", NULL, COLOR_NONE, event_name(command));
	json_number("id", slice->id);
	print_string("parent", "parent", COLOR_NAME, slice->parent);
	json_string("bus", slice->bus);
	print_string("class", "class", COLOR_CLASS, class_name(slice->class));
	if (previous)
		print_string("previous_class", "previous", COLOR_CLASS,
			     class_name(attr_number(previous)));
	print_string("previous_name", "previous", COLOR_NAME,
		     attr_string(slice->event[MDEV_A_EVENT_PREVIOUS_NAME]));
	if (tells_endpoint(command))
		print_string("endpoint", "endpoint", COLOR_NAME,
			     slice_node(slice, node, sizeof(node)));
	if (command == MDEV_CMD_SLICE_ENDPOINT_NTF)
		print_string("driver", "driver", COLOR_NONE,
			     attr_string(slice->endpoint[MDEV_A_ENDPOINT_DRIVER]));
	if (command == MDEV_CMD_SLICE_OWNER_NTF || command == MDEV_CMD_SLICE_ADD_NTF)
		print_string("owner", "owner", COLOR_NAME, slice->owner);
	if (command == MDEV_CMD_SLICE_CONFIG_NTF) {
		json_object("config");
		config_print(&slice->config);
		json_object_end();
	}
	print_holder(slice);
	print_error(slice->event[MDEV_A_EVENT_ERROR]);
	print_cause(slice->event);
}

static void print_parent(const struct nlmsghdr *message, uint8_t command)
{
	const struct nlattr *attrs[MDEV_A_PARENT_MAX + 1];
	const struct nlattr *event[MDEV_A_EVENT_MAX + 1];

	attr_parse_message(&parent_set, message, attrs);
	attr_parse_nest(&event_set, attrs[MDEV_A_PARENT_EVENT], event);
	print_string("parent", "parent", COLOR_NAME, attr_string(attrs[MDEV_A_PARENT_NAME]));
	print_string("event", NULL, COLOR_NONE, event_name(command));
	print_string("bus", "bus", COLOR_NONE, attr_string(attrs[MDEV_A_PARENT_BUS]));
	print_cause(event);
}

static void line_begin(void)
{
	json_line_begin();
	print_time();
	text_begin();
}

/* Who reads along shall see it now. */
static void line_end(void)
{
	json_line_end();
	if (!options.json)
		putchar('\n');
	fflush(stdout);
	if (ferror(stdout))
		exit(EXIT_OK);
}

static void print_event(const struct nlmsghdr *message, void *data)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(message);
	struct slice slice;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*genl) || !event_name(genl->cmd))
		return;
	line_begin();
	if (genl->cmd == MDEV_CMD_PARENT_READY_NTF || genl->cmd == MDEV_CMD_PARENT_GONE_NTF) {
		print_parent(message, genl->cmd);
	} else {
		slice_get(&slice, message);
		print_slice(&slice, genl->cmd);
	}
	line_end();
}

static void print_lost(void)
{
	line_begin();
	json_string("event", "lost");
	text_word(COLOR_BAD, "messages lost");
	line_end();
}

/* Ends with a signal, or when nobody reads any more. */
static int watch(struct nl *nl)
{
	int error;

	do {
		error = nl_listen(nl, print_event, NULL);
		if (error == -ENOBUFS)
			print_lost();
	} while (!error || error == -ENOBUFS);
	return nl_result(nl, NULL);
}

int object_monitor(struct nl *nl, struct args *args)
{
	struct nl *own;
	int code;

	if (args_peek(args) && !strcmp(args_peek(args), "help"))
		args->help = true;
	code = args->help ? EXIT_USAGE : args_end(args);
	if (args->help) {
		fputs(usage, stdout);
		return EXIT_OK;
	}
	if (code)
		return code;
	/* A pretty line would be several. */
	options.pretty = false;
	own = need_memory(calloc(1, sizeof(*own)));
	code = nl_join(own) ? nl_result(own, NULL) : watch(own);
	nl_exit(own);
	free(own);
	return code;
}
