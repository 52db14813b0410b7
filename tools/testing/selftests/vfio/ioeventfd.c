// SPDX-License-Identifier: GPL-2.0
/* ioeventfd SLICE TIMES: eventfds in the place of doorbells. */
#include "nic.h"

#define NONE	(-1)

/* Most that there can be. */
#define MOST	1024

static struct nic nic;
static unsigned int times;

static __u64 doorbell(unsigned int queue)
{
	const struct structure *notify = &nic.vfio.structure[VIRTIO_PCI_CAP_NOTIFY_CFG];

	return nic.vfio.region[notify->bar].offset + notify->offset +
	       queue * nic.vfio.notify_step;
}

static int set(__u32 flags, __u64 offset, __u64 data, int fd)
{
	struct vfio_device_ioeventfd arg = {
		.argsz = sizeof(arg),
		.flags = flags,
		.offset = offset,
		.data = data,
		.fd = fd,
	};

	return do_ioctl(nic.vfio.fd, VFIO_DEVICE_IOEVENTFD, &arg);
}

static int set16(unsigned int queue, int fd)
{
	return set(VFIO_DEVICE_IOEVENTFD_16, doorbell(queue), queue, fd);
}

static void test_arguments(int fd)
{
	struct vfio_device_ioeventfd arg = {
		.argsz = offsetof(struct vfio_device_ioeventfd, fd),
		.flags = VFIO_DEVICE_IOEVENTFD_16,
		.offset = doorbell(0),
		.fd = fd,
	};
	__u64 common = nic.vfio.region[VFIO_PCI_BAR2_REGION_INDEX].offset;

	check_err(do_ioctl(nic.vfio.fd, VFIO_DEVICE_IOEVENTFD, &arg), -EINVAL,
		  "an argument that is too short");
	check_err(do_ioctl(nic.vfio.fd, VFIO_DEVICE_IOEVENTFD, NULL), -EFAULT, "or not there");
	check_err(set(0, doorbell(0), 0, fd), -EINVAL, "no width");
	check_err(set(VFIO_DEVICE_IOEVENTFD_16 | VFIO_DEVICE_IOEVENTFD_32, doorbell(0), 0, fd),
		  -EINVAL, "two of them");
	check_err(set(VFIO_DEVICE_IOEVENTFD_8, doorbell(0), 0, fd), -EINVAL,
		  "one that kicks no queue");
	check_err(set(VFIO_DEVICE_IOEVENTFD_64, doorbell(0), 0, fd), -EINVAL, "another one");
	check_err(set(1 << 4 | VFIO_DEVICE_IOEVENTFD_16, doorbell(0), 0, fd), -EINVAL,
		  "a flag that there is not");
	check_err(set(VFIO_DEVICE_IOEVENTFD_16, common, 0, fd), -EINVAL, "no doorbell");
	check_err(set(VFIO_DEVICE_IOEVENTFD_16, doorbell(0) + 2, 0, fd), -EINVAL,
		  "between two doorbells");
	check_err(set16(3, fd), -EINVAL, "that of a queue that there is not");
	check_err(set(VFIO_DEVICE_IOEVENTFD_16, 0, 0, fd), -EINVAL, "another region");
	check_err(set(VFIO_DEVICE_IOEVENTFD_16, -4ULL, 0, fd), -EINVAL, "no region");
	check_err(set16(0, -2), -EINVAL, "no file descriptor");
	check_err(set16(0, 1000), -EBADF, "one that is not open");
	check_err(set16(0, nic.vfio.fd), -EINVAL, "one that is no eventfd");
	check_err(set16(0, NONE), -ENODEV, "to take away what is not there");
}

static bool rep_gets(__u32 number, int timeout_ms)
{
	char frame[FRAME_MAX + 8];

	return rep_recv(nic.rep, frame, timeout_ms) == FRAME_MIN &&
	       frame_good(frame, FRAME_MIN, number);
}

/* A frame is there, and nobody has told the device. */
static void put_frame(__u32 number)
{
	int head = ring_next_head(&nic.tx);
	char *buf = nic.mem + nic_buf(&nic.tx, head);
	struct seg seg = { NIC_IOVA + nic_buf(&nic.tx, head), HDR_LEN + FRAME_MIN };

	nic_reap(&nic);
	memset(buf, 0, HDR_LEN);
	frame_make(buf + HDR_LEN, FRAME_MIN, number);
	ring_add(&nic.tx, &seg, 1, 0);
	ring_publish(&nic.tx);
}

/* Until the device has done with its queue, and looks at it no more by itself. */
static void settle(void)
{
	check_nic(&nic, 3, "frames pass");
	while (load(nic.tx.used->flags) & VRING_USED_F_NO_NOTIFY)
		usleep(1000);
	usleep(20000 * patience());
}

static void test_kicks(int fd)
{
	unsigned int i, lost = 0;

	settle();
	check_err(set16(1, fd), 0, "an eventfd in the place of a doorbell");
	check_err(set16(1, fd), -EEXIST, "not twice");
	rep_drain(nic.rep);
	put_frame(1);
	check(!rep_gets(1, 50), "nobody has kicked");
	event_signal(fd);
	check(rep_gets(1, PATIENCE_MS), "it kicks");
	for (i = 0; i < times; i++) {
		put_frame(i);
		event_signal(fd);
		lost += !rep_gets(i, PATIENCE_MS);
	}
	check(!lost, "%u times", times);
	check_err(set16(1, NONE), 0, "it is taken away");
	settle();
	put_frame(2);
	event_signal(fd);
	check(!rep_gets(2, 50), "and kicks no more");
	nic_notify(&nic, &nic.tx);
	check(rep_gets(2, PATIENCE_MS), "but the doorbell does");
	check_err(set16(1, NONE), -ENODEV, "it has gone");
}

/* An eventfd that is closed, and as many as there can be. */
static void test_end(void)
{
	unsigned int i;
	int fd, err = 0;

	fd = event_new();
	check_err(set16(1, fd), 0, "one more");
	close(fd);
	check_err(set16(1, NONE), 0, "it is closed before it is taken away");
	fd = event_new();
	for (i = 0; i < MOST && !err; i++)
		err = set(VFIO_DEVICE_IOEVENTFD_32, doorbell(i % 2), i, fd);
	check_err(err, 0, "many of them");
	check_err(set(VFIO_DEVICE_IOEVENTFD_32, doorbell(0), MOST, fd), -ENOSPC,
		  "but not as many as one likes");
	vfio_close(&nic.vfio);
	event_signal(fd);
	close(fd);
	nic_open(&nic);
	check_err(set16(0, NONE), -ENODEV, "with the device all have gone");
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 3)
		return 2;
	times = atoi(argv[2]);
	fd = event_new();
	nic_init(&nic, argv[1], nic_memory(), 0);
	test_arguments(fd);
	nic_start(&nic, NIC_BYTES);
	test_kicks(fd);
	test_end();
	vfio_close(&nic.vfio);
	nic_destroy(&nic);
	return 0;
}
