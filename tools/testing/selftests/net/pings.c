// SPDX-License-Identifier: GPL-2.0
/*
 * pings NUMBER SECONDS: from each of so many representors, s0, s1, ..., an echo request to what
 * is at the other end, until each has got the answer; says how many have not when the time is
 * over
 *
 * What is at the other end of s<n> has the address 02:00:00:00:nn:nn, and 10.0.0.2 + 4 n. The
 * representor has none: its packets are made, and looked at, here.
 */
#include <netinet/ip_icmp.h>

#include "../common/frame.h"

#define NUMBER_MAX	16384
#define FIRST		0x0a000002

struct ping {
	struct iphdr ip;
	struct icmphdr icmp;
};

static unsigned int number_max;
static int ifindex[NUMBER_MAX];
static bool answered[NUMBER_MAX];

static __u16 checksum(const void *data, size_t len)
{
	const unsigned char *bytes = data;
	__u32 sum = 0;
	size_t i;

	for (i = 0; i < len; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return htons(~(sum + (sum >> 16)));
}

static void ping_make(struct ping *ping, unsigned int number)
{
	memset(ping, 0, sizeof(*ping));
	ping->ip.version = 4;
	ping->ip.ihl = 5;
	ping->ip.ttl = 64;
	ping->ip.tot_len = htons(sizeof(*ping));
	ping->ip.protocol = IPPROTO_ICMP;
	ping->ip.saddr = htonl(FIRST - 1 + 4 * number);
	ping->ip.daddr = htonl(FIRST + 4 * number);
	ping->ip.check = checksum(&ping->ip, sizeof(ping->ip));
	ping->icmp.type = ICMP_ECHO;
	ping->icmp.un.echo.sequence = htons(number);
	ping->icmp.checksum = checksum(&ping->icmp, sizeof(ping->icmp));
}

/* Is it the answer to what was sent, and has it come to the representor that has asked? */
static bool is_answer(const struct ping *ping, const struct sockaddr_ll *at, unsigned int number)
{
	return number < number_max && at->sll_ifindex == ifindex[number] &&
	       at->sll_pkttype != PACKET_OUTGOING && ping->ip.protocol == IPPROTO_ICMP &&
	       ping->icmp.type == ICMP_ECHOREPLY &&
	       ntohl(ping->ip.saddr) == FIRST + 4 * number;
}

/* Returns how many have got an answer; each counts once. */
static unsigned int listen_for(int fd, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	unsigned int number, nr = 0;
	struct sockaddr_ll at;
	struct ping ping;
	socklen_t len;

	while (poll(&pollfd, 1, ms) == 1) {
		len = sizeof(at);
		if (recvfrom(fd, &ping, sizeof(ping), 0, (struct sockaddr *)&at, &len) !=
		    sizeof(ping))
			continue;
		number = ntohs(ping.icmp.un.echo.sequence);
		if (!is_answer(&ping, &at, number) || answered[number])
			continue;
		answered[number] = true;
		nr++;
	}
	return nr;
}

static void ask(int fd, unsigned int number)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = ifindex[number],
		.sll_halen = ETH_ALEN,
		.sll_addr = { 2, 0, 0, 0, number >> 8, number },
	};
	struct ping ping;

	ping_make(&ping, number);
	sendto(fd, &ping, sizeof(ping), 0, (struct sockaddr *)&at, sizeof(at));
}

static unsigned int ask_all(int fd)
{
	unsigned int i, nr = 0;

	for (i = 0; i < number_max; i++) {
		if (answered[i])
			continue;
		ask(fd, i);
		nr += listen_for(fd, 0);
	}
	return nr + listen_for(fd, 500);
}

static int packets_open(void)
{
	int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));
	int room = 4 << 20;

	if (fd < 0)
		die("a socket: %s", errno_name(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	return fd;
}

int main(int argc, char **argv)
{
	unsigned int i, left;
	char name[IFNAMSIZ];
	double end;
	int fd;

	if (argc != 3 || atoi(argv[1]) > NUMBER_MAX)
		return 2;
	number_max = atoi(argv[1]);
	for (i = 0; i < number_max; i++) {
		snprintf(name, sizeof(name), "s%u", i);
		ifindex[i] = if_nametoindex(name);
	}
	fd = packets_open();
	end = now() + atof(argv[2]);
	for (left = number_max; left && now() < end; )
		left -= ask_all(fd);
	printf("%u of %u have got no answer\n", left, number_max);
	return left != 0;
}
