// SPDX-License-Identifier: GPL-2.0
/*
 * qstats DEVICE [queues]: what generic netlink's family "netdev" tells of the counters of an
 * interface, or of each of its queues: a line "rx ID PACKETS BYTES DROPS" or "tx ...", with
 * "all" for the ID where it is all of them, and "-" for what is not told.
 */
#include <linux/genetlink.h>
#include <linux/netdev.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[256];
} request;

static char buffer[65536];
static int sock;

/* What an answer has, by its attributes. */
static const struct nlattr *attrs[NETDEV_A_QSTATS_MAX + 1];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void begin(int family, int command, int flags)
{
	request.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.nlh.nlmsg_type = family;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	request.genl.cmd = command;
	request.genl.version = 1;
}

static void put(int type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)&request + NLMSG_ALIGN(request.nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request.nlh.nlmsg_len = NLMSG_ALIGN(request.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void parse(const struct nlmsghdr *nlh)
{
	const char *at = (const char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr;

	memset(attrs, 0, sizeof(attrs));
	for (; at + NLA_HDRLEN <= end; at += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)at;
		if (attr->nla_len < NLA_HDRLEN)
			break;
		if ((attr->nla_type & NLA_TYPE_MASK) <= NETDEV_A_QSTATS_MAX)
			attrs[attr->nla_type & NLA_TYPE_MASK] = attr;
	}
}

/* Numbers have as many bytes as they need. */
static bool number(int type, unsigned long long *value)
{
	size_t len;

	*value = 0;
	if (!attrs[type])
		return false;
	len = attrs[type]->nla_len - NLA_HDRLEN;
	memcpy(value, attrs[type] + 1, len < sizeof(*value) ? len : sizeof(*value));
	return true;
}

/* Sends the request, and calls for each answer. */
static void ask(void (*answer)(void))
{
	const struct nlmsghdr *nlh;
	const struct nlmsgerr *error;
	int len;

	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		die("send");
	for (;;) {
		len = recv(sock, buffer, sizeof(buffer), 0);
		if (len < 0)
			die("recv");
		for (nlh = (void *)buffer; NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			error = NLMSG_DATA(nlh);
			if (nlh->nlmsg_type == NLMSG_DONE)
				return;
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				if (!error->error)
					return;
				fprintf(stderr, "qstats: %s\n", strerror(-error->error));
				exit(1);
			}
			parse(nlh);
			answer();
		}
	}
}

static int family;

static void family_answer(void)
{
	unsigned long long id;

	if (number(CTRL_ATTR_FAMILY_ID, &id))
		family = id;
}

static void show_number(int type)
{
	unsigned long long value;

	if (number(type, &value))
		printf(" %llu", value);
	else
		printf(" -");
}

static void show_line(const char *what, int packets, int bytes, int drops)
{
	unsigned long long id;

	printf("%s", what);
	if (number(NETDEV_A_QSTATS_QUEUE_ID, &id))
		printf(" %llu", id);
	else
		printf(" all");
	show_number(packets);
	show_number(bytes);
	show_number(drops);
	printf("\n");
}

static void show(void)
{
	unsigned long long type;
	bool one = number(NETDEV_A_QSTATS_QUEUE_TYPE, &type);

	if (!one || type == NETDEV_QUEUE_TYPE_RX)
		show_line("rx", NETDEV_A_QSTATS_RX_PACKETS, NETDEV_A_QSTATS_RX_BYTES,
			  NETDEV_A_QSTATS_RX_HW_DROPS);
	if (!one || type == NETDEV_QUEUE_TYPE_TX)
		show_line("tx", NETDEV_A_QSTATS_TX_PACKETS, NETDEV_A_QSTATS_TX_BYTES,
			  NETDEV_A_QSTATS_TX_HW_DROPS);
}

int main(int argc, char **argv)
{
	const unsigned int scope = NETDEV_QSTATS_SCOPE_QUEUE;
	unsigned int ifindex;

	if (argc < 2 || argc > 3 || (argc == 3 && strcmp(argv[2], "queues"))) {
		fprintf(stderr, "usage: qstats DEVICE [queues]\n");
		return 2;
	}
	ifindex = if_nametoindex(argv[1]);
	sock = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (!ifindex || sock < 0)
		die(argv[1]);
	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, NLM_F_ACK);
	put(CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY_NAME, sizeof(NETDEV_FAMILY_NAME));
	ask(family_answer);
	begin(family, NETDEV_CMD_QSTATS_GET, NLM_F_DUMP);
	put(NETDEV_A_QSTATS_IFINDEX, &ifindex, sizeof(ifindex));
	if (argc == 3)
		put(NETDEV_A_QSTATS_SCOPE, &scope, sizeof(scope));
	ask(show);
	return 0;
}
