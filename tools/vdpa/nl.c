// SPDX-License-Identifier: GPL-2.0
/*
 * Talking to family mdev.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "nl.h"
#include "print.h"
#include "tribus.h"

void nl_init(struct nl *nl)
{
	nl->socket = NULL;
	nl->sequence = 0;
}

void nl_exit(struct nl *nl)
{
	if (nl->socket)
		mnl_socket_close(nl->socket);
	nl->socket = NULL;
}

int nl_fail(struct nl *nl, int error, const char *text)
{
	nl->error = error;
	snprintf(nl->text, sizeof(nl->text), "%s", text);
	return -error;
}

static void put_header(struct nl *nl, uint16_t family, uint8_t command, uint8_t version,
		       uint16_t flags)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	header->nlmsg_type = family;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	header->nlmsg_seq = ++nl->sequence;
	genl = mnl_nlmsg_put_extra_header(header, sizeof(*genl));
	genl->cmd = command;
	genl->version = version;
	nl->too_long = false;
}

void nl_put(struct nl *nl, uint16_t type, const void *data, size_t length)
{
	struct nlmsghdr *header = (struct nlmsghdr *)nl->request;

	if (length > NL_REQUEST_SIZE ||
	    !mnl_attr_put_check(header, NL_REQUEST_SIZE, type, length, data))
		nl->too_long = true;
}

void nl_put_string(struct nl *nl, uint16_t type, const char *value)
{
	if (value)
		nl_put(nl, type, value, strlen(value) + 1);
}

void nl_put_u32(struct nl *nl, uint16_t type, uint32_t value)
{
	nl_put(nl, type, &value, sizeof(value));
}

struct nlattr *nl_nest(struct nl *nl, uint16_t type)
{
	struct nlattr *nest = mnl_attr_nest_start_check((struct nlmsghdr *)nl->request,
							NL_REQUEST_SIZE, type);

	if (!nest)
		nl->too_long = true;
	return nest;
}

void nl_nest_end(struct nl *nl, struct nlattr *nest)
{
	if (nest)
		mnl_attr_nest_end((struct nlmsghdr *)nl->request, nest);
}

/* Which attribute did the kernel mean? */
static const char *error_attr(struct nl *nl, const struct nlattr *const *table)
{
	const struct nlmsghdr *request = (struct nlmsghdr *)nl->request;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(request);
	const struct attr_set *set = &slice_set;

	if (request->nlmsg_type != nl->family)
		return NULL;
	if (genl->cmd == MDEV_CMD_PARENT_GET)
		set = &parent_set;
	else if (genl->cmd == MDEV_CMD_TYPE_GET)
		set = &type_set;
	else if (genl->cmd == MDEV_CMD_STATS_GET)
		set = &stats_set;
	if (table[NLMSGERR_ATTR_OFFS])
		return attr_at(set, request, attr_number(table[NLMSGERR_ATTR_OFFS]));
	if (table[NLMSGERR_ATTR_MISS_TYPE]) {
		uint64_t type = attr_number(table[NLMSGERR_ATTR_MISS_TYPE]);

		return type < set->count ? set->attrs[type].name : NULL;
	}
	return NULL;
}

static const struct attr error_attrs[] = {
	[NLMSGERR_ATTR_MSG] = { ATTR_STRING, NULL, NULL },
	[NLMSGERR_ATTR_OFFS] = { ATTR_U32, NULL, NULL },
	[NLMSGERR_ATTR_MISS_TYPE] = { ATTR_U32, NULL, NULL },
};

static const struct attr_set error_set = {
	ARRAY_SIZE(error_attrs), error_attrs
};

/* The sentence, the meaning of the errno, and the attribute. */
static int kernel_error(struct nl *nl, int error, const void *attrs, size_t length)
{
	const struct nlattr *table[ARRAY_SIZE(error_attrs)];
	const char *sentence, *attr;

	attr_parse(&error_set, attrs, length, table);
	sentence = attr_string(table[NLMSGERR_ATTR_MSG]);
	attr = error_attr(nl, table);
	snprintf(nl->text, sizeof(nl->text), "%s%s%s%s%s%s", sentence ? sentence : "",
		 sentence ? ": " : "", strerror(error), attr ? " (attribute " : "",
		 attr ? attr : "", attr ? ")" : "");
	nl->error = error;
	return -error;
}

/* An acknowledgment, by which the kernel says how it went. */
static int take_ack(struct nl *nl, const struct nlmsghdr *message)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(message);
	size_t skip = sizeof(*ack);

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*ack))
		return nl_fail(nl, EPROTO, "An answer of the kernel is too short");
	if (!ack->error)
		return 0;
	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return kernel_error(nl, -ack->error, "", 0);
	/* It does not quote the request: we have it ourselves. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		skip += MNL_ALIGN(ack->msg.nlmsg_len) - sizeof(ack->msg);
	if (skip > mnl_nlmsg_get_payload_len(message))
		return kernel_error(nl, -ack->error, "", 0);
	return kernel_error(nl, -ack->error, (const char *)ack + skip,
			    mnl_nlmsg_get_payload_len(message) - skip);
}

/* The end of a dump. */
static int take_done(struct nl *nl, const struct nlmsghdr *message)
{
	const int *error = mnl_nlmsg_get_payload(message);
	size_t length = mnl_nlmsg_get_payload_len(message);

	if (length < sizeof(*error) || *error >= 0)
		return 0;
	return kernel_error(nl, -*error, error + 1, length - sizeof(*error));
}

/* 1 while there is more to come. */
static int take_message(struct nl *nl, const struct nlmsghdr *message, nl_callback callback,
			void *data)
{
	if (message->nlmsg_seq != nl->sequence)
		return 1;
	if (message->nlmsg_type == NLMSG_ERROR)
		return take_ack(nl, message);
	if (message->nlmsg_type == NLMSG_DONE)
		return take_done(nl, message);
	if (message->nlmsg_type >= NLMSG_MIN_TYPE && callback)
		callback(message, data);
	return 1;
}

static int receive(struct nl *nl)
{
	int length;

	do {
		length = mnl_socket_recvfrom(nl->socket, nl->answer, sizeof(nl->answer));
	} while (length < 0 && errno == EINTR);
	return length < 0 ? -errno : length;
}

static int take_answers(struct nl *nl, nl_callback callback, void *data)
{
	for (;;) {
		const struct nlmsghdr *message = (struct nlmsghdr *)nl->answer;
		int length = receive(nl);

		if (length < 0)
			return nl_fail(nl, -length, strerror(-length));
		for (; mnl_nlmsg_ok(message, length); message = mnl_nlmsg_next(message, &length)) {
			int more = take_message(nl, message, callback, data);

			if (more <= 0)
				return more;
		}
	}
}

int nl_talk(struct nl *nl, nl_callback callback, void *data)
{
	struct nlmsghdr *request = (struct nlmsghdr *)nl->request;

	if (nl->error)
		return -nl->error;
	if (nl->too_long)
		return nl_fail(nl, EMSGSIZE, "What is asked for does not fit into a message");
	/* A dump has an end, everything else wants an acknowledgment. */
	if (!(request->nlmsg_flags & NLM_F_DUMP))
		request->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(nl->socket, request, request->nlmsg_len) < 0)
		return nl_fail(nl, errno, strerror(errno));
	return take_answers(nl, callback, data);
}

static void take_group(struct nl *nl, const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = NULL;
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
			id = mnl_attr_get_u32(attr);
	}
	if (name && !strcmp(name, MDEV_MCGRP_MONITOR))
		nl->group = id;
}

static void take_family(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr, *group;
	struct nl *nl = data;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			nl->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			take_group(nl, group);
	}
}

static const char no_family[] =
	"There is no netlink family \"mdev\": no mdev_core, or another network namespace";

static int find_family(struct nl *nl)
{
	nl->family = 0;
	nl->group = 0;
	put_header(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	nl_put_string(nl, CTRL_ATTR_FAMILY_NAME, MDEV_FAMILY_NAME);
	if (nl_talk(nl, take_family, nl) == -ENOENT)
		return nl_fail(nl, ENOENT, no_family);
	return -nl->error;
}

/* Options of the socket help; without them it works, too. */
static void set_options(struct nl *nl)
{
	int on = 1;

	mnl_socket_setsockopt(nl->socket, NETLINK_EXT_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_CAP_ACK, &on, sizeof(on));
	mnl_socket_setsockopt(nl->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
}

static int nl_open(struct nl *nl)
{
	nl->error = 0;
	nl->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->socket)
		return nl_fail(nl, errno, strerror(errno));
	set_options(nl);
	if (mnl_socket_bind(nl->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		nl_fail(nl, errno, strerror(errno));
	else
		find_family(nl);
	if (nl->error)
		nl_exit(nl);
	return -nl->error;
}

void nl_begin(struct nl *nl, uint8_t command, uint16_t flags)
{
	nl->error = 0;
	if (!nl->socket)
		nl_open(nl);
	put_header(nl, nl->family, command, MDEV_FAMILY_VERSION, flags);
}

int nl_result(struct nl *nl, const char *name)
{
	if (!nl->error)
		return EXIT_OK;
	if (name)
		fprintf(stderr, "Error: %s: ", printable(name));
	else
		fputs("Error: ", stderr);
	fprintf(stderr, "%s.\n", printable(nl->text));
	return EXIT_KERNEL;
}

int nl_join(struct nl *nl)
{
	int group;

	if (!nl->socket && nl_open(nl))
		return -nl->error;
	group = nl->group;
	if (mnl_socket_setsockopt(nl->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return nl_fail(nl, errno, strerror(errno));
	return 0;
}

int nl_listen(struct nl *nl, nl_callback callback, void *data)
{
	const struct nlmsghdr *message = (struct nlmsghdr *)nl->answer;
	int length = receive(nl);

	if (length == -ENOBUFS)
		return length;
	if (length < 0)
		return nl_fail(nl, -length, strerror(-length));
	for (; mnl_nlmsg_ok(message, length); message = mnl_nlmsg_next(message, &length))
		if (message->nlmsg_type == nl->family)
			callback(message, data);
	return 0;
}
