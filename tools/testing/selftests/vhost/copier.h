/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device of mdev_wide0 that reaches memory by itself: a kick of a virtqueue copies
 * COPY bytes from the address of its descriptor area to that of its device area.
 */
#ifndef _COPIER_H
#define _COPIER_H

#include "vhost.h"

#define PAGE		4096UL
#define COPY		64
#define PERM_R		VHOST_ACCESS_RO
#define PERM_W		VHOST_ACCESS_WO
#define PERM_RW		VHOST_ACCESS_RW

struct copier {
	int fd;
	int kick;
	int call;
	__u32 asid;	/* of the virtqueue */
};

/* Opened and owned, with nothing mapped. */
static inline void copier_open(struct copier *c, const char *slice)
{
	c->fd = node_open(slice);
	c->kick = event_new();
	c->call = event_new();
	c->asid = 0;
	if (vhost_set_owner(c->fd))
		die("%s is owned", slice);
	if (vhost_set_backend_features(c->fd, BIT(VHOST_BACKEND_F_IOTLB_MSG_V2) |
					      BIT(VHOST_BACKEND_F_IOTLB_ASID)))
		die("%s has address spaces", slice);
}

static inline void copier_close(struct copier *c)
{
	close(c->fd);
	close(c->kick);
	close(c->call);
}

static inline int copier_start(struct copier *c, __u64 from, __u64 to)
{
	__u8 status = S_ACKNOWLEDGE | S_DRIVER;
	int err;

	vhost_set_status(c->fd, 0);
	err = vhost_set_status(c->fd, status);
	if (!err)
		err = vhost_set_features(c->fd, BIT(VIRTIO_F_VERSION_1) |
						BIT(VIRTIO_F_ACCESS_PLATFORM));
	if (!err)
		err = vhost_set_status(c->fd, status | S_FEATURES_OK);
	if (!err && c->asid)
		err = vhost_set_group_asid(c->fd, 0, c->asid);
	if (!err)
		err = vhost_set_vring_addr(c->fd, 0, from, from, to);
	if (!err)
		err = vhost_set_vring_kick(c->fd, 0, c->kick);
	if (!err)
		err = vhost_set_vring_call(c->fd, 0, c->call);
	if (!err)
		err = vhost_set_vring_enable(c->fd, 0, true);
	return err ?: vhost_set_status(c->fd, status | S_FEATURES_OK | S_DRIVER_OK);
}

/* Has the device copied? Where it may not, that is known only after a while. */
static inline bool copier_copy(struct copier *c, __u64 from, __u64 to, int timeout_ms)
{
	int err = copier_start(c, from, to);

	if (err)
		die("the device starts: %s", errno_name(err));
	event_wait(c->call, 0);
	event_signal(c->kick);
	return event_wait(c->call, timeout_ms);
}

/* VmPin of this process, in kB. */
static inline long pinned_kb(void)
{
	char line[200];
	long kb = -1;
	FILE *file;

	file = fopen("/proc/self/status", "r");
	if (!file)
		die("/proc/self/status");
	while (fgets(line, sizeof(line), file))
		sscanf(line, "VmPin: %ld", &kb);
	fclose(file);
	return kb;
}

static inline char *pages_new(size_t nr, int fill)
{
	char *mem = mmap(NULL, nr * PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("memory");
	memset(mem, fill, nr * PAGE);
	return mem;
}

#define LARGE	(2UL << 20)

/* A large page, which is one run: physically contiguous. */
static inline char *page_large(int fill)
{
	char *mem = mmap(NULL, 2 * LARGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		die("memory");
	mem = (char *)(((unsigned long)mem + LARGE - 1) & ~(LARGE - 1));
	madvise(mem, LARGE, MADV_HUGEPAGE);
	memset(mem, fill, LARGE);
	return mem;
}

#endif /* _COPIER_H */
