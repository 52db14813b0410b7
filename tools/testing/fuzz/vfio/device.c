// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "device.h"
#include "fault.h"
#include "migration.h"
#include "record.h"
#include "region.h"
#include "vdpa.h"
#include "vm.h"

#define BAD_FD		9999
#define PATIENCE_STEP	10000	/* us */

struct device device = { .vfio = { .slice = DEVICE_NAME, .container = -1, .group = -1, .fd = -1 } };

static int sock = -1;

bool device_open(void)
{
	return device.vfio.fd >= 0;
}

void device_check_errno(const char *what, int err)
{
	switch (-err) {
	case 0:
	case EPERM:
	case EIO:
	case EBADF:
	case ENOMEM:
	case EFAULT:
	case EBUSY:
	case EEXIST:
	case ENODEV:
	case EINVAL:
	case ENOTTY:
	case ENOSPC:
	case ESPIPE:
	case E2BIG:
	case EAGAIN:
	case ENOENT:
	case ENOMSG:
	case EOPNOTSUPP:
	case EOVERFLOW:
	case EPROTO:
		return;
	}
	fuzz_fail("%s gives %s (%d)", what, errno_name(err), err);
}

int device_ioctl(unsigned long cmd, const void *arg, size_t len, void *result)
{
	void *copy = memory_argument(arg, len);
	int err = do_ioctl(device.vfio.fd, cmd, copy);

	if (!err && result)
		memcpy(result, copy, len);
	return err;
}

int device_event(uint8_t choice)
{
	choice %= EVENTS + 5;
	if (choice < EVENTS)
		return device.event[choice];
	switch (choice - EVENTS) {
	case 0:
		return BAD_FD;
	case 1:
		return device.memory.fd;
	case 2:
		return device.vfio.fd;
	case 3:
		return -2;
	default:
		return -1;
	}
}

static void rep_set(bool up)
{
	struct ifreq ifreq = { .ifr_name = DEVICE_NAME };

	if (ioctl(sock, SIOCGIFFLAGS, &ifreq))
		return;
	ifreq.ifr_flags &= ~IFF_UP;
	ifreq.ifr_flags |= up ? IFF_UP : 0;
	ioctl(sock, SIOCSIFFLAGS, &ifreq);
}

static void rep_frames(const uint8_t *record)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = if_nametoindex(DEVICE_NAME) };
	uint8_t frame[2048] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	unsigned int nr = 1 + record[3] % 16;

	frame[12] = 0x88;
	frame[13] = 0xb5;
	while (to.sll_ifindex && nr--)
		sendto(sock, frame, record[4] < 128 ? 60 : record[4] * 6, MSG_DONTWAIT,
		       (struct sockaddr *)&to, sizeof(to));
}

/* Who was the last to close it takes the slice that is leaving with them. */
static void slice_restore(void)
{
	unsigned int left = PATIENCE_MS * 1000 / PATIENCE_STEP * patience();
	int err;

	do {
		err = vdpa_add(DEVICE_NAME);
		if (!err || err == -EEXIST)
			err = set_class(DEVICE_NAME, "vfio");
	} while (device.leaving && (err == -ENODEV || err == -ENOENT) && left-- &&
		 !usleep(PATIENCE_STEP));
	device.leaving = false;
	if (err)
		fuzz_fail("the slice does not enter class vfio: %s", errno_name(err));
	rep_set(true);
}

static void unmap_region(void)
{
	if (device.mapped)
		munmap(device.mapped, device.mapped_len);
	device.mapped = NULL;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void files_close(void)
{
	unmap_region();
	close_fd(&device.vfio.fd);
	close_fd(&device.vfio.group);
	close_fd(&device.vfio.container);
}

/* While the slice leaves, or a step of opening fails, there is no device. */
static void files_open(void)
{
	if (device.vfio.fd >= 0)
		return;
	if (device.vfio.group < 0)
		vfio_open_group(&device.vfio);
	device.vfio.fd = vfio_try_device(&device.vfio);
	if (device.vfio.fd >= 0)
		return;
	if (!device.faulty && !device.leaving)
		fuzz_fail("the device does not open: %s", errno_name(device.vfio.fd));
	device_check_errno("opening the device", device.vfio.fd);
	device.vfio.fd = -1;
}

/* A removed slice has another UUID. */
static void device_restore(void)
{
	slice_restore();
	vfio_find_uuid(&device.vfio);
	files_open();
}

void device_init(void)
{
	memory_init(&device.memory, DEVICE_NAME, DEVICE_MEMORY, DEVICE_BYTES);
	/* IPv6 speaks unasked. */
	sysfs_write("1", "/proc/sys/net/ipv6/conf/default/disable_ipv6");
	sock = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	device_restore();
	vfio_look(&device.vfio);
	region_learn();
	files_close();
}

void device_begin(void)
{
	unsigned int i;

	memory_begin(&device.memory);
	for (i = 0; i < EVENTS; i++)
		device.event[i] = event_new();
	memset(device.ring_num, 0, sizeof(device.ring_num));
	device.packed = false;
	migration_begin();
	device_restore();
	region_check();
	if (region_get_in(VIRTIO_PCI_CAP_COMMON_CFG, VIRTIO_PCI_COMMON_STATUS, 1))
		fuzz_fail("the status is not 0 after open");
}

void device_end(void)
{
	unsigned int i;

	migration_end();
	files_close();
	for (i = 0; i < EVENTS; i++)
		close(device.event[i]);
	if (device.faulty)
		faults_clear();
	device.faulty = false;
	device.migrating = false;
}

void device_gone(void)
{
	vdpa_remove_all();
}

void device_event_record(const uint8_t *record)
{
	unsigned int event = record[2] % EVENTS;
	uint64_t count = record[3] < 240 ? 1 : -(uint64_t)(record[3] - 238);

	switch (record[1] % 4) {
	case 0:
	case 1:
		if (write(device.event[event], &count, sizeof(count)) < 0)
			return;
		break;
	case 2:
		event_wait(device.event[event], record[3] & 1 ? 3 : 0);
		break;
	default:
		close(device.event[event]);
		device.event[event] = event_new();
	}
}

static void map_region(const uint8_t *record)
{
	off_t offset = (off_t)(record[2] % 10) << 40 | (off_t)(record[3] % 8) * PAGE;
	size_t len = (1 + record[4] % 4) * PAGE;
	void *at = mmap(NULL, len, record[5] % 8, MAP_SHARED, device.vfio.fd, offset);

	if (at == MAP_FAILED) {
		if (errno != EACCES)
			device_check_errno("mmap", -errno);
		return;
	}
	if (!(device.vfio.region[record[2] % 10].flags & VFIO_REGION_INFO_FLAG_MMAP))
		fuzz_fail("region %u is mapped", record[2] % 10);
	unmap_region();
	device.mapped = at;
	device.mapped_len = len;
}

/* A group without a container has no device to open. */
static void leave_container(void)
{
	int err;

	if (device.vfio.group < 0)
		return;
	err = do_ioctl(device.vfio.group, VFIO_GROUP_UNSET_CONTAINER, NULL);
	device_check_errno("the group", err);
	if (device_open() && !err)
		fuzz_fail("the group leaves its container while the device is open");
	if (!err)
		files_close();
}

void device_files_record(const uint8_t *record)
{
	switch (record[1] % 6) {
	case 0:
		files_close();
		if (!device.leaving)
			files_open();
		break;
	case 1:
		close_fd(&device.vfio.fd);
		if (!device.leaving)
			files_open();
		break;
	case 2:
		unmap_region();
		close_fd(&device.vfio.fd);
		break;
	case 3:
		if (!device.leaving)
			files_open();
		break;
	case 4:
		if (device_open())
			map_region(record);
		break;
	default:
		leave_container();
	}
}

/* A class that is in use stays. */
static void slice_class(const char *class)
{
	int err = set_class(DEVICE_NAME, class);

	if (device_open() && !err)
		fuzz_fail("the slice leaves its class while it is open");
	device_check_errno("a change of class", err);
	if (!err) {
		files_close();
		device.leaving = true;
	}
}

void device_slice_record(const uint8_t *record)
{
	switch (record[1] % SLICE_ACTIONS) {
	case SLICE_NONE:
		slice_class("none");
		break;
	case SLICE_FORCE:
		slice_class("none force");
		break;
	case SLICE_REP_UP:
	case SLICE_REP_DOWN:
		rep_set(record[1] % SLICE_ACTIONS == SLICE_REP_UP);
		break;
	case SLICE_FAULT:
		device.faulty = true;
		fault_set(record + 1);
		break;
	case SLICE_NO_FAULT:
		faults_clear();
		break;
	case SLICE_REMOVE:
		device_check_errno("removal", slice_remove(DEVICE_NAME));
		device.leaving = true;
		break;
	default:
		rep_frames(record);
	}
}
