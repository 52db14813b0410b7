// SPDX-License-Identifier: GPL-2.0
/*
 * stream send ADDRESS PORT: standard input through TCP
 * stream receive PORT: one connection to standard output
 *
 * Writes vary in size, so that segments do.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[65536];

/* Copy until the end; true if all went well. */
static int copy(int from, int to)
{
	static const size_t sizes[] = { 1, 65536, 100, 1448, 20000, 7, 4096 };
	size_t step = 0;
	ssize_t got, put, at;

	for (;;) {
		got = read(from, buffer, sizes[step++ % 7]);
		if (got <= 0)
			return !got;
		for (at = 0; at < got; at += put) {
			put = write(to, buffer + at, got - at);
			if (put <= 0)
				return 0;
		}
	}
}

static int send_all(const char *address, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_port = htons(port);
	if (inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    !copy(0, fd)) {
		perror("send");
		return 1;
	}
	return shutdown(fd, SHUT_WR);
}

static int receive_all(int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int one = 1;

	at.sin_port = htons(port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 1)) {
		perror("receive");
		return 1;
	}
	return !copy(accept(fd, NULL, NULL), 1);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "send"))
		return send_all(argv[2], atoi(argv[3]));
	if (argc == 3 && !strcmp(argv[1], "receive"))
		return receive_all(atoi(argv[2]));
	fprintf(stderr, "usage: stream send ADDRESS PORT | receive PORT\n");
	return 2;
}
