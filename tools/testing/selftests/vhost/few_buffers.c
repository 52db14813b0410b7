// SPDX-License-Identifier: GPL-2.0
/*
 * few_buffers SLICE: a driver takes segments uncut, and has fewer buffers than one needs
 */
#include <endian.h>

#include "nic.h"

/* Ethernet, IP and TCP. */
#define HEADERS		54
#define SEGMENT		1448
#define LONG		(HEADERS + 27 * SEGMENT + 100)
#define SEGMENTS	28
/* Enough for the frame as it is. */
#define BUFFERS		((HDR_LEN + LONG) / BUF_LEN + 1)
#define FEW		(BUFFERS / 2)

static struct nic nic;
static int rep;

/* The kernel takes frames of any length from it, with what is to be done to them. */
static void open_rep(void)
{
	int on = 1;

	rep = rep_open(nic.name);
	if (setsockopt(rep, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		die("a socket for segments: %s", errno_name(errno));
}

static void put16(unsigned char *to, __u16 value)
{
	to[0] = value >> 8;
	to[1] = value;
}

static bool send_long(void)
{
	struct {
		struct virtio_net_hdr hdr;
		unsigned char frame[LONG];
	} data = {
		.hdr = {
			.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
			.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
			.hdr_len = HEADERS,
			.gso_size = SEGMENT,
			.csum_start = 34,
			.csum_offset = 16,
		},
		.frame = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x08, 0x00, 0x45 },
	};

	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex(nic.name),
	};

	put16(data.frame + 16, LONG - 14);
	data.frame[22] = 64;
	data.frame[23] = IPPROTO_TCP;
	memcpy(data.frame + 26, (char []){ 192, 0, 2, 1, 192, 0, 2, 2 }, 8);
	data.frame[46] = 0x50;
	memset(data.frame + HEADERS, 7, LONG - HEADERS);
	if (sendto(rep, &data, sizeof(data), 0, (struct sockaddr *)&to, sizeof(to)) ==
	    sizeof(data))
		return true;
	comment("the long frame is not sent: %s", errno_name(errno));
	return false;
}

static void post(unsigned int nr)
{
	struct seg seg = { .len = BUF_LEN };
	int head;

	while (nr--) {
		head = ring_next_head(&nic.rx);
		seg.iova = NIC_IOVA + NIC_RX_BUFS + head * BUF_LEN;
		ring_add(&nic.rx, &seg, 0, 1);
	}
	ring_kick(&nic.rx);
}

/* Payload in @nr buffers that come, @heads of which begin a frame; -1 if they do not. */
static int take(unsigned int nr, unsigned int heads)
{
	int head, payload = 0;
	__u32 len;

	while (nr) {
		head = ring_take(&nic.rx, &len);
		if (head < 0) {
			if (!ring_wait(&nic.rx, PATIENCE_MS))
				return -1;
			continue;
		}
		payload += len;
		nr--;
	}
	return payload - heads * (HDR_LEN + HEADERS);
}

static void start(void)
{
	int err;

	nic_open(&nic);
	err = nic_map(&nic);
	ring_clear(&nic.rx, nic.features);
	ring_clear(&nic.tx, nic.features);
	if (!err)
		err = nic_negotiate(&nic);
	if (!err)
		err = nic_go(&nic, 0, 0);
	if (err)
		die("%s starts: %s", nic.name, errno_name(err));
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nic_init(&nic, argv[1], NULL, BIT(VIRTIO_NET_F_MRG_RXBUF) | BIT(VIRTIO_NET_F_GUEST_CSUM) |
				      BIT(VIRTIO_NET_F_GUEST_TSO4));
	start();
	open_rep();
	post(BUFFERS);
	check(send_long() && take(BUFFERS, 1) == LONG - HEADERS,
	      "with enough buffers a long frame comes whole");
	post(FEW);
	check(send_long() && take(FEW, FEW) == FEW * SEGMENT,
	      "with fewer it is cut, though nobody kicks any more");
	post(SEGMENTS);
	check(take(SEGMENTS - FEW, SEGMENTS - FEW) == LONG - HEADERS - FEW * SEGMENT,
	      "the rest waits for more");
	check(nic.rx.num - nic.rx.nr_free == FEW, "and no buffer is lost");
	check(send_long() && take(FEW, FEW) == FEW * SEGMENT, "the next one likewise");
	check_err(nic_reset(&nic), 0, "a reset drops what waits");
	nic_close(&nic);
	close(rep);
	nic_destroy(&nic);
	return 0;
}
