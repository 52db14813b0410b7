// SPDX-License-Identifier: GPL-2.0
/*
 * xdp pin FILE drop|headroom|reflect|redirect [DEVICE]: load a program of that kind, and give
 *	it a name in a file system of type bpf
 * xdp echo ADDRESS LARGEST STEP: datagrams of all sizes, each of which must come back
 * xdp segments ADDRESS SIZE NUMBER: so many, sent together and cut every SIZE bytes
 *
 * The programs:
 *   drop	frames
 *   headroom	is used and given back before a frame passes; without any it is dropped
 *   reflect	IPv4's UDP to its sender, by XDP_TX; the rest passes. What is exchanged (addresses
 *		and ports) leaves the checksum as it is.
 *   redirect	to DEVICE
 */
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../common/tap.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#endif

#define PORT		4001
#define SMALLEST	18	/* with IPv4 that is a frame of 60 bytes */

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }
#define LOAD(size, d, s, o)	INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o)	INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define MOV(d, s)		INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i)		INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, i)		INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define CALL(i)			INSN(BPF_JMP | BPF_CALL, 0, 0, 0, i)
#define IF_NOT(r, i, skip)	INSN(BPF_JMP | BPF_JNE | BPF_K, r, 0, skip, i)
#define IF_ABOVE(a, b, skip)	INSN(BPF_JMP | BPF_JGT | BPF_X, a, b, skip, 0)
#define EXIT			INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

static int load(const struct bpf_insn *insns, size_t bytes)
{
	static char log[1 << 16];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)insns,
		.insn_cnt = bytes / sizeof(*insns),
		.license = (unsigned long)"GPL",
		.log_buf = (unsigned long)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		fprintf(stderr, "%s: %s\n", errno_name(errno), log);
	return fd;
}

static int load_drop(void)
{
	const struct bpf_insn insns[] = {
		SET(0, XDP_DROP),
		EXIT,
	};

	return load(insns, sizeof(insns));
}

/* What is guaranteed to a program, less what the kernel keeps there. */
#define HEADROOM	192

static int load_headroom(void)
{
	const struct bpf_insn insns[] = {
		MOV(6, 1),
		SET(2, -HEADROOM),
		CALL(BPF_FUNC_xdp_adjust_head),
		IF_NOT(0, 0, 6),
		MOV(1, 6),
		SET(2, HEADROOM),
		CALL(BPF_FUNC_xdp_adjust_head),
		IF_NOT(0, 0, 2),
		SET(0, XDP_PASS),
		EXIT,
		SET(0, XDP_DROP),
		EXIT,
	};

	return load(insns, sizeof(insns));
}

#define IP_AT		ETH_HLEN
#define UDP_AT		(IP_AT + 20)
/* From behind the last question of a program that begins so to where frames pass. */
#define PASS		18

static struct bpf_insn *append(struct bpf_insn *to, const struct bpf_insn *insns, size_t bytes)
{
	memcpy(to, insns, bytes);
	return to + bytes / sizeof(*insns);
}

/* What is at two places of the frame. */
static struct bpf_insn *exchange(struct bpf_insn *to, __u8 size, __s16 a, __s16 b)
{
	const struct bpf_insn insns[] = {
		LOAD(size, 4, 2, a),
		LOAD(size, 5, 2, b),
		STORE(size, 2, 4, b),
		STORE(size, 2, 5, a),
	};

	return append(to, insns, sizeof(insns));
}

static int load_reflect(void)
{
	const struct bpf_insn is_udp[] = {
		LOAD(BPF_W, 2, 1, offsetof(struct xdp_md, data)),
		LOAD(BPF_W, 3, 1, offsetof(struct xdp_md, data_end)),
		MOV(4, 2),
		ADD(4, UDP_AT + 8),
		IF_ABOVE(4, 3, PASS + 4),
		LOAD(BPF_H, 4, 2, 12),
		IF_NOT(4, htons(ETH_P_IP), PASS + 2),
		LOAD(BPF_B, 4, 2, IP_AT + 9),
		IF_NOT(4, IPPROTO_UDP, PASS),
	};
	const struct bpf_insn transmit_or_pass[] = {
		SET(0, XDP_TX),
		EXIT,
		SET(0, XDP_PASS),
		EXIT,
	};
	struct bpf_insn insns[40], *end;

	end = append(insns, is_udp, sizeof(is_udp));
	end = exchange(end, BPF_W, 0, 6);
	end = exchange(end, BPF_H, 4, 10);
	end = exchange(end, BPF_W, IP_AT + 12, IP_AT + 16);
	end = exchange(end, BPF_H, UDP_AT, UDP_AT + 2);
	end = append(end, transmit_or_pass, sizeof(transmit_or_pass));
	return load(insns, (end - insns) * sizeof(*insns));
}

static int load_redirect(const char *device)
{
	const struct bpf_insn insns[] = {
		SET(1, if_nametoindex(device)),
		SET(2, 0),
		CALL(BPF_FUNC_redirect),
		EXIT,
	};

	return load(insns, sizeof(insns));
}

static int pin(int argc, char **argv)
{
	union bpf_attr attr = { .pathname = (unsigned long)argv[2] };
	const char *kind = argv[3];
	int fd = -1;

	if (!strcmp(kind, "drop"))
		fd = load_drop();
	else if (!strcmp(kind, "headroom"))
		fd = load_headroom();
	else if (!strcmp(kind, "reflect"))
		fd = load_reflect();
	else if (!strcmp(kind, "redirect") && argc == 5)
		fd = load_redirect(argv[4]);
	if (fd < 0)
		return 1;
	attr.bpf_fd = fd;
	if (!syscall(SYS_bpf, BPF_OBJ_PIN, &attr, sizeof(attr)))
		return 0;
	perror(argv[2]);
	return 1;
}

static int connect_to(const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct timeval timeout = { .tv_sec = 5 * patience() };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int room = 4 << 20;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (inet_pton(AF_INET, address, &to.sin_addr) == 1 &&
	    !connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return fd;
	perror(address);
	return -1;
}

static unsigned char sent[1 << 16], got[1 << 17];

static void fill(size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sent[i] = random32() >> 8;
}

static int send_all(int fd, size_t len)
{
	if (send(fd, sent, len, 0) == (ssize_t)len)
		return 1;
	perror("send");
	return 0;
}

/* The next datagram is this one. */
static int came_back(int fd, size_t from, size_t len)
{
	ssize_t ret = recv(fd, got, sizeof(got), 0);

	if (ret == (ssize_t)len && !memcmp(sent + from, got, len))
		return 1;
	printf("of %zu bytes %zd came back%s\n", len, ret, ret == (ssize_t)len ? ", others" : "");
	return 0;
}

static int echo_one(int fd, size_t len)
{
	fill(len);
	return send_all(fd, len) && came_back(fd, 0, len);
}

static int echo(int fd, size_t largest, size_t step)
{
	size_t len;

	for (len = SMALLEST; len < largest; len += step) {
		if (!echo_one(fd, len))
			return 1;
	}
	return !echo_one(fd, largest);
}

static int segments(int fd, int size, unsigned int nr)
{
	unsigned int i;

	if (setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof(size))) {
		perror("UDP_SEGMENT");
		return 1;
	}
	fill(size * nr);
	if (!send_all(fd, size * nr))
		return 1;
	for (i = 0; i < nr; i++) {
		if (!came_back(fd, i * size, size))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int fd;

	if (argc >= 4 && !strcmp(argv[1], "pin"))
		return pin(argc, argv);
	if (argc != 5)
		return 2;
	fd = connect_to(argv[2]);
	if (fd < 0)
		return 1;
	if (!strcmp(argv[1], "echo"))
		return echo(fd, atoi(argv[3]), atoi(argv[4]));
	if (!strcmp(argv[1], "segments"))
		return segments(fd, atoi(argv[3]), atoi(argv[4]));
	return 2;
}
