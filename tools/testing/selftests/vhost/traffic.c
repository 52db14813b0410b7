// SPDX-License-Identifier: GPL-2.0
/*
 * traffic SLICE STEP split|packed: frames of every STEPth size, in both directions, many
 * at once
 */
#include "nic.h"

#define WINDOW	48

static struct nic nic;
static unsigned int step;

/* The sizes, one after the other, as often as needed. */
static size_t size_of(__u32 number)
{
	return FRAME_MIN + number * step % (FRAME_MAX - FRAME_MIN + 1);
}

static __u32 frames_max(void)
{
	return (FRAME_MAX - FRAME_MIN + 1 + step - 1) / step;
}

static bool same(const char *what, const void *frame, int len, __u32 number)
{
	if (len == (int)size_of(number) && frame_good(frame, len, number))
		return true;
	comment("%s: %d bytes and frame %u instead of frame %u of %zu bytes", what, len,
		len > 18 ? frame_number(frame) : 0, number, size_of(number));
	return false;
}

static bool out(__u32 from, __u32 to)
{
	char frame[FRAME_MAX + 8];
	__u32 i;
	int len;

	for (i = from; i < to; i++) {
		frame_make(frame, size_of(i), i);
		if (!nic_send(&nic, frame, size_of(i)))
			return false;
	}
	for (i = from; i < to; i++) {
		len = rep_recv(nic.rep, frame, PATIENCE_MS);
		if (!same("to the representor", frame, len, i))
			return false;
	}
	return true;
}

static bool in(__u32 from, __u32 to)
{
	char frame[FRAME_MAX + 8];
	__u32 i;
	int len;

	for (i = from; i < to; i++) {
		frame_make(frame, size_of(i), i);
		if (!rep_send(nic.rep, frame, size_of(i)))
			return false;
	}
	for (i = from; i < to; i++) {
		len = nic_recv(&nic, frame, PATIENCE_MS);
		if (!same("to the driver", frame, len, i))
			return false;
	}
	return true;
}

/* One way, or each batch both ways. */
static bool all(bool (*first)(__u32, __u32), bool (*second)(__u32, __u32))
{
	__u32 from, to;

	for (from = 0; from < frames_max(); from = to) {
		to = from + WINDOW;
		if (!first(from, to) || (second && !second(from, to)))
			return false;
	}
	return true;
}

static void test(const char *name, __u64 features, unsigned int segs, unsigned int num)
{
	struct ring *tx = &nic.tx;

	nic_init(&nic, nic.name, nic.mem, features);
	nic.segs = segs;
	nic.rx.num = num;
	tx->num = num;
	nic_start(&nic);
	if (features & ~nic.features)
		comment("%s: without features %#llx", name, features & ~nic.features);
	check(all(out, NULL), "%s: to the representor", name);
	check(all(in, NULL), "%s: from the representor", name);
	check(all(out, in), "%s: to and fro", name);
	while (tx->nr_free < tx->num && ring_wait(tx, PATIENCE_MS))
		nic_reap(&nic);
	check(tx->nr_free == tx->num, "%s: every buffer comes back", name);
	check(!(vhost_status(nic.fd) & S_NEEDS_RESET), "%s: the device works", name);
	nic_close(&nic);
	nic_destroy(&nic);
}

static void test_split(void)
{
	test("plain", 0, 1, RING_NUM);
	test("in pieces", 0, RING_SEGS - 1, RING_NUM);
	test("indirect", NIC_INDIRECT, RING_SEGS, RING_NUM);
	test("event index", NIC_EVENT_IDX, 1, RING_NUM);
	test("all", NIC_EVENT_IDX | NIC_INDIRECT, RING_SEGS - 2, RING_NUM);
}

static void test_packed(void)
{
	test("packed", NIC_PACKED, 1, RING_NUM);
	test("packed, in pieces", NIC_PACKED, RING_SEGS - 1, 243);
	test("packed, indirect", NIC_PACKED | NIC_INDIRECT, RING_SEGS, 100);
	test("packed, event index", NIC_PACKED | NIC_EVENT_IDX, RING_SEGS - 1, 101);
	test("packed, in order", NIC_PACKED | NIC_IN_ORDER, RING_SEGS - 1, 99);
	test("packed, all", NIC_PACKED | NIC_IN_ORDER | NIC_EVENT_IDX | NIC_INDIRECT,
	     RING_SEGS - 2, 65);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	nic.name = argv[1];
	nic.mem = nic_memory();
	step = atoi(argv[2]);
	if (!strcmp(argv[3], "packed"))
		test_packed();
	else
		test_split();
	return 0;
}
