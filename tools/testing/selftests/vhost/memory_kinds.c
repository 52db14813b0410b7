// SPDX-License-Identifier: GPL-2.0
/*
 * memory_kinds SLICE DIRECTORY
 *
 * Rings and buffers in each kind of memory that a process can have, none of it pinned;
 * and in addresses where there is no memory, or not for that use, which end in an error
 * of the queue. Files are made in DIRECTORY.
 */
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "nic.h"

#define FRAMES	64
#define HUGE	0x200000UL

static struct nic nic;
static const char *directory;

static int file_new(const char *name)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, NIC_BYTES))
		die("file %s: %s", path, errno_name(errno));
	return fd;
}

static int memfd_new(unsigned int flags)
{
	int fd = memfd_create("driver", MFD_CLOEXEC | flags);

	return fd < 0 || ftruncate(fd, NIC_BYTES) ? -1 : fd;
}

static void *map_fd(int fd, int flags)
{
	void *mem;

	if (fd < 0)
		return NULL;
	mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);
	return mem == MAP_FAILED ? NULL : mem;
}

static void *map_anonymous(int flags)
{
	void *mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags,
			 -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/* Aligned, so that it becomes a huge page when it is touched. */
static void *map_thp(void)
{
	char *mem = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		return NULL;
	mem = (char *)(((unsigned long)mem + HUGE - 1) & ~(HUGE - 1));
	madvise(mem, HUGE, MADV_HUGEPAGE);
	memset(mem, 1, HUGE);
	return mem;
}

static long status_kb(const char *field)
{
	char line[200];
	long value = -1;
	FILE *file;

	file = fopen("/proc/self/status", "r");
	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, field, strlen(field)))
			value = atol(line + strlen(field) + 1);
	}
	if (file)
		fclose(file);
	return value;
}

static void test_kind(const char *name, void *mem)
{
	char text[100];

	if (!mem) {
		printf("ok %s # SKIP none to be had: %s\n", name, errno_name(errno));
		return;
	}
	nic_init(&nic, nic.name, mem, NIC_EVENT_IDX);
	nic_start(&nic);
	snprintf(text, sizeof(text), "%s", name);
	check_nic(&nic, FRAMES, text);
	check(!status_kb("VmPin") && !status_kb("VmLck"), "%s: nothing is pinned", name);
	nic_close(&nic);
	nic_destroy(&nic);
	munmap(mem, NIC_BYTES);
}

/* The device's writes to private memory of a file must not get into the file. */
static void test_private_file(void)
{
	static const char zeroes[4096];
	char page[4096];
	off_t at;
	bool same = true;
	int fd = file_new("private");

	test_kind("private memory of a file", map_fd(fd, MAP_PRIVATE));
	for (at = 0; at < NIC_BYTES; at += sizeof(page))
		same = same && pread(fd, page, sizeof(page), at) == sizeof(page) &&
		       !memcmp(page, zeroes, sizeof(page));
	check(same, "nothing of that is in the file");
	close(fd);
}

static void test_kinds(void)
{
	test_kind("anonymous memory", nic_memory());
	test_private_file();
	test_kind("shared memory of a file", map_fd(file_new("shared"), MAP_SHARED));
	test_kind("a memfd, private", map_fd(memfd_new(0), MAP_PRIVATE));
	test_kind("a memfd, shared", map_fd(memfd_new(0), MAP_SHARED));
	test_kind("shared anonymous memory", map_anonymous(MAP_SHARED));
	test_kind("a huge page", map_anonymous(MAP_PRIVATE | MAP_HUGETLB));
	test_kind("a shared huge page", map_fd(memfd_new(MFD_HUGETLB), MAP_SHARED));
	test_kind("a transparent huge page", map_thp());
}

/* After a fork each process has pages of its own: the device uses those of the owner. */
static void test_fork(void)
{
	pid_t pid;
	int i;

	nic_init(&nic, nic.name, NULL, 0);
	nic_start(&nic);
	for (i = 0; i < 10; i++) {
		pid = fork();
		if (!pid) {
			pause();
			_exit(0);
		}
		if (!check_nic(&nic, 8, "frames go on after a fork"))
			i = 10;
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	check_nic(&nic, 8, "and after the end of the child");
	nic_close(&nic);
	nic_destroy(&nic);
}

/* Without the privilege to lock memory, and with no limit for it left. */
static void test_memlock(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	struct rlimit none = { 0, 0 };
	void *page = nic_memory();

	if (setrlimit(RLIMIT_MEMLOCK, &none) || syscall(SYS_capget, &header, data))
		die("RLIMIT_MEMLOCK");
	data[0].effective &= ~BIT(CAP_IPC_LOCK);
	data[0].permitted &= ~BIT(CAP_IPC_LOCK);
	if (syscall(SYS_capset, &header, data))
		die("CAP_IPC_LOCK is given up: %s", errno_name(errno));
	check(mlock(page, 4096) < 0, "no memory can be locked");
	test_kind("RLIMIT_MEMLOCK 0", page);
}

/* What is done to the page that a queue meets. */
static void damage(const char *how, char *page, int fd)
{
	if (!strcmp(how, "a hole"))
		munmap(page, 4096);
	else if (!strcmp(how, "memory without access"))
		mprotect(page, 4096, PROT_NONE);
	else if (!strcmp(how, "memory for reading"))
		mprotect(page, 4096, PROT_READ);
	else if (!strcmp(how, "the end of a file") && ftruncate(fd, page - nic.mem))
		die("a file is truncated");
}

/* The page is the last of the memory: nothing else is behind it. */
static char *bad_start(int fd)
{
	void *mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (mem == MAP_FAILED)
		die("memory of a file");
	nic_init(&nic, nic.name, mem, 0);
	nic_start(&nic);
	return nic.mem + NIC_BYTES - 4096;
}

static void bad_end(int fd, const char *what, const char *how)
{
	char text[100];

	check_err(nic_reset(&nic), 0, "%s in %s: a reset", what, how);
	event_wait(nic.config_call, 0);
	munmap(nic.mem, NIC_BYTES);
	if (mmap(nic.mem, NIC_BYTES, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("memory");
	snprintf(text, sizeof(text), "%s in %s: works with memory in its place", what, how);
	if (!nic_begin(&nic))
		check_nic(&nic, 4, text);
	else
		check(false, "%s", text);
	check(!(node_events(nic.fd, 0, 0) & POLLERR), "%s in %s: the error is over", what, how);
	nic_close(&nic);
	nic_destroy(&nic);
	munmap(nic.mem, NIC_BYTES);
	close(fd);
}

/* A frame that the device should read. */
static void test_bad_out(const char *how)
{
	struct seg segs[2] = { { NIC_IOVA + NIC_BYTES - 8192, HDR_LEN },
			       { NIC_IOVA + NIC_BYTES - 4096, 100 } };
	int fd = file_new("bad");
	char *page = bad_start(fd);
	char text[100];

	damage(how, page, fd);
	ring_add(&nic.tx, segs, 2, 0);
	ring_kick(&nic.tx);
	snprintf(text, sizeof(text), "a frame in %s breaks its queue", how);
	check_broken(&nic, &nic.tx, text);
	check(!event_wait(nic.rx.err, 0), "and not the other");
	bad_end(fd, "a frame", how);
}

/* A buffer that the device should fill: the first that it is given. */
static void test_bad_in(const char *how)
{
	int fd = file_new("bad");
	char *page = bad_start(fd);
	char frame[FRAME_MAX];
	char text[100];

	nic_aim(&nic, NIC_IOVA + NIC_BYTES - 4096, BUF_LEN);
	damage(how, page, fd);
	frame_make(frame, 200, 1);
	rep_send(nic.rep, frame, 200);
	snprintf(text, sizeof(text), "a buffer in %s breaks its queue", how);
	check_broken(&nic, &nic.rx, text);
	check(!event_wait(nic.tx.err, 0), "and not the other");
	bad_end(fd, "a buffer", how);
}

/* A part of the ring itself. */
static void test_bad_ring(const char *what, size_t offset, const char *how)
{
	__u64 at[3] = { RING_DESC, RING_AVAIL, RING_USED };
	int fd = file_new("bad");
	char *page = bad_start(fd);
	char text[100];
	int i, err;

	nic_reset(&nic);
	ring_clear(&nic.tx, nic.features);
	ring_clear(&nic.rx, nic.features);
	memset(page, 0, 4096);
	for (i = 0; i < 3; i++)
		at[i] = at[i] == offset ? NIC_BYTES - 4096 : NIC_TX + at[i];
	damage(how, page, fd);
	err = nic_negotiate(&nic);
	if (!err)
		err = ring_setup(nic.fd, &nic.tx, 0);
	if (!err)
		err = vhost_set_vring_addr(nic.fd, 1, NIC_IOVA + at[0], NIC_IOVA + at[1],
					   NIC_IOVA + at[2]);
	if (!err)
		err = vhost_set_config_call(nic.fd, nic.config_call);
	if (!err)
		err = vhost_set_vring_enable(nic.fd, 1, true);
	if (!err)
		err = vhost_set_status(nic.fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK |
				       S_DRIVER_OK);
	snprintf(text, sizeof(text), "%s in %s: it can be started", what, how);
	check_err(err, 0, "%s", text);
	nic_queue(&nic, page - 8192, 100);
	ring_publish(&nic.tx);
	event_signal(nic.tx.kick);
	snprintf(text, sizeof(text), "%s in %s breaks the queue", what, how);
	check_broken(&nic, &nic.tx, text);
	bad_end(fd, what, how);
}

static bool lands(const char *buf, size_t len, __u32 number)
{
	char frame[FRAME_MAX];

	frame_make(frame, len, number);
	return rep_send(nic.rep, frame, len) && nic_landed(&nic, buf, len, number);
}

/* A long buffer, of which only the first page is there, and not yet. */
static void test_tail(void)
{
	const size_t len = 0x10000, at = NIC_BYTES - len;
	char frame[FRAME_MAX];
	char *page;

	nic_init(&nic, nic.name, NULL, 0);
	page = nic.mem + at;
	nic_start(&nic);
	munmap(page + 4096, len - 4096);
	nic_aim(&nic, NIC_IOVA + at, len);
	madvise(page, 4096, MADV_DONTNEED);
	check(lands(page, 200, 1), "a frame that ends before a hole in its buffer");
	nic_aim(&nic, NIC_IOVA + at + 3000, len - 3000);
	madvise(page, 4096, MADV_DONTNEED);
	check(lands(page + 3000, 1000, 2), "and just before it");
	check(!event_wait(nic.rx.err, 0), "breaks no queue");
	frame_make(frame, FRAME_MAX, 3);
	rep_send(nic.rep, frame, FRAME_MAX);
	check_broken(&nic, &nic.rx, "one that does not end before it does");
	nic_close(&nic);
	munmap(nic.mem, at + 4096);
	nic_destroy(&nic);
}

static void test_bad(void)
{
	static const char * const hows[] = {
		"a hole", "memory without access", "the end of a file",
	};
	size_t i;

	for (i = 0; i < 3; i++) {
		test_bad_out(hows[i]);
		test_bad_in(hows[i]);
		test_bad_ring("the descriptors", RING_DESC, hows[i]);
		test_bad_ring("the available ring", RING_AVAIL, hows[i]);
		test_bad_ring("the used ring", RING_USED, hows[i]);
	}
	test_bad_in("memory for reading");
	test_bad_ring("the used ring", RING_USED, "memory for reading");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	nic.name = argv[1];
	directory = argv[2];
	test_kinds();
	test_fork();
	test_bad();
	test_tail();
	test_memlock();
	return 0;
}
