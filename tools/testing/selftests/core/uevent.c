// SPDX-License-Identifier: GPL-2.0
/*
 * uevent COMMAND...: runs COMMAND and prints the kernel's uevents from its start
 * to half a second of quiet after its end, one a line, the parts separated by
 * blanks. Exits with the status of COMMAND.
 */
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIET_MS	500
/* The kernel multicasts uevents to group 1. */
#define GROUP		1

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int listen_socket(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = GROUP };
	int size = 16 << 20;
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0)
		die("socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		die("bind");
	return fd;
}

static void show(int fd)
{
	char text[8192];
	ssize_t i, len = recv(fd, text, sizeof(text) - 1, 0);

	if (len < 0)
		die("recv");
	for (i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	text[len] = '\0';
	puts(text);
}

static void show_until_quiet(int fd)
{
	struct pollfd events = { .fd = fd, .events = POLLIN };

	while (poll(&events, 1, QUIET_MS) > 0)
		show(fd);
}

int main(int argc, char **argv)
{
	int status, fd = listen_socket();
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		execvp(argv[1], argv + 1);
		die(argv[1]);
	}
	if (waitpid(pid, &status, 0) < 0)
		die("waitpid");
	show_until_quiet(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
