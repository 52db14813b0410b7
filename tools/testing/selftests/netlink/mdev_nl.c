// SPDX-License-Identifier: GPL-2.0
/*
 * Family "mdev" in words, and as no tool would use it.
 *
 * mdev_nl [-d] [-c BYTES] [-r COUNT] COMMAND [ATTRIBUTE=VALUE]... [NUMBER:KIND:VALUE]...
 * mdev_nl -m [-n COUNT] [-w FILE]
 *
 * COMMAND is a word or a number, ATTRIBUTE the words of the specification with dots
 * between (config.net.mtu). NUMBER is an attribute of the outermost level; KIND is z
 * (string with its NUL), s (string without), 32 (number) or x (bytes in hex). -d asks for a
 * dump; -c cuts that many bytes off the last attribute without telling in its length. -r
 * makes the request COUNT times, with the number from 0 on for "{}" in a value, prints
 * errors alone, and at the end the time of each twentieth part, in microseconds a request.
 *
 * Prints one line for each answer, COMMAND ATTRIBUTE=VALUE..., then "ok", or
 * "error NAME attr=N miss=N: TEXT".
 *
 * -m prints the messages of group monitor, as many as COUNT, and "lost" where some
 * were. It says "listening" first, and reads nothing until FILE is there.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum kind {
	NUMBER = 1,
	BYTE,
	UINT,
	TEXT,
	FLAG,
	HEX,
	FEATURES,
	MAC,
	NEST,
};

struct word {
	const char *name;
	enum kind kind;
	const struct word *nest;
};

static const struct word event[] = {
	[MDEV_A_EVENT_CAUSE] = { "cause", NUMBER },
	[MDEV_A_EVENT_PID] = { "pid", NUMBER },
	[MDEV_A_EVENT_COMM] = { "comm", TEXT },
	[MDEV_A_EVENT_ERROR] = { "error", NUMBER },
	[MDEV_A_EVENT_PREVIOUS_CLASS] = { "previous-class", NUMBER },
	[MDEV_A_EVENT_PREVIOUS_NAME] = { "previous-name", TEXT },
	[MDEV_A_EVENT_MAX + 1] = { NULL },
};

static const struct word parent[] = {
	[MDEV_A_PARENT_ID] = { "id", NUMBER },
	[MDEV_A_PARENT_BUS] = { "bus", TEXT },
	[MDEV_A_PARENT_NAME] = { "name", TEXT },
	[MDEV_A_PARENT_DRIVER] = { "driver", TEXT },
	[MDEV_A_PARENT_CLASSES] = { "classes", NUMBER },
	[MDEV_A_PARENT_TYPES] = { "types", NUMBER },
	[MDEV_A_PARENT_SLICES] = { "slices", NUMBER },
	[MDEV_A_PARENT_EVENT] = { "event", NEST, event },
	[MDEV_A_PARENT_MAX + 1] = { NULL },
};

static const struct word type[] = {
	[MDEV_A_TYPE_PARENT_BUS] = { "parent-bus", TEXT },
	[MDEV_A_TYPE_PARENT_NAME] = { "parent-name", TEXT },
	[MDEV_A_TYPE_NAME] = { "name", TEXT },
	[MDEV_A_TYPE_PRETTY_NAME] = { "pretty-name", TEXT },
	[MDEV_A_TYPE_DESCRIPTION] = { "description", TEXT },
	[MDEV_A_TYPE_DEVICE_ID] = { "device-id", NUMBER },
	[MDEV_A_TYPE_VENDOR_ID] = { "vendor-id", NUMBER },
	[MDEV_A_TYPE_FEATURES] = { "features", FEATURES },
	[MDEV_A_TYPE_MAX_VQS] = { "max-vqs", NUMBER },
	[MDEV_A_TYPE_AVAILABLE] = { "available", NUMBER },
	[MDEV_A_TYPE_DEVICE_API] = { "device-api", TEXT },
	[MDEV_A_TYPE_CREATE_CONFIG] = { "create-config", NUMBER },
	[MDEV_A_TYPE_SET_CONFIG] = { "set-config", NUMBER },
	[MDEV_A_TYPE_MAX + 1] = { NULL },
};

static const struct word endpoint[] = {
	[MDEV_A_ENDPOINT_BUS] = { "bus", TEXT },
	[MDEV_A_ENDPOINT_DEVICE] = { "device", TEXT },
	[MDEV_A_ENDPOINT_DRIVER] = { "driver", TEXT },
	[MDEV_A_ENDPOINT_PROBE_ERROR] = { "probe-error", NUMBER },
	[MDEV_A_ENDPOINT_NODE] = { "node", TEXT },
	[MDEV_A_ENDPOINT_IOMMU_GROUP] = { "iommu-group", NUMBER },
	[MDEV_A_ENDPOINT_HOLDER_PID] = { "holder-pid", NUMBER },
	[MDEV_A_ENDPOINT_HOLDER_COMM] = { "holder-comm", TEXT },
	[MDEV_A_ENDPOINT_MAX + 1] = { NULL },
};

static const struct word device[] = {
	[MDEV_A_DEVICE_ID] = { "id", NUMBER },
	[MDEV_A_DEVICE_FEATURES] = { "features", FEATURES },
	[MDEV_A_DEVICE_DRIVER_FEATURES] = { "driver-features", FEATURES },
	[MDEV_A_DEVICE_STATUS] = { "status", BYTE },
	[MDEV_A_DEVICE_VQS] = { "vqs", NUMBER },
	[MDEV_A_DEVICE_VQ_SIZE_MAX] = { "vq-size-max", NUMBER },
	[MDEV_A_DEVICE_VQ_SIZE_MIN] = { "vq-size-min", NUMBER },
	[MDEV_A_DEVICE_SPACE] = { "space", HEX },
	[MDEV_A_DEVICE_MAX + 1] = { NULL },
};

static const struct word net[] = {
	[MDEV_A_CONFIG_NET_MAC] = { "mac", MAC },
	[MDEV_A_CONFIG_NET_MTU] = { "mtu", NUMBER },
	[MDEV_A_CONFIG_NET_MAX_VQ_PAIRS] = { "max-vq-pairs", NUMBER },
	[MDEV_A_CONFIG_NET_MAX + 1] = { NULL },
};

static const struct word config[] = {
	[MDEV_A_CONFIG_FEATURES] = { "features", FEATURES },
	[MDEV_A_CONFIG_QUEUE_SIZE] = { "queue-size", NUMBER },
	[MDEV_A_CONFIG_NUMA_NODE] = { "numa-node", NUMBER },
	[MDEV_A_CONFIG_CPUS] = { "cpus", TEXT },
	[MDEV_A_CONFIG_NET] = { "net", NEST, net },
	[MDEV_A_CONFIG_MAX + 1] = { NULL },
};

static const struct word slice[] = {
	[MDEV_A_SLICE_ID] = { "id", NUMBER },
	[MDEV_A_SLICE_NAME] = { "name", TEXT },
	[MDEV_A_SLICE_UUID] = { "uuid", TEXT },
	[MDEV_A_SLICE_PARENT_BUS] = { "parent-bus", TEXT },
	[MDEV_A_SLICE_PARENT_NAME] = { "parent-name", TEXT },
	[MDEV_A_SLICE_TYPE] = { "type", TEXT },
	[MDEV_A_SLICE_CLASS] = { "class", NUMBER },
	[MDEV_A_SLICE_FORCE] = { "force", FLAG },
	[MDEV_A_SLICE_STATE] = { "state", NUMBER },
	[MDEV_A_SLICE_OWNER] = { "owner", TEXT },
	[MDEV_A_SLICE_ENDPOINT] = { "endpoint", NEST, endpoint },
	[MDEV_A_SLICE_DEVICE] = { "device", NEST, device },
	[MDEV_A_SLICE_CONFIG] = { "config", NEST, config },
	[MDEV_A_SLICE_REPRESENTOR] = { "representor", NUMBER },
	[MDEV_A_SLICE_EVENT] = { "event", NEST, event },
	[MDEV_A_SLICE_REMOVED] = { "removed", NUMBER },
	[MDEV_A_SLICE_BUSY] = { "busy", NUMBER },
	[MDEV_A_SLICE_GIVEN] = { "given", NUMBER },
	[MDEV_A_SLICE_MORE] = { "more", FLAG },
	[MDEV_A_SLICE_REPRESENTOR_NETNSID] = { "representor-netnsid", NUMBER },
	[MDEV_A_SLICE_NEW_NAME] = { "new-name", TEXT },
	[MDEV_A_SLICE_MAX + 1] = { NULL },
};

static const struct word counter[] = {
	[MDEV_A_COUNTER_NAME] = { "name", TEXT },
	[MDEV_A_COUNTER_VALUE] = { "value", UINT },
	[MDEV_A_COUNTER_MAX + 1] = { NULL },
};

static const struct word stats[] = {
	[MDEV_A_STATS_SLICE_ID] = { "slice-id", NUMBER },
	[MDEV_A_STATS_SLICE_NAME] = { "slice-name", TEXT },
	[MDEV_A_STATS_PARENT_BUS] = { "parent-bus", TEXT },
	[MDEV_A_STATS_PARENT_NAME] = { "parent-name", TEXT },
	[MDEV_A_STATS_DEVICE_ID] = { "device-id", NUMBER },
	[MDEV_A_STATS_QUEUE] = { "queue", NUMBER },
	[MDEV_A_STATS_COUNTER] = { "counter", NEST, counter },
	[MDEV_A_STATS_SLICE_UUID] = { "slice-uuid", TEXT },
	[MDEV_A_STATS_SLICE_TYPE] = { "slice-type", TEXT },
	[MDEV_A_STATS_SLICE_CLASS] = { "slice-class", NUMBER },
	[MDEV_A_STATS_SLICE_OWNER] = { "slice-owner", TEXT },
	[MDEV_A_STATS_MAX + 1] = { NULL },
};

static const struct {
	const char *name;
	const struct word *words;
} commands[] = {
	[MDEV_CMD_PARENT_GET] = { "parent-get", parent },
	[MDEV_CMD_PARENT_READY_NTF] = { "parent-ready-ntf", parent },
	[MDEV_CMD_PARENT_GONE_NTF] = { "parent-gone-ntf", parent },
	[MDEV_CMD_TYPE_GET] = { "type-get", type },
	[MDEV_CMD_SLICE_GET] = { "slice-get", slice },
	[MDEV_CMD_SLICE_NEW] = { "slice-new", slice },
	[MDEV_CMD_SLICE_SET] = { "slice-set", slice },
	[MDEV_CMD_SLICE_DEL] = { "slice-del", slice },
	[MDEV_CMD_SLICE_ADD_NTF] = { "slice-add-ntf", slice },
	[MDEV_CMD_SLICE_CLASS_NTF] = { "slice-class-ntf", slice },
	[MDEV_CMD_SLICE_CONFIG_NTF] = { "slice-config-ntf", slice },
	[MDEV_CMD_SLICE_OWNER_NTF] = { "slice-owner-ntf", slice },
	[MDEV_CMD_SLICE_ENDPOINT_NTF] = { "slice-endpoint-ntf", slice },
	[MDEV_CMD_SLICE_RENAME_NTF] = { "slice-rename-ntf", slice },
	[MDEV_CMD_SLICE_LEAVE_NTF] = { "slice-leave-ntf", slice },
	[MDEV_CMD_SLICE_DEL_NTF] = { "slice-del-ntf", slice },
	[MDEV_CMD_SLICE_FLUSH] = { "slice-flush", slice },
	[MDEV_CMD_STATS_GET] = { "stats-get", stats },
};

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[65536];
} request;

/* Where the nests of the request begin. */
static char *nest_start[8];
static int nest_type[8];
static int nr_nests;

static char buffer[65536];
static int sock;
static int silent;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

/* Requests */

static char *end(void)
{
	return (char *)&request + NLMSG_ALIGN(request.nlh.nlmsg_len);
}

static void put(int type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)end();

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request.nlh.nlmsg_len = NLMSG_ALIGN(request.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void begin(int family, int command)
{
	nr_nests = 0;
	request.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.nlh.nlmsg_type = family;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	request.nlh.nlmsg_seq = 1;
	request.genl.cmd = command;
	request.genl.version = MDEV_FAMILY_VERSION;
}

static void put_hex(int type, const char *value, const char *format)
{
	unsigned char bytes[256];
	unsigned int byte;
	size_t len = 0;

	while (len < sizeof(bytes) && sscanf(value, format, &byte) == 1) {
		bytes[len++] = byte;
		value += value[2] == ':' ? 3 : strlen(value) < 2 ? strlen(value) : 2;
	}
	put(type, bytes, len);
}

static void put_value(int type, enum kind kind, const char *value)
{
	__u64 number = strtoull(value, NULL, 0);
	__u32 n32 = number;

	switch (kind) {
	case NUMBER:
	case BYTE:
	case UINT:
		put(type, &n32, sizeof(n32));
		break;
	case FEATURES:
		put(type, &number, sizeof(number));
		break;
	case TEXT:
		put(type, value, strlen(value) + 1);
		break;
	case FLAG:
		put(type, NULL, 0);
		break;
	default:
		put_hex(type, value, "%2x");
	}
}

/* Attributes of one nest follow each other. */
static char *open_nest(int type)
{
	struct nlattr *attr;
	int i;

	for (i = 0; i < nr_nests; i++) {
		attr = (void *)nest_start[i];
		if (nest_type[i] == type && nest_start[i] + NLA_ALIGN(attr->nla_len) == end())
			return nest_start[i];
	}
	nest_start[nr_nests] = end();
	nest_type[nr_nests] = type;
	put(type | NLA_F_NESTED, NULL, 0);
	return nest_start[nr_nests++];
}

static void put_word(const struct word *words, const char *name, const char *value)
{
	size_t len = strcspn(name, ".=");
	struct nlattr *nest;
	int i;

	for (i = 1; words[i].name; i++)
		if (strlen(words[i].name) == len && !strncmp(words[i].name, name, len))
			break;
	if (!words[i].name) {
		fprintf(stderr, "mdev_nl: no attribute %s\n", name);
		exit(2);
	}
	if (name[len] != '.') {
		put_value(i, words[i].kind, value);
		return;
	}
	nest = (void *)open_nest(i);
	put_word(words[i].nest, name + len + 1, value);
	nest->nla_len = end() - (char *)nest;
}

/* NUMBER:KIND:VALUE */
static void put_raw(char *arg)
{
	char *kind = strchr(arg, ':') + 1;
	char *value = strchr(kind, ':') + 1;
	int type = strtoul(arg, NULL, 0);

	switch (*kind) {
	case 'z':
		put(type, value, strlen(value) + 1);
		break;
	case 's':
		put(type, value, strlen(value));
		break;
	case 'x':
		put_hex(type, value, "%2x");
		break;
	default:
		put_value(type, NUMBER, value);
	}
}

static void put_argument(const struct word *words, char *arg)
{
	char *value = strchr(arg, '=');

	if (!value) {
		put_raw(arg);
		return;
	}
	put_word(words, arg, value + 1);
}

/* Answers */

static __u64 number(const struct nlattr *attr)
{
	size_t len = attr->nla_len - NLA_HDRLEN;
	__u64 value = 0;

	memcpy(&value, attr + 1, len < sizeof(value) ? len : sizeof(value));
	return value;
}

static void show_bytes(const struct nlattr *attr, const char *between)
{
	const unsigned char *bytes = (const void *)(attr + 1);
	size_t i;

	for (i = 0; i < attr->nla_len - (size_t)NLA_HDRLEN; i++)
		printf("%s%02x", i ? between : "", bytes[i]);
}

static void show_attrs(const struct word *words, const char *prefix, const void *start, int len);

static void show_attr(const struct word *word, const char *prefix, const struct nlattr *attr)
{
	char path[64];

	if (word->kind == NEST) {
		snprintf(path, sizeof(path), "%s%s.", prefix, word->name);
		show_attrs(word->nest, path, attr + 1, attr->nla_len - NLA_HDRLEN);
		return;
	}
	printf(" %s%s=", prefix, word->name);
	if (word->kind == TEXT)
		printf("%s", (const char *)(attr + 1));
	else if (word->kind == HEX)
		show_bytes(attr, "");
	else if (word->kind == MAC)
		show_bytes(attr, ":");
	else if (word->kind == FEATURES)
		printf("0x%llx", number(attr));
	else
		printf("%llu", number(attr));
}

static void show_attrs(const struct word *words, const char *prefix, const void *start, int len)
{
	const struct nlattr *attr = start;
	int type, known;

	for (known = 1; words[known].name; known++)
		;
	while (len >= (int)NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		type = attr->nla_type & NLA_TYPE_MASK;
		if (type >= known)
			printf(" %s?%d", prefix, type);
		else
			show_attr(&words[type], prefix, attr);
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
}

static void show_message(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);

	if (silent)
		return;
	printf("%s", commands[genl->cmd].name);
	show_attrs(commands[genl->cmd].words, "", (const char *)genl + GENL_HDRLEN,
		   nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN));
	printf("\n");
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

/* Which attribute of the request is at an offset of it? */
static int type_at(const struct nlattr *offset)
{
	const struct nlattr *attr;

	if (!offset)
		return 0;
	attr = (const void *)((const char *)&request + number(offset));
	return attr->nla_type & NLA_TYPE_MASK;
}

/* Where the text about an error begins depends on who tells of it. */
static void show_error(const struct nlmsghdr *nlh, int error, const char *start)
{
	int len = (int)nlh->nlmsg_len - (int)(start - (const char *)nlh);
	const struct nlattr *text, *miss;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		len = 0;
	text = find(start, len, NLMSGERR_ATTR_MSG);
	miss = find(start, len, NLMSGERR_ATTR_MISS_TYPE);
	printf("error %s attr=%d miss=%d: %s\n", strerrorname_np(-error),
	       type_at(find(start, len, NLMSGERR_ATTR_OFFS)), miss ? (int)number(miss) : 0,
	       text ? (const char *)(text + 1) : "");
}

static int take_error(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t skip = sizeof(*err);

	if (!err->error)
		return 0;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += err->msg.nlmsg_len - sizeof(err->msg);
	show_error(nlh, err->error, (const char *)err + NLMSG_ALIGN(skip));
	return 1;
}

/* Returns -1 while more is to come. */
static int take(const struct nlmsghdr *nlh)
{
	const int *done = NLMSG_DATA(nlh);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		printf("interrupted\n");
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		return take_error(nlh);
	case NLMSG_DONE:
		if (!*done)
			return 0;
		show_error(nlh, *done, (const char *)(done + 1));
		return 1;
	default:
		show_message(nlh);
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

/* The family's number, and that of its group. */
static int family(int *group)
{
	const struct nlmsghdr *nlh = (void *)buffer;
	const char *start = (const char *)NLMSG_DATA(nlh) + GENL_HDRLEN;
	const struct nlattr *groups, *first;
	int len;

	begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	request.nlh.nlmsg_flags = NLM_F_REQUEST;
	put(CTRL_ATTR_FAMILY_NAME, MDEV_FAMILY_NAME, sizeof(MDEV_FAMILY_NAME));
	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		die("send");
	if (recv(sock, buffer, sizeof(buffer), 0) < 0)
		die("recv");
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		printf("not registered\n");
		exit(3);
	}
	len = nlh->nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN);
	groups = find(start, len, CTRL_ATTR_MCAST_GROUPS);
	first = find(groups + 1, groups->nla_len - NLA_HDRLEN, 1);
	*group = number(find(first + 1, first->nla_len - NLA_HDRLEN, CTRL_ATTR_MCAST_GRP_ID));
	return number(find(start, len, CTRL_ATTR_FAMILY_ID)) & 0xffff;
}

static int monitor(int group, long count, const char *wait)
{
	const struct nlmsghdr *nlh;
	int len;

	if (setsockopt(sock, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		die("setsockopt");
	printf("listening\n");
	while (wait && access(wait, F_OK))
		usleep(20000);
	while (count) {
		len = recv(sock, buffer, sizeof(buffer), 0);
		if (len < 0 && errno == ENOBUFS) {
			printf("lost\n");
			continue;
		}
		if (len < 0)
			die("recv");
		for (nlh = (void *)buffer; count && NLMSG_OK(nlh, (unsigned int)len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			show_message(nlh);
			count--;
		}
	}
	return 0;
}

static int command_number(const char *name)
{
	int i;

	for (i = 1; i <= MDEV_CMD_MAX; i++)
		if (!strcmp(commands[i].name, name))
			return i;
	return atoi(name);
}

static int ask(int id, int argc, char **argv, int dump, int cut)
{
	int command = command_number(argv[0]);
	const struct word *words;
	int i;

	words = command && command <= MDEV_CMD_MAX ? commands[command].words : slice;
	memset(&request, 0, sizeof(request));
	begin(id, command);
	if (dump)
		request.nlh.nlmsg_flags |= NLM_F_DUMP;
	for (i = 1; i < argc; i++)
		put_argument(words, argv[i]);
	request.nlh.nlmsg_len -= cut;

	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		die("send");
	if (receive())
		return 1;
	if (!silent)
		printf("ok\n");
	return 0;
}

static long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000L + now.tv_nsec / 1000;
}

/* A copy of the argument, with the number for "{}". */
static char *numbered(const char *arg, long number)
{
	const char *place = strstr(arg, "{}");
	char *copy;

	if (!place)
		return strdup(arg);
	if (asprintf(&copy, "%.*s%ld%s", (int)(place - arg), arg, number, place + 2) < 0)
		die("asprintf");
	return copy;
}

static int ask_often(int id, int argc, char **argv, long count)
{
	long part = count / 20 ? count / 20 : 1, i, start = microseconds();
	char *args[16];
	int j;

	silent = 1;
	for (i = 0; i < count; i++) {
		for (j = 0; j < argc && j < 16; j++)
			args[j] = numbered(argv[j], i);
		if (ask(id, j, args, 0, 0))
			return 1;
		while (j--)
			free(args[j]);
		if ((i + 1) % part)
			continue;
		printf("%ld ", (microseconds() - start) / part);
		start = microseconds();
	}
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	int option, id, group, dump = 0, listen = 0, cut = 0, on = 1;
	const char *wait = NULL;
	long count = -1, repeat = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((option = getopt(argc, argv, "dmc:n:r:w:")) != -1) {
		if (option == 'd')
			dump = 1;
		else if (option == 'm')
			listen = 1;
		else if (option == 'c')
			cut = atoi(optarg);
		else if (option == 'n')
			count = atol(optarg);
		else if (option == 'r')
			repeat = atol(optarg);
		else if (option == 'w')
			wait = optarg;
		else
			return 2;
	}
	if (listen ? optind != argc : optind == argc)
		return 2;

	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (sock < 0)
		die("socket");
	setsockopt(sock, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	id = family(&group);
	if (listen)
		return monitor(group, count, wait);
	if (repeat)
		return ask_often(id, argc - optind, argv + optind, repeat);
	return ask(id, argc - optind, argv + optind, dump, cut);
}
