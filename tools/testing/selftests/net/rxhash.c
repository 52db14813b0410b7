// SPDX-License-Identifier: GPL-2.0
/*
 * rxhash REPRESENTOR INTERFACE SECOND: frames of the published verification suite of RSS,
 * whose key INTERFACE has, reach it with the hashes that are published for them, in the queue
 * that its table of 128 entries says: 1 from entry SECOND on, 0 before.
 */
#include <linux/filter.h>

#include "../common/frame.h"

static const struct {
	const char *source;
	const char *destination;
	__u16 source_port;
	__u16 destination_port;
	__u32 addresses;	/* hash of them */
	__u32 ports;		/* and of the ports, too */
} suite[] = {
	{ "66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262a, 0xc626b0ea },
	{ "24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176, 0xafc7327f },
	{ "153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5, 0x10e828a2 },
	{ "3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x2cc18cd5, 0x40207d3d },
	{ "3ffe:501:8::260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0x0f0c461c, 0xdde51bbf },
	{ "3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024,
	  0x4b61e985, 0x02d1feef },
};

#define TABLE	128

static unsigned int second;

static unsigned int queue_of(__u32 hash)
{
	return hash % TABLE >= second;
}

/* A socket that gets only frames with this hash in this queue, which counts from 1 there. */
static int listen_for(const char *name, __u32 hash, unsigned int queue)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_RXHASH),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, hash, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_QUEUE),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, queue + 1, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog filter = { .len = 6, .filter = code };
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int on = 1, fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die("a socket on %s: %s", name, errno_name(errno));
	return fd;
}

/* An IP packet to nobody, with the start of a transport header; returns its length. */
static size_t make(unsigned char *frame, unsigned int i, __u8 protocol)
{
	bool ipv6 = strchr(suite[i].source, ':');
	size_t size = ipv6 ? 16 : 4, head = ipv6 ? 40 : 20;
	unsigned char *ip = frame + ETH_HLEN;
	__u16 type = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP), port;

	memset(frame, 0, 200);
	memset(frame, 0xff, ETH_ALEN);
	frame[6] = 2;
	memcpy(frame + 12, &type, 2);
	ip[0] = ipv6 ? 0x60 : 0x45;
	ip[ipv6 ? 5 : 3] = ipv6 ? 40 : 60;
	ip[ipv6 ? 6 : 9] = protocol;
	ip[ipv6 ? 7 : 8] = 64;
	inet_pton(ipv6 ? AF_INET6 : AF_INET, suite[i].source, ip + head - 2 * size);
	inet_pton(ipv6 ? AF_INET6 : AF_INET, suite[i].destination, ip + head - size);
	port = htons(suite[i].source_port);
	memcpy(ip + head, &port, 2);
	port = htons(suite[i].destination_port);
	memcpy(ip + head + 2, &port, 2);
	ip[head + 12] = 0x50;
	return ETH_HLEN + head + 40;
}

static bool arrives_in(int rep, const char *name, unsigned int i, __u8 protocol, __u32 hash,
		       unsigned int queue, int timeout_ms)
{
	unsigned char frame[FRAME_MAX + 8];
	int fd = listen_for(name, hash, queue);
	size_t len = make(frame, i, protocol);
	bool came;

	came = rep_send(rep, frame, len) && rep_recv(fd, frame, timeout_ms) > 0;
	close(fd);
	return came;
}

static bool arrives(int rep, const char *name, unsigned int i, __u8 protocol, __u32 hash)
{
	return arrives_in(rep, name, i, protocol, hash, queue_of(hash), PATIENCE_MS);
}

int main(int argc, char **argv)
{
	unsigned int i, tcp = 0, udp = 0, other = 0;
	const unsigned int nr = sizeof(suite) / sizeof(*suite);
	int rep;

	if (argc != 4)
		return 2;
	second = atoi(argv[3]);
	rep = rep_open(argv[1]);
	for (i = 0; i < nr; i++) {
		tcp += arrives(rep, argv[2], i, IPPROTO_TCP, suite[i].ports);
		udp += arrives(rep, argv[2], i, IPPROTO_UDP, suite[i].ports);
		/* A protocol without ports that are known. */
		other += arrives(rep, argv[2], i, 253, suite[i].addresses);
	}
	check(tcp == nr, "TCP: %u of %u hashes are those of the suite", tcp, nr);
	check(udp == nr, "UDP: %u of %u", udp, nr);
	check(other == nr, "addresses alone: %u of %u", other, nr);
	check(!arrives_in(rep, argv[2], 0, IPPROTO_TCP, suite[0].ports ^ 1,
			  queue_of(suite[0].ports), 50), "and no other hash");
	check(!arrives_in(rep, argv[2], 0, IPPROTO_TCP, suite[0].ports,
			  !queue_of(suite[0].ports), 50), "nor the other queue");
	return 0;
}
