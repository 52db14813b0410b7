// SPDX-License-Identifier: GPL-2.0
#include "doorbell.h"
#include "request.h"

enum { MAP, MAP_ODD, RING, UNMAP, PROTECT, ADVISE, REMAP, ACTIONS };

/* EPERM is for what is to be run, where devices may not be. */
static void check_errno(int error)
{
	switch (error) {
	case EINVAL:
	case ENXIO:
	case ENODEV:
	case EOPNOTSUPP:
	case EACCES:
	case EPERM:
	case EBADF:
	case EOVERFLOW:
		return;
	}
	fuzz_fail("mmap of a doorbell: %s", errno_name(error));
}

static void map(struct slot *slot, struct file *file, const uint8_t *record)
{
	bool odd = record[2] % ACTIONS == MAP_ODD;
	int prot = odd ? record[4] % 8 : PROT_WRITE;
	int flags = odd && record[5] & 1 ? MAP_PRIVATE : MAP_SHARED;
	size_t len = odd && record[5] & 2 ? 2 * PAGE : PAGE;
	off_t offset = (off_t)record[3] % 8 * PAGE;
	void *at;

	if (odd && record[5] & 4)
		offset = (off_t)record[6] << (12 + record[7] % 40);
	at = mmap(NULL, len, prot, flags, file->fd, offset);
	if (at == MAP_FAILED) {
		check_errno(errno);
		return;
	}
	if (len != PAGE || prot & PROT_READ || flags != MAP_SHARED || file->session->revoked)
		fuzz_fail("a mapping of %zu bytes, protection %d, succeeds", len, prot);
	if ((uint64_t)offset / PAGE >= request_offered(slot, VHOST_VDPA_GET_VQS_COUNT))
		fuzz_fail("a doorbell of %s at %#llx is mapped", slot->name,
			  (unsigned long long)offset);
	doorbell_unmap(slot);
	slot->doorbell = at;
	slot->doorbell_session = file->session;
}

static void ring(struct slot *slot, const uint8_t *record)
{
	uint32_t value = record[3];
	bool written = memory_write(slot->doorbell + record[4], &value, sizeof(value));

	if (written && slot->doorbell_session->revoked)
		fuzz_fail("a doorbell of %s can be rung after revocation", slot->name);
}

static void protect(struct slot *slot, int prot)
{
	if (mprotect(slot->doorbell, PAGE, prot))
		return;
	if (prot & (PROT_READ | PROT_EXEC))
		fuzz_fail("a doorbell becomes readable");
}

/* Another mapping of it that is too long, or at another address. */
static void remap(struct slot *slot, uint8_t how)
{
	size_t len = how & 2 ? 2 * PAGE : PAGE;
	void *at = mremap(slot->doorbell, how & 1 ? 0 : PAGE, len, MREMAP_MAYMOVE);

	if (at == MAP_FAILED)
		return;
	if (len != PAGE)
		fuzz_fail("a doorbell of %s becomes longer", slot->name);
	if (how & 1)
		munmap(at, len);
	else
		slot->doorbell = at;
}

void doorbell_record(struct slot *slot, struct file *file, const uint8_t *record)
{
	unsigned int action = record[2] % ACTIONS;

	if (action == MAP || action == MAP_ODD) {
		if (file->fd >= 0)
			map(slot, file, record);
		return;
	}
	if (!slot->doorbell)
		return;
	if (action == RING)
		ring(slot, record);
	else if (action == UNMAP)
		doorbell_unmap(slot);
	else if (action == PROTECT)
		protect(slot, record[3] % 8);
	else if (action == ADVISE)
		madvise(slot->doorbell, PAGE, record[3] % 32);
	else
		remap(slot, record[3]);
}

void doorbell_unmap(struct slot *slot)
{
	if (slot->doorbell)
		munmap(slot->doorbell, PAGE);
	slot->doorbell = NULL;
}
