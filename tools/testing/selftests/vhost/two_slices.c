// SPDX-License-Identifier: GPL-2.0
/*
 * two_slices ONE TWO: one process, two slices, the same addresses but other memory
 */
#include "nic.h"

static struct nic one, two;

static const char *frame_is(char *frame, int len, __u32 number)
{
	if (len < 0)
		return "no frame comes";
	return len == 700 && frame_good(frame, len, number) ? NULL : "another frame comes";
}

/* Both have frames on their way at the same time. */
static const char *step(__u32 number)
{
	char frame[FRAME_MAX + 8];
	const char *problem;
	int len;

	frame_make(frame, 700, number);
	if (!nic_send(&one, frame, 700) || !rep_send(one.rep, frame, 700))
		return "the first does not send";
	frame_make(frame, 700, number + 1000000);
	if (!nic_send(&two, frame, 700) || !rep_send(two.rep, frame, 700))
		return "the second does not send";
	len = rep_recv(one.rep, frame, PATIENCE_MS);
	problem = frame_is(frame, len, number);
	if (problem)
		return problem;
	len = rep_recv(two.rep, frame, PATIENCE_MS);
	problem = frame_is(frame, len, number + 1000000);
	if (problem)
		return problem;
	len = nic_recv(&one, frame, PATIENCE_MS);
	problem = frame_is(frame, len, number);
	if (problem)
		return problem;
	len = nic_recv(&two, frame, PATIENCE_MS);
	return frame_is(frame, len, number + 1000000);
}

static void test_together(void)
{
	const char *problem = NULL;
	__u32 number;

	for (number = 0; !problem && number < 500; number++)
		problem = step(number);
	check(!problem, "each slice sends and receives its own frames");
	if (problem)
		comment("frame %u: %s", number, problem);
}

/* Their maps are two: what goes from one stays in the other. */
static void test_maps(void)
{
	struct seg segs[2] = { { NIC_IOVA + NIC_TX_BUFS, HDR_LEN },
			       { NIC_IOVA + NIC_SCRATCH, 100 } };

	check_err(iotlb_invalidate(one.fd, 0, NIC_IOVA + NIC_SCRATCH, 4096), 0,
		  "a page is unmapped from the first");
	check_nic(&two, 10, "the second goes on");
	nic_reap(&one);
	ring_add(&one.tx, segs, 2, 0);
	ring_kick(&one.tx);
	check_broken(&one, &one.tx, "the first breaks when it is used");
	frame_make(two.mem + NIC_SCRATCH, 100, 5);
	memset(two.mem + NIC_TX_BUFS, 0, HDR_LEN);
	nic_reap(&two);
	ring_add(&two.tx, segs, 2, 0);
	ring_kick(&two.tx);
	check(rep_recv(two.rep, two.mem + NIC_SCRATCH + 4096, PATIENCE_MS) == 100,
	      "the second sends it");
	check(!event_wait(two.tx.err, 0) && !(vhost_status(two.fd) & S_NEEDS_RESET),
	      "and has no error");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	nic_init(&one, argv[1], NULL, NIC_EVENT_IDX);
	nic_init(&two, argv[2], NULL, NIC_INDIRECT);
	nic_start(&one);
	nic_start(&two);
	check_err(node_try_open(argv[1]), -EBUSY, "an open node is not opened again");
	test_together();
	test_maps();
	nic_close(&one);
	check_nic(&two, 10, "the end of the first is not that of the second");
	nic_start(&one);
	test_together();
	return 0;
}
