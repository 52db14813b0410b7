// SPDX-License-Identifier: GPL-2.0
/*
 * suspend_resume ONE TWO ROUNDS split|packed
 *
 * A driver's rings are served now by one slice, now by the other, which goes on where
 * the first was suspended: no frame is lost or doubled.
 */
#include "nic.h"

static struct nic nics[2];
static struct nic *nic;		/* the one in use */
static __u32 tx_base;		/* where it began */
static __u32 tx_sent, tx_seen, rx_sent, rx_seen;
static unsigned int nr_moves, nr_resumes;

static void send_some(void)
{
	unsigned int nr = random_below(150);
	char frame[FRAME_MAX];

	nic_reap(nic);
	while (nr--) {
		frame_make(frame, 200, tx_sent);
		if (nic_queue(nic, frame, 200))
			tx_sent++;
		if (!random_below(8))
			ring_kick(&nic->tx);
		if (random_below(3))
			continue;
		frame_make(frame, 300, rx_sent);
		if (send(nic->rep, frame, 300, MSG_DONTWAIT) == 300)
			rx_sent++;
	}
	ring_kick(&nic->tx);
	usleep(random_below(3000));
}

/* The next frames at the representor are these. */
static void expect_out(unsigned int nr)
{
	char frame[FRAME_MAX + 8];
	int len;

	while (nr--) {
		len = rep_recv(nic->rep, frame, PATIENCE_MS);
		if (len != 200 || !frame_good(frame, len, tx_seen))
			die("frame %u comes: %d bytes, frame %u", tx_seen, len,
			    len < 18 ? 0 : frame_number(frame));
		tx_seen++;
	}
}

static void expect_in(void)
{
	char frame[FRAME_MAX + 8];
	int len;

	while ((len = nic_take(nic, frame)) > 0) {
		if (!frame_is_test(frame, len))
			continue;
		if (len != 300 || !frame_good(frame, len, rx_seen))
			die("frame %u is received: %d bytes, frame %u", rx_seen, len,
			    len < 18 ? 0 : frame_number(frame));
		rx_seen++;
	}
}

/* What is done to a suspended device changes nothing in memory. */
static void expect_still(void)
{
	static char copy[NIC_BYTES];

	memcpy(copy, nic->mem, sizeof(copy));
	event_signal(nic->tx.kick);
	event_signal(nic->rx.kick);
	usleep(20000);
	if (memcmp(copy, nic->mem, sizeof(copy)))
		die("a suspended device leaves memory alone");
}

/* Stop, and look where it has stopped. */
static void suspend(__u32 *rx, __u32 *tx)
{
	char frame[FRAME_MAX + 8];
	int err;

	err = vhost_suspend(nic->fd);
	if (!err)
		err = vhost_get_vring_base(nic->fd, 0, rx);
	if (!err)
		err = vhost_get_vring_base(nic->fd, 1, tx);
	if (err)
		die("the device is suspended: %s", errno_name(err));
	expect_still();
	if (ring_base(&nic->rx) != *rx || ring_base(&nic->tx) != *tx)
		die("queues stand at %#x and %#x, used buffers end at %#x and %#x", *rx, *tx,
		    ring_base(&nic->rx), ring_base(&nic->tx));
	expect_out(ring_distance(&nic->tx, tx_base, *tx));
	if (rep_recv(nic->rep, frame, 20) >= 0)
		die("no frame comes that was not taken from the queue");
	tx_base = *tx;
	expect_in();
}

/* A ring as it is, with eventfds of its own. */
static void copy_ring(struct ring *to, const struct ring *from)
{
	int kick = to->kick, call = to->call, err = to->err;

	*to = *from;
	to->kick = kick;
	to->call = call;
	to->err = err;
}

/* What waits in the representor of the former one is lost, as it is with any NIC. */
static void move(__u32 rx, __u32 tx)
{
	struct nic *to = nic == &nics[0] ? &nics[1] : &nics[0];
	int err;

	copy_ring(&to->rx, &nic->rx);
	copy_ring(&to->tx, &nic->tx);
	/* Before it sends anything. */
	rep_drain(to->rep);
	err = nic_reset(nic);
	if (!err)
		err = nic_negotiate(to);
	if (!err)
		err = nic_go(to, rx, tx);
	if (err)
		die("the other slice goes on: %s", errno_name(err));
	rx_seen = rx_sent;
	nic = to;
	nr_moves++;
}

static void finish(void)
{
	double end = now() + PATIENCE_MS / 1e3;

	expect_out(tx_sent - tx_seen);
	while (rx_seen != rx_sent && now() < end) {
		ring_wait(&nic->rx, 1000);
		expect_in();
	}
	check(tx_seen == tx_sent, "every frame was sent once and in order");
	check(rx_seen == rx_sent, "and every frame was received");
	check(nr_moves && nr_resumes, "%u times another slice, %u times the same went on",
	      nr_moves, nr_resumes);
	check(!(vhost_status(nic->fd) & S_NEEDS_RESET), "the device works");
}

static void test(char **names, __u64 features, unsigned int num, unsigned int rounds)
{
	char *mem = nic_memory();
	__u32 rx, tx;
	int i;

	for (i = 0; i < 2; i++) {
		nic_init(&nics[i], names[i], mem, features);
		nics[i].rx.num = num;
		nics[i].tx.num = num;
		nic_open(&nics[i]);
		if (nic_map(&nics[i]))
			die("memory is mapped");
	}
	nic = &nics[0];
	if (nic_begin(nic))
		die("the first slice starts");
	tx_base = features & NIC_PACKED ? 0x80008000 : 0;
	while (rounds--) {
		send_some();
		suspend(&rx, &tx);
		if (random_below(2)) {
			move(rx, tx);
			continue;
		}
		if (vhost_resume(nic->fd))
			die("the device is resumed");
		nr_resumes++;
	}
	finish();
	for (i = 0; i < 2; i++) {
		nic_close(&nics[i]);
		nic_destroy(&nics[i]);
	}
	munmap(mem, NIC_BYTES);
}

/* Before DRIVER_OK there is nothing to stop. */
static void test_idle(const char *name, __u64 features)
{
	nic_init(&nics[0], name, NULL, features);
	nic_open(&nics[0]);
	check_err(vhost_suspend(nics[0].fd), 0, "an idle device can be suspended");
	check(!nic_map(&nics[0]) && !nic_begin(&nics[0]), "which is without effect");
	check_nic(&nics[0], 4, "it works");
	check_err(vhost_suspend(nics[0].fd), 0, "it is suspended");
	check_err(vhost_suspend(nics[0].fd), 0, "twice");
	check_err(vhost_resume(nics[0].fd), 0, "and resumed");
	check_err(vhost_resume(nics[0].fd), 0, "twice");
	check_nic(&nics[0], 4, "it works");
	check(!vhost_suspend(nics[0].fd) && !nic_reset(&nics[0]), "a reset while suspended");
	check(!nic_begin(&nics[0]), "ends that");
	check_nic(&nics[0], 4, "it works");
	nic_close(&nics[0]);
	nic_destroy(&nics[0]);
}

/* Where a packed ring of 100 descriptors may begin: both halves say the same. */
static void test_bases(const char *name)
{
	static const struct {
		__u32 base;
		int err;
	} bases[] = {
		{ 0x80008000, 0 },
		{ 0x00630063, 0 },
		{ 0x80638063, 0 },
		{ 0x00640064, -EINVAL },
		{ 0xffffffff, -EINVAL },
		{ 0x00638063, -EINVAL },
		{ 0x00630062, -EINVAL },
	};
	unsigned int i;
	__u32 got;

	nic_init(&nics[0], name, NULL, NIC_PACKED);
	nics[0].rx.num = 100;
	nic_open(&nics[0]);
	if (nic_negotiate(&nics[0]))
		die("packed rings are negotiated");
	check(!vhost_get_vring_base(nics[0].fd, 0, &got) && got == 0x80008000,
	      "a new ring stands where its first round begins");
	for (i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		if (nic_reset(&nics[0]) || nic_negotiate(&nics[0]) ||
		    ring_setup(nics[0].fd, &nics[0].rx, bases[i].base))
			die("a ring is described");
		check(!vhost_get_vring_base(nics[0].fd, 0, &got) && got == bases[i].base,
		      "a ring stands at %#x", bases[i].base);
		check_err(vhost_set_vring_enable(nics[0].fd, 0, true), bases[i].err,
			  "and is enabled");
	}
	nic_close(&nics[0]);
	nic_destroy(&nics[0]);
}

int main(int argc, char **argv)
{
	unsigned int rounds;
	__u64 packed;

	if (argc != 5)
		return 2;
	rounds = atoi(argv[3]);
	packed = strcmp(argv[4], "packed") ? 0 : NIC_PACKED;
	test_idle(argv[1], packed);
	test(argv + 1, packed, RING_NUM, rounds);
	comment("with event indices");
	test(argv + 1, packed | NIC_EVENT_IDX | NIC_INDIRECT, packed ? 201 : RING_NUM, rounds);
	if (packed) {
		comment("in order");
		test(argv + 1, packed | NIC_IN_ORDER, 101, rounds);
		test_bases(argv[1]);
	}
	return 0;
}
