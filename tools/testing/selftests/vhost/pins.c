// SPDX-License-Identifier: GPL-2.0
/*
 * pins ONE OTHER: two devices that reach memory by themselves
 */
#include <linux/capability.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "copier.h"

#define load(x)		__atomic_load_n(&(x), __ATOMIC_ACQUIRE)
#define store(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELEASE)

/* libs: -lpthread */

#define IOVA	0x100000ULL

static struct copier one, other;

static int map(struct copier *c, __u64 iova, size_t nr, const void *va, __u8 perm)
{
	return iotlb_update(c->fd, 0, iova, nr * PAGE, va, perm);
}

static int unmap(struct copier *c, __u64 iova, size_t nr)
{
	return iotlb_invalidate(c->fd, 0, iova, nr * PAGE);
}

static void check_pinned(long pages, const char *text)
{
	long kb = pinned_kb();

	if (!check(kb == (long)(pages * PAGE / 1024), "%s", text))
		comment("%ld kB and not %ld", kb, (long)(pages * PAGE / 1024));
}

static void test_refused(void)
{
	char *mem = pages_new(4, 1);
	char *unreadable = pages_new(1, 1);

	mprotect(unreadable, PAGE, PROT_NONE);
	check_err(iotlb_update(one.fd, 0, IOVA + 512, PAGE, mem, PERM_RW), -EINVAL,
		  "an address within a page is refused");
	check_err(iotlb_update(one.fd, 0, IOVA, PAGE, mem + 512, PERM_RW), -EINVAL,
		  "so is a user address within a page");
	check_err(iotlb_update(one.fd, 0, IOVA, PAGE + 512, mem, PERM_RW), -EINVAL,
		  "and a part of a page");
	check_err(iotlb_update(one.fd, 0, IOVA, PAGE, mem, 0), -EINVAL, "and no access");
	check_err(map(&one, IOVA, 1, unreadable, PERM_R), -EFAULT,
		  "memory that may not be read cannot be mapped");
	check_err(map(&one, IOVA, 1, (void *)-PAGE, PERM_R), -EFAULT,
		  "nor can that of the kernel");
	check_pinned(0, "nothing is pinned");
	check_err(map(&one, IOVA, 2, mem, PERM_RW), 0, "two pages are mapped");
	check_err(map(&one, IOVA + PAGE, 1, mem, PERM_RW), -EEXIST, "once");
	check_err(iotlb_invalidate(one.fd, 0, IOVA, 0), -EINVAL, "nothing is unmapped");
	check_err(iotlb_invalidate(one.fd, 0, IOVA, 512), -EINVAL, "nor half a page");
	check_pinned(2, "two pages are pinned");
	check_err(unmap(&one, IOVA, 2), 0, "they are unmapped");
	check_err(unmap(&one, IOVA, 2), 0, "what is not mapped can be");
	check_pinned(0, "nothing is pinned");
	munmap(mem, 4 * PAGE);
	munmap(unreadable, PAGE);
}

/* All or nothing. */
static void test_hole(void)
{
	char *mem = pages_new(8, 1);

	munmap(mem + 5 * PAGE, PAGE);
	check_err(map(&one, IOVA, 8, mem, PERM_RW), -EFAULT, "memory with a hole is refused");
	check_pinned(0, "nothing stays pinned");
	check_err(map(&one, IOVA, 5, mem, PERM_RW), 0, "nor mapped: what is there can be");
	check_err(unmap(&one, IOVA, 8), 0, "and unmapped");
	munmap(mem, 8 * PAGE);
}

static void test_once(void)
{
	int fd = memfd_create("pins", 0);
	char *mem = pages_new(64, 1), *a, *b;

	check_err(map(&one, IOVA, 64, mem, PERM_RW), 0, "memory is mapped");
	check_pinned(64, "it counts");
	check_err(map(&other, IOVA, 64, mem, PERM_RW), 0, "another device maps the same");
	check_pinned(64, "it counts once");
	check_err(map(&other, IOVA + 64 * PAGE, 32, mem, PERM_R), 0, "and a part of it again");
	check_pinned(64, "it counts once");
	check_err(unmap(&one, IOVA, 64), 0, "one unmaps it");
	check_pinned(64, "it counts as long as it is pinned");
	check_err(unmap(&other, IOVA + 16 * PAGE, 48), 0, "the other unmaps some");
	check_pinned(32, "what is pinned still counts");
	check_err(unmap(&other, 0x1000, 1024), 0, "and all");
	check_pinned(0, "nothing counts");

	if (fd < 0 || ftruncate(fd, 4 * PAGE))
		die("a memfd");
	a = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	b = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check_err(map(&one, IOVA, 4, a, PERM_RW) ?: map(&other, IOVA, 4, b, PERM_RW), 0,
		  "the same memory at two addresses is mapped");
	check_pinned(4, "it counts once");
	check_err(unmap(&one, IOVA, 4) ?: unmap(&other, IOVA, 4), 0, "it is unmapped");
	check_pinned(0, "nothing counts");
	munmap(a, 4 * PAGE);
	munmap(b, 4 * PAGE);
	munmap(mem, 64 * PAGE);
	close(fd);
}

static void test_copy(void)
{
	char *mem = pages_new(16, 0), *was = mem;

	memset(mem, 'a', COPY);
	check_err(map(&one, IOVA, 16, mem, PERM_RW), 0, "memory is mapped");
	check(copier_copy(&one, IOVA, IOVA + 15 * PAGE, PATIENCE_MS) &&
	      !memcmp(mem + 15 * PAGE, mem, COPY), "the device reads and writes it");
	check_err(unmap(&one, IOVA + 7 * PAGE, 2), 0, "two pages amid are unmapped");
	check_pinned(14, "they are not pinned any more");
	memset(mem, 'b', COPY);
	check(copier_copy(&one, IOVA, IOVA + 15 * PAGE, PATIENCE_MS) &&
	      !memcmp(mem + 15 * PAGE, mem, COPY), "the device reaches what is around");
	copier_copy(&one, IOVA, IOVA + 7 * PAGE, 700);
	check(!mem[7 * PAGE], "and does not write what was unmapped");

	/* What the process does with its addresses does not move pages. */
	mem = mmap(was, 16 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	memset(mem, 'c', COPY);
	check_err(map(&other, IOVA, 16, mem, PERM_RW), 0,
		  "other memory at the same user address is mapped");
	check_pinned(30, "it counts as well");
	check(copier_copy(&other, IOVA, IOVA + 15 * PAGE, PATIENCE_MS) &&
	      !memcmp(mem + 15 * PAGE, mem, COPY), "it is what the device reaches");
	check_err(unmap(&one, IOVA, 16) ?: unmap(&other, IOVA, 16), 0, "all is unmapped");
	check_pinned(0, "nothing is pinned");
	munmap(mem, 16 * PAGE);
}

static void test_perm(void)
{
	char *mem = pages_new(2, 0);

	mem[0] = 'x';
	mprotect(mem, PAGE, PROT_READ);
	check_err(map(&one, IOVA, 1, mem, PERM_RW), -EFAULT,
		  "memory that is read-only cannot be mapped for writing");
	check_err(map(&one, IOVA, 1, mem, PERM_R), 0, "it can for reading");
	check_err(map(&one, IOVA + PAGE, 1, mem + PAGE, PERM_W), 0, "and other for writing");
	check(copier_copy(&one, IOVA, IOVA + PAGE, PATIENCE_MS) && mem[PAGE] == 'x',
	      "the device reads the one and writes the other");
	mem[PAGE] = 'y';
	copier_copy(&one, IOVA + PAGE, IOVA, 700);
	check(mem[0] == 'x', "and does not write the one");
	check_err(unmap(&one, IOVA, 2), 0, "both are unmapped");
	munmap(mem, 2 * PAGE);
}

/* Random mappings against a model, by what the device copies. */

#define UNITS	64
#define STEPS	400

static struct {
	bool mapped;
	unsigned int page;
} model[UNITS];

static void step_map(char *mem, unsigned int first, unsigned int nr)
{
	unsigned int page = random_below(UNITS), i;
	bool overlaps = false;
	int err;

	for (i = 0; i < nr; i++)
		overlaps |= model[first + i].mapped;
	err = map(&one, IOVA + first * PAGE, nr, mem + page * PAGE, PERM_RW);
	if (err != (overlaps ? -EEXIST : 0))
		die("mapping %u..%u: %s", first, first + nr - 1, errno_name(err));
	for (i = 0; !err && i < nr; i++) {
		model[first + i].mapped = true;
		model[first + i].page = page + i;
	}
}

static void step_unmap(unsigned int first, unsigned int nr)
{
	int err = unmap(&one, IOVA + first * PAGE, nr);
	unsigned int i;

	if (err)
		die("unmapping %u..%u: %s", first, first + nr - 1, errno_name(err));
	for (i = 0; i < nr; i++)
		model[first + i].mapped = false;
}

static bool step_copy(char *mem, unsigned int from, unsigned int to, unsigned int step)
{
	bool want = model[from].mapped && model[to].mapped;
	char *source = mem + model[from].page * PAGE;
	char *target = mem + model[to].page * PAGE;

	if (!want)
		return false;
	snprintf(source, COPY, "step %u", step);
	if (!copier_copy(&one, IOVA + from * PAGE, IOVA + to * PAGE, PATIENCE_MS))
		die("%u to %u, step %u: not copied", from, to, step);
	if (memcmp(source, target, COPY))
		die("%u to %u, step %u: copied elsewhere", from, to, step);
	return true;
}

static long model_pinned(void)
{
	bool used[2 * UNITS] = {};
	unsigned int i;
	long nr = 0;

	for (i = 0; i < UNITS; i++) {
		if (model[i].mapped && !used[model[i].page])
			nr++;
		if (model[i].mapped)
			used[model[i].page] = true;
	}
	return nr;
}

static void test_model(unsigned int steps)
{
	char *mem = pages_new(2 * UNITS, 0);
	unsigned int step, first, nr, copies = 0;

	random_seed(7);
	for (step = 0; step < steps; step++) {
		first = random_below(UNITS);
		nr = 1 + random_below(UNITS - first < 24 ? UNITS - first : 24);
		if (random_below(2))
			step_map(mem, first, nr);
		else
			step_unmap(first, nr);
		copies += step_copy(mem, random_below(UNITS), random_below(UNITS), step);
		if (pinned_kb() != (long)(model_pinned() * PAGE / 1024))
			die("step %u: %ld kB are pinned and not %ld", step, pinned_kb(),
			    (long)(model_pinned() * PAGE / 1024));
	}
	check(copies > 0, "%u random mappings, %u copies: all as it should be", steps, copies);
	check_err(unmap(&one, IOVA, UNITS), 0, "all is unmapped");
	check_pinned(0, "nothing is pinned");
	munmap(mem, 2 * UNITS * PAGE);
}

/* Several address spaces. */
static void test_asids(void)
{
	char *mem = pages_new(4, 0);
	__u32 nr = 0;

	if (vhost_get_as_num(one.fd, &nr) || nr < 2)
		return;
	memset(mem, 'd', COPY);
	memset(mem + PAGE, 'e', COPY);
	check_err(map(&one, IOVA, 3, mem, PERM_RW), 0, "memory in address space 0");
	check_err(iotlb_update(one.fd, 1, IOVA, 2 * PAGE, mem + PAGE, PERM_RW), 0,
		  "and other at the same address in address space 1");
	check(copier_copy(&one, IOVA, IOVA + 2 * PAGE, PATIENCE_MS) && mem[2 * PAGE] == 'd',
	      "a virtqueue is in address space 0");
	one.asid = 1;
	check(copier_copy(&one, IOVA, IOVA + PAGE, PATIENCE_MS) && mem[2 * PAGE] == 'e',
	      "or in address space 1, if it is told");
	one.asid = 0;
	check(copier_copy(&one, IOVA, IOVA + 2 * PAGE, PATIENCE_MS) && mem[2 * PAGE] == 'd',
	      "and after a reset in address space 0");
	check_err(unmap(&one, IOVA, 3), 0, "address space 0 is unmapped");
	check_pinned(2, "the other one is not");
	check_err(iotlb_invalidate(one.fd, 1, IOVA, 2 * PAGE), 0, "it is, too");
	munmap(mem, 4 * PAGE);
}

/* DPDK unmaps all in this way. */
static void test_all(void)
{
	char *mem = pages_new(4, 0);

	check_err(map(&one, IOVA, 4, mem, PERM_RW), 0, "memory is mapped");
	check_err(iotlb_invalidate(one.fd, 0, 0, ~0ULL), 0, "all is unmapped at once");
	check_pinned(0, "nothing is pinned");
	munmap(mem, 4 * PAGE);
}

/* The parent's n-th mapping from now fails; 0 for none. */
static void set_fail_map(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	if (sysfs_write(text, "/sys/module/mdev_test_wide/parameters/fail_map"))
		die("the parent fails");
}

/*
 * Pages that do not follow each other are mapped one by one: every other page of a file,
 * whose pages do when they are made one after the other.
 */
static char *pages_scattered(size_t nr)
{
	int fd = memfd_create("scattered", 0);
	char *mem = pages_new(nr, 0);
	size_t i;

	if (fd < 0)
		die("a memfd");
	for (i = 0; i < 2 * nr; i++) {
		if (pwrite(fd, "", 1, i * PAGE) != 1)
			die("a page of it");
	}
	for (i = 0; i < nr; i++) {
		if (mmap(mem + i * PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 2 * i * PAGE) == MAP_FAILED)
			die("a page is mapped");
		mem[i * PAGE] = i;
	}
	close(fd);
	return mem;
}

static void test_failures(void)
{
	char *mem = pages_scattered(16), *whole;

	set_fail_map(9);
	check_err(map(&one, IOVA, 16, mem, PERM_RW), -ENOMEM, "a parent that cannot map");
	set_fail_map(0);
	check_pinned(0, "nothing stays pinned");
	check_err(map(&one, IOVA, 16, mem, PERM_RW), 0, "nor mapped: it can be mapped");
	check_err(unmap(&one, IOVA, 16), 0, "and unmapped");

	whole = page_large('w');
	check_err(map(&one, 2 << 20, 512, whole, PERM_RW), 0, "a large page is mapped");
	set_fail_map(1);
	check_err(unmap(&one, (2 << 20) + 8 * PAGE, 1), -ENOMEM, "the parent cannot cut it");
	set_fail_map(2);
	check_err(unmap(&one, (2 << 20) + 8 * PAGE, 1), -ENOMEM, "nor map both its halves");
	set_fail_map(0);
	check_pinned(512, "it is whole");
	whole[0] = 'x';
	check(copier_copy(&one, 2 << 20, (2 << 20) + 8 * PAGE, PATIENCE_MS) &&
	      whole[8 * PAGE] == 'x', "and reached as before");
	check_err(unmap(&one, (2 << 20) + 8 * PAGE, 1), 0, "then it can be cut");
	check_err(unmap(&one, 2 << 20, 512), 0, "and unmapped");
	check_pinned(0, "nothing is pinned");
	munmap(mem, 16 * PAGE);
	munmap(whole, LARGE);
}

/* Limits, in a process that has given up its privileges. */

static void drop_privileges(rlim_t limit)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	struct rlimit lock = { limit, limit };

	if (setrlimit(RLIMIT_MEMLOCK, &lock) || syscall(SYS_capset, &header, data))
		die("privileges are dropped: %s", errno_name(errno));
}

struct racer {
	pthread_t thread;
	struct copier *copier;
	char *mem;
	unsigned int mapped;
	struct racer *rival;
};

#define RACE_TIMES	50

/* 10 pages of a limit of 16: never two at a time. */
static void *racer_run(void *arg)
{
	struct racer *r = arg;
	double end = now() + PATIENCE_MS / 1e3;
	int err;

	while (now() < end && (r->mapped < RACE_TIMES || load(r->rival->mapped) < RACE_TIMES)) {
		err = map(r->copier, IOVA, 10, r->mem, PERM_RW);
		if (err && err != -ENOMEM)
			die("mapping in a race: %s", errno_name(err));
		if (!err && pinned_kb() > (long)(16 * PAGE / 1024))
			die("more is pinned than the limit allows");
		if (!err) {
			store(r->mapped, r->mapped + 1);
			unmap(r->copier, IOVA, 10);
		}
	}
	return NULL;
}

static void limited(void)
{
	char *mem = pages_new(64, 1);
	struct racer racers[2] = {
		{ .copier = &one, .mem = mem, .rival = &racers[1] },
		{ .copier = &other, .mem = mem + 20 * PAGE, .rival = &racers[0] },
	};
	int i;

	drop_privileges(16 * PAGE);
	check_err(map(&one, IOVA, 17, mem, PERM_RW), -ENOMEM,
		  "more than RLIMIT_MEMLOCK cannot be mapped");
	check_pinned(0, "nothing stays pinned");
	check_err(map(&one, IOVA, 16, mem, PERM_RW), 0, "as much can");
	check_err(map(&other, IOVA, 16, mem, PERM_RW), 0, "the same by another device, too");
	check_err(map(&other, IOVA + 16 * PAGE, 1, mem + 16 * PAGE, PERM_RW), -ENOMEM,
		  "not a page more");
	check_err(unmap(&one, IOVA, 16) ?: unmap(&other, IOVA, 16), 0, "all is unmapped");
	for (i = 0; i < 2; i++)
		pthread_create(&racers[i].thread, NULL, racer_run, &racers[i]);
	for (i = 0; i < 2; i++)
		pthread_join(racers[i].thread, NULL);
	check(racers[0].mapped >= RACE_TIMES && racers[1].mapped >= RACE_TIMES,
	      "two devices at once never pin more than the limit (%u and %u times)",
	      racers[0].mapped, racers[1].mapped);
	check_pinned(0, "nothing is pinned");
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc != 3)
		return 2;
	copier_open(&one, argv[1]);
	copier_open(&other, argv[2]);
	test_refused();
	test_hole();
	test_once();
	test_perm();
	test_copy();
	test_asids();
	test_all();
	test_failures();
	test_model(STEPS);
	copier_close(&one);
	copier_close(&other);

	pid = fork();
	if (!pid) {
		copier_open(&one, argv[1]);
		copier_open(&other, argv[2]);
		limited();
		/* What is mapped goes with the file. */
		check_err(map(&one, IOVA, 8, pages_new(8, 1), PERM_RW), 0, "memory is mapped");
		copier_close(&one);
		check_pinned(0, "and not pinned any more when the node is closed");
		_exit(0);
	}
	waitpid(pid, &status, 0);
	check(!status, "the process with limits has ended");
	return 0;
}
