// SPDX-License-Identifier: GPL-2.0
/*
 * queue_reset SLICE ROUNDS: one queue is reset by itself (virtio 1.2, sections 2.6.1 and
 * 4.1.4.3.1) and set up anew, while the other goes on, by a driver that is right and by one
 * that is not.
 */
/* libs: -lpthread */
#include <pthread.h>

#include "nic.h"

#define PATTERN		0x5a
#define RING_RESET	BIT(VIRTIO_F_RING_RESET)

/* Rings that are somewhere else each time. */
#define ELSEWHERE	0x200000000ULL

static const char *slice;
static unsigned int rounds;
static char *mem;
static __u64 layout;

static void begin(struct nic *nic, __u64 features)
{
	nic_init(nic, slice, mem, features | layout);
	nic_start(nic, NIC_BYTES);
}

static void end(struct nic *nic)
{
	vfio_close(&nic->vfio);
	nic_destroy(nic);
}

/* Returns whether the device says that it is done. */
static bool reset(struct nic *nic, const struct ring *ring)
{
	queue_put(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_RESET, 1);
	return !queue_get(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_RESET) &&
	       !queue_get(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_ENABLE);
}

/* Empty, of this size. */
static bool set_up(struct nic *nic, struct ring *ring, unsigned int num)
{
	ring->num = num;
	ring_clear(ring, nic->features);
	nic_place_right(nic, ring);
	if (ring == &nic->rx)
		nic_post(nic);
	return queue_get(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_ENABLE) == 1 &&
	       queue_get(&nic->vfio, ring->index, VIRTIO_PCI_COMMON_Q_SIZE) == num;
}

static bool again(struct nic *nic, struct ring *ring, unsigned int num)
{
	return reset(nic, ring) && set_up(nic, ring, num);
}

static bool filled(const char *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (at[i] != PATTERN)
			return false;
	}
	return true;
}

/* Who has not said that it will has no queue reset. */
static void test_not_negotiated(void)
{
	struct nic nic;

	begin(&nic, 0);
	check(virtio_offered(&nic.vfio) & RING_RESET, "queue reset is offered");
	queue_put(&nic.vfio, 1, VIRTIO_PCI_COMMON_Q_RESET, 1);
	check(queue_get(&nic.vfio, 1, VIRTIO_PCI_COMMON_Q_ENABLE) == 1,
	      "without the feature a queue stays as it is");
	check_nic(&nic, 3, "and works");
	end(&nic);
}

/* What the registers tell of a queue that was reset. */
static bool as_new(struct nic *nic, const struct ring *ring, __u16 size)
{
	const struct vfio *vfio = &nic->vfio;

	return queue_get(vfio, ring->index, VIRTIO_PCI_COMMON_Q_SIZE) == size &&
	       queue_get(vfio, ring->index, VIRTIO_PCI_COMMON_Q_MSIX) == 1 + ring->index &&
	       !common_get(vfio, VIRTIO_PCI_COMMON_Q_DESCLO, 4) &&
	       !common_get(vfio, VIRTIO_PCI_COMMON_Q_AVAILLO, 4) &&
	       !common_get(vfio, VIRTIO_PCI_COMMON_Q_USEDLO, 4) &&
	       !common_get(vfio, VIRTIO_PCI_COMMON_Q_DESCHI, 4);
}

static void test_sizes(void)
{
	static const unsigned int sizes[] = { 64, 16, 256, 8, 128 };
	struct nic nic;
	unsigned int i;
	__u16 size;

	nic_init(&nic, slice, mem, RING_RESET | NIC_EVENT_IDX | layout);
	size = queue_get(&nic.vfio, 0, VIRTIO_PCI_COMMON_Q_SIZE);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 3, "with the feature");
	check(reset(&nic, &nic.tx) && as_new(&nic, &nic.tx, size),
	      "a queue that was reset is as it was at first, but for its vector");
	check(set_up(&nic, &nic.tx, 32), "it is set up anew");
	check_nic(&nic, 40, "and goes round more than once");
	for (i = 0; i < 5; i++) {
		check(again(&nic, &nic.rx, sizes[i]) && again(&nic, &nic.tx, sizes[4 - i]),
		      "both are, with %u and %u entries", sizes[i], sizes[4 - i]);
		check_nic(&nic, 300, "and work");
	}
	check(!(virtio_status(&nic.vfio) & S_NEEDS_RESET), "all of which needs no reset");
	end(&nic);
}

static void test_interrupt(void)
{
	char frame[FRAME_MAX];
	struct nic nic;

	begin(&nic, RING_RESET);
	check(again(&nic, &nic.rx, 64), "a queue is reset and set up");
	event_wait(nic.rx.call, 0);
	ring_enable_call(&nic.rx);
	frame_make(frame, 100, 1);
	rep_send(nic.rep, frame, 100);
	check(event_wait(nic.rx.call, PATIENCE_MS), "its interrupt comes as before");
	end(&nic);
}

/* The driver sets the queue up in a moment: nothing is lost by that. */
static void test_frames_wait(void)
{
	char frame[FRAME_MAX + 8];
	bool good = true;
	struct nic nic;
	__u32 i;

	begin(&nic, RING_RESET);
	check(reset(&nic, &nic.rx), "the receive queue is reset");
	for (i = 0; i < 20; i++) {
		frame_make(frame, 200 + i, i);
		rep_send(nic.rep, frame, 200 + i);
	}
	usleep(50000);
	check(set_up(&nic, &nic.rx, 32), "and set up anew");
	for (i = 0; i < 20; i++)
		good = good && nic_recv(&nic, frame) == (int)(200 + i) &&
		       frame_good(frame, 200 + i, i);
	check(good, "frames that came in between have waited");
	end(&nic);
}

struct flood {
	pthread_t thread;
	int rep;
	bool stop;
};

static void *flood_run(void *arg)
{
	struct flood *flood = arg;
	char frame[FRAME_MAX + 8];
	__u32 number = 0;

	while (!load(flood->stop)) {
		frame_make(frame, FRAME_MAX, number++);
		send(flood->rep, frame, FRAME_MAX, MSG_DONTWAIT);
		if (number % 8 == 0) {
			rep_drain(flood->rep);
			usleep(200);
		}
	}
	return NULL;
}

static void flood_begin(struct flood *flood)
{
	flood->stop = false;
	flood->rep = rep_open(slice);
	if (pthread_create(&flood->thread, NULL, flood_run, flood))
		die("a thread");
}

static void flood_end(struct flood *flood)
{
	store(flood->stop, true);
	pthread_join(flood->thread, NULL);
	close(flood->rep);
}

/* Frames that were received meanwhile. */
static unsigned int take_all(struct nic *nic)
{
	char frame[FRAME_MAX + 8];
	unsigned int nr = 0;

	while (nr < RING_NUM && nic_take(nic, frame))
		nr++;
	return nr;
}

/* What has waited is not for what comes. */
static void settle(struct nic *nic)
{
	do {
		usleep(50000 * patience());
	} while (take_all(nic));
}

/* When the device says that it is done, it is. */
static void test_memory(void)
{
	struct flood flood;
	bool good = true;
	struct nic nic;
	unsigned int i;

	begin(&nic, RING_RESET | NIC_EVENT_IDX);
	flood_begin(&flood);
	for (i = 0; i < rounds && good; i++) {
		usleep(random_below(5000));
		good = reset(&nic, &nic.rx);
		memset(mem + NIC_RX, PATTERN, RING_BYTES);
		memset(mem + NIC_BUFS, PATTERN, RING_NUM * NIC_BUF_LEN);
		usleep(random_below(3000));
		good = good && filled(mem + NIC_RX, RING_BYTES) &&
		       filled(mem + NIC_BUFS, RING_NUM * NIC_BUF_LEN) &&
		       set_up(&nic, &nic.rx, RING_NUM >> random_below(4));
	}
	flood_end(&flood);
	check(good, "a queue that was reset under traffic, %u times, is not written to", i);
	settle(&nic);
	check_nic(&nic, 10, "and works in the end");
	end(&nic);
}

static void test_others_go_on(void)
{
	unsigned int i, got = 0, most = 0;
	char frame[FRAME_MAX + 8];
	struct flood flood;
	bool good = true;
	struct nic nic;
	double until;

	begin(&nic, RING_RESET | NIC_EVENT_IDX);
	flood_begin(&flood);
	for (i = 0; i < rounds && good; i++) {
		good = reset(&nic, &nic.tx);
		until = now() + PATIENCE_MS / 1e3;
		/* Without one queue, the other. */
		for (got = 0; got < 5 && now() < until; got += take_all(&nic))
			;
		good = good && got >= 5 && set_up(&nic, &nic.tx, 64);
		most += got;
	}
	check(good, "while one queue is reset %u times, the other takes %u frames", i, most);
	for (i = 0; i < rounds && good; i++) {
		good = reset(&nic, &nic.rx);
		frame_make(frame, 500, i);
		nic_reap(&nic);
		good = good && nic_try_send(&nic, frame, 500);
		until = now() + PATIENCE_MS / 1e3;
		while (nic.tx.nr_free != nic.tx.num && now() < until)
			nic_reap(&nic);
		good = good && nic.tx.nr_free == nic.tx.num && set_up(&nic, &nic.rx, 32);
	}
	flood_end(&flood);
	check(good, "and the other way round");
	settle(&nic);
	check_nic(&nic, 10, "both work in the end");
	end(&nic);
}

static void write_wrong(struct nic *nic)
{
	const struct seg nowhere = { NIC_NOWHERE, 100 };

	if (layout) {
		ring_add(&nic->tx, &nowhere, 1, 0);
	} else {
		/* There is no such descriptor. */
		nic->tx.avail->ring[0] = nic->tx.num;
		nic->tx.avail_idx = 1;
	}
	nic_kick(nic, &nic->tx);
	nic_notify(nic, &nic->tx);
}

static void test_broken(void)
{
	struct nic nic;

	begin(&nic, RING_RESET);
	write_wrong(&nic);
	check(nic_broken(&nic), "a queue that was broken needs a reset");
	check(again(&nic, &nic.tx, 128), "it is reset alone");
	check_nic(&nic, 10, "and whole again");
	check(virtio_status(&nic.vfio) & S_NEEDS_RESET, "what the device has said stays");
	virtio_set_status(&nic.vfio, 0);
	nic.tx.num = RING_NUM;
	if (check(nic_begin(&nic) && !(virtio_status(&nic.vfio) & S_NEEDS_RESET),
		  "until the device is reset"))
		check_nic(&nic, 3, "which then works");
	end(&nic);
}

/* More areas than there can be at a time. */
static void test_elsewhere(unsigned int nr)
{
	bool good = true;
	struct nic nic;
	unsigned int i;

	begin(&nic, RING_RESET);
	for (i = 0; i < nr && good; i++) {
		nic.tx.iova = ELSEWHERE + (__u64)i * RING_BYTES;
		good = !vfio_map(&nic.vfio, nic.tx.iova, RING_BYTES, mem + NIC_TX) &&
		       again(&nic, &nic.tx, 64) && !nic_try_one(&nic, 100, i);
	}
	check(good, "a ring is at another place each time, %u times", i);
	end(&nic);
}

/* Any register at any time. */
static void write_any(struct nic *nic)
{
	static const __u8 places[] = {
		VIRTIO_PCI_COMMON_Q_RESET, VIRTIO_PCI_COMMON_Q_RESET,
		VIRTIO_PCI_COMMON_Q_RESET, VIRTIO_PCI_COMMON_Q_ENABLE,
		VIRTIO_PCI_COMMON_Q_SIZE, VIRTIO_PCI_COMMON_Q_MSIX,
	};
	__u16 queue = random_below(8) ? random_below(3) : random32();
	unsigned int i;

	for (i = 1 + random_below(4); i; i--)
		queue_put(&nic->vfio, queue, places[random_below(sizeof(places))],
			  random_below(4) ? 1U << random_below(9) : random32());
	if (!random_below(4))
		common_put(&nic->vfio, VIRTIO_PCI_COMMON_Q_DESCLO + 4 * random_below(6), 4,
			   random32());
	if (!random_below(4))
		nic_notify(nic, random_below(2) ? &nic->rx : &nic->tx);
	if (!random_below(64))
		config_put(&nic->vfio, PCI_COMMAND, 2, random_below(2) ? PCI_COMMAND_MEMORY :
			   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
}

static void test_hostile(void)
{
	struct flood flood;
	bool good = true;
	struct nic nic;
	unsigned int i, j;

	begin(&nic, RING_RESET | NIC_EVENT_IDX);
	flood_begin(&flood);
	for (i = 0; i < rounds && good; i++) {
		for (j = 0; j < 40; j++)
			write_any(&nic);
		config_put(&nic.vfio, PCI_COMMAND, 2,
			   PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
		virtio_set_status(&nic.vfio, 0);
		nic.tx.num = RING_NUM;
		nic.rx.num = RING_NUM;
		good = !virtio_status(&nic.vfio) && nic_begin(&nic);
	}
	flood_end(&flood);
	check(good, "whatever is written, a reset of the device makes it whole, %u times", i);
	settle(&nic);
	check_nic(&nic, 10, "and it works");
	end(&nic);
}

/* Also before DRIVER_OK, and twice, and of what was never set up. */
static void test_order(void)
{
	struct nic nic;
	int err;

	nic_init(&nic, slice, mem, RING_RESET | layout);
	err = nic_map(&nic, 0, NIC_BYTES, NIC_BYTES);
	if (err || !nic_negotiate(&nic))
		die("%s starts: %s", slice, errno_name(err));
	check(reset(&nic, &nic.rx), "a queue is reset before it is set up");
	nic_place_right(&nic, &nic.rx);
	nic_place_right(&nic, &nic.tx);
	check(reset(&nic, &nic.tx) && reset(&nic, &nic.tx), "and before DRIVER_OK, twice");
	check(set_up(&nic, &nic.tx, 16), "then set up");
	virtio_set_status(&nic.vfio, S_DRIVER_OK);
	nic_post(&nic);
	check_nic(&nic, 20, "and the device works");
	end(&nic);
}

static void test_all(void)
{
	test_not_negotiated();
	test_sizes();
	test_interrupt();
	test_frames_wait();
	test_order();
	test_memory();
	test_others_go_on();
	test_broken();
	test_hostile();
	test_elsewhere(11 * rounds);
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	slice = argv[1];
	rounds = atoi(argv[2]);
	mem = nic_memory();
	random_seed(getpid());
	test_all();
	comment("packed");
	layout = NIC_PACKED;
	test_all();
	return 0;
}
