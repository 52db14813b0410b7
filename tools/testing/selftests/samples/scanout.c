// SPDX-License-Identifier: GPL-2.0
/*
 * scanout PID WIDTH HEIGHT [FILE]: what the guest of the QEMU with this PID shows on a mbochs,
 * by the dma-buf that QEMU would show. Waits for the picture of picture.h, says how many
 * pixels are wrong, and writes what there is to FILE, in format PPM.
 */
#include <dirent.h>
#include <err.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "picture.h"

#define XRGB8888	0x34325258
#define PRIMARY		1
#define TRIES		600	/* of 50 ms */

static bool is_device(const char *directory, const char *name)
{
	char path[600], link[100];
	ssize_t len;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return false;
	link[len] = 0;
	return strstr(link, "vfio-device");
}

/* QEMU's own file of the device, of which there can be but one. */
static int steal_device(pid_t pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0), fd = -1;
	struct dirent *entry;
	char path[100];
	DIR *fds;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	fds = opendir(path);
	if (pidfd < 0 || !fds)
		err(1, "process %d", pid);
	while (fd < 0 && (entry = readdir(fds))) {
		if (is_device(path, entry->d_name))
			fd = syscall(SYS_pidfd_getfd, pidfd, atoi(entry->d_name), 0);
	}
	if (fd < 0)
		errx(1, "process %d has no vfio device", pid);
	closedir(fds);
	return fd;
}

/* Returns whether something of that size is shown. */
static bool query(int device, unsigned int width, unsigned int height,
		  struct vfio_device_gfx_plane_info *plane)
{
	memset(plane, 0, sizeof(*plane));
	plane->argsz = sizeof(*plane);
	plane->flags = VFIO_GFX_PLANE_TYPE_DMABUF;
	plane->drm_plane_type = PRIMARY;
	if (ioctl(device, VFIO_DEVICE_QUERY_GFX_PLANE, plane))
		err(1, "VFIO_DEVICE_QUERY_GFX_PLANE");
	return plane->drm_format == XRGB8888 && plane->width == width && plane->height == height;
}

static const void *scanout(int device, const struct vfio_device_gfx_plane_info *plane)
{
	__u32 id = plane->dmabuf_id;
	int fd = ioctl(device, VFIO_DEVICE_GET_GFX_DMABUF, &id);
	const void *memory;

	if (fd < 0)
		err(1, "VFIO_DEVICE_GET_GFX_DMABUF");
	memory = mmap(NULL, plane->size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		err(1, "mmap of a dma-buf");
	close(fd);
	return memory;
}

static void save(const char *path, const struct vfio_device_gfx_plane_info *plane,
		 const void *memory)
{
	FILE *file = fopen(path, "w");
	unsigned int x, y;

	if (!file)
		err(1, "%s", path);
	fprintf(file, "P6\n%u %u\n255\n", plane->width, plane->height);
	for (y = 0; y < plane->height; y++) {
		const __u32 *line = (const __u32 *)((const char *)memory + y * plane->stride);

		for (x = 0; x < plane->width; x++) {
			fputc(line[x] >> 16 & 0xff, file);
			fputc(line[x] >> 8 & 0xff, file);
			fputc(line[x] & 0xff, file);
		}
	}
	fclose(file);
}

int main(int argc, char **argv)
{
	unsigned int width, height, wrong = 0, i;
	struct vfio_device_gfx_plane_info plane;
	const void *memory = NULL;
	int device;

	if (argc < 4)
		return 2;
	width = atoi(argv[2]);
	height = atoi(argv[3]);
	device = steal_device(atoi(argv[1]));
	/* A guest's driver shows what was painted some time after that. */
	for (i = 0; i < TRIES; i++) {
		if (query(device, width, height, &plane)) {
			memory = scanout(device, &plane);
			wrong = picture_wrong(memory, width, height, plane.stride);
			if (!wrong)
				break;
			munmap((void *)memory, plane.size);
			memory = NULL;
		}
		usleep(50000);
	}
	if (!query(device, width, height, &plane))
		errx(1, "a picture of %ux%u is shown, format %#x", plane.width, plane.height,
		     plane.drm_format);
	memory = scanout(device, &plane);
	if (argc > 4)
		save(argv[4], &plane, memory);
	printf("%u of %u pixels are wrong\n", wrong, width * height);
	return !!wrong;
}
