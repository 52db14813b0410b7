// SPDX-License-Identifier: GPL-2.0
/*
 * xsk REPRESENTOR NAMESPACE DEVICE copy|zerocopy FRAMES: a socket of AF_XDP on queue 0 of
 * DEVICE, which is in NAMESPACE, gets frames from the representor and sends some there
 * xsk REPRESENTOR NAMESPACE DEVICE probe: says what a bind for zero copy returns
 */
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../common/frame.h"

#ifndef AF_XDP
#define AF_XDP		44
#endif
#ifndef SOL_XDP
#define SOL_XDP		283
#endif

#define CHUNK		4096
#define CHUNKS		128
#define ENTRIES		64
#define BURST		(4 * ENTRIES)	/* frames at once, more than there is room for */

#define load(x)		__atomic_load_n(x, __ATOMIC_ACQUIRE)
#define store(x, v)	__atomic_store_n(x, v, __ATOMIC_RELEASE)

/* One of the four rings. */
struct xring {
	__u32 *producer;
	__u32 *consumer;
	__u32 *flags;
	void *desc;
	__u32 at;	/* our side's index */
};

struct xsk {
	int fd;
	char *umem;
	struct xring fill;
	struct xring done;
	struct xring rx;
	struct xring tx;
};

static unsigned int ifindex;

/* The program: what comes to the queue goes to its socket, if there is one. */

static int bpf(int cmd, union bpf_attr *attr)
{
	int ret = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return ret < 0 ? -errno : ret;
}

static int map_create(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_XSKMAP,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 4,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

static int map_set(int map, __u32 key, int fd)
{
	union bpf_attr attr = {
		.map_fd = map,
		.key = (unsigned long)&key,
		.value = (unsigned long)&fd,
	};

	return bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

#define INSN(c, d, s, o, i) \
	{ .code = c, .dst_reg = d, .src_reg = s, .off = o, .imm = i }

static int program_load(int map)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LDX | BPF_MEM | BPF_W, 2, 1,
		     offsetof(struct xdp_md, rx_queue_index), 0),
		INSN(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
		INSN(0, 0, 0, 0, 0),
		INSN(BPF_ALU64 | BPF_MOV | BPF_K, 3, 0, 0, XDP_PASS),
		INSN(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
		INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (unsigned long)insns,
		.insn_cnt = sizeof(insns) / sizeof(*insns),
		.license = (unsigned long)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* As long as this program lives. */
static int program_attach(int program)
{
	union bpf_attr attr = {
		.link_create = {
			.prog_fd = program,
			.target_ifindex = ifindex,
			.attach_type = BPF_XDP,
			.flags = XDP_FLAGS_DRV_MODE,
		},
	};

	return bpf(BPF_LINK_CREATE, &attr);
}

/* The socket. */

static void ring_size(int fd, int option)
{
	int entries = ENTRIES;

	if (setsockopt(fd, SOL_XDP, option, &entries, sizeof(entries)))
		die("a ring of the socket: %s", errno_name(errno));
}

static void ring_map(int fd, struct xring *ring, const struct xdp_ring_offset *at,
		     off_t where, size_t entry)
{
	char *va = mmap(NULL, at->desc + ENTRIES * entry, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, fd, where);

	if (va == MAP_FAILED)
		die("a ring is mapped: %s", errno_name(errno));
	ring->producer = (__u32 *)(va + at->producer);
	ring->consumer = (__u32 *)(va + at->consumer);
	ring->flags = (__u32 *)(va + at->flags);
	ring->desc = va + at->desc;
	ring->at = 0;
}

static void rings_map(struct xsk *xsk)
{
	struct xdp_mmap_offsets at;
	socklen_t len = sizeof(at);

	ring_size(xsk->fd, XDP_UMEM_FILL_RING);
	ring_size(xsk->fd, XDP_UMEM_COMPLETION_RING);
	ring_size(xsk->fd, XDP_RX_RING);
	ring_size(xsk->fd, XDP_TX_RING);
	if (getsockopt(xsk->fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &len))
		die("where the rings are: %s", errno_name(errno));
	ring_map(xsk->fd, &xsk->fill, &at.fr, XDP_UMEM_PGOFF_FILL_RING, sizeof(__u64));
	ring_map(xsk->fd, &xsk->done, &at.cr, XDP_UMEM_PGOFF_COMPLETION_RING, sizeof(__u64));
	ring_map(xsk->fd, &xsk->rx, &at.rx, XDP_PGOFF_RX_RING, sizeof(struct xdp_desc));
	ring_map(xsk->fd, &xsk->tx, &at.tx, XDP_PGOFF_TX_RING, sizeof(struct xdp_desc));
}

static void fill_put(struct xsk *xsk, __u64 addr)
{
	struct xring *ring = &xsk->fill;

	((__u64 *)ring->desc)[ring->at++ % ENTRIES] = addr;
	store(ring->producer, ring->at);
}

/* The first half of the chunks is for receiving, the second for sending. */
static void xsk_open(struct xsk *xsk)
{
	struct xdp_umem_reg reg = { .len = CHUNK * CHUNKS, .chunk_size = CHUNK };
	unsigned int i;

	xsk->umem = mmap(NULL, CHUNK * CHUNKS, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	xsk->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (xsk->umem == MAP_FAILED || xsk->fd < 0)
		die("a socket of AF_XDP: %s", errno_name(errno));
	reg.addr = (unsigned long)xsk->umem;
	if (setsockopt(xsk->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg)))
		die("its memory: %s", errno_name(errno));
	rings_map(xsk);
	for (i = 0; i < ENTRIES; i++)
		fill_put(xsk, i * CHUNK);
}

static int xsk_bind(struct xsk *xsk, __u16 flags)
{
	struct sockaddr_xdp at = {
		.sxdp_family = AF_XDP,
		.sxdp_ifindex = ifindex,
		.sxdp_flags = flags | XDP_USE_NEED_WAKEUP,
	};

	return bind(xsk->fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : 0;
}

static void xsk_close(struct xsk *xsk)
{
	close(xsk->fd);
	munmap(xsk->umem, CHUNK * CHUNKS);
}

/* The driver looks for buffers and frames when it is told to. */
static void wake(struct xsk *xsk)
{
	if (load(xsk->fill.flags) & XDP_RING_NEED_WAKEUP)
		recvfrom(xsk->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
	if (load(xsk->tx.flags) & XDP_RING_NEED_WAKEUP)
		sendto(xsk->fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
}

static bool wait_ring(struct xsk *xsk, const struct xring *ring, short events)
{
	struct pollfd pollfd = { .fd = xsk->fd, .events = events };
	double end = now() + PATIENCE_MS / 1e3;

	while (load(ring->producer) == ring->at && now() < end) {
		wake(xsk);
		poll(&pollfd, 1, 10);
	}
	return load(ring->producer) != ring->at;
}

/* The next frame of a test: its length, or -1. */
static int receive(struct xsk *xsk, void *frame)
{
	struct xdp_desc desc;
	int len;

	while (wait_ring(xsk, &xsk->rx, POLLIN)) {
		desc = ((struct xdp_desc *)xsk->rx.desc)[xsk->rx.at++ % ENTRIES];
		store(xsk->rx.consumer, xsk->rx.at);
		len = desc.len <= FRAME_MAX ? desc.len : FRAME_MAX;
		memcpy(frame, xsk->umem + desc.addr, len);
		fill_put(xsk, desc.addr / CHUNK * CHUNK);
		if (frame_is_test(frame, len))
			return len;
	}
	return -1;
}

/* Sent, and its memory given back. */
static bool transmit(struct xsk *xsk, const void *frame, size_t len)
{
	struct xring *ring = &xsk->tx;
	__u64 addr = (ENTRIES + ring->at % ENTRIES) * CHUNK;

	memcpy(xsk->umem + addr, frame, len);
	((struct xdp_desc *)ring->desc)[ring->at++ % ENTRIES] = (struct xdp_desc){
		.addr = addr,
		.len = len,
	};
	store(ring->producer, ring->at);
	wake(xsk);
	if (!wait_ring(xsk, &xsk->done, POLLOUT))
		return false;
	xsk->done.at++;
	store(xsk->done.consumer, xsk->done.at);
	return true;
}

static const char *exchange(struct xsk *xsk, int rep, size_t len, __u32 number)
{
	char frame[FRAME_MAX + 8];

	frame_make(frame, len, number);
	if (!rep_send(rep, frame, len))
		return "the representor does not send";
	if (receive(xsk, frame) != (int)len || !frame_good(frame, len, number))
		return "the frame does not reach the socket";
	frame_make(frame, len, ~number);
	if (!transmit(xsk, frame, len))
		return "the socket does not send";
	if (rep_recv(rep, frame, PATIENCE_MS) != (int)len || !frame_good(frame, len, ~number))
		return "the frame does not reach the representor";
	return NULL;
}

static void exchange_many(struct xsk *xsk, int rep, unsigned int nr)
{
	const char *problem = NULL;
	unsigned int i;

	rep_drain(rep);
	for (i = 0; i < nr && !problem; i++)
		problem = exchange(xsk, rep, FRAME_MIN + i * 97 % (FRAME_MAX - FRAME_MIN + 1), i);
	check(!problem, "%u frames go both ways, byte by byte", nr);
	if (problem)
		comment("frame %u: %s", i - 1, problem);
}

/* What is under way arrives before a frame that is sent now, which may be dropped for it. */
static void settle(struct xsk *xsk, int rep)
{
	char frame[FRAME_MAX + 8];
	__u32 number;
	int len;

	for (number = BURST; number < BURST + 5; number++) {
		frame_make(frame, FRAME_MIN, number);
		rep_send(rep, frame, FRAME_MIN);
		do
			len = receive(xsk, frame);
		while (len >= 0 && frame_number(frame) != number);
		if (len >= 0)
			return;
	}
	die("after many frames none arrives");
}

/* More than the rings hold; then the socket has what fits. */
static void burst(struct xsk *xsk, int rep)
{
	char frame[FRAME_MAX + 8];
	unsigned int nr = 0;
	__u32 i;

	for (i = 0; i < BURST; i++) {
		frame_make(frame, FRAME_MAX, i);
		rep_send(rep, frame, FRAME_MAX);
	}
	while (nr < ENTRIES / 2 && receive(xsk, frame) == FRAME_MAX &&
	       frame_good(frame, FRAME_MAX, frame_number(frame)))
		nr++;
	check(nr == ENTRIES / 2, "of many at once those that fit arrive");
	settle(xsk, rep);
}

static void enter(const char *namespace)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", namespace);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("namespace %s is entered: %s", namespace, errno_name(errno));
	close(fd);
}

static void test(int rep, __u16 flags, unsigned int nr)
{
	struct xsk xsk;
	int map, err;

	map = map_create();
	err = program_load(map);
	if (err >= 0)
		err = program_attach(err);
	check_err(err < 0 ? err : 0, 0, "a program is attached");
	xsk_open(&xsk);
	if (!check_err(xsk_bind(&xsk, flags), 0, "the socket is bound") ||
	    !check_err(map_set(map, 0, xsk.fd), 0, "and gets the frames of queue 0"))
		exit(1);
	exchange_many(&xsk, rep, nr);
	burst(&xsk, rep);
	exchange_many(&xsk, rep, nr);
	xsk_close(&xsk);
}

int main(int argc, char **argv)
{
	struct xsk xsk;
	int rep;

	if (argc < 5)
		return 2;
	rep = rep_open(argv[1]);
	enter(argv[2]);
	ifindex = if_nametoindex(argv[3]);
	if (!ifindex)
		die("%s is there", argv[3]);
	if (!strcmp(argv[4], "probe")) {
		xsk_open(&xsk);
		printf("%s\n", errno_name(xsk_bind(&xsk, XDP_ZEROCOPY)));
		return 0;
	}
	if (argc != 6)
		return 2;
	test(rep, strcmp(argv[4], "copy") ? XDP_ZEROCOPY : XDP_COPY, atoi(argv[5]));
	return 0;
}
