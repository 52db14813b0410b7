/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two slices: a part of the memory of one, slow, does not come until the test brings it;
 * the other one, fast, has ordinary memory. What holds memory back is up to the program.
 */
#ifndef _SLOW_H
#define _SLOW_H

#include "nic.h"

#define PAGE	4096
#define FRAMES	100

static struct nic slow, fast;

/* From now on the pages of this part are missing. */
static void block(size_t offset, size_t size);
/* Somebody waits for a page: its offset, or -1 when nobody does. */
static long blocked(int timeout_ms);
/* Bring a page. */
static void resolve(size_t offset, const void *page);
/* Nothing is held back any more, and who waits is let go. */
static void unblock(void);

/* Frames there and back through the fast slice: how long one takes. */
static inline double fast_time(const char *text)
{
	double begin = now();

	check_nic(&fast, FRAMES, text);
	return (now() - begin) / FRAMES;
}

static inline void check_fast(const char *text, double usual)
{
	double time = fast_time(text);

	comment("%.0f us a frame each way, %.0f us before", time * 1e6, usual * 1e6);
	check(time < 10 * usual + 0.01, "%s: as fast as before", text);
}

/* The page that a frame to be sent lies in, with the frame in it. */
static inline void slow_frame(char *page, __u32 number)
{
	struct seg segs[2] = { { NIC_IOVA + NIC_TX_BUFS, HDR_LEN },
			       { NIC_IOVA + NIC_SCRATCH, 500 } };

	frame_make(page, 500, number);
	memset(slow.mem + NIC_TX_BUFS, 0, HDR_LEN);
	nic_reap(&slow);
	ring_add(&slow.tx, segs, 2, 0);
	ring_kick(&slow.tx);
}

static inline void test_buffer(double usual)
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
	unblock();
	check_nic(&slow, 10, "the slice works");
}

/* Nobody ever brings the page: a reset, a revocation and removal do not wait for it. */
static inline void test_end(const char *text, int (*end)(void))
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
	check(now() - begin < patience(), "takes no time");
	comment("%.3f s", now() - begin);
}

static inline int end_reset(void)
{
	return nic_reset(&slow);
}

static inline int end_disable(void)
{
	return vhost_set_vring_enable(slow.fd, 1, false);
}

static inline int end_suspend(void)
{
	return vhost_suspend(slow.fd);
}

static inline int end_close(void)
{
	nic_close(&slow);
	return 0;
}

static inline int end_force(void)
{
	return set_class(slow.name, "none force");
}

static inline int end_remove(void)
{
	return slice_remove(slow.name);
}

/* With its memory back the slice can be used anew. */
static inline void again(void)
{
	unblock();
	nic_close(&slow);
	rep_drain(slow.rep);
	nic_start(&slow);
	check_nic(&slow, 4, "the slice works");
}

static inline void test_ends(void)
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
	unblock();
	nic_close(&slow);
	check_err(set_class(slow.name, "vhost"), 0, "the slice is of class vhost again");
	nic_start(&slow);
	test_end("removal", end_remove);
	check_nic(&fast, FRAMES, "the other slice goes on");
	/* The end of the program is one more. */
}

static inline void slow_start(const char *slow_name, const char *fast_name)
{
	nic_init(&slow, slow_name, NULL, 0);
	nic_init(&fast, fast_name, NULL, 0);
	nic_start(&slow);
	nic_start(&fast);
}

#endif /* _SLOW_H */
