// SPDX-License-Identifier: GPL-2.0
/*
 * mbochs SLICE MBYTES MAX_WIDTH MAX_HEIGHT REPEATS DRM|none: all that sample mbochs shows to
 * a user. DRM is the node of a driver that takes dma-bufs, by which it shows pictures;
 * "none" says that the kernel has no dma-bufs.
 */
#include <drm/drm.h>

#include "display.h"

#define REGS		2	/* region */
#define REGS_SIZE	0x1000
#define EDID_BLOB	0x800
#define EDID_MAX	0x400

#define DISPI		0x500
#define NR_DISPI	11
enum { ID, XRES, YRES, BPP, ENABLE, BANK, VIRT_WIDTH, VIRT_HEIGHT, X_OFFSET, Y_OFFSET, MEMORY_64K };

#define REMEMBERED	8	/* modes, at least */

#define SMALL_TYPE	"/sys/class/mdev_bus/mbochs/mdev_supported_types/mbochs-small"

static __u32 mbytes, max_width, max_height;
static struct vfio_region_info edid;

static __u16 dispi_get(unsigned int reg)
{
	return vfio_get(&vfio, REGS, DISPI + 2 * reg, 2);
}

static void dispi_put(unsigned int reg, __u16 val)
{
	vfio_put(&vfio, REGS, DISPI + 2 * reg, 2, val);
}

static void set_mode(__u16 width, __u16 height, __u16 virt, __u16 x, __u16 y)
{
	dispi_put(ENABLE, 0);
	dispi_put(BPP, 32);
	dispi_put(XRES, width);
	dispi_put(YRES, height);
	dispi_put(VIRT_WIDTH, virt);
	dispi_put(X_OFFSET, x);
	dispi_put(Y_OFFSET, y);
	dispi_put(ENABLE, 0x41);
}

/* Registers. */

static bool dispi_new(void)
{
	unsigned int reg;

	for (reg = 1; reg < MEMORY_64K; reg++) {
		if (dispi_get(reg))
			return false;
	}
	return dispi_get(ID) == 0xb0c5 && dispi_get(MEMORY_64K) == mbytes * 16;
}

static void test_dispi(void)
{
	unsigned int reg;
	bool good = true;

	check(dispi_new(), "the display is off and has %u MB", mbytes);
	for (reg = 0; reg < NR_DISPI; reg++) {
		dispi_put(reg, 0x1234 + reg);
		if (reg != ID && reg != MEMORY_64K)
			good = good && dispi_get(reg) == 0x1234 + reg;
	}
	check(good, "registers take numbers");
	check(dispi_get(ID) == 0xb0c5 && dispi_get(MEMORY_64K) == mbytes * 16,
	      "but not those that tell something");
	vfio_put(&vfio, REGS, DISPI + 2 * VIRT_HEIGHT, 1, 0xff);
	check(dispi_get(VIRT_HEIGHT) == 0x1234 + VIRT_HEIGHT, "nor half a number");
	vfio_put(&vfio, REGS, DISPI + 2 * YRES, 4, 0x56789abc);
	check(dispi_get(YRES) == 0x9abc && dispi_get(BPP) == 0x5678, "but two");
	check(vfio_get(&vfio, REGS, DISPI + 2 * YRES + 1, 1) == 0x9a &&
	      vfio_get(&vfio, REGS, DISPI + 2 * YRES, 4) == 0x56789abc, "and are read in any way");
	vfio_put(&vfio, REGS, DISPI + 2 * NR_DISPI, 4, 0xffffffff);
	vfio_put(&vfio, REGS, 0x400, 4, 0xffffffff);
	check(!vfio_get(&vfio, REGS, DISPI + 2 * NR_DISPI, 4) && !vfio_get(&vfio, REGS, 0x400, 4),
	      "elsewhere there is nothing");
	check_err(vfio_reset(&vfio), 0, "VFIO_DEVICE_RESET");
	check(dispi_new(), "takes all that back");
}

/* Anywhere, of any length: what tells something stays. */
static void test_random_regs(void)
{
	char data[64];
	unsigned int i, j;

	for (i = 0; i < repeats; i++) {
		for (j = 0; j < sizeof(data); j++)
			data[j] = random32();
		vfio_write(&vfio, REGS, random_below(i % 2 ? REGS_SIZE : 0x600), data,
			   1 + random_below(sizeof(data)));
	}
	check(dispi_get(ID) == 0xb0c5 && dispi_get(MEMORY_64K) == mbytes * 16,
	      "random writes bring nothing down");
	vfio_reset(&vfio);
}

/* The monitor. */

static __u32 edid_get(size_t offset)
{
	__u32 val;

	if (pread(vfio.fd, &val, sizeof(val), edid.offset + offset) != sizeof(val))
		die("a register of the monitor is read: %s", errno_name(errno));
	return val;
}

static int edid_put(size_t offset, __u32 val)
{
	return pwrite(vfio.fd, &val, sizeof(val), edid.offset + offset) == sizeof(val) ? 0 : -errno;
}

#define EDID_GET(field)		edid_get(offsetof(struct vfio_region_gfx_edid, field))
#define EDID_PUT(field, val)	edid_put(offsetof(struct vfio_region_gfx_edid, field), val)

static void test_edid_region(void)
{
	struct {
		struct vfio_region_info info;
		struct vfio_region_info_cap_type type;
	} ext = { .info = { .argsz = sizeof(ext), .index = EXTRA_REGION } };

	check_err(vfio_region_info(&vfio, EXTRA_REGION, &edid), 0, "a region for the monitor");
	check(edid.argsz == sizeof(ext) && edid.flags == (REGION_RW | VFIO_REGION_INFO_FLAG_CAPS) &&
	      !edid.cap_offset && edid.size == 0x1000, "it has more to tell than was asked for");
	check(!do_ioctl(vfio.fd, VFIO_DEVICE_GET_REGION_INFO, &ext) &&
	      ext.info.cap_offset == sizeof(ext.info) &&
	      ext.type.header.id == VFIO_REGION_INFO_CAP_TYPE && ext.type.header.version == 1 &&
	      !ext.type.header.next && ext.type.type == VFIO_REGION_TYPE_GFX &&
	      ext.type.subtype == VFIO_REGION_SUBTYPE_GFX_EDID, "which is what it is for");
}

static void test_edid_regs(void)
{
	check(EDID_GET(edid_offset) == EDID_BLOB && EDID_GET(edid_max_size) == EDID_MAX &&
	      EDID_GET(max_xres) == max_width && EDID_GET(max_yres) == max_height,
	      "it tells what the display can do");
	check(EDID_GET(link_state) == VFIO_DEVICE_GFX_LINK_STATE_DOWN && !EDID_GET(edid_size),
	      "there is no monitor");
	check_err(EDID_PUT(edid_offset, 0), -EINVAL, "what it tells is not written");
	check_err(EDID_PUT(edid_max_size, 1 << 30), -EINVAL, "nor made larger");
	check_err(EDID_PUT(max_xres, 1), -EINVAL, "nor made smaller");
	check_err(EDID_PUT(edid_size, EDID_MAX + 1), -EINVAL, "an EDID is too long");
	check_err(EDID_PUT(edid_size, 0xffffffff), -EINVAL, "far too long");
	check_err(EDID_PUT(link_state, 0), -EINVAL, "a link is up or down");
	check_err(EDID_PUT(link_state, 3), -EINVAL, "and not something else");
	check_err(edid_put(EDID_BLOB - 4, 1), -EINVAL, "before the EDID is nothing");
	check_err(edid_put(EDID_BLOB + EDID_MAX, 1), -EINVAL, "nor behind it");
	check(EDID_GET(edid_offset) == EDID_BLOB && EDID_GET(edid_max_size) == EDID_MAX &&
	      !EDID_GET(edid_size) && EDID_GET(link_state) == VFIO_DEVICE_GFX_LINK_STATE_DOWN,
	      "none of that has changed anything");
}

/* Of the EDID, so much is what was written; the rest of its place in BAR 2 is empty. */
static bool guest_sees(const char *blob, size_t len)
{
	char got[EDID_MAX], want[EDID_MAX] = {};

	memcpy(want, blob, len);
	return vfio_read(&vfio, REGS, 0, got, EDID_MAX) == EDID_MAX && !memcmp(got, want, EDID_MAX);
}

static void test_edid_link(void)
{
	char blob[EDID_MAX];
	unsigned int i;

	for (i = 0; i < EDID_MAX; i++)
		blob[i] = random32() | 1;
	check(pwrite(vfio.fd, blob, EDID_MAX, edid.offset + EDID_BLOB) == EDID_MAX, "an EDID");
	check_err(EDID_PUT(edid_size, 131), 0, "of 131 bytes");
	check(guest_sees(blob, 0), "while the link is down the guest does not see it");
	check_err(EDID_PUT(link_state, VFIO_DEVICE_GFX_LINK_STATE_UP), 0, "the link goes up");
	check(guest_sees(blob, 131), "the guest sees so much of it");
	check_err(EDID_PUT(edid_size, EDID_MAX), 0, "or all");
	check(guest_sees(blob, EDID_MAX), "which it sees");
	vfio_put(&vfio, REGS, 0, 4, ~0);
	check(guest_sees(blob, EDID_MAX), "and cannot write");
	check_err(EDID_PUT(link_state, VFIO_DEVICE_GFX_LINK_STATE_DOWN), 0, "the link goes down");
	check(guest_sees(blob, 0), "it is gone");
	vfio_reset(&vfio);
	check(EDID_GET(edid_size) == EDID_MAX, "a reset of the device changes no monitor");
}

/* Planes. */

static void test_plane_refused(bool dmabuf)
{
	static const __u32 bad[] = { 0, 4, 6, 7, 8, 10, 0x80000002 };
	struct vfio_device_gfx_plane_info plane;
	int err = dmabuf ? -EINVAL : -ENOTTY;
	unsigned int i;

	check_err(query_plane(VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_DMABUF, 0, &plane),
		  dmabuf ? 0 : -ENOTTY, "does it show its picture by dma-bufs?");
	check_err(query_plane(VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION, 0, &plane),
		  err, "it does not by a region");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		check_err(query_plane(bad[i], PRIMARY, &plane), err, "nor by %#x", bad[i]);
	plane.argsz = offsetof(struct vfio_device_gfx_plane_info, dmabuf_id) + 3;
	plane.flags = VFIO_GFX_PLANE_TYPE_DMABUF;
	check_err(do_ioctl(vfio.fd, VFIO_DEVICE_QUERY_GFX_PLANE, &plane), err,
		  "a plane's argsz is too small");
}

/* Returns the id of what is shown, or 0. */
static __u32 shown(struct vfio_device_gfx_plane_info *plane)
{
	if (query_plane(VFIO_GFX_PLANE_TYPE_DMABUF, PRIMARY, plane))
		die("the plane is asked for: %s", errno_name(errno));
	if (!plane->drm_format && !plane->width && !plane->height && !plane->stride && !plane->size)
		return 0;
	return plane->dmabuf_id;
}

static int get_dmabuf(__u32 id)
{
	int fd = ioctl(vfio.fd, VFIO_DEVICE_GET_GFX_DMABUF, &id);

	return fd < 0 ? -errno : fd;
}

static void test_planes(void)
{
	struct vfio_device_gfx_plane_info plane;
	__u32 first, second, type;

	check(!shown(&plane) && !plane.dmabuf_id, "nothing is shown");
	check_err(get_dmabuf(0), -ENOENT, "which cannot be had");
	check_err(get_dmabuf(1), -ENOENT, "nor something else");
	set_mode(640, 480, 1024, 0, 0);
	first = shown(&plane);
	check(first && plane.drm_format == XRGB8888 && plane.width == 640 && plane.height == 480 &&
	      plane.stride == 4096 && plane.size == 480 * 4096 && !plane.drm_format_mod &&
	      !plane.x_pos && !plane.y_pos && !plane.x_hot && !plane.y_hot,
	      "a mode is shown, the first time that it is asked for");
	check(shown(&plane) == first, "and has the same id the next time");
	for (type = 0; type < 4; type++) {
		check(type == PRIMARY || (!query_plane(VFIO_GFX_PLANE_TYPE_DMABUF, type, &plane) &&
					  !plane.drm_format && !plane.size && !plane.dmabuf_id),
		      "plane %u: only the first one", type);
	}
	set_mode(640, 480, 1024, 0, 480);
	second = shown(&plane);
	check(second && second != first, "another part of the memory is something else");
	set_mode(640, 480, 1024, 0, 0);
	check(shown(&plane) == first, "and the first is what it was");
	dispi_put(ENABLE, 0);
	check(!shown(&plane), "the display is off");
}

/* What a mode is, said in another way than the sample says it. */
static bool mode_shows(const __u16 *r)
{
	__u64 line = (r[VIRT_WIDTH] > r[XRES] ? r[VIRT_WIDTH] : r[XRES]) * 4ULL;
	__u64 begin = r[Y_OFFSET] * line + r[X_OFFSET] * 4ULL;
	__u64 end = begin + r[YRES] * line;

	return r[ENABLE] & 1 && r[BPP] == 32 && r[XRES] >= 64 && r[YRES] >= 64 &&
	       begin % 4096 == 0 && (end + 4095) / 4096 <= mbytes * 256ULL;
}

static void random_mode(__u16 *r)
{
	unsigned int reg;

	for (reg = 1; reg < MEMORY_64K; reg++)
		r[reg] = random_below(4) ? random_below(1200) : random32();
	if (random_below(8)) {
		r[ENABLE] |= 1;
		r[BPP] = 32;
		r[X_OFFSET] = random_below(2) * 1024;
		r[VIRT_WIDTH] = random_below(3) * 1024;
	}
	for (reg = 1; reg < MEMORY_64K; reg++)
		dispi_put(reg, r[reg]);
}

static void test_random_modes(void)
{
	struct vfio_device_gfx_plane_info plane;
	unsigned int i, shows = 0;
	__u16 regs[NR_DISPI];
	bool good = true;
	int fd;

	for (i = 0; i < repeats && good; i++) {
		random_mode(regs);
		good = !shown(&plane) != mode_shows(regs);
		if (!shown(&plane))
			continue;
		shows++;
		fd = get_dmabuf(plane.dmabuf_id);
		good = good && plane.width == regs[XRES] && plane.height == regs[YRES] && fd >= 0 &&
		       lseek(fd, 0, SEEK_END) == plane.size && plane.size % 4096 == 0 &&
		       plane.size >= (__u64)plane.stride * plane.height;
		close(fd);
	}
	check(good && shows && shows < i, "of %u random modes %u can be shown and are", i, shows);
	vfio_reset(&vfio);
}

static char *map_dmabuf(int fd, size_t size)
{
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		die("a dma-buf is mapped: %s", errno_name(errno));
	return memory;
}

/* Another driver maps it for its device. */
static void test_import(const char *drm, int fd)
{
	struct drm_prime_handle prime = { .fd = fd };
	struct drm_gem_close gem = {};
	int node = open_or_die(drm);

	check_err(do_ioctl(node, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime), 0,
		  "a graphics driver takes it");
	gem.handle = prime.handle;
	check_err(do_ioctl(node, DRM_IOCTL_GEM_CLOSE, &gem), 0, "and gives it back");
	close(node);
}

static void test_picture(const char *drm)
{
	struct vfio_device_gfx_plane_info plane;
	char *memory = map_region(&vfio.region[0]), *picture;
	__u32 id;
	int fd;

	/* Its length is no multiple of a page. */
	set_mode(800, 600, 800, 0, 0);
	id = shown(&plane);
	check(id && plane.size == 469 * 4096, "a picture has whole pages");
	fd = get_dmabuf(id);
	if (!check(fd >= 0, "it is a dma-buf"))
		die("a dma-buf: %s", errno_name(fd));
	picture = map_dmabuf(fd, plane.size);
	picture_paint(memory, 800, 600, 3200);
	check(!picture_wrong(picture, 800, 600, 3200), "which shows what is painted");
	test_import(drm, fd);
	check(mmap(NULL, plane.size + 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED,
	      "and no more");
	check(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED, "not as a copy");
	munmap(picture, plane.size);
	close(fd);

	set_mode(640, 480, 1024, 0, 500);
	picture_paint(memory + 500 * 4096, 640, 480, 4096);
	fd = get_dmabuf(shown(&plane));
	picture = map_dmabuf(fd, plane.size);
	check(!picture_wrong(picture, 640, 480, plane.stride), "as it does in the midst of memory");
	munmap(picture, plane.size);
	close(fd);
	munmap(memory, vfio.region[0].size);
}

/* A guest can show any number of modes. The last ones are remembered. */
static void test_many_modes(void)
{
	struct vfio_device_gfx_plane_info plane;
	__u32 ids[4 * REMEMBERED];
	unsigned int i, j;
	bool good = true;
	int fd;

	for (i = 0; i < 4 * REMEMBERED; i++) {
		set_mode(100 + i, 100, 1024, 0, 0);
		ids[i] = shown(&plane);
		for (j = 0; j < i; j++)
			good = good && ids[j] != ids[i];
	}
	check(good, "each mode has an id");
	for (i = 3 * REMEMBERED; i < 4 * REMEMBERED; i++) {
		fd = get_dmabuf(ids[i]);
		good = good && fd >= 0;
		close(fd);
	}
	check(good, "the last ones can be had");
	check_err(get_dmabuf(ids[0]), -ENOENT, "the first not any more");
	vfio_reset(&vfio);
}

/* The memory that is left for slices of the smallest type, of 4 MB each. */
static int left(void)
{
	FILE *file = fopen(SMALL_TYPE "/available_instances", "r");
	int nr = -1;

	if (!file || fscanf(file, "%d", &nr) != 1)
		die("the number of slices that can be made is read");
	fclose(file);
	return nr;
}

static bool is_zero(const char *memory, size_t size)
{
	return !memory[0] && !memcmp(memory, memory + 1, size - 1);
}

static void test_next_user(const char *slice)
{
	char *memory = map_region(&vfio.region[0]);

	picture_paint(memory, 800, 600, 3200);
	munmap(memory, vfio.region[0].size);
	set_mode(800, 600, 800, 0, 0);
	config_put(&vfio, PCI_COMMAND, 2, 0xffff);
	EDID_PUT(edid_size, 128);
	vfio_close(&vfio);
	vfio_open(&vfio, slice);
	memory = map_region(&vfio.region[0]);
	check(is_zero(memory, vfio.region[0].size), "the next user sees no picture of the last");
	check(dispi_new() && !config_get(&vfio, PCI_COMMAND, 2) && !EDID_GET(edid_size),
	      "and nothing else");
	munmap(memory, vfio.region[0].size);
}

/* A picture of the video memory, mapped. */
static char *shown_picture(size_t *size)
{
	struct vfio_device_gfx_plane_info plane;
	char *picture;
	int fd;

	set_mode(800, 600, 800, 0, 0);
	fd = get_dmabuf(shown(&plane));
	if (fd < 0)
		die("a dma-buf: %s", errno_name(fd));
	picture = map_dmabuf(fd, plane.size);
	close(fd);
	*size = plane.size;
	return picture;
}

/* Who keeps a dma-buf neither sees what is painted next, nor keeps anybody from doing so. */
static void test_former_user(const char *slice, const char *former, size_t size)
{
	char *memory, *picture;

	vfio_open(&vfio, slice);
	memory = map_region(&vfio.region[0]);
	picture = shown_picture(&size);
	check(is_zero(memory, vfio.region[0].size) && is_zero(picture, size),
	      "the next user sees nothing of it");
	memset(memory, 0x5a, vfio.region[0].size);
	check(!memcmp(memory, picture, size), "and has a dma-buf of its own");
	check(!picture_wrong(former, 800, 600, 3200), "the former one shows nothing of that");
	munmap(memory, vfio.region[0].size);
	munmap(picture, size);
	vfio_close(&vfio);
}

/* A dma-buf is there for as long as somebody wants it, whatever becomes of the device. */
static void test_lasting(const char *slice)
{
	char *memory, *picture;
	int before = left();
	size_t size;

	memory = map_region(&vfio.region[0]);
	picture_paint(memory, 800, 600, 3200);
	munmap(memory, vfio.region[0].size);
	picture = shown_picture(&size);
	vfio_close(&vfio);
	check(!picture_wrong(picture, 800, 600, 3200), "a dma-buf lasts when the device is closed");
	test_former_user(slice, picture, size);
	check_err(slice_remove(slice), 0, "the slice is removed");
	check(!picture_wrong(picture, 800, 600, 3200), "the dma-buf lasts");
	check(left() == before + (int)mbytes / 4, "the slice's memory can be had by others");
	munmap(picture, size);
}

static void test_display(const char *slice, const char *drm)
{
	test_planes();
	test_random_modes();
	test_picture(drm);
	test_many_modes();
	test_next_user(slice);
	test_lasting(slice);
}

int main(int argc, char **argv)
{
	bool dmabuf;

	if (argc != 7)
		return 2;
	mbytes = atoi(argv[2]);
	max_width = atoi(argv[3]);
	max_height = atoi(argv[4]);
	repeats = atoi(argv[5]);
	dmabuf = strcmp(argv[6], "none");
	vfio_open(&vfio, argv[1]);
	check_info();
	check_regions((__u64)mbytes << 20, REGS_SIZE);
	test_edid_region();
	check_irqs();
	check_ids(0x1234, 0x1111);
	check(!config_get(&vfio, PCI_STATUS, 2), "it has no capabilities");
	check_bar(0, PCI_BASE_ADDRESS_MEM_PREFETCH);
	check_bar(2, 0);
	check_random_config();
	test_dispi();
	test_random_regs();
	test_edid_regs();
	test_edid_link();
	check_edges(&edid);
	check_memory(&vfio.region[0]);
	check_maps(&vfio.region[0]);
	test_plane_refused(dmabuf);
	if (dmabuf) {
		test_display(argv[1], argv[6]);
	} else {
		test_next_user(argv[1]);
		vfio_close(&vfio);
	}
	return 0;
}
