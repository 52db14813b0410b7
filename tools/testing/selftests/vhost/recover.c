// SPDX-License-Identifier: GPL-2.0
/*
 * recover SLICE: its transmit queue breaks, is mended, and recovered by "devlink health", while
 * it is enabled and while it is not
 */
#include <poll.h>

#include "nic.h"

#define TX		1
#define FRAME_LEN	200

static struct nic nic;

static int recovery(void)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "devlink health recover $(devlink -j port show | jq -r '.port | to_entries[] | select(.value.netdev == \"%s\") | .key') reporter queues",
		 nic.name);
	return system(command);
}

static bool needs_reset(bool want)
{
	int ms;

	for (ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (!(vhost_status(nic.fd) & S_NEEDS_RESET) == !want)
			return true;
		usleep(10000);
	}
	return false;
}

static void write_index(unsigned int ahead)
{
	__atomic_store_n(&nic.tx.avail->idx, htole16(nic.tx.avail_idx + ahead), __ATOMIC_SEQ_CST);
	event_signal(nic.tx.kick);
}

/* More is available than there is room for. */
static bool broken(void)
{
	write_index(nic.tx.num + 1);
	return needs_reset(true);
}

static bool poll_error(void)
{
	struct pollfd fd = { .fd = nic.fd, .events = POLLIN };

	poll(&fd, 1, 0);
	return fd.revents & POLLERR;
}

static void send_frames(unsigned int nr)
{
	char frame[FRAME_MAX];

	while (nr--) {
		frame_make(frame, FRAME_LEN, nr);
		nic_queue(&nic, frame, FRAME_LEN);
	}
	ring_publish(&nic.tx);
	event_signal(nic.tx.kick);
}

static __u16 used(void)
{
	return le16toh(__atomic_load_n(&nic.tx.used->idx, __ATOMIC_SEQ_CST));
}

static bool used_becomes(__u16 want)
{
	int ms;

	for (ms = 0; ms < PATIENCE_MS; ms += 10) {
		if (used() == want)
			return true;
		usleep(10000);
	}
	return false;
}

static void test_enabled(void)
{
	__u16 before = used();

	check(broken(), "the queue breaks");
	check(event_wait(nic.tx.err, PATIENCE_MS), "its error is signalled");
	check(poll_error(), "poll tells it");
	write_index(0);
	check(!recovery(), "it is mended and recovered");
	check(needs_reset(false), "no reset is needed");
	check(!poll_error(), "poll tells no error");
	send_frames(3);
	check(used_becomes(before + 3), "it goes on");
	check(broken(), "it breaks again");
	check(event_wait(nic.tx.err, PATIENCE_MS), "which is signalled again");
}

/* Whoever has disabled it may use the memory for something else. */
static void test_disabled(void)
{
	__u16 before = used();

	write_index(0);
	check_err(vhost_set_vring_enable(nic.fd, TX, false), 0, "it is disabled");
	check(!recovery(), "it is recovered");
	check(needs_reset(false), "no reset is needed");
	send_frames(3);
	usleep(300000);
	check(used() == before, "it does nothing");
	check_err(vhost_set_vring_num(nic.fd, TX, nic.tx.num), 0, "it can be set up");
	check_err(vhost_set_vring_enable(nic.fd, TX, true), 0, "it is enabled");
	event_signal(nic.tx.kick);
	check(used_becomes(before + 3), "it goes on");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, 0);
	nic_start(&nic);
	test_enabled();
	test_disabled();
	nic_close(&nic);
	nic_destroy(&nic);
	return 0;
}
