// SPDX-License-Identifier: GPL-2.0
/*
 * wide SLICE QUEUES: a device of mdev_wide0 with as many virtqueues
 */
#include <sys/resource.h>
#include <sys/wait.h>

#include "vhost.h"

static int fd;
static unsigned int queues;
static int *kicks, *calls;

static int start(void)
{
	unsigned int i;
	int err;

	err = vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER);
	if (!err)
		err = vhost_set_features(fd, BIT(VIRTIO_F_VERSION_1) |
					 BIT(VIRTIO_F_ACCESS_PLATFORM));
	if (!err)
		err = vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK);
	for (i = 0; !err && i < queues; i++) {
		err = vhost_set_vring_num(fd, i, 64);
		if (!err)
			err = vhost_set_vring_base(fd, i, i);
		if (!err)
			err = vhost_set_vring_addr(fd, i, i * 65536, i * 65536 + 4096,
						   i * 65536 + 8192);
		if (!err)
			err = vhost_set_vring_kick(fd, i, kicks[i]);
		if (!err)
			err = vhost_set_vring_call(fd, i, calls[i]);
		if (!err)
			err = vhost_set_vring_enable(fd, i, true);
	}
	if (!err)
		err = vhost_set_status(fd, S_ACKNOWLEDGE | S_DRIVER | S_FEATURES_OK |
				       S_DRIVER_OK);
	return err;
}

static __u32 kicked(unsigned int queue)
{
	__u32 value = ~0U;

	vhost_get_config(fd, queue * 8, &value, sizeof(value));
	return value;
}

/* All at once, then each has its call and no other has. */
static void test_kicks(const char *text)
{
	unsigned int i, bad = 0;
	double begin = now();

	for (i = 0; i < queues; i += 2)
		event_signal(kicks[i]);
	for (i = 0; i < queues; i += 2)
		bad += !event_wait(calls[i], PATIENCE_MS);
	check(!bad, "%s: every kick is followed by the call of its queue", text);
	comment("%.0f us each", (now() - begin) / ((queues + 1) / 2) * 1e6);
	for (i = bad = 0; i < queues; i++)
		bad += event_wait(calls[i], 0);
	check(!bad, "%s: and by no other", text);
	for (i = bad = 0; i < queues; i++)
		bad += kicked(i) != !(i & 1);
	check(!bad, "%s: the device has counted them", text);
}

static void test_bases(void)
{
	unsigned int i, bad = 0;
	__u32 base;

	for (i = 0; i < queues; i++)
		bad += vhost_get_vring_base(fd, i, &base) || base != i;
	check(!bad, "every queue has its base");
	check_err(vhost_get_vring_base(fd, queues, &base), -ENOBUFS, "there is no other");
	for (i = bad = 0; i < queues; i++)
		bad += vhost_get_vring_group(fd, i, &base) || base != i % 2;
	check(!bad, "and its group");
	for (i = bad = 0; i < queues; i++)
		bad += vhost_get_vring_desc_group(fd, i, &base) || base == i % 2 || base > 1;
	check(!bad, "and another one for descriptors");
}

/* Descriptors in a group of their own are of use with several address spaces only. */
static void test_desc_asid(void)
{
	__u64 desc = BIT(VHOST_BACKEND_F_DESC_ASID), asid = BIT(VHOST_BACKEND_F_IOTLB_ASID);
	__u64 offered = 0;

	check(!vhost_get_backend_features(fd, &offered) && offered & desc,
	      "that is told as a feature");
	check_err(vhost_set_backend_features(fd, BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) | desc),
		  -EINVAL, "which needs address spaces");
	check_err(vhost_set_backend_features(fd, BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) | desc |
					     asid), 0, "and comes with them");
	check_err(vhost_set_backend_features(fd, 0), 0, "or not at all");
}

/* A kick that came before the eventfd was bound, or the device started, is a kick. */
static void test_early_kick(void)
{
	int event = event_new();

	event_signal(event);
	check_err(vhost_set_vring_kick(fd, 1, event), 0, "an eventfd that was signalled");
	check(event_wait(calls[1], PATIENCE_MS), "is a kick when it is bound");
	check_err(vhost_set_vring_kick(fd, 1, -1), 0, "an eventfd that is unbound");
	event_signal(event);
	check(!event_wait(calls[1], 200), "is none");
	check_err(vhost_set_vring_kick(fd, 1, kicks[1]), 0, "the former one");
	event_signal(kicks[1]);
	check(event_wait(calls[1], PATIENCE_MS), "works again");
	close(event);
}

/* Two queues may share eventfds. */
static void test_shared(void)
{
	vhost_set_vring_kick(fd, 3, kicks[2]);
	vhost_set_vring_call(fd, 3, calls[2]);
	event_wait(calls[2], 0);
	event_signal(kicks[2]);
	check(event_wait(calls[2], PATIENCE_MS), "queues may share eventfds");
	usleep(200000);
	check(kicked(3) >= 1 && kicked(2) >= 1, "then a kick is one of both");
	vhost_set_vring_kick(fd, 3, kicks[3]);
	vhost_set_vring_call(fd, 3, calls[3]);
}

static void test_call(void)
{
	int event = event_new();

	event_wait(calls[0], 0);
	check_err(vhost_set_vring_call(fd, 0, event), 0, "another call eventfd");
	event_signal(kicks[0]);
	check(event_wait(event, PATIENCE_MS), "is signalled");
	check(!event_wait(calls[0], 0), "the former one is not");
	check_err(vhost_set_vring_call(fd, 0, -1), 0, "no call eventfd");
	event_signal(kicks[0]);
	check(!event_wait(event, 200), "none is signalled");
	check_err(vhost_set_vring_call(fd, 0, calls[0]), 0, "the former one");
	close(event);
}

/* While it is suspended, and after reset, kicks go nowhere. */
static void test_stopped(void)
{
	event_wait(calls[0], 0);
	check_err(vhost_suspend(fd), 0, "a suspended device");
	event_signal(kicks[0]);
	check(!event_wait(calls[0], 200), "takes no kicks");
	check_err(vhost_resume(fd), 0, "a resumed one");
	event_signal(kicks[0]);
	check(event_wait(calls[0], PATIENCE_MS), "does");
	check_err(vhost_set_status(fd, 0), 0, "one that was reset");
	event_signal(kicks[0]);
	check(!event_wait(calls[0], 200), "does not");
}

static void test_ranges(void)
{
	struct vhost_vdpa_iova_range range = {};
	char *mem = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	check(!vhost_get_iova_range(fd, &range) && range.first == 4096 &&
	      range.last == BIT(40) - 1, "the device has a range of addresses");
	check_err(iotlb_update(fd, 0, 0, 4096, mem, 3), -EINVAL, "nothing is mapped below");
	check_err(iotlb_update(fd, 0, BIT(40) - 4096, 8192, mem, 3), -EINVAL, "or above");
	check_err(iotlb_update(fd, 0, BIT(40) - 4096, 4096, mem, 3), 0, "the last page is");
	check_err(iotlb_update(fd, 0, 4096, 4096, mem, 3), 0, "and the first");
}

int main(int argc, char **argv)
{
	struct rlimit files;
	__u32 count = 0;
	unsigned int i;
	double begin;

	if (argc != 3)
		return 2;
	queues = atoi(argv[2]);
	files.rlim_cur = 2 * queues + 64;
	files.rlim_max = files.rlim_cur;
	if (setrlimit(RLIMIT_NOFILE, &files))
		die("RLIMIT_NOFILE");
	kicks = calloc(queues, sizeof(*kicks));
	calls = calloc(queues, sizeof(*calls));
	for (i = 0; i < queues; i++) {
		kicks[i] = event_new();
		calls[i] = event_new();
	}
	fd = node_open(argv[1]);
	check(!vhost_get_vqs_count(fd, &count) && count == queues, "%u queues", queues);
	check_err(vhost_set_owner(fd), 0, "the device is owned");
	test_ranges();
	test_desc_asid();
	begin = now();
	check_err(start(), 0, "all queues start");
	comment("%.3f s", now() - begin);
	test_kicks("one");
	test_bases();
	test_early_kick();
	test_shared();
	test_call();
	test_stopped();
	check_err(start(), 0, "all queues start again");
	for (i = 0; i < queues; i++)
		event_wait(calls[i], 0);
	check_err(vhost_set_status(fd, 0), 0, "a reset");
	check_err(start(), 0, "and again");
	begin = now();
	close(fd);
	comment("closed in %.3f s", now() - begin);
	check(now() - begin < PATIENCE_MS / 1e3, "the node is closed");
	fd = node_open(argv[1]);
	check_err(vhost_set_owner(fd), 0, "and opened again");
	for (i = 0; i < queues; i++) {
		event_wait(calls[i], 0);
		event_wait(kicks[i], 0);
	}
	check_err(start(), 0, "all queues start");
	test_kicks("again");
	return 0;
}
