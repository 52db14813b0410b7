// SPDX-License-Identifier: GPL-2.0
/*
 * packets serve PORT: look at what comes, by UDP and TCP, and tell the sender
 * packets udp ADDRESS PORT LARGEST FIRST STEP: datagrams of LARGEST bytes, and of FIRST, FIRST
 *	+ STEP..., each of which must come as it was
 * packets segment ADDRESS PORT LARGEST SIZE: the same, sent together and cut every SIZE bytes
 * packets flood ADDRESS PORT LARGEST SIZE: segments for ever, whether anybody takes them or not
 * packets tcp ADDRESS PORT BYTES: a stream
 *
 * Every byte depends on where it stands and on the number of its datagram, so what is lost,
 * doubled or moved is seen, and not only what a checksum covers.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#endif
#ifndef UDP_GRO
#define UDP_GRO		104
#endif

#define SMALLEST	18	/* with IPv4 that is a frame of 60 bytes */
#define PATIENCE_MS	5000
/* Datagrams on their way at a time. */
#define WINDOW		32

struct head {
	uint32_t number;
	uint32_t len;
};

struct verdict {
	uint32_t number;
	uint32_t good;
};

static unsigned char buffer[1 << 17], want[1 << 17];

static uint64_t mix(uint64_t x)
{
	x *= 0x9e3779b97f4a7c15ULL;
	x ^= x >> 29;
	return x * 0xbf58476d1ce4e5b9ULL;
}

/*
 * Bytes @at to @at + @len of what belongs to a number; @at is a multiple of 8. Words go up by
 * an odd constant, so that each is another one, and cost little in emulation.
 */
static void fill(unsigned char *to, uint32_t number, uint64_t at, size_t len)
{
	const uint64_t step = 0x9e3779b97f4a7c15ULL;
	uint64_t word = mix(number + 1ULL) + at / 8 * step;
	size_t i;

	for (i = 0; i + 8 <= len; i += 8, word += step)
		memcpy(to + i, &word, 8);
	memcpy(to + i, &word, len - i);
}

static void datagram_make(unsigned char *to, uint32_t number, uint32_t len)
{
	struct head head = { number, len };

	fill(to, number, 0, len);
	memcpy(to, &head, sizeof(head));
}

static int datagram_good(const unsigned char *data, uint32_t len)
{
	struct head head;

	if (len < SMALLEST)
		return 0;
	memcpy(&head, data, sizeof(head));
	datagram_make(want, head.number, len);
	return head.len == len && !memcmp(data, want, len);
}

static int resolve(const char *address, const char *port, int type)
{
	struct addrinfo hints = { .ai_socktype = type, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *to;
	int fd;

	if (getaddrinfo(address, port, &hints, &to))
		return -1;
	fd = socket(to->ai_family, type, 0);
	if (fd < 0 || connect(fd, to->ai_addr, to->ai_addrlen)) {
		perror(address);
		return -1;
	}
	freeaddrinfo(to);
	return fd;
}

/* The server. */

static int serve_at(int port, int type)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, type, 0);
	int off = 0, on = 1, room = 4 << 20;

	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (type == SOCK_DGRAM)
		setsockopt(fd, IPPROTO_UDP, UDP_GRO, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    (type == SOCK_STREAM && listen(fd, 8))) {
		perror("serve");
		exit(1);
	}
	return fd;
}

/* How long each datagram is, of those that came as one. */
static int gro_size(struct msghdr *msg, int len)
{
	struct cmsghdr *c;
	int size;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
			memcpy(&size, CMSG_DATA(c), sizeof(size));
			return size;
		}
	}
	return len;
}

static void serve_datagrams(int fd)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { buffer, sizeof(buffer) };
	struct sockaddr_storage from;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov,
		.msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control),
	};
	struct verdict verdict;
	int len, size, at, part;

	len = recvmsg(fd, &msg, 0);
	if (len <= 0)
		return;
	size = gro_size(&msg, len);
	for (at = 0; at < len; at += size) {
		part = len - at < size ? len - at : size;
		memcpy(&verdict.number, buffer + at, sizeof(verdict.number));
		verdict.good = datagram_good(buffer + at, part);
		sendto(fd, &verdict, sizeof(verdict), 0, (struct sockaddr *)&from,
		       msg.msg_namelen);
	}
}

static int read_all(int fd, unsigned char *to, size_t len)
{
	size_t at = 0;
	ssize_t got;

	while (at < len) {
		got = read(fd, to + at, len - at);
		if (got <= 0)
			break;
		at += got;
	}
	return at;
}

static void serve_stream(int listener)
{
	struct verdict verdict = { .good = 1 };
	int fd = accept(listener, NULL, NULL);
	uint64_t at = 0;
	int len;

	while ((len = read_all(fd, buffer, 65536)) > 0) {
		fill(want, 0, at, len);
		verdict.good &= !memcmp(buffer, want, len);
		at += len;
	}
	verdict.number = at;
	if (write(fd, &verdict, sizeof(verdict)) < 0)
		perror("serve");
	close(fd);
}

static int serve(int port)
{
	struct pollfd fds[2] = {
		{ serve_at(port, SOCK_DGRAM), POLLIN, 0 },
		{ serve_at(port, SOCK_STREAM), POLLIN, 0 },
	};

	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			serve_datagrams(fds[0].fd);
		if (fds[1].revents)
			serve_stream(fds[1].fd);
	}
	return 1;
}

/* The senders. */

/* What the server says of @nr datagrams, 64 at most, from @number on. */
static int all_good(int fd, uint32_t number, uint32_t nr)
{
	struct pollfd poll_fd = { fd, POLLIN, 0 };
	struct verdict verdict;
	uint64_t seen = 0;
	uint32_t i, at;

	for (i = 0; i < nr; i++) {
		if (poll(&poll_fd, 1, PATIENCE_MS) != 1 ||
		    recv(fd, &verdict, sizeof(verdict), 0) != sizeof(verdict)) {
			printf("%u of %u did not come\n", nr - i, nr);
			return 0;
		}
		at = verdict.number - number;
		if (!verdict.good || at >= nr || seen & 1ULL << at) {
			printf("datagram %u is wrong, or comes twice\n", verdict.number);
			return 0;
		}
		seen |= 1ULL << at;
	}
	return 1;
}

static int send_one(int fd, uint32_t number, uint32_t len)
{
	datagram_make(buffer, number, len);
	if (send(fd, buffer, len, 0) == (ssize_t)len)
		return 1;
	perror("send");
	return 0;
}

/* Each number is that of a size, the last one that of the largest. */
static int send_window(int fd, const uint32_t *sizes, uint32_t number, uint32_t nr)
{
	uint32_t i;

	for (i = 0; i < nr; i++) {
		if (!send_one(fd, number + i, sizes[i]))
			return 0;
	}
	if (all_good(fd, number, nr))
		return 1;
	printf("datagrams from %u on were of %u bytes to %u\n", number, sizes[0], sizes[nr - 1]);
	return 0;
}

static int send_sizes(int fd, uint32_t largest, uint32_t first, uint32_t step)
{
	uint32_t len = first < SMALLEST ? SMALLEST : first;
	uint32_t sizes[WINDOW], number = 1, nr;
	int last;

	do {
		for (nr = 0; nr < WINDOW && len < largest; len += step)
			sizes[nr++] = len;
		last = nr < WINDOW;
		if (last)
			sizes[nr++] = largest;
		if (!send_window(fd, sizes, number, nr))
			return 1;
		number += nr;
	} while (!last);
	return 0;
}

/* As many as one call takes; the last one is shorter. */
static int send_segments(int fd, uint32_t number, uint32_t largest, int size)
{
	uint32_t nr = largest / size, last = largest % size, i;

	if (nr > 60) {
		nr = 60;
		last = size / 2;
	}
	if (last < SMALLEST)
		last = 0;
	for (i = 0; i < nr; i++)
		datagram_make(buffer + i * size, number + i, size);
	if (last)
		datagram_make(buffer + nr * size, number + nr, last);
	if (send(fd, buffer, nr * size + last, 0) != (ssize_t)(nr * size + last)) {
		perror("send");
		return 0;
	}
	return all_good(fd, number, nr + !!last);
}

static int cut_every(int fd, int size)
{
	if (!setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size)))
		return 1;
	perror("UDP_SEGMENT");
	return 0;
}

static int flood(int fd, uint32_t largest, int size)
{
	if (!cut_every(fd, size))
		return 1;
	for (;;) {
		if (send(fd, buffer, largest, 0) < 0)
			usleep(1000);
	}
}

static int segment(int fd, uint32_t largest, int size)
{
	uint32_t i;

	if (!cut_every(fd, size))
		return 1;
	for (i = 0; i < 20; i++) {
		if (!send_segments(fd, 100 * i, largest - 11 * i, size))
			return 1;
	}
	return 0;
}

static int stream(int fd, uint64_t bytes)
{
	static const size_t sizes[] = { 65536, 8, 20000, 1448, 104, 65536, 4096 };
	struct verdict verdict;
	uint64_t at = 0;
	size_t len, step = 0;
	ssize_t put, done;

	while (at < bytes) {
		len = sizes[step++ % 7];
		fill(buffer, 0, at, len);
		for (done = 0; done < (ssize_t)len; done += put) {
			put = write(fd, buffer + done, len - done);
			if (put <= 0) {
				perror("write");
				return 1;
			}
		}
		at += len;
	}
	shutdown(fd, SHUT_WR);
	if (read_all(fd, (void *)&verdict, sizeof(verdict)) != sizeof(verdict)) {
		printf("no answer\n");
		return 1;
	}
	if (!verdict.good || verdict.number != (uint32_t)at)
		printf("%u of %u bytes came, %s\n", verdict.number, (uint32_t)at,
		       verdict.good ? "well" : "and they were others");
	return !verdict.good || verdict.number != (uint32_t)at;
}

int main(int argc, char **argv)
{
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(atoi(argv[2]));
	if (argc < 5) {
		fprintf(stderr, "usage: see the source\n");
		return 2;
	}
	fd = resolve(argv[2], argv[3], strcmp(argv[1], "tcp") ? SOCK_DGRAM : SOCK_STREAM);
	if (fd < 0)
		return 1;
	if (argc == 7 && !strcmp(argv[1], "udp"))
		return send_sizes(fd, atoi(argv[4]), atoi(argv[5]), atoi(argv[6]));
	if (argc == 6 && !strcmp(argv[1], "flood"))
		return flood(fd, atoi(argv[4]), atoi(argv[5]));
	if (argc == 6 && !strcmp(argv[1], "segment"))
		return segment(fd, atoi(argv[4]), atoi(argv[5]));
	if (argc == 5 && !strcmp(argv[1], "tcp"))
		return stream(fd, strtoull(argv[4], NULL, 10));
	return 2;
}
