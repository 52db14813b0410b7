// SPDX-License-Identifier: GPL-2.0
/*
 * watch FILE: wait for an attribute to tell of a change, and print what it says then.
 * Prints "gone" and ends when it is not there any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* How long it may take until a file that has gone is noticed: nobody tells. */
#define LOOK_MS		100

/* Returns 0, or the errno with which reading fails. */
static int look(int fd, const char *what)
{
	char text[64];
	ssize_t len;

	len = pread(fd, text, sizeof(text) - 1, 0);
	if (len < 0)
		return errno;
	text[len] = 0;
	if (what)
		printf("%s %s", what, text);
	return 0;
}

int main(int argc, char **argv)
{
	struct pollfd pfd = { .events = POLLPRI };
	int err;

	if (argc != 2) {
		fprintf(stderr, "usage: watch FILE\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	pfd.fd = open(argv[1], O_RDONLY);
	if (pfd.fd < 0) {
		perror(argv[1]);
		return 1;
	}
	err = look(pfd.fd, "is");
	while (!err) {
		int nr = poll(&pfd, 1, LOOK_MS);

		if (nr < 0) {
			perror("poll");
			return 1;
		}
		err = look(pfd.fd, nr ? "now" : NULL);
	}
	printf("%s\n", err == ENODEV ? "gone" : strerror(err));
	return err != ENODEV;
}
