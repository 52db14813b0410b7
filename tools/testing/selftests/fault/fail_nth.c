// SPDX-License-Identifier: GPL-2.0
/*
 * Lets each allocation of an operation fail in turn.
 *
 * fail_nth [OPTION]... OPERATION [-- OPERATION]
 *
 *   -e ERRNO    an error that the operation may fail with; ENOMEM always may
 *   -f FILE     what is in it belongs to the state
 *   -g PATTERN  how many files match it belongs to the state
 *   -j NUMBER   so many processes share the work; "{}" in any argument becomes
 *               the number of the process, from 0
 *   -k          go on after something was wrong
 *   -l          some faults do no harm though the state is less than usual
 *   -o POINT    begin at this allocation, after the first of all
 *   -p POINT    try this allocation only
 *   -r REQUEST  what it is answered belongs to the state; an operation in one argument
 *   -s STEP     try every STEPth allocation only
 *   -v          values in an answer may differ from one to the next, as counters do
 *
 * The second operation undoes the first. An operation is one of
 *
 *   write FILE TEXT
 *   vdpa COMMAND [ATTRIBUTE:KIND:VALUE]...   a request of netlink family "vdpa"
 *   dump COMMAND                             a list of it
 *   mdev COMMAND [ATTRIBUTE:KIND:VALUE]...   the same for family "mdev"
 *   list COMMAND                             a list of it
 *   up NETDEV, down NETDEV
 *   run COMMAND                              of the shell, for undoing: without faults
 *
 * COMMAND and ATTRIBUTE are numbers of <linux/vdpa.h> or <linux/mdev_netlink.h>. KIND is
 * z (string), x (bytes in hex), 16 or 32 (number).
 *
 * Only this task is meant by /proc/thread-self/fail-nth, and only while it is in
 * the operation's system call. When that fails, the error has to be one of those
 * allowed, the state has to be the one before, and the next try has to succeed.
 * When it does not fail, it has to be answered what it is without faults, and
 * undoing it has to lead back to the state before. Of an answer that is lost its
 * reader has to be told.
 */
#include <errno.h>
#include <glob.h>
#include <linux/genetlink.h>
#include <linux/mdev_netlink.h>
#include <linux/netlink.h>
#include <linux/vdpa.h>
#include <net/if.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../common/faults.h"

#define STATE_MAX	65536
#define ANSWER_MAX	65536
#define WATCHED_MAX	32
#define ERRNOS_MAX	8
#define WORDS_MAX	8
/* A removal by netlink is answered after some seconds though it still goes on: a minute */
#define SOON_TRIES	6000

struct operation {
	int argc;
	char **argv;
};

/* What became of an operation. */
struct outcome {
	int err;		/* errno, 0 if it succeeded */
	int injected;		/* an allocation was made to fail */
	int unknown;		/* the answer was lost; its reader was told @err */
};

/* Messages, but for the one that says how it ended. */
struct answer {
	size_t len;
	char data[ANSWER_MAX];
};

struct state {
	char text[STATE_MAX];
	size_t len;
};

struct totals {
	unsigned int failed;	/* faults that made it fail */
	unsigned int harmless;	/* faults that did not */
	unsigned int less;	/* of these, with another state than usual */
	unsigned int wrong;
};

static struct totals *totals;	/* shared by all processes */

static struct {
	int option;		/* that has brought it */
	const char *text;
} watched[WATCHED_MAX];
static int nr_watched;
static int errnos[ERRNOS_MAX] = { ENOMEM };
static int nr_errnos = 1;
static int lossy;
static int keep_going;
static int values_differ;

static int family_id;
static int mdev_id;

static struct {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[1024];
} request;

static struct answer answer;	/* to the last operation */
static struct answer usual;	/* to one without faults */

/* Operations. */

static void do_write(const struct operation *op, unsigned int nth,
		     struct outcome *out)
{
	size_t len = strlen(op->argv[2]);
	int fd = open(op->argv[1], O_WRONLY);

	if (fd < 0) {
		out->err = errno;
		return;
	}
	faults_set(nth);
	if (write(fd, op->argv[2], len) != (ssize_t)len)
		out->err = errno;
	out->injected = faults_end(nth);
	close(fd);
}

static void request_begin(int type, int command, int flags)
{
	memset(&request, 0, sizeof(request));
	request.nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request.nlh.nlmsg_type = type;
	request.nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	request.nlh.nlmsg_seq = 1;
	request.genl.cmd = command;
	request.genl.version = 1;
}

static void request_put(int type, const void *data, size_t len)
{
	struct nlattr *attr = (void *)((char *)&request + NLMSG_ALIGN(request.nlh.nlmsg_len));

	if (request.nlh.nlmsg_len + NLA_HDRLEN + len + NLA_ALIGNTO > sizeof(request))
		errx(2, "the request is too long");
	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request.nlh.nlmsg_len = NLMSG_ALIGN(request.nlh.nlmsg_len) + NLA_ALIGN(attr->nla_len);
}

static void request_put_hex(int type, const char *value)
{
	unsigned char bytes[64];
	unsigned int byte;
	size_t len = 0;

	for (; sscanf(value, "%2x", &byte) == 1 && len < sizeof(bytes); value += 2)
		bytes[len++] = byte;
	request_put(type, bytes, len);
}

/* ATTRIBUTE:KIND:VALUE */
static void request_put_argument(const char *arg)
{
	char kind[8], value[256];
	__u32 number;
	__u16 half;
	int type;

	if (sscanf(arg, "%d:%7[^:]:%255s", &type, kind, value) != 3)
		errx(2, "%s: ATTRIBUTE:KIND:VALUE expected", arg);
	number = strtoul(value, NULL, 0);
	half = number;
	if (*kind == 'z')
		request_put(type, value, strlen(value) + 1);
	else if (*kind == 'x')
		request_put_hex(type, value);
	else if (atoi(kind) == 16)
		request_put(type, &half, sizeof(half));
	else
		request_put(type, &number, sizeof(number));
}

/* To whom it was sent is left out. */
static void answer_add(const struct nlmsghdr *nlh)
{
	size_t len = NLMSG_ALIGN(nlh->nlmsg_len);
	struct nlmsghdr *copy = (void *)(answer.data + answer.len);

	if (len > sizeof(answer.data) - answer.len)
		errx(2, "the answer is too long");
	memset(copy, 0, len);
	memcpy(copy, nlh, nlh->nlmsg_len);
	copy->nlmsg_pid = 0;
	answer.len += len;
}

/* Returns whether the message says how the operation has ended. */
static int receive_message(const struct nlmsghdr *nlh, struct outcome *out)
{
	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
		out->err = -((const struct nlmsgerr *)NLMSG_DATA(nlh))->error;
		return 1;
	case NLMSG_DONE:
		out->err = -*(const int *)NLMSG_DATA(nlh);
		return 1;
	default:
		answer_add(nlh);
		return 0;
	}
}

/* All that is sent in answer is there when the request has been sent. */
static void receive(int sock, struct outcome *out)
{
	const struct nlmsghdr *nlh;
	static char buffer[65536];
	ssize_t len;
	int told = 0;

	for (;;) {
		len = recv(sock, buffer, sizeof(buffer), MSG_DONTWAIT);
		if (len < 0 && errno == ENOBUFS) {
			told = ENOBUFS;
			continue;
		}
		if (len < 0) {
			out->unknown = 1;
			out->err = told;
			return;
		}
		for (nlh = (void *)buffer; NLMSG_OK(nlh, (size_t)len); nlh = NLMSG_NEXT(nlh, len)) {
			if (receive_message(nlh, out))
				return;
		}
	}
}

static void transact(unsigned int nth, struct outcome *out)
{
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);

	if (sock < 0)
		err(2, "socket");
	faults_set(nth);
	if (send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		out->err = errno;
	out->injected = faults_end(nth);
	if (!out->err)
		receive(sock, out);
	close(sock);
}

static void do_family(const struct operation *op, int family, int flags, unsigned int nth,
		      struct outcome *out)
{
	int i;

	request_begin(family, atoi(op->argv[1]), flags);
	for (i = 2; i < op->argc; i++)
		request_put_argument(op->argv[i]);
	transact(nth, out);
}

static void do_vdpa(const struct operation *op, unsigned int nth,
		    struct outcome *out)
{
	do_family(op, family_id, *op->argv[0] == 'd' ? NLM_F_DUMP : NLM_F_ACK, nth, out);
}

static void do_mdev(const struct operation *op, unsigned int nth,
		    struct outcome *out)
{
	do_family(op, mdev_id, *op->argv[0] == 'l' ? NLM_F_DUMP : NLM_F_ACK, nth, out);
}

static void do_flags(const struct operation *op, unsigned int nth,
		     struct outcome *out)
{
	struct ifreq ifr = { .ifr_flags = *op->argv[0] == 'u' ? IFF_UP : 0 };
	int sock = socket(AF_INET, SOCK_DGRAM, 0);

	if (sock < 0)
		err(2, "socket");
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", op->argv[1]);
	faults_set(nth);
	if (ioctl(sock, SIOCSIFFLAGS, &ifr) < 0)
		out->err = errno;
	out->injected = faults_end(nth);
	close(sock);
}

static void do_run(const struct operation *op, unsigned int nth, struct outcome *out)
{
	if (system(op->argv[1]))
		out->err = EIO;
}

static const struct kind {
	const char *name;
	int argc;
	void (*run)(const struct operation *op, unsigned int nth,
		    struct outcome *out);
} kinds[] = {
	{ "write", 3, do_write },
	{ "vdpa", 2, do_vdpa },
	{ "dump", 2, do_vdpa },
	{ "mdev", 2, do_mdev },
	{ "list", 2, do_mdev },
	{ "up", 2, do_flags },
	{ "down", 2, do_flags },
	{ "run", 2, do_run },
};

/* Run an operation, with the @nth allocation failing, or none if that is 0. */
static struct outcome run(const struct operation *op, unsigned int nth)
{
	struct outcome out = {};
	size_t i;

	answer.len = 0;
	if (!op->argc)
		return out;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(op->argv[0], kinds[i].name) || op->argc < kinds[i].argc)
			continue;
		kinds[i].run(op, nth, &out);
		return out;
	}
	errx(2, "%s: no such operation", op->argv[0]);
}

/* State. */

static void state_add(struct state *state, const char *text)
{
	size_t len = strlen(text);

	if (state->len + len + 2 > STATE_MAX)
		errx(2, "too much state");
	memcpy(state->text + state->len, text, len);
	state->len += len;
	state->text[state->len++] = '\n';
	state->text[state->len] = '\0';
}

static void state_add_number(struct state *state, const char *pattern)
{
	glob_t found = {};
	char text[16];

	glob(pattern, 0, NULL, &found);
	snprintf(text, sizeof(text), "%zu", found.gl_pathc);
	globfree(&found);
	state_add(state, text);
}

static void state_add_file(struct state *state, const char *path)
{
	char text[4096];
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY);
	len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	if (len <= 0)
		return;
	text[len - 1] = '\0';
	state_add(state, text);
}

/* In hex. */
static void state_add_answer(struct state *state)
{
	static char text[STATE_MAX];
	size_t i;

	if (2 * answer.len >= sizeof(text))
		errx(2, "too much state");
	text[0] = '\0';
	for (i = 0; i < answer.len; i++)
		sprintf(text + 2 * i, "%02x", (unsigned char)answer.data[i]);
	state_add(state, text);
}

static void state_add_request(struct state *state, const char *request_text)
{
	char *words = strdup(request_text), *rest = words;
	char *argv[WORDS_MAX];
	struct operation op = { .argv = argv };
	struct outcome out;

	while (rest && op.argc < WORDS_MAX)
		argv[op.argc++] = strsep(&rest, " ");
	out = run(&op, 0);
	free(words);
	if (out.err || out.unknown)
		state_add(state, out.err ? strerrorname_np(out.err) : "no answer");
	else
		state_add_answer(state);
}

static void state_add_watched(struct state *state, int option, const char *text)
{
	state_add(state, text);
	switch (option) {
	case 'f':
		state_add_file(state, text);
		break;
	case 'g':
		state_add_number(state, text);
		break;
	case 'r':
		state_add_request(state, text);
		break;
	}
}

/* This may be answered, too: an operation's own answer is looked at before. */
static void state_take(struct state *state)
{
	int i;

	state->len = 0;
	state->text[0] = '\0';
	for (i = 0; i < nr_watched; i++)
		state_add_watched(state, watched[i].option, watched[i].text);
}

static int state_same(const struct state *a, const struct state *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static void state_show(const char *what, const struct state *state)
{
	printf("%s:\n%s", what, state->text);
}

/* The sweep. */

static void complain(unsigned int nth, const char *format, ...)
{
	va_list args;

	__sync_fetch_and_add(&totals->wrong, 1);
	printf("%u: ", nth);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static void expect_state(unsigned int nth, const char *when,
			 const struct state *want, bool soon)
{
	int tries = soon ? SOON_TRIES : 1;
	static struct state now;

	do {
		state_take(&now);
		if (state_same(&now, want))
			return;
	} while (--tries && !usleep(10000));
	complain(nth, "%s the state is another one", when);
	state_show("it is", &now);
	state_show("it should be", want);
}

static void expect_success(unsigned int nth, const char *what,
			   const struct operation *op)
{
	struct outcome out = run(op, 0);

	if (out.err || out.unknown)
		complain(nth, "%s: %s", what, out.err ? strerrorname_np(out.err) : "no answer");
}

/* Values become 0: what there is, and how long it is, stays. */
static void clear_values(struct nlattr *attr, size_t len)
{
	while (len >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		size_t step = NLA_ALIGN(attr->nla_len);

		if (attr->nla_type & NLA_F_NESTED)
			clear_values(attr + 1, attr->nla_len - NLA_HDRLEN);
		else
			memset(attr + 1, 0, attr->nla_len - NLA_HDRLEN);
		if (step >= len)
			break;
		len -= step;
		attr = (void *)((char *)attr + step);
	}
}

/* Leaves of it what is compared. */
static void take_answer(void)
{
	size_t left = answer.len;
	struct nlmsghdr *nlh;

	if (!values_differ)
		return;
	for (nlh = (void *)answer.data; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left))
		clear_values((void *)((char *)NLMSG_DATA(nlh) + GENL_HDRLEN),
			     NLMSG_PAYLOAD(nlh, GENL_HDRLEN));
}

static void expect_answer(unsigned int nth, const char *when)
{
	size_t at = 0;

	take_answer();
	while (at < answer.len && at < usual.len && answer.data[at] == usual.data[at])
		at++;
	if (at != answer.len || at != usual.len)
		complain(nth, "%s, answered by %zu bytes and not %zu, another one at %zu", when,
			 answer.len, usual.len, at);
}

static int errno_allowed(int number)
{
	int i;

	for (i = 0; i < nr_errnos; i++)
		if (errnos[i] == number)
			return 1;
	return 0;
}

/* Does the operation as it should be once, and keeps the states around it. */
static void rehearse(const struct operation *op, const struct operation *undo,
		     struct state *before, struct state *after)
{
	state_take(before);
	expect_success(0, "without faults", op);
	take_answer();
	usual = answer;
	state_take(after);
	expect_success(0, "undoing", undo);
	expect_state(0, "at first", before, true);
}

/* Also of an answer that is lost, whatever it would have said. */
static void expect_errno(unsigned int nth, const struct outcome *out)
{
	if (out->unknown && !out->err)
		complain(nth, "the answer is lost, and nobody is told");
	else if (out->err && !errno_allowed(out->err))
		complain(nth, "failed with %s", strerrorname_np(out->err));
}

static void sweep_failed(unsigned int nth, const struct operation *op,
			 const struct operation *undo,
			 const struct state *before, const struct state *after)
{
	__sync_fetch_and_add(&totals->failed, 1);
	expect_state(nth, "after a failure", before, false);
	expect_success(nth, "the next try", op);
	expect_answer(nth, "the next try succeeded");
	expect_state(nth, "after the next try", after, true);
	expect_success(nth, "undoing", undo);
	expect_state(nth, "in the end", before, true);
}

/* A fault was met that did not matter, at least not to the caller. */
static void sweep_succeeded(unsigned int nth, const struct operation *undo,
			    const struct state *before,
			    const struct state *after)
{
	static struct state now;

	__sync_fetch_and_add(&totals->harmless, 1);
	state_take(&now);
	if (!state_same(&now, after)) {
		__sync_fetch_and_add(&totals->less, 1);
		if (!lossy) {
			complain(nth, "it succeeded, but the state is not the usual one");
			state_show("it is", &now);
			state_show("it should be", after);
		}
	}
	expect_success(nth, "undoing", undo);
	expect_state(nth, "in the end", before, true);
}

/* Returns 0 when there are not as many allocations. */
static int sweep_point(unsigned int nth, const struct operation *op,
		       const struct operation *undo,
		       const struct state *before, const struct state *after)
{
	static struct state now;
	struct outcome out = run(op, nth);

	if (!out.err && !out.unknown)
		expect_answer(nth, "it succeeded");
	if (!out.injected) {
		if (out.err || out.unknown)
			complain(nth, "failed without a fault: %s", strerrorname_np(out.err));
		expect_success(nth, "undoing", undo);
		return 0;
	}
	expect_errno(nth, &out);
	state_take(&now);
	if (out.unknown ? state_same(&now, before) : out.err)
		sweep_failed(nth, op, undo, before, after);
	else
		sweep_succeeded(nth, undo, before, after);
	return 1;
}

static int errno_by_name(const char *name)
{
	int number;

	for (number = 1; number < 200; number++)
		if (strerrorname_np(number) && !strcmp(strerrorname_np(number), name))
			return number;
	errx(2, "%s: no errno", name);
}

static void watch(int option, const char *text)
{
	if (nr_watched == WATCHED_MAX)
		errx(2, "too many files and requests");
	watched[nr_watched].option = option;
	watched[nr_watched++].text = text;
}

/* Is 0 where the family is not registered. */
static int find_family(const char *name)
{
	const struct nlmsghdr *nlh;
	static char buffer[65536];
	const struct nlattr *attr;
	int sock, id = 0;
	ssize_t len;

	request_begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	request_put(CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (sock < 0 || send(sock, &request, request.nlh.nlmsg_len, 0) < 0)
		err(2, "netlink");
	len = recv(sock, buffer, sizeof(buffer), 0);
	close(sock);
	nlh = (void *)buffer;
	if (len < 0 || nlh->nlmsg_type == NLMSG_ERROR)
		return 0;
	attr = (void *)((char *)NLMSG_DATA(nlh) + GENL_HDRLEN);
	while ((char *)attr < buffer + len && attr->nla_len >= NLA_HDRLEN) {
		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			id = *(const __u16 *)(attr + 1);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return id;
}

/* Puts a number in the place of "{}". */
static char *fill_in(const char *arg, int number)
{
	const char *place = strstr(arg, "{}");
	char *text;

	if (!place)
		return strdup(arg);
	if (asprintf(&text, "%.*s%d%s", (int)(place - arg), arg, number, place + 2) < 0)
		err(2, "asprintf");
	return text;
}

/* One process's share: from @nth on every @step, and the first of all if that is its own. */
static void sweep(const struct operation *op, const struct operation *undo,
		  int job, unsigned int nth, unsigned int step, int once)
{
	static struct state before, after;

	faults_open();
	rehearse(op, undo, &before, &after);
	if (!job && !once && nth > 1)
		sweep_point(1, op, undo, &before, &after);
	while ((!totals->wrong || keep_going) &&
	       sweep_point(nth, op, undo, &before, &after) && !once)
		nth += step;
}

static void start_job(const struct operation *op, const struct operation *undo,
		      int job, unsigned int nth, unsigned int step, int once)
{
	pid_t pid = fork();
	int i;

	if (pid < 0)
		err(2, "fork");
	if (pid)
		return;
	for (i = 0; i < nr_watched; i++)
		watched[i].text = fill_in(watched[i].text, job);
	for (i = 0; i < op->argc; i++)
		op->argv[i] = fill_in(op->argv[i], job);
	for (i = 0; i < undo->argc; i++)
		undo->argv[i] = fill_in(undo->argv[i], job);
	sweep(op, undo, job, nth, step, once);
	exit(0);
}

/* Returns whether all ended well. */
static int wait_for_jobs(void)
{
	int status, good = 1;

	while (wait(&status) > 0)
		if (status)
			good = 0;
	return good && !totals->wrong;
}

static void split_arguments(int argc, char **argv, struct operation *op,
			    struct operation *undo)
{
	op->argv = argv;
	for (op->argc = 0; op->argc < argc; op->argc++)
		if (!strcmp(argv[op->argc], "--"))
			break;
	if (!op->argc)
		errx(2, "an operation expected");
	if (op->argc < argc) {
		undo->argv = argv + op->argc + 1;
		undo->argc = argc - op->argc - 1;
	}
}

int main(int argc, char **argv)
{
	int step = 1, only = 0, first = 1, jobs = 1, option, job, good;
	struct operation op = {}, undo = {};

	while ((option = getopt(argc, argv, "+e:f:g:j:klo:p:r:s:v")) != -1) {
		switch (option) {
		case 'e':
			if (nr_errnos == ERRNOS_MAX)
				errx(2, "too many errnos");
			errnos[nr_errnos++] = errno_by_name(optarg);
			break;
		case 'f':
		case 'g':
		case 'r':
			watch(option, optarg);
			break;
		case 'j':
			jobs = atoi(optarg);
			break;
		case 'k':
			keep_going = 1;
			break;
		case 'l':
			lossy = 1;
			break;
		case 'o':
			first = atoi(optarg);
			break;
		case 'p':
			only = atoi(optarg);
			break;
		case 's':
			step = atoi(optarg);
			break;
		case 'v':
			values_differ = 1;
			break;
		default:
			return 2;
		}
	}
	split_arguments(argc - optind, argv + optind, &op, &undo);
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		err(2, "mmap");
	setvbuf(stdout, NULL, _IOLBF, 0);
	family_id = find_family(VDPA_GENL_NAME);
	mdev_id = find_family(MDEV_FAMILY_NAME);

	if (only) {
		first = only;
		jobs = 1;
	}
	for (job = 0; job < jobs; job++)
		start_job(&op, &undo, job, first + job * step, jobs * step, only);
	good = wait_for_jobs();
	printf("%u faults: %u failures, %u without harm, %u of them with less than usual\n",
	       totals->failed + totals->harmless, totals->failed, totals->harmless,
	       totals->less);
	return !good;
}
