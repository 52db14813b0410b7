// SPDX-License-Identifier: GPL-2.0
/*
 * open_late NODE STATE: opens the node of a vfio device when its slice, whose attribute STATE
 * is, was found to be free for a change of class and has not left its class yet. Who comes
 * before is the reason why there is no change, and who comes after finds no node: so it tries
 * at another time, with each change. When a change has met it, it says "open", and has the node
 * open until it is killed.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Longer than any change that need not wait takes, and than one that is refused. */
#define PATIENCE	2.0

static const char *state_path;

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static int changing(void)
{
	static int fd = -1;
	char text[32] = "";

	if (fd < 0)
		fd = open(state_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", state_path);
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		err(1, "%s", state_path);
	return !strncmp(text, "changing", 8);
}

static void pass(double seconds)
{
	double end = now() + seconds;

	while (now() < end)
		;
}

/* Does the change wait for us? */
static int met(void)
{
	double end = now() + PATIENCE;

	while (now() < end) {
		if (!changing())
			return 0;
		usleep(10000);
	}
	return 1;
}

int main(int argc, char **argv)
{
	double delay = 0;
	int fd;

	if (argc != 3)
		errx(1, "usage: open_late NODE STATE");
	state_path = argv[2];
	for (;;) {
		/* It is there and can leave its class. */
		while (access(argv[1], F_OK) || changing())
			usleep(1000);
		while (!changing())
			;
		pass(delay);
		fd = open(argv[1], O_RDWR | O_CLOEXEC);
		if (fd >= 0 && met())
			break;
		/* Too early, or too late. */
		delay = fd >= 0 ? delay + 0.0001 : delay / 2;
		if (fd >= 0)
			close(fd);
	}
	printf("open\n");
	fflush(stdout);
	for (;;)
		pause();
}
