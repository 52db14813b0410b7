// SPDX-License-Identifier: GPL-2.0
/*
 * mdpy SLICE WIDTH HEIGHT REPEATS: all that sample mdpy shows to a user
 */
#include <sys/uio.h>

#include "display.h"

#define PAGE		4096
#define VENDOR_CAP	0x40

static __u32 width, height;
static struct vfio_region_info display;

static __u64 memory_size(void)
{
	__u64 size = 4096;

	while (size < (__u64)width * height * 4)
		size *= 2;
	return size;
}

static void test_display_region(void)
{
	check_err(vfio_region_info(&vfio, EXTRA_REGION, &display), 0, "a region for the display");
	check(display.size == memory_size() && display.flags == REGION_RWM && !display.cap_offset,
	      "as large as the framebuffer");
}

static void test_cap(void)
{
	check(config_get(&vfio, PCI_STATUS, 2) == PCI_STATUS_CAP_LIST &&
	      config_get(&vfio, PCI_CAPABILITY_LIST, 1) == VENDOR_CAP, "there are capabilities");
	check(config_get(&vfio, VENDOR_CAP, 4) == (0x10 << 16 | PCI_CAP_ID_VNDR),
	      "one, the vendor's own");
	check(config_get(&vfio, VENDOR_CAP + 4, 4) == XRGB8888, "with the format");
	check(config_get(&vfio, VENDOR_CAP + 8, 4) == width &&
	      config_get(&vfio, VENDOR_CAP + 12, 4) == height, "width and height");
}

/* What is there when nobody has painted. */
static bool is_gradient(const unsigned char *memory)
{
	__u32 stride = width * 4, x, y;
	__u64 pos;

	for (y = 0; y < height; y++) {
		for (x = 0; x < stride; x++) {
			if (memory[(__u64)y * stride + x] != y * 255 / height)
				return false;
		}
	}
	for (pos = (__u64)height * stride; pos < memory_size(); pos++) {
		if (memory[pos])
			return false;
	}
	return true;
}

static void test_gradient(const char *when)
{
	char *map = map_region(&vfio.region[0]);

	check(is_gradient((unsigned char *)map), "%s the picture is a gradient", when);
	munmap(map, vfio.region[0].size);
}

static void test_plane_refused(void)
{
	const __u32 probe = VFIO_GFX_PLANE_TYPE_PROBE;
	static const __u32 bad[] = { 0, VFIO_GFX_PLANE_TYPE_DMABUF, 6, 7, 8, 12, 0x80000004 };
	struct vfio_device_gfx_plane_info plane;
	unsigned int i;

	check_err(query_plane(probe | VFIO_GFX_PLANE_TYPE_REGION, 0, &plane), 0,
		  "it shows its picture by a region");
	check_err(query_plane(probe | VFIO_GFX_PLANE_TYPE_DMABUF, 0, &plane), -EINVAL,
		  "not by a dma-buf");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_err(query_plane(bad[i], 0, &plane), -EINVAL, "nor by %#x", bad[i]);
	plane.argsz = offsetof(struct vfio_device_gfx_plane_info, region_index) + 3;
	plane.flags = VFIO_GFX_PLANE_TYPE_REGION;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_QUERY_GFX_PLANE, &plane), -EINVAL,
		  "a plane's argsz is too small");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_QUERY_GFX_PLANE, NULL), -EFAULT, "or not there");
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_GET_GFX_DMABUF, &i), -ENOTTY, "no dma-bufs");
}

static void test_plane(void)
{
	struct vfio_device_gfx_plane_info plane;
	__u32 type;

	for (type = 0; type < 2; type++) {
		check_err(query_plane(VFIO_GFX_PLANE_TYPE_REGION, type, &plane), 0,
			  "a plane, of type %u", type);
		check(plane.drm_format == XRGB8888 && plane.width == width &&
		      plane.height == height && plane.stride == 4 * width &&
		      plane.size == memory_size() && plane.region_index == EXTRA_REGION,
		      "it is the display");
		check(!plane.drm_format_mod && !plane.x_pos && !plane.y_pos && !plane.x_hot &&
		      !plane.y_hot, "and nothing else is said");
	}
}

/* Painted by the guest in its BAR, seen by the user in the region of the plane. */
static void test_picture(void)
{
	char *bar = map_region(&vfio.region[0]), *shown = map_region(&display);

	picture_paint(bar, width, height, width * 4);
	check(!picture_wrong(shown, width, height, width * 4), "what is painted is shown");
	picture_paint(shown, width / 2, height, width * 2);
	check(!memcmp(bar, shown, display.size), "and the other way round");
	munmap(bar, vfio.region[0].size);
	munmap(shown, display.size);
}

static void test_reset(void)
{
	config_put(&vfio, PCI_COMMAND, 2, 0xffff);
	config_put(&vfio, PCI_BASE_ADDRESS_0, 4, 0xf0000000);
	check_err(vfio_reset(&vfio), 0, "VFIO_DEVICE_RESET");
	check(!config_get(&vfio, PCI_COMMAND, 2) &&
	      config_get(&vfio, PCI_BASE_ADDRESS_0, 4) == PCI_BASE_ADDRESS_MEM_PREFETCH,
	      "takes away what a driver has written");
	test_gradient("after a reset");
}

/* A pipe has a page of the picture, the page itself and no copy. */
static void page_into_pipe(int *ends)
{
	char *map = map_region(&vfio.region[0]);
	struct iovec page = { map, PAGE };

	if (pipe(ends) || vmsplice(ends[1], &page, 1, 0) != PAGE)
		die("a page goes into a pipe: %s", errno_name(errno));
	memset(map, 0x5a, PAGE);
	munmap(map, vfio.region[0].size);
}

static bool page_in_pipe_is(const int *ends, char byte)
{
	char page[PAGE], want[PAGE];

	memset(want, byte, PAGE);
	return read(ends[0], page, PAGE) == PAGE && !memcmp(page, want, PAGE);
}

static void test_next_user(const char *slice)
{
	int ends[2];

	config_put(&vfio, PCI_COMMAND, 2, 0xffff);
	test_picture();
	page_into_pipe(ends);
	vfio_close(&vfio);
	vfio_open(&vfio, slice);
	check(!config_get(&vfio, PCI_COMMAND, 2), "the next user finds nothing of that");
	test_gradient("to the next user");
	test_picture();
	check(page_in_pipe_is(ends, 0x5a), "and is not seen by the last one");
	close(ends[0]);
	close(ends[1]);
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	width = atoi(argv[2]);
	height = atoi(argv[3]);
	repeats = atoi(argv[4]);
	vfio_open(&vfio, argv[1]);
	test_gradient("at first");
	check_info();
	check_regions(memory_size(), 0);
	test_display_region();
	check_irqs();
	check_ids(0x1b36, 0x000f);
	test_cap();
	check_bar(0, PCI_BASE_ADDRESS_MEM_PREFETCH);
	check_random_config();
	check_edges(&display);
	check_memory(&vfio.region[0]);
	check_memory(&display);
	check_maps(&vfio.region[0]);
	check_maps(&display);
	test_plane_refused();
	test_plane();
	test_picture();
	test_reset();
	test_next_user(argv[1]);
	vfio_close(&vfio);
	return 0;
}
