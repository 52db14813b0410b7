// SPDX-License-Identifier: GPL-2.0
/*
 * groups SLICE
 *
 * The control queue is in a group of its own, so its ring and commands can be in
 * memory that the data queues do not see. The slice's MAC address is not the one that
 * frames go to: without a command none is received.
 */
#include "nic.h"

/* Where the ring of the control queue is, in its space; 0 in the other. */
#define CTRL_RING	(NIC_SCRATCH + 0x10000)

/* The last byte of a command is the last before a page. */
#define COMMAND_END	(NIC_SCRATCH + 0x2000)

static struct nic nic;
static struct ring ctrl;
static char *ctrl_mem;

/* Shared, so that pages keep what is in them when they are taken away. */
static char *shared_memory(void)
{
	char *mem = mmap(NULL, NIC_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("shared memory: %s", errno_name(errno));
	return mem;
}

/* The same addresses in both spaces, each with memory of its own. */
static void open_and_map(void)
{
	nic_open(&nic);
	if (nic_map(&nic) || iotlb_update(nic.fd, 1, NIC_IOVA, NIC_BYTES, ctrl_mem,
					  VHOST_ACCESS_RW))
		die("memory is mapped");
}

static int begin(__u32 asid)
{
	int err;

	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	ring_clear(&ctrl, nic.features);
	err = nic_negotiate(&nic);
	if (!err && asid)
		err = vhost_set_group_asid(nic.fd, 1, asid);
	if (!err)
		err = ring_setup(nic.fd, &ctrl, 0);
	if (!err)
		err = vhost_set_vring_enable(nic.fd, 2, true);
	if (!err)
		err = nic_go(&nic, 0, 0);
	if (!err)
		nic_post(&nic);
	return err;
}

/*
 * A command of class VIRTIO_NET_CTRL_RX, which is followed by something that is not
 * looked at. Returns what the device says to it, or -1.
 */
static int set_mode(__u8 on, __u32 more)
{
	struct seg segs[3] = { { NIC_IOVA + NIC_SCRATCH, 2 },
			       { NIC_IOVA + COMMAND_END - 1, 1 + more },
			       { NIC_IOVA + NIC_SCRATCH + 32, 1 } };
	char *scratch = ctrl_mem + NIC_SCRATCH;

	scratch[0] = VIRTIO_NET_CTRL_RX;
	scratch[1] = VIRTIO_NET_CTRL_RX_PROMISC;
	ctrl_mem[COMMAND_END - 1] = on;
	scratch[32] = 99;
	madvise(ctrl_mem + COMMAND_END - 4096, 4096, MADV_DONTNEED);
	ring_add(&ctrl, segs, 2, 1);
	ring_kick(&ctrl);
	if (!ring_wait(&ctrl, PATIENCE_MS) || ring_take(&ctrl, NULL) < 0)
		return -1;
	return scratch[32];
}

static int set_promiscuous(__u8 on)
{
	return set_mode(on, 0);
}

static void test_values(void)
{
	__u32 group[3] = { 9, 9, 9 }, i;
	int err = nic_negotiate(&nic);

	for (i = 0; !err && i < 3; i++)
		err = vhost_get_vring_group(nic.fd, i, &group[i]);
	check(!err && !group[0] && !group[1] && group[2] == 1,
	      "the control queue is in group 1, the others in group 0");
	nic_reset(&nic);
}

static void test_separate(void)
{
	check_err(begin(1), 0, "group 1 is in address space 1");
	check(!!nic_try_in(&nic, 100, 1, 300), "frames for others are not received");
	check(set_promiscuous(1) == VIRTIO_NET_OK, "a command is read and answered there");
	rep_drain(nic.rep);
	check_nic(&nic, 10, "it had its effect");
	check(set_promiscuous(0) == VIRTIO_NET_OK, "so has another");
	check(!!nic_try_in(&nic, 100, 1, 300), "frames for others are not received");
	check(!(vhost_status(nic.fd) & S_NEEDS_RESET), "the device works");
}

/* What a command leaves over may be where there is no memory. */
static void test_tail(void)
{
	char *tail = ctrl_mem + COMMAND_END;

	munmap(tail, 4096);
	check(set_mode(1, 4096) == VIRTIO_NET_OK, "a command with a hole for a tail");
	check_nic(&nic, 1, "has its effect");
	check(set_mode(0, 4096) == VIRTIO_NET_OK, "and so has another");
	if (mmap(tail, 4096, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("memory");
}

/* In space 0 there is other memory at these addresses, in which nothing is available. */
static void test_reset(void)
{
	char copy[64];

	nic_reset(&nic);
	check_err(begin(0), 0, "after reset, without a choice");
	memset(nic.mem + NIC_SCRATCH, 55, sizeof(copy));
	memcpy(copy, nic.mem + NIC_SCRATCH, sizeof(copy));
	ctrl_mem[NIC_SCRATCH + 32] = 99;
	ring_publish(&ctrl);
	event_signal(ctrl.kick);
	usleep(300000);
	check(ctrl_mem[NIC_SCRATCH + 32] == 99 && !ring_used_count(&ctrl),
	      "nothing is read from space 1");
	check(!memcmp(copy, nic.mem + NIC_SCRATCH, sizeof(copy)), "or written to space 0");
	nic_reset(&nic);
}

/* Unmapping in one space is nothing to the other. */
static void test_unmap(void)
{
	check_err(begin(1), 0, "in two spaces again");
	check_err(iotlb_invalidate(nic.fd, 0, NIC_IOVA + NIC_SCRATCH, 4096), 0,
		  "a page of space 0 is unmapped");
	check(set_promiscuous(1) == VIRTIO_NET_OK, "commands are read from space 1");
	check_err(iotlb_invalidate(nic.fd, 1, NIC_IOVA + NIC_SCRATCH, 4096), 0,
		  "that of space 1 is unmapped");
	ring_add(&ctrl, &(struct seg){ NIC_IOVA + NIC_SCRATCH, 2 }, 1, 0);
	ring_kick(&ctrl);
	check_broken(&nic, &ctrl, "then commands break the control queue");
	check(!event_wait(nic.rx.err, 0) && !event_wait(nic.tx.err, 0), "and no other");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic.features |= BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_CTRL_RX);
	ctrl_mem = shared_memory();
	ring_init(&ctrl, 2, 64, ctrl_mem + CTRL_RING, NIC_IOVA + CTRL_RING);
	open_and_map();
	test_values();
	test_separate();
	test_tail();
	test_reset();
	test_unmap();
	nic_close(&nic);
	return 0;
}
