// SPDX-License-Identifier: GPL-2.0
/*
 * orphan SLICE MODULE: the node is open when its slice and the module of its parent go
 */
#include "vhost.h"

int main(int argc, char **argv)
{
	char command[100], page[4096] = {};
	struct vhost_vring_state state = {};
	__u8 status;
	int fd;

	if (argc != 3)
		return 2;
	fd = node_open(argv[1]);
	check_err(vhost_set_owner(fd), 0, "the node is owned");
	check_err(slice_remove(argv[1]), 0, "its slice is removed");
	snprintf(command, sizeof(command), "rmmod %s", argv[2]);
	check(!system(command), "the module of its parent goes");
	check_err(iotlb_update(fd, 0, 1 << 20, 4096, page, 3), -ENODEV, "IOTLB messages");
	check_err(iotlb_send_v1(fd, VHOST_IOTLB_INVALIDATE, 1 << 20, 4096, NULL, 0), -ENODEV,
		  "of both kinds,");
	check_err(vhost_get_status(fd, &status), -ENODEV, "ioctls of the device,");
	check_err(do_ioctl(fd, VHOST_GET_VRING_BASE, &state), -ENODEV, "those of queues,");
	check_err(vhost_get_config(fd, 0, page, 4), -ENODEV, "the configuration");
	check(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == ENODEV,
	      "and doorbells say that there is no device");
	check(node_events(fd, POLLIN, 0) & POLLHUP, "so does poll()");
	check(!close(fd), "the node is closed");
	return 0;
}
