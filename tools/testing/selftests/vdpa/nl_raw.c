// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of netlink family "vdpa" as no tool would send them.
 *
 * nl_raw [-dv] [-c BYTES] COMMAND [ATTRIBUTE:KIND:VALUE]...
 *
 * COMMAND and ATTRIBUTE are numbers of <linux/vdpa.h>. KIND is z (string with
 * its NUL), s (string without), 8, 16, 32, 64 (number) or x (bytes in hex).
 * -d asks for a dump; -c cuts that many bytes off the last attribute without
 * telling in its length.
 *
 * Prints one line for each answer, "reply", and the device's name if there is
 * one, or with -v the command and all attributes, ATTRIBUTE=BYTES; then "ok",
 * or "error NAME attr=N miss=N: TEXT". "interrupted" stands before "ok" when a
 * dump was.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vdpa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[65536];
} request;

static char buffer[65536];
static int sock;
static int interrupted;
static int verbose;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static struct nlattr *put(int type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)&request + NLMSG_ALIGN(request.nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request.nlh.nlmsg_len = NLMSG_ALIGN(request.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
	return attr;
}

static void begin(int type, int command)
{
	request.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.nlh.nlmsg_type = type;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request.nlh.nlmsg_seq = 1;
	request.genl.cmd = command;
	request.genl.version = 1;
}

static void put_number(int type, int bits, const char *value)
{
	__u64 number = strtoull(value, NULL, 0);
	__u32 n32 = number;
	__u16 n16 = number;
	__u8 n8 = number;

	switch (bits) {
	case 8:
		put(type, &n8, sizeof(n8));
		break;
	case 16:
		put(type, &n16, sizeof(n16));
		break;
	case 32:
		put(type, &n32, sizeof(n32));
		break;
	default:
		put(type, &number, sizeof(number));
	}
}

static void put_hex(int type, const char *value)
{
	unsigned char bytes[256];
	unsigned int byte;
	size_t len = 0;

	for (; sscanf(value, "%2x", &byte) == 1 && len < sizeof(bytes); value += 2)
		bytes[len++] = byte;
	put(type, bytes, len);
}

/* ATTRIBUTE:KIND:VALUE */
static void put_argument(char *arg)
{
	char *kind = strchr(arg, ':');
	char *value = kind ? strchr(kind + 1, ':') : NULL;
	int type = atoi(arg);

	if (!value) {
		fprintf(stderr, "nl_raw: ATTRIBUTE:KIND:VALUE expected\n");
		exit(2);
	}
	*value++ = '\0';
	switch (*++kind) {
	case 'z':
		put(type, value, strlen(value) + 1);
		break;
	case 's':
		put(type, value, strlen(value));
		break;
	case 'x':
		put_hex(type, value);
		break;
	default:
		put_number(type, atoi(kind), value);
	}
}

static const struct nlattr *find(const void *start, int len, int type)
{
	const struct nlattr *attr = start;

	while (len >= (int)NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

static __u32 number(const struct nlattr *attr)
{
	__u32 value = 0;

	if (attr)
		memcpy(&value, attr + 1, sizeof(value));
	return value;
}

/* Which attribute of the request is at an offset of it? */
static int type_at(__u32 offset)
{
	const struct nlattr *attr = (const void *)((const char *)&request + offset);

	return offset ? attr->nla_type : 0;
}

static void show_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t skip = sizeof(*err);
	const struct nlattr *text;
	const char *start;
	int len;

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	start = (const char *)err + NLMSG_ALIGN(skip);
	len = (int)nlh->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip);
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		len = 0;

	text = find(start, len, NLMSGERR_ATTR_MSG);
	printf("error %s attr=%d miss=%u: %s\n", strerrorname_np(-err->error),
	       type_at(number(find(start, len, NLMSGERR_ATTR_OFFS))),
	       number(find(start, len, NLMSGERR_ATTR_MISS_TYPE)),
	       text ? (const char *)(text + 1) : "");
}

static void show_attr(const struct nlattr *attr)
{
	const unsigned char *bytes = (const void *)(attr + 1);
	size_t i;

	printf(" %d=", attr->nla_type & NLA_TYPE_MASK);
	for (i = 0; i < attr->nla_len - (size_t)NLA_HDRLEN; i++)
		printf("%02x", bytes[i]);
}

static void show_attrs(const char *start, int len)
{
	const struct nlattr *attr = (const void *)start;

	while (len >= (int)NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		show_attr(attr);
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	printf("\n");
}

static void show_reply(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	const char *start = (const char *)genl + GENL_HDRLEN;
	int len = nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	const struct nlattr *name;

	if (verbose) {
		printf("reply %u", genl->cmd);
		show_attrs(start, len);
		return;
	}
	name = find(start, len, VDPA_ATTR_DEV_NAME);
	printf("reply %s\n", name ? (const char *)(name + 1) : "");
}

/* Returns -1 while more is to come. */
static int take(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		interrupted = 1;
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		if (!err->error)
			return 0;
		show_error(nlh);
		return 1;
	case NLMSG_DONE:
		return *(const int *)NLMSG_DATA(nlh) != 0;
	default:
		show_reply(nlh);
		return -1;
	}
}

static int receive(void)
{
	const struct nlmsghdr *nlh;
	int len, result = -1;

	while (result < 0) {
		len = recv(sock, buffer, sizeof(buffer), 0);
		if (len < 0)
			die("recv");
		for (nlh = (void *)buffer; result < 0 && NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len))
			result = take(nlh);
	}
	return result;
}

static int family(void)
{
	const struct nlmsghdr *nlh = (void *)buffer;
	const struct nlattr *id;
	int len;

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	request.nlh.nlmsg_flags = NLM_F_REQUEST;
	put(CTRL_ATTR_FAMILY_NAME, VDPA_GENL_NAME, sizeof(VDPA_GENL_NAME));
	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		die("send");
	len = recv(sock, buffer, sizeof(buffer), 0);
	if (len < 0)
		die("recv");
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		printf("not registered\n");
		exit(3);
	}
	id = find((const char *)NLMSG_DATA(nlh) + GENL_HDRLEN,
		  nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN), CTRL_ATTR_FAMILY_ID);
	return number(id) & 0xffff;
}

int main(int argc, char **argv)
{
	int option, id, dump = 0, cut = 0, on = 1;

	while ((option = getopt(argc, argv, "dvc:")) != -1) {
		if (option == 'd')
			dump = 1;
		else if (option == 'v')
			verbose = 1;
		else if (option == 'c')
			cut = atoi(optarg);
		else
			return 2;
	}
	if (optind == argc)
		return 2;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (sock < 0)
		die("socket");
	setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));

	id = family();
	memset(&request, 0, sizeof(request));
	begin(id, atoi(argv[optind++]));
	if (dump)
		request.nlh.nlmsg_flags |= NLM_F_DUMP;
	while (optind < argc)
		put_argument(argv[optind++]);
	request.nlh.nlmsg_len -= cut;

	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		die("send");
	if (receive())
		return 1;
	if (interrupted)
		printf("interrupted\n");
	printf("ok\n");
	return 0;
}
