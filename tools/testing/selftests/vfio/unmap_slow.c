// SPDX-License-Identifier: GPL-2.0
/*
 * unmap_slow SLICE OTHER: memory with the rings of a slice is unmapped, while the memory of
 * another one in the same container comes so slowly that the core has long told the former
 * when it is through with the latter. It finds nothing pinned again all the same, or else it
 * would bring the kernel down.
 */
/* libs: -lpthread */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "nic.h"

#define PAGE		0x1000

/* The other one's memory, and what comes slowly: more pages than a turn has frames. */
#define OTHER_IOVA	0x200000000ULL
#define SLOW_IOVA	0x300000000ULL
#define SLOW_PAGES	128

/* A turn of 64 frames takes three seconds. */
#define SLOW_US		50000

static struct nic nic, other;
static char *slow;
static int uffd;
static unsigned int served;
static bool calm, unmapped;
static int unmap_err;

/* Each page is missing again when the next one has been brought in. */
static void *serve(void *arg)
{
	struct uffdio_zeropage zero = { .range.len = PAGE };
	unsigned long last = 0;
	struct uffd_msg msg;

	while (read(uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		usleep(SLOW_US);
		zero.range.start = msg.arg.pagefault.address & ~(PAGE - 1UL);
		if (ioctl(uffd, UFFDIO_ZEROPAGE, &zero))
			die("a page is brought in: %s", errno_name(errno));
		if (last)
			madvise((void *)last, PAGE, MADV_DONTNEED);
		last = zero.range.start;
		store(served, served + 1);
	}
	return NULL;
}

static void slow_init(void)
{
	struct uffdio_register reg = {
		.range.len = SLOW_PAGES * PAGE,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };
	pthread_t thread;

	slow = mmap(NULL, SLOW_PAGES * PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	reg.range.start = (unsigned long)slow;
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (slow == MAP_FAILED || uffd < 0 || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg) || pthread_create(&thread, NULL, serve, NULL))
		die("memory that comes slowly: %s", errno_name(errno));
}

/* The other one's queue always has frames, all of them slow. */
static void *send_slow(void *arg)
{
	struct seg segs[2] = { { OTHER_IOVA + NIC_BUFS, HDR_LEN }, { SLOW_IOVA, 100 } };
	unsigned int nr = 0;

	while (!load(calm)) {
		nic_reap(&other);
		while (ring_add(&other.tx, segs, 2, 0) >= 0)
			segs[1].iova = SLOW_IOVA + ++nr % SLOW_PAGES * PAGE;
		nic_kick(&other, &other.tx);
		usleep(10000);
	}
	return NULL;
}

static void *kick(void *arg)
{
	while (!load(calm)) {
		nic_notify(&nic, &nic.tx);
		usleep(10000);
	}
	return NULL;
}

static void *unmap(void *arg)
{
	unmap_err = vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BYTES);
	store(unmapped, true);
	return NULL;
}

/* In the container of the other one, which has been there before: it is told later. */
static void open_beside(const char *slice)
{
	struct vfio *vfio = &nic.vfio;
	char path[300];

	nic_prepare(&nic, slice, nic_memory());
	vfio_find_uuid(vfio);
	vfio_group_path(vfio, path, sizeof(path));
	vfio->container = dup(other.vfio.container);
	vfio->group = open_or_die(path);
	if (do_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container))
		die("%s is in the same container", slice);
	vfio->fd = vfio_try_device(vfio);
	if (vfio->fd < 0)
		die("%s opens: %s", slice, errno_name(vfio->fd));
	vfio_look(vfio);
	nic_set_up(&nic);
	nic_choose(&nic, 0);
	nic_start(&nic, NIC_BYTES);
}

static void open_other(const char *slice)
{
	nic_init(&other, slice, nic_memory(), 0);
	other.rx.iova = OTHER_IOVA + NIC_RX;
	other.tx.iova = OTHER_IOVA + NIC_TX;
	slow_init();
	if (vfio_map(&other.vfio, OTHER_IOVA, NIC_BYTES, other.mem) ||
	    vfio_map(&other.vfio, SLOW_IOVA, SLOW_PAGES * PAGE, slow) || !nic_negotiate(&other))
		die("%s starts", slice);
	nic_place_right(&other, &other.rx);
	nic_place_right(&other, &other.tx);
	virtio_set_status(&other.vfio, S_DRIVER_OK);
}

/* What is pinned for devices counts as locked memory of who has mapped it. */
static unsigned long locked_kb(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long kb = ~0UL;
	char line[200];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmLck: %lu", &kb) == 1)
			break;
	if (kb == ~0UL)
		die("locked memory is told");
	fclose(file);
	return kb;
}

/* Until it is through: pages may be given back, but none is pinned. */
static void check_unmap(void)
{
	double end = now() + 100;
	unsigned long kb, low = locked_kb();
	bool more = false;

	while (!load(unmapped) && now() < end) {
		kb = locked_kb();
		more = more || kb > low;
		low = kb < low ? kb : low;
		usleep(10000);
	}
	check(load(unmapped), "an unmap comes to its end");
	check(!more, "nothing is pinned meanwhile");
}

static void test_unmap(void)
{
	static void *(*const all[])(void *) = { send_slow, kick, unmap };
	pthread_t threads[3];
	double begin;
	unsigned int i;

	pthread_create(&threads[0], NULL, all[0], NULL);
	while (load(served) < 3)
		usleep(10000);
	begin = now();
	for (i = 1; i < 3; i++)
		pthread_create(&threads[i], NULL, all[i], NULL);
	check_unmap();
	comment("%.3f s", now() - begin);
	store(calm, true);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	check_err(unmap_err, 0, "and well");
	check_err(vfio_unmap(&nic.vfio, NIC_IOVA, NIC_BYTES), -ENXIO, "nothing is left");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	open_other(argv[2]);
	open_beside(argv[1]);
	check_nic(&nic, 5, "frames pass");
	test_unmap();
	virtio_set_status(&other.vfio, 0);
	virtio_set_status(&nic.vfio, 0);
	nic_start(&nic, NIC_BYTES);
	check_nic(&nic, 5, "mapped again, they do again");
	vfio_close(&nic.vfio);
	vfio_close(&other.vfio);
	return 0;
}
