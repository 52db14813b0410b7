// SPDX-License-Identifier: GPL-2.0
/*
 * notification SLICE: notifications that say where the driver stands (virtio 1.2, sections
 * 2.9 and 4.1.5.2), of 4 bytes.
 */
#include "nic.h"

static struct nic nic;

/* The address says which queue it is. */
static void notify(const struct ring *ring, __u16 queue, __u16 place)
{
	structure_put(&nic.vfio, VIRTIO_PCI_CAP_NOTIFY_CFG, ring->index * nic.vfio.notify_step,
		      4, queue | (__u32)place << 16);
}

/* Make a frame available, and leave it at that. */
static void publish(__u32 number)
{
	struct seg seg = { .len = HDR_LEN + FRAME_MIN };
	__u64 at;

	nic_reap(&nic);
	at = nic_buf(&nic.tx, ring_next_head(&nic.tx));
	seg.iova = NIC_IOVA + at;
	memset(nic.mem + at, 0, HDR_LEN);
	frame_make(nic.mem + at + HDR_LEN, FRAME_MIN, number);
	ring_add(&nic.tx, &seg, 1, 0);
	ring_publish(&nic.tx);
	/* What follows is a decision of this test. */
	ring_needs_kick(&nic.tx);
}

static bool arrives(__u32 number, int timeout_ms)
{
	char frame[FRAME_MAX + 8];

	return rep_recv(nic.rep, frame, timeout_ms) == FRAME_MIN &&
	       frame_good(frame, FRAME_MIN, number);
}

/* Let the device begin to wait. */
static void idle(void)
{
	rep_drain(nic.rep);
	usleep(50000);
}

static void test_right(void)
{
	unsigned int i, lost = 0;

	/* More than a ring holds, so that the place begins anew. */
	for (i = 0; i < 2 * RING_NUM + 10 && !lost; i++) {
		publish(i);
		notify(&nic.tx, nic.tx.index, nic.tx.avail_idx);
		lost += !arrives(i, PATIENCE_MS);
	}
	check(!lost, "each frame is sent when its place was told");
	idle();
	publish(1000);
	check(!arrives(1000, 100), "one that nobody tells of waits");
	notify(&nic.tx, nic.tx.index, nic.tx.avail_idx);
	check(arrives(1000, PATIENCE_MS), "until somebody does");
}

static void test_wrong(void)
{
	static const __u16 off[] = { 1, 2, RING_NUM, 0x7fff, 0x8000, 0xffff };
	unsigned int i;

	for (i = 0; i < sizeof(off) / sizeof(*off); i++) {
		notify(&nic.tx, nic.tx.index, nic.tx.avail_idx + off[i]);
		notify(&nic.tx, 0xffff, nic.tx.avail_idx + off[i]);
		notify(&nic.rx, nic.rx.index, nic.rx.avail_idx + off[i]);
	}
	idle();
	check(!(virtio_status(&nic.vfio) & S_NEEDS_RESET), "wrong places are no error");
	publish(2000);
	notify(&nic.tx, 0xffff, nic.tx.avail_idx);
	check(arrives(2000, PATIENCE_MS), "the address says which queue it is");
	check_nic(&nic, 5, "all is well");
}

static void test(const char *slice, __u64 layout)
{
	nic_init(&nic, slice, nic_memory(), BIT(VIRTIO_F_NOTIFICATION_DATA) | layout);
	check(nic.features & BIT(VIRTIO_F_NOTIFICATION_DATA), "notifications may have data");
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "frames pass with those that have none");
	test_right();
	test_wrong();
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	test(argv[1], 0);
	comment("packed");
	test(argv[1], NIC_PACKED);
	return 0;
}
