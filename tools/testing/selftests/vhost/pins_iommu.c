// SPDX-License-Identifier: GPL-2.0
/*
 * pins_iommu SLICE OTHER: a device behind an IOMMU, which two slices share
 */
#include "copier.h"

#define IOVA	0x100000ULL

/* The device is done; whether anything came through is seen in memory. */
static void copy(struct copier *c, __u64 from, __u64 to)
{
	if (!copier_copy(c, from, to, PATIENCE_MS))
		die("the device is done");
}

static void test_range(struct copier *c)
{
	struct vhost_vdpa_iova_range range = {};
	char *mem = pages_new(1, 0);

	check(!vhost_get_iova_range(c->fd, &range) && range.first == PAGE &&
	      range.last == BIT(28) - 1, "the device has a range of addresses");
	check_err(iotlb_update(c->fd, 0, BIT(28), PAGE, mem, PERM_RW), -EINVAL,
		  "nothing is mapped beyond");
	munmap(mem, PAGE);
}

static void test_copy(struct copier *c)
{
	char *mem = pages_new(8, 0);

	memset(mem, 'a', COPY);
	check_err(iotlb_update(c->fd, 0, IOVA, 8 * PAGE, mem, PERM_RW), 0, "memory is mapped");
	check(pinned_kb() == 32, "and pinned");
	copy(c, IOVA, IOVA + 7 * PAGE);
	check(!memcmp(mem, mem + 7 * PAGE, COPY), "the device reads and writes it");
	check_err(iotlb_invalidate(c->fd, 0, IOVA + 3 * PAGE, PAGE), 0,
		  "a page amid is unmapped");
	memset(mem, 'b', COPY);
	copy(c, IOVA, IOVA + 7 * PAGE);
	check(!memcmp(mem, mem + 7 * PAGE, COPY), "the device reaches what is around");
	copy(c, IOVA, IOVA + 3 * PAGE);
	check(!mem[3 * PAGE], "and does not write what was unmapped");
	check_err(iotlb_invalidate(c->fd, 0, IOVA, 8 * PAGE), 0, "all is unmapped");
	memset(mem, 'c', COPY);
	copy(c, IOVA, IOVA + 7 * PAGE);
	check(mem[7 * PAGE] == 'b', "nothing is reached any more");
	check(!pinned_kb(), "nothing is pinned");
	munmap(mem, 8 * PAGE);
}

static void test_perm(struct copier *c)
{
	char *mem = pages_new(2, 'r');

	mem[PAGE] = 'w';
	check_err(iotlb_update(c->fd, 0, IOVA, PAGE, mem, PERM_R), 0,
		  "memory is mapped for reading");
	check_err(iotlb_update(c->fd, 0, IOVA + PAGE, PAGE, mem + PAGE, PERM_RW), 0,
		  "and other for both");
	copy(c, IOVA + PAGE, IOVA);
	check(mem[0] == 'r', "the one is not written");
	copy(c, IOVA, IOVA + PAGE);
	check(mem[PAGE] == 'r', "the other is");
	check_err(iotlb_invalidate(c->fd, 0, IOVA, 2 * PAGE), 0, "both are unmapped");
	munmap(mem, 2 * PAGE);
}

/* Large pages of memory may become large pages of the IOMMU, which are cut. */
static void test_large(struct copier *c)
{
	size_t size = 4 << 20;
	char *mem = mmap(NULL, size + (2 << 20), PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mem = (char *)(((unsigned long)mem + (2 << 20) - 1) & ~((2UL << 20) - 1));
	madvise(mem, size, MADV_HUGEPAGE);
	memset(mem, 0, size);
	memset(mem, 'l', COPY);
	check_err(iotlb_update(c->fd, 0, 2 << 20, size, mem, PERM_RW), 0,
		  "4 MiB of large pages are mapped");
	check_err(iotlb_invalidate(c->fd, 0, (3 << 20) + PAGE, PAGE), 0,
		  "a small page amid is unmapped");
	copy(c, 2 << 20, (6 << 20) - PAGE);
	check(mem[size - PAGE] == 'l', "the device reaches what is around");
	memset(mem + (1 << 20), 'm', COPY);
	copy(c, 3 << 20, (3 << 20) + 2 * PAGE);
	check(mem[(1 << 20) + 2 * PAGE] == 'm', "up to its neighbours");
	copy(c, 2 << 20, (3 << 20) + PAGE);
	check(!mem[(1 << 20) + PAGE], "and not it");
	check(pinned_kb() == (long)(size - PAGE) / 1024, "all others are pinned");
}

/* The same page over and over counts once, and still has an end. */
static void test_runs(struct copier *c)
{
	char *mem = pages_new(1, 0);
	int err = 0, nr;

	for (nr = 0; !err && nr < 32000; nr++)
		err = iotlb_update(c->fd, 0, (1 + 2 * nr) * PAGE, PAGE, mem, PERM_R);
	check_err(err, -ENOSPC, "a page can be mapped often, and not without end");
	comment("%d times", nr);
	check(pinned_kb() == 4, "it counts once");
	check_err(iotlb_invalidate(c->fd, 0, 0, ~0ULL), 0, "all is unmapped");
	check(!pinned_kb(), "nothing is pinned");
	munmap(mem, PAGE);
}

int main(int argc, char **argv)
{
	struct copier one;

	if (argc != 3)
		return 2;
	copier_open(&one, argv[1]);
	check_err(node_try_open(argv[2]), -EBUSY,
		  "the IOMMU has one domain for the device: the other slice has to wait");
	test_range(&one);
	test_copy(&one);
	test_perm(&one);
	test_runs(&one);
	test_large(&one);
	/* What is still mapped goes with the file. */
	copier_close(&one);
	check(!pinned_kb(), "nothing is pinned when the node is closed");
	copier_open(&one, argv[2]);
	check(true, "now the other slice opens");
	test_copy(&one);
	return 0;
}
