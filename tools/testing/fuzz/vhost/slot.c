// SPDX-License-Identifier: GPL-2.0
#include <sys/epoll.h>

#include "doorbell.h"
#include "request.h"
#include "slice.h"
#include "slot.h"
#include "vdpa.h"

#define BAD_FD	9999

struct slot slots[SLOTS] = {
	{ .name = "va", .parent = VDPA_PARENT, .asked = true },
	{ .name = "vb", .parent = VDPA_PARENT },
	{ .name = "vw", .parent = "mdev_wide0" },
};

int poller = -1;

void slots_init(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		slots[i].file[0].fd = -1;
		slots[i].file[1].fd = -1;
		memory_init(&slots[i].memory, slots[i].name, SLOT_MEMORY + i * SLOT_IOVA,
			    SLOT_BYTES);
		slice_restore(&slots[i]);
		slot_open(&slots[i], 0);
		requests_learn(&slots[i]);
		slot_close(&slots[i], 0);
	}
}

static void slot_begin(struct slot *slot)
{
	unsigned int i;

	memory_begin(&slot->memory);
	for (i = 0; i < EVENTS; i++)
		slot->event[i] = event_new();
}

void slots_begin(void)
{
	unsigned int i;

	poller = epoll_create1(EPOLL_CLOEXEC);
	for (i = 0; i < SLOTS; i++)
		slot_begin(&slots[i]);
}

static void slot_end(struct slot *slot)
{
	unsigned int i;

	doorbell_unmap(slot);
	for (i = 0; i < FILES; i++)
		slot_close(slot, i);
	for (i = 0; i < EVENTS; i++)
		close(slot->event[i]);
}

void slots_end(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		slot_end(&slots[i]);
	close(poller);
}

/* Nobody has it open any more, so it is as it was before the first input. */
static void slot_check(struct slot *slot)
{
	slot_open(slot, 0);
	if (slot->file[0].fd < 0)
		fuzz_fail("the node of %s does not open any more: %m", slot->name);
	if (vhost_status(slot->file[0].fd))
		fuzz_fail("the status of %s is %#x after open", slot->name,
			  vhost_status(slot->file[0].fd));
	requests_check(slot);
	slot_close(slot, 0);
}

void slots_restore(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		slice_restore(&slots[i]);
		slot_check(&slots[i]);
	}
}

static bool slot_in_use(const struct slot *slot)
{
	unsigned int i;

	for (i = 0; i < FILES; i++)
		if (slot->file[i].fd >= 0 && !slot->file[i].session->revoked)
			return true;
	return false;
}

/* The one that the other file does not have. */
static struct session *session_new(struct slot *slot, unsigned int which)
{
	const struct file *other = &slot->file[!which];
	bool taken = other->fd >= 0 && other->session == &slot->session[0];
	struct session *session = &slot->session[taken];

	memset(session, 0, sizeof(*session));
	return session;
}

void slot_open(struct slot *slot, unsigned int which)
{
	bool in_use = slot_in_use(slot);
	int fd = node_try_open(slot->name);

	if (fd < 0) {
		errno = -fd;
		return;
	}
	/* It may be another node by now, if someone else changes the class. */
	if (in_use && !slice_unsure())
		fuzz_fail("the node of %s opens twice", slot->name);
	slot_close(slot, which);
	slot->file[which].fd = fd;
	slot->file[which].session = session_new(slot, which);
}

void slot_open_first(struct slot *slot)
{
	if (slot->file[0].fd < 0 && slot->file[1].fd < 0)
		slot_open(slot, 0);
}

void slot_close(struct slot *slot, unsigned int which)
{
	if (slot->file[which].fd >= 0)
		close(slot->file[which].fd);
	slot->file[which].fd = -1;
}

void slot_dup(struct slot *slot, unsigned int which)
{
	const struct file *other = &slot->file[!which];

	if (other->fd < 0)
		return;
	slot_close(slot, which);
	slot->file[which].fd = fcntl(other->fd, F_DUPFD_CLOEXEC, 0);
	slot->file[which].session = other->session;
}

void slot_revoked(struct slot *slot)
{
	unsigned int i;

	for (i = 0; i < FILES; i++)
		if (slot->file[i].fd >= 0)
			slot->file[i].session->revoked = true;
}

int slot_event(struct slot *slot, uint8_t choice)
{
	choice %= EVENTS + 6;
	if (choice < EVENTS)
		return slot->event[choice];
	switch (choice - EVENTS) {
	case 0:
		return BAD_FD;
	case 1:
		return slot->memory.fd;
	case 2:
		return slot->file[0].fd;
	case 3:
		return poller;
	case 4:
		return -2;
	default:
		return -1;
	}
}
