// SPDX-License-Identifier: GPL-2.0
/*
 * replace_call SLICE TIMES: the call eventfds of a device are replaced while it signals
 * them
 */
#include <pthread.h>
/* libs: -lpthread */

#include "nic.h"

static struct nic nic;
static bool stop;
static unsigned int frames;

/* Frames both ways, with an interrupt for each of them, and nobody waits for one. */
static void *traffic(void *unused)
{
	char frame[FRAME_MAX + 8];
	__u32 number = 0;

	while (!load(stop)) {
		frame_make(frame, 200, number++);
		nic_reap(&nic);
		nic_queue(&nic, frame, 200);
		ring_kick(&nic.tx);
		send(nic.rep, frame, 200, MSG_DONTWAIT);
		ring_enable_call(&nic.tx);
		ring_enable_call(&nic.rx);
		while (nic_take(&nic, frame) > 0)
			__atomic_add_fetch(&frames, 1, __ATOMIC_RELAXED);
		rep_recv(nic.rep, frame, 0);
	}
	return NULL;
}

/* Another one, which may be told to come after a moment without any. */
static int replace(struct ring *ring, bool none)
{
	int event = event_new();
	int err = 0;

	if (none)
		err = vhost_set_vring_call(nic.fd, ring->index, -1);
	if (!err)
		err = vhost_set_vring_call(nic.fd, ring->index, event);
	if (err)
		die("a call eventfd is replaced: %s", errno_name(err));
	return event;
}

/* The former eventfds end while they may be signalled. */
static void test_storm(unsigned int times)
{
	unsigned int i, before;
	pthread_t thread;
	int event;

	pthread_create(&thread, NULL, traffic, NULL);
	for (i = 0; i < times; i++) {
		before = __atomic_load_n(&frames, __ATOMIC_RELAXED);
		event = replace(&nic.rx, i & 1);
		close(nic.rx.call);
		nic.rx.call = event;
		event = replace(&nic.tx, i & 2);
		close(nic.tx.call);
		nic.tx.call = event;
		/* The traffic goes on between them, on one CPU as well. */
		while (i % 16 == 0 &&
		       __atomic_load_n(&frames, __ATOMIC_RELAXED) == before)
			usleep(100);
	}
	store(stop, true);
	pthread_join(thread, NULL);
	check(true, "eventfds are replaced under traffic, %u times", times);
	comment("%u frames meanwhile", frames);
}

/* Whatever is on its way comes to an end, without a call that would be for it. */
static void settle(void)
{
	char frame[FRAME_MAX + 8];

	while (ring_used_count(&nic.rx) || nic.tx.nr_free < nic.tx.num) {
		nic_reap(&nic);
		nic_take(&nic, frame);
	}
	rep_drain(nic.rep);
}

/* A frame on its way, whose call meets the replacement or not. */
static void begin(struct ring *ring, __u32 number)
{
	char frame[FRAME_MAX];

	frame_make(frame, 100, number);
	ring_enable_call(ring);
	if (ring == &nic.rx) {
		if (!rep_send(nic.rep, frame, 100))
			die("the representor sends");
	} else {
		nic_queue(&nic, frame, 100);
		ring_publish(ring);
		event_signal(ring->kick);
	}
}

static bool called(int one, int other)
{
	struct pollfd fds[2] = { { .fd = one, .events = POLLIN },
				 { .fd = other, .events = POLLIN } };

	return poll(fds, 2, PATIENCE_MS) > 0;
}

/* A call is for the former eventfd or for the new one. */
static bool race(struct ring *ring, __u32 number)
{
	int former = ring->call;
	double end = now() + random_below(200) / 1e6;
	bool good;

	event_wait(former, 0);
	begin(ring, number);
	while (now() < end)
		;
	ring->call = replace(ring, number & 1);
	good = called(former, ring->call);
	close(former);
	if (!good)
		comment("frame %u, %u used", number, ring_used_count(ring));
	settle();
	return good;
}

static void test_races(struct ring *ring, unsigned int times, const char *text)
{
	unsigned int i;

	for (i = 0; i < times && race(ring, i); i++)
		;
	check(i == times, "%s", text);
}

/* The last ones are those that are signalled from now on. */
static void test_last(struct ring *ring, const char *text)
{
	unsigned int i;

	for (i = 0; i < 16; i++) {
		event_wait(ring->call, 0);
		begin(ring, i);
		if (!event_wait(ring->call, PATIENCE_MS))
			break;
		settle();
	}
	check(i == 16, "%s", text);
}

int main(int argc, char **argv)
{
	unsigned int times;

	if (argc != 3)
		return 2;
	times = atoi(argv[2]);
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	test_storm(10 * times);
	settle();
	test_last(&nic.rx, "the last eventfd is called for frames that come");
	test_last(&nic.tx, "and for frames that go");
	test_races(&nic.rx, times, "no call is lost between two eventfds, of frames that come");
	test_races(&nic.tx, times, "nor of frames that go");
	check_nic(&nic, 10, "the slice works");
	nic_close(&nic);
	return 0;
}
