// SPDX-License-Identifier: GPL-2.0
/*
 * How long it takes to make slices, and network devices beside them.
 *
 * pace mdev PARENT CLASS TAG COUNT [netdevs]
 * pace vdpa MGMTDEV - TAG COUNT [netdevs]
 *
 * Makes COUNT slices named TAG0, TAG1, ..., by family mdev or vdpa. With "netdevs" one dummy
 * interface, TAGd0, TAGd1, ..., is made after each of them, and stays. Prints the median
 * of what a request took, in ns: of the slices, and of the interfaces or 0.
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/if_link.h>
#include <linux/mdev_netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vdpa.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char buffer[8192];
static unsigned int sequence;

static void die(const char *what)
{
	fprintf(stderr, "pace: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct mnl_socket *connect_to(int bus)
{
	struct mnl_socket *sock = mnl_socket_open(bus);

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID))
		die("socket");
	return sock;
}

static struct nlmsghdr *message_begin(uint16_t type)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = ++sequence;
	return message;
}

static struct nlmsghdr *generic_begin(uint16_t family, uint8_t command)
{
	struct nlmsghdr *message = message_begin(family);
	struct genlmsghdr *generic = mnl_nlmsg_put_extra_header(message, sizeof(*generic));

	generic->cmd = command;
	generic->version = 1;
	return message;
}

/* Until the request is acknowledged */
static void talk(struct mnl_socket *sock, const struct nlmsghdr *message, mnl_cb_t callback,
		 void *data)
{
	char answer[16384];
	ssize_t length;
	int state = MNL_CB_OK;

	if (mnl_socket_sendto(sock, message, message->nlmsg_len) < 0)
		die("send");
	while (state > MNL_CB_STOP) {
		length = mnl_socket_recvfrom(sock, answer, sizeof(answer));
		if (length < 0)
			die("receive");
		state = mnl_cb_run(answer, length, sequence, mnl_socket_get_portid(sock),
				   callback, data);
	}
	if (state < 0)
		die("request");
}

static int keep_family(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, message, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*(uint16_t *)data = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static uint16_t find_family(struct mnl_socket *sock, const char *name)
{
	struct nlmsghdr *message = generic_begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	uint16_t family = 0;

	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, name);
	talk(sock, message, keep_family, &family);
	return family;
}

static struct nlmsghdr *slice_message(uint16_t family, char **words, const char *name)
{
	struct nlmsghdr *message;

	if (!strcmp(words[0], "vdpa")) {
		message = generic_begin(family, VDPA_CMD_DEV_NEW);
		mnl_attr_put_strz(message, VDPA_ATTR_MGMTDEV_DEV_NAME, words[1]);
		mnl_attr_put_strz(message, VDPA_ATTR_DEV_NAME, name);
		return message;
	}
	message = generic_begin(family, MDEV_CMD_SLICE_NEW);
	mnl_attr_put_strz(message, MDEV_A_SLICE_PARENT_NAME, words[1]);
	mnl_attr_put_strz(message, MDEV_A_SLICE_NAME, name);
	mnl_attr_put_u32(message, MDEV_A_SLICE_CLASS, atoi(words[2]));
	return message;
}

static struct nlmsghdr *netdev_message(const char *name)
{
	struct nlmsghdr *message = message_begin(RTM_NEWLINK);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	struct nlattr *nest;

	message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	info->ifi_family = AF_UNSPEC;
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	nest = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "dummy");
	mnl_attr_nest_end(message, nest);
	return message;
}

/* The answer, if there is one besides, is not looked at. */
static int ignore(const struct nlmsghdr *message, void *data)
{
	return MNL_CB_OK;
}

static long time_of(struct mnl_socket *sock, const struct nlmsghdr *message)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	talk(sock, message, ignore, NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (end.tv_sec - begin.tv_sec) * 1000000000L + end.tv_nsec - begin.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long left = *(const long *)a, right = *(const long *)b;

	return left < right ? -1 : left > right;
}

static long median(long *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare);
	return times[count / 2];
}

int main(int argc, char **argv)
{
	struct mnl_socket *generic, *route;
	long *slices, *netdevs;
	uint16_t family;
	char name[32];
	size_t count;

	if (argc < 6)
		return 2;
	count = atol(argv[5]);
	slices = calloc(count + 1, sizeof(*slices));
	netdevs = calloc(count + 1, sizeof(*netdevs));
	if (!slices || !netdevs)
		die("memory");
	generic = connect_to(NETLINK_GENERIC);
	route = connect_to(NETLINK_ROUTE);
	family = find_family(generic, argv[1]);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%zu", argv[4], i);
		slices[i] = time_of(generic, slice_message(family, argv + 1, name));
		if (argc < 7)
			continue;
		snprintf(name, sizeof(name), "%sd%zu", argv[4], i);
		netdevs[i] = time_of(route, netdev_message(name));
	}
	printf("%ld %ld\n", median(slices, count), median(netdevs, count));
	mnl_socket_close(route);
	mnl_socket_close(generic);
	free(netdevs);
	free(slices);
	return 0;
}
