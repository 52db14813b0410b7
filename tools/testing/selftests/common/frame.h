/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames of tests, and the representor of a slice, which is a network interface of this
 * host and has the name of the slice.
 */
#ifndef _FRAME_H
#define _FRAME_H

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "slice.h"

/* Ethernet type for experiments: nobody else on this host sends it. */
#define TEST_PROTO	0x88b5
#define HDR_LEN		12
#define FRAME_MIN	60
#define FRAME_MAX	1514

/* The socket is bound to the representor and gets the frames of tests, and no others. */
static inline int rep_open(const char *name)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(TEST_PROTO),
		.sll_ifindex = if_nametoindex(name),
	};
	int on = 1, size = 4 << 20;
	int fd;

	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0 || !at.sll_ifindex)
		die("a socket for representor %s: %s", name, errno_name(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	/* The queueing discipline comes up some time after the carrier. */
	setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on));
	setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("a socket is bound to %s: %s", name, errno_name(errno));
	return fd;
}

/*
 * For who sends while the representor may go: by then it has no queues, and the kernel divides
 * by their number where a socket bypasses the queueing discipline.
 */
static inline void rep_no_bypass(int rep)
{
	int off = 0;

	if (setsockopt(rep, SOL_PACKET, PACKET_QDISC_BYPASS, &off, sizeof(off)))
		die("a socket without bypass: %s", errno_name(errno));
}

static inline bool rep_set_up(const char *name, int rep, bool up)
{
	struct ifreq ifreq = {};

	snprintf(ifreq.ifr_name, IFNAMSIZ, "%s", name);
	if (ioctl(rep, SIOCGIFFLAGS, &ifreq))
		return false;
	ifreq.ifr_flags &= ~IFF_UP;
	ifreq.ifr_flags |= up ? IFF_UP : 0;
	return !ioctl(rep, SIOCSIFFLAGS, &ifreq);
}

/* False if the device does not take it for long. */
static inline bool rep_send(int rep, const void *frame, size_t len)
{
	double end = now() + PATIENCE_MS / 1e3;

	while (send(rep, frame, len, 0) != (ssize_t)len) {
		if (errno != ENOBUFS && errno != EAGAIN)
			return false;
		if (now() > end)
			return false;
		usleep(1000);
	}
	return true;
}

/* Returns the length, or -1 when the time is over. */
static inline int rep_recv(int rep, void *frame, int timeout_ms)
{
	struct pollfd pollfd = { .fd = rep, .events = POLLIN };

	if (poll(&pollfd, 1, timeout_ms) != 1)
		return -1;
	return recv(rep, frame, FRAME_MAX + 8, MSG_DONTWAIT);
}

/* What is left from before is not for what comes. */
static inline void rep_drain(int rep)
{
	char frame[FRAME_MAX + 8];

	while (rep_recv(rep, frame, 0) >= 0)
		;
}

/* A frame that tells its number, and whose every byte follows from that. */
static inline void frame_make(void *frame, size_t len, __u32 number)
{
	static const char addresses[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	unsigned char *bytes = frame;
	__u32 x = number * 2654435761U + len;
	__u16 proto = htons(TEST_PROTO);
	size_t i;

	memcpy(bytes, addresses, 12);
	memcpy(bytes + 12, &proto, 2);
	memcpy(bytes + 14, &number, 4);
	for (i = 18; i < len; i++) {
		x = x * 1664525 + 1013904223;
		bytes[i] = x >> 24;
	}
}

static inline __u32 frame_number(const void *frame)
{
	__u32 number;

	memcpy(&number, (const char *)frame + 14, 4);
	return number;
}

static inline bool frame_good(const void *frame, int len, __u32 number)
{
	char want[FRAME_MAX];

	if (len < 18 || len > FRAME_MAX)
		return false;
	frame_make(want, len, number);
	return !memcmp(frame, want, len);
}

static inline bool frame_is_test(const void *frame, int len)
{
	__u16 proto;

	if (len < 18)
		return false;
	memcpy(&proto, (const char *)frame + 12, 2);
	return proto == htons(TEST_PROTO);
}

#endif /* _FRAME_H */
