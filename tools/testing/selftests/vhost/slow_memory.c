// SPDX-License-Identifier: GPL-2.0
/*
 * slow_memory SLOW FAST
 *
 * The memory of slice SLOW is there only when a userfaultfd brings it; slice FAST has
 * ordinary memory.
 */
#include <linux/userfaultfd.h>
#include <sys/syscall.h>

#include "nic.h"

#define PAGE	4096
#define FRAMES	100

static struct nic slow, fast;
static int uffd;

/* From now on the pages of this part are missing. */
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

/* Somebody waits for a page: its offset, or -1 when nobody does. */
static long blocked(int timeout_ms)
{
	struct pollfd pollfd = { .fd = uffd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&pollfd, 1, timeout_ms) != 1 || read(uffd, &msg, sizeof(msg)) != sizeof(msg))
		return -1;
	return (char *)(unsigned long)msg.arg.pagefault.address - slow.mem;
}

/* Bring a page. */
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

/* Frames there and back through the fast slice: how long one takes. */
static double fast_time(const char *text)
{
	double begin = now();

	check_nic(&fast, FRAMES, text);
	return (now() - begin) / FRAMES;
}

static void check_fast(const char *text, double usual)
{
	double time = fast_time(text);

	comment("%.0f us a frame each way, %.0f us before", time * 1e6, usual * 1e6);
	check(time < 10 * usual + 0.01, "%s: as fast as before", text);
}

/* The page that a frame to be sent lies in, with the frame in it. */
static void slow_frame(char *page, __u32 number)
{
	struct seg segs[2] = { { NIC_IOVA + NIC_TX_BUFS, HDR_LEN },
			       { NIC_IOVA + NIC_SCRATCH, 500 } };

	frame_make(page, 500, number);
	memset(slow.mem + NIC_TX_BUFS, 0, HDR_LEN);
	nic_reap(&slow);
	ring_add(&slow.tx, segs, 2, 0);
	ring_kick(&slow.tx);
}

static void test_buffer(double usual)
{
	static char page[PAGE];
	char frame[FRAME_MAX + 8];
	long offset;

	block(NIC_SCRATCH, PAGE);
	slow_frame(page, 1234);
	offset = blocked(PATIENCE_MS);
	check(offset >= NIC_SCRATCH && offset < NIC_SCRATCH + PAGE,
	      "a queue waits for its buffer");
	check(rep_recv(slow.rep, frame, 0) < 0, "no frame has come");
	check_fast("the other slice goes on", usual);
	check(!nic_try_in(&slow, 300, 5, PATIENCE_MS), "so does the other queue");
	resolve(offset, page);
	check(rep_recv(slow.rep, frame, PATIENCE_MS) == 500 && frame_good(frame, 500, 1234),
	      "the buffer comes, the frame goes");
	close(uffd);
	check_nic(&slow, 10, "the slice works");
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
	close(uffd);
	check_nic(&slow, 10, "the slice works");
}

/* Nobody ever brings the page: a reset, a revocation and removal do not wait for it. */
static void test_end(const char *text, int (*end)(void))
{
	static char page[PAGE];
	double begin;
	int err;

	block(NIC_SCRATCH, PAGE);
	slow_frame(page, 1);
	check(blocked(PATIENCE_MS) >= 0, "a queue waits");
	begin = now();
	err = end();
	check_err(err, 0, "%s while a queue waits", text);
	check(now() - begin < 3 * patience(), "takes no time");
	comment("%.3f s", now() - begin);
}

static int end_reset(void)
{
	return nic_reset(&slow);
}

static int end_disable(void)
{
	return vhost_set_vring_enable(slow.fd, 1, false);
}

static int end_suspend(void)
{
	return vhost_suspend(slow.fd);
}

static int end_close(void)
{
	nic_close(&slow);
	return 0;
}

static int end_force(void)
{
	return set_class(slow.name, "none force");
}

static int end_remove(void)
{
	return slice_remove(slow.name);
}

/* With its memory back the slice can be used anew. */
static void again(void)
{
	close(uffd);
	nic_close(&slow);
	rep_drain(slow.rep);
	nic_start(&slow);
	check_nic(&slow, 4, "the slice works");
}

static void test_ends(void)
{
	test_end("a reset", end_reset);
	again();
	test_end("disabling it", end_disable);
	again();
	test_end("a suspend", end_suspend);
	again();
	test_end("closing the node", end_close);
	again();
	test_end("a revocation", end_force);
	close(uffd);
	nic_close(&slow);
	check_err(set_class(slow.name, "vhost"), 0, "the slice is of class vhost again");
	nic_start(&slow);
	test_end("removal", end_remove);
	check_nic(&fast, FRAMES, "the other slice goes on");
	close(uffd);
}

int main(int argc, char **argv)
{
	double usual;

	if (argc != 3)
		return 2;
	nic_init(&slow, argv[1], NULL, 0);
	nic_init(&fast, argv[2], NULL, 0);
	nic_start(&slow);
	nic_start(&fast);
	usual = fast_time("the other slice works");
	test_buffer(usual);
	test_rings(usual);
	test_ends();
	return 0;
}
