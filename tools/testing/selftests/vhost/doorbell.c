// SPDX-License-Identifier: GPL-2.0
/*
 * doorbell SLICE QUEUES NIC [DIRECTORY]...
 *
 * Doorbell pages of mdev_wide0, which are RAM; what is written to one can be read in
 * the configuration. Those of slice NIC, of the software NIC, are not there. In each
 * DIRECTORY another inode of the device is made.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "vhost.h"

static sigjmp_buf jump;
static int fd;
static unsigned int queues;

static void on_signal(int signal)
{
	siglongjmp(jump, signal);
}

/* Returns 0, or the signal that it ends in. */
static int ring_at(__u32 *doorbell, __u32 value)
{
	int signal = sigsetjmp(jump, 1);

	if (!signal)
		__atomic_store_n(doorbell, value, __ATOMIC_RELAXED);
	return signal;
}

static int last_errno;

static void *map(unsigned int queue, int prot, int flags, size_t size)
{
	void *mem = mmap(NULL, size, prot, flags, fd, (off_t)queue * 4096);

	last_errno = mem == MAP_FAILED ? -errno : 0;
	return mem == MAP_FAILED ? NULL : mem;
}

static void *map_good(unsigned int queue)
{
	return map(queue, PROT_WRITE, MAP_SHARED, 4096);
}

static __u32 rung(unsigned int queue)
{
	__u32 value = ~0U;

	vhost_get_config(fd, queue * 8 + 4, &value, sizeof(value));
	return value;
}

static void test_refused(void)
{
	map(0, PROT_WRITE, MAP_PRIVATE, 4096);
	check_err(last_errno, -EINVAL, "no private mapping");
	map(0, PROT_READ | PROT_WRITE, MAP_SHARED, 4096);
	check_err(last_errno, -EINVAL, "none to be read");
	map(0, PROT_READ, MAP_SHARED, 4096);
	check_err(last_errno, -EINVAL, "or only to be read");
	map(0, PROT_WRITE, MAP_SHARED, 8192);
	check_err(last_errno, -EINVAL, "none of two pages");
	map_good(queues);
	check_err(last_errno, -EINVAL, "none of a queue that is not there");
	map_good(queues - 1);
	check_err(last_errno, -ENXIO, "none of a queue without a doorbell");
}

/* What has been mapped for writing does not become readable. */
static void test_protection(void)
{
	void *page = map_good(0);

	check(page && mprotect(page, 4096, PROT_READ | PROT_WRITE) < 0 && errno == EACCES,
	      "a doorbell stays unreadable");
	check(page && mprotect(page, 4096, PROT_WRITE | PROT_EXEC) < 0 && errno == EACCES,
	      "and cannot be run");
	check(page && mremap(page, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED,
	      "it does not grow");
	if (page)
		munmap(page, 4096);
}

static void test_rings(__u32 **doorbells)
{
	unsigned int i, bad = 0;

	for (i = 0; i < queues - 1; i++) {
		doorbells[i] = map_good(i);
		bad += !doorbells[i];
	}
	check(!bad, "every other doorbell can be mapped");
	for (i = 0; i < queues - 1; i++)
		bad += ring_at(doorbells[i], 1000 + i) != 0;
	check(!bad, "and rung");
	for (i = 0; i < queues - 1; i++)
		bad += rung(i) != 1000 + i;
	check(!bad, "each rings at its own queue");
}

/* A child has the mapping, too, and loses it as well. */
static pid_t child_of(__u32 *doorbell, const int *ready, const int *go)
{
	char byte;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	/* A child may have been given the page, or not. */
	ring_at(doorbell, 77);
	if (write(ready[1], "x", 1) != 1 || read(go[0], &byte, 1) != 1)
		_exit(1);
	_exit(ring_at(doorbell, 78) == 0);
}

static void test_revoked(const char *slice, __u32 **doorbells)
{
	int ready[2], go[2], status;
	unsigned int i, bad = 0;
	char byte;
	pid_t pid;

	if (pipe(ready) || pipe(go))
		die("pipes");
	pid = child_of(doorbells[0], ready, go);
	if (read(ready[0], &byte, 1) != 1)
		die("a child");
	check_err(set_class(slice, "none force"), 0, "the device is taken away");
	for (i = 0; i < queues - 1; i++)
		bad += ring_at(doorbells[i], 5) != SIGBUS;
	check(!bad, "then each of its doorbells gives SIGBUS");
	if (write(go[1], "x", 1) != 1)
		die("a child");
	check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && !WEXITSTATUS(status),
	      "also in a child");
	map_good(0);
	check_err(last_errno, -ENODEV, "and none can be mapped");
}

/* Another inode of the device, which is the caller's to unlink. */
static void inode_new(const char *slice, const char *path)
{
	struct stat there, here;
	char node[300];

	if (!node_path(slice, node, sizeof(node)) || stat(node, &there))
		die("the node of %s: %s", slice, errno_name(errno));
	if (mknod(path, S_IFCHR | 0600, there.st_rdev) || stat(path, &here))
		die("node %s: %s", path, errno_name(errno));
	if (here.st_dev == there.st_dev && here.st_ino == there.st_ino)
		die("%s and %s are the same", node, path);
}

/* The pages that are mapped are found through the inode that was opened. */
static void test_inode(const char *slice, const char *directory)
{
	char path[300];
	__u32 *doorbell;

	snprintf(path, sizeof(path), "%s/doorbell-of-%s", directory, slice);
	inode_new(slice, path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	unlink(path);
	check(fd >= 0, "the device is opened by a node in %s", directory);
	doorbell = map_good(0);
	check(doorbell && !ring_at(doorbell, 11) && rung(0) == 11, "its doorbell rings");
	check_err(set_class(slice, "none force"), 0, "the device is taken away");
	check(doorbell && ring_at(doorbell, 12) == SIGBUS, "the doorbell gives SIGBUS");
	munmap(doorbell, 4096);
	close(fd);
	check_err(set_class(slice, "vhost"), 0, "the device is of class vhost again");
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	__u32 **doorbells;
	int i;

	if (argc < 4)
		return 2;
	queues = atoi(argv[2]);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	fd = node_open(argv[3]);
	map_good(0);
	check_err(last_errno, -ENXIO, "the software NIC has no doorbells");
	close(fd);
	fd = node_open(argv[1]);
	doorbells = calloc(queues, sizeof(*doorbells));
	test_refused();
	test_protection();
	test_rings(doorbells);
	check(!vhost_set_status(fd, 0) && !ring_at(doorbells[0], 9) && rung(0) == 9,
	      "a reset leaves them");
	test_revoked(argv[1], doorbells);
	/* The last mapping closes the file. */
	close(fd);
	check_err(set_class(argv[1], "vhost"), 0, "the device is of class vhost again");
	fd = node_open(argv[1]);
	check(ring_at(doorbells[0], 6) == SIGBUS, "the old mapping stays dead");
	doorbells[1] = map_good(1);
	check(doorbells[1] && !ring_at(doorbells[1], 4) && rung(1) == 4, "a new one works");
	close(fd);
	check_err(node_try_open(argv[1]), -EBUSY, "a mapping keeps the node open");
	munmap(doorbells[1], 4096);
	fd = node_open(argv[1]);
	check(fd >= 0, "without it the node can be opened");
	close(fd);
	for (i = 4; i < argc; i++)
		test_inode(argv[1], argv[i]);
	return 0;
}
