// SPDX-License-Identifier: GPL-2.0
/*
 * watch DEVICE PORT: until SIGTERM, count the TCP segments with data that come in to a port by
 * an interface: prints how many have their checksum, how many lack it (PACKET_VNET_HDR), and
 * how long the longest one is.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned char frame[70000];

/* SIGTERM waits until it is looked for, so that it cannot come between two calls. */
static bool over(void)
{
	sigset_t pending;

	return !sigpending(&pending) && sigismember(&pending, SIGTERM);
}

static int open_device(const char *name)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	/* To look for the signal. */
	struct timeval patience = { .tv_usec = 100000 };
	int on = 1, room = 64 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		perror(name);
		exit(1);
	}
	return fd;
}

/* A segment with data to the port. */
static int wanted(const unsigned char *data, int len, int port)
{
	struct iphdr ip;
	struct tcphdr tcp;

	if (len < (int)(ETH_HLEN + sizeof(ip) + sizeof(tcp)))
		return 0;
	memcpy(&ip, data + ETH_HLEN, sizeof(ip));
	memcpy(&tcp, data + ETH_HLEN + 4 * ip.ihl, sizeof(tcp));
	return ip.protocol == IPPROTO_TCP && ntohs(tcp.dest) == port &&
	       ntohs(ip.tot_len) > 4 * ip.ihl + 4 * tcp.doff;
}

int main(int argc, char **argv)
{
	unsigned int summed = 0, unsummed = 0;
	struct virtio_net_hdr hdr;
	struct sockaddr_ll from;
	socklen_t from_len;
	int fd, len, longest = 0;
	sigset_t term;

	if (argc != 3) {
		fprintf(stderr, "usage: watch DEVICE PORT\n");
		return 2;
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	fd = open_device(argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready\n");
	while (!over()) {
		from_len = sizeof(from);
		len = recvfrom(fd, frame, sizeof(frame), 0, (struct sockaddr *)&from, &from_len);
		if (len < (int)sizeof(hdr) || from.sll_pkttype == PACKET_OUTGOING ||
		    !wanted(frame + sizeof(hdr), len - sizeof(hdr), atoi(argv[2])))
			continue;
		memcpy(&hdr, frame, sizeof(hdr));
		if (hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
			unsummed++;
		else
			summed++;
		if (len > longest)
			longest = len;
	}
	printf("%u %u %d\n", summed, unsummed, longest);
	return 0;
}
