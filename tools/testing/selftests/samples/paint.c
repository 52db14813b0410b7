// SPDX-License-Identifier: GPL-2.0
/*
 * paint mdpy|FILE: runs in a guest and paints the picture of picture.h, on the display of a
 * mdpy or by a framebuffer device. Says width and height.
 */
/* libs: -static */
#include <err.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/fb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "picture.h"

#define MDPY_ID		0x000f1b36
#define MDPY_WIDTH	0x48
#define MDPY_HEIGHT	0x4c

static int open_at(const char *directory, const char *name, int flags)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, flags);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

static __u32 read_config(const char *device, unsigned int pos)
{
	int fd = open_at(device, "config", O_RDONLY);
	__u32 val;

	if (pread(fd, &val, sizeof(val), pos) != sizeof(val))
		err(1, "what %s is", device);
	close(fd);
	return val;
}

static void *map(int fd, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		err(1, "mmap of %zu bytes", size);
	return memory;
}

static void paint_mdpy(void)
{
	const char *device = NULL;
	__u32 width, height;
	glob_t devices;
	size_t i;

	if (glob("/sys/bus/pci/devices/*", 0, NULL, &devices))
		errx(1, "no PCI devices");
	for (i = 0; i < devices.gl_pathc && !device; i++) {
		if (read_config(devices.gl_pathv[i], 0) == MDPY_ID)
			device = devices.gl_pathv[i];
	}
	if (!device)
		errx(1, "no mdpy");
	if (write(open_at(device, "enable", O_WRONLY), "1", 1) != 1)
		err(1, "%s/enable", device);
	width = read_config(device, MDPY_WIDTH);
	height = read_config(device, MDPY_HEIGHT);
	picture_paint(map(open_at(device, "resource0", O_RDWR), (size_t)width * height * 4),
		      width, height, width * 4);
	printf("%u %u\n", width, height);
}

static void paint_framebuffer(const char *path)
{
	struct fb_var_screeninfo var;
	struct fb_fix_screeninfo fix;
	int fd = open(path, O_RDWR);

	if (fd < 0)
		err(1, "%s", path);
	if (ioctl(fd, FBIOGET_VSCREENINFO, &var) || ioctl(fd, FBIOGET_FSCREENINFO, &fix))
		err(1, "%s: what it is", path);
	if (var.bits_per_pixel != 32)
		errx(1, "%s: %u bits", path, var.bits_per_pixel);
	/* Nothing is shown before somebody wants the mode. */
	var.activate = FB_ACTIVATE_NOW | FB_ACTIVATE_FORCE;
	if (ioctl(fd, FBIOPUT_VSCREENINFO, &var))
		err(1, "%s: the mode", path);
	picture_paint(map(fd, fix.smem_len), var.xres, var.yres, fix.line_length);
	printf("%u %u\n", var.xres, var.yres);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "mdpy"))
		paint_mdpy();
	else
		paint_framebuffer(argv[1]);
	return 0;
}
