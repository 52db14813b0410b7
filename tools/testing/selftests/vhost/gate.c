// SPDX-License-Identifier: GPL-2.0
/*
 * gate SLICE SECONDS
 *
 * The worker of the control queue waits for those of the data queues, a change of an
 * address space waits for workers that use it, and workers must not wait for changes:
 * or each of the three waits for another one.
 */
/* libs: -lpthread */
#include <pthread.h>

#include "nic.h"

#define PAIRS	4
#define QUEUES	(2 * PAIRS + 1)
#define BATCH	16

/* Rings of queues from the third on, behind the commands. */
#define RING(i)	(NIC_SCRATCH + ((i) - 1) * RING_BYTES)
/* What is mapped and unmapped: no queue has anything there. */
#define AWAY	(NIC_IOVA + NIC_BYTES)
#define AWAY_BYTES 0x10000

static struct nic nic;
static struct ring rings[QUEUES];
static struct ring * const ctrl = &rings[QUEUES - 1];

/* What one thread does again and again: NULL, or what is wrong. */
struct actor {
	const char *text;
	const char *(*act)(void);
	const char *problem;
	unsigned long rounds;
	bool done;
	pthread_t thread;
};

static double end;

static void add_pairs_set(unsigned int slot, __u16 pairs)
{
	size_t at = NIC_SCRATCH + slot * 64;
	struct seg segs[3] = { { NIC_IOVA + at, 2 }, { NIC_IOVA + at + 16, 2 },
			       { NIC_IOVA + at + 32, 1 } };

	nic.mem[at] = VIRTIO_NET_CTRL_MQ;
	nic.mem[at + 1] = VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET;
	memcpy(nic.mem + at + 16, &pairs, sizeof(pairs));
	nic.mem[at + 32] = 99;
	ring_add(ctrl, segs, 2, 1);
}

static const char *take_answers(unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!ring_wait(ctrl, PATIENCE_MS) || ring_take(ctrl, NULL) < 0)
			return "a command is not answered";
	}
	for (i = 0; i < nr; i++) {
		if (nic.mem[NIC_SCRATCH + i * 64 + 32] != VIRTIO_NET_OK)
			return "a command fails";
	}
	return NULL;
}

/* Several at once, so that the worker is long at it. */
static const char *command(void)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++)
		add_pairs_set(i, i % 2 ? PAIRS : 1);
	ring_kick(ctrl);
	return take_answers(BATCH);
}

static const char *change(void)
{
	__u32 asid;
	int err = 0;

	for (asid = 0; !err && asid < 2; asid++) {
		err = iotlb_update(nic.fd, asid, AWAY, AWAY_BYTES, nic.mem, VHOST_ACCESS_RW);
		if (!err)
			err = iotlb_invalidate(nic.fd, asid, AWAY, AWAY_BYTES);
	}
	return err ? errno_name(err) : NULL;
}

static const char *kick(void)
{
	static unsigned int round;
	unsigned int i;

	for (i = 0; i < QUEUES; i++)
		event_signal(i < 2 ? (i ? &nic.tx : &nic.rx)->kick : rings[i].kick);
	/* Now and then something to do. */
	return ++round % 32 ? NULL : nic_try_out(&nic, 200, round, PATIENCE_MS);
}

static void *run(void *data)
{
	struct actor *actor = data;

	while (!actor->problem && now() < end) {
		actor->problem = actor->act();
		actor->rounds++;
	}
	store(actor->done, true);
	return NULL;
}

/* Whoever hangs cannot be waited for, and is not told by anybody else. */
static void finish(struct actor *actor)
{
	while (!load(actor->done) && now() < end + 2 * PATIENCE_MS / 1e3)
		usleep(10000);
	if (!load(actor->done))
		die("%s come to an end", actor->text);
	pthread_join(actor->thread, NULL);
	check(!actor->problem && actor->rounds, "%s go on", actor->text);
	comment("%lu rounds%s%s", actor->rounds, actor->problem ? ": " : "",
		actor->problem ? actor->problem : "");
}

static void all_at_once(double seconds)
{
	struct actor actors[] = {
		{ .text = "commands", .act = command },
		{ .text = "changes of both address spaces", .act = change },
		{ .text = "kicks", .act = kick },
	};
	size_t i;

	end = now() + seconds;
	for (i = 0; i < 3; i++) {
		if (pthread_create(&actors[i].thread, NULL, run, &actors[i]))
			die("a thread");
	}
	for (i = 0; i < 3; i++)
		finish(&actors[i]);
}

/* All queues, with that for commands in an address space of choice. */
static int begin(__u32 asid)
{
	unsigned int i;
	int err;

	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	err = nic_negotiate(&nic);
	if (!err)
		err = vhost_set_group_asid(nic.fd, 1, asid);
	for (i = 2; !err && i < QUEUES; i++) {
		ring_clear(&rings[i], nic.features);
		err = ring_setup(nic.fd, &rings[i], 0);
		if (!err)
			err = vhost_set_vring_enable(nic.fd, i, true);
	}
	if (!err)
		err = nic_go(&nic, 0, 0);
	if (!err)
		nic_post(&nic);
	return err;
}

static void test(__u32 asid, double seconds, const char *text)
{
	const char *problem;

	nic_open(&nic);
	if (nic_map(&nic) ||
	    iotlb_update(nic.fd, 1, NIC_IOVA, NIC_BYTES, nic.mem, VHOST_ACCESS_RW))
		die("memory is mapped");
	check_err(begin(asid), 0, "%s", text);
	all_at_once(seconds);
	add_pairs_set(0, 1);
	ring_kick(ctrl);
	problem = take_answers(1);
	check(!problem, "then a command is answered");
	check_nic(&nic, 10, "frames go both ways");
	problem = change();
	check(!problem, "an address space can be changed");
	check(!(vhost_status(nic.fd) & S_NEEDS_RESET), "no queue is broken");
	check_err(nic_reset(&nic), 0, "the device can be reset");
	nic_close(&nic);
}

int main(int argc, char **argv)
{
	double seconds;
	unsigned int i;

	if (argc != 3)
		return 2;
	seconds = atof(argv[2]) / 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic.features |= BIT(VIRTIO_NET_F_CTRL_VQ) | BIT(VIRTIO_NET_F_MQ);
	for (i = 2; i < QUEUES; i++)
		ring_init(&rings[i], i, 64, nic.mem + RING(i), NIC_IOVA + RING(i));
	test(0, seconds, "commands and data in one address space");
	test(1, seconds, "in two");
	return 0;
}
