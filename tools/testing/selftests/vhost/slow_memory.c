// SPDX-License-Identifier: GPL-2.0
/*
 * slow_memory SLOW FAST
 * slow_memory SLOW FAST hold: says "ready" when a queue of SLOW waits, and lets it
 *
 * The memory of slice SLOW is there only when a userfaultfd brings it; slice FAST has
 * ordinary memory.
 */
#include <linux/userfaultfd.h>
#include <sys/syscall.h>

#include "slow.h"

static int uffd;

static void block(size_t offset, size_t size)
{
	struct uffdio_register reg = {
		.range = { (unsigned long)slow.mem + offset, size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };

	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		die("a userfaultfd: %s", errno_name(errno));
	if (madvise(slow.mem + offset, size, MADV_DONTNEED))
		die("memory is taken away");
}

static long blocked(int timeout_ms)
{
	struct pollfd pollfd = { .fd = uffd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&pollfd, 1, timeout_ms) != 1 || read(uffd, &msg, sizeof(msg)) != sizeof(msg))
		return -1;
	return (char *)(unsigned long)msg.arg.pagefault.address - slow.mem;
}

static void resolve(size_t offset, const void *page)
{
	struct uffdio_copy copy = {
		.dst = (unsigned long)slow.mem + (offset & ~(PAGE - 1UL)),
		.src = (unsigned long)page,
		.len = PAGE,
	};

	if (ioctl(uffd, UFFDIO_COPY, &copy) && errno != EEXIST)
		die("a page is brought: %s", errno_name(errno));
}

static void unblock(void)
{
	close(uffd);
}

/* Both rings at once: as many queues wait as there are CPUs, or more. */
static void test_rings(double usual)
{
	static char rings[2 * RING_BYTES], frame[FRAME_MAX + 8];
	size_t at;

	frame_make(frame, 400, 77);
	nic_queue(&slow, frame, 400);
	ring_publish(&slow.tx);
	memcpy(rings, slow.mem, sizeof(rings));
	block(0, sizeof(rings));
	event_signal(slow.tx.kick);
	rep_send(slow.rep, frame, 400);
	check(blocked(PATIENCE_MS) >= 0, "queues wait for their rings");
	check_fast("the other slice goes on", usual);
	for (at = 0; at < sizeof(rings); at += PAGE)
		resolve(at, rings + at);
	check(rep_recv(slow.rep, frame, PATIENCE_MS) == 400 && frame_good(frame, 400, 77),
	      "the rings come, a frame goes out");
	check(nic_recv(&slow, frame, PATIENCE_MS) == 400 && frame_good(frame, 400, 77),
	      "and one in");
	unblock();
	check_nic(&slow, 10, "the slice works");
}

static void hold(void)
{
	static char page[PAGE];

	block(NIC_SCRATCH, PAGE);
	slow_frame(page, 1);
	if (blocked(PATIENCE_MS) < 0)
		die("no queue waits");
	printf("ready\n");
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	double usual;

	if (argc != 3 && argc != 4)
		return 2;
	slow_start(argv[1], argv[2]);
	if (argc == 4)
		hold();
	usual = fast_time("the other slice works");
	test_buffer(usual);
	test_rings(usual);
	test_ends();
	return 0;
}
