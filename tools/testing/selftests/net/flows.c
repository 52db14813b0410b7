// SPDX-License-Identifier: GPL-2.0
/*
 * flows ADDRESS NUMBER: send NUMBER small datagrams, each of a flow of its own.
 * Ends early, and well, when they cannot be sent any more.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORTS	1000

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char data[32] = "flow";
	long i, nr;
	int fd;

	if (argc != 3 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
		fprintf(stderr, "usage: flows ADDRESS NUMBER\n");
		return 2;
	}
	nr = atol(argv[2]);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return 1;
	for (i = 0; i < nr; i++) {
		to.sin_port = htons(20000 + i % PORTS);
		/* A closed port answers, and the next call tells. */
		if (sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0 &&
		    sendto(fd, data, sizeof(data), 0, (struct sockaddr *)&to,
			   sizeof(to)) < 0)
			usleep(1000);
	}
	return 0;
}
