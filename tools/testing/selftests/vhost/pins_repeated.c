// SPDX-License-Identifier: GPL-2.0
/*
 * pins_repeated SLICE: one page is mapped again and again, and each time is pinned
 */
#include "copier.h"

#define IOVA	0x100000ULL
#define TIMES	16384UL	/* each message */
#define TOO_MANY	20	/* messages */

/* So many mappings want memory that is pinned, of which this much is in large pages. */
#define LARGES	160
#define LARGES_IOVA	0x100000000ULL

static struct copier one;

/* The page at many addresses in a row. */
static char *page_repeated(void)
{
	int fd = memfd_create("repeated", 0);
	char *mem = pages_new(TIMES, 0);
	size_t i;

	if (fd < 0 || ftruncate(fd, PAGE))
		die("a memfd");
	for (i = 0; i < TIMES; i++) {
		if (mmap(mem + i * PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			die("a page is mapped again");
	}
	close(fd);
	return mem;
}

static void map_large(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < LARGES; i++) {
		err = iotlb_update(one.fd, 0, LARGES_IOVA + i * LARGE, LARGE, page_large(1),
				   PERM_RW);
		if (err)
			die("large page %u: %s", i, errno_name(err));
	}
}

int main(int argc, char **argv)
{
	unsigned long i;
	char *mem;
	int err = 0;

	if (argc != 2)
		return 2;
	copier_open(&one, argv[1]);
	map_large();
	mem = page_repeated();
	for (i = 0; i < TOO_MANY && !err; i++)
		err = iotlb_update(one.fd, 0, IOVA + i * TIMES * PAGE, TIMES * PAGE, mem,
				   PERM_RW);
	check_err(err, -ENOSPC, "a page is not mapped without end");
	comment("it is %lu times", (i - 1) * TIMES);
	check(i > 8, "but more often than anybody wants");
	check_err(iotlb_update(one.fd, 0, IOVA + i * TIMES * PAGE, PAGE, pages_new(1, 1),
			       PERM_RW), 0, "another one still is");
	check_err(iotlb_invalidate(one.fd, 0, 0, ~0ULL), 0, "all is unmapped");
	check_err(iotlb_update(one.fd, 0, IOVA, TIMES * PAGE, mem, PERM_RW), 0,
		  "then it is mapped again");
	copier_close(&one);
	return 0;
}
