// SPDX-License-Identifier: GPL-2.0
/*
 * uevent [-f NAME,...] COMMAND...: runs COMMAND and prints the kernel's uevents from
 * its start to half a second of quiet after its end, one a line, the parts separated
 * by blanks. With names of files, each line ends with HAS= and those that the device
 * had when the event was received, which is as soon as it comes. Exits with the
 * status of COMMAND.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIET_MS	500
/* The kernel multicasts uevents to group 1. */
#define GROUP		1
#define MAX_FILES	8

static char *files[MAX_FILES];
static int nr_files;

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

/* ACTION@DEVPATH: which of the files are there? */
static void look(const char *event, char *has, size_t size)
{
	const char *path = strchr(event, '@');
	char name[1024];
	int i;

	*has = '\0';
	for (i = 0; path && i < nr_files; i++) {
		snprintf(name, sizeof(name), "/sys%s/%s", path + 1, files[i]);
		if (!access(name, F_OK))
			snprintf(has + strlen(has), size - strlen(has), "%s%s",
				 *has ? "," : "", files[i]);
	}
}

/* Returns false if there is none. */
static bool show(int fd)
{
	char text[8192], has[256];
	ssize_t i, len = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (len < 0)
		die("recv");
	text[len] = '\0';
	look(text, has, sizeof(has));
	for (i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	printf(nr_files ? "%sHAS=%s\n" : "%s\n", text, has);
	return true;
}

static void show_until_quiet(int fd)
{
	struct pollfd events = { .fd = fd, .events = POLLIN };

	while (poll(&events, 1, QUIET_MS) > 0)
		show(fd);
}

/* Without sleeping, because what is looked at is there a little later. */
static int show_until_ended(int fd, pid_t pid)
{
	int status;
	pid_t ended;

	do {
		while (show(fd))
			;
		ended = waitpid(pid, &status, WNOHANG);
	} while (!ended);
	if (ended < 0)
		die("waitpid");
	return status;
}

static void parse_files(char *names)
{
	char *name;

	for (name = strtok(names, ","); name && nr_files < MAX_FILES; name = strtok(NULL, ","))
		files[nr_files++] = name;
}

int main(int argc, char **argv)
{
	int status, fd = listen_socket();
	pid_t pid;

	if (argc > 3 && !strcmp(argv[1], "-f")) {
		parse_files(argv[2]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 2)
		return 2;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		execvp(argv[1], argv + 1);
		die(argv[1]);
	}
	status = show_until_ended(fd, pid);
	show_until_quiet(fd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
