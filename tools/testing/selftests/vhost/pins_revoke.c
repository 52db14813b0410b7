// SPDX-License-Identifier: GPL-2.0
/*
 * pins_revoke SLICE HOW: memory that does not come, because a userfaultfd holds it back,
 * is being mapped while something else happens to the device:
 *	remove, vhost (force), kill: of the process
 */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "copier.h"

/* libs: -lpthread */

#define IOVA	0x100000ULL
#define NR	16

static struct copier one;
static char *mem;
static int uffd;
static int map_err = 1;

static void block(size_t first, size_t nr)
{
	struct uffdio_register reg = {
		.range = { (unsigned long)mem + first * PAGE, nr * PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		die("a userfaultfd: %s", errno_name(errno));
	if (madvise(mem + first * PAGE, nr * PAGE, MADV_DONTNEED))
		die("memory is taken away");
}

static bool blocked(void)
{
	struct pollfd pollfd = { .fd = uffd, .events = POLLIN };

	return poll(&pollfd, 1, PATIENCE_MS) == 1;
}

static void resolve(size_t first, size_t nr)
{
	struct uffdio_zeropage zero = {
		.range = { (unsigned long)mem + first * PAGE, nr * PAGE },
	};

	if (ioctl(uffd, UFFDIO_ZEROPAGE, &zero))
		die("pages are brought: %s", errno_name(errno));
}

static void *map_thread(void *arg)
{
	map_err = iotlb_update(one.fd, 0, IOVA, NR * PAGE, mem, PERM_RW);
	return NULL;
}

/* The device answers meanwhile, and messages wait for each other. */
static void check_alive(void)
{
	double begin = now();
	__u8 status;

	check(!vhost_get_status(one.fd, &status), "the node answers while memory is awaited");
	check(now() - begin < patience(), "at once");
}

static void test_resolved(void)
{
	pthread_t thread;

	block(4, 4);
	pthread_create(&thread, NULL, map_thread, NULL);
	check(blocked(), "mapping waits for memory");
	check_alive();
	resolve(4, 4);
	pthread_join(thread, NULL);
	check_err(map_err, 0, "the memory comes, it is mapped");
	check(pinned_kb() == (long)(NR * PAGE / 1024), "and pinned");
	check_err(iotlb_invalidate(one.fd, 0, IOVA, NR * PAGE), 0, "it is unmapped");
	close(uffd);
}

/* That is done by somebody else, soon. */
static bool unpinned(void)
{
	double end = now() + PATIENCE_MS / 1e3;

	while (pinned_kb() && now() < end)
		usleep(10000);
	return !pinned_kb();
}

static void test_revoked(const char *slice, const char *how)
{
	pthread_t thread;
	double begin;
	int err;

	block(8, 2);
	check_err(iotlb_update(one.fd, 0, IOVA + NR * PAGE, 4 * PAGE, pages_new(4, 1), PERM_RW),
		  0, "other memory is mapped");
	pthread_create(&thread, NULL, map_thread, NULL);
	check(blocked(), "mapping waits for memory");
	begin = now();
	err = strcmp(how, "remove") ? set_class(slice, "none force") : slice_remove(slice);
	check_err(err, 0, "meanwhile the device goes");
	comment("%.3f s", now() - begin);
	check(now() - begin < patience(), "at once");
	check(unpinned(), "what was mapped is not pinned any more");
	resolve(8, 2);
	pthread_join(thread, NULL);
	check_err(map_err, -ENODEV, "the memory comes: there is no device any more");
	check(!pinned_kb(), "nothing is pinned");
	check_err(iotlb_invalidate(one.fd, 0, IOVA, PAGE), -ENODEV, "as for every message");
	close(uffd);
}

/* A process that waits can be killed, and its pages are released (the script looks). */
static void test_killed(const char *slice)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("a pipe");
	pid = fork();
	if (!pid) {
		pthread_t thread;

		copier_open(&one, slice);
		mem = pages_new(NR, 1);
		block(12, 1);
		pthread_create(&thread, NULL, map_thread, NULL);
		blocked();
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	check(read(ready[0], &byte, 1) == 1, "a process waits for memory to map");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	check(WIFSIGNALED(status), "it is killed");
	copier_open(&one, slice);
	check(true, "the node opens again");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	if (!strcmp(argv[2], "kill")) {
		test_killed(argv[1]);
		return 0;
	}
	mem = pages_new(NR, 1);
	copier_open(&one, argv[1]);
	test_resolved();
	test_revoked(argv[1], argv[2]);
	return 0;
}
