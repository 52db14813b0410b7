// SPDX-License-Identifier: GPL-2.0
/*
 * blast COUNTER LENGTH ADDRESS...: send datagrams of LENGTH bytes to each ADDRESS, as many as
 * can be sent, and print by how much the number of bytes in file COUNTER grows meanwhile,
 * in kbit/s. It is read here, since other processes may have to wait for long. What comes in
 * the first two seconds does not count.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BEGIN_MS	2000
#define COUNT_MS	5000
#define END_MS		2000
#define LENGTH_MAX	65000
#define SOCKETS_MAX	16

static char data[LENGTH_MAX];
static int sockets[SOCKETS_MAX];
static int nr_sockets;
static int counter;

static long long microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long count(void)
{
	char text[32] = "";

	if (pread(counter, text, sizeof(text) - 1, 0) <= 0) {
		perror("counter");
		exit(1);
	}
	return atoll(text);
}

static int add_socket(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	/* The queue is not empty while others have the CPU. */
	int buffer = 1 << 22;

	if (nr_sockets == SOCKETS_MAX || fd < 0 ||
	    inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof(buffer)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return -1;
	sockets[nr_sockets++] = fd;
	return 0;
}

/* What cannot be sent now is not waited for: the other sockets may. */
static void send_for(size_t length, long long ms)
{
	long long end = microseconds() + ms * 1000;
	int i, sent;

	while (microseconds() < end) {
		for (sent = 0, i = 0; i < nr_sockets; i++)
			sent += send(sockets[i], data, length, MSG_DONTWAIT) > 0;
		if (!sent)
			usleep(1000);
	}
}

int main(int argc, char **argv)
{
	long long at, bytes;
	size_t length;
	int i;

	if (argc < 4)
		return 2;
	counter = open(argv[1], O_RDONLY);
	if (counter < 0) {
		perror(argv[1]);
		return 1;
	}
	length = strtoul(argv[2], NULL, 10);
	if (!length || length > LENGTH_MAX)
		return 2;
	for (i = 3; i < argc; i++) {
		if (add_socket(argv[i])) {
			perror(argv[i]);
			return 1;
		}
	}
	send_for(length, BEGIN_MS);
	at = microseconds();
	bytes = count();
	send_for(length, COUNT_MS);
	bytes = count() - bytes;
	printf("%lld\n", bytes * 8000 / (microseconds() - at));
	fflush(stdout);
	send_for(length, END_MS);
	return 0;
}
