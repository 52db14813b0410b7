/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The slices that inputs are about, and what the fuzzer holds of each: up to two
 * files of its node, memory for rings at fixed addresses, eventfds, a doorbell.
 */
#ifndef _FUZZ_VHOST_SLOT_H
#define _FUZZ_VHOST_SLOT_H

#include "chain.h"
#include "memory.h"
#include "vhost.h"

#define SLOTS		3
#define SLOT_WIDE	2	/* it has doorbells, and reads no memory */
#define FILES		2
#define QUEUES		CHAIN_QUEUES	/* that a set-up sets up */

/* In memory, and in the address space of the device. */
#define SLOT_BYTES	0x40000U
#define SLOT_MEMORY	0x100000000000ULL
#define SLOT_IOVA	0x100000000ULL

/* Events of a slot. */
enum { KICK, CALL = KICK + QUEUES, ERR = CALL + QUEUES, CONFIG = ERR + QUEUES, EVENTS };

/* Who owns a session, as far as this process knows. */
enum owner { OWNER_NONE, OWNER_US, OWNER_OTHER, OWNER_UNKNOWN };

/*
 * From open to the last close.
 * @suspended: it is or may be
 * @revoked: the slice has certainly left the class since
 * @spaces: messages certainly name the address space
 * @packed: the driver has accepted packed rings
 * @maybe_packed: or another process may have
 */
struct session {
	enum owner owner;
	bool suspended;
	bool revoked;
	bool spaces;
	bool packed;
	bool maybe_packed;
};

struct file {
	int fd;			/* -1: closed */
	struct session *session;
};

struct slot {
	const char *name;
	const char *parent;
	bool asked;		/* it offers what slices do only where that is asked for */
	struct memory memory;	/* SLOT_BYTES */
	int event[EVENTS];
	struct file file[FILES];
	struct session session[FILES];
	uint32_t *doorbell;
	struct session *doorbell_session;
};

extern struct slot slots[SLOTS];
extern int poller;		/* epoll that nodes and eventfds are added to */

void slots_init(void);

/* Around each input: what slots hold is fresh, or gone. */
void slots_begin(void);
void slots_end(void);

/* Slices are there, in class vhost, and can be opened: ends the child if not. */
void slots_restore(void);

void slot_open(struct slot *slot, unsigned int which);
void slot_open_first(struct slot *slot);	/* if it is not open at all */
void slot_close(struct slot *slot, unsigned int which);
void slot_dup(struct slot *slot, unsigned int which);
void slot_revoked(struct slot *slot);

/* An eventfd, something that is none, or a number that is no file. */
int slot_event(struct slot *slot, uint8_t choice);

#endif /* _FUZZ_VHOST_SLOT_H */
