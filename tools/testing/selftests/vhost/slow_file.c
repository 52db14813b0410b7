// SPDX-License-Identifier: GPL-2.0
/*
 * slow_file SLOW FAST DIRECTORY
 *
 * Memory of slice SLOW is that of a file, whose file system this program serves: it does
 * not answer before it is told to. Unlike with a userfaultfd, nobody can be made to give
 * up waiting for that. Slice FAST has ordinary memory.
 */
/* libs: -lpthread */
#include <linux/fuse.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "slow.h"

/* In seconds. */
#define FOREVER	1000000000

static const char *directory;

static struct {
	int dev;
	int root;
	int stop;		/* eventfd: the server goes */
	int reading;		/* eventfd: somebody reads */
	unsigned int files;
	__u64 reader;		/* whose request waits, or 0 */
	pthread_t thread;
} server;

static void reply(__u64 unique, int err, const void *data, size_t len)
{
	struct fuse_out_header header = {
		.len = sizeof(header) + len,
		.error = err,
		.unique = unique,
	};
	struct iovec parts[2] = { { &header, sizeof(header) }, { (void *)data, len } };

	/* Nobody may want it any more. */
	if (writev(server.dev, parts, 2) < 0 && errno != ENOENT)
		die("an answer to the kernel: %s", errno_name(errno));
}

static struct fuse_attr attributes(__u64 node)
{
	return (struct fuse_attr) {
		.ino = node,
		.size = PAGE,
		.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0700 : S_IFREG | 0600,
		.nlink = 1,
		.blksize = PAGE,
	};
}

/* Nothing is read ahead, so that who needs the page asks for it, and waits. */
static void do_init(const struct fuse_in_header *in, const struct fuse_init_in *init)
{
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = init->minor < FUSE_KERNEL_MINOR_VERSION ? init->minor :
			 FUSE_KERNEL_MINOR_VERSION,
		.max_write = PAGE,
	};

	reply(in->unique, 0, &out, sizeof(out));
}

/* Files have numbers for names, all of them exist. */
static void do_lookup(const struct fuse_in_header *in, const char *name)
{
	struct fuse_entry_out out = {
		.nodeid = FUSE_ROOT_ID + atoi(name),
		.entry_valid = FOREVER,
		.attr_valid = FOREVER,
	};

	out.attr = attributes(out.nodeid);
	reply(in->unique, 0, &out, sizeof(out));
}

static void do_getattr(const struct fuse_in_header *in)
{
	struct fuse_attr_out out = {
		.attr_valid = FOREVER,
		.attr = attributes(in->nodeid),
	};

	reply(in->unique, 0, &out, sizeof(out));
}

static void do_open(const struct fuse_in_header *in)
{
	struct fuse_open_out out = { .open_flags = FOPEN_KEEP_CACHE };

	reply(in->unique, 0, &out, sizeof(out));
}

static void serve(const struct fuse_in_header *in, const void *data)
{
	switch (in->opcode) {
	case FUSE_INIT:
		do_init(in, data);
		break;
	case FUSE_LOOKUP:
		do_lookup(in, data);
		break;
	case FUSE_GETATTR:
		do_getattr(in);
		break;
	case FUSE_OPEN:
		do_open(in);
		break;
	case FUSE_READ:
		store(server.reader, in->unique);
		event_signal(server.reading);
		break;
	case FUSE_INTERRUPT:
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
		/* These are not answered. */
		break;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		reply(in->unique, 0, NULL, 0);
		break;
	default:
		reply(in->unique, -EOPNOTSUPP, NULL, 0);
	}
}

static void *serve_all(void *unused)
{
	struct pollfd pollfds[2] = { { .fd = server.dev, .events = POLLIN },
				     { .fd = server.stop, .events = POLLIN } };
	static __u64 message[(FUSE_MIN_READ_BUFFER + PAGE) / sizeof(__u64)];
	const struct fuse_in_header *in = (void *)message;
	ssize_t len;

	while (poll(pollfds, 2, -1) > 0 && !pollfds[1].revents) {
		len = read(server.dev, message, sizeof(message));
		if (len >= (ssize_t)sizeof(*in))
			serve(in, in + 1);
		else if (errno != EINTR && errno != EAGAIN && errno != ENOENT)
			die("a request of the kernel: %s", errno_name(errno));
	}
	return NULL;
}

/* Only this program finds it, so that it goes with the program. */
static void server_mount(void)
{
	char options[100];

	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0",
		 server.dev);
	if (mount("slow_file", directory, "fuse", MS_NOSUID | MS_NODEV, options))
		die("a file system is mounted: %s", errno_name(errno));
	server.root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (server.root < 0 || umount2(directory, MNT_DETACH))
		die("its root is opened: %s", errno_name(errno));
}

static void server_start(void)
{
	server.dev = open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (server.dev < 0)
		die("/dev/fuse: %s", errno_name(errno));
	server.stop = event_new();
	server.reading = event_new();
	server.reader = 0;
	server_mount();
	if (pthread_create(&server.thread, NULL, serve_all, NULL))
		die("a thread");
}

/* Dies without an answer to those who wait for one. */
static void server_stop(void)
{
	event_signal(server.stop);
	pthread_join(server.thread, NULL);
	close(server.root);
	close(server.dev);
	close(server.stop);
	close(server.reading);
}

/* A new file each time, of which nothing is in memory. */
static void block(size_t offset, size_t size)
{
	char name[20];
	void *mem;
	int fd;

	snprintf(name, sizeof(name), "%u", ++server.files);
	fd = openat(server.root, name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("file %s: %s", name, errno_name(errno));
	mem = mmap(slow.mem + offset, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED,
		   fd, 0);
	if (mem == MAP_FAILED)
		die("memory of a file: %s", errno_name(errno));
	close(fd);
}

/* The one page that is ever mapped. */
static long blocked(int timeout_ms)
{
	return event_wait(server.reading, timeout_ms) ? NIC_SCRATCH : -1;
}

static void resolve(size_t offset, const void *page)
{
	reply(server.reader, 0, page, PAGE);
	server.reader = 0;
}

static void unblock(void)
{
	static const char page[PAGE];

	if (load(server.reader))
		resolve(NIC_SCRATCH, page);
}

static void test_write(double usual)
{
	static char page[PAGE];
	char frame[FRAME_MAX + 8];

	block(NIC_SCRATCH, PAGE);
	nic_aim(&slow, NIC_IOVA + NIC_SCRATCH, PAGE);
	frame_make(frame, 300, 9);
	rep_send(slow.rep, frame, 300);
	check(blocked(PATIENCE_MS) >= 0, "a queue waits for a buffer to write");
	check_fast("the other slice goes on", usual);
	check(!nic_try_out(&slow, 300, 10, PATIENCE_MS), "so does the other queue");
	resolve(NIC_SCRATCH, page);
	check(nic_landed(&slow, slow.mem + NIC_SCRATCH, 300, 9),
	      "the buffer comes, the frame is in it");
	again();
}

/* What was waited for will never come. */
static void test_abort(double usual)
{
	static char page[PAGE];

	block(NIC_SCRATCH, PAGE);
	slow_frame(page, 1);
	check(blocked(PATIENCE_MS) >= 0, "a queue waits");
	server_stop();
	check_broken(&slow, &slow.tx, "the file system ends: the queue is broken");
	check(!event_wait(slow.rx.err, 0), "and not the other");
	check_fast("the other slice goes on", usual);
	server_start();
	again();
}

int main(int argc, char **argv)
{
	double usual;

	if (argc != 4)
		return 2;
	directory = argv[3];
	server_start();
	slow_start(argv[1], argv[2]);
	usual = fast_time("the other slice works");
	test_buffer(usual);
	test_write(usual);
	test_abort(usual);
	test_ends();
	return 0;
}
