// SPDX-License-Identifier: GPL-2.0
/*
 * revoke SLICE class|remove|delete|unbind
 *
 * The slice is taken away from a process that sends, receives, maps and waits.
 */
#include <pthread.h>
#include <sys/wait.h>
/* libs: -lpthread */

#include "nic.h"

/* What it may take, on a slow machine. */
#define SECONDS	3

static struct nic nic;
static bool stop;
static int revents;
static int frames;

/* Sends and receives, until the queues stand still. */
static void *traffic(void *unused)
{
	char frame[FRAME_MAX + 8];
	__u32 number = 0;

	while (!load(stop)) {
		frame_make(frame, 1000, number++);
		nic_reap(&nic);
		nic_queue(&nic, frame, 1000);
		ring_kick(&nic.tx);
		send(nic.rep, frame, 1000, MSG_DONTWAIT);
		while (nic_take(&nic, frame) > 0)
			__atomic_add_fetch(&frames, 1, __ATOMIC_RELAXED);
		rep_recv(nic.rep, frame, 0);
	}
	return NULL;
}

/* Works on another part of the map, until it is told that there is no device. */
static void *mapper(void *unused)
{
	int err = 0;

	while (!err && !load(stop)) {
		err = iotlb_update(nic.fd, 1, 0x10000, 0x10000, nic.mem, VHOST_ACCESS_RW);
		if (!err)
			err = iotlb_invalidate(nic.fd, 1, 0x18000, 0x1000);
		if (!err)
			err = iotlb_invalidate(nic.fd, 1, 0x10000, 0x10000);
	}
	return (void *)(long)err;
}

static void *asker(void *unused)
{
	__u64 features;
	int err = 0;

	while (!err && !load(stop))
		err = vhost_get_features(nic.fd, &features);
	return (void *)(long)err;
}

/* Waits for an event of the node that comes only now. */
static void *waiter(void *unused)
{
	store(revents, node_events(nic.fd, 0, 10 * PATIENCE_MS));
	return NULL;
}

static int take_away(const char *how)
{
	char command[100];

	if (!strcmp(how, "class"))
		return set_class(nic.name, "none force");
	if (!strcmp(how, "remove"))
		return slice_remove(nic.name);
	if (!strcmp(how, "unbind"))
		return sysfs_write("mdev_net0", "/sys/bus/platform/drivers/mdev_net/unbind");
	snprintf(command, sizeof(command), "vdpa dev del %s", nic.name);
	return system(command) ? -EIO : 0;
}

static void check_dead(void)
{
	__u32 base;

	check(event_wait(nic.config_call, PATIENCE_MS), "the configuration eventfd tells");
	check(event_wait(nic.rx.err, PATIENCE_MS), "so does the error eventfd of one queue");
	check(event_wait(nic.tx.err, PATIENCE_MS), "and of the other");
	check((node_events(nic.fd, 0, 0) & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR),
	      "poll() says so");
	check_err(vhost_set_status(nic.fd, 0), -ENODEV, "the status cannot be set");
	check_err(vhost_get_vring_base(nic.fd, 0, &base), -ENODEV, "no queue can be asked");
	check_err(iotlb_invalidate(nic.fd, 0, NIC_IOVA, NIC_BYTES), -ENODEV,
		  "nothing can be unmapped");
	check(read(nic.fd, &base, sizeof(base)) < 0, "nothing can be read");
	event_signal(nic.tx.kick);
	event_signal(nic.rx.kick);
}

/* Nothing is written to the process' memory any more. */
static void check_still(void)
{
	static char copy[NIC_BYTES];

	memcpy(copy, nic.mem, sizeof(copy));
	event_signal(nic.tx.kick);
	usleep(200000);
	check(!memcmp(copy, nic.mem, sizeof(copy)), "memory stays as it is");
}

int main(int argc, char **argv)
{
	void *(*functions[])(void *) = { traffic, mapper, asker, waiter };
	pthread_t threads[4];
	void *results[4];
	double begin;
	int i, err;

	if (argc != 3)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	check_nic(&nic, 4, "the slice works");
	event_wait(nic.config_call, 0);
	rep_no_bypass(nic.rep);
	for (i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, functions[i], NULL);
	while (__atomic_load_n(&frames, __ATOMIC_RELAXED) < 100)
		usleep(10000);

	begin = now();
	err = take_away(argv[2]);
	check_err(err, 0, "it is taken away");
	check(now() - begin < SECONDS * patience(), "at once");
	comment("%.3f s", now() - begin);

	pthread_join(threads[1], &results[1]);
	pthread_join(threads[2], &results[2]);
	pthread_join(threads[3], &results[3]);
	store(stop, true);
	pthread_join(threads[0], &results[0]);
	check_err((long)results[1], -ENODEV, "who maps is told");
	check_err((long)results[2], -ENODEV, "who asks is told");
	check((revents & (POLLHUP | POLLERR)) == (POLLHUP | POLLERR), "who waits is told");
	check_dead();
	check_still();
	nic_close(&nic);
	return 0;
}
