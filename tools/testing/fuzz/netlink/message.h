/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages, made of records:
 *
 *	MESSAGE	begins one: family, command, flags, and what is wrong with its header
 *	ATTR	adds an attribute: type, kind of value, error of its length, value
 *	RAW	seven bytes that are added as they are
 */
#ifndef _FUZZ_MESSAGE_H
#define _FUZZ_MESSAGE_H

#include "fuzz.h"

enum { RECORD_MESSAGE, RECORD_ATTR, RECORD_RAW, RECORD_KINDS };

/* Of a message's second flag byte. */
#define MESSAGE_OTHER	0x01	/* by the other socket */
#define MESSAGE_BATCH	0x02	/* together with the next one */
#define MESSAGE_UNREAD	0x04	/* answers are left for later */
#define MESSAGE_CLOSE	0x08	/* the socket is closed and opened again */

struct message {
	uint8_t bytes[16384];
	size_t len;
	bool mdev;	/* of family mdev, not vdpa */
	size_t nest[4];	/* where nests begin that are open */
	unsigned int nests;
	uint8_t how;	/* MESSAGE_* */
	bool plain;	/* its headers are in order, so that it reaches the family */
	bool dump;
	uint8_t cmd;
};

/* Makes the message that begins at *@at, and moves on behind it. */
bool message_next(struct message *message, const uint8_t *data, size_t len, size_t *at);

/* A record that makes sense. */
void message_record(uint8_t *record);

#endif /* _FUZZ_MESSAGE_H */
